"""Exercise 9.8: the number of weights, by formula."""

from __future__ import annotations

from typing import Any

from course_utils.checks.asserts import expect
from course_utils.checks.errors import exceptions_mean
from course_utils.checks.lab_09_transformer_blocks.material import LAB, config
from course_utils.checks.lab_09_transformer_blocks.oracles import count_parameters as counted
from course_utils.models.transformer_config import TransformerConfig

count_parameters = LAB.exercise(
    "9.8",
    name="count_parameters",
    title="how many weights there are",
    points=2,
    difficulty=2,
    returns=int,
    reference="course_utils.models.transformer_config:count_parameters",
    hints=(
        "Write down the four parts first: attention, feed_forward, norm, and what a word's vector takes.",
        "attention = 4 * (D * D + D), feed_forward = D * F + F + F * D + D, norm = 2 * D.",
        "An encoder block is attention + feed_forward + 2 * norm, a decoder block 2 * attention + feed_forward + 3 * norm.",
    ),
)


def counted_by(candidate: Any, **changes: Any) -> int:
    """The student's count of a small transformer with `changes`."""
    with exceptions_mean("The sizes are attributes: config.width, config.hidden, config.encoder_layers, …"):
        return int(candidate(config(**changes)))


def expect_more(
    candidate: Any, changes: dict[str, Any], less: dict[str, Any], what: str, mistakes: dict[str, int]
) -> None:
    """From `less` to `changes` the count grows by what the oracle says."""
    got = counted_by(candidate, **changes) - counted_by(candidate, **less)
    wanted = counted(config(**changes)) - counted(config(**less))
    fits = (mistake for mistake, difference in mistakes.items() if difference == got)
    expect(got == wanted, what, expected=f"{wanted} more", got=f"{got} more", cause=next(fits, ""))


def _parts(config: TransformerConfig) -> tuple[int, int, int]:
    d, hidden = config.width, config.hidden
    return 4 * (d * d + d), 2 * d * hidden + hidden + d, 2 * d


def _off_in_an_encoder_block() -> dict[str, int]:
    """A likely mistake -> by how much it makes an encoder block's count wrong."""
    d, hidden, heads = config().width, config().hidden, config().heads
    attention, feed_forward, norm = _parts(config())
    return {
        "4 · D are missing: the biases of attention's 4 matrices, or the 2 norms with a scale and a shift "
        "each.": -4 * d,
        "The feed-forward layer's biases are missing: hidden + D numbers.": -hidden - d,
        "All biases are missing: of attention's 4 matrices and of the feed-forward layer's 2.": -5 * d
        - hidden,
        "There are 2 norms in an encoder block, and a norm has a scale and a shift, 2 · D numbers.": -norm,
        "Attention has 4 matrices: query, key, value and output.": -d * d - d,
        "The heads share the width: H heads of D/H places take D × D together, not H × D × D.": 4
        * (heads - 1)
        * d
        * d,
        "The number of heads changes nothing: H is not in the table.": (heads - 1) * attention,
        "The second bias has D numbers, as many as it is added to; the first has hidden.": hidden - d,
        "The first bias has hidden numbers, as many as it is added to; the second has D.": d - hidden,
        "The hidden width is config.hidden, whatever D is.": (4 * d - hidden) * (2 * d + 1),
        "config.encoder_layers counts the encoder's blocks alone.": 2 * attention + feed_forward + 3 * norm,
    }


@count_parameters.check(
    hints=(
        "Each encoder block has one attention, one feed-forward layer and two norms, all with their biases.",
    )
)
def counts_an_encoder_block(candidate, rng):
    """one more encoder block is one attention, one feed-forward layer and two norms"""
    layers = int(rng.integers(2, 7))
    attention, feed_forward, norm = _parts(config())
    block = attention + feed_forward + 2 * norm
    expect_more(
        candidate,
        {"encoder_layers": layers},
        {"encoder_layers": layers - 1},
        f"D = {config().width}, F = {config().hidden}: one more encoder block",
        {mistake: block + off for mistake, off in _off_in_an_encoder_block().items()},
    )


@count_parameters.check(
    hints=("A decoder block has a second attention, which reads the memory, and a norm for it.",)
)
def counts_a_decoder_block(candidate, rng):
    """one more decoder block is two attentions, one feed-forward layer and three norms"""
    layers = int(rng.integers(2, 7))
    less, more = {"decoder_layers": layers - 1}, {"decoder_layers": layers}
    attention, feed_forward, norm = _parts(config())
    block = 2 * attention + feed_forward + 3 * norm
    expect_more(
        candidate,
        more,
        less,
        f"D = {config().width}, F = {config().hidden}: one more decoder block",
        {
            "A decoder block has two attentions.": block - attention,
            "A decoder block has two attentions and three norms.": block - attention - norm,
            "There are 3 norms in a decoder block.": block - norm,
        },
    )


@count_parameters.check(
    hints=("Two tables of word vectors. Untied, the output matrix is a third, as large as the target's.",)
)
def counts_the_words(candidate, rng):
    """a word takes a vector; a target word takes two where the output matrix is untied"""
    d = config().width
    expect_more(
        candidate,
        {"source_size": 31},
        {"source_size": 30},
        "one more source word",
        {"It takes D numbers.": 0},
    )
    for tied, takes in ((True, "one vector: it is a row of the output matrix, too"), (False, "two vectors")):
        expect_more(
            candidate,
            {"tied": tied, "target_size": 37},
            {"tied": tied, "target_size": 36},
            f"one more target word with tied={tied} takes {takes}",
            {
                "Tied means that the table is the output matrix: one vector, not two.": 2 * d,
                "Untied the output matrix is one of its own.": d,
                "The output has no bias: a row of D for each word, and no more.": (1 if tied else 2) * d + 1,
            },
        )


@count_parameters.check(
    hints=("Two tables of places, for source and target, longest × D each; none where sinusoidal.",)
)
def counts_learned_positions(candidate, rng):
    """learned positions take two tables of longest × D, sinusoidal ones nothing"""
    d = config().width
    for longest in (32, 57):
        less = {"positions": "sinusoidal", "longest": longest}
        expect_more(
            candidate,
            {"positions": "learned", "longest": longest},
            less,
            f"learned positions instead of sinusoidal ones, longest = {longest}",
            {
                "Encoder and decoder each have a table of places.": longest * d,
                "It is the same for both kinds: learned positions take longest × D in each of two tables, "
                "sinusoidal ones nothing.": 0,
                "It is the other way round: the learned positions are weights.": -2 * longest * d,
            },
        )


@count_parameters.check(
    hints=("With pre-norm each stack ends in one more norm, since its last sum is not normed.",)
)
def counts_the_last_norms(candidate, rng):
    """with pre-norm each stack has one norm more at its end"""
    norm = 2 * config().width
    expect_more(
        candidate,
        {"norm": "pre"},
        {"norm": "post"},
        "pre-norm instead of post-norm: each of both stacks ends in one more norm",
        {
            "Encoder and decoder each end in a norm.": norm,
            "It is the same for both kinds: with pre-norm alone both stacks end in one more norm.": 0,
            "It is the other way round: with pre-norm the stacks end in one more norm.": -2 * norm,
        },
    )


@count_parameters.check(
    hints=(
        "Nothing else has weights: dropout has none, and neither have the masks, the heads or the softmax.",
    )
)
def counts_everything_together(candidate, rng):
    """all together is the number of weights that the model has"""
    for changes in ({}, {"width": 10, "hidden": 7, "heads": 5, "positions": "learned", "tied": False}):
        got, wanted = counted_by(candidate, **changes), counted(config(**changes))
        expect(
            got == wanted,
            "the whole count must be that of the model, though each part grows as it must",
            expected=str(wanted),
            got=str(got),
            cause=f"{abs(got - wanted)} {'too many' if got > wanted else 'are missing'}.",
        )
