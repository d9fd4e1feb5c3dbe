"""Answers to exercise 9.7, class DecoderBlock."""

from __future__ import annotations

import keras
from keras import ops

from course_utils.models.multi_head import MultiHeadAttention, causal_mask
from tests.mutants.lab_09_transformer_blocks.bank import BANK
from tests.mutants.lab_09_transformer_blocks.feeding_forward import Right as FeedForward
from tests.mutants.lab_09_transformer_blocks.residual import Right as Residual


class Right(keras.layers.Layer):
    """A right answer, whose parts the wrong ones replace."""

    def __init__(self, config, **options):
        super().__init__(**options)
        self.self_attention = MultiHeadAttention(config.heads, config.head_width, config.dropout)
        self.cross_attention = MultiHeadAttention(config.heads, config.head_width, config.dropout)
        self.feed_forward = FeedForward(config.hidden)
        self.around_self, self.around_cross = Residual(config), Residual(config)
        self.around_feed_forward = Residual(config)

    def build(self, input_shape, memory_shape):
        self.self_attention.build(input_shape)
        self.cross_attention.build(input_shape, memory_shape)
        self.feed_forward.build(input_shape)
        for layer in (self.around_self, self.around_cross, self.around_feed_forward):
            layer.build(input_shape)

    def self_mask(self, x, target_mask):
        mask = causal_mask(x.shape[1])
        return mask if target_mask is None else ops.logical_and(mask, target_mask)

    def own(self, x, target_mask, training):
        inputs, mask = self.around_self.before(x), self.self_mask(x, target_mask)
        outputs, weights = self.self_attention(inputs, inputs, mask=mask, training=training)
        return self.around_self.after(x, outputs, training), weights

    def cross(self, x, memory, memory_mask, training):
        inputs = self.around_cross.before(x)
        outputs, weights = self.cross_attention(inputs, memory, mask=memory_mask, training=training)
        return self.around_cross.after(x, outputs, training), weights

    def fed(self, x, training):
        outputs = self.feed_forward(self.around_feed_forward.before(x))
        return self.around_feed_forward.after(x, outputs, training)

    def call(self, x, memory, target_mask=None, memory_mask=None, training=False):
        x, self_weights = self.own(x, target_mask, training)
        x, cross_weights = self.cross(x, memory, memory_mask, training)
        return self.fed(x, training), self_weights, cross_weights


def mutant(check, *says):
    return BANK.mutant("9.7", rejected_by=check, says=says)


FORM, LATER, OWN, CROSS = (
    "returns_x_and_both_weights",
    "no_place_sees_a_later_one",
    "self_attention_sees_itself_and_what_was_before",
    "cross_attention_reads_the_memory",
)
THREE, POST, NONE, WAITS, REACHES = (
    "three_sublayers_one_after_the_other",
    "works_with_post_norm",
    "works_without_padding_masks",
    "dropout_waits_for_training",
    "training_reaches_every_weight",
)


@mutant(FORM, "return x, self_weights, cross_weights")
class ReturningXAlone(Right):
    def call(self, x, memory, target_mask=None, memory_mask=None, training=False):
        return super().call(x, memory, target_mask, memory_mask, training)[0]


@mutant(FORM, "In __init__ make self.feed_forward")
class ForgettingToMakeAPart(Right):
    def __init__(self, config, **options):
        super().__init__(config, **options)
        del self.around_cross


@mutant(FORM, "a new one for each")
class OneAttentionForBoth(Right):
    def __init__(self, config, **options):
        super().__init__(config, **options)
        self.cross_attention = self.self_attention


@mutant(FORM, "is not None")
class AskingForTheTruthOfAMask(Right):
    def self_mask(self, x, target_mask):
        mask = causal_mask(x.shape[1])
        return ops.logical_and(mask, target_mask) if target_mask else mask


@mutant(FORM, "T queries from the decoder")
class AddingWhatTheMemoryAskedFor(Right):
    def cross(self, x, memory, memory_mask, training):
        outputs, weights = self.cross_attention(memory, self.around_cross.before(x), training=training)
        return self.around_cross.after(x, outputs, training), weights


@mutant(FORM, "weights of self-attention: another shape")
class ReturningTheWeightsExchanged(Right):
    def call(self, x, memory, target_mask=None, memory_mask=None, training=False):
        x, own, cross = super().call(x, memory, target_mask, memory_mask, training)
        return x, cross, own


@mutant(FORM, "(1, 1, T, T)", "your line")
class WithTheMasksExchanged(Right):
    def call(self, x, memory, target_mask=None, memory_mask=None, training=False):
        return super().call(x, memory, memory_mask, target_mask, training)


@mutant(FORM, "weights of cross-attention", "come from the memory")
class TakingKeysFromTheDecoder(Right):
    def cross(self, x, memory, memory_mask, training):
        inputs = self.around_cross.before(x)
        outputs, weights = self.cross_attention(inputs, inputs, training=training)
        return self.around_cross.after(x, outputs, training), weights


@mutant(FORM, "another shape")
class AskingWithTheMemory(Right):
    def cross(self, x, memory, memory_mask, training):
        outputs, weights = self.cross_attention(memory, self.around_cross.before(x), training=training)
        return x + ops.mean(outputs, axis=1, keepdims=True), weights


@mutant(LATER, "exactly 0", "causal_mask")
class WithoutACausalMask(Right):
    def self_mask(self, x, target_mask):
        return target_mask


@mutant(LATER, "exactly 0")
class SeeingOneAhead(Right):
    def self_mask(self, x, target_mask):
        places = ops.arange(x.shape[1])
        mask = (places[:, None] + 1 >= places)[None, None]
        return mask if target_mask is None else ops.logical_and(mask, target_mask)


@mutant(LATER, "exactly 0")
class TurningTheMaskRound(Right):
    def self_mask(self, x, target_mask):
        return ops.logical_not(causal_mask(x.shape[1]))


@mutant(LATER, "exactly 0")
class TakingEitherMask(Right):
    def self_mask(self, x, target_mask):
        mask = causal_mask(x.shape[1])
        return mask if target_mask is None else ops.logical_or(mask, target_mask)


@mutant(LATER, "exactly 0")
class CrossingWithTheTarget(Right):
    """Cross-attention has no causal mask: what it reads must not be the target."""

    def cross(self, x, memory, memory_mask, training):
        _, weights = super().cross(x, memory, memory_mask, training)
        inputs = self.around_cross.before(x)
        outputs, _ = self.cross_attention(inputs, inputs, training=training)
        return self.around_cross.after(x, outputs, training), weights


@mutant(OWN, "does not see itself")
class SeeingOnlyWhatWasBefore(Right):
    def self_mask(self, x, target_mask):
        places = ops.arange(x.shape[1])
        mask = (places[:, None] > places)[None, None]
        return mask if target_mask is None else ops.logical_and(mask, target_mask)


@mutant(OWN, "target's mask does nothing")
class IgnoringTheTargetMask(Right):
    def self_mask(self, x, target_mask):
        return causal_mask(x.shape[1])


@mutant(OWN, "Cross-attention comes first")
class CrossingFirst(Right):
    def call(self, x, memory, target_mask=None, memory_mask=None, training=False):
        x, cross_weights = self.cross(x, memory, memory_mask, training)
        x, self_weights = self.own(x, target_mask, training)
        return self.fed(x, training), self_weights, cross_weights


@mutant(OWN, "reads x itself")
class AttendingWithoutNorm(Right):
    def own(self, x, target_mask, training):
        outputs, weights = self.self_attention(x, x, mask=self.self_mask(x, target_mask), training=training)
        return self.around_self.after(x, outputs, training), weights


@mutant(CROSS, "memory's mask does nothing")
class ForgettingTheMemoryMask(Right):
    def cross(self, x, memory, memory_mask, training):
        return super().cross(x, memory, None, training)


@mutant(CROSS, "The memory is normed")
class NormingTheMemory(Right):
    def cross(self, x, memory, memory_mask, training):
        return super().cross(x, self.around_cross.before(memory), memory_mask, training)


@mutant(CROSS, "from before self-attention")
class AskingWithTheOldX(Right):
    def call(self, x, memory, target_mask=None, memory_mask=None, training=False):
        new, self_weights = self.own(x, target_mask, training)
        inputs = self.around_cross.before(x)
        outputs, cross_weights = self.cross_attention(inputs, memory, mask=memory_mask, training=training)
        x = self.around_cross.after(new, outputs, training)
        return self.fed(x, training), self_weights, cross_weights


@mutant(CROSS, "asks with x itself")
class AskingWithoutNorm(Right):
    def cross(self, x, memory, memory_mask, training):
        outputs, weights = self.cross_attention(x, memory, mask=memory_mask, training=training)
        return self.around_cross.after(x, outputs, training), weights


@mutant(CROSS, "residual around self-attention is missing")
class WithoutTheFirstResidual(Right):
    def own(self, x, target_mask, training):
        inputs, mask = self.around_self.before(x), self.self_mask(x, target_mask)
        return self.self_attention(inputs, inputs, mask=mask, training=training)


@mutant(THREE, "residual around cross-attention is missing")
class WithoutTheSecondResidual(Right):
    def cross(self, x, memory, memory_mask, training):
        inputs = self.around_cross.before(x)
        return self.cross_attention(inputs, memory, mask=memory_mask, training=training)


@mutant(THREE, "residual around the feed-forward layer is missing")
class WithoutTheThirdResidual(Right):
    def fed(self, x, training):
        return self.feed_forward(self.around_feed_forward.before(x))


@mutant(THREE, "feed-forward layer does nothing")
class WithoutFeedForward(Right):
    def fed(self, x, training):
        return x


@mutant(THREE, "what that gave is lost")
class AddingToTheOldX(Right):
    def call(self, x, memory, target_mask=None, memory_mask=None, training=False):
        new, self_weights = self.own(x, target_mask, training)
        inputs = self.around_cross.before(new)
        outputs, cross_weights = self.cross_attention(inputs, memory, mask=memory_mask, training=training)
        x = self.around_cross.after(x, outputs, training)
        return self.fed(x, training), self_weights, cross_weights


@mutant(THREE, "before cross-attention")
class FeedingTheOldX(Right):
    def call(self, x, memory, target_mask=None, memory_mask=None, training=False):
        before, self_weights = self.own(x, target_mask, training)
        x, cross_weights = self.cross(before, memory, memory_mask, training)
        outputs = self.feed_forward(self.around_feed_forward.before(before))
        return self.around_feed_forward.after(x, outputs, training), self_weights, cross_weights


@mutant(POST, "residual around the feed-forward layer is missing")
class KnowingPreNormOnly(Right):
    def fed(self, x, training):
        around = self.around_feed_forward
        outputs = self.feed_forward(around.before(x))
        return around.after(x, outputs, training) if around.pre else around.norm(outputs)


@mutant(POST, 'norm="post"')
class AddingWithoutAfter(Right):
    def cross(self, x, memory, memory_mask, training):
        inputs = self.around_cross.before(x)
        outputs, weights = self.cross_attention(inputs, memory, mask=memory_mask, training=training)
        return x + self.around_cross.dropout(outputs, training=training), weights


@mutant(NONE, "may be None")
class NeedingATargetMask(Right):
    def self_mask(self, x, target_mask):
        return ops.logical_and(causal_mask(x.shape[1]), target_mask)


@mutant(NONE, "causal mask is missing where")
class CausalOnlyWithATargetMask(Right):
    def self_mask(self, x, target_mask):
        return None if target_mask is None else super().self_mask(x, target_mask)


@mutant(WAITS, "never training=True")
class TrainingAlways(Right):
    def call(self, x, memory, target_mask=None, memory_mask=None, training=False):
        return super().call(x, memory, target_mask, memory_mask, training=True)


@mutant(WAITS, "third argument")
class ForgettingTraining(Right):
    def cross(self, x, memory, memory_mask, training):
        return super().cross(x, memory, memory_mask, False)


@mutant(REACHES, "none for the memory")
class CuttingTheMemoryOff(Right):
    def cross(self, x, memory, memory_mask, training):
        return super().cross(x, ops.stop_gradient(ops.convert_to_tensor(memory)), memory_mask, training)


@mutant(REACHES, "weights", "convert_to_numpy")
class FeedingNumPy(Right):
    def fed(self, x, training):
        outputs = ops.convert_to_numpy(self.feed_forward(self.around_feed_forward.before(x)))
        return self.around_feed_forward.after(x, outputs, training)


@BANK.alternative("9.7")
class InOneGo(Right):
    def call(self, x, memory, target_mask=None, memory_mask=None, training=False):
        mask = causal_mask(ops.shape(x)[1])
        if target_mask is not None:
            mask = mask & target_mask
        inputs = self.around_self.before(x)
        outputs, self_weights = self.self_attention(inputs, inputs, mask, training=training)
        x = self.around_self.after(x, outputs, training=training)
        query = self.around_cross.before(x)
        outputs, cross_weights = self.cross_attention(query, memory, memory_mask, training=training)
        x = self.around_cross.after(x, outputs, training=training)
        outputs = self.feed_forward(self.around_feed_forward.before(x))
        return self.around_feed_forward.after(x, outputs, training=training), self_weights, cross_weights


@BANK.alternative("9.7")
class WithAMaskOfItsOwn(Right):
    def self_mask(self, x, target_mask):
        length = x.shape[1]
        mask = ops.cast(ops.tril(ops.ones((1, 1, length, length))), "bool")
        real = ops.ones((1, 1, 1, length), "bool") if target_mask is None else target_mask
        return ops.logical_and(mask, real)
