"""Real text for the labs: Tatoeba sentence pairs, image captions, a novel, or a file of one's own.

Every pair is (source, target); for the registered corpora that is the order of languages in their names,
English last: ("Hola.", "Hi.") for spa-eng, ("Szia!", "Hi.") for hun-eng, ("Ein Hund.", "A dog.") for
multi30k.
`read_pairs` keeps the order of the file. Importing this loads neither requests, rich, NumPy nor SciPy.
"""

from course_utils.text.corpora.errors import (
    ArchiveError,
    ChecksumError,
    CorpusError,
    CorpusMissing,
    DownloadError,
    FormatError,
    UnknownCorpus,
)
from course_utils.text.corpora.load import load_pairs, load_text
from course_utils.text.corpora.obtain import fetch
from course_utils.text.corpora.quick import quick_english
from course_utils.text.corpora.readers import read_pairs, read_parallel, read_text
from course_utils.text.corpora.split import Splits, split_pairs
from course_utils.text.corpora.storage import available, data_folder
from course_utils.text.words import sentences, words

__all__ = [
    "ArchiveError",
    "ChecksumError",
    "CorpusError",
    "CorpusMissing",
    "DownloadError",
    "FormatError",
    "Splits",
    "UnknownCorpus",
    "available",
    "data_folder",
    "fetch",
    "load_pairs",
    "load_text",
    "quick_english",
    "read_pairs",
    "read_parallel",
    "read_text",
    "sentences",
    "split_pairs",
    "words",
]
