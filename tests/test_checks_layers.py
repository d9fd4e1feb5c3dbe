"""A student's Keras layer as checks call it: misbehaviour is named, arrays come back."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from course_utils.checks.exercise import Exercise, Lab
from course_utils.checks.layers import LayerCandidate, LayerHandle
from course_utils.checks.outcome import Rejected, Status

pytestmark = pytest.mark.slow  # loads TensorFlow


class Scale(keras.layers.Layer):
    """x · weight, masked places zero."""

    def __init__(self, width, **kwargs):
        super().__init__(**kwargs)
        self.width = width
        self.supports_masking = True

    def build(self, input_shape):
        self.kernel = self.add_weight(shape=(input_shape[-1], self.width), initializer="random_normal")
        self.idle = self.add_weight(shape=(7,))

    def call(self, x, mask=None):
        y = keras.ops.matmul(x, self.kernel)
        return y if mask is None else keras.ops.where(mask[..., None], y, 0.0)

    def halves(self, x):
        return keras.ops.split(x, 2, axis=-1)


def candidate(layer) -> LayerCandidate:
    return LayerCandidate(layer, "Scale", "Exercise 7.1:")


def built(layer=Scale) -> LayerHandle:
    return candidate(layer)(width=5)


def rejected(action, *args, **kwargs) -> Rejected:
    with pytest.raises(Rejected) as caught:
        action(*args, **kwargs)
    return caught.value


INPUTS = np.random.default_rng(3).normal(size=(2, 3, 11)).astype("float32")


class Silent(Scale):
    """Takes a mask and returns nothing."""

    def call(self, x, mask=None):
        super().call(x, mask)


def exercise() -> Exercise:
    made = Lab("07", "toy").exercise(
        "7.1", name="Scale", title="", points=1, difficulty=1, reference="", candidate=LayerCandidate
    )

    @made.check()
    def takes_a_mask(candidate, rng):
        """it takes a mask"""
        candidate(width=5)(INPUTS, mask=np.ones((2, 3), bool))
        candidate(width=5)(INPUTS, mask=None)

    return made


def test_a_layer_that_returned_nothing_in_a_check_spoils_no_later_one():
    assert exercise().run(Silent).failure is not None
    assert Scale(5)(INPUTS, mask=None).shape == (2, 3, 5)


def test_a_layer_that_returned_nothing_in_a_cell_spoils_no_check():
    with pytest.raises(TypeError, match="weak reference"):
        Silent(5)(INPUTS, mask=keras.ops.ones((2, 3), "bool"))
    assert exercise().run(Scale).failure is None


def test_a_layer_that_is_built_already_is_no_class():
    error = rejected(candidate(Scale(5)), width=5)
    assert "builds its own Scale" in error.problem
    assert (error.expected, error.status) == ("Scale", Status.ERRORED)
    assert "without parentheses" in error.cause


def test_calling_gives_arrays():
    layer = built()
    outputs = layer(INPUTS)
    assert type(outputs) is np.ndarray
    np.testing.assert_allclose(outputs, INPUTS @ layer.weights[0], atol=1e-5)


def test_a_mask_reaches_the_layer():
    mask = np.array([[True, False, True], [False, True, True]])
    assert (built()(INPUTS, mask=mask)[~mask] == 0).all()


def test_weights_are_read_and_set():
    layer = built()
    layer(INPUTS)
    kernel = np.ones((11, 5))
    layer.set_weights([kernel, np.zeros(7)])
    np.testing.assert_allclose(layer(INPUTS)[0, 0], INPUTS[0, 0].sum(), rtol=1e-4)
    assert layer.trainable_shapes == [(11, 5), (7,)]


@pytest.mark.parametrize(
    ("shapes", "words"),
    [([(7,), (11, 5)], "layers that hold them"), ([(11, 5)], "made again"), ([(2, 3)], "")],
)
def test_other_weights_than_the_layers_are_named(shapes, words):
    layer = built()
    layer(INPUTS)
    error = rejected(layer.set_weights, [np.zeros(shape) for shape in shapes])
    assert f"must have {len(shapes)} weights" in error.problem
    assert error.got == "(11, 5), (7,)"
    assert words in error.cause


def test_a_layer_without_weights_is_told_to_make_them_in_build():
    error = rejected(built(lambda width: keras.layers.Identity()).set_weights, [np.zeros(3)])
    assert error.got == "no weights"
    assert "add_weight" in error.cause


def test_any_method_is_called_and_a_missing_one_named():
    left, right = built().invoke("halves", np.ones((3, 10)))
    assert left.shape == right.shape == (3, 5)
    assert (
        "must have a method train_step"
        in rejected(built(lambda width: keras.layers.Identity()).invoke, "train_step").problem
    )


def test_gradients_tell_which_weights_are_used():
    layer = built()
    kernel, idle = layer.gradients(INPUTS)
    assert np.abs(kernel).max() > 0
    assert idle is None


class Fork(keras.layers.Layer):
    """Two outputs: one of x and the kernel, one of y, which comes through NumPy."""

    def build(self, x_shape, y_shape):
        self.kernel = self.add_weight(shape=(x_shape[-1],), initializer="ones")

    def call(self, x, y, factor=1.0):
        return factor * x * self.kernel, keras.ops.convert_to_numpy(y)

    def doubled(self, x, factor=1.0):
        return 2 * factor * x * self.kernel


def test_gradients_by_output_tell_what_each_output_depends_on():
    x, y = INPUTS, INPUTS[:, 0]
    first, second = candidate(lambda: Fork())().gradients_by_output(x, y, factor=3.0)
    of_x, of_y, of_kernel = first
    assert np.allclose(of_x, 2 * 9 * x / x.size, atol=1e-6)
    assert of_y is None
    assert np.allclose(of_kernel, (2 * 9 * x**2 / x.size).sum(axis=(0, 1)), atol=1e-5)
    assert second == [None, None, None]


def test_gradients_by_output_of_a_method():
    fork = candidate(lambda: Fork())()
    fork.invoke("build", INPUTS.shape, INPUTS.shape)
    ((of_x, of_kernel),) = fork.gradients_by_output(INPUTS, method="doubled", factor=3.0)
    assert np.allclose(of_x, 2 * 36 * INPUTS / INPUTS.size, atol=1e-6)
    assert np.allclose(of_kernel, (2 * 36 * INPUTS**2 / INPUTS.size).sum(axis=(0, 1)), atol=1e-5)


def test_rebuilt_is_a_layer_of_the_same_configuration():
    assert built().config()["width"] == 5
    assert built().rebuilt()(INPUTS).shape == (2, 3, 5)


def test_a_configuration_that_makes_no_layer_is_rejected():
    class Forgetful(Scale):
        def get_config(self):
            return {"name": "forgetful"}

    error = rejected(built(Forgetful).rebuilt)
    assert "missing" in (error.problem + error.got)
    assert "width" in (error.problem + error.got)


def test_a_model_is_a_layer_too():
    model = built(lambda width: keras.Sequential([keras.Input((11,)), keras.layers.Dense(width)]))
    assert model(np.ones((3, 11))).shape == (3, 5)


# What is no layer, and what goes wrong


def test_a_plain_class_is_told_its_base():
    class Plain:
        def __init__(self, width):
            pass

    error = rejected(built, Plain)
    assert error.problem == "Scale must give a Keras layer or model"
    assert "class Name(keras.layers.Layer)" in error.cause


@pytest.mark.parametrize(
    ("given", "words"), [(None, "return missing"), (np.ones(3), "not what calling it gives")]
)
def test_a_function_that_gives_no_layer(given, words):
    assert words in rejected(built, lambda width: given).cause


def test_a_stub_inside_call_is_an_exercise_not_done():
    class Stub(Scale):
        def call(self, x, mask=None):
            raise NotImplementedError("Exercise 7.1: Scale is not done yet")

    error = rejected(built(Stub), INPUTS)
    assert error.status is Status.NOT_ATTEMPTED
    assert error.problem == "Exercise 7.1: Scale is not done yet"


def test_an_exception_in_call_shows_the_students_line_and_no_escape_codes():
    class Broken(Scale):
        def call(self, x, mask=None):
            return keras.ops.matmul(x, self.kernal)

    error = rejected(built(Broken), INPUTS)
    assert error.problem.startswith("Scale raised AttributeError: 'Broken' object has no attribute 'kernal'")
    assert error.line.endswith("of call: return keras.ops.matmul(x, self.kernal)")
    assert "\x1b" not in error.problem
    assert keras.config.is_traceback_filtering_enabled()


def test_a_forgotten_super_init_is_rejected_in_keras_words():
    class NoSuper(Scale):
        def __init__(self, width):
            self.width = width

    assert "super().__init__()" in rejected(lambda: built(NoSuper)(INPUTS)).problem


def test_the_call_is_shown_with_shapes():
    tried = candidate(Scale)
    tried(width=5)(INPUTS, mask=np.ones((2, 3), bool))
    assert tried.last_call.startswith("Scale(width=5)(array of shape (2, 3, 11), mask=array([[")


def test_an_exercise_runs_its_checks_on_the_layer():
    lab = Lab("07", "scales")
    exercise = lab.exercise(
        "7.1", name="Scale", title="scale", points=2, difficulty=1,
        reference=f"{__name__}:Scale", candidate=LayerCandidate, uses=("keras",),
    )  # fmt: skip

    @exercise.check()
    def has_the_width(candidate, rng):
        """the output is as wide as asked"""
        if candidate(width=13)(INPUTS).shape[-1] != 13:
            raise Rejected("the width must be 13")

    assert exercise.run(Scale).earned == 2
    assert exercise.run(lambda width: keras.layers.Dense(3)).failure.problem == "the width must be 13"


def test_what_an_exercise_uses_is_loaded_before_its_clock_starts(monkeypatch):
    loaded = []
    monkeypatch.setattr("course_utils.checks.exercise.importlib.import_module", loaded.append)
    lab = Lab("07", "scales")
    exercise = lab.exercise(
        "7.1", name="f", title="", points=1, difficulty=1, reference="", returns=int, uses=("keras",)
    )
    seen = []
    exercise.check()(_note(seen, loaded))
    exercise.run(lambda: 1)
    assert seen == [["keras"]]


def _note(seen, loaded):
    def check(candidate, rng):
        """notes"""
        seen.append(list(loaded))

    return check
