"""The transformer that translates (Vaswani et al. 2017, *Attention is all you need*).

It reads source ids (B, S), closed by `</s>`, and decoder input (B, T), begun with `<s>`; id 0 is padding. In
training it is called with both and gives logits (B, T, V) for each next token. To translate, `encode` reads
the sources once and `step` takes one token of each translation at a time.

B batch, S and T lengths, D model width, H heads, L layers, V words of the target language.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import keras
from keras import ops

from course_utils.models.dropout import Dropout
from course_utils.models.multi_head import causal_mask, padding_mask
from course_utils.models.positions import PositionalEmbedding, sinusoidal_positions
from course_utils.models.transformer_blocks import (
    Cache,
    Configured,
    DecoderBlock,
    EncoderBlock,
    FeedForward,
)
from course_utils.models.transformer_config import FromConfig, TransformerConfig, count_parameters

__all__ = [
    "Attentions",
    "Decoder",
    "DecoderBlock",
    "Encoder",
    "EncoderBlock",
    "FeedForward",
    "State",
    "Transformer",
    "TransformerConfig",
    "count_parameters",
    "sinusoidal_positions",
]


class Stack(Configured):
    """What both stacks share: the last layer norm, which only blocks that norm before need."""

    blocks: list[Any]

    def __init__(self, config: TransformerConfig, **kwargs: Any) -> None:
        super().__init__(config, **kwargs)
        self.last_norm = keras.layers.LayerNormalization(epsilon=1e-5) if config.norm == "pre" else None

    def _build(self, x_shape: Any, *others: Any) -> None:
        for block in self.blocks:
            block.build(x_shape, *others)
        if self.last_norm is not None:
            self.last_norm.build(x_shape)

    def finish(self, x):
        """What leaves the stack (B, T, D)."""
        return x if self.last_norm is None else self.last_norm(x)


@keras.saving.register_keras_serializable(package="course_utils")
class Encoder(Stack):
    """`encoder_layers` blocks, one on the other."""

    def __init__(self, config: TransformerConfig, **kwargs: Any) -> None:
        super().__init__(config, **kwargs)
        self.blocks = [EncoderBlock(config) for _ in range(config.encoder_layers)]

    def build(self, x_shape: Any) -> None:
        self._build(x_shape)

    def call(self, x, mask=None, training=False):
        """x (B, S, D) and mask (B, 1, 1, S) -> x, and a list of L weights (B, H, S, S)."""
        every = []
        for block in self.blocks:
            x, weights = block(x, mask=mask, training=training)
            every.append(weights)
        return self.finish(x), every


@keras.saving.register_keras_serializable(package="course_utils")
class Decoder(Stack):
    """`decoder_layers` blocks, one on the other; all read the same memory."""

    def __init__(self, config: TransformerConfig, **kwargs: Any) -> None:
        super().__init__(config, **kwargs)
        self.blocks = [DecoderBlock(config) for _ in range(config.decoder_layers)]

    def build(self, x_shape: Any, memory_shape: Any = None) -> None:
        self._build(x_shape, memory_shape)

    def call(self, x, memory, self_mask=None, memory_mask=None, training=False):
        """As `DecoderBlock.call`: x, a list of L weights (B, H, T, T), and one of L weights (B, H, T, S)."""
        every_self, every_cross = [], []
        for block in self.blocks:
            x, self_weights, cross_weights = block(
                x, memory, self_mask=self_mask, memory_mask=memory_mask, training=training
            )
            every_self.append(self_weights)
            every_cross.append(cross_weights)
        return self.finish(x), every_self, every_cross

    def start(self, memory) -> tuple[Cache, ...]:
        """Each block's cache before the first token."""
        return tuple(block.start(memory) for block in self.blocks)

    def step(self, x, caches: tuple[Cache, ...], place, self_mask, memory_mask):
        """One more token of each translation: x (B, 1, D) -> x, caches. Arguments as `DecoderBlock.step`."""
        after = []
        for block, cache in zip(self.blocks, caches, strict=True):
            x, cache = block.step(x, cache, place, self_mask, memory_mask)
            after.append(cache)
        return self.finish(x), tuple(after)


class State(NamedTuple):
    """A translation so far."""

    steps: Any  # taken; a scalar
    written: Any  # (B, 1, 1, longest), True where a step was given a real token
    memory_mask: Any  # (B, 1, 1, S)
    caches: tuple[Cache, ...]


class Attentions(NamedTuple):
    """The attention weights of every layer; a row of a query that is padding means nothing."""

    encoder: Any  # (L, B, H, S, S)
    decoder: Any  # (L, B, H, T, T)
    cross: Any  # (L, B, H, T, S)


@keras.saving.register_keras_serializable(package="course_utils")
class Transformer(FromConfig, keras.Model):
    """Encoder and decoder with what stands before and after them."""

    def __init__(self, config: TransformerConfig, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.config = config
        self.source_embedding = PositionalEmbedding(config.source_size, config)
        self.target_embedding = PositionalEmbedding(config.target_size, config)
        self.dropout = Dropout(config.dropout)
        self.encoder, self.decoder = Encoder(config), Decoder(config)

    def build(self, input_shape=None) -> None:
        """Make all weights; the config says their sizes."""
        shape = (None, None, self.config.width)
        self.source_embedding.build()
        self.target_embedding.build()
        self.encoder.build(shape)
        self.decoder.build(shape, shape)
        if not self.config.tied:
            self.output_matrix = self.add_weight(
                shape=(self.config.target_size, self.config.width),
                initializer=keras.initializers.RandomNormal(stddev=self.config.width**-0.5),
                name="output_matrix",
            )

    @property
    def longest(self) -> int:
        """How many tokens a translation can have, `</s>` counted."""
        return self.config.longest

    def call(self, inputs, training=False):
        """Logits (B, T, V) from [source_ids (B, S), decoder_input_ids (B, T)]."""
        return self._run(inputs, training)[0]

    def attentions(self, source_ids, decoder_input_ids) -> Attentions:
        """What every head of every layer attends to while it reads and writes these sentences."""
        _, weights = self._run([source_ids, decoder_input_ids])
        return Attentions(*(ops.stack(each) for each in weights))

    def encode(self, source_ids) -> State:
        """The state that `step` starts from."""
        memory, memory_mask, _ = self._read(source_ids)
        written = ops.zeros((ops.shape(memory)[0], 1, 1, self.config.longest), "bool")
        return State(ops.zeros((), "int32"), written, memory_mask, self.decoder.start(memory))

    def step(self, token_ids, state: State):
        """From one token of each translation (B,), `<s>` first, to logits (B, V) for the next, and the state.

        At most `longest` steps can be taken.
        """
        steps, written, memory_mask, caches = state
        written = ops.slice_update(written, (0, 0, 0, steps), padding_mask(token_ids[:, None]))
        place = steps - ops.cast(ops.argmax(written[:, 0, 0], axis=-1), "int32")
        x = self.target_embedding.at(token_ids, place)
        x, caches = self.decoder.step(x[:, None], caches, steps, written, memory_mask)
        return self._logits(x[:, 0]), State(steps + 1, written, memory_mask, caches)

    def _run(self, inputs, training=False):
        """The logits, and the lists of weights of encoder, decoder and between them."""
        source_ids, target_ids = inputs
        memory, memory_mask, encoder_weights = self._read(source_ids, training)
        self_mask = ops.logical_and(causal_mask(ops.shape(target_ids)[1]), padding_mask(target_ids))
        x = self.dropout(self.target_embedding(target_ids), training=training)
        x, decoder_weights, cross_weights = self.decoder(
            x, memory, self_mask=self_mask, memory_mask=memory_mask, training=training
        )
        return self._logits(x), (encoder_weights, decoder_weights, cross_weights)

    def _read(self, source_ids, training=False):
        """The encoder's memory (B, S, D), its mask (B, 1, 1, S), and its weights."""
        if not self.built:  # `encode` may come before the first call
            self.build()
        mask = padding_mask(source_ids)
        x = self.dropout(self.source_embedding(source_ids), training=training)
        x, weights = self.encoder(x, mask=mask, training=training)
        return x, mask, weights

    def _logits(self, x):
        matrix = self.target_embedding.table if self.config.tied else self.output_matrix
        return ops.matmul(x, ops.transpose(matrix))
