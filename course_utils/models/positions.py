"""Where a token stands: vectors of positions, and the layer that adds them to the tokens' own."""

from __future__ import annotations

import math
from typing import Any

import keras
import numpy as np
from keras import ops
from numpy.typing import NDArray

from course_utils.models.transformer_config import FromConfig, TransformerConfig


def sinusoidal_positions(length: int, width: int) -> NDArray[np.float32]:
    """A vector for each of `length` places, (T, D): sines on even and cosines on odd columns.

    Columns 2i and 2i+1 turn with the angle place / 10000^(2i/D) (Vaswani et al. 2017, section 3.5).

    Raises ValueError for a length below 1 and for a width that is odd or below 2.
    """
    if length < 1 or width < 2 or width % 2:
        raise ValueError(
            f"expected a length of at least 1 and an even width of at least 2, received {length} and {width}"
        )
    frequencies = 10_000.0 ** (-np.arange(0, width, 2) / width)
    angles = np.arange(length)[:, None] * frequencies
    return np.stack([np.sin(angles), np.cos(angles)], axis=-1).reshape(length, width).astype(np.float32)


@keras.saving.register_keras_serializable(package="course_utils")
class PositionalEmbedding(FromConfig, keras.layers.Layer):
    """√D · (vector of the token) + (vector of its place).

    Tokens' vectors begin with a variance of 1/D. Times √D they are as large as those of the places; as the
    output matrix of a tied model, which reads normed states, they give logits of about 1, unscaled (Vaswani
    et al. 2017, section 3.4).

    Args:
        size: of the vocabulary.
        config: of the transformer; width, longest and positions count here.
    """

    def __init__(self, size: int, config: TransformerConfig, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.size, self.config = size, config

    def build(self, input_shape: Any = None) -> None:
        shape, width = (self.size, self.config.width), self.config.width
        normal = keras.initializers.RandomNormal(stddev=1 / math.sqrt(width))
        self.table = self.add_weight(shape=shape, initializer=normal, name="table")
        shape = (self.config.longest, width)
        if self.config.positions == "sinusoidal":
            self.places = sinusoidal_positions(*shape)
        else:  # as large as sines and cosines are
            normal = keras.initializers.RandomNormal(stddev=math.sqrt(0.5))
            self.places = self.add_weight(shape=shape, initializer=normal, name="places")

    def call(self, token_ids):
        """Ids (B, T) to vectors (B, T, D). The first real token has the first place.

        Raises ValueError for more than `longest` places, where their number is known.
        """
        length, longest = token_ids.shape[1], self.config.longest
        if length is not None and length > longest:
            raise ValueError(f"expected at most {longest} tokens, the config's longest, received {length}")
        before = ops.argmax(ops.not_equal(token_ids, 0), axis=1)  # padding on the left
        places = ops.arange(ops.shape(token_ids)[1]) - ops.cast(before, "int32")[:, None]
        return self.at(token_ids, ops.maximum(places, 0))

    def at(self, token_ids, places):
        """Ids and their places, of one shape (…), to vectors (…, D)."""
        tokens = ops.take(self.table, token_ids, axis=0) * math.sqrt(self.config.width)
        return tokens + ops.take(ops.cast(self.places, tokens.dtype), places, axis=0)

    def get_config(self) -> dict[str, Any]:
        """What makes the layer anew."""
        return {**super().get_config(), "size": self.size}
