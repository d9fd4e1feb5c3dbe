"""How fast is ByteBPE, and is its encoding as short, beside Hugging Face's tokenizers and sentencepiece?

    pip install -e '.[bench]'
    COURSE_DATA_DIR=... python benchmarks/tokenization.py

Each repeat times everyone one after the other on the same texts, a list of str; a peer that is not installed
is left out. The table gives medians of megabytes of UTF-8 a second, and of the ratios within a repeat.

- Everyone trains a BPE vocabulary of the same size. tokenizers: byte-level BPE after GPT-2's
  pre-tokenization, the same algorithm as ours. sentencepiece: BPE of characters, with bytes for the rarest.
- Encoding begins with an empty memory of words, ours and theirs. tokenizers gets all texts at once and uses
  all cores, in training too; sentencepiece gets all at once; ours gets one text after the other. The last two
  use one thread.
- The lines at the end count the ids of all texts. tokenizers has to come within MARGIN of ours: it breaks
  ties between pairs in another way, and its classes of characters differ a little.
"""

from __future__ import annotations

import importlib.util
import io
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Protocol

import numpy as np

from course_utils.text.corpora import load_pairs
from course_utils.text.tokenization import SPECIAL, ByteBPE

SIZES = (1_000, 8_000)
REPEATS = 5
MARGIN = 0.002
PEERS = ("tokenizers", "sentencepiece")
HEADER = ("text", "MB", "vocabulary", "task", "ours", *PEERS, *(f"ours:{peer}" for peer in PEERS))
Texts = Sequence[str]


class Contender(Protocol):
    def train(self, texts: Texts, size: int) -> None: ...
    def forget(self) -> None:
        """Empties the memory of words."""

    def encode(self, texts: Texts) -> int:
        """The number of ids."""
        ...


class Ours:
    def train(self, texts: Texts, size: int) -> None:
        self.tokenizer = ByteBPE.train(texts, size)

    def forget(self) -> None:
        self.tokenizer = ByteBPE(self.tokenizer.merges)

    def encode(self, texts: Texts) -> int:
        return sum(map(len, map(self.tokenizer.encode, texts)))


class HuggingFace:
    def train(self, texts: Texts, size: int) -> None:
        from tokenizers import Tokenizer, models, pre_tokenizers, trainers

        self.tokenizer: Any = Tokenizer(models.BPE())
        self.tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
        trainer = trainers.BpeTrainer(
            vocab_size=size,
            min_frequency=2,
            show_progress=False,
            special_tokens=list(SPECIAL),
            initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        )
        self.tokenizer.train_from_iterator(texts, trainer)

    def forget(self) -> None:
        self.tokenizer = type(self.tokenizer).from_str(self.tokenizer.to_str())

    def encode(self, texts: Texts) -> int:
        return sum(map(len, self.tokenizer.encode_batch(texts)))


class SentencePiece:
    def train(self, texts: Texts, size: int) -> None:
        import sentencepiece

        model = io.BytesIO()
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=iter(texts),
            model_writer=model,
            model_type="bpe",
            vocab_size=size,
            byte_fallback=True,
            character_coverage=0.9995,
            minloglevel=2,
        )
        self.processor = sentencepiece.SentencePieceProcessor(model_proto=model.getvalue())

    def forget(self) -> None:
        pass  # it remembers none

    def encode(self, texts: Texts) -> int:
        return sum(map(len, self.processor.encode(texts)))


def main() -> None:
    contenders = present()
    print_row(*HEADER)
    found = [
        line for name, texts in corpora() for size in SIZES for line in compare(name, texts, size, contenders)
    ]
    print("\nThe ids of all texts", *found, sep="\n")


def present() -> list[Contender | None]:
    peers: list[Contender] = [HuggingFace(), SentencePiece()]
    missing = [name for name in PEERS if importlib.util.find_spec(name) is None]
    for name in missing:
        print(f"{name} is not installed and left out. To install it: pip install -e '.[bench]'\n")
    return [Ours(), *(peer if name not in missing else None for name, peer in zip(PEERS, peers, strict=True))]


def corpora() -> Iterator[tuple[str, Texts]]:
    yield "spa-eng", list(dict.fromkeys(english for _, english in load_pairs("spa-eng")))
    yield "multi30k", [german for german, _ in load_pairs("multi30k", "train")]


def compare(name: str, texts: Texts, size: int, contenders: list[Contender | None]) -> Iterator[str]:
    """Prints the rows of one text and size; yields a line about the ids."""
    print_speeds(name, texts, size, "train", contenders, lambda each: lambda: each.train(texts, size))

    def encoding(each: Contender) -> Callable[[], object]:
        each.forget()
        return lambda: each.encode(texts)

    print_speeds(name, texts, size, "encode", contenders, encoding)
    ours, *theirs = [each.encode(texts) if each else 0 for each in contenders]
    apart = [
        f"{peer} {ids:,} ({ids / ours - 1:+.3%})" for peer, ids in zip(PEERS, theirs, strict=True) if ids
    ]
    yield f"{name:>10} {size:>6,}  ours {ours:,}  " + "  ".join(apart)
    if contenders[1]:
        assert abs(theirs[0] / ours - 1) < MARGIN, f"expected about {ours:,} ids from tokenizers"


def print_speeds(
    name: str,
    texts: Texts,
    size: int,
    task: str,
    contenders: list[Contender | None],
    prepared: Callable[[Contender], Callable[[], object]],
) -> None:
    megabytes = sum(len(text.encode()) for text in texts) / 1e6
    runs = [[timed(prepared(each)) if each else np.nan for each in contenders] for _ in range(REPEATS)]
    seconds = np.array(runs)
    speeds = [f"{speed:.2f}" for speed in np.median(megabytes / seconds, axis=0)]
    ratios = [f"{ratio:.2f}" for ratio in np.median(seconds[:, 1:] / seconds[:, :1], axis=0)]
    print_row(name, f"{megabytes:.1f}", f"{size:,}", task, *speeds, *ratios)


def timed(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def print_row(*cells: object) -> None:
    widths = [max(10, len(head)) for head in HEADER]
    padded = [str(cell).replace("nan", "-").rjust(width) for cell, width in zip(cells, widths, strict=True)]
    print("  ".join(padded), flush=True)


if __name__ == "__main__":
    main()
