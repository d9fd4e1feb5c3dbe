"""Masked loss and accuracy: padding counts for nothing, whatever stands on it."""

from __future__ import annotations

import numpy as np
import pytest

from course_utils.models.losses import masked_accuracy, masked_loss

pytestmark = pytest.mark.slow  # loads TensorFlow

B, T, V = 3, 5, 7


@pytest.fixture
def batch():
    rng = np.random.default_rng(4)
    mask = np.arange(T) < np.array([[5], [2], [3]])
    return rng.normal(size=(B, T, V)).astype(np.float32), rng.integers(V, size=(B, T)) * mask, mask


def test_loss_is_the_mean_over_all_real_tokens(batch):
    logits, targets, mask = batch
    p = np.exp(logits) / np.exp(logits).sum(axis=-1, keepdims=True)
    losses = [-np.log(p[row, place, targets[row, place]]) for row, place in np.argwhere(mask)]
    assert float(masked_loss(logits, targets, mask)) == pytest.approx(np.mean(losses), abs=1e-6)


def test_accuracy_is_the_share_of_real_tokens_guessed_right(batch):
    logits, targets, mask = batch
    hits = [logits[row, place].argmax() == targets[row, place] for row, place in np.argwhere(mask)]
    assert float(masked_accuracy(logits, targets, mask)) == pytest.approx(np.mean(hits), abs=1e-6)
    sure = 9 * np.eye(V, dtype=np.float32)[targets]
    assert float(masked_accuracy(sure, targets, mask)) == 1


@pytest.mark.parametrize("figure", [masked_loss, masked_accuracy])
def test_a_padded_batch_and_its_sentences_alone_agree(figure, batch):
    logits, targets, mask = batch
    lengths = mask.sum(axis=1)
    alone = [
        float(figure(logits[[row], :length], targets[[row], :length], mask[[row], :length]))
        for row, length in enumerate(lengths)
    ]
    assert float(figure(logits, targets, mask)) == pytest.approx(np.average(alone, weights=lengths), abs=1e-6)


@pytest.mark.parametrize("figure", [masked_loss, masked_accuracy])
def test_what_stands_on_padding_does_not_matter(figure, batch):
    logits, targets, mask = batch
    expected = float(figure(logits, targets, mask))
    other = np.where(mask[..., None], logits, np.nan).astype(np.float32)
    assert float(figure(other, np.where(mask, targets, V - 1), mask)) == pytest.approx(expected, abs=1e-6)


def test_loss_stays_finite():
    logits, targets = np.array([[[1000.0, 0.0], [0.0, -1000.0]]], "float32"), np.array([[1, 0]])
    assert float(masked_loss(logits, targets, np.ones((1, 2), bool))) == pytest.approx(500)
