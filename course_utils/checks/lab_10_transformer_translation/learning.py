"""Exercise 10.2 in training: every weight learns, and numbers are left out where the text says."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from course_utils.checks.asserts import expect
from course_utils.checks.errors import exceptions_mean
from course_utils.checks.lab_10_transformer_translation.material import Array, Ids
from course_utils.checks.lab_10_transformer_translation.model import (
    built,
    config,
    drawn_ids,
    transformer,
    trusted,
)
from course_utils.checks.lab_10_transformer_translation.model_errors import EXCEPTIONS
from course_utils.checks.layers import LayerCandidate, LayerHandle

Gradients = list[Array | None]
PLACES = 48  # of each vector: by chance all are kept once in 2^48 runs


def gradients_of(handle: LayerHandle, source: Ids, target: Ids, training: bool = False) -> Gradients:
    """For each weight the gradient of the logits' mean square."""
    with exceptions_mean(known=EXCEPTIONS):
        return handle.gradients([source, target], training=training)


def right_gradients(model: Any, source: Ids, target: Ids) -> Gradients:
    """Those of the trusted model."""
    return gradients_of(LayerHandle(LayerCandidate(type(model), "", ""), model), source, target)


@transformer.check(
    hints=(
        "NumPy, convert_to_numpy and stop_gradient cut the way back: keras.ops alone.",
        "The table learns twice: as the words' embedding, and in the logits.",
    )
)
def every_weight_learns(candidate, rng):
    """a gradient comes back to each weight, on every way"""
    model, (source, target) = trusted(rng), drawn_ids(rng)
    gradients = gradients_of(built(candidate, model), source, target)
    names = [weight.path for weight in model.trainable_weights]
    right = list(zip(names, gradients, right_gradients(model, source, target), strict=True))
    missing = [name for name, ours, theirs in right if ours is None and theirs is not None]
    expect(
        not missing,
        "a gradient must come back to each weight",
        expected="none without",
        got=f"{len(missing)} of {len(names)} without, the first is {missing[0] if missing else ''}",
        cause="All on the way must be keras.ops and the model's own parts: NumPy and stop_gradient cut the way back.",
    )
    other = [name for name, ours, theirs in right if not _alike(ours, theirs)]
    table = model.target_embedding.table.path
    expect(
        not other,
        "the gradients must be those of the whole call",
        expected="each as the package's transformer has it",
        got=f"{len(other)} of {len(names)} are others, the first is {other[0] if other else ''}",
        cause="The English table must learn as embedding and in the logits: ops.transpose(self.target_embedding.table), "
        "no NumPy copy of it and no stop_gradient."
        if other == [table]
        else "On one of the ways something is cut off: NumPy and stop_gradient let no gradient through.",
    )


def _alike(ours: Any, theirs: Any) -> bool:
    if theirs is None:  # the output matrix, which this model does not need
        return ours is None
    return np.allclose(ours, theirs, rtol=1e-3, atol=1e-3 * np.abs(theirs).max() + 1e-5)


@cache
def _wide() -> Any:
    """A transformer of one block a side whose weights tell by zeros in their gradients what was left out."""
    from course_utils.models.transformer import Transformer

    model = Transformer(config(width=PLACES, heads=PLACES // 2, dropout=0.5, positions="learned"))
    model.build()
    return model


def _telling(model: Any) -> dict[str, Any]:
    """Where numbers are left out -> a weight that is added there, or right before."""
    return {
        "the source's embedding": model.source_embedding.places,
        "the encoder": model.encoder.blocks[-1].feed_forward.outer.bias,
        "the target's embedding": model.target_embedding.places,
        "the decoder": model.decoder.blocks[-1].feed_forward.outer.bias,
    }


@transformer.check(
    hints=(
        "self.dropout(x, training=training) stands behind each of the two embeddings.",
        "training goes on to the encoder and the decoder, too: training=training.",
    )
)
def leaves_numbers_out_in_training(candidate, rng):
    """with training=True numbers are left out of both embeddings, in the encoder and in the decoder"""
    model = _wide()
    source, target = (rng.integers(4, 11, (1, 1)).astype("int32") for _ in range(2))
    gradients = gradients_of(built(candidate, model), source, target, training=True)
    # With one word a side, a number that is left out lets no gradient back to what was added to it
    indices = {id(weight): at for at, weight in enumerate(model.trainable_weights)}
    found = {name: gradients[indices[id(weight)]] for name, weight in _telling(model).items()}
    kept = [name for name, gradient in found.items() if np.all(np.atleast_2d(np.asarray(gradient))[0] != 0)]
    expect(
        not kept,
        "with training=True and a dropout of 0.5 half of the numbers must be left out, at four places",
        expected=f"numbers left out at {', '.join(found)}",
        got=f"none left out at {', '.join(kept)}",
        cause="Both embeddings go through self.dropout(..., training=training), and training=training goes on to the "
        "encoder and the decoder.",
    )
