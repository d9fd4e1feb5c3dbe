"""The figures of translation: BLEU against sentence length, and where a decoder looks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import matplotlib.pyplot as plt
from matplotlib.patches import Rectangle

from course_utils.models.plotting import COLOURS, bare, check_weights, heat_map, name_at_the_end

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from course_utils.models.metrics import LengthBin

CELL = (0.32, 0.27)  # inches: room for a word of ten points
BESIDE = (
    13  # inches: two maps that together are wider would be shrunk by a notebook, so they go below each other
)


def length_curves(curves: Mapping[str, Sequence[LengthBin]], *, title: str = "") -> None:
    """BLEU against source length: a line a model, named at its end, in the band of its confidence intervals.

    Raises:
        ValueError: no curve, or one with other bins than the first.
    """
    if not curves:
        raise ValueError("expected at least one curve, received none")
    bins = [[(point.low, point.high) for point in curve] for curve in curves.values()]
    for name, own in zip(curves, bins, strict=True):
        if own != bins[0]:
            raise ValueError(f"expected the bins {bins[0]} for {name!r} too, received {own}")
    middles = [(low + high) / 2 for low, high in bins[0]]
    _, axes = plt.subplots(figsize=(7, 4), layout="constrained")
    for curve, colour in zip(curves.values(), COLOURS, strict=False):
        axes.plot(middles, [point.bleu for point in curve], "o-", color=colour)
        band = [point.low_ci for point in curve], [point.high_ci for point in curve]
        axes.fill_between(middles, *band, color=colour, alpha=0.2, linewidth=0)
    axes.set_xticks(middles, [f"{low}–{high}" for low, high in bins[0]])
    axes.set(xlabel="words of the source sentence", ylabel="BLEU", ylim=(0, 102))
    axes.set_title(title, loc="left")
    bare(axes)
    name_at_the_end(axes, {name: curve[-1].bleu for name, curve in curves.items()}, middles[-1])


def alignments(
    panels: Mapping[str, ArrayLike],
    source: Sequence[str],
    target: Sequence[str],
    gold: Iterable[tuple[int, int]] = (),
) -> None:
    """A heat map a panel, each under its name: `{"before": weights, "after": weights}`, or only one.

    Panels stand side by side where that leaves the words readable, else below each other.

    Args:
        panels: weights (T, S) in [0, 1] by name: a row a target word, a column a source word.
        gold: true links, (source index, target index) as in `record.alignment`; each cell gets a frame.

    Raises:
        ValueError: no panel, a panel whose shape does not fit the two sentences, or a link outside of them.
    """
    gold = list(gold)
    if not panels:
        raise ValueError("expected at least one panel of weights, received none")
    for weights in panels.values():
        check_weights(weights, source, target)
    if outside := [(s, t) for s, t in gold if not (0 <= s < len(source) and 0 <= t < len(target))]:
        raise ValueError(
            f"expected gold links inside {len(source)} source and {len(target)} target words, "
            f"received {outside}"
        )
    size = (1.5 + max(CELL[0] * len(source), 2.5), 1.5 + CELL[1] * len(target))
    columns = len(panels) if len(panels) * size[0] <= BESIDE else 1
    rows = len(panels) // columns
    _, grid = plt.subplots(
        rows, columns, figsize=(columns * size[0], rows * size[1]), layout="constrained", squeeze=False
    )
    for axes, (name, weights) in zip(grid.flat, panels.items(), strict=True):
        heat_map(axes, weights, source, target)
        for s, t in gold:
            axes.add_patch(
                Rectangle((s - 0.5, t - 0.5), 1, 1, fill=False, edgecolor=COLOURS[1], linewidth=1.5)
            )
        axes.set_title(name, loc="left")
