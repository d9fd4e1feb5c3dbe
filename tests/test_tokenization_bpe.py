"""Byte-pair encoding, beside a trainer and an encoder that do it naively."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from operator import add

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from course_utils.text.tokenization import ByteBPE, byte_bpe
from course_utils.text.tokenization.memory import LIMIT, Memory
from course_utils.text.tokenization.merges import learn_merges
from tests.texts import ANY_TEXT, AWKWARD, TRAINED_ON

Word = tuple[str, ...]
Pair = tuple[str, str]
TOKENIZER = ByteBPE.train(TRAINED_ON, 331)
# Few letters, so that pairs repeat and overlap; counts up to 5, so that many pairs are equally frequent.
WORDS = st.dictionaries(st.text("abc", min_size=1, max_size=11), st.integers(1, 5), max_size=13)


# Training --------------------------------------------------------------------------------------------------


def naive_merges(words: dict[Word, int], count: int) -> list[Pair]:
    """Every pair counted anew before each merge."""
    merges: list[Pair] = []
    while len(merges) < count:
        pairs: Counter[Pair] = Counter()
        for word, times in words.items():
            for pair in pairwise(word):
                pairs[pair] += times
        best = max(pairs.values(), default=0)
        if best < 2:
            break
        merges.append(min(pair for pair, times in pairs.items() if times == best))
        words = {naive_merge(word, merges[-1]): times for word, times in words.items()}
    return merges


def naive_merge(word: Word, pair: Pair) -> Word:
    for at in range(len(word) - 1):
        if word[at : at + 2] == pair:
            return (*word[:at], "".join(pair), *naive_merge(word[at + 2 :], pair))
    return word


@given(WORDS, st.integers(0, 23))
@example({"aaaaaaaaaaa": 1}, 23)
@example({"abababab": 1, "bababa": 2}, 23)
def test_merges_are_those_of_counting_anew_each_time(words: dict[str, int], count: int) -> None:
    symbols = {tuple(word): times for word, times in words.items()}
    assert learn_merges(symbols, count, add) == naive_merges(symbols, count)


@given(WORDS)
@example({"aaaaaaaaaaa": 1})
def test_no_two_merges_give_the_same_piece(words: dict[str, int]) -> None:
    merges = learn_merges({tuple(word): times for word, times in words.items()}, 50, add)
    assert len({left + right for left, right in merges}) == len(merges)


def test_the_example_of_the_paper() -> None:
    """Sennrich et al. (2016), figure 1; then "ew", as the smaller of pairs seen six times."""
    counts = {"low": 5, "lower": 2, "newest": 6, "widest": 3}
    merges = learn_merges({(*word, "</w>"): times for word, times in counts.items()}, 6, add)
    assert [left + right for left, right in merges] == ["es", "est", "est</w>", "lo", "low", "ew"]


def test_a_pair_seen_once_is_not_merged() -> None:
    assert learn_merges({("a", "b", "c"): 1}, 9, add) == []
    assert learn_merges({("a", "b", "c"): 2}, 9, add) == [("a", "b"), ("ab", "c")]


def test_merges_stay_within_words_numbers_and_marks() -> None:
    tokenizer = ByteBPE.train(["tea at 10, tea at 10, tea at 10,"] * 3, 400)
    assert tokenizer.pieces("tea at 10,") == ["tea", "▁at", "▁10", ","]


def test_of_equally_frequent_pairs_the_smaller_bytes_come_first() -> None:
    tokenizer = ByteBPE.train(["zé", "zé", "ba", "ba"], 262)
    assert tokenizer.merges == ((b"b", b"a"), (b"z", b"\xc3"))


# Encoding --------------------------------------------------------------------------------------------------


def naive_pieces(merges: tuple[tuple[bytes, bytes], ...], stretch: str) -> list[bytes]:
    """Every merge applied in the order in which it was learned."""
    pieces = [bytes([value]) for value in stretch.encode()]
    for left, right in merges:
        at = 0
        while at < len(pieces) - 1:
            if (pieces[at], pieces[at + 1]) == (left, right):
                pieces[at : at + 2] = [left + right]
            at += 1
    return pieces


@given(st.lists(st.text("abc", max_size=23), min_size=1, max_size=5), st.text("abc", max_size=23))
@example(["a" * 23, "a" * 22], "a" * 21)
def test_pieces_are_those_of_applying_every_merge_in_turn(texts: list[str], text: str) -> None:
    tokenizer = ByteBPE.train(texts, 290)
    for each in (*texts, text):
        expected = [piece.decode() for piece in naive_pieces(tokenizer.merges, each)]
        assert tokenizer.pieces(each) == expected


@given(ANY_TEXT)
def test_any_text_comes_back(text: str) -> None:
    assert TOKENIZER.decode(TOKENIZER.encode(text)) == text


@pytest.mark.parametrize("text", AWKWARD)
def test_awkward_texts_come_back(text: str) -> None:
    assert TOKENIZER.decode(TOKENIZER.encode(text)) == text


@pytest.mark.slow
def test_every_character_comes_back() -> None:
    text = "".join(chr(code) for code in range(0x110000) if not 0xD800 <= code <= 0xDFFF)
    assert TOKENIZER.decode(TOKENIZER.encode(text)) == text


@given(ANY_TEXT)
def test_every_character_is_in_one_stretch(text: str) -> None:
    assert "".join(byte_bpe._STRETCH.findall(text)) == text


def test_ids_that_end_within_a_character() -> None:
    ids = TOKENIZER.encode("☃")
    assert len(ids) == 3
    assert TOKENIZER.decode([*ids[:2], *TOKENIZER.encode("a")]) == "\ufffda"


def test_how_pieces_are_shown() -> None:
    assert ByteBPE(()).pieces(" á\n~") == ["▁", "<0xC3>", "<0xA1>", "<0x0A>", "~"]
    assert ByteBPE(((b"\xc3", b"\xa1"), (b" ", b"\xc3\xa1"))).pieces(" á") == ["▁á"]


def test_ids_are_special_ones_then_bytes_then_merges() -> None:
    tokenizer = ByteBPE(((b"b", b"c"), (b"a", b"bc")))
    assert len(tokenizer) == 262
    assert tokenizer.encode("a\0bc abc") == [4 + 97, 4, 260, 4 + 32, 261]


@pytest.mark.parametrize(
    ("merges", "message"),
    [
        (((b"ab", b"c"),), r"merge 0 to join known pieces, received \(b'ab', b'c'\)"),
        (((b"a", b"b"), (b"a", b"b")), r"merge 1 to give a new piece, received \(b'a', b'b'\)"),
    ],
)
def test_merges_that_cannot_be(merges: tuple[tuple[bytes, bytes], ...], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        ByteBPE(merges)


# Memory ----------------------------------------------------------------------------------------------------


def test_the_memory_works_a_word_out_once_and_does_not_grow_for_ever() -> None:
    asked: list[str] = []
    memory = Memory(lambda word: asked.append(word) or [len(word)])  # type: ignore[func-returns-value]
    assert memory["bear"] == memory["bear"] == [4]
    assert asked == ["bear"]
    for number in range(LIMIT):
        memory[str(number)]
    assert len(memory) <= LIMIT
    assert memory["bear"] == [4]
    assert asked[-1] == "bear"
