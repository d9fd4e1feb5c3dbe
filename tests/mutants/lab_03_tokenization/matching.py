"""Answers to exercise 3.6, longest_match(word, vocabulary)."""

from __future__ import annotations

from functools import cache

from tests.mutants.lab_03_tokenization.bank import BANK


def match(word, vocabulary, marked=lambda at, piece: ("##" if at else "") + piece, ends=None):
    """What most wrong answers get right."""
    pieces, at = [], 0
    while at < len(word):
        for end in (ends or (lambda at: range(len(word), at, -1)))(at):
            if marked(at, word[at:end]) in vocabulary:
                break
        else:
            return ["<unk>"]
        pieces.append(marked(at, word[at:end]))
        at = end
    return pieces


@BANK.mutant(
    "3.6", rejected_by="finds_whole_words", says=("is in the vocabulary", "begin with the whole word")
)
def never_tries_the_whole_word(word, vocabulary):
    return match(word, vocabulary, ends=lambda at: range(len(word) - (at == 0), at, -1))


@BANK.mutant("3.6", rejected_by="finds_whole_words", says=("must return a list", "str"))
def returns_a_text(word, vocabulary):
    return " ".join(match(word, vocabulary))


@BANK.mutant("3.6", rejected_by="finds_whole_words", says=("one of the vocabulary", "first piece has none"))
def marks_every_piece(word, vocabulary):
    pieces = match(word, vocabulary)
    return pieces if pieces == ["<unk>"] else [f"##{piece.removeprefix('##')}" for piece in pieces]


@BANK.mutant("3.6", rejected_by="marks_pieces_inside_a_word", says=("different pieces",))
def looks_up_without_marks(word, vocabulary):
    return match(word, vocabulary, marked=lambda _, piece: piece)


@BANK.mutant("3.6", rejected_by="marks_pieces_inside_a_word", says=("different pieces",))
def loses_the_marks(word, vocabulary):
    pieces = match(word, vocabulary)
    return [piece.removeprefix("##") for piece in pieces]


@BANK.mutant("3.6", rejected_by="finds_whole_words", says=("begin with the whole word",))
def takes_the_shortest_piece(word, vocabulary):
    return match(word, vocabulary, ends=lambda at: range(at + 1, len(word) + 1))


@BANK.mutant("3.6", rejected_by="takes_the_longest_piece", says=("for the rest of the word too",))
def takes_the_longest_piece_at_first_only(word, vocabulary):
    def ends(at):
        return range(len(word), at, -1) if at == 0 else range(at + 1, len(word) + 1)

    return match(word, vocabulary, ends=ends)


@BANK.mutant(
    "3.6", rejected_by="calls_the_whole_word_unknown", says=("the whole word is unknown", "nothing else")
)
def keeps_what_it_found(word, vocabulary):
    pieces, at = [], 0
    while at < len(word):
        fitting = [
            end for end in range(at + 1, len(word) + 1) if "##" * bool(at) + word[at:end] in vocabulary
        ]
        if not fitting:
            return [*pieces, "<unk>"]
        pieces.append("##" * bool(at) + word[at : fitting[-1]])
        at = fitting[-1]
    return pieces


@BANK.mutant("3.6", rejected_by="calls_the_whole_word_unknown", says=("no letter is skipped",))
def skips_letters(word, vocabulary):
    pieces, at = [], 0
    while at < len(word):
        fitting = [
            end for end in range(at + 1, len(word) + 1) if "##" * bool(at) + word[at:end] in vocabulary
        ]
        if fitting:
            pieces.append("##" * bool(at) + word[at : fitting[-1]])
        at = fitting[-1] if fitting else at + 1
    return pieces or ["<unk>"]


@BANK.mutant("3.6", rejected_by="calls_the_whole_word_unknown", says=("whole word is unknown",))
def gives_nothing_for_unknown_words(word, vocabulary):
    pieces = match(word, vocabulary)
    return [] if pieces == ["<unk>"] else pieces


@BANK.mutant("3.6", rejected_by="begins_words_with_unmarked_pieces", says=("cannot begin a word",))
def begins_words_with_any_piece(word, vocabulary):
    pieces, at = [], 0
    while at < len(word):
        for end in range(len(word), at, -1):
            found = [
                piece
                for piece in ("##" * bool(at) + word[at:end], "##" + word[at:end])
                if piece in vocabulary
            ]
            if found:
                break
        else:
            return ["<unk>"]
        pieces.append(found[0])
        at = end
    return pieces


@BANK.mutant("3.6", rejected_by="begins_words_with_unmarked_pieces", says=("without it cannot go on",))
def goes_on_with_unmarked_pieces(word, vocabulary):
    pieces, at = [], 0
    while at < len(word):
        for end in range(len(word), at, -1):
            found = [piece for piece in ("##" * bool(at) + word[at:end], word[at:end]) if piece in vocabulary]
            if found:
                break
        else:
            return ["<unk>"]
        pieces.append(found[0])
        at = end
    return pieces


@BANK.mutant("3.6", rejected_by="never_goes_back", says=("no second try",))
def goes_back(word, vocabulary):
    @cache
    def ways(at):
        if at == len(word):
            return []
        for end in range(len(word), at, -1):
            piece = "##" * bool(at) + word[at:end]
            rest = ways(end) if piece in vocabulary else None
            if rest is not None:
                return [piece, *rest]
        return None

    return ways(0) or ["<unk>"]


@BANK.mutant("3.6", rejected_by="never_goes_back", says=("longest first",))
def prefers_few_pieces_from_the_end(word, vocabulary):
    pieces, end = [], len(word)
    while end > 0:
        for at in range(end):
            piece = "##" * bool(at) + word[at:end]
            if piece in vocabulary:
                break
        else:
            return ["<unk>"]
        pieces.insert(0, piece)
        end = at
    return pieces


@BANK.alternative("3.6")
def by_cutting_the_end(word, vocabulary):
    pieces, mark = [], ""
    while word:
        piece = word
        while piece and mark + piece not in vocabulary:
            piece = piece[:-1]
        if not piece:
            return ["<unk>"]
        pieces.append(mark + piece)
        word, mark = word[len(piece) :], "##"
    return pieces


@BANK.alternative("3.6")
def by_recursion(word, vocabulary, mark=""):
    if not word:
        return []
    for end in range(len(word), 0, -1):
        if mark + word[:end] in vocabulary:
            rest = by_recursion(word[end:], vocabulary, "##")
            return ["<unk>"] if rest == ["<unk>"] else [mark + word[:end], *rest]
    return ["<unk>"]


@BANK.alternative("3.6")
def by_sorting_the_vocabulary(word, vocabulary):
    pieces, at = [], 0
    by_length = sorted(vocabulary, key=len, reverse=True)
    while at < len(word):
        fits = [
            piece
            for piece in by_length
            if piece.startswith("##") == (at > 0) and word.startswith(piece.removeprefix("##"), at)
        ]
        if not fits:
            return ["<unk>"]
        pieces.append(fits[0])
        at += len(fits[0].removeprefix("##"))
    return pieces


@BANK.mutant("3.6", rejected_by="finds_whole_words", says=("is in the vocabulary",))
def marks_the_first_piece_too(word, vocabulary):
    return match(word, vocabulary, marked=lambda _, piece: f"##{piece}")


@BANK.mutant("3.6", rejected_by="agrees_with_slow_matching", says=("on paper",))
def takes_the_piece_out_everywhere(word, vocabulary):
    pieces, mark = [], ""
    while word:
        fitting = [end for end in range(len(word), 0, -1) if mark + word[:end] in vocabulary]
        if not fitting:
            return ["<unk>"]
        pieces.append(mark + word[: fitting[0]])
        word, mark = word.replace(word[: fitting[0]], ""), "##"
    return pieces


@BANK.mutant("3.6", rejected_by="never_goes_back", says=("word[end:]", "take away more"))
def strips_letters_instead_of_the_piece(word, vocabulary):
    pieces, mark = [], ""
    while word:
        fitting = [end for end in range(len(word), 0, -1) if mark + word[:end] in vocabulary]
        if not fitting:
            return ["<unk>"]
        pieces.append(mark + word[: fitting[0]])
        word, mark = word.lstrip(word[: fitting[0]]), "##"
    return pieces


@BANK.mutant("3.6", rejected_by="takes_the_longest_piece", says=("single letter", "at + 1"))
def never_tries_a_single_letter(word, vocabulary):
    return match(word, vocabulary, ends=lambda at: range(len(word), at + 1, -1))


@BANK.mutant("3.6", rejected_by="finds_whole_words", says=("as long as the word",))
def tries_eight_letters_at_most(word, vocabulary):
    return match(word, vocabulary, ends=lambda at: range(min(len(word), at + 8), at, -1))


@BANK.mutant("3.6", rejected_by="finds_whole_words", says=("as it is written", "capital"))
def writes_in_small_letters(word, vocabulary):
    return match(word.lower(), vocabulary)


@BANK.mutant("3.6", rejected_by="marks_pieces_inside_a_word", says=("its ## is no part of the word",))
def goes_on_by_the_length_with_the_mark(word, vocabulary):
    pieces, at = [], 0
    while at < len(word):
        fitting = [end for end in range(len(word), at, -1) if "##" * bool(at) + word[at:end] in vocabulary]
        if not fitting:
            return ["<unk>"]
        pieces.append("##" * bool(at) + word[at : fitting[0]])
        at += len(pieces[-1])
    return pieces
