"""Answers to exercise 6.6, ngram_precision(hypotheses, references, n)."""

from __future__ import annotations

from collections import Counter
from itertools import chain

import sacrebleu

from tests.mutants.lab_06_seq2seq.bank import BANK


def ngrams(tokens, n):
    return [tuple(tokens[start : start + n]) for start in range(len(tokens) - n + 1)]


def both(said, asked):
    """How often both have an n-gram, summed."""
    return sum((Counter(said) & Counter(asked)).values())


def counted(hypotheses, references, n, found=both, total=lambda said, asked: len(said)):
    pairs = [(ngrams(said, n), ngrams(asked, n)) for said, asked in zip(hypotheses, references, strict=True)]
    whole = sum(total(said, asked) for said, asked in pairs)
    return sum(found(said, asked) for said, asked in pairs) / whole if whole else 0.0


def mutant(check, *says):
    return BANK.mutant("6.6", rejected_by=check, says=says)


FOUND, REPEATS, SAID, ALL, SHORT = (
    "counts_what_is_found",
    "repeating_a_word_does_not_pay",
    "is_divided_by_what_was_said",
    "counts_over_all_sentences",
    "short_sentences_are_no_trouble",
)


@mutant(REPEATS, "clip the count")
def does_not_clip(hypotheses, references, n):
    return counted(hypotheses, references, n, found=lambda said, asked: sum(ngram in asked for ngram in said))


@mutant(REPEATS, "how often both have it")
def counts_each_kind_once(hypotheses, references, n):
    return counted(hypotheses, references, n, found=lambda said, asked: len(set(said) & set(asked)))


@mutant(SAID, "that is recall")
def divides_by_the_reference(hypotheses, references, n):
    return counted(hypotheses, references, n, total=lambda said, asked: len(asked))


@mutant(FOUND, "one word more")
def takes_n_grams_one_too_long(hypotheses, references, n):
    return counted(hypotheses, references, n + 1)


@mutant(FOUND, "n = 2", "one word less")
def always_takes_single_words(hypotheses, references, n):
    return counted(hypotheses, references, 1)


@mutant(FOUND, "not percent")
def gives_percent(hypotheses, references, n):
    return 100 * counted(hypotheses, references, n)


@mutant(FOUND, "n = 2", "wrong number")
def divides_by_the_words(hypotheses, references, n):
    found = counted(hypotheses, references, n, total=lambda said, asked: 1)
    return found * len(hypotheses) / sum(map(len, hypotheses))


@mutant(FOUND, "one beginning at each place")
def forgets_the_last_n_gram(hypotheses, references, n):
    shorter = [words[:-1] for words in hypotheses]
    return counted(shorter, references, n)


@mutant(FOUND, "one beginning at each place")
def compares_place_by_place(hypotheses, references, n):
    return counted(
        hypotheses,
        references,
        n,
        found=lambda said, asked: sum(one == other for one, other in zip(said, asked, strict=False)),
    )


@mutant(FOUND, "have an order")
def forgets_the_order(hypotheses, references, n):
    kinds = [[sorted(ngram) for ngram in ngrams(words, n)] for words in (*hypotheses, *references)]
    half = len(hypotheses)
    pairs = zip(kinds[:half], kinds[half:], strict=True)
    found = sum(both(map(tuple, said), map(tuple, asked)) for said, asked in pairs)
    return found / max(sum(map(len, kinds[:half])), 1)


@mutant(FOUND, "keeps the larger")
def takes_the_union(hypotheses, references, n):
    return counted(
        hypotheses, references, n, found=lambda said, asked: sum((Counter(said) | Counter(asked)).values())
    )


@mutant(FOUND, "what is not found")
def subtracts_the_counts(hypotheses, references, n):
    return counted(
        hypotheses, references, n, found=lambda said, asked: sum((Counter(said) - Counter(asked)).values())
    )


@mutant(FOUND, "must return a float", "None")
def prints_it(hypotheses, references, n):
    print(counted(hypotheses, references, n))


@mutant(FOUND, "your line", "make a tuple")
def counts_lists(hypotheses, references, n):
    said = Counter([words[start : start + n] for words in hypotheses for start in range(len(words) - n + 1)])
    return sum(said.values())


@mutant(ALL, "mean of the sentences' precisions")
def averages_the_sentences(hypotheses, references, n):
    each = [counted([said], [asked], n) for said, asked in zip(hypotheses, references, strict=True)]
    return sum(each) / len(each)


@mutant(ALL, "the sentences are joined")
def joins_the_sentences(hypotheses, references, n):
    return counted([list(chain(*hypotheses))], [list(chain(*references))], n)


@mutant(ALL, "or their counts", "its own reference")
def adds_up_the_counts(hypotheses, references, n):
    said, asked = (Counter(chain(*(ngrams(words, n) for words in side))) for side in (hypotheses, references))
    return sum((said & asked).values()) / max(sum(said.values()), 1)


@mutant(ALL, "last sentence alone")
def starts_anew_with_each_sentence(hypotheses, references, n):
    return counted(hypotheses[-1:], references[-1:], n)


@mutant(ALL, "inside the loop")
def returns_after_the_first_sentence(hypotheses, references, n):
    return counted(hypotheses[:1], references[:1], n)


@mutant(SHORT, "your line", "return 0.0 then")
def divides_by_zero(hypotheses, references, n):
    pairs = [(ngrams(said, n), ngrams(asked, n)) for said, asked in zip(hypotheses, references, strict=True)]
    return sum(both(*pair) for pair in pairs) / sum(len(said) for said, _ in pairs)


@mutant(SHORT, "short reference", "counts all the same")
def skips_short_references(hypotheses, references, n):
    pairs = [(said, asked) for said, asked in zip(hypotheses, references, strict=True) if len(asked) >= n]
    return counted([said for said, _ in pairs], [asked for _, asked in pairs], n)


@mutant(SHORT, "adds nothing")
def counts_a_negative_number_of_n_grams(hypotheses, references, n):
    whole = sum(len(words) - n + 1 for words in hypotheses)
    found = counted(hypotheses, references, n) * sum(len(ngrams(words, n)) for words in hypotheses)
    return found / whole if whole else 0.0


@mutant(SHORT, "0.0")
def calls_nothing_perfect(hypotheses, references, n):
    if all(len(words) < n for words in hypotheses):
        return 1.0
    return counted(hypotheses, references, n)


@BANK.alternative("6.6")
def by_crossing_out(hypotheses, references, n):
    found = total = 0
    for said, asked in zip(hypotheses, references, strict=True):
        left = ngrams(asked, n)
        for ngram in ngrams(said, n):
            total += 1
            if ngram in left:
                left.remove(ngram)
                found += 1
    return found / max(total, 1)


@BANK.alternative("6.6")
def by_numbered_texts(hypotheses, references, n):
    """The k-th time that sentence i says an n-gram is an element of a set."""

    def numbered(sentences):
        every = set()
        for i, words in enumerate(sentences):
            seen = Counter()
            for start in range(len(words) - n + 1):
                text = " ".join(words[start : start + n])
                seen[text] += 1
                every.add((i, text, seen[text]))
        return every

    said = numbered(hypotheses)
    return len(said & numbered(references)) / len(said) if said else 0.0


@BANK.alternative("6.6")
def by_sacrebleu(hypotheses, references, n):
    texts = [[" ".join(words) for words in sentences] for sentences in (hypotheses, references)]
    metric = sacrebleu.BLEU(tokenize="none", smooth_method="none", force=True, max_ngram_order=n)
    return metric.corpus_score(texts[0], [texts[1]]).precisions[n - 1] / 100
