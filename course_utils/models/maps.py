"""Words drawn as points of a plane, each with its name, and no name over another one."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

import adjustText
import matplotlib.pyplot as plt
import numpy as np
from numpy.typing import NDArray

from course_utils.models.plotting import COLOURS, TRUTH

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.text import Text

WIDTHS = (8, 10, 12.5)  # inches, tried in turn until the names have room
FROM_POINTS = (0.1, 0.1)  # how hard points push names; more upwards, and names in a crowd never come to rest
ROUNDS = 600  # of pushing names apart; a limit in seconds would draw another map on another machine
MOST_WORDS = 150  # pushing takes time and memory by their square
APART = (1.15, 1.4)  # names are pushed as if they were this much wider and higher: the rest is the gap


def word_map(
    coordinates: NDArray[np.floating],
    words: Sequence[str],
    groups: Mapping[str, Collection[str]],
    *,
    title: str,
    marked: Collection[str] = (),
) -> None:
    """A map of N words at `coordinates` (N, 2), coloured by group.

    Args:
        groups: name -> its words; words of no group are grey.
        marked: words to be set in bold letters, with a larger point.

    Raises:
        ValueError: the coordinates are not one pair a word, there are more words or groups than a map can
            show, or too many words in one place to keep their names apart on the largest figure.
    """
    if np.shape(coordinates) != (len(words), 2):
        raise ValueError(
            f"expected coordinates of shape (N, 2) = {(len(words), 2)}, received {np.shape(coordinates)}"
        )
    if len(words) > MOST_WORDS:
        raise ValueError(f"expected at most {MOST_WORDS} words on a map, received {len(words)}")
    if len(groups) > len(COLOURS):
        raise ValueError(f"expected at most {len(COLOURS)} groups, received {len(groups)}")
    for width in WIDTHS:
        names = _draw(width, np.asarray(coordinates), words, groups, title, marked)
        if not overlapping(names):
            return
        plt.close(names[0].figure)  # type: ignore[arg-type]
    raise ValueError(f"expected few enough words to keep their names apart, received {len(words)}")


def overlapping(names: Sequence[Text]) -> list[tuple[str, str]]:
    """Pairs of drawn texts whose boxes overlap."""
    boxes = [name.get_window_extent() for name in names]
    return [
        (names[i].get_text(), names[j].get_text())
        for i, box in enumerate(boxes)
        for j in range(i + 1, len(boxes))
        if box.overlaps(boxes[j])
    ]


def _draw(
    width: float,
    coordinates: NDArray[np.floating],
    words: Sequence[str],
    groups: Mapping[str, Collection[str]],
    title: str,
    marked: Collection[str],
) -> list[Text]:
    figure, axes = plt.subplots(figsize=(width, 0.75 * width))
    coloured = zip(groups.values(), COLOURS, strict=False)
    colours = {word: colour for group, colour in coloured for word in group}
    names = []
    for (x, y), word in zip(coordinates, words, strict=True):
        colour, bold = colours.get(word, TRUTH), word in marked
        axes.plot(x, y, "o", color=colour, markersize=8 if bold else 4)
        weight = "bold" if bold else "normal"
        names.append(axes.text(x, y, word, color=colour, weight=weight, size=13 if bold else 9))
    axes.set(xticks=[], yticks=[])
    axes.set_aspect("equal", adjustable="datalim")  # near on the map is near in both directions
    axes.margins(0.1)
    axes.set_title(title, loc="left", pad=6 + 14 * bool(groups))
    figure.tight_layout()
    figure.draw_without_rendering()  # the texts have their final sizes from here on
    _name_groups(axes, list(groups))
    _push_apart(axes, names)
    return names


def _push_apart(axes: Axes, names: list[Text]) -> None:
    adjustText.adjust_text(
        names,
        ax=axes,
        expand=APART,
        iter_lim=ROUNDS,
        force_static=FROM_POINTS,
        prevent_crossings=False,  # ten times as slow, for threads that hardly ever cross
        arrowprops={"arrowstyle": "-", "color": "#bbbbbb"},
    )


def _name_groups(axes: Axes, groups: Sequence[str]) -> None:
    """The groups' names above the map, each in its colour."""
    left = 0.0
    for group, colour in zip(groups, COLOURS, strict=False):
        name = axes.annotate(
            group,
            (left, 1),
            xycoords=axes.transAxes,
            xytext=(0, 4),
            textcoords="offset points",
            color=colour,
        )
        left += (name.get_window_extent().width + 12) / axes.get_window_extent().width
