"""Exercise 8.2, what training asks of it: gradients, with a mask and without, and to be built into a graph."""

from __future__ import annotations

import math

import numpy as np

from course_utils.checks.arrays import expect_arrays_close
from course_utils.checks.asserts import expect
from course_utils.checks.errors import exceptions_mean
from course_utils.checks.lab_08_self_attention import oracles
from course_utils.checks.lab_08_self_attention.material import draw, two_arrays
from course_utils.checks.lab_08_self_attention.oracles import Array, Mask
from course_utils.checks.lab_08_self_attention.scaling import BOTH, EXCEPTIONS, K, S, T, scaled_attention

NAMES = ("query", "key", "value")
CUT = "Use ops.matmul, ops.softmax, ops.where: NumPy's functions cut the way back, and so does ops.stop_gradient."
OF_TRUTHS = (
    "attention_mask will give a tensor of truth values, and it has no minus and no times: "
    "ops.where(mask, ..., ...), or ops.cast(mask, scores.dtype) first."
)
GRAPH = (
    "fit calls it without numbers first, to build a graph of it, and an `if` finds none there to ask. (`mask is None` "
    "can be asked.) ops.where chooses number by number."
)
TENSORS = dict.fromkeys(
    ("type bool", "dtype bool", "bool is not", "allowed values", "unsupported operand", "to a tensor"),
    OF_TRUTHS,
)


def gradients_of(query: Array, key: Array, value: Array, mask: Mask) -> tuple[Array, Array, Array]:
    """The gradients of the context's sum for query (T, K), key (S, K) and value (S, D), worked out by hand."""
    _, weights = oracles.attention(query, key, value, mask)
    of_weights = np.broadcast_to(value.sum(axis=-1), weights.shape)
    mean = (weights * of_weights).sum(axis=-1, keepdims=True)
    of_scores = weights * (of_weights - mean) / math.sqrt(K)
    of_value = np.broadcast_to(weights.sum(axis=0)[:, None], value.shape)
    return of_scores @ key, of_scores.T @ query, of_value


@scaled_attention.check(hints=("All functions must be those of ops: np.matmul and np.exp cut the way back.",))
def gradients_come_back(candidate, rng):
    """a gradient comes back to query, key and value"""
    arrays = draw(rng, T, K), draw(rng, S, K), draw(rng, S, S)  # D = S: both results can be summed in one go
    for gradient, name in zip(candidate.gradients(*arrays), NAMES, strict=True):
        expect(
            gradient is not None and bool(np.any(gradient)),
            f"a gradient must come back to the {name}, or nothing is learned",
            expected="a gradient",
            got="none",
            cause=CUT,
        )


@scaled_attention.check(
    hints=("-1e9 has a gradient of 0 and -infinity one of NaN: NaN would be in every weight after one step.",)
)
def gradients_come_back_through_a_mask(candidate, rng):
    """with a mask, too, the gradients are right, and no NaN is among them"""
    arrays = draw(rng, T, K), draw(rng, S, K), draw(rng, S, S)
    mask = rng.random((T, S)) < 0.5
    mask[0], mask[1], mask[2, :2] = True, False, (True, False)
    with exceptions_mean(OF_TRUTHS, {**TENSORS, **EXCEPTIONS}):
        found = candidate.gradients(*arrays, mask)
    for gradient, wanted, name in zip(found, gradients_of(*arrays, mask), NAMES, strict=False):
        expect_arrays_close(
            np.zeros_like(wanted) if gradient is None else gradient,
            wanted,
            f"a mask, a tensor here, in which query 1 may look at nothing: the gradient of the {name}",
            tolerance=1e-4,
            cause="Is a part of it cut off? " + CUT
            if gradient is None or np.isfinite(gradient).all()
            else "The gradient of a softmax over -infinity alone is NaN, and repairing the weights after it comes too "
            "late: mask with -1e9.",
        )


@scaled_attention.check(
    hints=("Ask only `mask is None`: what a mask holds is not known while fit builds its graph.",)
)
def training_can_call_it(candidate, rng):
    """it works in a graph, as fit builds one of section 7's model"""
    arrays, mask = (draw(rng, 2, T, K), draw(rng, 2, S, K), draw(rng, 2, S, S)), rng.random((2, T, S)) < 0.5
    mask[0, 1] = False
    with exceptions_mean(GRAPH):
        got = candidate.in_a_graph(*arrays, mask)
    for part, right in zip(
        two_arrays(got, "the context and the weights", BOTH), oracles.attention(*arrays, mask), strict=True
    ):
        expect_arrays_close(part, right, "in a graph it must give what it gives outside", tolerance=1e-4)
