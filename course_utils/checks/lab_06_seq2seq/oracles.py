"""Slow, obviously right versions of lab 06's answers, one token after another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from course_utils.checks.lab_05_lstm.oracles import Array, Ids, Mask, Weights, lstm_step, next_token_loss
from course_utils.text.tokenization import END, PAD, START

Batch = tuple[Array, Ids, Mask]
State = tuple[Array, Array]


def teacher_forcing(sentences: Sequence[Sequence[int]]) -> tuple[Ids, Ids, Mask]:
    """Decoder inputs, targets and mask (B, T), place by place."""
    shape = len(sentences), max(len(sentence) for sentence in sentences) + 1
    inputs, targets, mask = np.full(shape, PAD), np.full(shape, PAD), np.zeros(shape, bool)
    for b, sentence in enumerate(sentences):
        for t in range(len(sentence) + 1):
            inputs[b, t] = START if t == 0 else sentence[t - 1]
            targets[b, t] = END if t == len(sentence) else sentence[t]
            mask[b, t] = True
    return inputs, targets, mask


def loss_and_accuracy(batches: Sequence[Batch]) -> tuple[float, float]:
    """Mean of -ln P(target), and the share of tokens that were likeliest, over all real tokens."""
    places = [(b[0][i, t], int(b[1][i, t])) for b in batches for i, t in np.argwhere(b[2])]
    hits = [max(range(len(row)), key=lambda k: row[k]) == target for row, target in places]
    return float(np.mean([token_loss(row, target) for row, target in places])), float(np.mean(hits))


def token_loss(row: Array, target: int) -> float:
    """-ln P(target) for one token's logits (V,)."""
    return next_token_loss(row[None, None], np.array([[target]]), np.array([[True]]))


def last_state(vectors: Array, weights: Weights, mask: Mask, state: State | None = None) -> State:
    """h and c (B, U) after the last real one of vectors (B, S, E), from `state`, or zeros."""
    _, state = outputs(vectors, weights, mask, state)
    return state


def outputs(
    vectors: Array, weights: Weights, mask: Mask | None = None, state: State | None = None
) -> tuple[Array, State]:
    """The output after each step (B, S, U), and the last state; a masked step leaves both as they were."""
    h, c = state or 2 * (np.zeros((len(vectors), weights.units)),)
    steps = []
    for t in range(vectors.shape[1]):
        new_h, new_c = lstm_step(vectors[:, t], h, c, weights)
        real = np.ones((len(vectors), 1), bool) if mask is None else mask[:, t, None]
        h, c = np.where(real, new_h, h), np.where(real, new_c, c)
        steps.append(h)
    return np.stack(steps, axis=1), (h, c)


@dataclass(frozen=True)
class Network:
    """The weights of an encoder–decoder: E width of embeddings, U units, V target words."""

    source_table: Array  # (words of the source language, E)
    encoder: Weights
    target_table: Array  # (V, E)
    decoder: Weights
    last_kernel: Array  # (U, V)
    last_bias: Array  # (V,)

    def as_list(self) -> list[Array]:
        """In the order in which the lab's model makes its layers."""
        return [
            self.source_table,
            *self.encoder.as_list(),
            self.target_table,
            *self.decoder.as_list(),
            self.last_kernel,
            self.last_bias,
        ]

    def encode(self, source_ids: Ids) -> State:
        """The state after each source's last real token."""
        return last_state(self.source_table[source_ids], self.encoder, source_ids != PAD)

    def logits(self, decoder_input: Ids, state: State) -> Array:
        """(B, T, V), the decoder starting from `state`."""
        return self.to_logits(outputs(self.target_table[decoder_input], self.decoder, state=state)[0])

    def to_logits(self, states: Array) -> Array:
        """The last layer."""
        return states @ self.last_kernel + self.last_bias


def ngram_precision(
    hypotheses: Sequence[Sequence[str]], references: Sequence[Sequence[str]], n: int
) -> float:
    """Each n-gram of a hypothesis crosses one out in its reference; the share of those that find one."""
    found = total = 0
    for hypothesis, reference in zip(hypotheses, references, strict=True):
        left = _ngrams(reference, n)
        for ngram in _ngrams(hypothesis, n):
            total += 1
            if ngram in left:
                left.remove(ngram)
                found += 1
    return found / total if total else 0.0


def _ngrams(tokens: Sequence[str], n: int) -> list[tuple[str, ...]]:
    return [tuple(tokens[start : start + n]) for start in range(len(tokens) - n + 1)]
