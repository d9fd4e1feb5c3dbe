"""Record what KenLM makes of a small text of our own: run by hand, its results are committed beside it.

    pip install 'kenlm==0.3.0' numpy
    LMPLZ=.../lmplz python tests/files/kenlm/record.py

lmplz is built from the same release's sources (`cmake -S kenlm-0.3.0 -B build && make -C build lmplz`).
Each order is estimated by `lmplz -o ORDER -S 100M --text train.txt --arpa ORDER.arpa`, and test.txt is scored
with that file by `kenlm.Model.full_scores`, which counts `</s>` and scores unknown words as `<unk>`.
"""

import json
import os
import re
import subprocess
import tempfile
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
ORDERS = (2, 3, 5)
SYLLABLES = ("ba", "do", "fi", "ga", "ke", "lu", "mo", "ne", "pa", "ri", "su", "ti", "vo", "ze")


def draw_sentences(rng: np.random.Generator, count: int, size: int = 797) -> list[str]:
    """Chains of nonsense words, some far more frequent than others; most call for their successor."""
    words = [
        SYLLABLES[i % 14] + SYLLABLES[i // 14 % 14] + SYLLABLES[(i * i + i // 196) % 14] for i in range(size)
    ]
    weights = 1 / np.arange(2, size + 2)
    weights /= weights.sum()
    sentences = []
    for length in rng.integers(1, 17, size=count):
        sentence = [rng.choice(size, p=weights)]
        while len(sentence) < length:
            called = (sentence[-1] * 7 + len(sentence) % 2) % size
            sentence.append(called if rng.random() < 0.8 else rng.choice(size, p=weights))
        sentences.append(" ".join(words[number] for number in sentence))
    return sentences


def estimate(order: int, arpa: Path) -> list[list[float]]:
    """Runs lmplz and reads the three discounts of every order from what it reports."""
    command = [os.environ.get("LMPLZ", "lmplz"), "-o", str(order), "-S", "100M"]
    command += ["--text", str(HERE / "train.txt"), "--arpa", str(arpa)]
    report = subprocess.run(command, check=True, capture_output=True, text=True).stderr
    return [[float(d) for d in line] for line in re.findall(r"D1=(\S+) D2=(\S+) D3\+=(\S+)", report)]


def record(order: int) -> dict[str, object]:
    import kenlm

    with tempfile.TemporaryDirectory() as folder:
        arpa = Path(folder) / f"{order}.arpa"
        discounts = estimate(order, arpa)
        model = kenlm.Model(str(arpa))
    tests = (HERE / "test.txt").read_text().splitlines()
    log10 = [score for sentence in tests for score, _, _ in model.full_scores(sentence)]
    return {
        "discounts": discounts,
        "perplexity": 10 ** -float(np.mean(log10)),
        "log10": [round(x, 6) for x in log10],
    }


def main() -> None:
    rng = np.random.default_rng(2)
    for name, count in (("train", 599), ("test", 41)):
        (HERE / f"{name}.txt").write_text("\n".join(draw_sentences(rng, count)) + "\n")
    recorded = {order: record(order) for order in ORDERS}
    (HERE / "recorded.json").write_text(json.dumps(recorded) + "\n")


if __name__ == "__main__":
    main()
