"""Masked loss and accuracy: padding counts for nothing, whatever stands on it."""

from __future__ import annotations

import numpy as np
import pytest

from course_utils.models.losses import masked_accuracy, masked_loss, smoothed_loss

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


@pytest.mark.parametrize("smoothing", [0.0, 0.1, 0.7])
def test_smoothed_loss_is_the_cross_entropy_of_smoothed_targets(batch, smoothing):
    logits, targets, mask = batch
    logarithms = logits - np.log(np.exp(logits).sum(axis=-1, keepdims=True))
    smooth = (1 - smoothing) * np.eye(V)[targets] + smoothing / V
    expected = -np.sum(smooth * logarithms, axis=-1)[mask].mean()
    assert float(smoothed_loss(logits, targets, mask, smoothing)) == pytest.approx(expected, abs=1e-6)


def test_without_smoothing_it_is_the_masked_loss(batch):
    assert float(smoothed_loss(*batch, smoothing=0.0)) == pytest.approx(float(masked_loss(*batch)), abs=1e-6)


def test_smoothed_loss_has_the_gradient_probability_less_smoothed_target(batch):
    import tensorflow as tf

    logits, targets, mask = batch
    logits = tf.constant(logits)
    with tf.GradientTape() as tape:
        tape.watch(logits)
        loss = smoothed_loss(logits, targets, mask, 0.1)
    smooth = 0.9 * np.eye(V)[targets] + 0.1 / V
    expected = (tf.nn.softmax(logits).numpy() - smooth) * mask[..., None] / mask.sum()
    assert np.allclose(tape.gradient(loss, logits), expected, atol=1e-6)


def test_smoothing_of_all_is_refused(batch):
    with pytest.raises(ValueError, match="a smoothing from 0 to below 1, received 1"):
        smoothed_loss(*batch, smoothing=1)


def test_accuracy_is_the_share_of_real_tokens_guessed_right(batch):
    logits, targets, mask = batch
    hits = [logits[row, place].argmax() == targets[row, place] for row, place in np.argwhere(mask)]
    assert float(masked_accuracy(logits, targets, mask)) == pytest.approx(np.mean(hits), abs=1e-6)
    sure = 9 * np.eye(V, dtype=np.float32)[targets]
    assert float(masked_accuracy(sure, targets, mask)) == 1


@pytest.mark.parametrize("figure", [masked_loss, masked_accuracy, smoothed_loss])
def test_a_padded_batch_and_its_sentences_alone_agree(figure, batch):
    logits, targets, mask = batch
    lengths = mask.sum(axis=1)
    alone = [
        float(figure(logits[[row], :length], targets[[row], :length], mask[[row], :length]))
        for row, length in enumerate(lengths)
    ]
    assert float(figure(logits, targets, mask)) == pytest.approx(np.average(alone, weights=lengths), abs=1e-6)


@pytest.mark.parametrize("figure", [masked_loss, masked_accuracy, smoothed_loss])
def test_what_stands_on_padding_does_not_matter(figure, batch):
    logits, targets, mask = batch
    expected = float(figure(logits, targets, mask))
    other = np.where(mask[..., None], logits, np.nan).astype(np.float32)
    assert float(figure(other, np.where(mask, targets, V - 1), mask)) == pytest.approx(expected, abs=1e-6)


def test_loss_stays_finite():
    logits, targets = np.array([[[1000.0, 0.0], [0.0, -1000.0]]], "float32"), np.array([[1, 0]])
    assert float(masked_loss(logits, targets, np.ones((1, 2), bool))) == pytest.approx(500)
    assert float(smoothed_loss(logits, targets, np.ones((1, 2), bool), 0.2)) == pytest.approx(500)
