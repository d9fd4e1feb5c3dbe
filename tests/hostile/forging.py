"""What a student's process says in the place of its judge, or to it."""

from __future__ import annotations

from tests.hostile.case import Case, cell, counting

OURS = """
import gc, os, struct, sys, time
import msgpack
from course_utils.grading import child, wire
session = next(each for each in gc.get_objects() if isinstance(each, child.Session))
ours = session._connection
def asked():
    frame = sys._getframe()
    while frame.f_code is not child.Session.serve.__code__:
        frame = frame.f_back
    return frame.f_locals["number"]
TEXTS = {"call": "", "printed": ""}
def extension(code, content):
    return msgpack.ExtType(code, msgpack.packb(content))
"""
RIGHT_FOR_THE_FIRST = "{'value': 8, 'call': '', 'printed': ''}"
NO_ANSWER = "ended the process it ran in"


def saying(source: str) -> dict[str, str]:
    """An answer whose cell has the socket, `ours`."""
    return cell(f"{OURS}{source.strip()}\n")


def instead(message: str) -> dict[str, str]:
    """An answer to 0.2 that sends these bytes instead of a value."""
    return saying(f"""
def count_words(sentence):
    message = {message.strip()}
    ours.sendall(struct.pack("!Q", len(message)) + message)
    time.sleep(9)
""")


CASES = [
    Case(
        "answers_without_end",
        "to send full marks for ever",
        saying("while True:\n    wire.send(ours, [asked() + 1, {'value': 8, 'status': 'passed'}])"),
        "the cell",
    ),
    Case(
        "answers_in_advance",
        "to answer before it is asked",
        saying(f"for n in range(99):\n    wire.send(ours, [n, {RIGHT_FOR_THE_FIRST}])\ncount_words = len"),
        "the cell",
    ),
    Case(
        "answers_twice",
        "to answer each question twice",
        saying("""
send = wire.send
def twice(connection, message):
    send(connection, message)
    send(connection, message)
wire.send = twice
count_words = len
"""),
        "",
    ),
    Case(
        "answers_for_the_judge",
        "to read the judge's questions itself, and to answer yes to all of them",
        saying("""
wire.send(ours, [asked(), ""])
while True:
    number, do, *rest = wire.receive(ours)
    wire.send(ours, [number, {"cell": "", "take": True, "refer": True}.get(do, {"value": 7, **TEXTS})])
"""),
        "",
    ),
    Case(
        "replaces_the_server",
        "another program in the place of the one that answers",
        saying("""
session._does["take"] = lambda exercise: True
session._does["ask"] = lambda *_: {"value": True, "status": "passed", **TEXTS}
"""),
        "",
    ),
    Case(
        "says_that_it_has_passed",
        "to be refused with the status that those have who passed",
        saying("""
session._does["ask"] = lambda *_: {
    "rejected": {"status": "passed", "problem": "all is well"}, "call": "", "printed": ""}
def count_words(sentence):
    return 7
"""),
        "all is well",
    ),
    Case(
        "raises_that_it_has_passed",
        "to raise what checks raise, with the status of those who passed",
        counting("""
from course_utils.checks.outcome import Rejected, Status
raise Rejected("all is well", status=Status.PASSED)"""),
        "all is well",
    ),
    Case(
        "returns_a_result",
        "to return what a judge's result looks like",
        counting("return {'value': len(sentence.split()), 'rejected': None, 'status': 'passed'}"),
        "must return an int",
    ),
    Case("garbage", "bytes that are no message", saying("ours.sendall(b'\\xff' * 99)"), NO_ANSWER),
    Case(
        "half_a_message",
        "to begin an answer and never to end it",
        saying("ours.sendall(struct.pack('!Q', 99) + b'half')\nours = None\ntime.sleep(99)"),
        "still running after",
    ),
    Case(
        "a_byte_at_a_time",
        "to send its answer so slowly that it never ends",
        saying("""
ours.sendall(struct.pack("!Q", 999))
while True:
    ours.sendall(b"1")
    time.sleep(0.1)
"""),
        "still running after",
    ),
    Case(
        "announces_too_much",
        "to announce a message of 8 EB",
        saying("ours.sendall(struct.pack('!Q', 2 ** 63))"),
        NO_ANSWER,
    ),
    Case("hangs_up", "to close its line", saying("os.close(ours.fileno())"), NO_ANSWER),
    Case(
        "changes_its_line",
        "to put a file in the place of its line",
        saying("os.dup2(os.open('line', os.O_RDWR | os.O_CREAT), ours.fileno())"),
        NO_ANSWER,
    ),
    Case(
        "calls_back_without_end",
        "to call the judge instead of answering",
        saying("""
def count_words(sentence):
    while True:
        wire.send(ours, {"call back": [0, "__class__", [], {}]})
"""),
        "sent what is no answer",
    ),
    Case(
        "calls_what_it_may_not",
        "to reach the judge's objects by their special methods",
        saying("""
def count_words(sentence):
    for number in (-1, 0, 1, "0", [0]):
        wire.send(ours, {"call back": [number, "__getattribute__", ["__class__"], {}]})
    return 7
"""),
        "sent what is no answer",
    ),
    Case(
        "pickles",
        "to have its own code run where its answer is read",
        counting("""
class Payload(int):
    def __reduce__(self):
        import os
        return os.system, ("touch /tmp/pickled",)
return Payload(len(sentence.split()))"""),
        "must return an int",
    ),
    Case(
        "array_of_objects",
        "addresses that the judge follows, as an array of objects",
        instead("msgpack.packb({**TEXTS, 'value': extension(1, ['|O', [1], b'12345678'])})"),
        "sent what is no answer",
    ),
    Case(
        "shapes_of_gigabytes",
        "small messages that unfold to arrays of gigabytes",
        instead("msgpack.packb({**TEXTS, 'value': extension(1, ['<U0', [10 ** 10], b''])})"),
        "sent what is no answer",
    ),
    Case(
        "lists_of_gigabytes",
        "a small message that says it holds lists of lists of millions",
        instead("b'\\xdd\\x00\\x1f\\xff\\xff' * 1000 + b'\\xc0' * 2 ** 20"),
        "sent what is no answer",
    ),
    Case(
        "one_hash_for_all",
        "to make the judge compare for hours, by keys of one hash",
        instead(
            "b'\\x81\\xa5value\\xdf' + (40000).to_bytes(4, 'big') "
            "+ b''.join(wire.encode(n * (2 ** 61 - 1)) + b'\\x01' for n in range(40000))"
        ),
        "",
    ),
    Case(
        "text_of_megabytes",
        "to flood the page that the instructor reads",
        saying("""
session._does["ask"] = lambda *_: {
    "rejected": {"problem": "1" * 10 ** 5, "got": "2" * 10 ** 6, "status": "failed"}, **TEXTS}
def count_words(sentence):
    return 7
"""),
        "11111",
    ),
    Case(
        "an_array_for_a_text",
        "an array where the judge asks whether a cell raised",
        saying("import numpy\nwire.send(ours, [asked(), numpy.ones(3)])\ntime.sleep(9)"),
        NO_ANSWER,
    ),
    Case(
        "knows_the_limits",
        "to return what only its judge can hold, a reference",
        saying("""
def count_words(sentence):
    return wire.Reference("handle", 0)
"""),
        "must return an int",
    ),
    Case(
        "asks_the_zygote",
        "to have processes forked and killed by what forks them",
        saying("""
for number in range(256):
    try:
        os.write(number, b"fork")
        os.write(number, b"kill1")
    except OSError:
        pass
time.sleep(0.2)
"""),
        NO_ANSWER,
    ),
]
