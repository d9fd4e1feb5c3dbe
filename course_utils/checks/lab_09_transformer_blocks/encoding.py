"""Exercise 9.5: the encoder block."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from course_utils.checks.arrays import expect_array, expect_arrays_close, expect_shape
from course_utils.checks.asserts import expect
from course_utils.checks.errors import exceptions_mean
from course_utils.checks.lab_09_transformer_blocks.encoding_plans import (
    WEIGHTS_MISTAKES,
    X_MISTAKES,
    Plan,
    Weights,
    planned,
)
from course_utils.checks.lab_09_transformer_blocks.material import (
    BUILT_TWICE,
    CUTS,
    HEADS,
    LAB,
    D,
    config,
    draw,
    give_weights,
)
from course_utils.checks.lab_09_transformer_blocks.oracles import Array, Mask
from course_utils.checks.layers import LayerCandidate, LayerHandle

encoder_block = LAB.exercise(
    "9.5",
    name="EncoderBlock",
    title="an encoder block",
    points=3,
    difficulty=2,
    candidate=LayerCandidate,
    reference="course_utils.models.transformer_blocks:EncoderBlock",
    uses=("keras", "tensorflow"),
    hints=(
        "Twice the same three steps: before, sublayer, after. First with self.attention, then with self.feed_forward.",
        "inputs = self.around_attention.before(x), then self.attention(inputs, inputs, mask=mask, training=training): "
        "it gives outputs and weights.",
        "x = self.around_attention.after(x, outputs, training), and the second time with around_feed_forward.",
    ),
)

B, S = 2, 5
FORM = "return x, weights"
PARTS = (
    "In __init__ make self.feed_forward, self.around_attention and self.around_feed_forward, in this order."
)
TWO = "self.attention gives two things, outputs and weights."
EXCEPTIONS = {
    "has no attribute 'feed_forward'": PARTS,
    "has no attribute 'around_": PARTS,
    "values to unpack": TWO,
    "Shapes of all inputs must match": TWO,
    "already built": BUILT_TWICE,
    "does not have a `call` method": "A Residual is not called: it has two methods, before and after.",
    "to a shape": "FeedForward is made with the hidden width: FeedForward(config.hidden).",
    "object has no attribute 'dropout'": "Residual is made with the whole config: Residual(config).",
    "missing a required argument: 'memory'": "In self-attention the memory is the query itself: self.attention(inputs, inputs, ...).",
    "missing 1 required positional argument: 'outputs'": "after needs both: self.around_attention.after(x, outputs, training).",
}


def built(candidate: Any, weights: Weights, **changes: Any) -> LayerHandle:
    """The student's block with these weights."""
    with exceptions_mean(known=EXCEPTIONS):
        block: LayerHandle = candidate(config(**changes))
        block.invoke("build", (None, None, D))
    give_weights(
        block, weights.all, "The sizes come from config: FeedForward(config.hidden), Residual(config)."
    )
    return block


def called(block: LayerHandle, x: Array, mask: Mask | None = None, **options: Any) -> tuple[Array, Array]:
    """What a call gives, after making sure of its form."""
    with exceptions_mean(known=EXCEPTIONS):
        got = block(x, mask=mask, **options)
    problem = "call must return two arrays, x and the attention weights"
    expect(
        isinstance(got, tuple | list) and len(got) == 2,
        problem,
        expected="(x, weights)",
        got=got,
        cause=FORM,
    )
    outputs, shares = (expect_array(part, problem) for part in got)
    expect_shape(outputs, x.shape, "x must keep its shape", axes="(B, S, D)", cause=FORM)
    places = x.shape[1]
    expect_shape(
        shares,
        (len(x), HEADS, places, places),
        "the weights of all heads must come back",
        axes="(B, H, S, S)",
        cause=FORM,
    )
    return outputs, shares


def drawn_mask() -> Mask:
    """(B, 1, 1, S): sentences of 5 and 3 words."""
    return np.array([[True] * 5, [True] * 3 + [False] * 2])[:, None, None]


def expect_part(
    part: int,
    got: Any,
    given: tuple[Array, Mask, Weights],
    norm: str,
    plans: dict[str, Plan],
    problem: str,
    cause: str,
) -> None:
    """Part 0, x, or part 1, the weights, is the oracle's; a likely mistake's numbers are named."""
    wanted = planned(*given, Plan(norm))[part]
    wrong = {} if np.allclose(got[part], wanted, atol=1e-3) else plans  # what each gives takes its time
    expect_arrays_close(
        got[part],
        wanted,
        f'norm="{norm}": {problem}',
        tolerance=1e-3,
        cause=cause,
        mistakes={
            mistake: planned(*given, replace(plan, norm=norm))[part] for mistake, plan in wrong.items()
        },
    )


def expect_block(candidate: Any, rng: np.random.Generator, norm: str) -> None:
    """With this norm the block gives the oracle's x and weights."""
    weights, x, mask = Weights.drawn(rng), draw(rng, B, S, D), drawn_mask()
    got, given = called(built(candidate, weights, norm=norm), x, mask), (x, mask, weights)
    problem = "the weights must be those of self-attention on before(x)"
    cause = (
        "inputs = self.around_attention.before(x), and self.attention(inputs, inputs, mask=mask, "
        "training=training)."
    )
    expect_part(1, got, given, norm, WEIGHTS_MISTAKES, problem, cause)
    problem = "x must come out as attention and the feed-forward layer leave it"
    cause = "before, sublayer, after: once with attention, once with the feed-forward layer."
    expect_part(0, got, given, norm, X_MISTAKES, problem, cause)


def expect_dropout_after_each_sublayer(block: LayerHandle, weights: Weights, x: Array) -> None:
    """Sublayers that give 1 everywhere: dropout 0.5 makes 0 or 2 of each, and x + 0, 2 or 4 of both."""
    attention = [*weights.attention[:-2], 0 * weights.attention[-2], np.ones(D, "float32")]
    feed = [*weights.feed_forward[:-2], 0 * weights.feed_forward[-2], np.ones(D, "float32")]
    block.set_weights(replace(weights, attention=attention, feed_forward=feed).all)
    added = np.round(called(block, x, training=True)[0] - x, 3)
    expect(
        bool(np.isin(added, (0, 2, 4)).all() and not (added == 2).all()),
        "training=True, dropout 0.5, sublayers that give 1 everywhere: after each of them half must be left out",
        expected="x + 0, x + 2 or x + 4 everywhere",
        got="x + " + ", ".join(f"{number:g}" for number in np.unique(added)[:5]),
        cause="after(x, outputs, training) needs the third argument, or it takes training for False.",
    )


@encoder_block.check(hints=("return x, weights: what attention gave as its second result comes out too.",))
def returns_x_and_weights(candidate, rng):
    """it returns x (B, S, D) and the weights (B, H, S, S)"""
    called(built(candidate, Weights.drawn(rng)), draw(rng, B, S, D))


@encoder_block.check(
    hints=("x = x + attention(norm(x)), then x = x + feed_forward(norm(x)), each by before and after.",)
)
def is_attention_then_feed_forward(candidate, rng):
    """with pre-norm it is attention, then the feed-forward layer, each with its residual"""
    expect_block(candidate, rng, "pre")


@encoder_block.check(hints=("before and after know which norm it is: nothing else in the block asks.",))
def works_with_post_norm(candidate, rng):
    """with post-norm, too"""
    expect_block(candidate, rng, "post")


@encoder_block.check(
    hints=("The mask goes into self.attention; nothing else carries words from place to place.",)
)
def padding_changes_nothing(candidate, rng):
    """more padding changes nothing at the real places"""
    block, x = built(candidate, Weights.drawn(rng)), draw(rng, B, 3, D)
    alone, _ = called(block, x)
    filled = np.concatenate([x, 3 * draw(rng, B, 4, D)], axis=1)
    mask = np.broadcast_to(np.arange(7) < 3, (B, 1, 1, 7))
    expect_arrays_close(
        called(block, filled, mask)[0][:, :3],
        alone,
        "3 real places and 4 padded ones: the real ones must come out as they do alone",
        tolerance=1e-4,
        cause="Neither what stands on padding nor how much there is of it may count.",
    )


@encoder_block.check(hints=("Hand training on, to self.attention, self.feed_forward and both after.",))
def dropout_waits_for_training(candidate, rng):
    """dropout changes nothing without training, and with it reaches both sublayers"""
    weights, x = Weights.drawn(rng), draw(rng, B, S, D)
    block = built(candidate, weights, dropout=0.5)
    expect_arrays_close(
        called(block, x, training=False)[0],
        called(block, x, training=False)[0],
        "training=False: two calls must give the same",
        cause="Dropout is on where nobody trains: hand training=training on, never training=True.",
    )
    expect_dropout_after_each_sublayer(block, weights, x)


@encoder_block.check(hints=("Everything from x to the result is keras.ops and layers.",))
def training_reaches_every_weight(candidate, rng):
    """a gradient arrives at every weight"""
    block = built(candidate, Weights.drawn(rng))
    with exceptions_mean(known=EXCEPTIONS):
        missing = sum(gradient is None for gradient in block.gradients(draw(rng, B, S, D)))
    expect(
        missing == 0,
        "training must be able to change every weight",
        expected="a gradient for each",
        got=f"none for {missing} of {len(block.weights)}",
        cause=CUTS,
    )
