"""Hidden checks of lab 04, embeddings."""

import math

import numpy as np

from course_utils.checks.arrays import expect_arrays_close
from course_utils.checks.asserts import expect, expect_equal, expect_same_counts
from course_utils.checks.lab_04_embeddings import oracles
from course_utils.checks.lab_04_embeddings.material import draw
from course_utils.checks.lab_04_embeddings.neighbours import neighbours_of
from course_utils.checks.lab_04_embeddings.pairs import pairs_of
from course_utils.grading.hidden import exercise


@exercise("4.1").check()
def takes_any_ids(candidate, rng):
    """start, end and words may have any ids, also large ones"""
    start, end = (int(id) for id in 50_000 + rng.choice(99, size=2, replace=False))
    sentences = [[int(id) for id in rng.integers(0, 40_000, size=size)] for size in (3, 0, 17, 1)]
    for n in (2, 7):
        got = candidate(sentences, n, start, end)
        contexts, following = oracles.windows(sentences, n, start, end)
        expect_equal(np.asarray(got[0]).tolist(), contexts, f"n = {n}, <s> = {start}, </s> = {end}: other contexts")
        expect_equal(np.asarray(got[1]).tolist(), following, f"n = {n}, <s> = {start}, </s> = {end}: other ids follow")


@exercise("4.2").check()
def has_any_sizes(candidate, rng):
    """vocabulary, context, width and hidden layer have the sizes that were asked for"""
    for vocabulary, n, width, hidden in ((5, 2, 3, 2), (17, 6, 2, 13)):
        shapes = (vocabulary + 1, width), (width * (n - 1), hidden), (hidden,), (hidden, vocabulary), (vocabulary,)
        model, weights = candidate(vocabulary, n, width, hidden), [draw(rng, *shape) for shape in shapes]
        contexts = rng.integers(0, vocabulary + 1, size=(7, n - 1))
        model(contexts)
        model.set_weights(weights)
        expected = np.array([oracles.logits(context, weights) for context in contexts])
        problem = f"V = {vocabulary}, n = {n}, width {width}, hidden {hidden}: the logits differ"
        expect_arrays_close(model(contexts), expected, problem, tolerance=1e-4)


@exercise("4.3").check()
def keeps_neighbours_that_are_equally_near(candidate, rng):
    """two words of the same vector are two neighbours"""
    words = [str(word) for word in rng.permutation(["bear", "cat", "puss", "kitty", "tower"])]
    places = {"bear": (1.0, 0.0), "tower": (-1.0, 0.25)}
    vectors = np.array([places.get(word, (2.0, 1.0)) for word in words])
    got = neighbours_of(candidate, vectors, words, "bear", 4)
    expect_equal(sorted(word for word, _ in got[:3]), ["cat", "kitty", "puss"], "three words have one vector")
    expect_equal([word for word, _ in got[3:]], ["tower"], "behind the three comes the one that is left")


@exercise("4.4").check()
def pairs_a_long_text(candidate, rng):
    """a text of thousands of words has its pairs, too"""
    words = [int(word) for word in rng.integers(0, 99, size=2_003)]
    for window in (1, 4):
        expected = {}
        for shift in range(1, window + 1):
            for pair in zip(words, words[shift:], strict=False):
                for each in (pair, pair[::-1]):
                    expected[each] = expected.get(each, 0) + 1
        expect_same_counts(pairs_of(candidate, words, window), expected, f"2,003 words, window {window}")


@exercise("4.5").check()
def takes_many_negatives(candidate, rng):
    """each of many negatives counts, at any width"""
    for pairs, negatives, width in ((2, 29, 3), (11, 5, 64), (1, 1, 1)):
        vectors = [
            draw(rng, *shape) / 3 for shape in ((pairs, width), (pairs, width), (pairs, negatives, width))
        ]
        expected = oracles.negative_sampling_loss(*vectors)
        problem = f"{pairs} pairs, {negatives} negatives, width {width}: the losses differ"
        expect_arrays_close(candidate(*vectors), expected, problem, tolerance=1e-4)


@exercise("4.6").check()
def leaves_the_step_to_the_optimizer(candidate, rng):
    """how far a step goes is the optimizer's business"""
    rate, momentum = 0.03, 0.6
    model, tables = candidate(17, 3), [draw(rng, 17, 3), draw(rng, 17, 3)]
    model.set_weights(tables)
    settings = {"learning_rate": rate, "momentum": momentum}
    model.invoke("compile", optimizer={"class_name": "SGD", "config": settings})
    velocities = [np.zeros((17, 3)), np.zeros((17, 3))]
    for _ in range(3):
        centres, candidates = rng.integers(0, 17, size=5), rng.integers(0, 17, size=(5, 6))
        slopes = oracles.skipgram_slopes(*tables, centres, candidates)
        model.invoke("train_step", (centres, candidates))
        velocities = [momentum * v - rate * slope for v, slope in zip(velocities, slopes, strict=True)]
        tables = [table + v for table, v in zip(tables, velocities, strict=True)]
    for got, expected, name in zip(model.weights, tables, ("centres", "contexts"), strict=True):
        expect_arrays_close(got, expected, f"three steps with momentum: the table {name} differs", tolerance=1e-3)


@exercise("4.7").check()
def takes_the_best_of_bad_answers(candidate, rng):
    """the nearest word is the answer, however far away it is"""
    angles = {"bear": 181, "bears": -7, "dog": 5, "honey": 140, "phone": 175, "tower": 200}
    words = [str(word) for word in rng.permutation(list(angles))]
    vectors = np.array([[math.cos(math.radians(angles[w])), math.sin(math.radians(angles[w]))] for w in words])
    got = candidate(vectors, words, "bear", "bears", "dog")
    expect(got == "honey", "all other words point away from where the step leads", expected="honey", got=got)
