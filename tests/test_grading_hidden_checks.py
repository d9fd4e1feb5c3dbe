"""`solutions/hidden_checks`: each refuses some wrong answer that passes every check students see."""

from __future__ import annotations

import importlib
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from course_utils.checks.core import lab_modules
from course_utils.checks.exercise import Exercise, Lab
from course_utils.checks.outcome import Status
from course_utils.grading import hidden
from course_utils.grading.hidden import Source

pytestmark = pytest.mark.filterwarnings("ignore")  # what students' code warns of is no error to the judge
FOLDER = Path(__file__).parents[1] / hidden.FOLDER
LABS = {lab_id: hidden.load(Source.read(lab_id, FOLDER)) for lab_id in lab_modules()}
WRONG = {lab_id: importlib.import_module(f"tests.mutants.hidden.lab_{lab_id}").BANK for lab_id in LABS}
RIGHT = {
    lab_id: importlib.import_module(f"tests.mutants.{module.rpartition('.')[2]}").BANK
    for lab_id, module in lab_modules().items()
}


def hidden_part(exercise: Exercise) -> Exercise:
    return replace(exercise, checks=[check for check in exercise.checks if check.hidden])


def exercises_of(lab: Lab) -> list[Exercise]:
    return list(lab.exercises.values())


@pytest.mark.parametrize("lab_id", LABS)
def test_each_exercise_has_one_and_each_is_needed(lab_id):
    refusing = {(mutant.exercise, mutant.rejected_by) for mutant in WRONG[lab_id].mutants}
    for exercise in exercises_of(LABS[lab_id]):
        names = {(exercise.id, check.name) for check in hidden_part(exercise).checks}
        assert names, f"{exercise.id} has no hidden check"
        assert names <= refusing, "no wrong answer needs it"
    known = {
        (exercise.id, check.name) for exercise in exercises_of(LABS[lab_id]) for check in exercise.checks
    }
    assert refusing <= known


def name(value: object) -> str:
    return value if isinstance(value, str) else f"{value.exercise}-{value.answer.__name__}"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("lab_id", "mutant"),
    [(lab_id, mutant) for lab_id, bank in WRONG.items() for mutant in bank.mutants],
    ids=name,
)
def test_a_wrong_answer_passes_what_students_see_and_is_refused_by_its_hidden_check(lab_id, mutant):
    exercise = LABS[lab_id].exercises[mutant.exercise]
    outcome = exercise.run(mutant.answer)
    assert outcome.failure is not None, "it passes"
    assert outcome.failure.hidden, outcome.failure.message
    assert outcome.failure.name == mutant.rejected_by, outcome.failure.message
    missing = [words for words in mutant.says if words.lower() not in outcome.failure.message.lower()]
    assert not missing, f"{missing} not in: {outcome.failure.message}"
    assert outcome.earned >= (1 - hidden.SHARE) * exercise.points - 0.01


@pytest.mark.slow
@pytest.mark.parametrize("lab_id", LABS)
def test_the_courses_own_answers_and_other_right_ones_pass(lab_id):
    for exercise in exercises_of(LABS[lab_id]):
        others = [each.answer for each in RIGHT[lab_id].alternatives if each.exercise == exercise.id]
        for answer in (exercise.load_reference(), exercise.load_reference(), *others):
            outcome = hidden_part(exercise).run(answer)
            assert outcome.failure is None, (exercise.id, answer.__name__, outcome.failure.message)


@pytest.mark.slow
@pytest.mark.parametrize("constant", [None, 0, 0.5, "", "word", [], {}], ids=repr)
@pytest.mark.parametrize("lab_id", LABS)
def test_an_answer_that_ignores_its_question_earns_nothing(lab_id, constant):
    for exercise in exercises_of(LABS[lab_id]):
        outcome = hidden_part(exercise).run(lambda *_, **__: constant)
        assert outcome.status is not Status.PASSED, exercise.id
        assert outcome.earned == 0, exercise.id


def test_titles_are_short_and_different():
    for lab in LABS.values():
        for exercise in exercises_of(lab):
            titles = [check.title for check in exercise.checks]
            assert len(set(titles)) == len(titles), exercise.id
            shown = [check.title for check in hidden_part(exercise).checks]
            assert all(10 < len(title) < 80 and not title[0].isupper() for title in shown), shown


LIGHT = """
import sys
from pathlib import Path
from course_utils.grading import hidden
for path in Path(sys.argv[1]).glob("lab_*.py"):
    hidden.load(hidden.Source.read(path.stem[4:], Path(sys.argv[1])))
print({"keras", "tensorflow"} & set(sys.modules))
"""


def test_loading_them_loads_no_framework():
    """The supervisor loads them, to say at once what is wrong with them."""
    done = subprocess.run([sys.executable, "-c", LIGHT, FOLDER], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
