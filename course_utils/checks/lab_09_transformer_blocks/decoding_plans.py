"""Exercise 9.7's block, number by number, as it goes and as it may go wrong."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from course_utils.checks.lab_09_transformer_blocks import oracles
from course_utils.checks.lab_09_transformer_blocks.material import (
    D,
    draw,
    draw_attention,
    draw_feed_forward,
    draw_norm,
)
from course_utils.checks.lab_09_transformer_blocks.oracles import Array, Mask

B, T, S = 2, 5, 7


@dataclass(frozen=True)
class Inputs:
    """What a block gets."""

    x: Array  # (B, T, D)
    memory: Array  # (B, S, D)
    target_mask: Mask | None  # (B, 1, 1, T)
    memory_mask: Mask | None  # (B, 1, 1, S)

    @classmethod
    def drawn(cls, rng: np.random.Generator, padded: bool = False) -> Inputs:
        """At random; the last target is of 3 words where it is padded, the last source of 4 words always."""
        target = np.arange(T) < np.array([[T], [3 if padded else T]])
        source = np.arange(S) < np.array([[S], [4]])
        return cls(draw(rng, B, T, D), draw(rng, B, S, D), target[:, None, None], source[:, None, None])

    def with_x(self, x: Array) -> Inputs:
        """With other targets."""
        return replace(self, x=x)

    def without_masks(self) -> Inputs:
        """With None for both masks."""
        return replace(self, target_mask=None, memory_mask=None)


@dataclass(frozen=True)
class Written:
    """What a block gives."""

    x: Array  # (B, T, D)
    self_weights: Array  # (B, H, T, T)
    cross_weights: Array  # (B, H, T, S)


@dataclass(frozen=True)
class Weights:
    """Of one decoder block, in the order of its layers."""

    self_attention: list[Array]
    cross_attention: list[Array]
    feed_forward: list[Array]
    around_self: list[Array]
    around_cross: list[Array]
    around_feed_forward: list[Array]

    @classmethod
    def drawn(cls, rng: np.random.Generator) -> Weights:
        """At random."""
        norms = [draw_norm(rng) for _ in range(3)]
        return cls(draw_attention(rng), draw_attention(rng), draw_feed_forward(rng), *norms)

    def giving_1(self) -> Weights:
        """With sublayers that give 1 everywhere."""
        own, cross, feed = (
            [*weights[:-2], 0 * weights[-2], np.ones(D, "float32")]
            for weights in (self.self_attention, self.cross_attention, self.feed_forward)
        )
        return replace(self, self_attention=own, cross_attention=cross, feed_forward=feed)

    @property
    def all(self) -> list[Array]:
        """As the layer lists them."""
        attentions = [*self.self_attention, *self.cross_attention]
        norms = [*self.around_self, *self.around_cross, *self.around_feed_forward]
        return [*attentions, *self.feed_forward, *norms]


@dataclass(frozen=True)
class Plan:
    """How a block may go; the defaults are right."""

    norm: str = "pre"
    causal: str = "up to itself"
    target_masked: bool = True
    memory_masked: bool = True
    self_normed: bool = True
    self_added: bool = True
    cross_first: bool = False
    cross_asks: str = "after"
    cross_added: bool = True
    cross_adds_to: str = "after"
    memory_normed: bool = False
    exchanged_norms: bool = False
    fed: str = "after"
    fed_added: bool = True


def planned(inputs: Inputs, weights: Weights, plan: Plan = Plan()) -> Written:
    """The block as `plan` says."""
    norms = [weights.around_self, weights.around_cross]
    first, second = reversed(norms) if plan.exchanged_norms else norms
    if plan.cross_first:
        x, cross_weights = _cross(inputs.x, inputs.x, inputs, weights, plan, second)
        x, self_weights = _own(x, inputs, weights, plan, first)
    else:
        x, self_weights = _own(inputs.x, inputs, weights, plan, first)
        x, cross_weights = _cross(inputs.x, x, inputs, weights, plan, second)
    return Written(_fed(inputs, x, weights, plan, first), self_weights, cross_weights)


def _read(x: Array, norm: list[Array], plan: Plan) -> Array:
    return oracles.layer_norm(x, *norm) if plan.norm == "pre" else x


def _add(x: Array, outputs: Array, norm: list[Array], plan: Plan, added: bool = True) -> Array:
    total = x + outputs if added else outputs
    return total if plan.norm == "pre" else oracles.layer_norm(total, *norm)


def _own(x: Array, inputs: Inputs, weights: Weights, plan: Plan, norm: list[Array]) -> tuple[Array, Array]:
    length = x.shape[1]
    triangles = {
        "up to itself": np.tri(length),
        "before": np.tri(length, k=-1),
        "none": np.ones((length, length)),
    }
    mask = triangles[plan.causal].astype(bool)[None, None]
    if plan.target_masked and inputs.target_mask is not None:
        mask = mask & inputs.target_mask
    read = _read(x, norm, plan) if plan.self_normed else x
    outputs, shares = oracles.attention(read, read, weights.self_attention, mask)
    return _add(x, outputs, norm, plan, plan.self_added), shares


def _cross(
    before: Array, x: Array, inputs: Inputs, weights: Weights, plan: Plan, norm: list[Array]
) -> tuple[Array, Array]:
    asks = {"after": _read(x, norm, plan), "before": _read(before, norm, plan), "unnormed": x}[
        plan.cross_asks
    ]
    memory = _read(inputs.memory, norm, plan) if plan.memory_normed else inputs.memory
    mask = inputs.memory_mask if plan.memory_masked else None
    outputs, shares = oracles.attention(asks, memory, weights.cross_attention, mask)
    return _add(x if plan.cross_adds_to == "after" else before, outputs, norm, plan, plan.cross_added), shares


def _fed(inputs: Inputs, x: Array, weights: Weights, plan: Plan, first: list[Array]) -> Array:
    if plan.fed == "not":
        return x
    reads = x if plan.fed == "after" else _own(inputs.x, inputs, weights, plan, first)[0]
    norm = weights.around_feed_forward
    outputs = oracles.feed_forward(_read(reads, norm, plan), *weights.feed_forward)
    return _add(x, outputs, norm, plan, plan.fed_added)
