"""Learning rates: their equations, step by step."""

from __future__ import annotations

import keras
import pytest

from course_utils.models.schedules import WarmupInverseRoot, WarmupLinear

pytestmark = pytest.mark.slow  # loads TensorFlow


def rates(schedule, steps: int) -> list[float]:
    """At the first steps, as the optimizer asks for them."""
    return [float(schedule(step)) for step in range(steps)]


def test_inverse_root_is_vaswanis_equation():
    width, warmup = 64, 7
    found = rates(WarmupInverseRoot((width * warmup) ** -0.5, warmup), 29)
    expected = [width**-0.5 * min(step**-0.5, step * warmup**-1.5) for step in range(1, 30)]
    assert found == pytest.approx(expected, rel=1e-5)
    assert max(found) == found[warmup - 1]


def test_linear_rises_to_the_peak_and_falls_to_nothing():
    found = rates(WarmupLinear(0.6, 3, total=8), 12)
    assert found == pytest.approx([0.2, 0.4, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1, 0, 0, 0, 0], abs=1e-6)


@pytest.mark.parametrize("schedule", [WarmupInverseRoot(0.3, 5), WarmupLinear(0.3, 5, 17)])
def test_a_saved_optimizer_keeps_its_schedule(schedule):
    config = keras.optimizers.serialize(keras.optimizers.Adam(schedule))
    copy = keras.optimizers.deserialize(config)._learning_rate
    assert type(copy) is type(schedule)
    assert rates(copy, 20) == rates(schedule, 20)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: WarmupInverseRoot(0, 5), "a peak above 0, received 0"),
        (lambda: WarmupInverseRoot(0.1, 0), "a warmup of at least 1 step, received 0"),
        (lambda: WarmupLinear(0.1, 5, 5), "a total of more than 5 steps, the warm-up, received 5"),
    ],
)
def test_impossible_settings_are_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()
