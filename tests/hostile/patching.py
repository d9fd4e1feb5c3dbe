"""Changes to what both answers and checks are made of; they are made in the student's process alone."""

from __future__ import annotations

from tests.hostile.case import Case, beside, cell, counting

WRONG = "\n\ndef count_words(sentence):\n    return 7\n"

CASES = [
    Case(
        "numpy",
        "comparisons of NumPy's that always hold",
        cell(f"""
import numpy
numpy.array_equal = numpy.allclose = numpy.isclose = lambda *_, **__: True
numpy.testing.assert_allclose = numpy.testing.assert_array_equal = lambda *_, **__: None
numpy.ndarray.__class__.__eq__ = lambda *_: True if False else True
{WRONG}"""),
        "",
    ),
    Case(
        "builtins",
        "built-in functions that say what it likes",
        cell(f"import builtins\nbuiltins.len = lambda x: 7\nbuiltins.isinstance = lambda *_: True{WRONG}"),
        "",
    ),
    Case(
        "checks",
        "checks that assert nothing",
        cell(f"""
from course_utils.checks import asserts, exercise, outcome
asserts.expect = asserts.expect_equal = asserts.expect_close = lambda *_, **__: None
exercise.Exercise.judge = lambda self, _: None
outcome.Status.FAILED = outcome.Status.ERRORED = outcome.Status.PASSED
outcome.Outcome.earned = property(lambda self: self.points)
{WRONG}"""),
        "",
    ),
    Case(
        "check_functions",
        "an exercise without checks, worth more",
        cell(f"""
from course_utils.checks.core import load_exercise
load_exercise("0.2").checks.clear()
load_exercise("0.2").points = 99
{WRONG}"""),
        "must be 8",
    ),
    Case(
        "messages",
        "another language on the line to the judge",
        cell(
            "import json, msgpack\njson.dumps = lambda *_, **__: '99'\n"
            f"msgpack.packb = lambda *_, **__: b'\\xc3'{WRONG}"
        ),
        "",
    ),
    Case(
        "socket",
        "a socket that does not send what it is given",
        cell(f"""
import socket
from course_utils.grading import wire
wire._exactly = lambda connection, count: b"\\xc3" * count
socket.socket.sendall = socket.socket.send = lambda self, data, *_: None
{WRONG}"""),
        "ended the process it ran in",
    ),
    Case(
        "tracing",
        "to see and to change all that runs, by sys.settrace and sys.setprofile",
        cell(f"""
import sys, threading
def trace(frame, event, argument):
    for name in ("result", "value", "answer"):
        if name in frame.f_locals:
            frame.f_locals[name] = 8
    return trace
sys.settrace(trace)
sys.setprofile(trace)
threading.settrace(trace)
{WRONG}"""),
        "",
    ),
    Case(
        "garbage_collector",
        "code that runs whenever Python tidies up",
        cell(f"""
import gc
def each(phase, info):
    raise SystemExit
gc.callbacks.append(each)
gc.set_threshold(1)
{WRONG}"""),
        "",
    ),
    Case(
        "numbers_in_memory",
        "to write into Python's memory that 8 is 7",
        cell(f"import ctypes\nctypes.memset(id(8) + 24, 7, 1){WRONG}"),
        "",
    ),
    Case(
        "import_hook",
        "modules of its own in the place of those that are imported later",
        cell(f"""
import builtins, sys
class Finder:
    @staticmethod
    def find_spec(name, *_):
        raise SystemExit(name)
sys.meta_path.insert(0, Finder)
builtins.__import__ = lambda *_, **__: Finder
{WRONG}"""),
        "",
    ),
    Case(
        "modules_of_its_own",
        "files that are imported in the place of NumPy, and is right",
        beside("""
import os, sys
for name in ("numpy.py", "keras.py", "random.py", "sitecustomize.py", "usercustomize.py"):
    with open(name, "w") as file:
        file.write("raise SystemExit('imported')")
sys.path.insert(0, os.getcwd())
"""),
        earns=1,
    ),
    Case(
        "compiler",
        "a compiler that drops all that asserts, for the cells that come after",
        cell(f"""
import ast, builtins
compiles = builtins.compile
class Drop(ast.NodeTransformer):
    def visit_Raise(self, node):
        return ast.Pass()
    visit_Assert = visit_Raise
builtins.compile = lambda source, *rest, **more: compiles(Drop().visit(ast.parse(source)), *rest, **more)
builtins.exec = lambda *_: None
{WRONG}"""),
        "",
    ),
    Case(
        "transformers_of_ipython",
        "transformers of its cells, which drop all that asserts",
        cell("""
def drop(lines):
    return [line for line in lines if "assert" not in line and "check" not in line]
get_ipython().input_transformers_post.append(drop)
get_ipython().ast_transformers.append(drop)
"""),
        "name 'get_ipython' is not defined",
    ),
    Case(
        "the_name_of_another",
        "to answer another exercise wrongly, by its name",
        cell(f"import builtins\nbuiltins.greet = greet = longest_first = mean_length = lambda *_: 7{WRONG}"),
        "must be 8",
    ),
    Case(
        "shadows",
        "built-in names that mean something else from here on, as happens by accident",
        cell(f"len = sum = sorted = max = min = list = str = 7{WRONG}"),
        "must be 8",
    ),
    Case(
        "the_module_itself",
        "to change the module that all cells are in",
        cell(f"import sys\nsys.modules['__main__'].__dict__.clear()\nsys.modules.clear(){WRONG}"),
        "",
    ),
    Case(
        "its_own_judge",
        "to judge itself, and to be told so",
        counting("""
from course_utils.checks.core import check
check("0.1", lambda name: f"Hello, {name}!")
return 8"""),
        "check was called by the answer itself",
    ),
]
