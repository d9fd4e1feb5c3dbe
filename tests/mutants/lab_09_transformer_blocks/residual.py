"""Answers to exercise 9.4, class Residual."""

from __future__ import annotations

import keras
from keras import ops

from tests.mutants.lab_09_transformer_blocks.bank import BANK


class Right(keras.layers.Layer):
    """A right answer, whose parts the wrong ones replace."""

    def __init__(self, config, **options):
        super().__init__(**options)
        self.config = config
        self.norm = keras.layers.LayerNormalization(epsilon=1e-5)
        self.dropout = keras.layers.Dropout(config.dropout)

    def build(self, input_shape):
        self.norm.build(input_shape)

    @property
    def pre(self):
        return self.config.norm == "pre"

    def before(self, x):
        return self.norm(x) if self.pre else x

    def after(self, x, outputs, training=False):
        x = x + self.dropout(outputs, training=training)
        return x if self.pre else self.norm(x)


def mutant(check, *says):
    return BANK.mutant("9.4", rejected_by=check, says=says)


BEFORE, AFTER, WAITS, NEVER, BACK = (
    "before_norms_with_pre_norm_alone",
    "after_adds_x",
    "dropout_waits_for_training",
    "x_is_never_dropped",
    "gradients_come_back",
)


@mutant(BEFORE, "sublayer reads self.norm(x)")
class ExchangingPreAndPost(Right):
    @property
    def pre(self):
        return self.config.norm != "pre"


@mutant(BEFORE, "norm comes after the sum")
class NormingBeforeAlways(Right):
    def before(self, x):
        return self.norm(x)


@mutant(BEFORE, "before(x) must be self.norm(x)")
class NormingBeforeNever(Right):
    def before(self, x):
        return x


@mutant(BEFORE, "must return an array")
class ForgettingReturn(Right):
    def before(self, x):
        self.norm(x)


@mutant(BEFORE, "your line", "self.norm")
class ForgettingSelf(Right):
    def before(self, x):
        return norm(x)  # noqa: F821


@mutant(BEFORE, "without the learned scale and shift")
class NormingWithANormOfItsOwn(Right):
    def before(self, x):
        return keras.layers.LayerNormalization(epsilon=1e-5)(x) if self.pre else x


@mutant(BEFORE, "self.config.norm ==")
class AskingForPreNorm(Right):
    def before(self, x):
        return self.norm(x) if self.config.norm == "pre-norm" else x


@mutant(BEFORE, "return missing", "with post-norm")
class ReturningWithPreNormAlone(Right):
    def before(self, x):
        if self.pre:
            return self.norm(x)


@mutant(AFTER, "side by side")
class PuttingBothSideBySide(Right):
    def after(self, x, outputs, training=False):
        return ops.concatenate([x, self.dropout(outputs, training=training)], axis=-1)


@mutant(AFTER, "added twice")
class AddingXTwice(Right):
    def after(self, x, outputs, training=False):
        return x + super().after(x, outputs, training)


@mutant(AFTER, "residual connection is missing")
class WithoutAResidual(Right):
    def after(self, x, outputs, training=False):
        x = self.dropout(outputs, training=training)
        return x if self.pre else self.norm(x)


@mutant(AFTER, "outputs are missing")
class WithoutOutputs(Right):
    def after(self, x, outputs, training=False):
        return x if self.pre else self.norm(x)


@mutant(AFTER, "with pre-norm it stays")
class NormingAfterAlways(Right):
    def after(self, x, outputs, training=False):
        return self.norm(x + self.dropout(outputs, training=training))


@mutant(AFTER, "must be normed")
class NormingAfterNever(Right):
    def after(self, x, outputs, training=False):
        return x + self.dropout(outputs, training=training)


@mutant(AFTER, "outputs are normed and then added")
class NormingTheOutputs(Right):
    def after(self, x, outputs, training=False):
        outputs = self.dropout(outputs, training=training)
        return x + (outputs if self.pre else self.norm(outputs))


@mutant(AFTER, "must come by as it is")
class AddingTheNormedX(Right):
    def after(self, x, outputs, training=False):
        outputs = self.dropout(outputs, training=training)
        return self.norm(x) + outputs if self.pre else self.norm(x + outputs)


@mutant(AFTER, "divided by 2")
class AveragingBoth(Right):
    def after(self, x, outputs, training=False):
        x = (x + self.dropout(outputs, training=training)) / 2
        return x if self.pre else self.norm(x)


@mutant(WAITS, "training=training")
class DroppingAlways(Right):
    def after(self, x, outputs, training=False):
        return super().after(x, outputs, training=True)


@mutant(WAITS, "half of the outputs")
class DroppingNever(Right):
    def after(self, x, outputs, training=False):
        return super().after(x, outputs)


@mutant(NEVER, "before x is added", "0")
class DroppingTheSum(Right):
    def after(self, x, outputs, training=False):
        x = self.dropout(x + outputs, training=training)
        return x if self.pre else self.norm(x)


@mutant(NEVER, "before x is added")
class DroppingBoth(Right):
    def after(self, x, outputs, training=False):
        return super().after(self.dropout(x, training=training), outputs, training)


@mutant(BACK, "at the outputs", "stop_gradient")
class StoppingTheGradientOfTheOutputs(Right):
    def after(self, x, outputs, training=False):
        return super().after(x, ops.stop_gradient(outputs), training)


@mutant(BACK, "at x", "through after")
class CuttingTheRoad(Right):
    def after(self, x, outputs, training=False):
        return super().after(ops.stop_gradient(x), outputs, training)


@mutant(BACK, "at the outputs", "NumPy")
class AddingInNumPy(Right):
    def after(self, x, outputs, training=False):
        x = ops.convert_to_numpy(x) + ops.convert_to_numpy(self.dropout(outputs, training=training))
        return ops.convert_to_tensor(x) if self.pre else self.norm(x)


@mutant(BACK, "through before", "NumPy")
class ReadingNumPy(Right):
    def before(self, x):
        return ops.convert_to_numpy(self.norm(x)) if self.pre else x


@BANK.alternative("9.4")
class WithTwoBranches(Right):
    def before(self, x):
        if self.config.norm == "post":
            return x
        return self.norm(x)

    def after(self, x, outputs, training=False):
        if training:
            outputs = self.dropout(outputs, training=True)
        if self.config.norm == "post":
            return self.norm(ops.add(x, outputs))
        return ops.add(outputs, x)


@BANK.alternative("9.4")
class ByChoosing(Right):
    def after(self, x, outputs, training=False):
        total = self.dropout(outputs, training=training) + x
        return {"pre": lambda: total, "post": lambda: self.norm(total)}[self.config.norm]()
