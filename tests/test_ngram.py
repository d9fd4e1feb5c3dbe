"""The fast n-gram models against slow definitions, nltk, and what KenLM made of the same text."""

import json
import math
from collections import Counter
from itertools import accumulate
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from course_utils.checks import oracles
from course_utils.models.ngram import (
    AddK,
    KneserNey,
    ModifiedKneserNey,
    NGramCounts,
    NGramModel,
    StupidBackoff,
    Vocabulary,
)
from course_utils.models.ngram_counts import sort_keys
from course_utils.models.smoothing import adjusted_counts

KENLM = Path(__file__).parent / "files" / "kenlm"
BEAR = [["the", "bear", "ate"], ["the", "bear", "slept"], ["a", "bear", "ate", "the", "fish"]]

corpora = st.lists(st.lists(st.sampled_from("abcd"), max_size=7), min_size=1, max_size=13)
new_sentences = st.lists(st.lists(st.sampled_from("abcdxyz"), max_size=5), min_size=1, max_size=3)
orders = st.integers(1, 10)
probabilistic = st.sampled_from([AddK(1), AddK(0.03), KneserNey(), KneserNey(0.7), ModifiedKneserNey()])


def trained(sentences, order, smoothing):
    return NGramModel(NGramCounts.from_sentences(sentences, order), smoothing)


def tables(sentences, order):
    return {n: oracles.count_ngrams(sentences, n) for n in range(1, order + 1)}


def predictions(sentences, order):
    """Every (context, word) of the sentences, the context order-1 tokens long."""
    for sentence in sentences:
        padded = ["<s>"] * (order - 1) + sentence + ["</s>"]
        for end in range(order - 1, len(padded)):
            yield tuple(padded[end - order + 1 : end]), padded[end]


def known(sentences):
    return {word for sentence in sentences for word in sentence}


def slow_discounts(counts, modified):
    """D1, D2, D3+ of one order by the papers' formulas, or what stands in where they say nothing."""
    n = Counter(count for followers in counts.values() for count in followers.values())
    if not modified:
        d = n[1] / (n[1] + 2 * n[2]) if n[1] and n[2] else 0.5
        return d, d, d
    if n[1] and n[2] and n[3]:
        y = n[1] / (n[1] + 2 * n[2])
        d = 1 - 2 * y * n[2] / n[1], 2 - 3 * y * n[3] / n[2], 3 - 4 * y * n[4] / n[3]
        if min(d) > 0:
            return d
    return 0.5, 1.0, 1.5


def slow_kneser_ney(adjusted, context, word, modified, size):
    """Chen & Goodman's interpolated form, one context after the other, shortest first."""
    probability = 1 / size
    for length in range(len(context) + 1):
        discounts = slow_discounts(adjusted[length + 1], modified)
        followers = adjusted[length + 1].get(context[len(context) - length :], {})
        if followers:
            taken = {w: discounts[min(count, 3) - 1] for w, count in followers.items()}
            kept = followers.get(word, 0) - taken.get(word, 0)
            probability = (kept + sum(taken.values()) * probability) / sum(followers.values())
    return probability


# Counts


@given(corpora, orders)
def test_counts_equal_slow_counting(sentences, order):
    counts = NGramCounts.from_sentences(sentences, order)
    names = [*counts.vocabulary.tokens, "<s>"]
    for m in range(1, order + 1):
        seen = zip(counts.ngrams(m).tolist(), counts.table(m).counts.tolist(), strict=True)
        fast = {tuple(names[i] for i in ngram): count for ngram, count in seen if count}
        slow = oracles.count_ngrams(sentences, m)
        assert fast == {(*context, w): count for context, f in slow.items() for w, count in f.items()}


@given(corpora, orders)
def test_adjusted_counts_equal_slow_ones(sentences, order):
    counts = NGramCounts.from_sentences(sentences, order)
    names = [*counts.vocabulary.tokens, "<s>"]
    slow = oracles.continuation_tables(tables(sentences, order))
    for m in range(1, order + 1):
        seen = zip(counts.ngrams(m).tolist(), adjusted_counts(counts, m).tolist(), strict=True)
        fast = {tuple(names[i] for i in ngram): count for ngram, count in seen if count}
        assert fast == {(*context, w): count for context, f in slow[m].items() for w, count in f.items()}


@example([1, -7], 2**59)
@given(st.lists(st.integers(-7, 7), min_size=1, max_size=13), st.sampled_from([1, 2**37, 2**59]))
def test_keys_of_any_size_are_sorted_with_their_places(keys, scale):
    keys = np.array(keys) * scale  # the largest leave no room for a place beside them
    in_order, places = sort_keys(keys)
    assert in_order.tolist() == sorted(keys)
    assert places.tolist() == sorted(range(len(keys)), key=keys.__getitem__)


def test_count_of_one_ngram():
    counts = NGramCounts.from_sentences(BEAR, 3)
    assert counts.count(["bear", "ate"]) == 2
    assert counts.count(["<s>", "<s>", "the"]) == 2
    assert counts.count(["<s>", "the", "bear"]) == 2
    assert counts.count(["ate", "</s>"]) == 1
    assert counts.count(["fish", "ate"]) == 0
    assert counts.count(["whale"]) == 0
    with pytest.raises(ValueError, match="expected an order from 1 to 3, received 4"):
        counts.count(["a", "bear", "ate", "the"])
    with pytest.raises(ValueError, match="with a word after its <s>"):
        counts.count(["<s>", "<s>"])


@given(corpora, new_sentences, st.integers(1, 5))
def test_unseen_share_equals_slow_counting(sentences, test, order):
    shares = trained(sentences, order, AddK()).unseen_share(test)
    assert shares.shape == (order,)
    vocabulary = known(sentences)
    mapped = [[w if w in vocabulary else "<unk>" for w in sentence] for sentence in test]
    for m, share in enumerate(shares, 1):
        seen = oracles.count_ngrams(sentences, m)
        flags = [word not in seen.get(context, {}) for context, word in predictions(mapped, m)]
        assert share == pytest.approx(sum(flags) / len(flags))


# Vocabulary


def test_vocabulary_is_sorted_and_counts_every_predictable_token():
    vocabulary = Vocabulary.from_sentences(BEAR)
    assert vocabulary.tokens == ("<unk>", "</s>", "a", "ate", "bear", "fish", "slept", "the")
    assert len(vocabulary) == vocabulary.start_id == 8
    assert vocabulary.encode(["the", "whale", "<unk>"]).tolist() == [7, 0, 0]
    ids, starts = vocabulary.encode_sentences([["a"], [], ["bear", "ate"]])
    assert ids.tolist() == [2, 1, 1, 4, 3, 1]
    assert starts.tolist() == [0, 2, 3]


def test_unknown_in_the_text_is_the_unknown_of_the_vocabulary():
    counts = NGramCounts.from_sentences([["the", "<unk>", "<unk>"]], 2)
    assert counts.vocabulary.tokens == ("<unk>", "</s>", "the")
    assert counts.count(["<unk>"]) == counts.count(["whale"]) == 2


def test_rare_words_become_unknown_and_are_counted_so():
    vocabulary = Vocabulary.from_sentences(BEAR, min_count=2)
    assert vocabulary.tokens == ("<unk>", "</s>", "ate", "bear", "the")
    counts = NGramCounts.from_sentences(BEAR, 2, vocabulary)
    assert counts.count(["<unk>"]) == 3  # slept, a, fish
    assert counts.count(["slept", "</s>"]) == 2  # fish, too


# Probabilities


@given(corpora, new_sentences, orders, st.floats(0.05, 0.95))
def test_kneser_ney_equals_the_oracle(sentences, test, order, discount):
    model = trained(sentences, order, KneserNey(discount))
    adjusted = oracles.continuation_tables(tables(sentences, order))
    slow = [
        math.log(oracles.kneser_ney_probability(adjusted, context, word, discount, len(known(sentences)) + 2))
        for context, word in predictions(test, order)
    ]
    assert model.log_probabilities(test) == pytest.approx(slow, abs=1e-9)


@pytest.mark.parametrize("modified", [False, True])
@given(corpora, new_sentences, orders)
def test_estimated_discounts_equal_the_slow_formulas(modified, sentences, test, order):
    model = trained(sentences, order, ModifiedKneserNey() if modified else KneserNey())
    adjusted = oracles.continuation_tables(tables(sentences, order))
    slow = [
        math.log(slow_kneser_ney(adjusted, context, word, modified, len(known(sentences)) + 2))
        for context, word in predictions(test, order)
    ]
    assert model.log_probabilities(test) == pytest.approx(slow, abs=1e-9)


def test_discount_estimates_by_hand():
    # 7 n-grams once, 3 twice, 2 three times, 1 four times: Y = 7/13
    adjusted = np.array([0, *[1] * 7, *[2] * 3, *[3] * 2, 4])
    assert KneserNey().discounts(adjusted) == pytest.approx([0, 7 / 13, 7 / 13, 7 / 13])
    y = 7 / 13
    by_hand = [0, 1 - 2 * y * 3 / 7, 2 - 3 * y * 2 / 3, 3 - 4 * y * 1 / 2]
    assert ModifiedKneserNey().discounts(adjusted) == pytest.approx(by_hand)


def test_discounts_fall_back_where_the_formula_says_nothing():
    for adjusted in ([1, 1], [2, 2], [5]):
        assert KneserNey().discounts(np.array(adjusted)) == pytest.approx([0, 0.5, 0.5, 0.5])
    for adjusted in ([1, 1, 2], [1, 2, *[3] * 9]):  # no threes; D2 = 2 - 3 * 1/3 * 9 below 0
        assert ModifiedKneserNey().discounts(np.array(adjusted)) == pytest.approx([0, 0.5, 1, 1.5])


@given(corpora, new_sentences, orders, st.floats(0.01, 5))
def test_add_k_equals_the_oracle(sentences, test, order, k):
    counts = oracles.count_ngrams(sentences, order)
    vocabulary = known(sentences)
    slow = [
        math.log(oracles.add_k_probability(counts, context, word, k, len(vocabulary) + 2))
        for context, word in predictions(test, order)
    ]
    assert trained(sentences, order, AddK(k)).log_probabilities(test) == pytest.approx(slow, abs=1e-9)


@given(corpora, orders, probabilistic, st.lists(st.sampled_from("abcdxyz"), max_size=11))
def test_probabilities_sum_to_one_after_any_context(sentences, order, smoothing, context):
    probabilities = trained(sentences, order, smoothing).next_word_probabilities(context)
    assert probabilities.shape == (len(known(sentences)) + 2,)
    assert probabilities.min() > 0
    assert probabilities.sum() == pytest.approx(1, abs=1e-9)


@given(corpora, orders, probabilistic, st.lists(st.sampled_from("abcdx"), max_size=5))
def test_scoring_a_sentence_multiplies_next_word_probabilities(sentences, order, smoothing, sentence):
    model = trained(sentences, order, smoothing)
    ids = [*model.counts.vocabulary.encode(sentence), 1]
    contexts = accumulate(sentence, lambda so_far, word: [*so_far, word], initial=[])
    slow = [math.log(model.next_word_probabilities(c)[i]) for c, i in zip(contexts, ids, strict=True)]
    assert model.log_probabilities([sentence]) == pytest.approx(slow, abs=1e-9)


def test_start_markers_before_a_context_change_nothing():
    model = trained(BEAR, 3, KneserNey())
    plain = model.next_word_probabilities(["the"])
    assert model.next_word_probabilities(["<s>", "<s>", "the"]) == pytest.approx(plain, abs=0)


def test_scores_of_stupid_backoff():
    model = trained(BEAR, 3, StupidBackoff(0.4))
    # bear after <s> <s> and after <s> was never seen; c(bear) = 3 of 14 tokens
    scores = np.exp(model.log_probabilities([["bear", "slept"], ["whale"]]))
    assert scores == pytest.approx([0.16 * 3 / 14, 0.4 * 1 / 3, 1, 0, 0.16 * 3 / 14])
    assert model.next_word_probabilities(["bear"]).sum() == pytest.approx(1)


# Peers


@pytest.mark.parametrize("order", ["2", "3", "5"])
def test_equals_kenlm_on_the_same_text(order):
    """recorded.json was made by lmplz and kenlm: see record.py beside it."""
    recorded = json.loads((KENLM / "recorded.json").read_text())[order]
    train, test = (
        [s.split() for s in (KENLM / f"{name}.txt").read_text().splitlines()] for name in ("train", "test")
    )
    model = trained(train, int(order), ModifiedKneserNey())
    discounts = [
        model.smoothing.discounts(adjusted_counts(model.counts, m + 1))[1:] for m in range(int(order))
    ]
    assert np.array(discounts) == pytest.approx(np.array(recorded["discounts"]), rel=1e-4)
    assert model.perplexity(test) == pytest.approx(recorded["perplexity"], rel=1e-5)  # promised: 1e-2
    assert model.log_probabilities(test) / math.log(10) == pytest.approx(recorded["log10"], abs=1e-5)


NLTK_TEXT = [sentence.split() for sentence in (KENLM / "train.txt").read_text().splitlines()[:211]]
REVERSED = [sentence[::-1] for sentence in NLTK_TEXT[::17]]  # many n-grams never seen


def nltk_trained(kind, **options):
    """A trigram model of nltk's on our padding, without n-grams that end in `<s>`: it is never predicted."""
    from nltk.lm import Vocabulary as NltkVocabulary
    from nltk.util import everygrams

    model = kind(order=3, vocabulary=NltkVocabulary([*known(NLTK_TEXT), "</s>"]), **options)
    padded = (["<s>", "<s>", *sentence, "</s>"] for sentence in NLTK_TEXT)
    model.fit([ngram for ngram in everygrams(tokens, max_len=3) if ngram[-1] != "<s>"] for tokens in padded)
    return model


def test_add_k_equals_nltk():
    from nltk.lm import Lidstone

    peer = nltk_trained(Lidstone, gamma=0.3)
    expected = [peer.score(word, context) for context, word in predictions(REVERSED, 3)]
    scores = np.exp(trained(NLTK_TEXT, 3, AddK(0.3)).log_probabilities(REVERSED))
    assert scores == pytest.approx(expected, rel=1e-9)


def test_stupid_backoff_equals_nltk():
    from nltk.lm import StupidBackoff as NltkStupidBackoff

    peer = nltk_trained(NltkStupidBackoff, alpha=0.4)
    expected = [peer.score(word, context) for context, word in predictions(REVERSED, 3)]
    scores = np.exp(trained(NLTK_TEXT, 3, StupidBackoff(0.4)).log_probabilities(REVERSED))
    assert scores == pytest.approx(expected, rel=1e-9)


def test_kneser_ney_equals_nltk_at_every_order_above_the_lowest():
    """nltk's lowest order stops short of 1/V and it counts contexts with `<s>` otherwise; the rest agrees."""
    from nltk.lm import KneserNeyInterpolated

    peer = nltk_trained(KneserNeyInterpolated, discount=0.6)
    model = trained(NLTK_TEXT, 3, KneserNey(0.6))
    ids = dict(zip(model.counts.vocabulary.tokens, range(999), strict=False))
    middles = [(c, w) for c, w in predictions(NLTK_TEXT[::41], 3) if "<s>" not in c]
    assert len(middles) > 31
    for context, word in middles:
        lower = model.weights[0].probability[ids[word]]
        for shorter in (context[1:], context):
            alpha, gamma = peer.estimator.alpha_gamma(word, shorter)
            lower = alpha + gamma * lower
        assert model.next_word_probabilities(context)[ids[word]] == pytest.approx(lower, rel=1e-9)


# Perplexity, suggestions, generation


def test_perplexity_is_the_oracles_and_counts_the_end():
    model = trained(BEAR, 2, KneserNey(0.5))
    test = [["the", "whale"], ["a"]]
    logs = model.log_probabilities(test)
    assert logs.shape == (5,)
    assert model.perplexity(test) == pytest.approx(oracles.perplexity(logs.tolist()))


def test_a_new_word_costs_as_much_as_unknown():
    model = trained(BEAR, 2, ModifiedKneserNey())
    assert model.perplexity([["the", "whale"]]) == model.perplexity([["the", "<unk>"]])
    assert model.perplexity([["the", "whale"]]) > model.perplexity([["the", "bear"]])


@given(corpora, orders, probabilistic, st.lists(st.sampled_from("abcdx"), max_size=3), st.integers(1, 5))
def test_suggestions_are_the_likeliest_words_ties_by_alphabet(sentences, order, smoothing, context, k):
    model = trained(sentences, order, smoothing)
    probabilities = dict(
        zip(model.counts.vocabulary.tokens, model.next_word_probabilities(context).tolist(), strict=True)
    )
    ranked = sorted(known(sentences), key=lambda word: (-probabilities[word], word))
    assert model.suggest(context, k) == ranked[:k]


def test_generation_repeats_for_a_seed_and_differs_between_seeds():
    model = trained(BEAR, 3, KneserNey(0.5))
    sentences = [tuple(model.generate(np.random.default_rng(seed), 7)) for seed in range(11)]
    again = [tuple(model.generate(np.random.default_rng(seed), 7)) for seed in range(11)]
    assert again == sentences
    assert len(set(sentences)) > 3
    assert set().union(*sentences) <= known(BEAR)
    assert max(map(len, sentences)) <= 7


def test_generation_draws_in_proportion_to_the_probabilities():
    model = trained(BEAR, 2, AddK(0.5))
    rng = np.random.default_rng(5)
    drawn = Counter(tuple(model.generate(rng, 1, ["bear"])) for _ in range(2000))
    probabilities = model.next_word_probabilities(["bear"])
    probabilities /= 1 - probabilities[0]  # <unk> is never drawn
    shares = [drawn[(word,)] / 2000 for word in ("ate", "slept")] + [drawn[()] / 2000]
    assert shares == pytest.approx([probabilities[3], probabilities[6], probabilities[1]], abs=0.06)


def test_generation_never_draws_unknown():
    vocabulary = Vocabulary.from_sentences(BEAR, min_count=3)
    assert vocabulary.tokens == ("<unk>", "</s>", "bear", "the")
    model = NGramModel(NGramCounts.from_sentences(BEAR, 2, vocabulary), KneserNey(0.5))
    rng = np.random.default_rng(7)
    assert model.next_word_probabilities(["bear"])[0] > 0.7
    assert {word for _ in range(31) for word in model.generate(rng, 11)} == {"bear", "the"}


def test_generation_goes_on_from_a_context():
    model = trained([["the", "bear", "ate", "honey"]] * 97, 3, StupidBackoff(1e-9))
    rng = np.random.default_rng(3)
    assert model.generate(rng, 11) == ["the", "bear", "ate", "honey"]
    assert model.generate(rng, 11, ["the", "bear"]) == ["ate", "honey"]
    assert model.generate(rng, 1, ["the", "bear"]) == ["ate"]


# ARPA files


def read_arpa(path):
    """{ngram: (log10 probability, log10 back-off)}; the sections must be as long as the header announces."""
    announced, found, ngrams = {}, Counter(), {}
    for line in path.read_text().splitlines():
        if line.startswith("ngram "):
            order, count = line.removeprefix("ngram ").split("=")
            announced[int(order)] = int(count)
        elif "\t" in line:
            log, words, *backoff = line.split("\t")
            ngrams[tuple(words.split())] = float(log), float(backoff[0]) if backoff else 0.0
            found[len(words.split())] += 1
    assert found == announced
    return ngrams


def arpa_score(ngrams, context, word):
    if (*context, word) in ngrams:
        return ngrams[*context, word][0]
    return ngrams.get(context, (0, 0))[1] + arpa_score(ngrams, context[1:], word)


def one_start(context):
    return one_start(context[1:]) if context[:2] == ("<s>", "<s>") else context


@pytest.mark.parametrize("order", [1, 2, 3, 5])
@pytest.mark.parametrize("smoothing", [KneserNey(), ModifiedKneserNey()])
def test_arpa_file_scores_as_the_model(tmp_path, order, smoothing):
    model = trained(BEAR, order, smoothing)
    model.to_arpa(tmp_path / "model.arpa")
    ngrams = read_arpa(tmp_path / "model.arpa")
    assert not [ngram for ngram in ngrams if ngram[:2] == ("<s>", "<s>")]
    test = [["the", "bear", "ate"], ["fish", "bear"], []]
    expected = [arpa_score(ngrams, one_start(context), word) for context, word in predictions(test, order)]
    assert model.log_probabilities(test) / math.log(10) == pytest.approx(expected, abs=1e-5)


def test_arpa_needs_back_off_weights_and_words_without_blanks(tmp_path):
    with pytest.raises(ValueError, match=r"expected Kneser-Ney smoothing .* received AddK\(k=1\)"):
        trained(BEAR, 2, AddK(1)).to_arpa(tmp_path / "model.arpa")
    with pytest.raises(ValueError, match=r"without white space .* received 'New York'"):
        trained([["New York"]], 2, KneserNey()).to_arpa(tmp_path / "model.arpa")
    assert list(tmp_path.iterdir()) == []


# Wrong input


@pytest.mark.parametrize(
    ("sentences", "error", "message"),
    [
        (
            "the bear",
            TypeError,
            "expected a list of sentences, each a list of tokens; received str 'the bear'",
        ),
        (["the bear"], TypeError, "sentence 0 is str 'the bear'"),
        ([["the"], None], TypeError, "sentence 1 is NoneType None"),
        (iter([["the"]]), TypeError, "received list_iterator"),
        ([], ValueError, "received an empty corpus"),
        ([["the", 7]], TypeError, "expected every token to be a str, received int 7"),
        ([["the", ["bear"]]], TypeError, r"expected every token to be a str, received list \['bear'\]"),
        ([["<s>", "the"]], ValueError, "expected sentences without markers, .* received '<s>'"),
        ([["the", "</s>"]], ValueError, "expected sentences without markers, .* received '</s>'"),
    ],
)
def test_wrong_sentences_are_named(sentences, error, message):
    model = trained(BEAR, 2, AddK())
    with pytest.raises(error, match=message):
        NGramCounts.from_sentences(sentences, 2)
    with pytest.raises(error, match=message):
        Vocabulary.from_sentences(sentences, min_count=2)
    with pytest.raises(error, match=message):
        model.log_probabilities(sentences)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: NGramCounts.from_sentences(BEAR, 0), "expected order to be a whole number .* received 0"),
        (
            lambda: NGramCounts.from_sentences(BEAR, 2.5),
            "expected order to be a whole number .* received 2.5",
        ),
        (lambda: Vocabulary.from_sentences(BEAR, 0), "expected min_count to be .* at least 1, received 0"),
        (lambda: AddK(0), "expected k to be a positive number, received 0"),
        (lambda: AddK(math.nan), "expected k to be a positive number, received nan"),
        (lambda: StupidBackoff(1), "expected factor to be between 0 and 1, both excluded, received 1"),
        (lambda: KneserNey(1.0), "expected discount to be between 0 and 1, both excluded, received 1.0"),
        (lambda: KneserNey(0.0), "expected discount to be between 0 and 1, both excluded, received 0.0"),
        (lambda: trained(BEAR, 2, AddK()).suggest(["the"], 0), "expected k to be .* at least 1, received 0"),
        (
            lambda: trained(BEAR, 2, AddK()).generate(np.random.default_rng(0), 0),
            "expected max_words to be .* at least 1, received 0",
        ),
        (
            lambda: trained(BEAR, 2, StupidBackoff()).perplexity(BEAR),
            r"received scores: those of StupidBackoff\(factor=0.4\) do not sum to 1",
        ),
        (
            lambda: trained(BEAR, 2, AddK()).next_word_probabilities(["</s>"]),
            "expected sentences without markers, .* received '</s>'",
        ),
    ],
)
def test_wrong_values_are_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize("context", ["the bear", None])
def test_a_context_is_a_list_of_tokens(context):
    model = trained(BEAR, 2, AddK())
    for call in (model.next_word_probabilities, model.suggest, model.counts.count):
        with pytest.raises(TypeError, match="expected a list of tokens, received"):
            call(context)
