"""What every tokenizer has in common: ids, errors, files, training that repeats itself."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.text.tokenization import (
    END,
    PAD,
    SPECIAL,
    START,
    UNKNOWN,
    ByteBPE,
    Tokenizer,
    TokenizerFileError,
    Unigram,
    WordPiece,
    WordTokenizer,
)
from tests.texts import ANY_TEXT, TRAINED_ON

KINDS = (WordTokenizer, ByteBPE, WordPiece, Unigram)
# One of each, made once; Unigram and ByteBPE have 256 bytes in it.
EVERY = [kind.train(TRAINED_ON, 331) for kind in KINDS]
every_kind = pytest.mark.parametrize("kind", KINDS)
every_tokenizer = pytest.mark.parametrize("tokenizer", EVERY, ids=lambda each: type(each).__name__)


@every_tokenizer
def test_special_ids_come_first(tokenizer: Tokenizer) -> None:
    assert (PAD, UNKNOWN, START, END) == (0, 1, 2, 3)
    assert tokenizer.vocabulary[:4] == SPECIAL == ("<pad>", "<unk>", "<s>", "</s>")


@every_tokenizer
def test_vocabulary_is_as_long_as_the_tokenizer(tokenizer: Tokenizer) -> None:
    assert 20 < len(tokenizer) == len(tokenizer.vocabulary) <= 331
    assert repr(tokenizer) == f"<{type(tokenizer).__name__} of {len(tokenizer)} ids>"


@pytest.mark.parametrize("tokenizer", EVERY, ids=lambda each: type(each).__name__)
@given(text=ANY_TEXT)
def test_ids_are_in_range_and_none_is_a_marker(tokenizer: Tokenizer, text: str) -> None:
    ids = tokenizer.encode(text)
    assert all(type(number) is int and number in range(len(tokenizer)) for number in ids)
    assert not {PAD, START, END} & set(ids)
    assert tokenizer.pieces(text) == [tokenizer.vocabulary[number] for number in ids]


@pytest.mark.parametrize("tokenizer", EVERY, ids=lambda each: type(each).__name__)
@given(data=st.data())
def test_any_ids_decode_to_a_text_that_can_be_encoded(tokenizer: Tokenizer, data: st.DataObject) -> None:
    ids = data.draw(st.lists(st.integers(0, len(tokenizer) - 1)))
    tokenizer.encode(tokenizer.decode(ids))


@every_tokenizer
def test_no_text_has_no_ids(tokenizer: Tokenizer) -> None:
    assert tokenizer.encode("") == [] == tokenizer.pieces("")
    assert tokenizer.decode([]) == ""


@every_tokenizer
def test_special_ids_are_skipped(tokenizer: Tokenizer) -> None:
    ids = tokenizer.encode("the bear")
    assert tokenizer.decode([START, *ids[:1], UNKNOWN, *ids[1:], END, PAD, PAD]) == "the bear"
    assert tokenizer.decode([START, UNKNOWN, END]) == ""


@every_tokenizer
def test_ids_may_be_numpy_integers_from_an_iterator(tokenizer: Tokenizer) -> None:
    assert tokenizer.decode(iter(np.array(tokenizer.encode("the bear"), np.int32))) == "the bear"


@every_tokenizer
def test_what_the_caller_does_to_the_ids_is_not_remembered(tokenizer: Tokenizer) -> None:
    before = tokenizer.encode("bear")
    tokenizer.encode("bear").clear()
    assert tokenizer.encode("bear") == before != []


@every_tokenizer
def test_a_very_long_word(tokenizer: Tokenizer) -> None:
    word = "bear" * 50_000
    ids = tokenizer.encode(word)
    if isinstance(tokenizer, WordTokenizer | WordPiece):
        assert ids == [UNKNOWN]
    else:
        assert tokenizer.decode(ids) == word


# Errors ----------------------------------------------------------------------------------------------------


@every_tokenizer
@pytest.mark.parametrize("beyond", [-1, 0, 10_000])
def test_an_id_outside_the_vocabulary(tokenizer: Tokenizer, beyond: int) -> None:
    number = beyond if beyond < 0 else len(tokenizer) + beyond
    with pytest.raises(ValueError, match=rf"expected ids from 0 to {len(tokenizer) - 1}, received {number}"):
        tokenizer.decode([5, number])


@every_tokenizer
def test_an_id_that_is_no_whole_number(tokenizer: Tokenizer) -> None:
    with pytest.raises(TypeError, match=r"expected ids to be whole numbers, received 4\.0"):
        tokenizer.decode([5, 4.0])  # type: ignore[list-item]


@every_tokenizer
def test_half_of_a_surrogate_pair(tokenizer: Tokenizer) -> None:
    message = (
        r"whole Unicode characters, received half of a surrogate pair, U\+D83D, at position 2 of 'a \\ud83d'"
    )
    for attempt in (tokenizer.encode, tokenizer.pieces, lambda text: tokenizer.train([text], 331)):
        with pytest.raises(ValueError, match=message):
            attempt("a \ud83d")


@every_tokenizer
@pytest.mark.parametrize("text", [b"bear", None, ["bear"]])
def test_what_is_no_text(tokenizer: Tokenizer, text: object) -> None:
    with pytest.raises(TypeError, match=f"expected a text, received {type(text).__name__} "):
        tokenizer.encode(text)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=f"expected a text, received {type(text).__name__} "):
        tokenizer.train([text], 331)  # type: ignore[list-item]


@every_kind
def test_one_text_in_place_of_many(kind: type[Tokenizer]) -> None:
    with pytest.raises(TypeError, match="expected a collection of texts, received one text, 'the bear'"):
        kind.train("the bear", 331)


@pytest.mark.parametrize(
    ("kind", "smallest", "reason"),
    [
        (WordTokenizer, 4, "the special ids"),
        (ByteBPE, 260, "4 special ids and 256 bytes"),
        (WordPiece, 8, "4 special ids and 4 characters, at a word's start or inside"),
        (Unigram, 260, "4 special ids and 256 bytes, then every character"),
    ],
)
def test_a_vocabulary_that_is_too_small(kind: type[Tokenizer], smallest: int, reason: str) -> None:
    message = rf"vocabulary_size of at least {smallest} \({reason}\), received {smallest - 1}"
    with pytest.raises(ValueError, match=message):
        kind.train(["ab ba"], smallest - 1)


# Training --------------------------------------------------------------------------------------------------


@every_tokenizer
def test_the_same_texts_give_the_same_tokenizer(tokenizer: Tokenizer) -> None:
    again = type(tokenizer).train((text for text in TRAINED_ON), 331)
    assert again == tokenizer
    assert again != type(tokenizer).train(TRAINED_ON[:3], 331)


def test_hash_seeds_change_nothing(tmp_path: Path) -> None:
    code = (
        "import sys\nfrom course_utils.text import tokenization\nfrom tests.texts import TRAINED_ON\n"
        "for kind in sys.argv[2:]:\n"
        "    getattr(tokenization, kind).train(TRAINED_ON, 331).save(sys.argv[1] + kind)\n"
    )
    names = [kind.__name__ for kind in KINDS]
    for seed in ("1", "2"):
        command = [sys.executable, "-c", code, f"{tmp_path}/{seed}", *names]
        subprocess.run(command, env={**os.environ, "PYTHONHASHSEED": seed}, check=True)
    for name, tokenizer in zip(names, EVERY, strict=True):
        assert (tmp_path / f"1{name}").read_bytes() == (tmp_path / f"2{name}").read_bytes()
        assert Tokenizer.load(tmp_path / f"1{name}") == tokenizer


# Files -----------------------------------------------------------------------------------------------------


@every_tokenizer
def test_a_saved_tokenizer_comes_back(tokenizer: Tokenizer, tmp_path: Path) -> None:
    tokenizer.save(tmp_path / "t.json")
    for loaded in (Tokenizer.load(tmp_path / "t.json"), type(tokenizer).load(str(tmp_path / "t.json"))):
        assert type(loaded) is type(tokenizer)
        assert loaded == tokenizer
        assert loaded.vocabulary == tokenizer.vocabulary
        assert all(loaded.encode(text) == tokenizer.encode(text) for text in TRAINED_ON)


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="none"):
        Tokenizer.load(tmp_path / "none")


@pytest.mark.parametrize(
    "data", [b"", b'{"kind": "ByteBPE"', b"\xff\xfe", b"[]", b'{"kind": "ByteBPE"}', b"3"]
)
def test_a_foreign_file(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "foreign").write_bytes(data)
    with pytest.raises(TokenizerFileError) as caught:
        Tokenizer.load(tmp_path / "foreign")
    assert f"{tmp_path / 'foreign'}: expected the JSON of a tokenizer, received {data!r}" in str(caught.value)


def test_another_kind_than_asked_for(tmp_path: Path) -> None:
    EVERY[0].save(tmp_path / "t")
    with pytest.raises(TokenizerFileError) as caught:
        ByteBPE.load(tmp_path / "t")
    assert str(caught.value) == (
        f"{tmp_path / 't'}: expected a tokenizer of the kind ByteBPE, received the kind 'WordTokenizer'."
    )


@pytest.mark.parametrize("kind", ["Bytes", None, ["ByteBPE"]])
def test_a_kind_that_does_not_exist(kind: object, tmp_path: Path) -> None:
    EVERY[0].save(tmp_path / "t")
    change(tmp_path / "t", "kind", kind)
    with pytest.raises(TokenizerFileError) as caught:
        Tokenizer.load(tmp_path / "t")
    assert str(caught.value).endswith(f"expected a tokenizer of any kind, received the kind {kind!r}.")


@pytest.mark.parametrize(
    ("tokenizer", "key", "content", "received"),
    [
        (EVERY[0], "known", ["bear", "bear"], "ValueError: expected each piece once, received 'bear' twice"),
        (EVERY[0], "known", ["Bear"], "lower-cased words, marks and clitics, received 'Bear'"),
        (EVERY[0], "known", [3], "TypeError"),
        (EVERY[1], "merges", [[5, 6], [4, 261]], "KeyError: 261"),
        (EVERY[1], "merges", [[5, 6], [5, 6]], "expected merge 1 to give a new piece"),
        (EVERY[1], "merges", [[5]], "ValueError"),
        (EVERY[1], "merges", 3, "TypeError"),
        (EVERY[2], "known", ["a", "a b"], "expected parts of words"),
        (EVERY[2], "known", None, "TypeError"),
        (EVERY[3], "model", "AAA", "Incorrect padding"),
        (EVERY[3], "model", "AAAA", "expected a model of sentencepiece, received b'\\x00\\x00\\x00'"),
    ],
)
def test_a_damaged_file(
    tokenizer: Tokenizer, key: str, content: object, received: str, tmp_path: Path
) -> None:
    tokenizer.save(tmp_path / "t")
    change(tmp_path / "t", key, content)
    with pytest.raises(TokenizerFileError) as caught:
        Tokenizer.load(tmp_path / "t")
    assert f"{tmp_path / 't'}: expected a whole {type(tokenizer).__name__}, received a damaged" in str(
        caught.value
    )
    assert received in str(caught.value)


@every_tokenizer
def test_a_file_that_lacks_its_content(tokenizer: Tokenizer, tmp_path: Path) -> None:
    tokenizer.save(tmp_path / "t")
    content = json.loads((tmp_path / "t").read_text(encoding="utf-8"))
    kept = {key: content[key] for key in ("format", "kind")}
    (tmp_path / "t").write_text(json.dumps(kept), encoding="utf-8")
    with pytest.raises(TokenizerFileError, match=r"received a damaged one \(KeyError"):
        Tokenizer.load(tmp_path / "t")


def change(path: Path, key: str, content: object) -> None:
    """Gives one key of a saved tokenizer another content."""
    saved = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**saved, key: content}), encoding="utf-8")


def test_importing_the_tokenizers_loads_no_framework() -> None:
    code = "import sys, course_utils.text.tokenization\nprint(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = {name.split(".")[0] for name in done.stdout.split()}
    assert "sentencepiece" in loaded
    assert not loaded & {"tensorflow", "tensorflow_text", "keras", "numpy"}
