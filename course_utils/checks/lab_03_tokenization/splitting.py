"""Exercise 3.1: words, punctuation and clitics."""

from __future__ import annotations

from typing import Any

from course_utils.checks.asserts import expect, expect_equal
from course_utils.checks.lab_03_tokenization import oracles
from course_utils.checks.lab_03_tokenization.material import LAB, REFERENCES, expect_texts, explaining

split_words = LAB.exercise(
    "3.1",
    name="split_words",
    title="words, punctuation and clitics",
    points=3,
    difficulty=2,
    returns=list,
    reference=f"{REFERENCES}:split_words",
    hints=(
        r"Begin with words and marks alone: re.findall(r'\w+|[^\w\s]', text).",
        r"A word may go on after a hyphen or an apostrophe, if a letter follows: \w+(?:['-]\w+)*",
        r"First put a blank before each clitic: re.sub(rf'(?<=\w)({clitic})', r' \1', text). Then collect clitics, words "
        r"and marks, in this order: re.findall(rf'{clitic}|\w+(?:...)*|...', text).",
    ),
)


CAUGHT = "With (...) in its pattern, re.findall gives what the brackets caught: write (?:...) instead."
CAUSES = {
    "invalid group reference": r"\1 is what stood in round brackets: put the clitic into some, "
    r"re.sub(rf'(?<=\w)({clitic})', r' \1', text)."
}


def tokens_of(candidate: Any, text: str) -> list[str]:
    """What the candidate makes of a text, after making sure that it is texts without blanks."""
    with explaining(CAUSES):
        tokens = list(candidate(text))
    expect_texts(tokens, "each token must be a text", cause=CAUGHT)
    expect(
        not any("\x01" in token for token in tokens),
        r"the replacement ' \1' put a strange character into the text",
        expected=str(oracles.split_words(text)),
        got=tokens,
        cause=r"An r before the quotes is missing: r' \1'. Without it, Python reads \1 as the character number 1.",
    )
    expect(
        all(token.split() == [token] for token in tokens),
        "no token may be empty or hold a blank",
        expected="only words, clitics and marks",
        got=tokens,
        cause=_cause_of_blanks(tokens),
    )
    return tokens


def _cause_of_blanks(tokens: list[str]) -> str:
    if not any(tokens):
        return CAUGHT
    if "" in tokens:
        return "split(' ') leaves empty texts, and a pattern that ends in * matches nothing, everywhere."
    return (
        r"\W and [^\w] fit a blank too: a mark is [^\w\s]. text.split() without arguments parts at blanks, "
        "tabs and line ends, split(' ') at the space alone."
    )


def expect_tokens(candidate: Any, text: str, problem: str, cause: str) -> None:
    expect_equal(tokens_of(candidate, text), oracles.split_words(text), problem, cause=cause)


@split_words.check(
    hints=(r"[^\w\s] is one character that is neither part of a word nor a blank: a punctuation mark.",)
)
def cuts_off_punctuation(candidate, rng):
    """a punctuation mark is a token of its own"""
    text = str(rng.choice(["stop, bear!", "honey, please.", "a wolf, two fish."]))
    expect_tokens(
        candidate,
        text,
        "words and punctuation marks must come apart, in the order of the text",
        r"text.split() alone leaves 'honey.' in one piece, and \w+ alone loses the marks: take \w+|[^\w\s].",
    )
    expect_tokens(
        candidate,
        "really?!",
        "each mark must be a token of its own",
        "One mark, one token: no + after it.",
    )


@split_words.check(hints=(r"\s stands for any blank: a space, a tab, the end of a line.",))
def drops_blanks(candidate, rng):
    """blanks, tabs and line ends only part tokens"""
    text = "my  bear\tate\n the honey "
    expect_tokens(candidate, text, "blanks of every kind must vanish", r"\s is every kind of blank.")
    with explaining({"IndexError": "A text may be empty: then there is no first or last token to look at."}):
        expect_tokens(candidate, "", "an empty text has no tokens", "Return [] for it.")


@split_words.check(hints=("Leave the letters as they are: no lower().",))
def keeps_every_letter_as_it_is(candidate, rng):
    """capitals stay, and nothing is lost but blanks"""
    for text in ("Apple sells the apple to Anna", "The bear ate 12 fish", "I saw a cat, a dog, a fish"):
        expect_tokens(
            candidate,
            text,
            "letters and digits must stay as they are, in order",
            "Is there a lower(), a set, or a class such as [a-z] that leaves out capitals or digits?",
        )


@split_words.check(
    hints=(
        r"\w stands for a letter of any language. [a-zA-Z] is English only.",
        r"str.isalpha and \w know é and ő.",
    )
)
def knows_the_letters_of_other_languages(candidate, rng):
    """a letter is a letter in any language"""
    for text in ("Ödön húsz őzet látott a kertben.", "Ελένη loves a naïve café."):
        expect_tokens(
            candidate, text, "é, ő and α are letters as a and b are", r"[a-zA-Z] is English only: use \w."
        )


NEGATIONS = ("doesn't", "isn't", "didn't", "weren't", "couldn't")


@split_words.check(
    hints=(
        r"The blank must come before the n of n't: re.sub(rf'(?<=\w)({clitic})', r' \1', text) puts it there.",
    )
)
def cuts_off_negations(candidate, rng):
    """n't is a token: doesn't is does and n't, can't is ca and n't"""
    for word in (str(rng.choice(NEGATIONS)), "can't"):
        expect_tokens(
            candidate,
            f"It is so, {word} it?",
            f'{word!r} must become {word[:-3]!r} and "n\'t"',
            "The n belongs to n't: the cut is before it, not at the apostrophe, even where 'ca' is left over. "
            "No token is written in another way than it stood there.",
        )


@split_words.check(hints=("There are seven clitics in the pattern: n't 's 'm 're 've 'll 'd. Use them all.",))
def cuts_off_every_clitic(candidate, rng):
    """'s 'm 're 've 'll 'd are tokens"""
    for text in ("I'm sure they're here", "We've seen Anna's bear", "It's good, he'll eat", "She'd sleep"):
        expect_tokens(
            candidate, text, "each clitic must be one token with its apostrophe", "The apostrophe stays."
        )
    expect_tokens(
        candidate,
        "I’m sure it isn’t",
        "the curly apostrophe of printed text must do the same as the straight one",
        "Keep the line that makes ’ into ', and work on the text that it gives.",
    )


@split_words.check(
    hints=(r"A word is \w+ and then, as often as there is one, a hyphen or an apostrophe with \w+ after it.",)
)
def keeps_words_with_hyphens_whole(candidate, rng):
    """well-known and o'clock are one word"""
    for text in ("a well-known bear", "at two o'clock", "her mother-in-law isn't here", "rock-and-roll"):
        expect_tokens(
            candidate,
            text,
            "a hyphen or an apostrophe between letters belongs to the word",
            r"\w+(?:['-]\w+)*: the * lets it come more than once.",
        )


@split_words.check(
    hints=(r"\b at the end of a clitic says that the word ends here: 're in 're-read' or 'real is none.",)
)
def takes_quotation_marks_for_punctuation(candidate, rng):
    """an apostrophe or hyphen at the edge of a word is a mark"""
    for text in ("'Honey,' said the bear.", "the dogs' food", "'more' is 'real'", "so - we think - it is"):
        expect_tokens(
            candidate,
            text,
            "an apostrophe or a hyphen without letters on both sides is a mark, and 'more begins no clitic",
            r"An apostrophe joins only if a letter follows, and a clitic ends where its word ends (\b).",
        )


PARTS = (
    "bear",
    "Anna",
    "nővérem",
    "o'clock",
    "well-known",
    "isn't",
    "can't",
    "I'll",
    "it's",
    "x",
    "7",
    "'big'",
)
MARKS = (" ", " ", " ", ", ", "! ", " - ", "... ", "\n", ' "')


@split_words.check()
def agrees_with_slow_splitting(candidate, rng):
    """the tokens equal those of a slow splitter, on random texts"""
    for _ in range(5):
        text = "".join(f"{rng.choice(PARTS)}{rng.choice(MARKS)}" for _ in range(7)) + '"'
        expect_tokens(
            candidate, text, "the tokens of this text differ", "Which of its words comes out wrong?"
        )
