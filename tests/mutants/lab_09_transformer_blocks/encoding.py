"""Answers to exercise 9.5, class EncoderBlock."""

from __future__ import annotations

import keras
from keras import ops

from course_utils.models.multi_head import MultiHeadAttention
from tests.mutants.lab_09_transformer_blocks.bank import BANK
from tests.mutants.lab_09_transformer_blocks.feeding_forward import Right as FeedForward
from tests.mutants.lab_09_transformer_blocks.residual import Right as Residual


class Right(keras.layers.Layer):
    """A right answer, whose parts the wrong ones replace."""

    def __init__(self, config, **options):
        super().__init__(**options)
        self.supports_masking = True
        self.attention = MultiHeadAttention(config.heads, config.head_width, config.dropout)
        self.feed_forward = FeedForward(config.hidden)
        self.around_attention, self.around_feed_forward = Residual(config), Residual(config)

    def build(self, input_shape):
        for layer in (self.attention, self.feed_forward, self.around_attention, self.around_feed_forward):
            layer.build(input_shape)

    def attended(self, x, mask, training):
        inputs = self.around_attention.before(x)
        outputs, weights = self.attention(inputs, inputs, mask=mask, training=training)
        return self.around_attention.after(x, outputs, training), weights

    def fed(self, x, training):
        outputs = self.feed_forward(self.around_feed_forward.before(x))
        return self.around_feed_forward.after(x, outputs, training)

    def call(self, x, mask=None, training=False):
        x, weights = self.attended(x, mask, training)
        return self.fed(x, training), weights


def mutant(check, *says):
    return BANK.mutant("9.5", rejected_by=check, says=says)


FORM, PRE, POST, MORE, WAITS, REACHES = (
    "returns_x_and_weights",
    "is_attention_then_feed_forward",
    "works_with_post_norm",
    "padding_changes_nothing",
    "dropout_waits_for_training",
    "training_reaches_every_weight",
)


@mutant(FORM, "return x, weights")
class ReturningXAlone(Right):
    def call(self, x, mask=None, training=False):
        return super().call(x, mask, training)[0]


@mutant(FORM, "return x, weights")
class ReturningTheWeightsFirst(Right):
    def call(self, x, mask=None, training=False):
        return super().call(x, mask, training)[::-1]


@mutant(FORM, "memory is the query itself")
class AttendingToNothing(Right):
    def attended(self, x, mask, training):
        outputs, weights = self.attention(self.around_attention.before(x), mask=mask)
        return self.around_attention.after(x, outputs, training), weights


@mutant(FORM, "after needs both")
class AddingNothing(Right):
    def fed(self, x, training):
        return self.around_feed_forward.after(self.feed_forward(self.around_feed_forward.before(x)))


@mutant(FORM, "In __init__ make self.feed_forward")
class ForgettingToMakeAPart(Right):
    def __init__(self, config, **options):
        keras.layers.Layer.__init__(self, **options)
        self.attention = MultiHeadAttention(config.heads, config.head_width, config.dropout)
        self.around_attention, self.around_feed_forward = Residual(config), Residual(config)


@mutant(FORM, "another order")
class MakingThePartsInAnotherOrder(Right):
    def __init__(self, config, **options):
        keras.layers.Layer.__init__(self, **options)
        self.attention = MultiHeadAttention(config.heads, config.head_width, config.dropout)
        self.around_attention, self.around_feed_forward = Residual(config), Residual(config)
        self.feed_forward = FeedForward(config.hidden)


@mutant(FORM, "all heads")
class AveragingTheHeads(Right):
    def call(self, x, mask=None, training=False):
        x, weights = super().call(x, mask, training)
        return x, ops.mean(weights, axis=1)


@mutant(FORM, "a new one for each")
class OneResidualForBoth(Right):
    def __init__(self, config, **options):
        super().__init__(config, **options)
        self.around_feed_forward = self.around_attention


@mutant(FORM, "FeedForward(config.hidden)")
class FourTimesAsWide(Right):
    def __init__(self, config, **options):
        keras.layers.Layer.__init__(self, **options)
        self.attention = MultiHeadAttention(config.heads, config.head_width, config.dropout)
        self.feed_forward = FeedForward(4 * config.width)
        self.around_attention, self.around_feed_forward = Residual(config), Residual(config)


@mutant(FORM, "FeedForward(config.hidden)")
class HandingTheWholeConfig(Right):
    def __init__(self, config, **options):
        super().__init__(config, **options)
        self.feed_forward = FeedForward(config)


@mutant(FORM, "Residual(config)")
class HandingTheNormAlone(Right):
    def __init__(self, config, **options):
        super().__init__(config, **options)
        self.around_attention = Residual(config.norm)


@mutant(FORM, "before and after")
class CallingTheResidual(Right):
    def fed(self, x, training):
        return self.around_feed_forward(x, self.feed_forward(x))


@mutant(FORM, "gives two things")
class AddingOutputsAndWeights(Right):
    def attended(self, x, mask, training):
        inputs = self.around_attention.before(x)
        both = self.attention(inputs, inputs, mask=mask, training=training)
        return self.around_attention.after(x, both, training), both[1]


@mutant(PRE, "mask does nothing")
class IgnoringTheMask(Right):
    def attended(self, x, mask, training):
        return super().attended(x, None, training)


@mutant(PRE, "feed-forward layer comes first")
class FeedingFirst(Right):
    def call(self, x, mask=None, training=False):
        return self.attended(self.fed(x, training), mask, training)


@mutant(PRE, "norms are exchanged")
class ExchangingTheNorms(Right):
    def call(self, x, mask=None, training=False):
        own, other = self.around_attention, self.around_feed_forward
        inputs = other.before(x)
        outputs, weights = self.attention(inputs, inputs, mask=mask, training=training)
        x = other.after(x, outputs, training)
        return own.after(x, self.feed_forward(own.before(x)), training), weights


@mutant(PRE, "Only the query is normed")
class NormingTheQueryAlone(Right):
    def attended(self, x, mask, training):
        outputs, weights = self.attention(self.around_attention.before(x), x, mask=mask, training=training)
        return self.around_attention.after(x, outputs, training), weights


@mutant(PRE, "Attention reads x itself")
class AttendingWithoutNorm(Right):
    def attended(self, x, mask, training):
        outputs, weights = self.attention(x, x, mask=mask, training=training)
        return self.around_attention.after(x, outputs, training), weights


@mutant(PRE, "residual around attention is missing")
class DroppingTheResidual(Right):
    def attended(self, x, mask, training):
        inputs = self.around_attention.before(x)
        return self.attention(inputs, inputs, mask=mask, training=training)


@mutant(PRE, "residual around the feed-forward layer is missing")
class DroppingTheSecondResidual(Right):
    def fed(self, x, training):
        return self.feed_forward(self.around_feed_forward.before(x))


@mutant(PRE, "in the place of x", "a name of its own")
class PuttingTheNormedInThePlaceOfX(Right):
    def call(self, x, mask=None, training=False):
        x = self.around_attention.before(x)
        outputs, weights = self.attention(x, x, mask=mask, training=training)
        x = self.around_attention.after(x, outputs, training)
        x = self.around_feed_forward.before(x)
        return self.around_feed_forward.after(x, self.feed_forward(x), training), weights


@mutant(PRE, "feed-forward layer reads x itself")
class FeedingWithoutNorm(Right):
    def fed(self, x, training):
        return self.around_feed_forward.after(x, self.feed_forward(x), training)


@mutant(PRE, "reads the new x")
class FeedingTheOldX(Right):
    def call(self, x, mask=None, training=False):
        old = x
        x, weights = self.attended(x, mask, training)
        outputs = self.feed_forward(self.around_feed_forward.before(old))
        return self.around_feed_forward.after(x, outputs, training), weights


@mutant(PRE, "does nothing here")
class WithoutFeedForward(Right):
    def fed(self, x, training):
        return x


@mutant(PRE, "what attention gave is lost")
class AddingToTheOldX(Right):
    def call(self, x, mask=None, training=False):
        old = x
        x, weights = self.attended(x, mask, training)
        outputs = self.feed_forward(self.around_feed_forward.before(x))
        return self.around_feed_forward.after(old, outputs, training), weights


@mutant(PRE, "Neither reads nor adds")
class ForgettingTheNewX(Right):
    def call(self, x, mask=None, training=False):
        _, weights = self.attended(x, mask, training)
        return self.fed(x, training), weights


@mutant(POST, "residual around attention is missing")
class KnowingPreNormOnly(Right):
    """Adds by itself, and so never norms after."""

    def attended(self, x, mask, training):
        inputs = self.around_attention.before(x)
        outputs, weights = self.attention(inputs, inputs, mask=mask, training=training)
        if self.around_attention.pre:
            return self.around_attention.after(x, outputs, training), weights
        return self.around_attention.norm(outputs), weights


@mutant(POST, 'norm="post"')
class AddingWithoutAfter(Right):
    def attended(self, x, mask, training):
        inputs = self.around_attention.before(x)
        outputs, weights = self.attention(inputs, inputs, mask=mask, training=training)
        return x + self.around_attention.dropout(outputs, training=training), weights


@mutant(MORE, "3 real places")
class SubtractingTheMeanOfLongSentences(Right):
    """Right for sentences of 5 places, which all the checks before have."""

    def fed(self, x, training):
        mean = ops.mean(x, axis=1, keepdims=True) if x.shape[1] != 5 else 0
        return super().fed(x - mean, training) + mean


@mutant(WAITS, "never training=True")
class TrainingAlways(Right):
    def call(self, x, mask=None, training=False):
        return super().call(x, mask, training=True)


@mutant(WAITS, "third argument")
class ForgettingTraining(Right):
    def fed(self, x, training):
        return super().fed(x, False)


@mutant(WAITS, "third argument")
class TrainingNever(Right):
    def call(self, x, mask=None, training=False):
        return super().call(x, mask)


@mutant(REACHES, "none for", "convert_to_numpy")
class FeedingNumPy(Right):
    def fed(self, x, training):
        inputs = ops.convert_to_numpy(self.around_feed_forward.before(x))
        outputs = ops.convert_to_numpy(self.feed_forward(inputs))
        return self.around_feed_forward.after(x, outputs, training)


@mutant(REACHES, "none for", "stop_gradient")
class StoppingTheGradient(Right):
    def fed(self, x, training):
        outputs = ops.stop_gradient(self.feed_forward(self.around_feed_forward.before(x)))
        return self.around_feed_forward.after(x, outputs, training)


@BANK.alternative("9.5")
class InOneGo(Right):
    def call(self, x, mask=None, training=False):
        inputs = self.around_attention.before(x)
        outputs, weights = self.attention(query=inputs, memory=inputs, mask=mask, training=training)
        x = self.around_attention.after(x, outputs, training=training)
        inputs = self.around_feed_forward.before(x)
        x = self.around_feed_forward.after(x, self.feed_forward(inputs), training=training)
        return x, weights


@BANK.alternative("9.5")
class WithoutBeforeAndAfter(Right):
    """Asks each norm itself."""

    def call(self, x, mask=None, training=False):
        for around in (self.around_attention, self.around_feed_forward):
            inputs = around.norm(x) if around.config.norm == "pre" else x
            if around is self.around_attention:
                outputs, weights = self.attention(inputs, inputs, mask, training=training)
            else:
                outputs = self.feed_forward(inputs)
            x = x + around.dropout(outputs, training=training)
            x = x if around.config.norm == "pre" else around.norm(x)
        return [x, weights]
