"""Learning rates that begin small: a transformer's first steps are its most dangerous ones."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops


class _Warmup(keras.optimizers.schedules.LearningRateSchedule):
    """Both schedules rise evenly to `peak`, which they reach at step `warmup`; then they fall."""

    def __init__(self, peak: float, warmup: int) -> None:
        if not peak > 0:
            raise ValueError(f"expected a peak above 0, received {peak!r}")
        if warmup < 1:
            raise ValueError(f"expected a warmup of at least 1 step, received {warmup!r}")
        self.peak, self.warmup = peak, warmup

    def __call__(self, step: Any) -> Any:
        """The rate of a step; the optimizer counts from 0, and the first step too has to teach something."""
        step = ops.cast(step, "float32") + 1
        return self.peak * ops.minimum(step / self.warmup, self.falling(step))

    def falling(self, step: Any) -> Any:
        """The share of the peak at a step, counted from 1, after the warm-up."""
        raise NotImplementedError

    def get_config(self) -> dict[str, Any]:
        """What makes the schedule anew."""
        return {"peak": self.peak, "warmup": self.warmup}


@keras.saving.register_keras_serializable(package="course_utils")
class WarmupInverseRoot(_Warmup):
    """After the warm-up the rate falls as 1 / √step, for a training whose end is open.

    peak · min(step / warmup, √(warmup / step)), which is equation 3 of Vaswani et al. 2017 where the peak is
    1 / √(D · warmup).

    Raises ValueError for a peak of 0 or less, and a warmup below 1.
    """

    def falling(self, step: Any) -> Any:
        """√(warmup / step)."""
        return ops.sqrt(self.warmup / step)


@keras.saving.register_keras_serializable(package="course_utils")
class WarmupLinear(_Warmup):
    """After the warm-up the rate falls evenly; at step `total`, the last one, it is almost 0.

    Raises ValueError as above, and for a total that is not greater than the warm-up.
    """

    def __init__(self, peak: float, warmup: int, total: int) -> None:
        super().__init__(peak, warmup)
        if total <= warmup:
            raise ValueError(f"expected a total of more than {warmup} steps, the warm-up, received {total!r}")
        self.total = total

    def falling(self, step: Any) -> Any:
        """From 1 at the warm-up's last step to 0 one step after the end."""
        left = (self.total + 1 - step) / (self.total + 1 - self.warmup)
        return ops.maximum(left, 0.0)

    def get_config(self) -> dict[str, Any]:
        """What makes the schedule anew."""
        return {**super().get_config(), "total": self.total}
