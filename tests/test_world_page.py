"""The page that shows the world says what the grammar says now."""

from pathlib import Path

from course_utils.text.world.page import lemma_count, page
from course_utils.text.world.source import load_grammar

PAGE = Path(__file__).parents[1] / "docs" / "world.md"


def test_the_page_is_current():
    rewrite = "python -m course_utils.text.world.page > docs/world.md"
    assert PAGE.read_text(encoding="utf-8") == page(), f"write the page anew: {rewrite}"


def test_the_page_shows_every_construction_and_split():
    text = page()
    for name in load_grammar().constructions:
        assert f"### {name}" in text
    for split in ("train", "validation", "test", "compositional", "long"):
        assert split in text


def test_the_lexicon_has_the_size_it_should():
    assert 400 <= lemma_count(load_grammar()) <= 600
