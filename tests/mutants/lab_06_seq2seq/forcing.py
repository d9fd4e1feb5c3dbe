"""Answers to exercise 6.1, teacher_forcing(sentences)."""

from __future__ import annotations

import keras
import numpy as np

from course_utils.text.tokenization import END, PAD, START
from tests.mutants.lab_06_seq2seq.bank import BANK


def filled(rows, padding=PAD, width=None):
    width = width or max(map(len, rows))
    return np.array([row + [padding] * (width - len(row)) for row in rows])


def begun(sentences):
    return [[START, *words] for words in sentences]


def closed(sentences):
    return [[*words, END] for words in sentences]


def mutant(check, *says):
    return BANK.mutant("6.1", rejected_by=check, says=says)


SHIFT, PADDING, MASK = "shifts_by_one_place", "pads_behind_the_end", "masks_what_is_no_target"


@mutant(SHIFT, "same there", "one place ahead")
def does_not_shift_the_targets(sentences):
    inputs = filled(begun(sentences))
    return inputs, inputs, inputs != PAD


@mutant(SHIFT, "same there")
def gives_the_targets_twice(sentences):
    targets = filled(closed(sentences))
    return targets, targets, targets != PAD


@mutant(SHIFT, "ids, whole numbers", "np.full")
def writes_into_zeros(sentences):
    targets = filled(closed(sentences))
    inputs = np.zeros(targets.shape)
    inputs[:] = filled(begun(sentences))
    return inputs, targets, targets != PAD


@mutant(SHIFT, "exchanged")
def exchanges_inputs_and_targets(sentences):
    targets = filled(closed(sentences))
    return targets, filled(begun(sentences)), targets != PAD


@mutant(SHIFT, "END is missing")
def forgets_the_end(sentences):
    inputs = filled(begun(sentences))
    targets = filled([[*words, PAD] for words in sentences])
    return inputs, targets, inputs != PAD


@mutant(SHIFT, "START is missing")
def forgets_the_start(sentences):
    targets = filled(closed(sentences))
    return filled([[PAD, *words] for words in sentences]), targets, targets != PAD


@mutant(SHIFT, "begins with END")
def begins_with_the_end(sentences):
    targets = filled(closed(sentences))
    return filled([[END, *words] for words in sentences]), targets, targets != PAD


@mutant(SHIFT, "ends with START")
def ends_with_the_start(sentences):
    targets = filled([[*words, START] for words in sentences])
    return filled(begun(sentences)), targets, targets != PAD


@mutant(SHIFT, "must have 4 places", "shape (1, 5)")
def puts_both_marks_on_both(sentences):
    rows = filled([[START, *words, END] for words in sentences])
    return rows, rows, rows != PAD


@mutant(SHIFT, "must have 4 places", "shape (1, 3)")
def puts_no_marks_on(sentences):
    rows = filled(sentences)
    return rows, rows, rows != PAD


@mutant(SHIFT, "three arrays")
def forgets_the_mask(sentences):
    return filled(begun(sentences)), filled(closed(sentences))


@mutant(SHIFT, "must be an array", "list")
def gives_lists(sentences):
    return begun(sentences), closed(sentences), [[True] * (len(words) + 1) for words in sentences]


@mutant(SHIFT, "must have 4 places", "(1, 32)")
def pads_to_a_fixed_length(sentences):
    targets = filled(closed(sentences), width=32)
    return filled(begun(sentences), width=32), targets, targets != PAD


@mutant(PADDING, "your line", "fill each up")
def does_not_pad(sentences):
    targets = np.array(closed(sentences))
    return np.array(begun(sentences)), targets, targets != PAD


@mutant(PADDING, "belongs behind it")
def pads_on_the_left(sentences):
    width = max(map(len, sentences)) + 1
    inputs, targets = (
        np.array([[PAD] * (width - len(row)) + row for row in rows])
        for rows in (begun(sentences), closed(sentences))
    )
    return inputs, targets, targets != PAD


@mutant(PADDING, "filled up with END")
def pads_with_the_end(sentences):
    return filled(begun(sentences), END), filled(closed(sentences), END), filled(closed(sentences)) != PAD


@mutant(PADDING, "last place of each row", "directly behind the last word")
def puts_the_end_behind_the_padding(sentences):
    words = filled(sentences)
    ends = np.full((len(words), 1), END)
    targets = np.concatenate([words, ends], axis=1)
    return filled(begun(sentences)), targets, filled(closed(sentences)) != PAD


@mutant(PADDING, "decoder input", "END stands behind the shorter")
def takes_the_input_from_the_padded_targets(sentences):
    targets = filled(closed(sentences))
    inputs = np.roll(targets, 1, axis=1)
    inputs[:, 0] = START
    return inputs, targets, targets != PAD


@mutant(MASK, "other way round")
def takes_true_for_padding(sentences):
    targets = filled(closed(sentences))
    return filled(begun(sentences)), targets, targets == PAD


@mutant(MASK, "END is left out")
def leaves_the_end_out_of_the_mask(sentences):
    targets = filled(closed(sentences))
    return filled(begun(sentences)), targets, (targets != PAD) & (targets != END)


@mutant(MASK, "made from the decoder input")
def masks_the_input(sentences):
    inputs = filled(begun(sentences))
    return inputs, filled(closed(sentences)), (inputs != PAD) & (inputs != START)


@mutant(MASK, "unknown word")
def leaves_unknown_words_out_of_the_mask(sentences):
    targets = filled(closed(sentences))
    return filled(begun(sentences)), targets, targets > 1


@mutant(MASK, "True where there is a target")
def takes_one_mask_for_all(sentences):
    targets = filled(closed(sentences))
    return filled(begun(sentences)), targets, np.broadcast_to(targets[0] != PAD, targets.shape)


@mutant(MASK, "True everywhere")
def masks_nothing(sentences):
    targets = filled(closed(sentences))
    return filled(begun(sentences)), targets, np.ones(targets.shape, bool)


@mutant(MASK, "True and False", "targets != PAD")
def gives_the_mask_as_numbers(sentences):
    targets = filled(closed(sentences))
    return filled(begun(sentences)), targets, (targets != PAD) * 1.0


@BANK.alternative("6.1")
def by_writing_into_rows(sentences):
    lengths = np.array([len(words) + 1 for words in sentences])
    shape = len(sentences), int(lengths.max())
    inputs, targets = np.full(shape, PAD, "int32"), np.full(shape, PAD, "int32")
    for row, words in enumerate(sentences):
        inputs[row, : len(words) + 1] = [START, *words]
        targets[row, : len(words) + 1] = [*words, END]
    return inputs, targets, np.arange(shape[1]) < lengths[:, None]


@BANK.alternative("6.1")
def by_cutting_one_array(sentences):
    rows = filled([[START, *words, END] for words in sentences])
    targets = rows[:, 1:]
    return np.where(targets == PAD, PAD, rows[:, :-1]), targets, targets != PAD


@BANK.alternative("6.1")
def by_keras(sentences):
    def pad(rows):
        return keras.utils.pad_sequences(rows, padding="post", value=PAD)

    targets = pad(closed(sentences))
    return keras.ops.convert_to_tensor(pad(begun(sentences))), targets, keras.ops.not_equal(targets, PAD)
