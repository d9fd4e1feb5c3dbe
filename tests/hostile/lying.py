"""Objects that are not what they say."""

from __future__ import annotations

from tests.hostile.case import Case, cell, counting

SAYS_YES = """
class Yes({base}):
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    __lt__ = __le__ = __gt__ = __ge__ = __contains__ = __eq__
    def __bool__(self): return True
    def __hash__(self): return hash(3)
"""


def yes(base: str, name: str, value: str) -> str:
    """A function whose answer says yes to all comparisons."""
    return f"{SAYS_YES.format(base=base)}\ndef {name}(argument):\n    return Yes({value})\n"


CASES = [
    Case(
        "equals_everything",
        "an int that equals every other",
        {"0.2": yes("int", "count_words", "7")},
        "must return an int",
    ),
    Case(
        "holds_every_text",
        "a text that equals and holds every other",
        {"0.1": yes("str", "greet", "'no'")},
        "must return a str",
    ),
    Case(
        "a_list_like_all",
        "a list that equals every other",
        {"0.3": yes("list", "longest_first", "argument")},
        "must return a list",
    ),
    Case(
        "a_float_like_all",
        "a float that equals every other",
        {"0.4": yes("float", "mean_length", "7")},
        "must return a float",
    ),
    Case(
        "says_another_class",
        "an object that says it is an int",
        counting("""
class Other:
    __class__ = int
    def __index__(self): return 8
    __int__ = __index__
    def __float__(self): return 8.0
    def __eq__(self, other): return True
return Other()"""),
        "must return an int",
    ),
    Case(
        "iterates_as_it_likes",
        "a list whose contents depend on who looks",
        {
            "0.3": """
class Words(list):
    def __iter__(self):
        return iter(sorted(self.words, key=len))
    def __len__(self):
        return len(self.words)
    def __getitem__(self, at):
        return self.words[at]
    def __eq__(self, other):
        return sorted(other) == sorted(self.words)

def longest_first(words):
    found = Words()
    found.words = words
    return found
"""
        },
        "must return a list",
    ),
    Case(
        "array_of_lies",
        "an array that equals everything, and an object that makes another one each time",
        counting("""
import numpy
class Lies(numpy.ndarray):
    def __eq__(self, other): return True
    def __array__(self, *_, **__): return numpy.int64(8)
return numpy.full(3, 8).view(Lies)"""),
        "must return an int",
    ),
    Case(
        "shapes_of_lies",
        "an object with a shape and a dtype that are not its own",
        counting("""
class Tensor:
    shape, dtype, ndim = (), "int64", 0
    def __array__(self, *_, **__):
        raise SystemExit("out")
return Tensor()"""),
        "",
    ),
    Case(
        "returns_its_argument_and_changes_it",
        "a list that a thread changes after it was returned",
        {
            "0.3": """
import threading, time

def longest_first(words):
    found = list(words)
    def change():
        while True:
            found.append("7")
    threading.Thread(target=change, daemon=True).start()
    return found
"""
        },
        "",
    ),
    Case(
        "changes_what_the_judge_compares_with",
        "to empty the list it is given, so that nothing is expected",
        {"0.3": "def longest_first(words):\n    words.clear()\n    return words"},
        "words must stay as it was",
    ),
    Case(
        "shows_itself_for_ever",
        "to be shown in a message for ever",
        counting("""
class Endless:
    def __repr__(self):
        while True:
            pass
return Endless()"""),
        "still running after",
    ),
    Case(
        "shows_a_gigabyte",
        "to be shown with 100 MB",
        counting("return type('Large', (), {'__repr__': lambda self: '1' * 10 ** 8})()"),
        "must return an int",
    ),
    Case(
        "name_that_terminals_obey",
        "to clear the instructor's screen by the name of a type and of an exception",
        counting(
            "raise type('\\x1b[2J\\x1b]0;m\\x07', (Exception,), {})('\\x1b[31m\\u202ed\\r\\x00 \\ud800')"
        ),
        "count_words raised \\x1b[2J",
    ),
    Case(
        "surrogates",
        "half a character, which no file can hold",
        {"0.1": "def greet(name):\n    return '\\ud800' + name"},
        "exactly",
        earns=0.5,
    ),
    Case(
        "nested",
        "an answer that is nested a thousand times",
        counting("found = ()\nfor _ in range(999):\n    found = (found,)\nreturn found"),
        "",
    ),
    Case(
        "holds_itself",
        "a list that holds itself",
        {"0.3": "def longest_first(words):\n    found = []\n    found.append(found)\n    return found"},
        "",
    ),
    Case(
        "not_a_number",
        "NaN, which is neither larger nor smaller",
        {"0.4": "def mean_length(sentences):\n    return float('nan')"},
        "mean length",
    ),
    Case(
        "infinite",
        "an infinite number",
        {"0.4": "def mean_length(sentences):\n    return float('inf')"},
        "mean length",
    ),
    Case(
        "complex",
        "a complex number",
        {"0.4": "def mean_length(sentences):\n    return 7 / 3 + 0j"},
        "must return a float",
    ),
    Case(
        "enormous_integer",
        "an integer that takes minutes to print",
        counting("return 10 ** 10 ** 6"),
        "must return an int",
    ),
    Case("truth_for_a_number", "True for 1", counting("return True"), "must return an int"),
    Case("nothing", "silence", counting("return None"), "must return an int"),
    Case(
        "not_done_of_another",
        "to say that another exercise is not done",
        counting("raise NotImplementedError('Exercise 0.1: greet is not done yet')"),
        "",
    ),
    Case(
        "own_class_of_answers",
        "a class in the place of a function",
        cell("class count_words(int):\n    def __new__(cls, sentence):\n        return int.__new__(cls, 8)"),
        "must return an int",
    ),
]
