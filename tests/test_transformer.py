"""The transformer: what holds whatever its weights, for every kind of it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import asdict, replace

import keras
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st

from course_utils.models.decoding import greedy, translate
from course_utils.models.losses import masked_loss
from course_utils.models.transformer import (
    DecoderBlock,
    EncoderBlock,
    FeedForward,
    Transformer,
    TransformerConfig,
    count_parameters,
)
from course_utils.text.tokenization.base import END, PAD, START

pytestmark = pytest.mark.slow  # loads TensorFlow

CONFIG = TransformerConfig(
    19, 23, width=10, heads=5, hidden=17, encoder_layers=2, decoder_layers=3, dropout=0.2, longest=13
)
KINDS = {
    "pre, sinusoidal, tied": CONFIG,
    "post, learned, own output matrix": replace(CONFIG, norm="post", positions="learned", tied=False),
}


@pytest.fixture(params=KINDS)
def model(request) -> Transformer:
    return made(KINDS[request.param])


def made(config: TransformerConfig) -> Transformer:
    """A model with random weights, biases and norms too."""
    keras.utils.set_random_seed(3)
    model = Transformer(config)
    model.build()
    rng = np.random.default_rng(5)
    model.set_weights([each + rng.normal(0, 0.2, each.shape) for each in model.get_weights()])
    return model


@pytest.fixture
def sources() -> np.ndarray:
    return np.array([[5, 7, 11, 13, END], [17, 4, END, PAD, PAD], [8, END, PAD, PAD, PAD]], np.int32)


@pytest.fixture
def targets() -> np.ndarray:
    ids = np.random.default_rng(1).integers(4, 23, (3, 7)).astype(np.int32)
    ids[:, 0] = START
    ids[1, 4:] = PAD
    return ids


def logits_of(model, sources, targets) -> np.ndarray:
    return np.asarray(model([sources, targets]))


# What may see what -----------------------------------------------------------------------------------------


def test_a_later_token_changes_no_earlier_logit(model, sources, targets):
    before = logits_of(model, sources, targets)
    assert before.shape == (3, 7, 23)
    for place in range(1, 7):
        other = targets.copy()
        other[:, place] = 4 + (other[:, place] + 1) % 19
        after = logits_of(model, sources, other)
        assert np.array_equal(after[:, :place], before[:, :place]), place
        assert np.abs(after[0, place:] - before[0, place:]).min(axis=0).max() > 1e-4, place


@pytest.mark.parametrize("side", [0, 1], ids=["source", "target"])
@pytest.mark.parametrize("where", ["after", "before"])
def test_more_padding_changes_no_logit(model, sources, targets, side, where):
    before, inputs = logits_of(model, sources, targets), [sources, targets]
    inputs[side] = np.pad(inputs[side], ((0, 0), (6, 0) if where == "before" else (0, 6)))
    after = logits_of(model, *inputs)
    if side:
        after = after[:, 6:] if where == "before" else after[:, :7]
    real = targets != PAD
    assert np.abs(after - before)[real].max() < 1e-5


def test_nobodys_logits_depend_on_the_company(model, sources, targets):
    before = logits_of(model, sources, targets)
    order = np.array([2, 0, 1])
    assert np.allclose(logits_of(model, sources[order], targets[order]), before[order], atol=1e-5)
    alone = logits_of(model, sources[1:2, :3], targets[1:2, :4])
    assert np.allclose(alone, before[1:2, :4], atol=1e-5)


def test_every_source_token_counts_and_so_does_its_place(model, sources, targets):
    before = logits_of(model, sources, targets)[0, -1]
    for place in range(4):
        other = sources.copy()
        other[0, place] = 6
        assert np.abs(logits_of(model, other, targets)[0, -1] - before).max() > 1e-4, place
    other = sources.copy()
    other[0, :2] = other[0, 1::-1]
    assert np.abs(logits_of(model, other, targets)[0, -1] - before).max() > 1e-4


def test_attentions_of_every_layer_are_shares_of_what_may_be_seen(model, sources, targets):
    found = model.attentions(sources, targets)
    shapes = [tuple(each.shape) for each in found]
    assert shapes == [(2, 3, 5, 5, 5), (3, 3, 5, 7, 7), (3, 3, 5, 7, 5)]
    for weights in found:
        assert np.allclose(np.sum(weights, axis=-1), 1, atol=1e-5)
    of_source = np.broadcast_to((sources == PAD)[None, :, None, None], found.cross.shape)
    assert (np.asarray(found.cross)[of_source] == 0).all()
    assert (
        np.asarray(found.encoder)[np.broadcast_to(of_source[:2, :, :, :5], found.encoder.shape)] == 0
    ).all()
    later = ~np.tri(7, dtype=bool)
    assert (np.asarray(found.decoder)[..., later] == 0).all()


# One token at a time ---------------------------------------------------------------------------------------


def test_one_step_at_a_time_gives_the_logits_of_all_at_once(model, sources, targets):
    together = logits_of(model, sources, targets)
    state = model.encode(sources)
    for place in range(targets.shape[1]):
        logits, state = model.step(targets[:, place], state)
        assert np.allclose(logits, together[:, place], atol=1e-5), place


def slowly(model, sources, length: int) -> list[list[int]]:
    """Greedy translations of one sentence after the other, the whole of it again for each word."""
    found = []
    for source in sources:
        tokens = [START]
        while len(tokens) <= length and tokens[-1] != END:
            tokens.append(int(logits_of(model, source[None], np.array([tokens]))[0, -1].argmax()))
        found.append(tokens[1:])
    return found


def test_decoding_serves_it(model, sources):
    expected = slowly(model, sources, 9)
    for tokens, ids in zip(expected, greedy(model, sources, 9).tolist(), strict=True):
        assert ids == tokens + [PAD] * (len(ids) - len(tokens))
    plain = [[i for i in row if i not in (PAD, END)] for row in sources.tolist()]
    assert translate(model, plain, 9, batch_size=2) == [[i for i in row if i != END] for row in expected]


def test_more_steps_than_places_are_refused(model, sources):
    with pytest.raises(ValueError, match="max_length of at most 13, the model's longest, received 14"):
        greedy(model, sources, 14)
    with pytest.raises(ValueError, match="at most 13 tokens, the config's longest, received 14"):
        model.encode(np.ones((1, 14), np.int32))


# Made anew, compiled, elsewhere ----------------------------------------------------------------------------


def test_a_loaded_model_says_the_same(model, sources, targets, tmp_path):
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    assert loaded.config == model.config
    assert np.array_equal(logits_of(loaded, sources, targets), logits_of(model, sources, targets))
    assert np.array_equal(greedy(loaded, sources, 9), greedy(model, sources, 9))


@pytest.mark.parametrize("block", [EncoderBlock, DecoderBlock])
def test_blocks_are_made_anew_from_their_config(block):
    assert block.from_config(block(CONFIG).get_config()).config == CONFIG
    copy = FeedForward.from_config(FeedForward(17, 0.3).get_config())
    assert (copy.inner.units, copy.dropout.rate) == (17, 0.3)


def test_compiled_or_not_logits_and_gradients_are_the_same(model, sources, targets):
    variables = [each.value for each in model.trainable_variables]

    def step():
        with tf.GradientTape() as tape:
            logits = model([sources, targets])
            loss = masked_loss(logits, targets, targets != PAD)
        return logits, tape.gradient(loss, variables)

    expected, slopes = step()
    for jit_compile in (False, True):
        logits, found = tf.function(step, jit_compile=jit_compile)()
        assert np.allclose(logits, expected, atol=1e-5)
        for variable, one, other in zip(model.trainable_variables, found, slopes, strict=True):
            one, other = tf.convert_to_tensor(one), tf.convert_to_tensor(other)
            assert np.allclose(one, other, atol=1e-5), variable.path


def test_every_weight_is_trained(model, sources, targets):
    with tf.GradientTape() as tape:
        loss = masked_loss(model([sources, targets], training=True), targets, targets != PAD)
    slopes = tape.gradient(loss, [each.value for each in model.trainable_variables])
    for variable, slope in zip(model.trainable_variables, slopes, strict=True):
        # Softmax does not see what is added to all scores of a row
        if "key_bias" not in variable.path:
            assert np.abs(tf.convert_to_tensor(slope)).max() > 0, variable.path


def test_a_new_model_knows_nothing_and_says_so():
    """Logits of unit size: the first loss is a little over that of a guess."""
    keras.utils.set_random_seed(1)
    rng = np.random.default_rng(1)
    model = Transformer(TransformerConfig(997, 1009))
    targets = rng.integers(4, 1009, (11, 17))
    logits = logits_of(model, rng.integers(4, 997, (11, 13)), rng.integers(4, 1009, (11, 17)))
    assert 0.7 < logits.std() < 1.3
    assert float(masked_loss(logits, targets, targets > 0)) < np.log(1009) + 1


ON_JAX = """
import json, sys
import keras, numpy as np
from course_utils.models.transformer import Transformer, TransformerConfig

given = np.load(sys.argv[1])
model = Transformer(TransformerConfig(**json.loads(str(given["config"]))))
model.build()
model.set_weights([given[f"weight{i}"] for i in range(len(model.weights))])
logits, state, steps = model([given["sources"], given["targets"]]), model.encode(given["sources"]), []
for tokens in given["targets"].T:
    step, state = model.step(tokens, state)
    steps.append(np.asarray(step))
found = {"logits": np.asarray(logits), "steps": np.stack(steps, axis=1)}
np.savez(sys.argv[2], **found, backend=keras.backend.backend())
"""


def test_on_jax_too(model, sources, targets, tmp_path):
    weights = {f"weight{number}": each for number, each in enumerate(model.get_weights())}
    described = json.dumps(asdict(model.config))
    np.savez(tmp_path / "given.npz", sources=sources, targets=targets, config=described, **weights)
    done = subprocess.run(
        [sys.executable, "-c", ON_JAX, tmp_path / "given.npz", tmp_path / "found.npz"],
        capture_output=True,
        text=True,
        env={**os.environ, "KERAS_BACKEND": "jax"},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = np.load(tmp_path / "found.npz")
    assert found["backend"] == "jax"
    expected = logits_of(model, sources, targets)
    assert np.allclose(found["logits"], expected, atol=1e-4)
    assert np.allclose(found["steps"], expected, atol=1e-4)


# Blocks ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("norm", ["pre", "post"])
def test_without_positions_an_encoder_block_knows_no_order(norm):
    rng = np.random.default_rng(3)
    block = EncoderBlock(replace(CONFIG, norm=norm))
    x, order = rng.normal(size=(2, 7, 10)).astype(np.float32), rng.permutation(7)
    assert np.allclose(np.asarray(block(x)[0])[:, order], block(x[:, order])[0], atol=1e-5)


def test_norm_before_leaves_the_way_free_and_after_norms_all():
    x = 100 * np.random.default_rng(3).normal(size=(2, 7, 10)).astype(np.float32)
    pre, post = (np.asarray(EncoderBlock(replace(CONFIG, norm=norm))(x)[0]) for norm in ("pre", "post"))
    assert np.abs(pre - x).max() < 20
    assert np.allclose(post.var(axis=-1), 1, atol=1e-2)


def test_feed_forward_follows_its_equation():
    layer, x = FeedForward(17), np.random.default_rng(3).normal(size=(2, 7, 10)).astype(np.float32)
    found = layer(x)
    kernel, bias, back, back_bias = layer.get_weights()
    assert np.allclose(found, np.maximum(x @ kernel + bias, 0) @ back + back_bias, atol=1e-5)


# Sizes -----------------------------------------------------------------------------------------------------

CONFIGS = st.builds(
    TransformerConfig,
    source_size=st.integers(1, 40),
    target_size=st.integers(1, 40),
    width=st.sampled_from([6, 12, 18]),
    heads=st.sampled_from([1, 2, 3, 6]),
    hidden=st.integers(1, 30),
    encoder_layers=st.integers(1, 3),
    decoder_layers=st.integers(1, 3),
    longest=st.integers(1, 20),
    positions=st.sampled_from(["sinusoidal", "learned"]),
    norm=st.sampled_from(["pre", "post"]),
    tied=st.booleans(),
)


@settings(max_examples=15)
@given(CONFIGS)
def test_parameters_by_formula(config):
    model = Transformer(config)
    model.build()
    assert count_parameters(config) == model.count_params()


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"width": 0}, ValueError, "expected width to be at least 1, received 0"),
        ({"longest": 2.5}, TypeError, "expected longest to be a whole number, received 2.5"),
        ({"heads": 3}, ValueError, "a width that 3 heads divide, received 10, which leaves 1"),
        ({"dropout": 1}, ValueError, "a dropout from 0 to below 1, received 1"),
        ({"norm": "middle"}, ValueError, "norm to be one of pre, post, received 'middle'"),
        ({"positions": None}, ValueError, "positions to be one of sinusoidal, learned, received None"),
        ({"width": 5}, ValueError, "an even width for sinusoidal positions, received 5"),
    ],
)
def test_impossible_configs_are_refused(changes, error, message):
    with pytest.raises(error, match=message):
        replace(CONFIG, **changes)
