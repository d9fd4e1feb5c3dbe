"""The blocks that encoder and decoder are stacks of.

Shapes: B batch, S source and T target length, D model width, H heads. Masks as in `models.multi_head`.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import keras
from keras import ops

from course_utils.models.dropout import Dropout
from course_utils.models.multi_head import MultiHeadAttention
from course_utils.models.transformer_config import FromConfig, TransformerConfig


@keras.saving.register_keras_serializable(package="course_utils")
class FeedForward(keras.layers.Layer):
    """The same two layers at every place: D -> hidden, ReLU, -> D (Vaswani et al. 2017, equation 2).

    Args:
        hidden: the width between.
        dropout: share of the hidden values that training leaves out.
    """

    def __init__(self, hidden: int, dropout: float = 0.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.inner = keras.layers.Dense(hidden, activation="relu")
        self.dropout = Dropout(dropout)

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        self.inner.build(input_shape)
        self.outer = keras.layers.Dense(input_shape[-1])
        self.outer.build((*input_shape[:-1], self.inner.units))

    def call(self, x, training=False):
        """(B, T, D) -> (B, T, D)."""
        return self.outer(self.dropout(self.inner(x), training=training))

    def get_config(self) -> dict[str, Any]:
        """What makes the layer anew."""
        return {**super().get_config(), "hidden": self.inner.units, "dropout": self.dropout.rate}


class Configured(FromConfig, keras.layers.Layer):
    """A layer that is made from a transformer's config alone, and takes its masks as arguments."""

    def __init__(self, config: TransformerConfig, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.supports_masking = True
        self.config = config

    def compute_mask(self, inputs, previous_mask=None):
        """No mask goes on unseen."""
        return None


class Around(keras.layers.Layer):
    """What stands around each sublayer: dropout, the residual connection, and layer norm before or after.

    pre: x + sublayer(norm(x)) (Xiong et al. 2020, *On layer normalization in the transformer architecture*);
    post: norm(x + sublayer(x)) (Vaswani et al. 2017, section 3.1).
    """

    def __init__(self, config: TransformerConfig, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.pre = config.norm == "pre"
        self.norm = keras.layers.LayerNormalization(epsilon=1e-5)
        self.dropout = Dropout(config.dropout)

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        self.norm.build(input_shape)

    def before(self, x):
        """What the sublayer reads of x (B, T, D)."""
        return self.norm(x) if self.pre else x

    def after(self, x, outputs, training=False):
        """x and what the sublayer made of it, together: (B, T, D)."""
        x = x + self.dropout(outputs, training=training)
        return x if self.pre else self.norm(x)


@keras.saving.register_keras_serializable(package="course_utils")
class EncoderBlock(Configured):
    """Self-attention, then a feed-forward layer."""

    def __init__(self, config: TransformerConfig, **kwargs: Any) -> None:
        super().__init__(config, **kwargs)
        self.attention = MultiHeadAttention(config.heads, config.head_width, config.dropout)
        self.feed_forward = FeedForward(config.hidden, config.dropout)
        self.around_attention, self.around_feed_forward = Around(config), Around(config)

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        for layer in (self.attention, self.around_attention, self.feed_forward, self.around_feed_forward):
            layer.build(input_shape)

    def call(self, x, mask=None, training=False):
        """x (B, S, D) and mask (B, 1, 1, S) -> x (B, S, D) and weights (B, H, S, S)."""
        inputs = self.around_attention.before(x)
        outputs, weights = self.attention(inputs, inputs, mask=mask, training=training)
        x = self.around_attention.after(x, outputs, training)

        outputs = self.feed_forward(self.around_feed_forward.before(x), training=training)
        return self.around_feed_forward.after(x, outputs, training), weights


class Cache(NamedTuple):
    """The keys and values of one decoder block, all (B, H, …, K)."""

    key: Any  # of the target so far; zeros where nothing has been written
    value: Any
    memory_key: Any  # of the source
    memory_value: Any


@keras.saving.register_keras_serializable(package="course_utils")
class DecoderBlock(Configured):
    """Causal self-attention, attention to the source, then a feed-forward layer."""

    def __init__(self, config: TransformerConfig, **kwargs: Any) -> None:
        super().__init__(config, **kwargs)
        self.self_attention = MultiHeadAttention(config.heads, config.head_width, config.dropout)
        self.cross_attention = MultiHeadAttention(config.heads, config.head_width, config.dropout)
        self.feed_forward = FeedForward(config.hidden, config.dropout)
        self.around_self, self.around_cross, self.around_feed_forward = (Around(config) for _ in range(3))

    def build(self, x_shape: tuple[int | None, ...], memory_shape: Any = None) -> None:
        # Keras, which builds a layer on its first call, finds shapes by the names of call's arguments
        self.cross_attention.build(x_shape, memory_shape)
        for layer in (self.self_attention, self.feed_forward):
            layer.build(x_shape)
        for layer in (self.around_self, self.around_cross, self.around_feed_forward):
            layer.build(x_shape)

    def call(self, x, memory, self_mask=None, memory_mask=None, training=False):
        """The block over whole sentences.

        Args:
            x: (B, T, D).
            memory: what the encoder says (B, S, D).
            self_mask: (B, 1, T, T), causal.
            memory_mask: (B, 1, 1, S).

        Returns:
            x (B, T, D), self-attention's weights (B, H, T, T), cross-attention's weights (B, H, T, S).
        """
        inputs = self.around_self.before(x)
        outputs, self_weights = self.self_attention(inputs, inputs, mask=self_mask, training=training)
        x = self.around_self.after(x, outputs, training)

        inputs = self.around_cross.before(x)
        outputs, cross_weights = self.cross_attention(inputs, memory, mask=memory_mask, training=training)
        x = self.around_cross.after(x, outputs, training)

        outputs = self.feed_forward(self.around_feed_forward.before(x), training=training)
        return self.around_feed_forward.after(x, outputs, training), self_weights, cross_weights

    def start(self, memory) -> Cache:
        """The cache before the first token, for the encoder's memory (B, S, D)."""
        memory_key, memory_value = self.cross_attention.keys_values(memory)
        config = self.config
        shape = (ops.shape(memory)[0], config.heads, config.longest, config.head_width)
        nothing = ops.zeros(shape, memory.dtype)
        return Cache(nothing, nothing, memory_key, memory_value)

    def step(self, x, cache: Cache, place, self_mask, memory_mask):
        """The block for one more token of each translation: x (B, 1, D) -> x (B, 1, D), cache.

        Args:
            place: in the cache, where the token goes; a scalar. Those before it are there.
            self_mask: (B, 1, 1, longest), True at what has been written, this token too.
            memory_mask: (B, 1, 1, S).
        """
        inputs = self.around_self.before(x)
        new_key, new_value = self.self_attention.keys_values(inputs)
        key = ops.slice_update(cache.key, (0, 0, place, 0), new_key)
        value = ops.slice_update(cache.value, (0, 0, place, 0), new_value)
        outputs, _ = self.self_attention.attend(self.self_attention.queries(inputs), key, value, self_mask)
        x = self.around_self.after(x, outputs)

        query = self.cross_attention.queries(self.around_cross.before(x))
        outputs, _ = self.cross_attention.attend(query, cache.memory_key, cache.memory_value, memory_mask)
        x = self.around_cross.after(x, outputs)

        outputs = self.feed_forward(self.around_feed_forward.before(x))
        return self.around_feed_forward.after(x, outputs), cache._replace(key=key, value=value)
