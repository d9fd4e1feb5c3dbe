"""Wrong and differently written right answers of lab 00."""

# ruff: noqa: B007, C413, E731, SIM113, UP032
from __future__ import annotations

import re
import statistics
from functools import cmp_to_key

import numpy as np

from tests.mutants import Bank

BANK = Bank()

# 0.1 greet(name)


@BANK.mutant("0.1", rejected_by="greets_the_one_named", says=("the name", "written into the function"))
def greets_anna_whoever_comes(name):
    return "Hello, Anna!"


@BANK.mutant("0.1", rejected_by="greets_the_one_named", says=("the name", "braces"))
def forgets_the_f_of_the_f_string(name):
    return "Hello, {name}!"


@BANK.mutant("0.1", rejected_by="greets_the_one_named", says=("must return a str", "print", "return"))
def prints_instead_of_returning(name):
    print(f"Hello, {name}!")


@BANK.mutant("0.1", rejected_by="greets_the_one_named", says=("must return a str", "tuple", "comma"))
def returns_several_things(name):
    return "Hello,", name, "!"


@BANK.mutant("0.1", rejected_by="greets_the_one_named", says=("first line of the function",))
def takes_no_parameter():
    return "Hello, Anna!"


@BANK.mutant("0.1", rejected_by="greets_the_one_named", says=("TypeError", "your line", '"Hello, " - name'))
def subtracts_texts(name):
    return "Hello, " - name


@BANK.mutant("0.1", rejected_by="writes_it_exactly", says=("exactly", "Hello Anna!", "comma"))
def forgets_the_comma(name):
    return f"Hello {name}!"


@BANK.mutant("0.1", rejected_by="writes_it_exactly", says=("exactly", "exclamation mark"))
def forgets_the_exclamation_mark(name):
    return f"Hello, {name}"


@BANK.mutant("0.1", rejected_by="writes_it_exactly", says=("exactly", "capital"))
def begins_with_a_small_letter(name):
    return f"hello, {name}!"


@BANK.mutant("0.1", rejected_by="writes_it_exactly", says=("exactly", "space"))
def puts_a_space_before_the_exclamation_mark(name):
    return " ".join(["Hello,", name, "!"])


@BANK.alternative("0.1")
def by_plus(name):
    return "Hello, " + name + "!"


@BANK.alternative("0.1")
def by_format(name):
    return "Hello, {}!".format(name)


@BANK.alternative("0.1")
def by_join(name):
    print("a print for debugging does no harm")
    return "".join(["Hello", ", ", name, "!"])


# 0.2 count_words(sentence)


@BANK.mutant("0.2", rejected_by="counts_words_not_characters", says=("number of characters",))
def counts_characters(sentence):
    return len(sentence)


@BANK.mutant("0.2", rejected_by="counts_words_not_characters", says=("number of spaces",))
def counts_spaces(sentence):
    return sentence.count(" ")


@BANK.mutant("0.2", rejected_by="counts_words_not_characters", says=("different words",))
def counts_different_words(sentence):
    return len(set(sentence.split()))


@BANK.mutant("0.2", rejected_by="counts_words_not_characters", says=("must return an int", "a list"))
def returns_the_words(sentence):
    return sentence.split()


@BANK.mutant("0.2", rejected_by="counts_words_not_characters", says=("must return an int", "None"))
def prints_the_number(sentence):
    print(len(sentence.split()))


@BANK.mutant("0.2", rejected_by="counts_words_not_characters", says=("AttributeError", "your line"))
def takes_the_sentence_for_a_list(sentence):
    sentence.sort()
    return len(sentence)


@BANK.mutant("0.2", rejected_by="counts_words_not_characters", says=("must be 8",))
def returns_inside_the_loop(sentence):
    count = 0
    for word in sentence.split():
        count += 1
        return count


@BANK.mutant("0.2", rejected_by="bears_extra_spaces", says=("single spaces",))
def counts_spaces_and_adds_one(sentence):
    return sentence.count(" ") + 1


@BANK.mutant("0.2", rejected_by="bears_extra_spaces", says=("split(' ')",))
def splits_at_each_space(sentence):
    return len(sentence.split(" "))


@BANK.mutant("0.2", rejected_by="finds_no_word_in_nothing", says=("empty sentence", "adding 1"))
def counts_gaps_and_adds_one(sentence):
    return len(re.findall(r"\s+", sentence.strip())) + 1


@BANK.mutant("0.2", rejected_by="finds_no_word_in_nothing", says=("IndexError", "your line", "shortest case"))
def looks_at_the_first_character(sentence):
    words = sentence[0] + sentence[1:]
    return len(words.split())


@BANK.mutant("0.2", rejected_by="takes_whatever_stands_between_spaces", says=("four words", "apostrophe"))
def cuts_at_apostrophes(sentence):
    return len(re.findall(r"\w+", sentence))


@BANK.mutant("0.2", rejected_by="takes_whatever_stands_between_spaces", says=("four words", "isalpha"))
def leaves_out_numbers(sentence):
    return sum(1 for word in sentence.split() if word.isalpha())


@BANK.alternative("0.2")
def by_a_loop(sentence):
    count, inside = 0, False
    for character in sentence:
        if character != " " and not inside:
            count += 1
        inside = character != " "
    return count


@BANK.alternative("0.2")
def by_a_pattern(sentence):
    return len(re.findall(r"\S+", sentence))


@BANK.alternative("0.2")
def by_filtering_the_split(sentence):
    return sum(1 for word in sentence.split(" ") if word)


@BANK.alternative("0.2")
def by_numpy(sentence):
    return np.sum([word != "" for word in sentence.split(" ")])


# 0.3 longest_first(words)


@BANK.mutant("0.3", rejected_by="puts_long_words_first", says=("sorts by alphabet",))
def sorts_by_alphabet(words):
    return sorted(words)


@BANK.mutant("0.3", rejected_by="puts_long_words_first", says=("shortest comes first",))
def puts_the_shortest_first(words):
    return sorted(words, key=len)


@BANK.mutant("0.3", rejected_by="puts_long_words_first", says=("argument words must stay", "sorted"))
def sorts_in_place(words):
    words.sort(key=lambda word: (-len(word), word))
    return words


@BANK.mutant("0.3", rejected_by="puts_long_words_first", says=("must return a list", "None", "sort"))
def returns_what_sort_returns(words):
    return list(words).sort(key=lambda word: (-len(word), word))


@BANK.mutant("0.3", rejected_by="puts_long_words_first", says=("longer words must come first",))
def returns_them_as_they_came(words):
    return list(words)


@BANK.mutant("0.3", rejected_by="puts_long_words_first", says=("must return a list", "reversed", "list(...)"))
def returns_an_iterator(words):
    return reversed(sorted(words, key=len))


@BANK.mutant("0.3", rejected_by="puts_long_words_first", says=("must return a list", "str"))
def returns_only_the_longest(words):
    return max(words, key=len)


@BANK.mutant("0.3", rejected_by="breaks_ties_by_alphabet", says=("alphabetical", "order they came in"))
def ignores_ties(words):
    return sorted(words, key=len, reverse=True)


@BANK.mutant("0.3", rejected_by="breaks_ties_by_alphabet", says=("alphabetical", "reverse=True"))
def reverses_the_alphabet_too(words):
    return sorted(words, key=lambda word: (len(word), word), reverse=True)


@BANK.mutant("0.3", rejected_by="keeps_every_word", says=("as often", "set"))
def drops_repeated_words(words):
    return sorted(set(words), key=lambda word: (-len(word), word))


@BANK.mutant("0.3", rejected_by="keeps_every_word", says=("as often", "dict"))
def keeps_lengths_in_a_dict(words):
    lengths = {word: len(word) for word in sorted(words)}
    return sorted(lengths, key=lengths.get, reverse=True)


@BANK.mutant("0.3", rejected_by="breaks_ties_by_alphabet", says=("alphabetical", "first letters only"))
def compares_first_letters(words):
    return sorted(words, key=lambda word: (-len(word), word[:1]))


@BANK.mutant("0.3", rejected_by="leaves_nothing_empty", says=("IndexError", "your line", "shortest case"))
def begins_with_the_first_word(words):
    found = [words[0]]
    for word in words[1:]:
        places = [i for i, other in enumerate(found) if (-len(word), word) < (-len(other), other)]
        found.insert(places[0] if places else len(found), word)
    return found


@BANK.alternative("0.3")
def by_two_sorts(words):
    return sorted(sorted(words), key=len, reverse=True)


@BANK.alternative("0.3")
def by_sorting_a_copy(words):
    copy = words[:]
    copy.sort(key=lambda word: (-len(word), word))
    return copy


@BANK.alternative("0.3")
def by_picking_the_next(words):
    left, found = list(words), []
    while left:
        best = left[0]
        for word in left:
            if len(word) > len(best) or (len(word) == len(best) and word < best):
                best = word
        left.remove(best)
        found.append(best)
    return found


@BANK.alternative("0.3")
def by_comparing(words):
    order = lambda a, b: len(b) - len(a) or (a > b) - (a < b)
    return sorted(words, key=cmp_to_key(order))


# 0.4 mean_length(sentences)


@BANK.mutant("0.4", rejected_by="averages_the_lengths", says=("// drops",))
def drops_the_fraction(sentences):
    return float(sum(len(sentence.split()) for sentence in sentences) // len(sentences))


@BANK.mutant("0.4", rejected_by="averages_the_lengths", says=("not characters",))
def averages_characters(sentences):
    return sum(len(sentence) for sentence in sentences) / len(sentences)


@BANK.mutant("0.4", rejected_by="averages_the_lengths", says=("how many sentences",))
def returns_the_sum(sentences):
    return float(sum(len(sentence.split()) for sentence in sentences))


@BANK.mutant("0.4", rejected_by="averages_the_lengths", says=("must return a float", "None"))
def prints_the_mean(sentences):
    print(sum(len(sentence.split()) for sentence in sentences) / len(sentences))


@BANK.mutant("0.4", rejected_by="averages_the_lengths", says=("rounded",))
def rounds_the_mean(sentences):
    return round(sum(len(sentence.split()) for sentence in sentences) / max(len(sentences), 1), 2)


@BANK.mutant("0.4", rejected_by="averages_the_lengths", says=("how many sentences",))
def takes_the_list_for_a_sentence(sentences):
    return len(" ".join(sentences)) / 2


@BANK.mutant("0.4", rejected_by="averages_the_lengths", says=("AttributeError", "your line"))
def splits_the_list(sentences):
    return len(sentences.split()) / len(sentences)


@BANK.mutant("0.4", rejected_by="averages_the_lengths", says=("must return a float", "list"))
def returns_the_lengths(sentences):
    return [len(sentence.split()) for sentence in sentences]


@BANK.mutant("0.4", rejected_by="survives_an_empty_list", says=("ZeroDivisionError", "your line", "can be 0"))
def divides_by_zero(sentences):
    return sum(len(sentence.split()) for sentence in sentences) / len(sentences)


@BANK.mutant("0.4", rejected_by="survives_an_empty_list", says=("must return a float", "None", "return"))
def returns_nothing_for_nothing(sentences):
    if sentences:
        return sum(len(sentence.split()) for sentence in sentences) / len(sentences)


@BANK.mutant("0.4", rejected_by="survives_an_empty_list", says=("0.0", "NaN"))
def returns_nan_for_nothing(sentences):
    if not sentences:
        return float("nan")
    return sum(len(sentence.split()) for sentence in sentences) / len(sentences)


@BANK.mutant("0.4", rejected_by="counts_empty_sentences_too", says=("7/3", "divided by 2"))
def leaves_out_empty_sentences(sentences):
    lengths = [len(sentence.split()) for sentence in sentences if sentence]
    return sum(lengths) / len(lengths) if lengths else 0.0


@BANK.mutant("0.4", rejected_by="counts_empty_sentences_too", says=("7/3", "split()"))
def joins_and_splits_at_each_space(sentences):
    return len(" ".join(sentences).split(" ")) / len(sentences) if sentences else 0.0


@BANK.mutant("0.4", rejected_by="counts_empty_sentences_too", says=("7/3", "single spaces counted"))
def counts_gaps(sentences):
    return sum(sentence.count(" ") + 1 for sentence in sentences) / max(len(sentences), 1)


@BANK.alternative("0.4")
def by_asking_first(sentences):
    if not sentences:
        return 0
    return sum(len(sentence.split()) for sentence in sentences) / len(sentences)


@BANK.alternative("0.4")
def by_statistics(sentences):
    return statistics.mean([len(sentence.split()) for sentence in sentences]) if sentences else 0.0


@BANK.alternative("0.4")
def by_a_running_mean(sentences):
    mean = 0.0
    for i, sentence in enumerate(sentences, start=1):
        mean += (len(sentence.split()) - mean) / i
    return mean


@BANK.alternative("0.4")
def by_numpy_mean(sentences):
    return np.mean([len(sentence.split()) for sentence in sentences]) if sentences else np.float32(0)


@BANK.alternative("0.4")
def by_catching_the_error(sentences):
    try:
        return len(" ".join(sentences).split()) / len(sentences)
    except ZeroDivisionError:
        return 0.0
