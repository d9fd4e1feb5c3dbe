"""The figure of heads: a map each, words at the edges, true links framed."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pytest

from course_utils.models import plotting_heads

SOURCE, TARGET = ["mária", "almát", "evett"], ["mary", "ate", "an", "apple", "."]


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def drawn(shape=(2, 7, 5, 3), **options):
    weights = np.random.default_rng(0).random(shape)
    plotting_heads.heads(weights, SOURCE, TARGET, **options)
    return weights, plt.gcf().axes


def test_a_map_for_each_head_in_the_order_of_the_layers():
    weights, panels = drawn()
    assert len(panels) == 2 * 7
    for panel, wanted in zip(panels, weights.reshape(14, 5, 3), strict=True):
        assert np.array_equal(panel.images[0].get_array(), wanted)
    assert [panels[k].get_xlabel() for k in (0, 6, 7)] == [
        "layer 1, head 1",
        "layer 1, head 7",
        "layer 2, head 1",
    ]


def test_words_stand_at_the_upper_and_the_left_edge_alone():
    _, panels = drawn()
    above = [[label.get_text() for label in panel.get_xticklabels()] for panel in panels]
    assert above[:7] == [SOURCE] * 7
    assert above[7:] == [[""] * 3] * 7
    beside = [[label.get_text() for label in panel.get_yticklabels()] for panel in panels]
    assert [words for words in beside if words] == [TARGET, TARGET]
    assert beside[0] == beside[7] == TARGET


def test_true_links_are_framed_in_every_map():
    _, panels = drawn(gold=[(1, 3), (2, 1)])
    for panel in panels:
        corners = {(patch.get_x() + 0.5, patch.get_y() + 0.5) for patch in panel.patches}
        assert corners == {(1, 3), (2, 1)}


@pytest.mark.parametrize("shape", [(2, 5, 3), (0, 7, 5, 3)])
def test_weights_of_another_kind_are_refused(shape):
    with pytest.raises(ValueError, match=r"expected weights of shape \(L, H, T, S\), received \("):
        drawn(shape)


def test_weights_that_do_not_fit_the_sentences_are_refused():
    with pytest.raises(ValueError, match=r"\(T, S\) = \(5, 3\), received \(3, 5\)"):
        drawn((2, 7, 3, 5))
