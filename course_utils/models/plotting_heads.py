"""The figure of a transformer's heads: a small heat map for each, in a row for each layer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.patches import Rectangle

from course_utils.models.plotting import COLOURS, check_weights, heat_map

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

CELL = (0.25, 0.25)  # inches of a map's cell


def heads(
    weights: ArrayLike,
    source: Sequence[str],
    target: Sequence[str],
    *,
    gold: Iterable[tuple[int, int]] = (),
    title: str = "",
) -> None:
    """Heat maps of all heads of all layers; words stand at the upper and the left edge alone.

    Args:
        weights: (L, H, T, S) in [0, 1]: a row of maps a layer, a map a head.
        gold: true links, (source index, target index); each cell gets a frame in every map.

    Raises:
        ValueError: the weights' shape is another, or does not fit the two sentences.
    """
    array = np.asarray(weights)
    if array.ndim != 4 or not array.size:
        raise ValueError(f"expected weights of shape (L, H, T, S), received {array.shape}")
    check_weights(array[0, 0], source, target)
    n_layers, n_heads = array.shape[:2]
    size = (1 + n_heads * (0.2 + CELL[0] * len(source)), 1.2 + n_layers * (0.5 + CELL[1] * len(target)))
    _, grid = plt.subplots(n_layers, n_heads, figsize=size, layout="constrained", squeeze=False)
    for layer, row in enumerate(grid):
        for head, axes in enumerate(row):
            heat_map(axes, array[layer, head], source if layer == 0 else [""] * len(source), target)
            if head:
                axes.set_yticks([])
            for s, t in gold:
                axes.add_patch(
                    Rectangle((s - 0.5, t - 0.5), 1, 1, fill=False, edgecolor=COLOURS[1], linewidth=1)
                )
            axes.set_xlabel(f"layer {layer + 1}, head {head + 1}")
    if title:
        plt.suptitle(title, x=0.02, ha="left")
