"""The figures of lab 02: scores beside the truth, confusion matrices, what each word of a sentence adds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import matplotlib.pyplot as plt
import numpy as np
from adjustText import adjust_text

from course_utils.models.plotting import COLOURS, TRUTH

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MARKS = ("o", "s", "^")


def against_truth(
    learned: Mapping[str, Mapping[str, float]],
    truth: Mapping[str, float],
    groups: Mapping[str, Sequence[str]],
) -> None:
    """A panel a model: each word's true score across, its learned one upwards; a colour a group of words.

    Raises:
        ValueError: a word of a group has no true score, or a model none for it.
    """
    words = [word for group in groups.values() for word in group]
    for name, scores in {"the truth": truth, **learned}.items():
        if missing := [word for word in words if word not in scores]:
            raise ValueError(f"expected {name!r} to have a score for every word, received none for {missing}")
    _, panels = plt.subplots(
        1, len(learned), figsize=(6.5 * len(learned), 6.5), layout="constrained", squeeze=False
    )
    for axes, (name, scores) in zip(panels[0], learned.items(), strict=True):
        for (group, members), colour, mark in zip(groups.items(), COLOURS, MARKS, strict=False):
            x, y = [truth[word] for word in members], [scores[word] for word in members]
            axes.plot(x, y, mark, color=colour, label=group)
        axes.set(xlabel="true score", ylabel="learned score")
        axes.set_title(name, loc="left")
        axes.legend(frameon=False, loc="upper left")
        _cross(axes)
        _name_points(axes, {word: (truth[word], scores[word]) for word in words})


def _name_points(axes: Axes, points: Mapping[str, tuple[float, float]]) -> None:
    """Write each word beside its point, none over another."""
    axes.margins(0.1)
    axes.figure.draw_without_rendering()  # type: ignore[union-attr]  # lays out: places are final then
    texts = [axes.text(x, y, word, fontsize=8, color=TRUTH) for word, (x, y) in points.items()]
    x, y = zip(*points.values(), strict=True)
    arrows = {"arrowstyle": "-", "color": "#bbbbbb"}
    # Its own limit is one of time, so that a busy machine would get a worse figure.
    adjust_text(
        texts, x=x, y=y, ax=axes, expand=(1.3, 1.6), force_text=(0.3, 0.5), iter_lim=300, arrowprops=arrows
    )


def _cross(axes: Axes) -> None:
    axes.axhline(0, color="#dddddd", zorder=0)
    axes.axvline(0, color="#dddddd", zorder=0)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)


def confusion(matrices: Mapping[str, np.ndarray], classes: Sequence[str]) -> None:
    """A panel a matrix (K, K) of counts: a row a true class, a column a predicted one, dark for large shares.

    Raises:
        ValueError: a matrix has another shape.
    """
    _, panels = plt.subplots(
        1, len(matrices), figsize=(3.7 * len(matrices), 3.6), layout="constrained", squeeze=False
    )
    for axes, (name, matrix) in zip(panels[0], matrices.items(), strict=True):
        if np.shape(matrix) != (len(classes), len(classes)):
            raise ValueError(f"expected {len(classes)} rows and columns, received shape {np.shape(matrix)}")
        shares = matrix / np.maximum(matrix.sum(axis=1, keepdims=True), 1)
        axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
        for (row, column), count in np.ndenumerate(matrix):
            ink = "white" if shares[row, column] > 0.6 else "black"
            axes.text(column, row, f"{count:g}", ha="center", va="center", color=ink)
        axes.set_xticks(range(len(classes)), classes)
        axes.set_yticks(range(len(classes)), classes, rotation=90, va="center")
        axes.tick_params(length=0)
        axes.set(xlabel="taken for", ylabel="true class" if axes is panels[0][0] else "")
        axes.set_title(name, loc="left")


def contributions(words: Sequence[str], scores: Sequence[float], bias: float, *, title: str = "") -> None:
    """A bar a word, in the order of the sentence; below them one for the bias and one for the sum.

    Raises:
        ValueError: not one score a word.
    """
    if len(words) != len(scores):
        raise ValueError(f"expected {len(words)} scores, one for each word, received {len(scores)}")
    names, values = [*words, "(bias)", "sum"], [*scores, bias, bias + sum(scores)]
    colours = [COLOURS[1] if value < 0 else COLOURS[0] for value in values]
    _, axes = plt.subplots(figsize=(6, 1 + 0.26 * len(names)), layout="constrained")
    axes.barh(range(len(names)), values, color=colours)
    axes.axhline(len(words) - 0.5, color=TRUTH, linewidth=0.8)
    axes.axvline(0, color=TRUTH, linewidth=0.8)
    axes.set_yticks(range(len(names)), names)
    axes.invert_yaxis()
    axes.set(xlabel="score")
    axes.set_title(title, loc="left")
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
