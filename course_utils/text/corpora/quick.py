"""A small fixed part of a corpus, for the labs' last sections: the same sentences on every machine."""

from hashlib import sha256

from course_utils.text.corpora.errors import CorpusError
from course_utils.text.corpora.load import load_pairs
from course_utils.text.corpora.split import normalised
from course_utils.text.words import words

TRAIN, HELD_OUT = 5_000, 500
Tokens = list[list[str]]


def quick_english() -> tuple[Tokens, Tokens]:
    """5,000 sentences to train on and 500 held out, tokens by `words`, from spa-eng's English side.

    No sentence comes twice or is in both, also when case, punctuation and spacing are left aside. Which ones
    are taken hangs on the sentences alone, by their hash, and not on the order of the file.

    Raises:
        CorpusMissing: spa-eng is not on this machine; the text says what to type.
        CorpusError: its file is bad, or has fewer than 5,500 different sentences.
    """
    wording: dict[str, str] = {}
    for english in sorted({english for _, english in load_pairs("spa-eng")}):
        wording.setdefault(normalised(english), english)
    if len(wording) < TRAIN + HELD_OUT:
        raise CorpusError(
            f"spa-eng: expected at least {TRAIN + HELD_OUT:,} different English sentences, "
            f"received {len(wording):,}."
        )
    drawn = sorted(wording, key=lambda key: sha256(key.encode()).digest())
    sentences = [words(wording[key]) for key in drawn[: TRAIN + HELD_OUT]]
    return sentences[HELD_OUT:], sentences[:HELD_OUT]
