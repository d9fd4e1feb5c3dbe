"""Exercise 7.4: additive attention, with both projections."""

from __future__ import annotations

import numpy as np

from course_utils.checks.arrays import expect_arrays_close
from course_utils.checks.asserts import expect
from course_utils.checks.errors import exceptions_mean
from course_utils.checks.lab_07_attention import oracles
from course_utils.checks.lab_07_attention.kind_checks import (
    add_padding_checks,
    expect_formula,
    expect_gradients,
    expect_prepared_keys_are_used,
)
from course_utils.checks.lab_07_attention.kinds import EXCEPTIONS, B, D, Kind, S
from course_utils.checks.lab_07_attention.material import LAB
from course_utils.checks.lab_07_attention.oracles import Array
from course_utils.checks.layers import LayerCandidate

additive_attention = LAB.exercise(
    "7.4",
    name="AdditiveAttention",
    title="a small network that compares",
    points=4,
    difficulty=2,
    candidate=LayerCandidate,
    reference="course_utils.models.attention:AdditiveAttention",
    uses=("keras", "tensorflow"),
    hints=(
        "build makes three weights in this order: W (Q, units), U (D, units), v (units,). keys is U state, scores the rest.",
        "keys: ops.matmul(memory, ...) with U, (B, S, units). W query is (B, units): [:, None] makes it fit.",
        "ops.sum(ops.tanh(W query + keys) * v, axis=-1)",
    ),
)


def kind_of(query: int, units: int) -> Kind:
    """Additive attention of these widths."""
    return Kind(
        query,
        (units,),
        ((query, units), (D, units), (units,)),
        oracles.additive_scores,
        (units, lambda memory, w, u, v: memory @ u),
        making="build has three lines with self.add_weight, for W (Q, units), U (D, units) and v (units,), and "
        "units is self.units. No biases.",
        of_keys="U stands in keys, once: U state for each state. scores takes the keys as they are.",
    )


ADDITIVE = kind_of(2, 11)


@additive_attention.check(
    hints=("Three lines with self.add_weight(shape=...): (Q, units), then (D, units), then (units,).",)
)
def has_both_projections_and_a_vector(candidate, rng):
    """it has three weights: W (Q, units), U (D, units) and v (units,)"""
    for kind in (ADDITIVE, kind_of(5, 3)):
        kind.built(candidate, kind.drawn_weights(rng))


@additive_attention.check(hints=("The order: project both, add, tanh, times v, and the sum over the units.",))
def scores_compare_query_and_state(candidate, rng):
    """the score of a place is v · tanh(W query + U state)"""
    weights = ADDITIVE.drawn_weights(rng)
    expect_formula(
        ADDITIVE,
        ADDITIVE.built(candidate, weights),
        weights,
        rng,
        "The score is v · tanh(W query + U state), summed over the units.",
        lambda query, memory: _mistakes(query, memory, *weights),
    )


def _mistakes(query: Array, memory: Array, w: Array, u: Array, v: Array) -> dict[str, Array]:
    """A likely mistake -> the scores that it gives."""
    asked, known = (query @ w)[:, None], memory @ u
    no_query = "The query changes nothing here: W query is added to U state inside the one tanh that goes around the sum."
    hidden = {
        "The tanh is missing: without it all queries would weigh the places alike.": asked + known,
        no_query: np.tanh(known),
        "The two are multiplied: additive attention adds them.": np.tanh(asked * known),
        "One is taken from the other: additive attention adds them.": np.tanh(asked - known),
        "A tanh is taken of U state before the sum: there is one tanh, around the sum.": np.tanh(
            asked + np.tanh(known)
        ),
        "A sigmoid stands where the tanh should.": 1 / (1 + np.exp(-(asked + known))),
        "A relu stands where the tanh should.": np.maximum(asked + known, 0),
        "All sentences are compared with the query of the first one: each has its own.": np.tanh(
            asked[:1] + known
        ),
    }
    right = np.tanh(asked + known)
    return {
        **{mistake: each @ v for mistake, each in hidden.items()},
        "v is missing: the tanh's numbers are weighted by v before they are summed.": right.sum(axis=-1),
        "v stands inside the tanh: it comes after it.": np.tanh((asked + known) * v).sum(axis=-1),
        "The tanh is taken of the score: it comes before v.": np.tanh((asked + known) @ v),
        "The products with v are averaged, not summed.": right @ v / len(v),
    }


@additive_attention.check(hints=("All scores are 0 then, and the softmax of equal scores is 1/S each.",))
def a_zero_vector_gives_equal_weights(candidate, rng):
    """with v = 0 all places get the same weight"""
    query_kernel, memory_kernel, vector = ADDITIVE.drawn_weights(rng)
    layer = ADDITIVE.built(candidate, [query_kernel, memory_kernel, 0 * vector])
    _, got = ADDITIVE.called(layer, *ADDITIVE.drawn_inputs(rng))
    expect_arrays_close(
        got,
        np.full((B, S), 1 / S),
        f"v = 0: all {S} places must get the weight 1/{S}",
        axes="(B, S)",
        cause="Nothing may be added to the scores that v does not weight.",
    )


add_padding_checks(additive_attention, ADDITIVE)


@additive_attention.check(
    hints=("U belongs into keys, which many queries share. scores gets the keys, finished.",)
)
def keys_can_be_made_beforehand(candidate, rng):
    """keys are U state, made once and handed over"""
    expect_prepared_keys_are_used(ADDITIVE, candidate, rng)


@additive_attention.check(hints=("Everything from the three weights to the scores is keras.ops.",))
def training_reaches_every_weight(candidate, rng):
    """a gradient arrives at W, U and v, the query and the memory"""
    expect_gradients(ADDITIVE, candidate, rng, ("W", "U", "v"))


@additive_attention.check(
    hints=("An initializer draws numbers; with W, U and v all 0 no gradient would ever move them.",)
)
def starts_at_random(candidate, rng):
    """the three weights start as random numbers"""
    layer = candidate(11)
    ADDITIVE.called(layer, *ADDITIVE.drawn_inputs(rng))
    for weight, name in zip(layer.weights, ("W", "U", "v"), strict=True):
        expect(
            len(np.unique(weight)) > 1,
            f"a new {name} must be random numbers",
            expected="different numbers",
            got=f"{weight.flat[0]:g} everywhere",
            cause="Units that start alike stay alike, and 0 everywhere stays 0. add_weight without an initializer "
            "draws numbers.",
        )


@additive_attention.check(
    hints=('get_config holds what __init__ needs: {**super().get_config(), "units": self.units}.',)
)
def can_be_made_anew(candidate, rng):
    """a saved layer can be made anew from its configuration"""
    units = int(rng.integers(2, 9))
    missing = 'get_config must hold what __init__ needs: {**super().get_config(), "units": self.units}.'
    known = {**EXCEPTIONS, "required positional argument: 'units'": missing}
    with exceptions_mean(missing, known):
        again = candidate(units).rebuilt()
    kind = kind_of(5, units)
    kind.called(again, *kind.drawn_inputs(rng))
    shapes = [weight.shape for weight in again.weights]
    expect(
        shapes == list(kind.shapes),
        f"made anew from the configuration of AdditiveAttention({units}), it must have {units} units again",
        expected=str(list(kind.shapes)),
        got=str(shapes),
        cause=missing,
    )
