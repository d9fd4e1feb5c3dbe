"""Lab 09, transformer blocks."""

from __future__ import annotations

import numpy as np
from keras import ops

from course_utils.checks.lab_09_transformer_blocks import references
from course_utils.models import positions, transformer_blocks, transformer_config
from course_utils.models.multi_head import causal_mask
from tests.mutants import Bank

BANK = Bank()


@BANK.mutant("9.1", rejected_by="has_places_for_long_texts", says=("409 places",))
def cuts_from_a_table_of_64(length, width):
    return np.asarray(positions.sinusoidal_positions(64, width))[:length]


class PlaceByPlace(transformer_blocks.FeedForward):
    def call(self, x):
        places = [super(PlaceByPlace, self).call(x[:, t]) for t in range(x.shape[1])]
        return ops.stack(places, axis=1)


BANK.mutant("9.2", rejected_by="batches_of_any_size_can_be_compiled", says=("of any size",))(PlaceByPlace)


@BANK.mutant("9.3", rejected_by="norms_numbers_far_from_zero", says=("from 999.6 to 1,000.4",))
def takes_the_mean_of_squares_less_the_square_of_the_mean(x, scale, shift, epsilon=1e-5):
    mean = ops.mean(x, axis=-1, keepdims=True)
    variance = ops.mean(ops.square(x), axis=-1, keepdims=True) - ops.square(mean)
    return scale * (x - mean) / ops.sqrt(ops.maximum(variance, 0.0) + epsilon) + shift


class DropsWithPreNormAlone(transformer_blocks.Around):
    def after(self, x, outputs, training=False):
        return super().after(x, outputs, training) if self.pre else self.norm(x + outputs)


BANK.mutant("9.4", rejected_by="drops_with_post_norm_too", says=("post-norm",))(DropsWithPreNormAlone)


class OneMaskForAllPlaces(transformer_blocks.EncoderBlock):
    def call(self, x, mask=None, training=False):
        return super().call(x, None if mask is None else mask[:, :, :1], training)


BANK.mutant("9.5", rejected_by="takes_a_mask_of_its_own_for_each_place", says=("a mask (B, 1, S, S)",))(
    OneMaskForAllPlaces
)


class NeverTrains(references.Stack):
    def call(self, x, places, mask=None, training=False):
        return super().call(x, places, mask=mask, training=False)


BANK.mutant("9.6", rejected_by="hands_training_on", says=("two calls must leave out different numbers",))(
    NeverTrains
)


class AsksForTheOtherMask(references.DecoderBlock):
    def call(self, x, memory, target_mask=None, memory_mask=None, training=False):
        mask = causal_mask(ops.shape(x)[1])
        if memory_mask is not None:
            mask = ops.logical_and(mask, target_mask)
        return transformer_blocks.DecoderBlock.call(self, x, memory, mask, memory_mask, training)


BANK.mutant("9.7", rejected_by="takes_one_mask_without_the_other", says=("memory_mask=None",))(
    AsksForTheOtherMask
)


@BANK.mutant("9.8", rejected_by="counts_models_of_billions", says=("billion weights",))
def counts_in_single_precision(config):
    return int(np.float32(transformer_config.count_parameters(config)))
