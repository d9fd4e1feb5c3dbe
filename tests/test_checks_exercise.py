"""How an exercise is declared and run: outcomes, points, what stops the run, ids that do not exist."""

from __future__ import annotations

import pytest

from course_utils.checks.asserts import expect, expect_equal
from course_utils.checks.exercise import (
    Exercise,
    Lab,
    UnknownId,
    lab_modules,
    load_exercise,
    load_lab,
)
from course_utils.checks.outcome import Rejected, Status


@pytest.fixture
def exercise() -> Exercise:
    made = Lab("07", "beads").exercise(
        "7.1",
        name="answer",
        title="a bead",
        points=7,
        difficulty=2,
        returns=int,
        reference="math:floor",
        hints=("own",),
    )

    @made.check(hints=("about the first",))
    def is_three_for_two(candidate, rng):
        """two gives three"""
        expect_equal(candidate(2), 3, "two must give three")

    @made.check(weight=2)
    def is_six_for_five(candidate, rng):
        """five gives six"""
        expect_equal(candidate(5), 6, "five must give six")

    @made.check()
    def is_odd_for_even(candidate, rng):
        """even gives odd

        The second paragraph is for authors.
        """
        expect(candidate(2 * int(rng.integers(7))) % 2 == 1, "an even number must give an odd one")

    return made


def statuses(outcome) -> list[str]:
    return [str(result.status) for result in outcome.results]


def test_right_answer_passes_with_all_points(exercise):
    outcome = exercise.run(lambda n: n + 1)
    assert outcome.status is Status.PASSED
    assert outcome.failure is None
    assert outcome.earned == 7


def test_title_is_the_first_line_of_the_docstring(exercise):
    assert [check.title for check in exercise.checks] == [
        "two gives three",
        "five gives six",
        "even gives odd",
    ]


def test_points_are_the_weights_of_the_checks_passed(exercise):
    assert exercise.run(lambda n: 3).earned == 3.5  # two of four: the first and the last
    assert exercise.run(lambda n: 6).earned == 3.5  # the second, which weighs two
    assert exercise.run(lambda n: 0).earned == 0
    assert exercise.run(lambda n: 5).earned == 1.75


def test_failure_is_the_first_check_that_did_not_pass_and_the_others_run_on(exercise):
    outcome = exercise.run(lambda n: 6)
    assert statuses(outcome) == ["failed", "passed", "failed"]
    assert (outcome.status, outcome.failure.name) == (Status.FAILED, "is_three_for_two")
    assert outcome.failure.call == "answer(2)"


def test_exception_is_an_error_of_its_check_alone(exercise):
    outcome = exercise.run(lambda n: {2: 3}[n])
    assert statuses(outcome)[:2] == ["passed", "errored"]


def test_inputs_are_drawn_afresh():
    made = Exercise("7.1", "answer", "a bead", 1, 2, int, "")
    drawn = []

    def draw(candidate, rng):
        """draws"""
        drawn.append(int(rng.integers(2**60)))

    made.check()(draw)
    made.run(int)
    made.run(int)
    assert drawn[0] != drawn[1]


def test_stub_stops_the_run(exercise):
    def answer(n):
        raise NotImplementedError(exercise.stub)

    outcome = exercise.run(answer)
    assert statuses(outcome) == ["not_attempted"]
    assert outcome.failure.problem == "Exercise 7.1: answer is not done yet"
    assert outcome.failure.call == ""


@pytest.mark.timeout(11)
def test_endless_loop_stops_the_run_and_keeps_what_was_earned(exercise):
    exercise.seconds = 0.1

    def answer(n):
        while n == 5:
            pass
        return n + 1

    outcome = exercise.run(answer)
    assert statuses(outcome) == ["passed", "timed_out"]
    assert outcome.earned == 1.75
    assert outcome.failure.problem == "answer was still running after 0.1 seconds"
    assert outcome.failure.call == "answer(5)"


@pytest.mark.timeout(11)
def test_endless_loop_that_catches_everything_is_timed_out(exercise):
    exercise.seconds = 0.1

    def answer(n):
        while True:
            try:  # noqa: SIM105
                int("seven")
            except:  # noqa: E722
                pass

    assert statuses(exercise.run(answer)) == ["timed_out"]


@pytest.mark.parametrize("result", [7, None, "text", [3]])
def test_result_in_place_of_the_function_is_named_once(exercise, result):
    outcome = exercise.run(result)
    assert statuses(outcome) == ["errored"]
    assert outcome.failure.expected == 'check("7.1", answer)'
    assert repr(result) in outcome.failure.got
    assert "without parentheses" in outcome.failure.cause
    assert outcome.earned == 0


def test_what_a_check_cannot_work_with_is_named():
    made = Exercise("7.1", "answer", "a bead", 1, 2, dict, "")

    def check(candidate, rng):
        """sums"""
        expect_equal(sum(candidate().values()), 7, "must sum to 7")

    made.check()(check)
    failure = made.run(lambda: {"a": "seven"}).failure
    assert failure.status is Status.ERRORED
    assert failure.problem == "what answer returned cannot be used"
    assert failure.got == "{'a': 'seven'}"
    assert "TypeError" in failure.cause


def test_message_holds_all_that_the_student_is_told(exercise):
    message = exercise.run(lambda n: print("looking") or 9).failure.message
    assert message.splitlines() == [
        "two must give three",
        "Expected: 3",
        "Got: 9",
        "Called as: answer(2)",
        "Your function printed: looking",
    ]


def test_hints_of_the_failed_check_come_before_the_exercises_own(exercise):
    assert exercise.hints_for("is_three_for_two") == ("about the first", "own")
    assert exercise.hints_for("is_six_for_five") == ("own",)
    assert exercise.hints_for(None) == ("own",)


def test_reference_is_loaded_by_name(exercise):
    assert exercise.load_reference()(7.9) == 7


def test_rejected_in_a_check_without_a_call_is_shown():
    made = Exercise("7.1", "answer", "a bead", 1, 2, int, "")

    def refuse(candidate, rng):
        """refuses"""
        raise Rejected("no")

    made.check()(refuse)
    assert made.run(int).failure.message == "no"


def test_labs_are_found():
    assert list(lab_modules())[:2] == ["00", "01"]
    assert load_lab("01").title == "n-grams"
    assert load_exercise("1.2").name == "suggest"


@pytest.mark.parametrize("lab_id", list(lab_modules()))
def test_declarations_of_each_lab_hold_together(lab_id):
    lab = load_lab(lab_id)
    assert lab.id == lab_id
    # Seven at most, but for lab 09: a stack of its blocks is an exercise of one line
    assert 4 <= len(lab.exercises) <= (8 if lab_id == "09" else 7)
    assert len(lab.reflections) == 2
    for exercise in lab.exercises.values():
        assert exercise.id.partition(".")[0] == str(int(lab_id))
        assert exercise.hints, f"{exercise.id} has no hints"
        assert exercise.points > 0
        assert exercise.run(exercise.load_reference()).status is Status.PASSED
        assert all(check.title for check in exercise.checks)
        assert len({check.name for check in exercise.checks}) == len(exercise.checks)


@pytest.mark.parametrize(
    ("exercise_id", "words"),
    [
        ("1.9", "one of 1.1, 1.2"),
        (1.2, "in quotes, got 1.2"),
        ("99.1", "an exercise of labs 00, 01"),
        (len, "got <built-in function len>"),
    ],
)
def test_unknown_exercise_is_told_what_there_is(exercise_id, words):
    with pytest.raises(KeyError) as caught:
        load_exercise(exercise_id)
    assert isinstance(caught.value, UnknownId)
    assert str(caught.value).startswith("expected ")
    assert words in str(caught.value)
    assert 'check("1.1", count_ngrams)' in str(caught.value)
    assert caught.value._render_traceback_() == [f"UnknownId: {caught.value}"]


def test_unknown_lab_is_told_what_there_is():
    with pytest.raises(UnknownId, match=r"one of the labs 00, 01.*got '77'"):
        load_lab("77")
