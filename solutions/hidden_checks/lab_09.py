"""Hidden checks of lab 09, transformer blocks."""

from dataclasses import replace

import numpy as np

from course_utils.checks.arrays import expect_arrays_close
from course_utils.checks.asserts import expect, expect_equal
from course_utils.checks.errors import exceptions_mean
from course_utils.checks.lab_09_transformer_blocks import (
    decoding,
    decoding_plans,
    encoding,
    encoding_plans,
    oracles,
    residual,
    stacking,
)
from course_utils.checks.lab_09_transformer_blocks.material import D, HIDDEN, config, draw, draw_feed_forward, draw_norm
from course_utils.checks.lab_09_transformer_blocks.normalising import normed
from course_utils.checks.lab_09_transformer_blocks.positions import made
from course_utils.grading.hidden import exercise

COMPILED = "Training compiles the call, for batches and sentences of any size: no loop over them, no len, no NumPy."


@exercise("9.1").check()
def has_places_for_long_texts(candidate, rng):
    """a text of hundreds of places has them all, at any width"""
    for length, width in ((409, 34), (2, 128)):
        wanted = oracles.sinusoidal_positions(length, width)
        expect_arrays_close(made(candidate, length, width), wanted, f"{length} places of width {width}", tolerance=1e-4)


@exercise("9.2").check()
def batches_of_any_size_can_be_compiled(candidate, rng):
    """training can compile it for batches and sentences of any size"""
    import keras

    layer = candidate(HIDDEN)
    layer(draw(rng, 2, 3, D))
    layer.set_weights(draw_feed_forward(rng))
    with exceptions_mean(known={"raised": COMPILED}):
        layer.invoke("compute_output_spec", keras.KerasTensor((None, None, D), "float32"))


@exercise("9.3").check()
def norms_numbers_far_from_zero(candidate, rng):
    """numbers around 1,000 that differ little are normed, too"""
    x = (1_000 + rng.integers(-24, 25, size=(3, 5, 16)) / 64).astype("float32")
    wanted = oracles.layer_norm(x, np.ones(16), np.zeros(16))
    got = normed(candidate, x, np.ones(16, "float32"), np.zeros(16, "float32"))
    expect_arrays_close(got, wanted, "numbers from 999.6 to 1,000.4: mean 0 and variance 1 must come out", tolerance=1e-2)


@exercise("9.4").check()
def drops_with_post_norm_too(candidate, rng):
    """with post-norm, too, outputs are left out in training"""
    layer = residual.built(candidate, draw_norm(rng), norm="post", dropout=0.5)
    x, outputs = draw(rng, 2, 7, D), 3 + draw(rng, 2, 7, D)
    told, untold = (residual.run(layer, "after", x, outputs, training=training) for training in (True, False))
    different = np.abs(told - untold).max(axis=-1) > 1e-3
    # All six outputs of a place are kept, each doubled, once in 64 places
    expect(bool(different.mean() > 0.5), "post-norm, dropout 0.5, training=True: outputs must be left out")
    again = residual.run(layer, "after", x, outputs, training=False)
    expect_arrays_close(again, untold, "post-norm, training=False: two calls must give the same")


@exercise("9.5").check()
def takes_a_mask_of_its_own_for_each_place(candidate, rng):
    """each place may have a mask of its own"""
    weights, x = encoding_plans.Weights.drawn(rng), draw(rng, 2, 5, D)
    mask = (rng.random((2, 1, 5, 5)) < 0.5) | np.eye(5, dtype=bool)
    mask[0, 0] = np.tri(5)
    for norm in ("pre", "post"):
        wanted = encoding_plans.planned(x, mask, weights, encoding_plans.Plan(norm))
        got = encoding.called(encoding.built(candidate, weights, norm=norm), x, mask)
        for part, right, name in zip(got, wanted, ("x", "weights"), strict=True):
            problem = f'norm="{norm}", a mask (B, 1, S, S): another {name}'
            expect_arrays_close(part, right, problem, tolerance=1e-3)


@exercise("9.6").check()
def hands_training_on(candidate, rng):
    """in training numbers are left out in every block"""
    for layers in (1, 4):
        layer = stacking.built(candidate, stacking.drawn(rng, layers), dropout=0.5)
        x, places = draw(rng, 3, stacking.T, D), draw(rng, stacking.T, D)
        calls = [stacking.called(layer, x, places, training=True)[0] for _ in range(2)]
        expect(
            not np.allclose(*calls, atol=1e-4),
            f"{layers} blocks, dropout 0.5, training=True: two calls must leave out different numbers",
        )


@exercise("9.7").check()
def takes_one_mask_without_the_other(candidate, rng):
    """each of both masks may be missing by itself"""
    weights, inputs = decoding_plans.Weights.drawn(rng), decoding_plans.Inputs.drawn(rng, padded=True)
    block = decoding.built(candidate, weights)
    for missing in ("memory_mask", "target_mask"):
        given = replace(inputs, **{missing: None})
        got, wanted = decoding.called(block, given), decoding_plans.planned(given, weights)
        for part in ("self_weights", "cross_weights", "x"):
            problem = f"{missing}=None, the other mask given: another {part}"
            expect_arrays_close(getattr(got, part), getattr(wanted, part), problem, tolerance=1e-3)


@exercise("9.8").check()
def counts_models_of_billions(candidate, rng):
    """a model of billions of weights is counted, too"""
    sizes = {"width": 12_288, "heads": 96, "hidden": 49_151, "encoder_layers": 90, "decoder_layers": 3}
    for changes in ({"norm": "post", "tied": False}, {"positions": "learned", "longest": 2_048}):
        large = config(**sizes, source_size=50_257, target_size=int(rng.integers(10**4, 10**5)), **changes)
        wanted = oracles.count_parameters(large)
        expect_equal(int(candidate(large)), wanted, f"{wanted / 1e9:.0f} billion weights: another number")
