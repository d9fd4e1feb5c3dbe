"""Exercise 9.6's stack, number by number, as it goes and as it may go wrong."""

from __future__ import annotations

from dataclasses import dataclass

from course_utils.checks.lab_09_transformer_blocks import encoding_plans
from course_utils.checks.lab_09_transformer_blocks.encoding_plans import Weights
from course_utils.checks.lab_09_transformer_blocks.oracles import Array


@dataclass(frozen=True)
class Plan:
    """How a stack of three blocks may go; the defaults are right."""

    places_below: tuple[int, ...] = (0,)  # 0 is the first block, 3 is above the last one
    order: tuple[int, ...] = (0, 1, 2)  # of the blocks
    chained: bool = True


def planned(words: Array, places: Array, blocks: list[Weights], plan: Plan = Plan()) -> Array:
    """What leaves the stack, (B, T, D), as `plan` says."""
    x = words
    for number, which in enumerate(plan.order):
        x = x + places if number in plan.places_below else x
        reads = x if plan.chained else words + places
        x, _ = encoding_plans.planned(reads, None, blocks[which], encoding_plans.Plan())
    return x + places if len(plan.order) in plan.places_below else x


# A likely cause -> how the stack then goes.
PLACES_MISTAKES = {
    "The places come in after the first block, which is then blind to order: add them below it.": Plan(
        places_below=(1,)
    ),
    "The places are added again between the blocks: once, below the first, is enough, since the residual "
    "connections carry them up.": Plan(places_below=(0, 1, 2)),
    "The places are added after each block, too: once, below the first, is enough.": Plan(
        places_below=(0, 1, 2, 3)
    ),
    "The places come in above the last block: all blocks are then blind to order.": Plan(places_below=(3,)),
    "The places are not there at all: x + places.": Plan(places_below=()),
}
BLOCKS_MISTAKES = {
    "Each block reads the words: it must read what the block below it has made.": Plan(chained=False),
    "Only the first block does anything.": Plan(order=(0,)),
    "Only the last block does anything.": Plan(order=(2,)),
    "The last block is left out.": Plan(order=(0, 1)),
    "The first block is left out.": Plan(order=(1, 2)),
    "The blocks run from the top to the bottom.": Plan(order=(2, 1, 0)),
    "The first block runs every time.": Plan(order=(0, 0, 0)),
}
