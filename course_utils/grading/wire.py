"""Values on their way between the judge and a walled-off process: plain data and arrays, never pickle.

What comes from student code is hostile until decoded: only the types listed here come out of `decode`, arrays
only of numbers, truth values and text, and everything else is `Malformed` or an `Opaque` that equals nothing.
A message takes memory in proportion to its bytes, and decoding one can be interrupted by a time limit.
"""

from __future__ import annotations

import math
import re
import socket
import struct
from collections import Counter
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import Any

import msgpack
import numpy as np

from course_utils.checks.describing import describe, shorten

LIMIT = 2 * 1024 * 1024  # bytes of one message; the longest of a lab's solution has 130,000
DEPTH = 40
DTYPES = "biufcUS"
DTYPE = re.compile(rf"[<>|=][{DTYPES}][1-9]\d{{0,6}}")  # text of a dtype; NumPy reads programs into others
LONGEST = 2_000  # characters of a text that goes into a message
LARGEST_INT = 4_096  # bits; a product of two larger ones takes the judge's time
HEADER = struct.Struct("!Q")
ARRAY, SCALAR, TUPLE, SET, FROZENSET, COUNTER, DICT, LARGE, COMPLEX, OPAQUE, REFERENCE = range(1, 12)
KINDS: dict[int, type] = {TUPLE: tuple, SET: set, FROZENSET: frozenset}
CODES = {kind: code for code, kind in KINDS.items()}


class Malformed(ValueError):
    """Bytes that are no message."""


class Closed(EOFError):
    """The other end is gone."""


class TooLong(ValueError):
    """A message of more bytes than LIMIT."""


@dataclass(frozen=True, eq=False)
class Opaque:
    """Something that does not travel: what it is called, and how it shows."""

    type_name: str
    shown: str

    def __repr__(self) -> str:
        return self.shown


@dataclass(frozen=True)
class Reference:
    """Something that stays where it is: `kind` and `value` say what the other end makes of it."""

    kind: str
    value: Any


def send(connection: socket.socket, message: Any) -> None:
    """Send one message.

    Raises:
        TooLong: it is longer than LIMIT.
        Closed: nobody is there to read it.
    """
    data = encode(message)
    if len(data) > LIMIT:
        raise TooLong(f"expected a message of at most {LIMIT:,} bytes, received {len(data):,}")
    try:
        connection.sendall(HEADER.pack(len(data)) + data)
    except (BrokenPipeError, ConnectionResetError) as error:
        raise Closed("the other end is gone") from error


def receive(connection: socket.socket, limit: int = LIMIT) -> Any:
    """The next message.

    Raises:
        Closed: the other end is gone.
        Malformed: it is no message, or one longer than `limit` bytes, of which nothing is read.
    """
    (length,) = HEADER.unpack(_exactly(connection, HEADER.size))
    if length > limit:
        raise Malformed(f"expected at most {limit:,} bytes, received an announcement of {length:,}")
    return decode(_exactly(connection, length))


def _exactly(connection: socket.socket, count: int) -> bytes:
    parts = bytearray()
    while len(parts) < count:
        try:
            part = connection.recv(min(count - len(parts), 1 << 20))
        except ConnectionResetError:
            part = b""
        if not part:
            raise Closed("the other end is gone")
        parts += part
    return bytes(parts)


# Encoding --------------------------------------------------------------------------------------------------


def encode(value: Any, depth: int = 0) -> bytes:
    """Bytes of plain data; what is none of it goes as an Opaque.

    Raises:
        ValueError: it is nested too deeply, or into itself, or holds an array of more than LIMIT bytes.
    """
    _refuse_too_deep(depth)
    packed: bytes = msgpack.packb(
        value,
        default=lambda other: msgpack.ExtType(*_extended(other, depth + 1)),
        strict_types=True,  # a subclass may say what it likes of its contents
        unicode_errors="surrogatepass",
    )
    return packed


def _refuse_too_deep(depth: int) -> None:
    """Each level is some frames of C, which have no limit of their own."""
    if depth > DEPTH:
        raise Malformed(f"expected plain data, received more than {DEPTH} levels of it")


def _extended(value: Any, depth: int) -> tuple[int, bytes]:
    """Code and bytes of what msgpack has no type for."""
    code, content = _plainer(value)
    return code, encode(content, depth)


def _plainer(value: Any) -> tuple[int, Any]:
    kind = type(value)
    if isinstance(value, np.ndarray | np.generic):
        return _of_numpy(value)
    if kind in CODES:
        return CODES[kind], list(value)
    if isinstance(value, dict) and kind.__module__ == "collections":  # Counter, defaultdict, OrderedDict
        return COUNTER if kind is Counter else DICT, dict(value)
    if kind is int and value.bit_length() <= LARGEST_INT:
        return LARGE, hex(value)
    if kind is complex:
        return COMPLEX, [value.real, value.imag]
    if kind is Reference:
        return REFERENCE, [value.kind, value.value]
    return _opaque(value)


def _of_numpy(value: np.ndarray | np.generic) -> tuple[int, Any]:
    array = np.asarray(value)
    if array.dtype.kind not in DTYPES:
        return _opaque(value)
    if array.nbytes > LIMIT:  # before it is copied
        raise TooLong(f"expected a message of at most {LIMIT:,} bytes, received an array of {array.nbytes:,}")
    code = SCALAR if isinstance(value, np.generic) else ARRAY
    return code, [array.dtype.str, list(array.shape), array.tobytes()]


def _opaque(value: Any) -> tuple[int, Any]:
    if type(value) is not Opaque:
        value = Opaque(type(value).__name__, describe(value))
    return OPAQUE, [value.type_name, value.shown]


# Decoding --------------------------------------------------------------------------------------------------


def decode(data: bytes, depth: int = 0) -> Any:
    """What `encode` was given, but for what does not travel.

    Raises:
        Malformed: these bytes are not what `encode` makes.
    """
    _refuse_too_deep(depth)
    try:
        return msgpack.unpackb(
            data,
            ext_hook=lambda code, content: _restored(code, decode(content, depth + 1)),
            object_pairs_hook=_mapping,
            strict_map_key=False,
            unicode_errors="surrogatepass",
        )
    except Malformed:
        raise
    except (ValueError, TypeError, OverflowError, RecursionError, MemoryError) as error:
        raise Malformed(f"expected a message, received bytes that are none: {error}") from error


def _mapping(pairs: Iterable[tuple[Hashable, Any]]) -> dict[Hashable, Any]:
    """One by one: with keys of one hash it takes hours, and `dict` itself would not stop for a time limit."""
    found = {}
    for key, value in pairs:
        found[key] = value
    return found


def _restored(code: int, content: Any) -> Any:
    if code in (ARRAY, SCALAR):
        array = _array(*_parts(content, str, list, bytes))
        return array if code == ARRAY else array[()]
    if code in KINDS:
        (items,) = _parts([content], list)
        return KINDS[code](items if code == TUPLE else _mapping((item, None) for item in items))
    if code in (COUNTER, DICT):
        (mapping,) = _parts([content], dict)
        return Counter(mapping) if code == COUNTER else mapping
    if code == LARGE:
        return _large(*_parts([content], str))
    if code == COMPLEX:
        return complex(*_parts(content, float, float))
    if code == OPAQUE:
        return Opaque(*map(cleaned, _parts(content, str, str)))
    if code == REFERENCE:
        kind, value = content
        return Reference(_parts([kind], str)[0], value)
    raise Malformed(f"expected one of the codes 1 to {REFERENCE}, received {code}")


def _parts(content: Any, *types: type) -> list[Any]:
    """`content`, if it is a list of just these types."""
    if type(content) is not list or [type(each) for each in content] != list(types):
        raise Malformed(
            f"expected {', '.join(each.__name__ for each in types)}, received {describe(content)}"
        )
    return content


def _large(text: str) -> int:
    if len(text) > LARGEST_INT // 4 + len("-0x"):
        raise Malformed(f"expected an integer of at most {LARGEST_INT} bits, received {len(text)} characters")
    return int(text, 16)


def _array(dtype: str, shape: list[Any], data: bytes) -> np.ndarray:
    if not DTYPE.fullmatch(dtype):
        raise Malformed(f"expected an array of numbers or text, received one of {shorten(dtype)}")
    kind = np.dtype(dtype)
    if not all(
        type(size) is int and 0 <= size <= LIMIT for size in shape
    ):  # a sum over none of 10^9 is large
        raise Malformed(f"expected sizes up to {LIMIT:,}, received {describe(shape)}")
    if math.prod(shape) * kind.itemsize != len(data):
        raise Malformed(f"expected {kind} in the shape {describe(shape)}, received {len(data):,} bytes")
    if kind.kind == "b":  # a truth value of 2 is neither
        data = bytes(map(bool, data))
    return np.frombuffer(data, kind).reshape(shape).copy()


# Text ------------------------------------------------------------------------------------------------------


def cleaned(text: Any) -> str:
    """Text of the student's process as messages may show it: short, and nothing in it that a terminal obeys.

    Escape sequences, marks that turn the direction of writing and halves of characters are written out.
    """
    if type(text) is not str:
        return ""
    shown = (c if c in "\n\t" or c.isprintable() else ascii(c)[1:-1] for c in text[:LONGEST])
    return "".join(shown)[:LONGEST]
