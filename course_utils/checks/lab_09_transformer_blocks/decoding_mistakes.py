"""How exercise 9.7's block is likely to go wrong: the likely cause, and the plan that gives the same numbers."""

from __future__ import annotations

from course_utils.checks.lab_09_transformer_blocks.decoding_plans import Plan

SELF_ATTENTION = {
    "A place does not see itself: it must, since it knows the words up to its own.": Plan(causal="before"),
    "The causal mask is missing.": Plan(causal="none"),
    "The target's mask does nothing here: ops.logical_and(causal_mask(length), target_mask).": Plan(
        target_masked=False
    ),
    "Cross-attention comes first: self-attention goes before it.": Plan(cross_first=True),
    "Self-attention reads x itself: with pre-norm it reads self.around_self.before(x).": Plan(
        self_normed=False
    ),
}

CROSS_ATTENTION = {
    "The memory's mask does nothing here: mask=memory_mask.": Plan(memory_masked=False),
    "The memory is normed: the encoder has normed it already, and only the query is.": Plan(
        memory_normed=True
    ),
    "Cross-attention asks with the x from before self-attention: take the new x.": Plan(cross_asks="before"),
    "Cross-attention asks with x itself: with pre-norm with self.around_cross.before(x).": Plan(
        cross_asks="unnormed"
    ),
    "The residual around self-attention is missing: self.around_self.after(x, outputs, training).": Plan(
        self_added=False
    ),
    "The norms of self-attention and cross-attention are exchanged.": Plan(exchanged_norms=True),
}

SUBLAYERS = {
    "The residual around cross-attention is missing: self.around_cross.after(x, outputs, training).": Plan(
        cross_added=False
    ),
    "The second sum starts from the x before self-attention: what that gave is lost.": Plan(
        cross_adds_to="before"
    ),
    "The feed-forward layer does nothing here.": Plan(fed="not"),
    "The feed-forward layer reads the x from before cross-attention: it reads the new x.": Plan(fed="before"),
    "The residual around the feed-forward layer is missing: self.around_feed_forward.after(x, outputs, "
    "training).": Plan(fed_added=False),
}
