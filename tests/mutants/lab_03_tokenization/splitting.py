"""Answers to exercise 3.1, split_words(text)."""

from __future__ import annotations

import re

from course_utils.checks.lab_03_tokenization.oracles import CLITICS
from tests.mutants.lab_03_tokenization.bank import BANK

CLITIC = r"(?:n't|'(?:s|m|re|ve|ll|d))\b"
WORD = r"\w+(?:['-]\w+)*"


def set_apart(text, clitic=CLITIC):
    """What most wrong answers get right: a blank before each clitic, and one kind of apostrophe."""
    return re.sub(rf"(?<=\w)({clitic})", r" \1", text.replace("’", "'"))


@BANK.mutant(
    "3.1", rejected_by="cuts_off_punctuation", says=("punctuation marks must come apart", "'honey.'")
)
def splits_at_blanks(text):
    return text.split()


@BANK.mutant("3.1", rejected_by="cuts_off_punctuation", says=("punctuation marks", "loses the marks"))
def collects_words_only(text):
    return re.findall(rf"{CLITIC}|{WORD}", set_apart(text))


@BANK.mutant("3.1", rejected_by="cuts_off_punctuation", says=("in the order of the text",))
def puts_the_marks_last(text):
    text = set_apart(text)
    return re.findall(rf"{CLITIC}|{WORD}", text) + re.findall(r"[.,!?]", text)


@BANK.mutant("3.1", rejected_by="cuts_off_punctuation", says=("each mark", "no + after it"))
def keeps_marks_together(text):
    return re.findall(rf"{CLITIC}|{WORD}|[^\w\s]+", set_apart(text))


@BANK.mutant("3.1", rejected_by="cuts_off_punctuation", says=("must be a text", "(?:...)"))
def captures_groups(text):
    return re.findall(r"(n't|'(s|m|re|ve|ll|d)\b|\w+|[^\w\s])", set_apart(text))


@BANK.mutant("3.1", rejected_by="cuts_off_punctuation", says=("may be empty", "ends in *"))
def matches_nothing_everywhere(text):
    return re.findall(rf"{CLITIC}|\w*(?:['-]\w+)*", set_apart(text))


@BANK.mutant("3.1", rejected_by="cuts_off_punctuation", says=("must return a list", "piece by piece"))
def returns_matches(text):
    return re.finditer(rf"{CLITIC}|{WORD}|[^\w\s]", set_apart(text))


@BANK.mutant("3.1", rejected_by="cuts_off_punctuation", says=("must return a list", "print only shows"))
def prints_the_tokens(text):
    print(re.findall(rf"{CLITIC}|{WORD}|[^\w\s]", set_apart(text)))


@BANK.mutant("3.1", rejected_by="cuts_off_punctuation", says=("hold a blank", "only words"))
def keeps_blanks(text):
    return re.findall(rf"{CLITIC}|{WORD}|\W", set_apart(text))


@BANK.mutant("3.1", rejected_by="drops_blanks", says=("hold a blank", "tabs and line ends"))
def parts_at_single_spaces(text):
    text = re.sub(r"([.,!?:;\"()-])", r" \1 ", set_apart(text))
    return [token for token in text.split(" ") if token]


@BANK.mutant("3.1", rejected_by="drops_blanks", says=("may be empty", "leaves empty texts"))
def leaves_empty_texts(text):
    tokens = re.split(r"\s", re.sub(r" ?([^\w\s'-])", r" \1", set_apart(text)))
    return tokens


@BANK.mutant("3.1", rejected_by="keeps_every_letter_as_it_is", says=("stay as they are", "lower()"))
def writes_in_small_letters(text):
    return re.findall(rf"{CLITIC}|{WORD}|[^\w\s]", set_apart(text.lower()))


@BANK.mutant("3.1", rejected_by="keeps_every_letter_as_it_is", says=("stay as they are", "digits"))
def leaves_out_digits(text):
    return re.findall(rf"{CLITIC}|[^\W\d]+(?:['-]\w+)*|[^\w\s]", set_apart(text))


@BANK.mutant("3.1", rejected_by="keeps_every_letter_as_it_is", says=("a set",))
def drops_what_came_before(text):
    return list(dict.fromkeys(re.findall(rf"{CLITIC}|{WORD}|[^\w\s]", set_apart(text))))


@BANK.mutant(
    "3.1", rejected_by="knows_the_letters_of_other_languages", says=("letters as a and b", "English only")
)
def knows_english_letters_only(text):
    return re.findall(rf"{CLITIC}|[a-zA-Z0-9]+(?:['-][a-zA-Z0-9]+)*|[^\w\s]", set_apart(text))


@BANK.mutant("3.1", rejected_by="cuts_off_negations", says=("belongs to n't", "not at the apostrophe"))
def cuts_negations_at_the_apostrophe(text):
    text = re.sub(r"(?<=\w)('(?:s|m|re|ve|ll|d|t)\b)", r" \1", text.replace("’", "'"))
    return re.findall(rf"'(?:s|m|re|ve|ll|d|t)\b|{WORD}|[^\w\s]", text)


@BANK.mutant("3.1", rejected_by="cuts_off_negations", says=("must become", "even where 'ca' is left over"))
def spells_can_out(text):
    tokens = re.findall(rf"{CLITIC}|{WORD}|[^\w\s]", set_apart(text))
    return ["can" if token == "ca" else token for token in tokens]


@BANK.alternative("3.1")
def looks_for_words_first(text):
    return re.findall(rf"{WORD}|{CLITIC}|[^\w\s]", set_apart(text))


@BANK.mutant("3.1", rejected_by="cuts_off_negations", says=("must become",))
def forgets_the_clitics(text):
    return re.findall(rf"{WORD}|[^\w\s]", text.replace("’", "'"))


@BANK.mutant("3.1", rejected_by="cuts_off_negations", says=("'not'",))
def writes_negations_out(text):
    tokens = re.findall(rf"{CLITIC}|{WORD}|[^\w\s]", set_apart(text))
    return ["not" if token == "n't" else token for token in tokens]


@BANK.mutant("3.1", rejected_by="cuts_off_every_clitic", says=("each clitic", "apostrophe stays"))
def cuts_negations_only(text):
    text = re.sub(r"(?<=\w)(n't)\b", r" \1", text.replace("’", "'"))
    return re.findall(rf"n't\b|{WORD}|[^\w\s]", text)


@BANK.mutant("3.1", rejected_by="cuts_off_every_clitic", says=("each clitic", "apostrophe stays"))
def loses_the_apostrophe(text):
    tokens = re.findall(rf"{CLITIC}|{WORD}|[^\w\s]", set_apart(text))
    return [token[1:] if token in CLITICS[1:] else token for token in tokens]


@BANK.mutant("3.1", rejected_by="cuts_off_every_clitic", says=("curly apostrophe", "keep the line"))
def overlooks_curly_apostrophes(text):
    text = re.sub(rf"(?<=\w)({CLITIC})", r" \1", text)
    return re.findall(rf"{CLITIC}|{WORD}|[^\w\s]", text)


@BANK.mutant("3.1", rejected_by="keeps_words_with_hyphens_whole", says=("belongs to the word",))
def cuts_at_hyphens(text):
    return re.findall(rf"{CLITIC}|\w+|[^\w\s]", set_apart(text))


@BANK.mutant("3.1", rejected_by="keeps_words_with_hyphens_whole", says=("more than once",))
def allows_one_hyphen(text):
    return re.findall(rf"{CLITIC}|\w+(?:['-]\w+)?|[^\w\s]", set_apart(text))


@BANK.mutant(
    "3.1", rejected_by="takes_quotation_marks_for_punctuation", says=("without letters on both sides",)
)
def takes_edges_into_the_word(text):
    return re.findall(rf"{CLITIC}|[\w'-]*\w[\w'-]*|[^\w\s]", set_apart(text))


@BANK.mutant(
    "3.1", rejected_by="takes_quotation_marks_for_punctuation", says=("'more begins no clitic", r"\b")
)
def forgets_where_a_clitic_ends(text):
    clitic = r"(?:n't|'(?:s|m|re|ve|ll|d))"
    return re.findall(rf"{clitic}|{WORD}|[^\w\s]", set_apart(text))


@BANK.alternative("3.1")
def by_one_pattern(text):
    pattern = rf"{CLITIC}|\w+?(?=n't\b)|\w+?(?=(?:'(?:s|m|re|ve|ll|d))\b)|\w+(?:['-]\w+)*|[^\w\s]"
    tokens = []
    for token in re.findall(pattern, text.replace("’", "'")):
        tokens += set_apart(token).split() if token not in CLITICS else [token]
    return tokens


@BANK.alternative("3.1")
def by_hand(text):
    tokens = []
    for chunk in text.replace("’", "'").split():
        start = 0
        while start < len(chunk):
            end = start + 1
            while chunk[start].isalnum() and end < len(chunk):
                joins = chunk[end] in "'-" and end + 1 < len(chunk) and chunk[end + 1].isalnum()
                if not (chunk[end].isalnum() or joins):
                    break
                end += 1
            word = chunk[start:end]
            clitic = next((each for each in CLITICS if word.endswith(each) and word != each), "")
            tokens += [word[: len(word) - len(clitic)], clitic] if clitic else [word]
            start = end
    return tokens


@BANK.alternative("3.1")
def by_blanks_around_everything(text):
    text = set_apart(text)
    text = re.sub(r"([^\w\s'-])", r" \1 ", text)
    text = re.sub(r"(?<!\w)(-)|(-)(?!\w)", r" \1\2 ", text)
    text = re.sub(r"(?<!\w)(')(?!(?:s|m|re|ve|ll|d)\b)|(')(?!\w)", r" \1\2 ", text)
    return text.split()


@BANK.mutant("3.1", rejected_by="agrees_with_slow_splitting", says=("comes out wrong",))
def lists_the_marks(text):
    return re.findall(rf"{CLITIC}|{WORD}|[.,;:!?'-]", set_apart(text))


@BANK.mutant("3.1", rejected_by="cuts_off_every_clitic", says=("each clitic", "apostrophe stays"))
def looks_for_marks_first(text):
    return re.findall(rf"[^\w\s]|{CLITIC}|{WORD}", set_apart(text))


@BANK.mutant("3.1", rejected_by="cuts_off_punctuation", says=("what the brackets caught", "(?:...)"))
def captures_what_may_repeat(text):
    return re.findall(rf"{CLITIC}|\w+(['-]\w+)*|[^\w\s]", set_apart(text))


@BANK.mutant("3.1", rejected_by="cuts_off_negations", says=("strange character", "r before the quotes"))
def forgets_the_r_of_the_replacement(text):
    text = re.sub(rf"(?<=\w)({CLITIC})", " \1", text.replace("’", "'"))
    return re.findall(rf"{CLITIC}|{WORD}|[^\w\s]", text)


@BANK.mutant("3.1", rejected_by="cuts_off_punctuation", says=("invalid group reference", "round brackets"))
def forgets_the_brackets(text):
    text = re.sub(rf"(?<=\w){CLITIC}", r" \1", text.replace("’", "'"))
    return re.findall(rf"{CLITIC}|{WORD}|[^\w\s]", text)


@BANK.mutant("3.1", rejected_by="cuts_off_negations", says=("in another way",))
def writes_not_for_its_clitic(text):
    tokens = re.findall(rf"{CLITIC}|{WORD}|[^\w\s]", set_apart(text))
    return ["not" if token == "n't" else token for token in tokens]


@BANK.mutant("3.1", rejected_by="drops_blanks", says=("IndexError", "a text may be empty"))
def looks_at_the_last_token(text):
    tokens = re.findall(rf"{CLITIC}|{WORD}|[^\w\s]", set_apart(text))
    return [*tokens[:-1], tokens[-1]]
