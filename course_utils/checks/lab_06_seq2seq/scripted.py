"""A model that knows its translations beforehand, for the checks of greedy decoding."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from course_utils.checks.arrays import expect_array
from course_utils.checks.asserts import expect
from course_utils.checks.lab_06_seq2seq.material import FIRST_WORD, Array, Ids
from course_utils.checks.outcome import Rejected
from course_utils.text.tokenization import END, START

State = tuple[Ids, int]  # which sentence each row is, and how many tokens have been said


@dataclass(frozen=True)
class Scripted:
    """Says `script[n]` and END for source n, and then random words for ever, as a trained network does.

    Args:
        script: a translation for each source, without END.
        size: V.
        closed: reject a step after every translation has ended.
    """

    script: list[list[int]]
    size: int
    closed: bool = False

    called_from_answers: ClassVar = ("encode", "step", "__call__")

    def source_ids(self) -> Ids:
        """The sources (B, 2) that stand for the script's lines; their ids are those of no target word."""
        return np.array([[self.size + n, END] for n in range(len(self.script))], "int32")

    def encode(self, source_ids: Any) -> State:
        """The state before the first token; raises Rejected for a part of the batch."""
        expect(
            len(source_ids) == len(self.script),
            "the sentences of a batch must go through the model together",
            expected=f"encode(source_ids) with all {len(self.script)} sentences",
            got=f"encode with {len(source_ids)} of them",
            cause="A round is one step for the whole batch: model.step(last, state), last being (B,).",
        )
        return np.asarray(source_ids)[:, 0] - self.size, 0

    def step(self, token_ids: Any, state: State) -> tuple[Array, State]:
        """Logits (B, V), and the state; raises Rejected for tokens that are not the last ones."""
        rows, place = self._checked(state)
        tokens = expect_array(token_ids, "step must be given the last token of each sentence", cause=SHAPE)
        expect(
            tokens.shape == rows.shape,
            f"step must be given one token for each of {len(rows)} sentences",
            expected=f"shape {rows.shape} = (B,)",
            got=f"shape {tokens.shape}",
            cause=SHAPE,
        )
        for row, token in zip(rows, tokens, strict=True):
            self._expect_last(int(row), place, int(token))
        if self.closed and all(place > len(line) for line in self.script):
            raise Rejected(
                "every translation had ended, and the model was asked for one more token",
                expected=f"{place} steps",
                got=f"step number {place + 1}",
                cause="Stop when all have ended, and remember who has: a sentence that has ended may go on with "
                "something else than END.",
            )
        return self._logits(rows, place), (rows, place + 1)

    def __call__(self, *_: Any, **__: Any) -> None:
        """Raises Rejected: a call is for training."""
        raise Rejected(
            "translating goes token by token, and the model was called as in training",
            expected="model.encode and model.step",
            got="model(...)",
            cause="logits, state = model.step(last, state) gives the logits of the next token alone.",
        )

    def babble(self, rounds: int) -> Ids:
        """All that is said in so many rounds, what follows END too: (B, rounds)."""
        rows = np.arange(len(self.script))
        return np.array([[self._said(row, place) for place in range(rounds)] for row in rows.tolist()])

    def _checked(self, state: Any) -> State:
        expect(
            isinstance(state, tuple) and len(state) == 2 and isinstance(state[1], int),
            "step must be given the state that encode or the step before gave",
            expected="that state, as it was",
            got=state,
            cause="state = model.encode(source_ids) before the loop, logits, state = model.step(last, state) in it.",
        )
        rows, place = state
        return rows, place

    def _expect_last(self, row: int, place: int, token: int) -> None:
        """A sentence that has not ended must be fed with what was likeliest before."""
        if place > len(self.script[row]):
            return
        wanted = START if place == 0 else self._said(row, place - 1)
        expect(
            token == wanted,
            "step must be given the likeliest token of the step before, START (2) before the first",
            expected=f"token {wanted} at step {place + 1}",
            got=f"token {token}",
            cause=self._cause(place, token, row),
        )

    def _cause(self, place: int, token: int, row: int) -> str:
        if token == self._said(row, place):
            return "Is the state of this step given to the next? logits, state = model.step(last, state)"
        if place == 0:
            return "Begin with START for every sentence: np.full(B, START)."
        if token == START:
            return "START is given again and again: the last token must be kept for the next step."
        return "The likeliest token has the largest logit: np.argmax(logits, axis=-1)."

    def _said(self, row: int, place: int) -> int:
        line = [*self.script[row], END]
        after = np.random.default_rng((row, place)).integers(FIRST_WORD, self.size)
        return line[place] if place < len(line) else int(after)

    def _logits(self, rows: Ids, place: int) -> Array:
        logits = np.random.default_rng(place).normal(size=(len(rows), self.size))
        for at, row in enumerate(rows):
            logits[at, self._said(int(row), place)] = logits[at].max() + 0.1  # whoever draws, draws another
        return logits.astype("float32")


SHAPE = "It is (B,): np.full(B, START) to begin with, then np.argmax(logits, axis=-1)."
