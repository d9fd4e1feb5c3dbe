"""Reading registered corpora by name. Nothing here touches the network."""

from pathlib import Path

from course_utils.text.corpora import readers, storage
from course_utils.text.corpora.errors import CorpusError
from course_utils.text.corpora.readers import Pair
from course_utils.text.corpora.registry import Corpus, find


def load_pairs(name: str, split: str | None = None) -> list[Pair]:
    """Sentence pairs (source, target) of a registered corpus; the target is English.

    `split` is "train", "validation" or "test" for multi30k, which is published in splits, and None for the
    others (`split_pairs` parts those).

    Raises:
        UnknownCorpus: no corpus is called `name`.
        CorpusMissing: it is not on this machine; the text says what to type.
        CorpusError: it is prose, or `split` is not one of its own, or a file is bad (see `read_pairs`).
    """
    corpus = find(name)
    if corpus.layout == "prose":
        raise CorpusError(f"{name} is prose: expected load_text({name!r}), received load_pairs({name!r}).")
    if split not in (corpus.splits or [None]):
        raise CorpusError(_wrong_split(corpus, split))
    if split is None:
        # As published English stands first.
        return [(source, english) for english, source in readers.read_pairs(_only_path(corpus))]
    source, target = (storage.require(corpus, corpus.files[index]) for index in corpus.splits[split])
    return readers.read_parallel(source, target)


def load_text(name: str) -> list[str]:
    """Lines of a registered text, without their ends; blank lines, which part paragraphs, are kept as "".

    Raises:
        UnknownCorpus: no corpus is called `name`.
        CorpusMissing: it is not on this machine; the text says what to type.
        CorpusError: it holds pairs, or its file cannot be read (see `read_text`).
    """
    corpus = find(name)
    if corpus.layout != "prose":
        raise CorpusError(
            f"{name} holds sentence pairs: expected load_pairs({name!r}), received load_text({name!r})."
        )
    return readers.read_text(_only_path(corpus))


def _only_path(corpus: Corpus) -> Path:
    (file,) = corpus.files
    return storage.require(corpus, file)


def _wrong_split(corpus: Corpus, split: str | None) -> str:
    if corpus.splits:
        return f"{corpus.name}: expected split to be one of {', '.join(corpus.splits)}, received {split!r}."
    return f"{corpus.name} is published in one piece: expected no split, received {split!r}. Use split_pairs."
