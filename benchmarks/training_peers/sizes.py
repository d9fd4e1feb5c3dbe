"""What all contenders have in common. Importing this loads neither TensorFlow nor PyTorch."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

PIECES, WIDTH, HEADS, HIDDEN, LAYERS, DROPOUT, SMOOTHING = 6_000, 128, 4, 256, 3, 0.2, 0.1
PRODUCT = 2_048  # rows and columns of the products that the peak is measured by


class Batch(NamedTuple):
    """Ids (B, S) of sources, and (B, T) of decoder inputs and targets."""

    source: np.ndarray
    inputs: np.ndarray
    target: np.ndarray


Step = Callable[[Batch], float]  # trains, waits until it is done, and gives the loss
