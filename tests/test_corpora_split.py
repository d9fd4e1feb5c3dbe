"""Splits in which no sentence is on two sides."""

import subprocess
import sys

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.sparse.csgraph import connected_components

from course_utils.text.corpora import split_pairs
from course_utils.text.corpora.split import normalised

SENTENCES = st.sampled_from(["go", "Go!", "go.", "come", "Come ", "sit", "?", "!", "run", "eat", "nap"])
PAIRS = st.lists(st.tuples(SENTENCES, st.sampled_from([f"w{n}" for n in range(13)])), max_size=31)
DISTINCT = [(f"source {n}", f"target {n}") for n in range(101)]


@given(PAIRS, st.integers(0, 5))
@settings(deadline=None)  # the first call imports SciPy
def test_no_sentence_on_either_side_is_in_two_splits(pairs: list[tuple[str, str]], seed: int) -> None:
    try:
        splits = split_pairs(pairs, validation=0.2, test=0.2, seed=seed)
    except ValueError:  # all linked: tested below
        assume(False)
    assert sorted(pair for split in splits for pair in split) == sorted(pairs)
    for side in (0, 1):
        seen = [{normalised(pair[side]) for pair in split} for split in splits]
        assert seen[0].isdisjoint(seen[1])
        assert seen[0].isdisjoint(seen[2])
        assert seen[1].isdisjoint(seen[2])


def test_pairs_linked_through_others_stay_together() -> None:
    chain = [("a", "x"), ("b", "x"), ("b", "y"), ("c", "y"), ("c", "z")]
    for seed in range(11):
        splits = split_pairs(chain + DISTINCT, validation=7, test=7, seed=seed)
        assert sum(bool(set(chain) & set(split)) for split in splits) == 1


def test_a_source_equal_to_a_target_links_nothing() -> None:
    splits = split_pairs([("no", "nem"), ("nem", "no")], validation=0, test=1)
    assert len(splits.test) == 1


def test_sources_and_targets_are_numbered_apart() -> None:
    """Were they not, the second target would be taken for the second source, and all linked."""
    assert split_pairs([("a", "x"), ("a", "y"), ("b", "z")], validation=0, test=1).test == [("b", "z")]


def test_the_order_of_scipys_labels_does_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    expected = split_pairs(DISTINCT, validation=3, test=5, seed=7)

    def renumbered(graph: object, directed: bool) -> tuple[int, object]:
        count, labels = connected_components(graph, directed=directed)
        return count, count - 1 - labels

    monkeypatch.setattr("scipy.sparse.csgraph.connected_components", renumbered)
    assert split_pairs(DISTINCT, validation=3, test=5, seed=7) == expected


def test_sizes_are_met_where_sentences_allow() -> None:
    assert [len(split) for split in split_pairs(DISTINCT, validation=0.1, test=0.2)] == [71, 10, 20]
    assert [len(split) for split in split_pairs(DISTINCT, validation=17, test=5)] == [79, 17, 5]
    assert [len(split) for split in split_pairs(DISTINCT, validation=0, test=0.0)] == [101, 0, 0]
    assert split_pairs([], validation=0.1, test=0.1) == ([], [], [])


def test_sizes_are_upper_bounds() -> None:
    doubled = [pair for pair in DISTINCT for _ in range(2)]
    assert [len(split) for split in split_pairs(doubled, validation=5, test=7)] == [192, 4, 6]


def test_order_of_the_corpus_is_kept() -> None:
    for split in split_pairs(DISTINCT, validation=0.3, test=0.3, seed=3):
        assert split == sorted(split, key=DISTINCT.index)


def test_a_seed_gives_the_same_splits_everywhere() -> None:
    """In another process with another hash seed too; and the very numbers, which no platform may change."""
    code = (
        "from course_utils.text.corpora import split_pairs\n"
        "pairs = [(f'source {n}', f'target {n}') for n in range(101)]\n"
        "print([source for source, _ in split_pairs(pairs, validation=3, test=5, seed=7).test])"
    )
    printed = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={"PYTHONHASHSEED": "11"}
    ).stdout
    here = split_pairs(DISTINCT, validation=3, test=5, seed=7)
    assert printed.strip() == str([source for source, _ in here.test])
    assert [source for source, _ in here.test] == [
        "source 6",
        "source 8",
        "source 21",
        "source 56",
        "source 78",
    ]
    assert here != split_pairs(DISTINCT, validation=3, test=5, seed=8)


@pytest.mark.parametrize("wrong", [1.0, -0.1, -1, "0.1", float("nan")])
def test_a_size_out_of_range_is_refused(wrong: object) -> None:
    with pytest.raises(
        ValueError, match=rf"test: expected a share from 0.0 to below 1.0.*received {wrong!r}"
    ):
        split_pairs(DISTINCT, validation=0.1, test=wrong)  # type: ignore[arg-type]


def test_something_must_be_left_to_train_on() -> None:
    with pytest.raises(ValueError, match=r"leave some of 101 to training, received .*'test': 61"):
        split_pairs(DISTINCT, validation=40, test=61)


def test_a_split_that_cannot_be_filled_is_reported() -> None:
    linked = [("same", f"target {n}") for n in range(11)]
    with pytest.raises(
        ValueError, match="test: expected up to 3 pairs, received none: every group of linked pairs"
    ):
        split_pairs(linked, validation=0, test=3)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Go!", "go."), ("¿Qué?", "que\u0301"), ("I  am", "i am."), ("Straße", "STRASSE"), ("don’t", "don't")],
)
def test_what_counts_as_the_same_sentence(one: str, other: str) -> None:
    assert normalised(one) == normalised(other)


def test_what_does_not() -> None:
    assert normalised("kor") != normalised("kór")
    assert normalised("?") != normalised("!")
