"""How tensors of any backend become NumPy arrays, without loading NumPy or Keras where they are not used."""

from __future__ import annotations

import sys
from typing import Any


def plain(value: Any) -> Any:
    """`value` with every tensor in it, of whatever backend, as a NumPy array; other things as they are."""
    if type(value) in (list, tuple):
        return type(value)(map(plain, value))
    if type(value) is dict:
        return {key: plain(each) for key, each in value.items()}
    return sys.modules["numpy"].asarray(value) if _is_tensor(value) else value


def forget_mask_of_none() -> None:
    """Undo what a layer leaves behind whose `call` takes a mask and returns nothing.

    Keras 3.15 then keeps the mask as that of None, before it fails; from there on every layer that gets None
    for an argument fails too, until the kernel is started anew.
    """
    if state := sys.modules.get("keras.src.backend.common.global_state"):
        (state.get_global_attribute("_keras_mask_dict") or {}).pop(id(None), None)


def _is_tensor(value: Any) -> bool:
    """A tensor or a variable that holds numbers: a symbolic one holds none."""
    if "keras" not in sys.modules and "tensorflow" not in sys.modules:
        return False
    numpy, keras = sys.modules["numpy"], sys.modules.get("keras")
    if isinstance(value, (numpy.ndarray, numpy.generic, type)):
        return False
    if keras is not None and isinstance(value, keras.KerasTensor):
        return False
    return all(hasattr(value, name) for name in ("__array__", "dtype", "shape"))
