"""A student's Keras layer or model as a check sees it: built, called and read through plain arrays.

What goes in and what comes back are plain values and NumPy arrays, so that the same check can run on a
proxy of a layer in another process.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from course_utils.checks.candidate import Candidate
from course_utils.checks.describing import describe, describe_call, type_name, with_article
from course_utils.checks.outcome import Rejected, Status
from course_utils.checks.tensors import plain


class LayerCandidate(Candidate):
    """Calls the student's layer class, or their function that makes a layer or model."""

    def __call__(self, *args: Any, **kwargs: Any) -> LayerHandle:
        """Build a layer.

        Raises:
            Rejected: building it raised, or gave something else than a Keras layer or model.
        """
        import keras

        if isinstance(self._function, keras.layers.Layer):
            raise Rejected(
                f"the check builds its own {self._name}, and it was handed one that is built already",
                expected=self._name,
                got=describe(self._function),
                cause="Write the name without parentheses after it.",
                status=Status.ERRORED,
            )
        self.last_call = describe_call(self._name, args, kwargs)
        layer = self.last_result = self._guarded(self._function, *copy.deepcopy((args, kwargs)))
        if not isinstance(layer, keras.layers.Layer):  # a model is one, too
            raise Rejected(
                f"{self._name} must give a Keras layer or model",
                expected="a keras.layers.Layer or a keras.Model",
                got="None" if layer is None else f"{with_article(type_name(type(layer)))}: {describe(layer)}",
                cause=_cause_of_no_layer(self._function, layer),
            )
        return LayerHandle(self, layer)

    def run(
        self, call: str, method: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Any:
        """Call a method of the student's layer as `call` shows it; tensors come back as arrays.

        Raises:
            Rejected: it raised or printed without end; names the student's own line.
        """
        import keras

        self.last_call = call
        filtering = keras.config.is_traceback_filtering_enabled()
        keras.config.disable_traceback_filtering()  # it would rewrite the student's exceptions
        try:
            self.last_result = plain(self._guarded(method, *copy.deepcopy((args, kwargs))))
        finally:
            if filtering:
                keras.config.enable_traceback_filtering()
        return self.last_result


class LayerHandle:
    """One layer or model of the student's."""

    def __init__(self, candidate: LayerCandidate, layer: Any):
        self._candidate, self._layer = candidate, layer
        self._shown = candidate.last_call

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the layer on arrays; raises Rejected as `LayerCandidate.run` does."""
        return self._run("", self._layer, args, kwargs)

    def invoke(self, method: str, *args: Any, **kwargs: Any) -> Any:
        """Call any method of the layer, as in `invoke("train_step", data)`.

        Raises:
            Rejected: there is no such method, or as for a call.
        """
        bound = getattr(self._layer, method, None)
        if not callable(bound):
            raise Rejected(
                f"{self._shown} must have a method {method}", expected=method, got="no such method"
            )
        return self._run(f".{method}", bound, args, kwargs)

    def gradients(self, *args: Any, **kwargs: Any) -> list[np.ndarray | None]:
        """For each trainable weight the gradient of the output's mean square; None where there is none."""
        import tensorflow as tf

        def differentiate(*args: Any, **kwargs: Any) -> list[Any]:
            with tf.GradientTape() as tape:
                outputs = tf.nest.flatten(self._layer(*args, **kwargs))
                loss = sum(tf.reduce_mean(tf.square(output)) for output in outputs)
            return _differentiated(tape, loss, [weight.value for weight in self._layer.trainable_weights])

        found: list[np.ndarray | None] = self._run("", differentiate, args, kwargs)
        return found

    def gradients_by_output(
        self, *arrays: np.ndarray, method: str = "", **kwargs: Any
    ) -> list[list[np.ndarray | None]]:
        """For each array that the layer gives, the gradients of its mean square.

        First those for each of `arrays`, then those for each trainable weight; None where there is none.

        Args:
            method: the name of the one that is called; the layer itself where it is "".
        """
        import tensorflow as tf

        called = getattr(self._layer, method) if method else self._layer

        def differentiate(*arrays: np.ndarray, **kwargs: Any) -> list[list[Any]]:
            inputs = [tf.convert_to_tensor(array) for array in arrays]
            with tf.GradientTape(persistent=True) as tape:
                tape.watch(inputs)
                outputs = tf.nest.flatten(called(*inputs, **kwargs))
                losses = [tf.reduce_mean(tf.square(output)) for output in outputs]
            sources = [*inputs, *(weight.value for weight in self._layer.trainable_weights)]
            return [_differentiated(tape, loss, sources) for loss in losses]

        found: list[list[np.ndarray | None]] = self._run(
            f".{method}" if method else "", differentiate, arrays, kwargs
        )
        return found

    @property
    def weights(self) -> list[np.ndarray]:
        """All weights, in the order the layer made them."""
        return [np.asarray(weight) for weight in self._layer.get_weights()]

    @property
    def trainable_shapes(self) -> list[tuple[int, ...]]:
        """Shapes of the weights that training changes."""
        return [tuple(weight.shape) for weight in self._layer.trainable_weights]

    def set_weights(self, weights: Sequence[np.ndarray]) -> None:
        """Give the layer these weights.

        Raises:
            Rejected: the layer has other weights than these shapes.
        """
        wanted = [np.shape(weight) for weight in weights]
        shapes = [weight.shape for weight in self.weights]
        if shapes != wanted:
            raise Rejected(
                f"{self._shown} must have {len(wanted)} weights of these shapes, made in this order",
                expected=", ".join(map(str, wanted)),
                got=", ".join(map(str, shapes)) or "no weights",
                cause=_cause_of_other_weights(shapes, wanted),
            )
        self._layer.set_weights([np.array(weight) for weight in weights])

    def config(self) -> dict[str, Any]:
        """What `get_config` gives."""
        found: dict[str, Any] = self.invoke("get_config")
        return found

    def rebuilt(self) -> LayerHandle:
        """A new layer from the configuration of this one, as loading a saved model does it.

        Raises:
            Rejected: the configuration does not make a layer.
        """
        config = self.config()
        call = f"{type(self._layer).__name__}.from_config({describe(config)})"
        candidate = self._candidate
        candidate.last_call = call
        return LayerHandle(candidate, candidate._guarded(type(self._layer).from_config, (config,), {}))

    def _run(
        self, method: str, bound: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Any:
        call = describe_call(
            f"{self._shown}{method}",
            tuple(map(_shape_of, args)),
            {k: _shape_of(v) for k, v in kwargs.items()},
        )
        return self._candidate.run(call, bound, args, kwargs)


def _differentiated(tape: Any, loss: Any, sources: list[Any]) -> list[Any]:
    """The loss's gradient for each source, without the sparse kind; None where there is none."""
    import tensorflow as tf

    found = tape.gradient(loss, sources)
    return [None if each is None else tf.convert_to_tensor(each) for each in found]


class _Shape:
    """Stands for an array in the text of a call: its shape says more than its numbers."""

    def __init__(self, array: np.ndarray):
        self._text = f"array of shape {array.shape}"

    def __repr__(self) -> str:
        return self._text


def _shape_of(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return type(value)(map(_shape_of, value))
    return _Shape(value) if isinstance(value, np.ndarray) and value.size > 12 else value


def _cause_of_no_layer(function: Any, layer: Any) -> str:
    if isinstance(function, type):
        return "The class must be declared with its base: class Name(keras.layers.Layer)."
    if layer is None:
        return "Is return missing?"
    return "Return the layer or the model itself, not what calling it gives."


def _cause_of_other_weights(shapes: list[tuple[int, ...]], wanted: list[tuple[int, ...]]) -> str:
    if not shapes:
        return "Make the weights in build, with self.add_weight: an array in an attribute is no weight."
    if sorted(shapes) == sorted(wanted):
        return (
            "These are the right weights in another order: it is that of the add_weight lines, and of the "
            "layers that hold them, as __init__ makes them."
        )
    if len(shapes) > len(wanted) and shapes[: len(wanted)] == wanted:
        return "There are more than needed: are weights made again in call?"
    return ""
