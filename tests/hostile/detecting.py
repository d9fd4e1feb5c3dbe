"""Code that looks who is calling, text that looks like a grade, and what students leave for each other."""

from __future__ import annotations

from tests.hostile.case import Case, beside, cell, counting

PLACES = """
import os
PLACES = [
    f"{folder}/left"
    for folder in (
        *("", "/scratch", "/scratch/.keras", "/scratch/matplotlib", "/tmp", "/var/tmp", "/dev", "/dev/shm"),
        *("/proc", "/course", "/course/course_utils/__pycache__", "/sys/devices/system/cpu"),
    )
]
"""

CASES = [
    Case(
        "knows_its_grader",
        "to do something else where it is graded than where it is written",
        cell("""
import os
def graded():
    try:
        get_ipython()
    except NameError:
        return os.path.exists("/scratch") or "/course" in os.environ.get("PYTHONPATH", "")

def count_words(sentence):
    return 7 if graded() else len(sentence.split())
"""),
        "must be 8",
    ),
    Case(
        "counts_its_calls",
        "to be right at first and wrong from then on",
        cell("""
calls = []
def count_words(sentence):
    calls.append(sentence)
    return len(sentence.split()) if len(calls) == 1 else 7
"""),
        "has two words",
        earns=0.25,
    ),
    Case(
        "reads_the_question",
        "the expected value beside the arguments it is called with",
        counting("""
import sys
frame, found = sys._getframe(1), []
while frame:
    found += [value for name, value in frame.f_locals.items() if type(value) is int]
    frame = frame.f_back
return found[0] if found else 7"""),
        "must be 8",
    ),
    Case(
        "fake_scores",
        "to print, and to write into files, what graders read",
        cell("""
import json, os, sys
result = json.dumps({"score": 99, "status": "passed", "earned": 99, "outcomes": [{"earned": 99}]})
for out in (sys.stdout, sys.stderr, sys.__stdout__):
    print(result, file=out)
for place in ("results.json", "/autograder/results/results.json", "/scratch/grades.db", "/tmp/results.json"):
    try:
        with open(place, "w") as file:
            file.write(result)
    except OSError:
        pass
os.write(1, result.encode())
def count_words(sentence):
    print("All tests passed")
    return 7
"""),
        "must be 8",
    ),
    Case(
        "scripts_in_its_outputs",
        "to run in the instructor's browser, by outputs, messages and names",
        counting("raise ValueError('<script>alert(1)</script><img src=x onerror=alert(1)>')"),
        "<script>alert(1)</script>",
        outputs="<script>alert(1)</script><iframe src='javascript:alert(1)'></iframe>",
    ),
    Case(
        "the_courses_own_answer",
        "to hand in the course's own answer as its own",
        cell("""
from course_utils.checks.core import load_exercise
count_words = load_exercise("0.2").load_reference()
"""),
        "not yours",
    ),
    Case(
        "the_courses_own_answer_inside",
        "to stand in for its answer with the course's own",
        counting("""
from course_utils.checks.core import student_or_reference
return student_or_reference("0.2", None)(sentence)"""),
        "student_or_reference was called by the answer itself",
    ),
    Case(
        "leaves_things",
        "to leave files for whoever comes after it, and is right",
        beside(
            PLACES
            + """
for place in PLACES:
    try:
        os.makedirs(os.path.dirname(place), exist_ok=True)
        with open(place, "w") as file:
            file.write("7")
    except OSError:
        pass
import builtins, sys, numpy
builtins.left = sys.left = numpy.left = os.environ["left"] = "7"
"""
        ),
        earns=1,
    ),
    Case(
        "looks_for_things",
        "what those before it have left, and is right",
        beside(
            PLACES
            + """
import builtins, sys, numpy
found = [place for place in PLACES if os.path.exists(place)]
found += [each for each in (builtins, sys, numpy) if hasattr(each, "left")]
found += [os.environ[name] for name in os.environ if name == "left"]
assert not found, found
"""
        ),
        earns=1,
    ),
    Case(
        "source_with_surrogates",
        "half a character in its source",
        cell("count_words = '\ud800'"),
        "does not define count_words",
    ),
    Case(
        "source_with_zeros",
        "a zero in its source",
        cell("count_words = '\x00'"),
        "does not define count_words",
    ),
    Case(
        "source_of_brackets",
        "brackets that the compiler overflows by",
        cell("count_words = " + "(" * 5_000 + ")" * 5_000),
        "the cell raised",
    ),
    Case(
        "source_of_signs",
        "signs that the compiler overflows by",
        cell("count_words = " + "-" * 50_000 + "1"),
        "the cell",
    ),
    Case(
        "source_of_sums",
        "a cell of its own that is too deep to be written out again",
        {"0.2": "def count_words(sentence):\n    return 7"},
        "must be 8",
        before="def deep(x):\n    return " + "+".join(["x"] * 800),
    ),
    Case("no_python", "what is no Python", cell("def count_words(:"), "the cell raised SyntaxError"),
    Case(
        "a_shell",
        "commands to a shell, as notebooks have them",
        cell("!touch /tmp/shell\n%%bash\ntouch /tmp/shell"),
        "the cell raised",
    ),
]
