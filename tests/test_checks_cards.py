"""Cards: the same words in HTML and in text, nothing of the student's taken for HTML."""

from __future__ import annotations

import html
import re

import pytest

from course_utils.checks import cards
from course_utils.checks.exercise import Lab
from course_utils.checks.outcome import CheckResult, Outcome, Status

LAB = Lab("07", "beads")
EXERCISE = LAB.exercise(
    "7.1",
    name="answer",
    title="a bead",
    points=3,
    difficulty=2,
    returns=int,
    reference="",
    hints=("one", "two"),
)


def outcome(status: Status, **details) -> Outcome:
    passed = CheckResult("easy", "it is round", Status.PASSED)
    other = CheckResult("hard", "it is <s>red", status, **details)
    return Outcome("7.1", "a bead", 3, 2, (passed, other))


FAILED = outcome(
    Status.FAILED,
    problem="the bead must be <u>red</u>",
    expected="red",
    got="<script>alert('green')</script>",
    cause="Is it <i>green</i> & blue?",
    call="answer('<b>', 7)",
    printed="<img src=x onerror=alert(1)>\n",
)
ERRORED = outcome(
    Status.ERRORED, problem="answer raised KeyError: 7", line="line 5 of answer: return beads[7]"
)
NOT_BEGUN = Outcome(
    "7.1",
    "a bead",
    3,
    2,
    (CheckResult("easy", "", Status.NOT_ATTEMPTED, "Exercise 7.1: answer is not done yet"),),
)
ALL = {
    "failed": cards.outcome_card(FAILED),
    "errored": cards.outcome_card(ERRORED),
    "passed": cards.outcome_card(outcome(Status.PASSED)),
    "not begun": cards.outcome_card(NOT_BEGUN),
    "hint": cards.hint_card(EXERCISE, EXERCISE.hints, 1),
    "last hint": cards.hint_card(EXERCISE, EXERCISE.hints, 2),
    "reference": cards.reference_card(EXERCISE),
    "progress": cards.progress_card([LAB], {"7.1": {"status": "failed", "earned": 1.5}}),
    "progress lost": cards.progress_card([LAB], {}, lasting=False),
    "progress of all": cards.progress_card([LAB, Lab("08", "strings")], {}),
}


def words(text: str) -> list[str]:
    return text.split()


@pytest.mark.parametrize("card", ALL.values(), ids=ALL)
def test_html_and_text_carry_the_same_words(card):
    bundle = card._repr_mimebundle_()
    assert set(bundle) == {"text/plain", "text/html"}
    shown = html.unescape(re.sub(r"<[^>]*>", " ", bundle["text/html"]))
    assert words(shown) == words(bundle["text/plain"])


def test_nothing_of_the_students_is_taken_for_html():
    page = ALL["failed"]._html()
    assert set(re.findall(r"<(\w+)", page)) == {"div", "span", "code"}
    assert "&lt;script&gt;" in page
    assert "<script>alert('green')</script>" in str(ALL["failed"])


def test_card_of_a_failure_tells_all_that_is_known():
    assert str(ALL["failed"]).splitlines() == [
        "✗ Exercise 7.1: a bead – 1.5 of 3 points",
        "  ✓ it is round",
        "  ✗ it is <s>red",
        "    → the bead must be <u>red</u>",
        "    Expected: red",
        "    Got: <script>alert('green')</script>",
        "    Called as: answer('<b>', 7)",
        "    Your function printed: <img src=x onerror=alert(1)>",
        "    → Is it <i>green</i> & blue?",
        'For help with this: hint("7.1")',
    ]


def test_card_of_an_exception_shows_the_students_line():
    assert "Your line: line 5 of answer: return beads[7]" in str(ALL["errored"])


def test_only_the_first_failure_is_explained():
    results = tuple(CheckResult(name, name, Status.FAILED, problem=f"because of {name}") for name in "ab")
    text = str(cards.outcome_card(Outcome("7.1", "a bead", 3, 2, results)))
    assert "because of a" in text
    assert "because of b" not in text


def test_card_of_an_exercise_not_begun_blames_nobody():
    text = str(ALL["not begun"])
    assert text.startswith("○ Exercise 7.1: answer is not done yet\n")
    assert "✗" not in text
    assert "points" not in text


def test_card_of_a_pass_needs_no_help():
    assert str(ALL["passed"]).splitlines() == [
        "✓ Exercise 7.1: a bead – 3 of 3 points",
        "  ✓ it is round",
        "  ✓ it is <s>red",
    ]


def test_hints_accumulate_and_say_when_they_end():
    assert "hint 1 of 2" in str(ALL["hint"])
    assert "two" not in words(str(ALL["hint"]))
    assert words(str(ALL["last hint"]))[-11:-5] == ["hint", "2", "of", "2", "one", "two"]
    assert "last hint" in str(ALL["last hint"])


def test_progress_of_one_lab_lists_its_exercises():
    assert "✗ 7.1 a bead: 1.5 of 3" in str(ALL["progress"])
    assert "Lab 07: beads – 1.5 of 3 points" in str(ALL["progress"])


def test_progress_says_when_it_could_not_be_saved():
    assert "could not be saved" in str(ALL["progress lost"])
    assert "could not be saved" not in str(ALL["progress"])


def test_progress_of_all_labs_lists_the_labs():
    lines = str(ALL["progress of all"]).splitlines()
    assert lines[:2] == ["The course – 0 of 3 points", "  ○ Lab 07 beads: 0 of 3"]


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("page", ["#ffffff", "#111111"])
@pytest.mark.parametrize("colour", [cards.GREEN, cards.RED, cards.GREY, cards.BLUE])
def test_colours_stand_out_on_light_and_dark_pages(colour, page):
    """WCAG 2.1, 1.4.11: 3 to 1 for what is not text."""
    lighter, darker = sorted([luminance(colour), luminance(page)], reverse=True)
    assert (lighter + 0.05) / (darker + 0.05) >= 3


def test_text_keeps_the_colour_of_the_theme():
    for card in ALL.values():
        for style in re.findall(r'<div style="([^"]*)"', card._html()):
            assert not re.search(r"(^|;)(color|background):", style)


def test_show_prints_outside_a_notebook(capsys):
    cards.show(ALL["passed"])
    assert capsys.readouterr().out == f"{ALL['passed']}\n"
