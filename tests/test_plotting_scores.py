"""The figures of lab 02: what they draw, and what they refuse."""

import itertools

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pytest

from course_utils.models import plotting_scores

TRUTH = {"great": 2.0, "good": 1.0, "bad": -1.1, "happy": 2.4, "sad": -2.1}
LEARNED = {"great": 5.0, "good": 2.0, "bad": -3.0, "happy": 4.0, "sad": -7.0}
GROUPS = {"opinions": ["great", "good", "bad"], "feelings": ["happy", "sad"]}


@pytest.fixture(autouse=True)
def _no_window():
    with matplotlib.rc_context({"backend": "Agg"}):
        yield
        plt.close("all")


def test_each_panel_holds_each_group_in_a_colour_and_a_mark_of_its_own():
    plotting_scores.against_truth({"perceptron": LEARNED, "counting": TRUTH}, TRUTH, GROUPS)
    left, right = plt.gcf().axes
    opinions, feelings = (line for line in left.lines if line.get_label() in GROUPS)
    assert (list(opinions.get_xdata()), list(opinions.get_ydata())) == ([2.0, 1.0, -1.1], [5.0, 2.0, -3.0])
    assert (list(feelings.get_xdata()), list(feelings.get_ydata())) == ([2.4, -2.1], [4.0, -7.0])
    assert opinions.get_color() != feelings.get_color()
    assert opinions.get_marker() != feelings.get_marker()
    assert [axes.get_title(loc="left") for axes in (left, right)] == ["perceptron", "counting"]
    assert list(right.lines[0].get_ydata()) == [2.0, 1.0, -1.1]
    assert {text.get_text() for text in left.texts} >= set(TRUTH)


def test_words_with_nearly_the_same_scores_are_not_written_over_each_other():
    crowd = {"far": -3.0} | {f"word{i}": 2 + 0.01 * i for i in range(7)}
    plotting_scores.against_truth({"learned": crowd}, crowd, {"all": list(crowd)})
    plt.gcf().canvas.draw()
    boxes = [text.get_window_extent() for text in plt.gca().texts if text.get_text()]
    assert len(boxes) == 8
    assert not any(a.overlaps(b) for a, b in itertools.combinations(boxes, 2))


def test_a_word_without_a_score_is_refused():
    less = {word: score for word, score in LEARNED.items() if word != "sad"}
    with pytest.raises(ValueError, match=r"expected 'counting' to have a score for every word, .* \['sad'\]"):
        plotting_scores.against_truth({"perceptron": LEARNED, "counting": less}, TRUTH, GROUPS)


def test_confusion_writes_each_count_in_its_place_darker_for_a_larger_share_of_its_row():
    matrix = np.array([[8, 2, 0], [0, 0, 0], [1, 1, 30]])
    plotting_scores.confusion({"few": matrix, "many": matrix.T}, ["a", "b", "c"])
    left, right = plt.gcf().axes
    written = {text.get_position(): text.get_text() for text in left.texts}
    assert written[(1, 0)] == "2"  # x is the column
    assert written[(0, 2)] == "1"
    shades = np.asarray(left.images[0].get_array())
    assert shades.round(2).tolist() == [[0.8, 0.2, 0], [0, 0, 0], [0.03, 0.03, 0.94]]
    assert (left.get_xlabel(), left.get_ylabel(), right.get_title(loc="left")) == (
        "taken for",
        "true class",
        "many",
    )
    assert [label.get_text() for label in left.get_yticklabels()] == ["a", "b", "c"]


def test_a_matrix_of_another_shape_is_refused():
    with pytest.raises(ValueError, match=r"expected 3 rows and columns, received shape \(2, 3\)"):
        plotting_scores.confusion({"few": np.zeros((2, 3))}, ["a", "b", "c"])


def test_contributions_are_bars_in_order_with_bias_and_sum():
    plotting_scores.contributions(["not", "great"], [-3.0, 1.5], 0.25, title="sad")
    axes = plt.gca()
    assert [bar.get_width() for bar in axes.patches] == [-3.0, 1.5, 0.25, -1.25]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["not", "great", "(bias)", "sum"]
    assert axes.get_ylim()[0] > axes.get_ylim()[1], "the first word stands on top"
    below, above = axes.patches[0].get_facecolor(), axes.patches[1].get_facecolor()
    assert below != above
    assert axes.get_title(loc="left") == "sad"


def test_a_word_too_few_is_refused():
    with pytest.raises(ValueError, match="expected 2 scores, one for each word, received 1"):
        plotting_scores.contributions(["not", "great"], [1.0], 0)
