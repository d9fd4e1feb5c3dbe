"""Dropout whose random numbers cost next to nothing on a processor."""

from __future__ import annotations

import math
from typing import Any

import keras
import numpy as np
from keras import ops


@keras.saving.register_keras_serializable(package="course_utils")
class Dropout(keras.layers.Layer):
    """Leaves out a share of all values in training, and makes up for it in the others, as Keras's layer does.

    Keras draws its random numbers from a generator fit for physics; in the step of a small transformer that
    is a quarter of the time. Which values to leave out is a question for less: here each value's number is a
    hash of its place and of a key that is new at each call. XLA computes it where it is used and stores none.

    Args:
        rate: the share, from 0 to below 1.
    """

    def __init__(self, rate: float, **kwargs: Any) -> None:
        if not 0 <= rate < 1:
            raise ValueError(f"expected a rate from 0 to below 1, received {rate!r}")
        super().__init__(**kwargs)
        self.rate = rate
        self.supports_masking = True
        self.built = True
        self.seeds = keras.random.SeedGenerator() if rate else None

    def call(self, x, training=False):
        """x, of any shape, and in training what dropout makes of it."""
        if not training or self.seeds is None:
            return x
        key = ops.cast(self.seeds.next(), "uint32")
        shape = ops.shape(x)
        numbers = random_numbers(math.prod(shape), key)
        kept = ops.reshape(numbers, shape) >= np.uint32(round(self.rate * 2**32))
        return ops.where(kept, x / (1 - self.rate), ops.zeros((), x.dtype))

    def get_config(self) -> dict[str, Any]:
        """What makes the layer anew."""
        return {**super().get_config(), "rate": self.rate}


def random_numbers(count: Any, key: Any) -> Any:
    """`count` numbers from 0 to 2^32 - 1, uint32, for a key of two such; the same on every backend."""
    first = _scatter(key[0])
    second = _scatter(first + key[1])
    # Each place goes through twice: after one sum alone, two keys could give the same numbers, shifted
    places = ops.cast(ops.arange(count), "uint32")
    return _scatter(_scatter(places + first) + second)


def _scatter(x: Any) -> Any:
    """Numbers to numbers, one to one, so that each bit of x turns every bit of the result half of the time.

    The last step of MurmurHash3 (A. Appleby, 2011).
    """
    x = ops.bitwise_xor(x, ops.right_shift(x, np.uint32(16))) * np.uint32(0x85EBCA6B)
    x = ops.bitwise_xor(x, ops.right_shift(x, np.uint32(13))) * np.uint32(0xC2B2AE35)
    return ops.bitwise_xor(x, ops.right_shift(x, np.uint32(16)))
