"""tensorflow-text inside a graph gives the ids of the Python tokenizers."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import cache

import pytest
from hypothesis import given

from course_utils.text import corpora
from course_utils.text.tokenization import ByteBPE, Tokenizer, Unigram, WordPiece, WordTokenizer, in_graph
from course_utils.text.tokenization.graph import Encoder
from course_utils.text.world import World
from tests.conftest import require
from tests.texts import ANY_TEXT, AWKWARD, TRAINED_ON

pytestmark = pytest.mark.slow  # loads TensorFlow

# Trained on little, so that many words are cut into many pieces.
TOKENIZERS = (WordPiece.train(TRAINED_ON, 131), Unigram.train(TRAINED_ON * 3, 350))
each_tokenizer = pytest.mark.parametrize("tokenizer", TOKENIZERS, ids=lambda each: type(each).__name__)


@cache
def encoder(tokenizer: Tokenizer) -> Encoder:
    return in_graph(tokenizer)


def differing(tokenizer: Tokenizer, texts: Sequence[str]) -> list[str]:
    """The texts whose ids in the graph are others than in Python."""
    import tensorflow as tf

    in_the_graph = tf.function(encoder(tokenizer))(tf.constant(texts)).to_list()
    return [text for text, ids in zip(texts, in_the_graph, strict=True) if tokenizer.encode(text) != ids]


@each_tokenizer
@given(text=ANY_TEXT)
def test_any_text_has_the_same_ids(tokenizer: Tokenizer, text: str) -> None:
    import tensorflow as tf

    assert encoder(tokenizer)(tf.constant([text])).to_list() == [tokenizer.encode(text)]


@each_tokenizer
def test_awkward_texts_have_the_same_ids(tokenizer: Tokenizer) -> None:
    assert differing(tokenizer, AWKWARD) == []


@pytest.mark.parametrize(("word", "known"), [("b" + "e" * 99, True), ("b" + "e" * 100, False)])
def test_long_words_become_unknown_at_the_same_length(word: str, known: bool) -> None:
    assert (TOKENIZERS[0].pieces(word) != ["<unk>"]) == known
    assert differing(TOKENIZERS[0], [word]) == []


@each_tokenizer
def test_other_ids_are_noticed(tokenizer: Tokenizer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(tokenizer), "encode", lambda self, text: [5] if text == "bear" else [])
    assert differing(tokenizer, ["bear", ""]) == ["bear"]


@pytest.mark.slow
@each_tokenizer
def test_every_character_has_the_same_ids(tokenizer: Tokenizer) -> None:
    characters = [chr(code) for code in range(0x110000) if not 0xD800 <= code <= 0xDFFF]
    assert differing(tokenizer, [f"a{character}b" for character in characters]) == []


@each_tokenizer
def test_ragged_ids_within_tf_data(tokenizer: Tokenizer) -> None:
    import tensorflow as tf

    dataset = tf.data.Dataset.from_tensor_slices(list(TRAINED_ON)).batch(5).map(encoder(tokenizer))
    assert [tuple(batch.shape) for batch in dataset] == [(5, None), (2, None)]
    assert {batch.dtype for batch in dataset} == {tf.int32}
    ids = [row for batch in dataset for row in batch.to_list()]
    assert ids == [tokenizer.encode(text) for text in TRAINED_ON]


@pytest.mark.slow
@pytest.mark.parametrize("kind", [WordPiece, Unigram])
@pytest.mark.parametrize("language", ["english", "hungarian"])
def test_the_world_has_the_same_ids(kind: type[Tokenizer], language: str) -> None:
    records = World(seed=1).sentences(20_000, "train")
    texts = [getattr(record, f"{language}_text") for record in records]
    assert differing(kind.train(texts, 1009), texts) == []


@pytest.mark.slow
@pytest.mark.parametrize("kind", [WordPiece, Unigram])
@pytest.mark.parametrize("corpus", ["spa-eng", "hun-eng", "multi30k"])
def test_real_text_has_the_same_ids(kind: type[Tokenizer], corpus: str) -> None:
    require(
        corpora.available(corpus), f"`course data get {corpus}`, or set COURSE_DATA_DIR to a folder with it"
    )
    pairs = corpora.load_pairs(corpus, "train" if corpus == "multi30k" else None)
    texts = list(dict.fromkeys(text for pair in pairs for text in pair))
    assert differing(kind.train(texts, 4001), texts) == []


# Errors ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("tokenizer", [WordTokenizer(("bear",)), ByteBPE(())])
def test_what_has_no_form_in_a_graph(tokenizer: Tokenizer) -> None:
    with pytest.raises(TypeError) as caught:
        in_graph(tokenizer)
    assert str(caught.value) == (
        f"expected a WordPiece or a Unigram, which tensorflow-text can run, received {tokenizer!r}; "
        f"encode the texts with its own .encode before they go into tf.data"
    )


@each_tokenizer
def test_without_tensorflow_text(tokenizer: Tokenizer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tensorflow_text", None)
    with pytest.raises(
        ImportError, match=r"expected tensorflow-text, .* the tokenizer's own \.encode, which"
    ):
        in_graph(tokenizer)


def test_the_graph_of_unigram_prints_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    """sentencepiece inside tensorflow-text speaks of a model without a normaliser; a lab would show it."""
    import tensorflow as tf

    never_loaded_before = Unigram.train(TRAINED_ON, 337)
    capfd.readouterr()
    in_graph(never_loaded_before)(tf.constant(TRAINED_ON))
    assert capfd.readouterr() == ("", "")
