"""Answers to exercise 10.5, average_weights(checkpoints)."""

from __future__ import annotations

import numpy as np
from keras import ops

from tests.mutants.lab_10_transformer_translation.bank import BANK


def mutant(check, *says):
    return BANK.mutant("10.5", rejected_by=check, says=says)


HALFWAY, SHAPE, SAME, DIGITS = (
    "is_halfway_between_two",
    "each_weight_keeps_its_shape",
    "all_checkpoints_weigh_the_same",
    "keeps_its_digits",
)


@mutant(HALFWAY, "divide by the number of checkpoints")
def sums_up(checkpoints):
    return [np.sum(versions, axis=0) for versions in zip(*checkpoints, strict=True)]


@mutant(HALFWAY, "last checkpoint alone")
def takes_the_last(checkpoints):
    return checkpoints[-1]


@mutant(HALFWAY, "first checkpoint alone")
def takes_the_first(checkpoints):
    return list(checkpoints[0])


@mutant(HALFWAY, "the average must have 1 weights")
def averages_within_each_checkpoint(checkpoints):
    return [np.array([np.mean(weight) for weight in checkpoint]) for checkpoint in checkpoints]


@mutant(HALFWAY, "must stay as it was")
def adds_to_the_first_checkpoint(checkpoints):
    first = checkpoints[0]
    for checkpoint in checkpoints[1:]:
        for at, weight in enumerate(checkpoint):
            first[at] += weight
    return [weight / len(checkpoints) for weight in first]


@mutant(HALFWAY, "geometric mean")
def takes_the_geometric_mean(checkpoints):
    return [np.sqrt(np.abs(np.prod(versions, axis=0))) for versions in zip(*checkpoints, strict=True)]


@mutant(SHAPE, "must keep its shape")
def makes_one_number_of_each_weight(checkpoints):
    averages = [np.mean(versions) for versions in zip(*checkpoints, strict=True)]
    return [np.full(1, each) for each in averages]


@mutant(SHAPE, "take each one by itself")
def makes_one_array_of_all(checkpoints):
    return list(np.mean(np.array(checkpoints), axis=0))


@mutant(SHAPE, "axis=0")
def averages_over_the_wrong_axis(checkpoints):
    return [
        np.mean(versions, axis=-1 if versions[0].ndim > 1 else 0)
        for versions in zip(*checkpoints, strict=True)
    ]


@mutant(SAME, "gives the last checkpoint half")
def goes_halfway_again_and_again(checkpoints):
    average = checkpoints[0]
    for checkpoint in checkpoints[1:]:
        average = [(old + new) / 2 for old, new in zip(average, checkpoint, strict=True)]
    return average


@mutant(SAME, "first and the last")
def takes_the_ends(checkpoints):
    return [(first + last) / 2 for first, last in zip(checkpoints[0], checkpoints[-1], strict=True)]


@mutant(SAME, "divided by 2")
def divides_by_two(checkpoints):
    return [np.sum(versions, axis=0) / 2 for versions in zip(*checkpoints, strict=True)]


@mutant(SAME, "median")
def takes_the_median(checkpoints):
    return [np.median(versions, axis=0) for versions in zip(*checkpoints, strict=True)]


@mutant(DIGITS, "too few digits")
def averages_in_sixteen_bits(checkpoints):
    return [
        np.mean(np.asarray(versions, "float16"), axis=0)
        if np.max(np.abs(versions)) > 100
        else np.mean(versions, axis=0)
        for versions in zip(*checkpoints, strict=True)
    ]


@mutant(HALFWAY, "axis=0")
def forgets_the_axis(checkpoints):
    return [np.mean(versions) for versions in zip(*checkpoints, strict=True)]


@mutant(SHAPE, "order of weights")
def turns_the_list_round(checkpoints):
    return [np.mean(versions, axis=0) for versions in zip(*checkpoints, strict=True)][::-1]


@mutant(SAME, "1 checkpoints of 3 weights")
def hands_one_checkpoint_back_in_its_list(checkpoints):
    if len(checkpoints) == 1:
        return checkpoints
    return [np.mean(versions, axis=0) for versions in zip(*checkpoints, strict=True)]


@mutant(SHAPE, "fractions are cut off")
def makes_whole_numbers(checkpoints):
    return [np.mean(versions, axis=0).astype(int) for versions in zip(*checkpoints, strict=True)]


@mutant(SHAPE, "it is rounded")
def rounds(checkpoints):
    return [np.round(np.mean(versions, axis=0), 3) for versions in zip(*checkpoints, strict=True)]


@mutant(SAME, "last four alone")
def takes_the_last_four(checkpoints):
    return [np.mean(versions, axis=0) for versions in zip(*checkpoints[-4:], strict=True)]


@BANK.alternative("10.5")
def with_stacks(checkpoints):
    return [ops.mean(ops.stack(versions), axis=0) for versions in zip(*checkpoints, strict=True)]


@BANK.alternative("10.5")
def with_means(checkpoints):
    return [np.mean(versions, axis=0) for versions in zip(*checkpoints, strict=True)]


@BANK.alternative("10.5")
def with_a_running_sum(checkpoints):
    total = [0 * weight for weight in checkpoints[0]]
    for checkpoint in checkpoints:
        total = [so_far + weight for so_far, weight in zip(total, checkpoint, strict=True)]
    return [each / len(checkpoints) for each in total]


@BANK.alternative("10.5")
def with_a_running_mean(checkpoints):
    average = [np.array(weight) for weight in checkpoints[0]]
    for count, checkpoint in enumerate(checkpoints[1:], start=2):
        for at, weight in enumerate(checkpoint):
            average[at] += (weight - average[at]) / count
    return average
