"""Counted facts of the real corpora. Skipped where a corpus is not here; under CI=true that fails."""

import random

import pytest
from typer.testing import CliRunner

from course_utils import cli_data
from course_utils.text import corpora
from course_utils.text.corpora import registry, storage
from course_utils.text.corpora.split import normalised
from tests.conftest import require


@pytest.fixture(autouse=True)
def corpus_here(request: pytest.FixtureRequest) -> None:
    """Every test of this file names the corpora it needs in its `corpus` parameter, or needs them all."""
    named = getattr(request.node, "callspec", None)
    for name in [named.params["corpus"]] if named and "corpus" in named.params else registry.CORPORA:
        what_to_do = f"{name}: `course data get {name}`, or set COURSE_DATA_DIR to a folder with it"
        require(corpora.available(name), what_to_do)


@pytest.mark.parametrize(
    ("corpus", "split", "count", "first"),
    [
        ("spa-eng", None, 118_964, ("Ve.", "Go.")),
        ("hun-eng", None, 20_000, ("Menj!", "Go.")),
        (
            "multi30k",
            "train",
            29_000,
            (
                "Zwei junge weiße Männer sind im Freien in der Nähe vieler Büsche.",
                "Two young, White males are outside near many bushes.",
            ),
        ),
        ("multi30k", "validation", 1_014, None),
        ("multi30k", "test", 1_000, None),
    ],
)
def test_pairs_of_each_corpus(
    corpus: str, split: str | None, count: int, first: tuple[str, str] | None
) -> None:
    pairs = corpora.load_pairs(corpus, split)
    assert len(pairs) == count
    assert first in (pairs[0], None)
    assert all(source and target for source, target in pairs)


@pytest.mark.parametrize("corpus", ["timar"])
def test_lines_and_sentences_of_the_novel(corpus: str) -> None:
    lines = corpora.load_text(corpus)
    assert len(lines) == 16_262  # `wc -l` counts the 16,261 line ends; the last line has none
    assert (lines[0], lines[-1]) == ("CHAPTER I.", "THE END.")
    assert sum(len(line.split()) for line in lines) == 150_493
    sentences = corpora.sentences(lines)
    assert 8_000 < len(sentences) < 10_000
    assert max(map(len, sentences)) < 150  # a missed boundary would glue paragraphs together
    assert sum(token.endswith("n't") for sentence in sentences for token in sentence) == 176  # as grep counts


@pytest.mark.parametrize("corpus", ["spa-eng"])
def test_a_random_split_leaks_and_ours_does_not(corpus: str) -> None:
    pairs = corpora.load_pairs(corpus)
    shuffled = random.Random(0).sample(pairs, len(pairs))
    assert _shared(shuffled[:5_000], shuffled[5_000:], side=1) > 0.15
    splits = corpora.split_pairs(pairs, validation=2_000, test=5_000)
    assert [len(split) for split in splits] == [111_964, 2_000, 5_000]
    for side in (0, 1):
        assert _shared(splits.test, splits.train, side) == 0
        assert _shared(splits.test, splits.validation, side) == 0
        assert _shared(splits.validation, splits.train, side) == 0


def _shared(test: list[tuple[str, str]], train: list[tuple[str, str]], side: int) -> float:
    known = {normalised(pair[side]) for pair in train}
    return sum(normalised(pair[side]) in known for pair in test) / len(test)


@pytest.mark.parametrize("corpus", ["spa-eng"])
def test_the_quick_part_is_always_the_same(corpus: str) -> None:
    train, held_out = corpora.quick_english()
    assert (len(train), len(held_out)) == (5_000, 500)
    assert {" ".join(sentence) for sentence in train}.isdisjoint(" ".join(sentence) for sentence in held_out)
    assert train[0] == ["come", "inside", ".", "it", "'s", "cold", "outside", "."]
    assert held_out[0] == ["the", "lagoon", "is", "very", "deep", "."]


def test_every_file_is_the_pinned_one_and_verify_agrees() -> None:
    states = {file.path: storage.state(file) for corpus in registry.CORPORA.values() for file in corpus.files}
    assert set(states.values()) == {"pinned"}
    result = CliRunner().invoke(cli_data.app, ["verify"])
    assert result.exit_code == 0
    assert result.stdout.count("verified  ") == 9


def test_sizes_in_the_registry_are_the_files_sizes() -> None:
    for corpus in registry.CORPORA.values():
        for file in corpus.files:
            assert storage.location(file).stat().st_size == file.size
