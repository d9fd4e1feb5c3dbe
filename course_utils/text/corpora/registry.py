"""The real corpora the labs use: where each comes from, what it must hash to, and under which terms.

The name of a pair corpus gives its languages in the order of every pair read from it: (source, target).
The target is English in all of them, so that everyone can read what a model puts out.
"""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from course_utils.text.corpora.errors import UnknownCorpus

Layout = Literal["columns", "parallel", "prose"]


@dataclass(frozen=True)
class CorpusFile:
    """One file: its place below the data folder, and what it has to be.

    `address` is None where no publisher offers it at a fixed one; `Corpus.by_hand` then says how to get it.
    """

    path: str
    size: int  # bytes
    sha256: str
    address: str | None


@dataclass(frozen=True)
class Corpus:
    """A registered corpus.

    `layout` is "columns" (one tab-separated file, English first, as Tatoeba publishes them), "parallel"
    (a file a language) or "prose". `splits` maps a published split to the indices of its source and target in
    `files`. `moves` is True where the publisher replaces the file from time to time.
    """

    name: str
    title: str
    languages: tuple[str, ...]
    layout: Layout
    files: tuple[CorpusFile, ...]
    homepage: str
    licence: str
    attribution: str
    moves: bool = False
    by_hand: str = ""
    splits: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """Bytes of all its files together."""
        return sum(file.size for file in self.files)


_TATOEBA = "sentences of tatoeba.org, paired by www.manythings.org/anki"
_MULTI30K = "https://raw.githubusercontent.com/multi30k/dataset/master/data/task1/raw/"


def _multi30k_file(name: str, size: int, sha256: str) -> CorpusFile:
    return CorpusFile(f"multi30k/{name}", size, sha256, _MULTI30K + name)


SPA_ENG = Corpus(
    name="spa-eng",
    title="Spanish–English sentence pairs (the file TensorFlow's tutorials use, 2018)",
    languages=("es", "en"),
    layout="columns",
    files=(
        CorpusFile(
            "spa-eng.zip",
            2_638_744,
            "0c4fd7825d3d872488d38c157f784e035edab4f2ff0df25a2a208790ecb5b58f",
            "https://storage.googleapis.com/download.tensorflow.org/data/spa-eng.zip",
        ),
    ),
    homepage="https://www.manythings.org/anki/",
    licence="CC BY 2.0",
    attribution=_TATOEBA,
)

HUN_ENG = Corpus(
    name="hun-eng",
    title="Hungarian–English sentence pairs, short ones",
    languages=("hu", "en"),
    layout="columns",
    files=(
        CorpusFile(
            "hun-eng.zip",
            221_726,
            "b099f2b5541d61eb1d238d87854036fce0de7339e87bfc2d07927da9bec497d2",
            "https://www.manythings.org/anki/hun-eng.zip",
        ),
    ),
    homepage="https://www.manythings.org/anki/",
    licence="CC BY 2.0",
    attribution=_TATOEBA,
    # The course was made with the first 20,000 pairs of the 2023 file; the publisher offers all of today's.
    moves=True,
)

MULTI30K = Corpus(
    name="multi30k",
    title="German–English image captions (Multi30k, task 1, raw)",
    languages=("de", "en"),
    layout="parallel",
    files=(
        _multi30k_file(
            "train.de.gz", 637_044, "726e39b2fa9eb9ffb6dc763fb35a179f80fae06ffc5d28b6ace5faa883de28a6"
        ),
        _multi30k_file(
            "train.en.gz", 568_929, "d79cfa999dd4c51d2cb42499b6796d5a882c3a8a961923c25a898c90f8bbd56f"
        ),
        _multi30k_file(
            "val.de.gz", 24_681, "f0cba2f995189cf5770f29a8a9a537a3ad3f51657ad873405082ff6863a5e75a"
        ),
        _multi30k_file(
            "val.en.gz", 21_650, "14f7d25ddd868909a9213e361768460edcacdd6ab9d1e77b92560dc10c10dc28"
        ),
        _multi30k_file(
            "test_2016_flickr.de.gz",
            22_890,
            "9204244e408ccb38d2a55cfcd344df15005fc42a07a6e55ca6c52b6ababb8cc8",
        ),
        _multi30k_file(
            "test_2016_flickr.en.gz",
            21_077,
            "611d361c6334bc7246101d48097c13cf5c4413c5befc793cc629934359d532d9",
        ),
    ),
    homepage="https://github.com/multi30k/dataset",
    licence="research and education",
    attribution="Elliott, Frank, Sima'an & Specia (2016), Multi30K: Multilingual English-German Image "
    "Descriptions",
    splits={"train": (0, 1), "validation": (2, 3), "test": (4, 5)},
)

TIMAR = Corpus(
    name="timar",
    title="M. Jókai, Timar's Two Worlds (a novel, plain text)",
    languages=("en",),
    layout="prose",
    files=(
        CorpusFile(
            "timar_eng.txt",
            837_255,
            "a25bc141dcec91b058bf20cc5fc307bad7eab58ac13b36c974a6181a0338de3c",
            None,
        ),
    ),
    homepage="https://www.gutenberg.org/ebooks/search/?query=Timar%27s+Two+Worlds",
    licence="public domain",
    attribution="Mór Jókai, Az arany ember (1872), in its English translation",
    moves=True,
    by_hand="find the novel at Project Gutenberg and save its “Plain Text UTF-8”",
)

CORPORA: Mapping[str, Corpus] = {corpus.name: corpus for corpus in (SPA_ENG, HUN_ENG, MULTI30K, TIMAR)}


def find(name: str) -> Corpus:
    """The registered corpus called `name`.

    Raises:
        UnknownCorpus: there is none; its text lists the names and the closest ones.
    """
    if name in CORPORA:
        return CORPORA[name]
    close = difflib.get_close_matches(name.lower(), CORPORA, n=2, cutoff=0.4)
    guess = f" Did you mean {' or '.join(close)}?" if close else ""
    raise UnknownCorpus(
        f"expected one of {', '.join(CORPORA)}, received {name!r}.{guess} "
        "A file of your own needs no name: read_pairs(path) or read_text(path)."
    )
