"""Exercise 10.6: the alignment error rate of every head."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from course_utils.checks.arrays import ARRAY, expect_arrays_close, expect_shape
from course_utils.checks.candidate import Candidate
from course_utils.checks.errors import exceptions_mean
from course_utils.checks.lab_10_transformer_translation import oracles
from course_utils.checks.lab_10_transformer_translation.material import LAB, REFERENCES, Array
from course_utils.checks.lab_10_transformer_translation.oracles import Links

head_error_rates = LAB.exercise(
    "10.6",
    name="head_error_rates",
    title="which head looks where it should?",
    points=3,
    difficulty=2,
    returns=ARRAY,
    reference=f"{REFERENCES}:head_error_rates",
    hints=(
        "For each layer and each head the same two calls as in lab 07: metrics.links of its weights (B, T, S), and "
        "metrics.alignment_error_rate of these links and the gold ones.",
        "weights[layer, :, head] are the weights (B, T, S) of one head for all sentences.",
        "Two loops, over weights.shape[0] layers and weights.shape[2] heads, fill an array np.zeros((L, H)).",
    ),
)

L, H, B, T, S = 2, 3, 5, 7, 11
ONE_HEAD = "weights[layer, :, head] takes one head and keeps all sentences: (B, T, S)."
WHOLE = "These are whole numbers: np.zeros((n_layers, n_heads)) makes room for fractions."
EXCEPTIONS = {
    "expected weights (B, T, S)": ONE_HEAD,
    "expected source lengths": "The lengths come in the order of metrics.links: source first. " + ONE_HEAD,
    "expected target lengths": "The lengths come in the order of metrics.links: source first. " + ONE_HEAD,
    "out of bounds": "The axes are (L, B, H, T, S): L is weights.shape[0] and H is weights.shape[2].",
    "expected links for": "gold has a set for each sentence, and so must the links: " + ONE_HEAD,
}


@dataclass(frozen=True)
class Case:
    """Weights (L, B, H, T, S), the sentences' lengths, the true links."""

    weights: Array
    source_lengths: list[int]
    target_lengths: list[int]
    gold: list[Links]


def drawn_case(rng: np.random.Generator, padded: bool) -> Case:
    """Heads that look at true places the more often, the later they come."""
    source_lengths = rng.integers(5, S, B).tolist() if padded else [S] * B
    target_lengths = rng.integers(3, T, B).tolist() if padded else [T] * B
    weights, gold = rng.random((L, B, H, T, S)).astype("float32"), []
    for b in range(B):
        # Without padding each word has a place of its own, so that here shares of places tell the same
        places = rng.integers(0, source_lengths[b], target_lengths[b]) if padded else rng.permutation(S)[:T]
        gold.append({(int(s), t) for t, s in enumerate(places)})
        for t, s in enumerate(places):
            share = (np.arange(L * H).reshape(L, H) + 1) / (L * H + 1)
            weights[:, b, :, t, s] += 2 * (rng.random((L, H)) < share)
    return Case(weights, source_lengths, target_lengths, gold)


def rates_of(candidate: Candidate, case: Case) -> Array:
    """What a call gives, of the right shape."""
    n_layers, _, n_heads = case.weights.shape[:3]
    with exceptions_mean(known=EXCEPTIONS):
        got = candidate(case.weights, case.source_lengths, case.target_lengths, case.gold)
    causes = {
        (n_heads, n_layers): "A row a layer, a column a head.",
        (n_layers,): "That is one rate for each layer: the heads must stay apart.",
        (n_heads,): "That is one rate for each head place: the layers must stay apart.",
        (n_layers * n_heads,): "The rates are in one row: .reshape(n_layers, n_heads) makes L rows of H.",
    }
    expect_shape(
        got,
        (n_layers, n_heads),
        f"{n_layers} layers of {n_heads} heads: one rate for each",
        axes="(L, H)",
        cause=causes.get(got.shape, ""),
    )
    return got


def rates_oracle(case: Case) -> Array:
    """The right rates."""
    return oracles.head_error_rates(case.weights, case.source_lengths, case.target_lengths, case.gold)


def alone(case: Case, sentence: int) -> Array:
    """The rates of one sentence."""
    one = slice(sentence, sentence + 1)
    lengths = case.source_lengths[one], case.target_lengths[one]
    return rates_oracle(Case(case.weights[:, one], *lengths, case.gold[one]))


def wrong_rates(case: Case) -> dict[str, Array]:
    """A likely mistake -> the rates that it gives."""
    right, each = rates_oracle(case), [alone(case, sentence) for sentence in range(B)]
    common, ours, theirs = oracles.head_links(
        case.weights, case.source_lengths, case.target_lengths, case.gold
    )
    columns = case.weights / case.weights.sum(axis=-2, keepdims=True)
    return {
        "That looks only at how many of its links are true: take metrics.alignment_error_rate.": 1
        - common / ours,
        "That looks only at how many of the true links it has: take metrics.alignment_error_rate.": 1
        - common / theirs,
        "These are the links by share, metrics.shares: here the largest weight counts.": rates_oracle(
            replace(case, weights=columns)
        ),
        WHOLE: np.trunc(right),
        "That is the agreement: the error rate is 1 minus it.": 1 - right,
        "It is the mean of the sentences' rates: hand all sentences to metrics.alignment_error_rate at once.": np.mean(
            each, axis=0
        ),
        "That is the rate of the first sentence alone.": each[0],
        "That is the rate of the last sentence alone.": each[-1],
        "The padding is linked, too: hand the sentences' own lengths to metrics.links.": rates_oracle(
            replace(case, source_lengths=[S] * B, target_lengths=[T] * B)
        ),
    }


def _wrongly_filled(wanted: Array) -> dict[str, Array]:
    """A likely mistake where one head of the first layer is right, and all others are wrong -> its rates."""
    return {
        "That is the agreement: the error rate is 1 minus it.": 1 - wanted,
        "All rates are 0: is the array ever filled in?": np.zeros((L, H)),
        "Only the first layer is filled in: does return stand inside the loop?": np.where(
            np.arange(L)[:, None] == 0, wanted, 0
        ),
        "All layers have the first one's rates: weights[layer, :, head].": np.tile(wanted[0], (L, 1)),
        "All heads of a layer have one rate: take each head by itself, weights[layer, :, head].": np.repeat(
            wanted.min(axis=1, keepdims=True), H, axis=1
        ),
        "No head is right here: are the weights (T, S) transposed, or is the last layer taken for all?": np.ones(
            (L, H)
        ),
    }


@head_error_rates.check(hints=("A head that looks at the true place each time has the rate 0.",))
def a_perfect_head_has_rate_zero(candidate, rng):
    """one head sees all true links, another none"""
    case = drawn_case(rng, padded=False)
    layer, head = 0, int(rng.integers(H))
    weights = case.weights.copy()
    for b, links in enumerate(case.gold):
        for s, t in links:
            weights[:, b, :, t, s] = 0.0
            weights[layer, b, head, t, s] = 99.0
    wanted = np.ones((L, H))
    wanted[layer, head] = 0
    expect_arrays_close(
        rates_of(candidate, Case(weights, case.source_lengths, case.target_lengths, case.gold)),
        wanted,
        f"head {head} of layer {layer} looks at the true place each time, all others never",
        axes="(L, H)",
        cause=ONE_HEAD,
        mistakes=_wrongly_filled(wanted),
    )


@head_error_rates.check(
    hints=("Each head by itself, all sentences at once: metrics.alignment_error_rate takes lists of sets.",)
)
def all_sentences_count_together(candidate, rng):
    """a sentence with many true links weighs more than one with few"""
    whole = drawn_case(rng, padded=False)
    some = [{(s, t) for s, t in links if t < T - b} for b, links in enumerate(whole.gold)]
    case = Case(whole.weights, whole.source_lengths, whole.target_lengths, some)
    wanted = rates_oracle(case)
    expect_arrays_close(
        rates_of(candidate, case),
        wanted,
        f"{B} sentences without padding, with {', '.join(str(len(links)) for links in some)} true links",
        axes="(L, H)",
        cause=ONE_HEAD,
        mistakes=wrong_rates(case),
    )


@head_error_rates.check(
    hints=("metrics.links(weights, source_lengths, target_lengths) leaves the padding out.",)
)
def padding_is_not_linked(candidate, rng):
    """sentences of different lengths: what lies behind their words is in no link"""
    case = drawn_case(rng, padded=True)
    wanted = rates_oracle(case)
    expect_arrays_close(
        rates_of(candidate, case),
        wanted,
        f"sentences of {case.source_lengths} source and {case.target_lengths} target words",
        axes="(L, H)",
        cause="Each sentence has its own lengths: hand both lists to metrics.links.",
        mistakes=wrong_rates(case),
    )
