"""The figures of translation: what they draw, whether it can be read, and what they refuse."""

import itertools

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_hex

from course_utils.models import plotting_translation
from course_utils.models.metrics import LengthBin
from course_utils.text.world import World


@pytest.fixture(autouse=True)
def _no_window():
    with matplotlib.rc_context({"backend": "Agg"}):
        yield
        plt.close("all")


def curve(*scores):
    bins = [(3, 5), (6, 11), (12, 25)]
    return [
        LengthBin(*ends, 7, score, score - 3, score + 2) for ends, score in zip(bins, scores, strict=True)
    ]


def draw_curves():
    curves = {"LSTM": curve(83, 61, 37), "additive": curve(91, 90, 89), "dot": curve(92, 91, 89.5)}
    plotting_translation.length_curves(curves, title="by length")
    return plt.gca()


def test_a_line_a_model_over_the_middles_of_its_bins():
    axes = draw_curves()
    assert [list(line.get_ydata()) for line in axes.lines] == [[83, 61, 37], [91, 90, 89], [92, 91, 89.5]]
    assert {tuple(line.get_xdata()) for line in axes.lines} == {(4, 8.5, 18.5)}
    assert [tick.get_text() for tick in axes.get_xticklabels()] == ["3–5", "6–11", "12–25"]
    labels = axes.get_xlabel(), axes.get_ylabel(), axes.get_title(loc="left")
    assert labels == ("words of the source sentence", "BLEU", "by length")


def test_a_band_a_model_from_low_to_high_in_the_colour_of_its_line_and_name():
    axes = draw_curves()
    names = {text.get_text(): text.get_color() for text in axes.texts}
    assert [names[name] for name in ("LSTM", "additive", "dot")] == [line.get_color() for line in axes.lines]
    for line, band in zip(axes.lines, axes.collections, strict=True):
        assert to_hex(band.get_facecolor()[0]) == line.get_color().lower()
        heights = band.get_paths()[0].vertices[:, 1]
        assert {heights.min(), heights.max()} == {min(line.get_ydata()) - 3, max(line.get_ydata()) + 2}


def test_the_axis_is_bleus_own_and_names_do_not_overlap():
    axes = draw_curves()
    axes.figure.canvas.draw()
    low, high = axes.get_ylim()
    assert low == 0
    assert 100 < high < 105
    boxes = [text.get_window_extent() for text in axes.texts]
    assert not any(a.overlaps(b) for a, b in itertools.combinations(boxes, 2))
    assert all(box.x1 <= axes.figure.bbox.x1 for box in boxes)


def test_curves_of_other_bins_and_no_curves_are_refused():
    other = [LengthBin(3, 25, 7, 50, 49, 51)]
    with pytest.raises(
        ValueError, match=r"expected the bins \[\(3, 5\), .* for 'b' too, received \[\(3, 25\)\]"
    ):
        plotting_translation.length_curves({"a": curve(5, 7, 11), "b": other})
    with pytest.raises(ValueError, match="expected at least one curve, received none"):
        plotting_translation.length_curves({})
    assert plt.get_fignums() == []


# Heat maps --------------------------------------------------------------------------------------------------


def sentence(length):
    return next(record for record in World(seed=1).sentences(23, "long") if record.length == length)


def draw_sentence(length, *names):
    record = sentence(length)
    source, target = [*record.hungarian, "</s>"], [*record.english, "</s>"]
    weights = np.random.default_rng(0).uniform(size=(len(names), len(target), len(source)))
    plotting_translation.alignments(dict(zip(names, weights, strict=True)), source, target, record.alignment)
    plt.gcf().canvas.draw()
    return record, weights, plt.gcf().axes


@pytest.mark.parametrize("length", [5, 12, 25])
def test_each_panel_is_a_heat_map_under_its_name(length):
    record, weights, panels = draw_sentence(length, "before", "after")
    assert [axes.get_title(loc="left") for axes in panels] == ["before", "after"]
    for axes, panel in zip(panels, weights, strict=True):
        assert np.array_equal(axes.images[0].get_array(), panel)
        assert [tick.get_text() for tick in axes.get_xticklabels()] == [*record.hungarian, "</s>"]
        assert [tick.get_text() for tick in axes.get_yticklabels()] == [*record.english, "</s>"]


def test_each_gold_link_frames_its_cell():
    plotting_translation.alignments({"": np.zeros((3, 2))}, ["a", "b"], ["x", "y", "z"], [(1, 2), (0, 0)])
    frames = plt.gca().patches
    assert [(frame.get_xy(), frame.get_width(), frame.get_height()) for frame in frames] == [
        ((0.5, 1.5), 1, 1),
        ((-0.5, -0.5), 1, 1),
    ]
    assert not any(frame.get_fill() for frame in frames)


@pytest.mark.parametrize("length", [3, 5, 12, 25])
def test_words_are_as_large_as_elsewhere_and_none_lies_over_another(length):
    _, _, panels = draw_sentence(length, "before", "after")
    size = matplotlib.rcParams["font.size"]
    for axes in panels:
        height = axes.get_window_extent().height / len(axes.get_yticklabels())
        width = axes.get_window_extent().width / len(axes.get_xticklabels())
        assert {label.get_fontsize() for label in axes.get_xticklabels() + axes.get_yticklabels()} == {size}
        # Words at 60 degrees are 1 / sin 60° of their height apart.
        assert height > size * axes.figure.dpi / 72
        assert width > size * axes.figure.dpi / 72 / np.sin(np.pi / 3)


@pytest.mark.parametrize(("length", "beside"), [(5, True), (12, True), (25, False)])
def test_panels_stand_side_by_side_unless_that_is_too_wide(length, beside):
    _, _, (left, right) = draw_sentence(length, "before", "after")
    assert (left.get_position().y0 == right.get_position().y0) == beside
    assert left.figure.get_figwidth() <= 13
    assert left.figure.get_figwidth() >= 2 * 1.5


@pytest.mark.parametrize(
    ("panels", "gold", "said"),
    [
        ({}, (), "expected at least one panel of weights, received none"),
        ({"a": np.zeros((3, 2)), "b": np.zeros((2, 3))}, (), r"\(T, S\) = \(3, 2\), received \(2, 3\)"),
        (
            {"a": np.zeros((3, 2))},
            [(0, 0), (2, 0)],
            r"inside 2 source and 3 target words, received \[\(2, 0\)\]",
        ),
        ({"a": np.zeros((3, 2))}, [(0, 3), (-1, 0)], r"received \[\(0, 3\), \(-1, 0\)\]"),
    ],
)
def test_what_does_not_fit_the_sentences_is_refused_before_anything_is_drawn(panels, gold, said):
    with pytest.raises(ValueError, match=said):
        plotting_translation.alignments(panels, ["a", "b"], ["x", "y", "z"], gold)
    assert plt.get_fignums() == []


def test_figures_return_nothing_for_a_cell_to_show():
    assert plotting_translation.alignments({"": np.zeros((1, 1))}, ["a"], ["b"]) is None
    assert plotting_translation.length_curves({"a": curve(3, 4, 5)}) is None
