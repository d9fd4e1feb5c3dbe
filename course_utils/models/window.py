"""A window language model: n-1 words in, their vectors side by side, one hidden layer, a logit for each word.

Y. Bengio et al., A neural probabilistic language model, 2003. Theirs has tanh where this one has max(0, ·),
and allows direct connections from the vectors to the last layer, which this one leaves out.
"""

from __future__ import annotations

from collections.abc import Sequence

import keras
import numpy as np
from keras import layers
from numpy.typing import NDArray

Ids = NDArray[np.int32]
Floats = NDArray[np.floating]


def windows(sentences: Sequence[Sequence[int]], n: int, start_id: int, end_id: int) -> tuple[Ids, Ids]:
    """Every token of every sentence, the closing `end_id` too, with the n-1 ids before it.

    M tokens in all: contexts (M, n-1), filled up with `start_id` on the left, and what follows each, (M,).

    Raises:
        ValueError: n is less than 2, which leaves no context.
    """
    if n < 2:
        raise ValueError(f"expected n of at least 2, one word of context, received {n}")
    contexts, following = [], []
    for sentence in sentences:
        padded = [start_id] * (n - 1) + [int(id) for id in sentence] + [end_id]
        for i in range(n - 1, len(padded)):
            contexts.append(padded[i - n + 1 : i])
            following.append(padded[i])
    return np.array(contexts, np.int32).reshape(-1, n - 1), np.array(following, np.int32)


def window_model(vocabulary_size: int, n: int, width: int, hidden: int) -> keras.Model:
    """A network from contexts (B, n-1) to logits (B, V), with V = `vocabulary_size`.

    The table of vectors has V+1 rows: the last one is that of `<s>`, which stands in contexts and is never
    predicted. Weights in order: table (V+1, D), kernel (D·(n-1), H) and bias of the hidden layer, kernel
    (H, V) and bias of the last one.
    """
    return keras.Sequential(
        [
            layers.Input((n - 1,), dtype="int32"),
            layers.Embedding(vocabulary_size + 1, width),
            layers.Flatten(),
            layers.Dense(hidden, activation="relu"),
            layers.Dense(vocabulary_size),
        ]
    )


def hidden_layer(weights: Sequence[Floats], contexts: Ids) -> Floats:
    """What the hidden layer says to contexts (M, n-1): (M, H), worked out from a window model's weights."""
    table, kernel, bias = weights[:3]
    rows = table[contexts].reshape(len(contexts), -1)
    return np.maximum(rows @ kernel + bias, 0)


def log_probabilities(model: keras.Model, contexts: Ids, following: Ids, batch_size: int = 4096) -> Floats:
    """ln P of each following token (M,) after its context (M, n-1), by a model that gives logits: (M,)."""
    found = np.empty(len(following))
    for start in range(0, len(following), batch_size):
        part = slice(start, start + batch_size)
        logits = np.asarray(model(contexts[part]), np.float64)
        logits -= logits.max(axis=1, keepdims=True)
        said = np.take_along_axis(logits, following[part, None], axis=1)[:, 0]
        found[part] = said - np.log(np.exp(logits).sum(axis=1))
    return found
