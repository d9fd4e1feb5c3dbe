"""`grading.wire`: what travels comes back as it was, and no bytes do harm."""

from __future__ import annotations

import contextlib
import socket
import threading
import tracemalloc
from collections import Counter, OrderedDict, defaultdict

import hypothesis.strategies as st
import msgpack
import numpy as np
import pytest
from hypothesis import given
from hypothesis.extra import numpy as hnp

from course_utils.checks.limits import OutOfTime, time_limit
from course_utils.grading import wire
from course_utils.grading.wire import Malformed, Opaque, Reference

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**wire.LARGEST_INT) + 1, 2**wire.LARGEST_INT - 1)
    | st.floats(allow_nan=False)
    | st.text(st.characters())
    | st.binary()
    | st.complex_numbers(allow_nan=False)
)
KEYS = SCALARS | st.tuples(st.text(), st.integers())
PLAIN = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner)
        | st.lists(inner).map(tuple)
        | st.dictionaries(KEYS, inner)
        | st.sets(KEYS)
        | st.frozensets(KEYS)
        | st.dictionaries(KEYS, st.integers()).map(Counter)
    ),
    max_leaves=13,
)
NUMBERS = hnp.boolean_dtypes() | hnp.integer_dtypes() | hnp.floating_dtypes() | hnp.unicode_string_dtypes()
ARRAYS = hnp.arrays(NUMBERS, hnp.array_shapes(min_dims=0, min_side=0, max_side=5))


def types_of(value: object) -> object:
    if isinstance(value, dict):
        return type(value), [(types_of(key), types_of(each)) for key, each in value.items()]
    if isinstance(value, list | tuple):
        return type(value), [types_of(each) for each in value]
    return type(value)


@given(PLAIN)
def test_plain_data_comes_back_as_it_was(value):
    found = wire.decode(wire.encode(value))
    assert found == value
    assert types_of(found) == types_of(value)


@given(ARRAYS)
def test_arrays_come_back_as_they_were(array):
    found = wire.decode(wire.encode([array]))[0]
    assert type(found) is np.ndarray
    assert (found.dtype, found.shape) == (array.dtype, array.shape)
    np.testing.assert_array_equal(found, array)


@given(st.binary(max_size=97))
def test_any_bytes_are_a_message_or_malformed(data):
    with contextlib.suppress(Malformed):
        wire.decode(data)


@pytest.mark.parametrize("number", [np.float32(2.5), np.int64(-7), np.bool_(True), np.str_("ab")])
def test_numbers_of_numpy_keep_their_type(number):
    found = wire.decode(wire.encode(number))
    assert found == number
    assert type(found) is type(number)


@pytest.mark.parametrize("mapping", [defaultdict(int, a=2), OrderedDict(a=2)])
def test_other_mappings_of_the_standard_library_come_back_as_dicts(mapping):
    found = wire.decode(wire.encode(mapping))
    assert found == {"a": 2}
    assert type(found) is dict


def test_a_reference_comes_back():
    assert wire.decode(wire.encode([Reference("handle", 3)])) == [Reference("handle", 3)]


class Lying(float):
    """Equals everything."""

    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = float.__hash__


class Contents(list):
    def __iter__(self):
        return iter([7])


@pytest.mark.parametrize(
    "value", [Lying(2.5), Contents([3]), object(), np.array([object()]), test_a_reference_comes_back]
)
def test_what_is_no_plain_data_comes_back_as_something_that_equals_nothing(value):
    found = wire.decode(wire.encode(value))
    assert type(found) is Opaque
    assert found != value
    assert not isinstance(found, float | list | np.ndarray)


def test_an_opaque_value_says_its_type_and_shows_as_it_did():
    found = wire.decode(wire.encode({"a": Lying(2.5)}))["a"]
    assert (found.type_name, repr(found)) == ("Lying", "2.5")


def nested(levels: int) -> bytes:
    data = wire.encode(None)
    for _ in range(levels):
        data = msgpack.packb(msgpack.ExtType(wire.TUPLE, data))
    return data


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "bytes that are none"),
        (b"\xc1", "bytes that are none"),
        (wire.encode([1, 2])[:-1], "bytes that are none"),
        (wire.encode(1) + b"\x01", "bytes that are none"),
        (b"\x91" * 5_000 + b"\xc0", "bytes that are none"),
        (nested(3_000), "more than 40 levels"),
        (msgpack.packb(msgpack.ExtType(99, b"\xc0")), "one of the codes 1 to 11"),
    ],
)
def test_broken_messages_are_refused(data, says):
    with pytest.raises(Malformed, match=says):
        wire.decode(data)


def array_of(*content: object) -> bytes:
    return msgpack.packb(msgpack.ExtType(wire.ARRAY, msgpack.packb(list(content))))


@pytest.mark.parametrize(
    "data",
    [
        array_of("|O", [1], b"12345678"),  # objects: their bytes would be addresses
        array_of("<f4", [3], b"1234"),
        array_of("<f4", [-1], b"1234"),
        array_of("<f4", [2**40, 2**40], b""),
        array_of("<f4", [0, 10**9], b""),  # the sum over its first axis takes 4 GB
        array_of("<f4", [1] * 99, b"1234"),
        array_of("<U0", [10**9], b""),  # NumPy makes it 4 bytes each
        array_of("<f4", [1.0], b"1234"),
        array_of("nonsense", [1], b"1234"),
        array_of("<f4,<f4", [1], b"12345678"),
        array_of("(99999999,)<f4", [0], b""),
        array_of(["<f4"] * 1_000, [0], b""),
        array_of("<M8[s]", [1], b"12345678"),
        array_of("<f4", [1]),
        array_of(3, [1], b"1234"),
    ],
)
def test_arrays_that_are_none_are_refused(data):
    with pytest.raises(Malformed, match="expected"):
        wire.decode(data)


def test_truth_values_are_true_or_false():
    found = wire.decode(array_of("|b1", [3], b"\x00\x01\x02"))
    assert found.view("u1").tolist() == [0, 1, 1]


def test_integers_that_arithmetic_would_take_minutes_for_do_not_travel():
    assert wire.decode(wire.encode(2**wire.LARGEST_INT - 1)) == 2**wire.LARGEST_INT - 1
    assert type(wire.decode(wire.encode(2**wire.LARGEST_INT))) is Opaque
    large = msgpack.packb(msgpack.ExtType(wire.LARGE, msgpack.packb("f" * 1_100)))
    with pytest.raises(Malformed, match="at most 4096 bits, received 1100 characters"):
        wire.decode(large)


# Small messages that ask for much --------------------------------------------------------------------------


def claimed(length: int) -> bytes:
    """A list that says it has so many items."""
    return b"\xdd" + length.to_bytes(4, "big")


@pytest.mark.parametrize(
    "data",
    [
        claimed(wire.LIMIT - 1) * 1_000 + b"\xc0" * (wire.LIMIT - 5_000),
        claimed(wire.LIMIT // 8) + b"\x80" * (wire.LIMIT // 8),
        b"\xdb\xff\xff\xff\xff",
        b"\xc9\xff\xff\xff\xff\x03",
    ],
    ids=["lists of lists", "empty dicts", "text", "extension"],
)
def test_memory_is_in_proportion_to_the_bytes(data):
    tracemalloc.start()
    with contextlib.suppress(Malformed):
        wire.decode(data)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 200 * wire.LIMIT


COLLIDING = [n * (2**61 - 1) for n in range(30_000)]  # integers whose hash is 0


@pytest.mark.parametrize("collection", [set, frozenset, dict.fromkeys, Counter])
def test_keys_of_one_hash_take_no_longer_than_there_is_time(collection):
    keys = (wire.encode(key) for key in COLLIDING)
    if collection in (set, frozenset):
        items = claimed(len(COLLIDING)) + b"".join(keys)
        data = msgpack.packb(msgpack.ExtType(wire.CODES[collection], items))
    else:
        data = b"\xdf" + len(COLLIDING).to_bytes(4, "big") + b"".join(key + b"\x01" for key in keys)
    with pytest.raises(OutOfTime), time_limit(0.3):
        wire.decode(data)


# Text ------------------------------------------------------------------------------------------------------


def test_nothing_a_terminal_obeys_stays_in_a_text():
    assert wire.cleaned("\x1b[2J\x07\u202e\ud800\r ő\n\t'") == "\\x1b[2J\\x07\\u202e\\ud800\\r ő\n\t'"
    assert len(wire.cleaned("\x1b" * 99_999)) == wire.LONGEST
    assert wire.cleaned(3) == wire.cleaned(None) == ""


def test_an_opaque_value_shows_clean():
    data = msgpack.packb(msgpack.ExtType(wire.OPAQUE, msgpack.packb(["\x1b", "\x07" * 9_999])))
    found = wire.decode(data)
    assert found.type_name == "\\x1b"
    assert repr(found).startswith("\\x07")
    assert len(repr(found)) == wire.LONGEST


def test_what_is_nested_into_itself_is_refused():
    value: list[object] = []
    value.append(value)
    with pytest.raises(ValueError, match=r"recursion|levels"):
        wire.encode(value)
    deep: tuple[object, ...] = ()
    for _ in range(wire.DEPTH + 2):
        deep = (deep,)
    with pytest.raises(ValueError, match="more than 40 levels"):
        wire.encode(deep)


# Over a socket ---------------------------------------------------------------------------------------------


@pytest.fixture
def ends():
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


def test_messages_arrive_one_by_one(ends):
    ours, theirs = ends
    large = np.arange(200_003.0)
    sender = threading.Thread(target=lambda: [wire.send(ours, {"n": 3}), wire.send(ours, large)])
    sender.start()
    assert wire.receive(theirs) == {"n": 3}
    np.testing.assert_array_equal(wire.receive(theirs), large)
    sender.join()


def test_a_message_too_long_is_refused_before_it_is_read(ends):
    ours, theirs = ends
    ours.sendall(wire.HEADER.pack(2**63))
    with pytest.raises(Malformed, match="at most 2,097,152 bytes, received an announcement of 9,223"):
        wire.receive(theirs)


def test_hanging_up_is_told(ends):
    ours, theirs = ends
    ours.sendall(wire.HEADER.pack(5) + b"ab")
    ours.close()
    with pytest.raises(wire.Closed, match="gone"):
        wire.receive(theirs)
    with pytest.raises(wire.Closed, match="gone"):
        wire.send(theirs, 1)


def test_a_large_array_is_refused_before_it_is_copied():
    with pytest.raises(wire.TooLong, match="received an array of 80,000,000"):
        wire.encode([np.zeros(10**7)])


def test_sending_too_much_is_refused(ends, monkeypatch):
    monkeypatch.setattr(wire, "LIMIT", 11)
    with pytest.raises(wire.TooLong, match="at most 11 bytes, received"):
        wire.send(ends[0], "a" * 13)
