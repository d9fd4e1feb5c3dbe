"""The checks are themselves tested: each wrong answer is rejected by its check, in the right words."""

from __future__ import annotations

import importlib
from collections import Counter
from dataclasses import replace

import pytest

from course_utils.checks.core import lab_modules, load_lab
from course_utils.checks.exercise import Exercise
from course_utils.checks.outcome import Status

REPEATS = 2  # inputs are drawn afresh at each run


def parameters(lab_id: str, answers: list) -> list:
    """Lab 01's are quick, and show that banks and checks work together; all labs' together take minutes."""
    marks = () if lab_id == "01" else pytest.mark.slow
    return [pytest.param(lab_id, answer, marks=marks) for answer in answers]


BANKS = {
    lab_id: importlib.import_module(f"tests.mutants.{module.rpartition('.')[2]}").BANK
    for lab_id, module in lab_modules().items()
}
MUTANTS = [answer for lab_id, bank in BANKS.items() for answer in parameters(lab_id, bank.mutants)]
ALTERNATIVES = [answer for lab_id, bank in BANKS.items() for answer in parameters(lab_id, bank.alternatives)]


def name(value: object) -> str:
    return value if isinstance(value, str) else f"{value.exercise}-{value.answer.__name__}"


def up_to(check_name: str, exercise: Exercise) -> Exercise:
    """Without the checks after this one: nobody asks whether they reject the mutant, too."""
    names = [check.name for check in exercise.checks]
    return replace(exercise, checks=exercise.checks[: names.index(check_name) + 1])


@pytest.mark.parametrize(("lab_id", "mutant"), MUTANTS, ids=name)
def test_mutant_is_rejected_by_its_check_in_words_that_name_the_mistake(lab_id, mutant):
    exercise = up_to(mutant.rejected_by, load_lab(lab_id).exercises[mutant.exercise])
    for _ in range(REPEATS):
        failure = exercise.run(mutant.answer).failure
        assert failure is not None, "a wrong answer passes"
        assert failure.name == mutant.rejected_by, failure.message
        missing = [words for words in mutant.says if words.lower() not in failure.message.lower()]
        assert not missing, f"{missing} not in: {failure.message}"


@pytest.mark.parametrize(("lab_id", "alternative"), ALTERNATIVES, ids=name)
def test_alternative_passes(lab_id, alternative):
    exercise = load_lab(lab_id).exercises[alternative.exercise]
    for _ in range(REPEATS):
        outcome = exercise.run(alternative.answer)
        assert outcome.status is Status.PASSED, outcome.failure
        assert outcome.earned == exercise.points


@pytest.mark.parametrize("constant", [None, 0, 1, 0.5, "", "word", [], ["word"], {}], ids=repr)
@pytest.mark.parametrize("lab_id", list(lab_modules()))
def test_an_answer_that_ignores_its_question_earns_nothing(lab_id, constant):
    for exercise in load_lab(lab_id).exercises.values():
        outcome = exercise.run(lambda *_, **__: constant)
        assert outcome.earned == 0, [result.name for result in outcome.results if result.status == "passed"]


@pytest.mark.parametrize("lab_id", list(lab_modules()))
def test_every_exercise_has_five_mutants_and_two_alternatives(lab_id):
    mutants = Counter(mutant.exercise for mutant in BANKS[lab_id].mutants)
    alternatives = Counter(answer.exercise for answer in BANKS[lab_id].alternatives)
    for exercise in load_lab(lab_id).exercises:
        assert mutants[exercise] >= 5, f"exercise {exercise} has {mutants[exercise]} mutants"
        assert alternatives[exercise] >= 2, f"exercise {exercise} has {alternatives[exercise]} alternatives"


@pytest.mark.parametrize("lab_id", list(lab_modules()))
def test_every_check_is_the_first_to_reject_some_mutant(lab_id):
    """A check that no mutant needs cannot be seen to fail."""
    for exercise in load_lab(lab_id).exercises.values():
        used = {mutant.rejected_by for mutant in BANKS[lab_id].mutants if mutant.exercise == exercise.id}
        idle = [check.name for check in exercise.checks if check.name not in used]
        assert not idle, f"exercise {exercise.id}: no mutant is rejected first by {idle}"
