"""Hidden checks of lab 08, self-attention."""

import numpy as np

from course_utils.checks.arrays import expect_arrays_close
from course_utils.checks.lab_08_self_attention import oracles
from course_utils.checks.lab_08_self_attention.antecedents import drawn_squares, expect_share
from course_utils.checks.lab_08_self_attention.looking_up import looked_up
from course_utils.checks.lab_08_self_attention.masking import drawn_ids, masked
from course_utils.checks.lab_08_self_attention.material import draw
from course_utils.checks.lab_08_self_attention.multi_head import K, M, B, D, H, T, S, built, called, drawn_weights
from course_utils.checks.lab_08_self_attention.scaling import attended
from course_utils.checks.lab_08_self_attention.splitting import cut
from course_utils.grading.hidden import exercise


@exercise("8.1").check()
def looks_up_in_the_smallest_tables(candidate, rng):
    """one entry, keys of one number and values of one number have their axes, too"""
    for entries, width, values in ((1, 3, (1,)), (5, 1, (5, 1)), (1, 1, (1, 1)), (7, 2, (7, 1))):
        keys, query, given = rng.normal(size=(entries, width)), rng.normal(size=width), rng.normal(size=values)
        got, wanted = looked_up(candidate, query, keys, given, 0.7), oracles.look_up(query, keys, given, 0.7)
        for part, right, name in zip(got, wanted, ("result", "weights"), strict=True):
            expect_arrays_close(part, right, f"{entries} keys of width {width}, values {values}: another {name}")


@exercise("8.2").check()
def takes_as_many_axes_as_there_are(candidate, rng):
    """three axes may come before the places, some of one"""
    for before in ((2, 1, 3), (1,)):
        query, key, value = (draw(rng, *before, *shape) for shape in ((2, 5), (3, 5), (3, 4)))
        mask = rng.random((2, 3)) < 0.6
        for given in (None, mask):
            wanted = oracles.attention(query, key, value, given)
            for part, right, name in zip(attended(candidate, query, key, value, given), wanted, ("context", "weights"), strict=True):
                expect_arrays_close(part, right, f"query of shape {query.shape}: another {name}")


@exercise("8.3").check()
def masks_long_sentences(candidate, rng):
    """a sentence of hundreds of words has its mask, and so has one word"""
    for lengths, width in (((211, 3), 211), ((1,), 1), ((0, 1), 2)):
        ids = drawn_ids(rng, lengths, width)
        for causal in (False, True):
            real = np.broadcast_to((ids != 0)[:, None, None], (len(ids), 1, width, width))
            wanted = real & np.tri(width, dtype=bool) if causal else real
            problem = f"sentences of {' and '.join(map(str, lengths))} words, causal={causal}: another mask"
            expect_arrays_close(masked(candidate, ids, causal).astype(int), wanted.astype(int), problem)


@exercise("8.4").check()
def cuts_into_many_heads(candidate, rng):
    """there may be more heads than the paper has, and one word"""
    for batch, length, heads, width in ((1, 1, 13, 2), (3, 2, 17, 1), (2, 1, 16, 3)):
        x = draw(rng, batch, length, heads * width)
        expect_arrays_close(cut(candidate, x, heads), oracles.split_heads(x, heads), f"x {x.shape} into {heads} heads")


@exercise("8.5").check()
def masks_a_memory_of_another_length(candidate, rng):
    """a mask holds where memory and query are of different lengths, too"""
    parts = drawn_weights(rng)
    layer, query, memory = built(candidate, parts), draw(rng, B, T, D), draw(rng, B, S, M)
    padding = (np.arange(S) < np.array([[S], [2]]))[:, None, None]
    own = rng.random((B, H, T, S)) < 0.5
    own[..., 0] = True
    for mask, shape in ((padding, "(B, 1, 1, S)"), (own[:, :1], "(B, 1, T, S)"), (own, "(B, H, T, S)")):
        wanted = oracles.multi_head(query, memory, parts, mask)
        for part, right, name in zip(called(layer, query, memory, mask), wanted, ("outputs", "weights"), strict=True):
            problem = f"{T} queries, {S} places of memory, {H} heads of {K}, a mask {shape}: other {name}"
            expect_arrays_close(part, right, problem, tolerance=1e-4)


@exercise("8.6").check()
def finds_antecedents_behind_the_pronoun(candidate, rng):
    """an antecedent may stand behind its pronoun"""
    count = 37
    weights, every = drawn_squares(rng, count, 9), np.arange(count)
    pronouns = rng.integers(0, 4, size=count)
    best = weights[every, pronouns].argmax(axis=-1)
    antecedents = np.where(rng.random(count) < 0.6, best, (best + 1) % 9)
    antecedents[:2], pronouns[:2] = 8, 1
    weights[:2, 1] /= 3
    weights[:2, 1, 8] = 0.9
    expect_share(candidate, (weights, pronouns, antecedents), f"{count} sentences: another share", "")
