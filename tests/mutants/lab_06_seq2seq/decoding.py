"""Answers to exercise 6.5, greedy(model, source_ids, max_length)."""

from __future__ import annotations

import numpy as np
from keras import ops

from course_utils.models import decoding
from course_utils.text.tokenization import END, PAD, START
from tests.mutants.lab_06_seq2seq.bank import BANK


def decode(model, source_ids, max_length, **changes):
    """A right answer with places to go wrong at; each change replaces one of them."""
    begin = changes.get("begin", lambda batch: np.full(batch, START))
    choose = changes.get("choose", lambda logits: np.argmax(logits, axis=-1))
    note = changes.get("note", lambda likeliest, ended: np.where(ended, PAD, likeliest))
    finished = changes.get("finished", lambda tokens, ended: ended.all())
    last, state = begin(len(source_ids)), model.encode(source_ids)
    ended, columns = np.zeros(len(source_ids), bool), []
    for _ in range(max_length):
        logits, state = model.step(last, state)
        last = choose(logits)
        columns.append(note(last, ended))
        ended = ended | (last == END)
        if finished(last, ended):
            break
    return np.stack(columns, axis=1)


def mutant(check, *says):
    return BANK.mutant("6.5", rejected_by=check, says=says)


ONE, PADS, STOPS, LENGTH = (
    "translates_one_sentence",
    "pads_what_has_ended",
    "stops_when_all_have_ended",
    "breaks_off_at_max_length",
)


@mutant(ONE, "START (2) before the first", "Begin with START")
def begins_with_padding(model, source_ids, max_length):
    return decode(model, source_ids, max_length, begin=lambda batch: np.full(batch, PAD))


@mutant(ONE, "START (2) before the first", "Begin with START")
def begins_with_the_source(model, source_ids, max_length):
    return decode(model, source_ids, max_length, begin=lambda batch: source_ids[:, 0])


@mutant(ONE, "one token for each", "np.full(B, START)")
def begins_with_a_column(model, source_ids, max_length):
    return decode(model, source_ids, max_length, begin=lambda batch: np.full((batch, 1), START))


@mutant(ONE, "largest logit")
def takes_the_least_likely(model, source_ids, max_length):
    return decode(model, source_ids, max_length, choose=lambda logits: np.argmin(logits, axis=-1))


@mutant(ONE)  # in words that depend on what was drawn
def draws_the_next_token(model, source_ids, max_length):
    def choose(logits):
        likely = np.exp(logits - logits.max(axis=-1, keepdims=True), dtype=float)
        rows = likely / likely.sum(axis=-1, keepdims=True)
        return np.array([np.random.default_rng().choice(len(row), p=row) for row in rows])

    return decode(model, source_ids, max_length, choose=choose)


@mutant(ONE, "token by token", "model.step")
def calls_the_model(model, source_ids, max_length):
    given = np.full((len(source_ids), 1), START)
    while given.shape[1] <= max_length and not (given == END).any(axis=1).all():
        logits = model([source_ids, given])
        given = np.concatenate([given, np.argmax(logits[:, -1:], axis=-1)], axis=1)
    return given[:, 1:]


@mutant(ONE, "write the rounds yourself")
def leaves_it_to_the_package(model, source_ids, max_length):
    return decoding.greedy(model, source_ids, max_length)


@mutant(ONE, "END itself is replaced")
def asks_for_the_end_before_noting(model, source_ids, max_length):
    return decode(
        model,
        source_ids,
        max_length,
        note=lambda likeliest, ended: np.where(ended | (likeliest == END), PAD, likeliest),
    )


@mutant(ONE, "What step was given is noted")
def notes_before_the_step(model, source_ids, max_length):
    tokens = decode(model, source_ids, max_length)
    return np.concatenate([np.full((len(tokens), 1), START), tokens[:, :-1]], axis=1)


@mutant(ONE, "stops too soon")
def takes_the_sources_length_for_a_limit(model, source_ids, max_length):
    return decode(model, source_ids, source_ids.shape[1])


@mutant(ONE, "one token for each", "axis=-1")
def takes_the_likeliest_sentence(model, source_ids, max_length):
    return decode(model, source_ids, max_length, choose=lambda logits: np.argmax(logits, axis=0))


@mutant(ONE, "again and again")
def feeds_the_start_every_time(model, source_ids, max_length):
    state, columns = model.encode(source_ids), []
    for _ in range(max_length):
        logits, state = model.step(np.full(len(source_ids), START), state)
        columns.append(np.argmax(logits, axis=-1))
    return np.stack(columns, axis=1)


@mutant(ONE, "state of this step")
def loses_the_state(model, source_ids, max_length):
    state, last, columns = model.encode(source_ids), np.full(len(source_ids), START), []
    for place in range(max_length):
        logits, new_state = model.step(last, state)
        state = new_state if place == 0 else state
        last = np.argmax(logits, axis=-1)
        columns.append(last)
        if (last == END).all():
            break
    return np.stack(columns, axis=1)


@mutant(ONE, "leave it out of the translation")
def keeps_the_start(model, source_ids, max_length):
    tokens = decode(model, source_ids, max_length)
    return np.concatenate([np.full((len(tokens), 1), START), tokens], axis=1)


@mutant(ONE, "END is missing")
def leaves_out_the_end(model, source_ids, max_length):
    tokens = decode(model, source_ids, max_length)
    return tokens[:, :-1]


@mutant(ONE, "Does it stop when")
def never_stops(model, source_ids, max_length):
    return decode(model, source_ids, max_length, finished=lambda tokens, ended: False)


@mutant(ONE, "must return a NumPy array", "list")
def gives_lists(model, source_ids, max_length):
    return decode(model, source_ids, max_length).tolist()


@mutant(ONE, "ids, whole numbers")
def gives_fractions(model, source_ids, max_length):
    return decode(model, source_ids, max_length) + 0.0


@mutant(ONE, "(B, L)")
def gives_rounds_by_sentences(model, source_ids, max_length):
    return decode(model, source_ids, max_length).T


@mutant(PADS, "goes on after END")
def goes_on_after_the_end(model, source_ids, max_length):
    return decode(model, source_ids, max_length, note=lambda likeliest, ended: likeliest)


@mutant(PADS, "there is END again")
def repeats_the_end(model, source_ids, max_length):
    return decode(
        model, source_ids, max_length, note=lambda likeliest, ended: np.where(ended, END, likeliest)
    )


@mutant(PADS, "END itself is replaced")
def pads_too_early(model, source_ids, max_length):
    if len(source_ids) == 1:
        return decode(model, source_ids, max_length)
    tokens = decode(model, source_ids, max_length)
    return np.where(tokens == END, PAD, tokens)


@mutant(PADS, "must go through the model together")
def translates_one_after_another(model, source_ids, max_length):
    rows = [decode(model, source_ids[[row]], max_length)[0] for row in range(len(source_ids))]
    width = max(map(len, rows))
    return np.array([[*row, *[PAD] * (width - len(row))] for row in rows])


@mutant(PADS, "until the last sentence", "the first sentence has ended")
def stops_at_the_first_end(model, source_ids, max_length):
    return decode(model, source_ids, max_length, finished=lambda tokens, ended: ended.any())


@mutant(PADS, "until the last sentence", "remember which have ended")
def stops_when_all_end_together(model, source_ids, max_length):
    return decode(model, source_ids, max_length, finished=lambda tokens, ended: (tokens == END).all())


@mutant(STOPS, "asked for one more token", "Stop when all have ended")
def asks_once_too_often(model, source_ids, max_length):
    columns = decode(model, source_ids, max_length)
    last, state = np.full(len(source_ids), START), model.encode(source_ids)
    for _ in range(columns.shape[1] + 1):
        logits, state = model.step(last, state)
        last = np.argmax(logits, axis=-1)
    return columns


@mutant(STOPS, "asked for one more token")
def cuts_off_what_is_too_much(model, source_ids, max_length):
    tokens = decode(model, source_ids, max_length, finished=lambda tokens, ended: False)
    return tokens[:, (tokens != PAD).any(axis=0)]


@mutant(LENGTH, "max_length=1", "At most 1")
def counts_the_length_without_the_end(model, source_ids, max_length):
    return decode(model, source_ids, max_length + 1)


@mutant(LENGTH, "max_length=1", "At most 1")
def ignores_max_length(model, source_ids, max_length):
    return decode(model, source_ids, 99)


@mutant(LENGTH, "tokens up to there, unchanged")
def closes_what_is_broken_off(model, source_ids, max_length):
    tokens = decode(model, source_ids, max_length)
    going_on = (tokens != END).all(axis=1)
    tokens[going_on, -1] = END
    return tokens


@BANK.alternative("6.5")
def by_feeding_padding(model, source_ids, max_length):
    last, state = np.full(len(source_ids), START, "int32"), model.encode(source_ids)
    tokens = np.zeros((len(source_ids), 0), "int32")
    while tokens.shape[1] < max_length and not ((last == END) | (last == PAD)).all():
        logits, state = model.step(last, state)
        ended = (last == END) | (last == PAD)
        last = np.where(ended, PAD, np.argmax(logits, axis=-1)).astype("int32")
        tokens = np.concatenate([tokens, last[:, None]], axis=1)
    return tokens


@BANK.alternative("6.5")
def by_writing_into_an_array(model, source_ids, max_length):
    batch = len(source_ids)
    tokens, ended = np.zeros((batch, max_length), int), np.zeros(batch, bool)
    last, state = np.full(batch, START), model.encode(source_ids)
    for place in range(max_length):
        logits, state = model.step(last, state)
        last = np.argmax(logits, axis=-1)
        tokens[~ended, place] = last[~ended]
        ended |= last == END
        if ended.all():
            return tokens[:, : place + 1]
    return tokens


@BANK.alternative("6.5")
def by_tensors(model, source_ids, max_length):
    last, state = ops.full((len(source_ids),), START, dtype="int32"), model.encode(source_ids)
    going_on, columns = ops.ones_like(last), []
    while len(columns) < max_length and ops.any(going_on > 0):
        logits, state = model.step(last, state)
        last = ops.cast(ops.argmax(logits, axis=-1), "int32")
        columns.append(last * going_on)  # PAD is 0
        going_on = going_on * ops.cast(last != END, "int32")
    return ops.stack(columns, axis=1)
