"""Arguments of checks that are no plain data, on their way from the judge to a walled-off process.

Only the judge sends them: what comes back from student code is plain data, arrays, or a handle's number.
"""

from __future__ import annotations

import dataclasses
import importlib
from collections.abc import Callable
from typing import Any

import numpy as np

from course_utils.grading.wire import Reference

CallBack = Callable[[int, str, Any, Any], Any]
SENT_WHOLE = "course_utils.models."  # dataclasses of the package that a student's process has, too


def leaving(value: Any, stay: Callable[[Any], int]) -> Any:
    """`value` with what is no plain data replaced by references.

    Args:
        stay: keeps an object with the judge, to be called from the other side; gives its number.
    """
    if type(value) in (list, tuple):
        return type(value)(leaving(each, stay) for each in value)
    if isinstance(value, np.random.Generator):  # its draws over there leave ours where it is
        return Reference("generator", dict(value.bit_generator.state))
    if type(value).__name__ == "KerasTensor":
        return Reference("symbol", [list(value.shape), value.dtype])
    if dataclasses.is_dataclass(value) and type(value).__module__.startswith(SENT_WHOLE):
        fields = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
        return Reference("dataclass", [type(value).__module__, type(value).__name__, fields])
    if methods := getattr(type(value), "called_from_answers", None):
        return Reference("object", [stay(value), list(methods)])
    return value


def restored(value: Any, call_back: CallBack) -> Any:
    """What `leaving` was given, as good as it can be had on this side."""
    if type(value) in (list, tuple):
        return type(value)(restored(each, call_back) for each in value)
    if type(value) is dict:
        return {key: restored(each, call_back) for key, each in value.items()}
    return RESTORED[value.kind](value.value, call_back) if type(value) is Reference else value


def _generator(state: dict[str, Any], _: CallBack) -> np.random.Generator:
    generator = np.random.default_rng()
    generator.bit_generator.state = state
    return generator


def _symbol(parts: list[Any], _: CallBack) -> Any:
    import keras

    shape, dtype = parts
    return keras.KerasTensor(shape, dtype)


def _dataclass(parts: list[Any], _: CallBack) -> Any:
    module, name, fields = parts
    return getattr(importlib.import_module(module), name)(**fields)


class Away:
    """Stands for an object of the judge's; its methods are called over there."""

    def __init__(self, number: int, methods: list[str], call_back: CallBack) -> None:
        self._number, self._methods, self._call_back = number, methods, call_back

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name not in self.__dict__["_methods"]:
            raise AttributeError(f"this object has {', '.join(self._methods)}, and no {name}")
        return lambda *args, **kwargs: self._call_back(self._number, name, args, kwargs)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._call_back(self._number, "__call__", args, kwargs)

    def __deepcopy__(self, _: Any) -> Away:
        return self


def _object(parts: list[Any], call_back: CallBack) -> Away:
    number, methods = parts
    return Away(number, methods, call_back)


RESTORED: dict[str, Callable[[Any, CallBack], Any]] = {
    "generator": _generator,
    "symbol": _symbol,
    "dataclass": _dataclass,
    "object": _object,
}
