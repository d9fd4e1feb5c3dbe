"""The course's figures. Each function draws one and returns nothing.

A cell ending in `;` would hide a returned Axes from JupyterLab, but not from nbval, which runs cells without
a history.

Colours are Okabe and Ito's, which remain apart for colour-blind eyes; lines carry their name at their end
rather than in a legend that must be matched by colour.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Literal

import matplotlib.pyplot as plt
import numpy as np

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import ArrayLike

    from course_utils.models.scoreboard import Row

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
TRUTH = "#555555"


def lines(
    curves: Mapping[str, Sequence[float]],
    x: Sequence[float],
    *,
    xlabel: str,
    ylabel: str,
    title: str,
    truth: tuple[str, float] | None = None,
    logarithmic: bool = False,
) -> None:
    """One line a curve over `x`, named at its right end; `truth` is a dashed level.

    Raises:
        ValueError: a curve is not as long as `x`.
    """
    for name, values in curves.items():
        if len(values) != len(x):
            raise ValueError(f"expected {len(x)} values for {name!r}, one for each x, received {len(values)}")
    _, axes = plt.subplots(figsize=(7, 4), layout="constrained")
    if logarithmic:
        axes.set_yscale("log")
        axes.yaxis.set_major_formatter("{x:g}")
        axes.yaxis.set_minor_formatter(lambda value, _: f"{value:g}" if f"{value:.0e}"[0] in "235" else "")
    for values, colour in zip(curves.values(), COLOURS, strict=False):
        axes.plot(x, values, "o-", color=colour)
    if truth:
        axes.axhline(truth[1], color=TRUTH, linestyle="--")
        axes.annotate(
            truth[0],
            (0, truth[1]),
            xycoords=("axes fraction", "data"),
            xytext=(4, 4),
            textcoords="offset points",
            color=TRUTH,
        )
    axes.set(xlabel=xlabel, ylabel=ylabel, xticks=x)
    axes.set_title(title, loc="left")
    bare(axes)
    name_at_the_end(axes, {name: values[-1] for name, values in curves.items()}, x[-1])


def alignment(weights: np.ndarray, source: Sequence[str], target: Sequence[str], *, title: str = "") -> None:
    """A heat map of weights (T, S) in [0, 1]: a row a target word, a column a source word.

    Raises:
        ValueError: the weights' shape does not fit the two sentences.
    """
    check_weights(weights, source, target)
    size = (1.5 + 0.5 * len(source), 1.2 + 0.38 * len(target))
    _, axes = plt.subplots(figsize=size, layout="constrained")
    heat_map(axes, weights, source, target)
    axes.set_title(title, loc="left")


def check_weights(weights: ArrayLike, source: Sequence[str], target: Sequence[str]) -> None:
    """Raise the ValueError of `alignment`, before there is an empty figure to show."""
    if np.shape(weights) != (len(target), len(source)):
        raise ValueError(
            f"expected weights of shape (T, S) = {(len(target), len(source))}, received {np.shape(weights)}"
        )


def heat_map(axes: Axes, weights: ArrayLike, source: Sequence[str], target: Sequence[str]) -> None:
    """Draw on `axes` what `alignment` shows."""
    axes.imshow(weights, cmap="Blues", vmin=0, vmax=1, aspect="auto")
    axes.set_xticks(range(len(source)), source, rotation=60, ha="left", rotation_mode="anchor")
    axes.set_yticks(range(len(target)), target)
    axes.xaxis.tick_top()
    axes.tick_params(length=0)


def scores(rows: Sequence[Row], truth: float) -> None:
    """A point a model on a logarithmic axis of perplexity, the first row on top; `truth` is a dashed line.

    A full point is the student's own figure, a ring the course's.
    """
    _, axes = plt.subplots(figsize=(7, 1.2 + 0.4 * len(rows)), layout="constrained")
    for height, row in enumerate(rows):
        face = COLOURS[0] if row.yours else "white"
        axes.plot(row.perplexity, height, "o", color=COLOURS[0], markerfacecolor=face, markersize=8)
        label = f"{row.perplexity:.2f}" if row.yours else f"{row.perplexity:.2f} (the course's)"
        axes.annotate(label, (row.perplexity, height), xytext=(8, 0), textcoords="offset points", va="center")
    axes.axvline(truth, color=TRUTH, linestyle="--")
    axes.set_xscale("log")
    axes.set_xlim(0.9 * truth, 2.2 * max([truth, *(row.perplexity for row in rows)]))
    axes.xaxis.set_major_formatter("{x:g}")
    axes.xaxis.set_minor_formatter("{x:g}")
    axes.set_yticks(range(len(rows)), [f"{row.lab}  {row.model}" for row in rows])
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set(xlabel="perplexity on the test sentences")
    axes.set_title(f"The dashed line is the world itself: {truth:.2f}", loc="left")
    bare(axes, "x")


def name_at_the_end(axes: Axes, ends: Mapping[str, float], x: float) -> None:
    """Write each curve's name beside its last point, moved up where two names would overlap."""
    axes.figure.draw_without_rendering()  # type: ignore[union-attr]  # lays out: heights are final then
    line_height = 13 * axes.figure.dpi / 72
    heights = {name: axes.transData.transform((x, end))[1] for name, end in ends.items()}
    floor = -np.inf
    for (name, height), colour in sorted(
        zip(heights.items(), COLOURS, strict=False), key=lambda pair: pair[0][1]
    ):
        floor = max(height, floor + line_height)
        offset = (8, (floor - height) * 72 / axes.figure.dpi)
        axes.annotate(
            name, (x, ends[name]), xytext=offset, textcoords="offset points", color=colour, va="center"
        )


def bare(axes: Axes, grid: Literal["x", "y"] = "y") -> None:
    """Leave two sides of the frame and a faint grid along one axis."""
    axes.grid(axis=grid, alpha=0.3)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
