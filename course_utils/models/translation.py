"""Translation with recurrent networks: an encoder–decoder, and one whose decoder attends to the source.

Both read source ids (B, S), closed by `</s>`, and decoder input (B, T), begun with `<s>`; padding, id 0, is
on the right. In training they are called with both and give logits (B, T, V) for each next token. To
translate, `encode` reads the sources once, and `step` takes one token of each translation at a time.

B batch, S and T lengths, V words of the target language, E width of embeddings, U units.
"""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from course_utils.models.attention import AdditiveAttention
from course_utils.models.attention_decoder import AttentionDecoder
from course_utils.models.recurrent import LSTM


class Translator(keras.Model):
    """What both kinds share: embeddings, the last layer, sizes.

    Args:
        source_size: words of the source language, with the special ones.
        target_size: V.
        units: U.
        embedding: E.
        dropout: share of embeddings and of outputs that training leaves out.
    """

    def __init__(
        self,
        source_size: int,
        target_size: int,
        units: int,
        embedding: int = 64,
        dropout: float = 0.0,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.sizes: dict[str, Any] = {
            "source_size": source_size,
            "target_size": target_size,
            "units": units,
            "embedding": embedding,
            "dropout": dropout,
        }
        # Keras begins with vectors ten times smaller: the first states then hardly depend on the words, and
        # attention finds out what to look for after five times as many steps
        self.source_embedding = keras.layers.Embedding(
            source_size, embedding, embeddings_initializer=keras.initializers.RandomNormal(stddev=0.5)
        )
        self.target_embedding = keras.layers.Embedding(
            target_size, embedding, embeddings_initializer=keras.initializers.RandomNormal(stddev=0.5)
        )
        self.dropout = keras.layers.Dropout(dropout)
        self.to_logits = keras.layers.Dense(target_size)

    def build(self, input_shape=None) -> None:
        """Make all weights; the sizes are known without the input's shape."""
        self.source_embedding.build((None, None))
        self.target_embedding.build((None, None))
        self.to_logits.build((None, None, self.sizes["units"]))

    def call(self, inputs, training=False):
        """Logits (B, T, V) from [source_ids (B, S), decoder_input_ids (B, T)]."""
        source_ids, target_ids = inputs
        embedded = self.dropout(self.target_embedding(target_ids), training=training)
        outputs, _ = self.decode(embedded, self.encode(source_ids, training))
        return self.to_logits(self.dropout(outputs, training=training))

    def read(self, source_ids, training=False):
        """The vectors of the source's words (B, S, E), and where there are any (B, S)."""
        if not self.built:  # `encode` may come before the first call
            self.build()
        embedded = self.dropout(self.source_embedding(source_ids), training=training)
        return embedded, ops.not_equal(source_ids, 0)

    def get_config(self) -> dict[str, Any]:
        """What makes the model anew."""
        return {**super().get_config(), **self.sizes}


@keras.saving.register_keras_serializable(package="course_utils")
class EncoderDecoder(Translator):
    """An LSTM reads the source; its last state is all that a second one, the decoder, gets of it.

    Sutskever, Vinyals and Le, *Sequence to sequence learning with neural networks*, 2014; Cho et al. 2014.
    """

    def __init__(self, source_size: int, target_size: int, units: int, **options: Any) -> None:
        super().__init__(source_size, target_size, units, **options)
        self.encoder = LSTM(units, return_state=True)
        self.decoder = LSTM(units, return_sequences=True, return_state=True)

    def build(self, input_shape=None) -> None:
        super().build(input_shape)
        for layer in (self.encoder, self.decoder):
            layer.build((None, None, self.sizes["embedding"]))

    def encode(self, source_ids, training=False):
        """The state that the decoder starts from: output and cell state (B, U) after the last real token."""
        embedded, mask = self.read(source_ids, training)
        _, output, cell = self.encoder(embedded, mask=mask)
        return output, cell

    def decode(self, embedded, state):
        """From the tokens' vectors (B, T, E) and the state before them to outputs (B, T, U), new state."""
        outputs, output, cell = self.decoder(embedded, initial_state=state)
        return outputs, (output, cell)

    def step(self, token_ids, state):
        """From one token of each translation (B,) and the state before it to logits (B, V), and the state."""
        outputs, state = self.decode(self.target_embedding(token_ids)[:, None], state)
        return self.to_logits(outputs[:, 0]), state


@keras.saving.register_keras_serializable(package="course_utils")
class AttentionTranslator(Translator):
    """Two LSTMs read the source, one from each end; the decoder attends to what both say at each word.

    Bahdanau, Cho and Bengio, *Neural machine translation by jointly learning to align and translate*, 2015.
    Unlike theirs the decoder starts from zeros: a copy of the sentence in its state would spare it to look
    (alignment error rate 0.36 with the last states of both readers, 0.31 from zeros, after four epochs).

    Args:
        attention: a layer as in `models.attention`; AdditiveAttention(units) for None.
    """

    def __init__(
        self,
        source_size: int,
        target_size: int,
        units: int,
        attention: keras.layers.Layer | None = None,
        **options: Any,
    ) -> None:
        if units % 2:
            raise ValueError(f"expected an even number of units, half for each direction, received {units}")
        super().__init__(source_size, target_size, units, **options)
        self.forwards = LSTM(units // 2, return_sequences=True)
        self.backwards = LSTM(units // 2, return_sequences=True)
        self.decoder = AttentionDecoder(units, attention or AdditiveAttention(units))

    def build(self, input_shape=None) -> None:
        super().build(input_shape)
        embedded_shape = (None, None, self.sizes["embedding"])
        for layer in (self.forwards, self.backwards):
            layer.build(embedded_shape)
        self.decoder.build(embedded_shape, (None, None, self.sizes["units"]))

    def encode(self, source_ids, training=False):
        """The decoder's first state, output and cell state (B, U), and the source that it attends to."""
        embedded, mask = self.read(source_ids, training)
        ahead = self.forwards(embedded, mask=mask)
        # Padding then comes first, where the state stays zero until the last word
        back = self.backwards(ops.flip(embedded, axis=1), mask=ops.flip(mask, axis=1))
        memory = ops.concatenate([ahead, ops.flip(back, axis=1)], axis=-1)
        start = ops.zeros_like(memory[:, 0])
        return (start, start), self.decoder.source(memory, mask)

    def decode(self, embedded, encoded):
        """From the tokens' vectors (B, T, E) to outputs (B, T, U) and attention weights (B, T, S)."""
        state, source = encoded
        return self.decoder(embedded, source.memory, initial_state=state, mask=source.mask)

    def step(self, token_ids, encoded):
        """From one token of each translation (B,), and what `encode` or `step` gave, to logits (B, V)."""
        state, source = encoded
        outputs, _, state = self.decoder.step(self.target_embedding(token_ids), state, source)
        return self.to_logits(outputs), (state, source)

    def alignments(self, source_ids, target_ids):
        """What the decoder attends to while it is given `target_ids` (B, T): weights (B, T, S)."""
        _, weights = self.decode(self.target_embedding(target_ids), self.encode(source_ids))
        return weights

    def get_config(self) -> dict[str, Any]:
        """What makes the model anew, its attention too."""
        attention = keras.saving.serialize_keras_object(self.decoder.attention)
        return {**super().get_config(), "attention": attention}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> AttentionTranslator:
        """The model that `get_config` describes."""
        attention = keras.saving.deserialize_keras_object(config.pop("attention"))
        return cls(attention=attention, **config)
