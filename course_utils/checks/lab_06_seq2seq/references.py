"""The package's own answers to lab 06: they stand in for an exercise that is not done yet.

B batch, S and T lengths, V words of the target language, E width of embeddings, U units. The course's
translators are in `models.translation`; these have the shape that the lab gives them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import keras
import numpy as np
from keras import ops
from numpy.typing import NDArray

from course_utils.models import recurrent
from course_utils.models.losses import masked_accuracy, masked_loss
from course_utils.text.tokenization import END, PAD, START

Ids = NDArray[np.int32]


def teacher_forcing(sentences: Sequence[Sequence[int]]) -> tuple[Ids, Ids, NDArray[np.bool_]]:
    """Decoder inputs `<s> w1 … wn`, targets `w1 … wn </s>` and the mask, each (B, T), padded with id 0."""
    length = max(map(len, sentences)) + 1

    def rows(begin: list[int], end: list[int]) -> Ids:
        closed = [[*begin, *sentence, *end] for sentence in sentences]
        return np.array([row + [PAD] * (length - len(row)) for row in closed], np.int32)

    targets = rows([], [END])
    return rows([START], []), targets, targets != PAD


def loss_and_accuracy(batches: Iterable[tuple[Any, Any, Any]]) -> tuple[float, float]:
    """Mean loss, in nats, and accuracy over the real tokens of all batches of (logits, targets, mask)."""
    figures = [
        (float(masked_loss(*batch)), float(masked_accuracy(*batch)), np.count_nonzero(batch[2]))
        for batch in batches
    ]
    losses, hits, tokens = zip(*figures, strict=True)
    return float(np.average(losses, weights=tokens)), float(np.average(hits, weights=tokens))


@keras.saving.register_keras_serializable("course_utils.lab_06")
class Encoder(keras.layers.Layer):
    """Reads source ids (B, S) and hands over h and c (B, U) after the last real token."""

    def __init__(self, source_size: int, units: int, embedding: int = 64, **options: Any) -> None:
        super().__init__(**options)
        self.sizes = {"source_size": source_size, "units": units, "embedding": embedding}
        wide = keras.initializers.RandomNormal(stddev=0.5)
        self.embedding = keras.layers.Embedding(source_size, embedding, embeddings_initializer=wide)
        self.lstm = recurrent.LSTM(units, return_state=True)

    def build(self, input_shape: Any = None) -> None:
        """Make the weights; the sizes are known without the input's shape."""
        self.embedding.build((None, None))
        self.lstm.build((None, None, self.sizes["embedding"]))

    def call(self, source_ids: Any) -> tuple[Any, Any]:
        """Source ids (B, S), padded with id 0, -> h and c, both (B, U)."""
        _, h, c = self.lstm(self.embedding(source_ids), mask=ops.not_equal(source_ids, PAD))
        return h, c

    def get_config(self) -> dict[str, Any]:
        """What makes the layer anew."""
        return {**super().get_config(), **self.sizes}


@keras.saving.register_keras_serializable("course_utils.lab_06")
class EncoderDecoder(keras.Model):
    """An encoder's last state is all that the decoder gets of the source (Sutskever et al. 2014)."""

    def __init__(
        self, source_size: int, target_size: int, units: int, embedding: int = 64, **options: Any
    ) -> None:
        super().__init__(**options)
        self.sizes = {
            "source_size": source_size,
            "target_size": target_size,
            "units": units,
            "embedding": embedding,
        }
        wide = keras.initializers.RandomNormal(stddev=0.5)
        self.encoder = Encoder(source_size, units, embedding)
        self.target_embedding = keras.layers.Embedding(target_size, embedding, embeddings_initializer=wide)
        self.decoder = recurrent.LSTM(units, return_sequences=True, return_state=True)
        self.to_logits = keras.layers.Dense(target_size)

    def build(self, input_shape: Any = None) -> None:
        """Make the weights; the sizes are known without the input's shape."""
        self.encoder.build()
        self.target_embedding.build((None, None))
        self.decoder.build((None, None, self.sizes["embedding"]))
        self.to_logits.build((None, None, self.sizes["units"]))

    def encode(self, source_ids: Any) -> tuple[Any, Any]:
        """Source ids (B, S) -> the state that the decoder starts from."""
        return self.encoder(source_ids)

    def call(self, inputs: Any) -> Any:
        """[source_ids (B, S), decoder_input (B, T)] -> logits (B, T, V)."""
        source_ids, decoder_input = inputs
        state = self.encode(source_ids)
        outputs, _, _ = self.decoder(self.target_embedding(decoder_input), initial_state=state)
        return self.to_logits(outputs)

    def step(self, token_ids: Any, state: tuple[Any, Any]) -> tuple[Any, tuple[Any, Any]]:
        """The last token of each translation (B,) and the state -> logits (B, V) and the new state."""
        vectors = self.target_embedding(token_ids)[:, None]
        outputs, h, c = self.decoder(vectors, initial_state=state)
        return self.to_logits(outputs[:, 0]), (h, c)

    def get_config(self) -> dict[str, Any]:
        """What makes the model anew."""
        return {**super().get_config(), **self.sizes}


def greedy(model: Any, source_ids: Any, max_length: int) -> Ids:
    """The greedy translations (B, L), `</s>` counted; what follows it is padding.

    Token by token outside of any graph: `models.decoding.greedy` does the same in one compiled loop.
    """
    last, state = np.full(len(source_ids), START), model.encode(source_ids)
    ended = np.zeros(len(source_ids), bool)
    columns: list[Any] = []
    while len(columns) < max_length and not ended.all():
        logits, state = model.step(last, state)
        last = np.where(ended, PAD, np.argmax(logits, axis=-1))
        ended = ended | (last == END)
        columns.append(last)
    return np.stack(columns, axis=1)


def ngram_precision(
    hypotheses: Sequence[Sequence[str]], references: Sequence[Sequence[str]], n: int
) -> float:
    """The share of the hypotheses' n-grams that are in their references too, as often (Papineni et al. 2002)."""
    found = total = 0
    for pair in zip(hypotheses, references, strict=True):
        said, asked = (Counter(zip(*(tokens[start:] for start in range(n)), strict=False)) for tokens in pair)
        found += (said & asked).total()
        total += said.total()
    return found / total if total else 0.0
