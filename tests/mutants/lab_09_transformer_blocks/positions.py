"""Answers to exercise 9.1, sinusoidal_positions(length, width)."""

from __future__ import annotations

import math

import numpy as np
from keras import ops

from tests.mutants.lab_09_transformer_blocks.bank import BANK


def alternating(angles):
    table = np.zeros((len(angles), 2 * angles.shape[1]))
    table[:, 0::2], table[:, 1::2] = np.sin(angles), np.cos(angles)
    return table


def angles(length, width, base=10_000):
    return np.arange(length)[:, None] / base ** (np.arange(0, width, 2) / width)


def mutant(check, *says):
    return BANK.mutant("9.1", rejected_by=check, says=says)


ROWS, ZERO, LENGTH, TURN, SLOWER = (
    "has_a_row_for_each_place",
    "place_0_is_0_1_0_1",
    "does_not_depend_on_the_length",
    "the_first_two_columns_turn_with_the_place",
    "each_pair_turns_more_slowly",
)


@mutant(ROWS, "another order")
def exchanges_rows_and_columns(length, width):
    return alternating(angles(length, width)).T


@mutant(ROWS, "shape")
def makes_a_row_too_many(length, width):
    return alternating(angles(length + 1, width))


@mutant(ROWS, "places")
def leaves_the_cosines_out(length, width):
    return np.sin(angles(length, width))


@mutant(ROWS, "places")
def makes_an_angle_for_each_column(length, width):
    return alternating(np.arange(length)[:, None] / 10_000 ** (np.arange(width) / width))


@mutant(ROWS, "(T, 1)", "your line")
def does_not_bring_the_axes_together(length, width):
    return alternating(np.arange(length) / 10_000 ** (np.arange(0, width, 2) / width))


@mutant(ROWS, "behind the point", "whole numbers")
def fills_a_table_of_whole_numbers(length, width):
    return alternating(angles(length, width)).astype(int)


@mutant(ZERO, "places count from 0")
def counts_from_1(length, width):
    return alternating(angles(length + 1, width))[1:]


@mutant(ZERO, "cosines are on the even columns")
def exchanges_sines_and_cosines(length, width):
    return alternating(angles(length, width) + np.pi / 2) * np.tile([1, -1], width // 2)


@mutant(ZERO, "must alternate")
def puts_the_sines_first(length, width):
    return np.concatenate([np.sin(angles(length, width)), np.cos(angles(length, width))], axis=1)


@mutant(LENGTH, "share of the length")
def takes_shares_of_the_length(length, width):
    return alternating(angles(length, width) / length)


@mutant(TURN, "radians")
def takes_degrees(length, width):
    return alternating(np.deg2rad(angles(length, width)))


@mutant(TURN, "both of a pair have one angle")
def gives_each_column_an_angle(length, width):
    each = np.arange(length)[:, None] / 10_000 ** (np.arange(width) / width)
    return np.where(np.arange(width) % 2, np.cos(each), np.sin(each))


@mutant(TURN, "fastest")
def turns_the_pairs_round(length, width):
    return alternating(angles(length, width)[:, ::-1])


@mutant(SLOWER, "exponent is i/D")
def forgets_the_2_in_the_exponent(length, width):
    return alternating(np.arange(length)[:, None] / 10_000 ** (np.arange(width // 2) / width))


@mutant(SLOWER, "exponent is 4i/D")
def doubles_the_exponent(length, width):
    return alternating(np.arange(length)[:, None] / 10_000 ** (2 * np.arange(0, width, 2) / width))


@mutant(SLOWER, "i/(D/2 - 1)")
def goes_to_10000_itself(length, width):
    return alternating(np.arange(length)[:, None] / 10_000 ** np.linspace(0, 1, width // 2))


@mutant(SLOWER, "1000 stands")
def takes_another_base(length, width):
    return alternating(angles(length, width, base=1_000))


@mutant(SLOWER, "must be divided")
def multiplies(length, width):
    return alternating(np.arange(length)[:, None] * 10_000 ** (np.arange(0, width, 2) / width))


@mutant(SLOWER, "//")
def divides_without_a_rest(length, width):
    return alternating(np.arange(length)[:, None] / 10_000 ** (np.arange(0, width, 2) // width))


@mutant(SLOWER, "rounded down")
def rounds_the_angles_down(length, width):
    return alternating(np.arange(length)[:, None] // 10_000 ** (np.arange(0, width, 2) / width))


@BANK.alternative("9.1")
def number_by_number(length, width):
    table = np.zeros((length, width))
    for t in range(length):
        for column in range(width):
            angle = t / 10_000 ** ((column - column % 2) / width)
            table[t, column] = math.cos(angle) if column % 2 else math.sin(angle)
    return table


@BANK.alternative("9.1")
def with_the_logarithm_of_the_base(length, width):
    frequencies = np.exp(-math.log(10_000) * np.arange(0, width, 2) / width)
    each = np.outer(np.arange(length), frequencies)
    return np.dstack([np.sin(each), np.cos(each)]).reshape(length, width).astype("float32")


@BANK.alternative("9.1")
def with_shifted_sines(length, width):
    repeated = np.repeat(angles(length, width), 2, axis=1)
    return np.sin(repeated + np.pi / 2 * (np.arange(width) % 2))


@BANK.alternative("9.1")
def with_keras_ops(length, width):
    places = ops.cast(ops.arange(length), "float32")[:, None]
    each = places * ops.exp(ops.cast(ops.arange(0, width, 2), "float32") * (-math.log(10_000) / width))
    return ops.reshape(ops.stack([ops.sin(each), ops.cos(each)], axis=-1), (length, width))
