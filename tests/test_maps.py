"""Maps of words: every name is there, beside its point, and none over another."""

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_hex

from course_utils.models import maps
from course_utils.models.plotting import COLOURS, TRUTH

FRUIT, BRANDS = ["pear", "banana", "strawberry"], ["samsung", "nokia"]
WORDS = [*FRUIT, *BRANDS, "apple"]


@pytest.fixture(autouse=True)
def _no_window():
    with matplotlib.rc_context({"backend": "Agg"}):
        yield
        plt.close("all")


def names_of(axes, words):
    return [text for text in axes.texts if text.get_text() in words]


def crowd(count, spread, seed=1):
    return np.random.default_rng(seed).normal(size=(count, 2)) * spread


@pytest.mark.parametrize("coordinates", [crowd(6, 0.01), np.zeros((6, 2)), crowd(6, 1000)])
def test_no_two_names_overlap_in_the_rendered_figure(coordinates):
    maps.word_map(coordinates, WORDS, {"fruit": FRUIT, "brands": BRANDS}, title="", marked=["apple"])
    plt.gcf().canvas.draw()
    names = names_of(plt.gca(), WORDS)
    assert sorted(name.get_text() for name in names) == sorted(WORDS)
    assert maps.overlapping(names) == []


def test_no_two_names_overlap_where_forty_words_crowd_in_five_places():
    words = [f"{kind}{i}" for kind in ("animal", "city", "day", "fruit", "brand") for i in range(8)]
    centres = np.repeat(crowd(5, 5.0), 8, axis=0)
    maps.word_map(centres + crowd(40, 0.1), words, {}, title="a crowd")
    plt.gcf().canvas.draw()
    assert maps.overlapping(names_of(plt.gca(), words)) == []


def test_overlapping_names_are_found():
    figure, axes = plt.subplots()
    names = [axes.text(0.5, 0.5, "apple"), axes.text(0.52, 0.5, "pear"), axes.text(0.1, 0.1, "plum")]
    figure.canvas.draw()
    assert maps.overlapping(names) == [("apple", "pear")]


def test_points_stand_where_the_coordinates_say():
    coordinates = crowd(6, 1)
    maps.word_map(coordinates, WORDS, {}, title="")
    points = [(line.get_xdata()[0], line.get_ydata()[0]) for line in plt.gca().lines]
    assert points == [tuple(row) for row in coordinates.tolist()]


def test_names_have_their_groups_colour_and_marked_ones_are_bold():
    groups = {"fruit": FRUIT, "brands": BRANDS}
    maps.word_map(crowd(6, 1), WORDS, groups, title="where?", marked=["apple"])
    axes = plt.gca()
    colours = {name.get_text(): name.get_color() for name in axes.texts}
    assert {colours[word] for word in [*FRUIT, "fruit"]} == {COLOURS[0]}
    assert {colours[word] for word in [*BRANDS, "brands"]} == {COLOURS[1]}
    assert colours["apple"] == TRUTH
    assert [to_hex(line.get_color()) for line in axes.lines][:4] == [COLOURS[0].lower()] * 3 + [
        COLOURS[1].lower()
    ]
    assert {name.get_text() for name in axes.texts if name.get_weight() == "bold"} == {"apple"}
    assert axes.get_title(loc="left") == "where?"


def test_distances_are_the_same_in_both_directions():
    maps.word_map(crowd(6, 1) * [30, 1], WORDS, {}, title="")
    axes = plt.gca()
    plt.gcf().canvas.draw()
    (x0, y0), (x1, y1) = axes.transData.transform([(0, 0), (1, 1)])
    assert x1 - x0 == pytest.approx(y1 - y0)


def test_the_same_map_is_drawn_again():
    places = []
    for _ in range(2):
        maps.word_map(crowd(6, 0.01), WORDS, {}, title="")
        places.append([name.get_position() for name in plt.gca().texts])
    assert places[0] == places[1]


def test_names_that_have_no_room_are_refused(monkeypatch):
    monkeypatch.setattr(maps, "ROUNDS", 1)
    words = [f"name {i}" for i in range(50)]
    with pytest.raises(ValueError, match="expected few enough words to keep their names apart, received 50"):
        maps.word_map(np.zeros((50, 2)), words, {}, title="")
    assert plt.get_fignums() == []


def test_too_many_words_for_a_map_are_refused_at_once():
    words = [str(i) for i in range(3000)]
    with pytest.raises(ValueError, match="expected at most 150 words on a map, received 3000"):
        maps.word_map(np.zeros((3000, 2)), words, {}, title="")


def test_coordinates_of_another_shape_are_refused():
    with pytest.raises(
        ValueError, match=r"expected coordinates of shape \(N, 2\) = \(6, 2\), received \(6, 3\)"
    ):
        maps.word_map(np.zeros((6, 3)), WORDS, {}, title="")


def test_more_groups_than_colours_are_refused():
    groups = {str(i): [] for i in range(7)}
    with pytest.raises(ValueError, match="expected at most 6 groups, received 7"):
        maps.word_map(np.zeros((6, 2)), WORDS, groups, title="")
