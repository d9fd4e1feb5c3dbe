"""Exercise 9.5's block, number by number, as it goes and as it may go wrong."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from course_utils.checks.lab_09_transformer_blocks import oracles
from course_utils.checks.lab_09_transformer_blocks.material import (
    draw_attention,
    draw_feed_forward,
    draw_norm,
)
from course_utils.checks.lab_09_transformer_blocks.oracles import Array, Mask


@dataclass(frozen=True)
class Weights:
    """Of one encoder block, in the order of its layers."""

    attention: list[Array]
    feed_forward: list[Array]
    around_attention: list[Array]
    around_feed_forward: list[Array]

    @classmethod
    def drawn(cls, rng: np.random.Generator) -> Weights:
        """At random."""
        return cls(draw_attention(rng), draw_feed_forward(rng), draw_norm(rng), draw_norm(rng))

    @property
    def all(self) -> list[Array]:
        """As the layer lists them."""
        return [*self.attention, *self.feed_forward, *self.around_attention, *self.around_feed_forward]


@dataclass(frozen=True)
class Plan:
    """How a block may go; the defaults are right."""

    norm: str = "pre"
    masked: bool = True
    attention_normed: bool = True
    keys_normed: bool = True
    attention_added: bool = True
    x_normed_for_good: bool = False
    feed_forward_reads: str = "after"
    feed_forward_normed: bool = True
    fed: bool = True
    fed_added: bool = True
    exchanged_norms: bool = False
    feed_forward_first: bool = False
    sum_from: str = "after"


def planned(x: Array, mask: Mask | None, weights: Weights, plan: Plan) -> tuple[Array, Array]:
    """The block, number by number, as `plan` says: x (B, S, D) and weights (B, H, S, S)."""
    pre = plan.norm == "pre"
    norms = [weights.around_attention, weights.around_feed_forward]
    first, second = reversed(norms) if plan.exchanged_norms else norms

    def around(x: Array, norm: list[Array], outputs: Array, added: bool = True) -> Array:
        total = x + outputs if added else outputs
        return total if pre else oracles.layer_norm(total, *norm)

    def read(x: Array, norm: list[Array]) -> Array:
        return oracles.layer_norm(x, *norm) if pre else x

    def attend(x: Array) -> tuple[Array, Array]:
        inputs = read(x, first) if plan.attention_normed else x
        keys = inputs if plan.keys_normed else x
        outputs, shares = oracles.attention(inputs, keys, weights.attention, mask if plan.masked else None)
        goes_by = read(x, first) if plan.x_normed_for_good else x
        return around(goes_by, first, outputs, plan.attention_added), shares

    def feed(x: Array, reads: Array, adds: Array) -> Array:
        inputs = read(reads, second) if plan.feed_forward_normed else reads
        goes_by = read(adds, second) if plan.x_normed_for_good else adds
        return around(goes_by, second, oracles.feed_forward(inputs, *weights.feed_forward), plan.fed_added)

    if plan.feed_forward_first:
        return attend(feed(x, x, x))
    after, shares = attend(x)
    if not plan.fed:
        return after, shares
    reads = after if plan.feed_forward_reads == "after" else x
    return feed(x, reads, after if plan.sum_from == "after" else x), shares


# A likely cause -> how the block then goes, as seen in the weights, and as seen in x.
WEIGHTS_MISTAKES = {
    "The mask does nothing here: self.attention(inputs, inputs, mask=mask, ...).": Plan(masked=False),
    "The feed-forward layer comes first: attention goes before it.": Plan(feed_forward_first=True),
    "The two norms are exchanged: around_attention stands around attention.": Plan(exchanged_norms=True),
    "Only the query is normed: inputs is query and memory, self.attention(inputs, inputs, ...).": Plan(
        keys_normed=False
    ),
    "Attention reads x itself: with pre-norm it reads self.around_attention.before(x).": Plan(
        attention_normed=False
    ),
}
X_MISTAKES = {
    "The residual around attention is missing: self.around_attention.after(x, outputs, training).": Plan(
        attention_added=False
    ),
    "The residual around the feed-forward layer is missing: self.around_feed_forward.after(x, outputs, "
    "training).": Plan(fed_added=False),
    "before(x) has been put in the place of x: x itself must go by, so give what the sublayer reads a name of "
    "its own, inputs.": Plan(x_normed_for_good=True),
    "The feed-forward layer reads x itself: with pre-norm it reads self.around_feed_forward.before(x).": Plan(
        feed_forward_normed=False
    ),
    "The feed-forward layer reads the x from before attention: it reads the new x.": Plan(
        feed_forward_reads="before"
    ),
    "The feed-forward layer does nothing here.": Plan(fed=False),
    "The second sum starts from the x before attention: what attention gave is lost.": Plan(
        sum_from="before"
    ),
    "Neither reads nor adds what attention gave: x must be the new one from the first after on.": Plan(
        feed_forward_reads="before", sum_from="before"
    ),
}
