"""Answers to exercise 9.6, class Stack."""

from __future__ import annotations

import keras
from keras import ops

from tests.mutants.lab_09_transformer_blocks.bank import BANK
from tests.mutants.lab_09_transformer_blocks.encoding import Right as EncoderBlock


class Right(keras.layers.Layer):
    """A right answer, whose parts the wrong ones replace."""

    def __init__(self, config, **options):
        super().__init__(**options)
        self.supports_masking = True
        self.blocks = self.made(config)

    def made(self, config):
        return [EncoderBlock(config) for _ in range(config.encoder_layers)]

    def build(self, x_shape, places_shape):
        for block in self.blocks:
            block.build(x_shape)

    def through(self, blocks, x, mask, training):
        every = []
        for block in blocks:
            x, weights = block(x, mask=mask, training=training)
            every.append(weights)
        return x, every

    def call(self, x, places, mask=None, training=False):
        return self.through(self.blocks, x + places, mask, training)


def mutant(check, *says):
    return BANK.mutant("9.6", rejected_by=check, says=says)


FORM, PLACES, CHAIN, PADDING, WAITS, REACHES = (
    "returns_x_and_each_blocks_weights",
    "places_come_in_below_the_first_block",
    "each_block_reads_what_the_one_below_has_made",
    "no_block_attends_to_padding",
    "dropout_waits_for_training",
    "training_reaches_every_weight",
)


@mutant(FORM, "a new one for each", "different blocks")
class OneBlockManyTimes(Right):
    def made(self, config):
        return [EncoderBlock(config)] * config.encoder_layers


@mutant(FORM, "config.encoder_layers different blocks")
class TwoBlocksAlways(Right):
    def made(self, config):
        return [EncoderBlock(config) for _ in range(2)]


@mutant(FORM, "config.encoder_layers different blocks")
class AsManyAsTheDecoder(Right):
    def made(self, config):
        return [EncoderBlock(config) for _ in range(config.decoder_layers)]


@mutant(FORM, "In __init__ make self.blocks")
class ForgettingToMakeTheBlocks(Right):
    def __init__(self, config, **options):
        keras.layers.Layer.__init__(self, **options)


@mutant(FORM, "return x, every")
class ReturningXAlone(Right):
    def call(self, x, places, mask=None, training=False):
        return super().call(x, places, mask, training)[0]


@mutant(FORM, "every.append")
class KeepingTheLastWeights(Right):
    def call(self, x, places, mask=None, training=False):
        x, every = super().call(x, places, mask, training)
        return x, every[-1:]


@mutant(FORM, "two things")
class NotTakingTheWeightsApart(Right):
    def through(self, blocks, x, mask, training):
        for block in blocks:
            x = block(x, mask=mask, training=training)
        return x


@mutant(FORM, "two things")
class KeepingAllThatABlockGives(Right):
    def through(self, blocks, x, mask, training):
        every = []
        for block in blocks:
            every.append(block(x, mask=mask, training=training))
            x = every[-1][0]
        return x, every


@mutant(FORM, "0 weights", "config.encoder_layers different blocks")
class MakingTheBlocksInCall(Right):
    def __init__(self, config, **options):
        super().__init__(config, **options)
        self.config, self.blocks = config, []

    def call(self, x, places, mask=None, training=False):
        return self.through(self.made(self.config), x + places, mask, training)


@mutant(FORM, "a class is no block yet")
class ListingTheClass(Right):
    def made(self, config):
        return [EncoderBlock] * config.encoder_layers


@mutant(FORM, "range(config.encoder_layers)")
class CountingWithoutRange(Right):
    def made(self, config):
        return [EncoderBlock(config) for _ in config.encoder_layers]


@mutant(PLACES, "after the first block", "blind to order")
class PlacesAfterTheFirstBlock(Right):
    def call(self, x, places, mask=None, training=False):
        x, first = self.through(self.blocks[:1], x, mask, training)
        x, others = self.through(self.blocks[1:], x + places, mask, training)
        return x, first + others


@mutant(PLACES, "again between the blocks")
class PlacesBelowEachBlock(Right):
    def call(self, x, places, mask=None, training=False):
        every = []
        for block in self.blocks:
            x, weights = block(x + places, mask=mask, training=training)
            every.append(weights)
        return x, every


@mutant(PLACES, "after each block, too")
class PlacesAboveEachBlock(Right):
    def call(self, x, places, mask=None, training=False):
        every = []
        x = x + places
        for block in self.blocks:
            x, weights = block(x, mask=mask, training=training)
            every.append(weights)
            x = x + places
        return x, every


@mutant(PLACES, "above the last block")
class PlacesOnTop(Right):
    def call(self, x, places, mask=None, training=False):
        x, every = self.through(self.blocks, x, mask, training)
        return x + places, every


@mutant(PLACES, "not there at all")
class ForgettingThePlaces(Right):
    def call(self, x, places, mask=None, training=False):
        return self.through(self.blocks, x, mask, training)


@mutant(PLACES, "once, before the first block")
class MultiplyingByThePlaces(Right):
    def call(self, x, places, mask=None, training=False):
        return self.through(self.blocks, x * places, mask, training)


@mutant(CHAIN, "Each block reads the words")
class EachReadingTheWords(Right):
    def call(self, x, places, mask=None, training=False):
        bottom, every = x + places, []
        for block in self.blocks:
            x, weights = block(bottom, mask=mask, training=training)
            every.append(weights)
        return x, every


@mutant(CHAIN, "from the top to the bottom")
class FromTheTop(Right):
    def call(self, x, places, mask=None, training=False):
        return self.through(self.blocks[::-1], x + places, mask, training)


@mutant(CHAIN, "first block runs every time")
class TheFirstBlockEveryTime(Right):
    def call(self, x, places, mask=None, training=False):
        return self.through([self.blocks[0] for _ in self.blocks], x + places, mask, training)


@mutant(CHAIN, "Nothing else")
class AddingXOnceMore(Right):
    """The blocks have residual connections of their own."""

    def call(self, x, places, mask=None, training=False):
        every, x = [], x + places
        for block in self.blocks:
            outputs, weights = block(x, mask=mask, training=training)
            every.append(weights)
            x = x + outputs
        return x, every


@mutant(PADDING, "block 1", "every block")
class IgnoringTheMask(Right):
    def call(self, x, places, mask=None, training=False):
        return super().call(x, places, None, training)


@mutant(WAITS, "never training=True")
class TrainingAlways(Right):
    def call(self, x, places, mask=None, training=False):
        return super().call(x, places, mask, True)


@mutant(REACHES, "none for the places", "stop_gradient")
class FixedPlaces(Right):
    def call(self, x, places, mask=None, training=False):
        return super().call(x, ops.stop_gradient(places), mask, training)


@mutant(REACHES, "none for the words and the places", "NumPy")
class AddingInNumPy(Right):
    def call(self, x, places, mask=None, training=False):
        return super().call(ops.convert_to_numpy(x), ops.convert_to_numpy(places), mask, training)


@BANK.alternative("9.6")
class ByNumbers(Right):
    def made(self, config):
        blocks = []
        while len(blocks) < config.encoder_layers:
            blocks.append(EncoderBlock(config))
        return blocks

    def call(self, x, places, mask=None, training=False):
        x = ops.add(x, ops.expand_dims(places, 0))
        every = [None] * len(self.blocks)
        for number in range(len(self.blocks)):
            x, every[number] = self.blocks[number](x, training=training, mask=mask)
        return x, every


@BANK.alternative("9.6")
class WithATuple(Right):
    """Leaves it to Keras to hand training on."""

    def call(self, x, places, mask=None, training=False):
        x, every = places[None] + x, ()
        for block in self.blocks:
            x, weights = block(x, mask=mask)
            every = (*every, weights)
        return [x, every]
