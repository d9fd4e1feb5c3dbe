"""The world: an embedded corpus that knows the truth about each of its sentences.

A synchronous probabilistic grammar draws sentences in English and Hungarian and knows each one's exact
probability, its translation, word alignment, coreference and sentiment. `docs/world.md` shows what it says.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random

from course_utils.text.world.grammar import HUNGARIAN, GrammarError, Lexeme, Phrase
from course_utils.text.world.lengths import draw_of_length
from course_utils.text.world.measure import entropy, expected_tokens
from course_utils.text.world.parsing import trees_of
from course_utils.text.world.record import Record, Story
from course_utils.text.world.source import load_grammar
from course_utils.text.world.spelling import english_key, record_of, records_of
from course_utils.text.world.splits import SPLITS, check_split, split_of

LENGTHS = range(3, 26)


class World:
    """The grammar with a seed. Every call is a function of the seed and its arguments alone."""

    def __init__(self, seed: int = 0) -> None:
        self.seed = seed
        self._grammar = load_grammar()

    def sentences(self, n: int, split: str | None = None) -> list[Record]:
        """`n` independent draws; asking for more begins with the same ones.

        `split` is None (the whole world), "train", "validation", "test", "compositional" (combinations of
        words that no other split holds) or "long" (as many sentences of each length from 3 to 25 words, the
        lengths in turn). No sentence is in two splits, in either language, whatever the seeds. Raises
        ValueError for another split.
        """
        check_split(split)
        trees = self._even_lengths() if split == "long" else self._trees("sentence", split)
        return [record_of(next(trees), self._grammar) for _ in range(n)]

    def stories(self, n: int, split: str | None = None) -> list[Story]:
        """`n` stories with questions about them; `split` may be any but "long"."""
        return [Story.of(records) for records in self._sequences("story", n, split)]

    def exchanges(self, n: int, split: str | None = None) -> list[tuple[Record, Record]]:
        """`n` pairs of a question or remark and the reply to it; `split` as in `stories`."""
        return [(first, second) for first, second in self._sequences("exchange", n, split)]

    def parse(self, english: Sequence[str]) -> Record | None:
        """The record of an English sentence, given as tokens; None where the world cannot say it."""
        trees = trees_of(self._grammar.symbols["sentence"], list(english))
        records = [record_of(tree, self._grammar) for tree in trees]
        return next((record for record in records if record.english == tuple(english)), None)

    def entropy(self) -> float:
        """Nats per token of the English sentences, an end-of-sentence token counted for each."""
        sentence = self._grammar.symbols["sentence"]
        return entropy(sentence) / (expected_tokens(sentence) + 1.0)

    def word_scores(self) -> dict[str, float]:
        """The true sentiment score of each English word that has one."""
        return dict(self._grammar.scores)

    def hungarian_forms(self) -> list[dict[str, str]]:
        """Of each Hungarian word, the name of a form -> the form: {"nom": "kert", "in": "kertben", ...}.

        `lexicon.toml` explains the names. A word that is in several word classes comes once for each.
        """
        symbols = self._grammar.symbols.values()
        words = [word for symbol in symbols for word in symbol.options if isinstance(word, Lexeme)]
        return [
            {name: " ".join(form) for name, form in word.forms[HUNGARIAN].items() if name} for word in words
        ]

    def _sequences(self, start: str, n: int, split: str | None) -> list[list[Record]]:
        check_split(split, SPLITS[:-1])
        trees = self._trees(start, split)
        return [records_of(next(trees), self._grammar) for _ in range(n)]

    def _trees(self, start: str, split: str | None) -> Iterator[Phrase]:
        random = Random(f"{start} {split} {self.seed}")
        symbol = self._grammar.symbols[start]
        while True:
            tree = symbol.draw(random)
            assert isinstance(tree, Phrase)
            if split is None or _is_in(tree, split):
                yield tree

    def _even_lengths(self) -> Iterator[Phrase]:
        """As many trees of each length, the lengths in turn."""
        random = Random(f"sentence long {self.seed}")
        sources = [draw_of_length(self._grammar.symbols["sentence"], length, random) for length in LENGTHS]
        while True:
            for source in sources:
                yield next(tree for tree in source if _is_in(tree, "long"))


def _is_in(tree: Phrase, split: str) -> bool:
    """Whether the tree belongs to the split; the sentence is only spelled when it has to be."""
    if tree.held_out or split == "compositional":
        return tree.held_out and split == "compositional"
    return split_of(english_key(tree), held_out=False) == split


__all__ = ["SPLITS", "GrammarError", "Record", "Story", "World"]
