"""What can go wrong with a corpus; every message names the file, what was expected and what was received."""


class CorpusError(Exception):
    """Any failure to find, download or read a corpus. Its text says what to do next."""


class UnknownCorpus(CorpusError):
    """No corpus of that name is registered."""


class CorpusMissing(CorpusError):
    """A registered corpus is not on this machine."""


class DownloadError(CorpusError):
    """The publisher's server did not give the file."""


class ChecksumError(CorpusError):
    """A file is not, byte for byte, the one this course was made with."""


class ArchiveError(CorpusError):
    """A .zip or .gz that is damaged, unsafe, or something else altogether."""


class FormatError(CorpusError):
    """Text that is empty, not UTF-8, or lacks a column."""
