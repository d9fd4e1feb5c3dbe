"""The figures: what they draw, and what they refuse."""

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pytest

from course_utils.models import plotting
from course_utils.models.scoreboard import Row


@pytest.fixture(autouse=True)
def _no_window():
    with matplotlib.rc_context({"backend": "Agg"}):
        yield
        plt.close("all")


def draw_lines(**options):
    curves = {"add-k": [50, 7, 11], "Kneser–Ney": [47, 5.01, 5.02], "modified": [46, 4.9, 5.0]}
    plotting.lines(curves, [1, 2, 3], xlabel="n", ylabel="perplexity", title="by order", **options)
    return plt.gca()


def named(axes):
    return {text.get_text(): text for text in axes.texts}


def test_lines_draws_each_curve_and_names_it_in_its_colour():
    axes = draw_lines()
    assert [list(line.get_ydata()) for line in axes.lines] == [[50, 7, 11], [47, 5.01, 5.02], [46, 4.9, 5.0]]
    colours = [line.get_color() for line in axes.lines]
    assert len(set(colours)) == 3
    assert [named(axes)[name].get_color() for name in ("add-k", "Kneser–Ney", "modified")] == colours
    assert (axes.get_xlabel(), axes.get_ylabel(), axes.get_title(loc="left")) == (
        "n",
        "perplexity",
        "by order",
    )


@pytest.mark.parametrize("logarithmic", [False, True])
def test_names_of_lines_that_end_together_do_not_overlap(logarithmic):
    axes = draw_lines(logarithmic=logarithmic)
    axes.figure.canvas.draw()
    boxes = [text.get_window_extent() for text in named(axes).values()]
    assert not any(a.overlaps(b) for i, a in enumerate(boxes) for b in boxes[i + 1 :])


def test_truth_is_a_dashed_level_with_its_name():
    axes = draw_lines(truth=("the world", 2.5))
    level = axes.lines[-1]
    assert set(level.get_ydata()) == {2.5}
    assert level.get_linestyle() == "--"
    assert "the world" in named(axes)


def test_a_curve_of_another_length_is_refused():
    with pytest.raises(ValueError, match="expected 3 values for 'short', one for each x, received 2"):
        plotting.lines({"short": [1, 2]}, [1, 2, 3], xlabel="", ylabel="", title="")


def test_alignment_has_a_row_a_target_and_a_column_a_source_word():
    weights = np.arange(6).reshape(3, 2) / 5
    plotting.alignment(weights, ["jól", "vagyok"], ["i", "am", "fine"], title="who is who")
    axes = plt.gca()
    assert [tick.get_text() for tick in axes.get_xticklabels()] == ["jól", "vagyok"]
    assert [tick.get_text() for tick in axes.get_yticklabels()] == ["i", "am", "fine"]
    assert np.array_equal(axes.images[0].get_array(), weights)
    assert axes.images[0].get_clim() == (0, 1)


def test_alignment_of_another_shape_is_refused():
    with pytest.raises(ValueError, match=r"expected weights of shape \(T, S\) = \(3, 2\), received \(2, 3\)"):
        plotting.alignment(np.zeros((2, 3)), ["a", "b"], ["c", "d", "e"])


def draw_scores():
    models = [("Kneser–Ney, n = 5", 7.48, True), ("window of 4", 6.1, False), ("LSTM", 4.9, True)]
    plotting.scores([Row(f"0{n}", *model) for n, model in enumerate(models, 3)], truth=4.21)
    return plt.gca()


def test_scores_shows_a_point_a_model_and_the_truth():
    axes = draw_scores()
    *points, truth = axes.lines
    assert [point.get_xdata()[0] for point in points] == [7.48, 6.1, 4.9]
    assert [tick.get_text() for tick in axes.get_yticklabels()] == [
        "03  Kneser–Ney, n = 5",
        "04  window of 4",
        "05  LSTM",
    ]
    assert [point.get_ydata()[0] for point in points] == list(axes.get_yticks())
    assert (truth.get_xdata()[0], truth.get_linestyle()) == (4.21, "--")
    assert axes.get_xscale() == "log"
    assert axes.yaxis_inverted(), "the first row is on top"


def test_scores_tells_the_students_own_from_the_courses():
    axes = draw_scores()
    assert [text.get_text() for text in axes.texts] == ["7.48", "6.10 (the course's)", "4.90"]
    assert [line.get_markerfacecolor() == "white" for line in axes.lines[:3]] == [False, True, False]


def test_labels_of_scores_lie_inside_the_figure():
    axes = draw_scores()
    axes.figure.canvas.draw()
    inside = axes.figure.bbox
    for text in axes.texts:
        box = text.get_window_extent()
        assert inside.x0 <= box.x0
        assert box.x1 <= inside.x1


def test_figures_return_nothing_for_a_cell_to_show():
    assert plotting.alignment(np.zeros((1, 1)), ["a"], ["b"]) is None
