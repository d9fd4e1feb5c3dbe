"""How fast is the world drawn, and what is in it? `python benchmarks/world.py`"""

import time
from collections import Counter

from rich.console import Console
from rich.table import Table

from course_utils.text.world import SPLITS, Record, World

REPEATS = 3


def seconds_to_draw(n: int, split: str | None) -> tuple[float, list[Record]]:
    """The best of a few runs (processor time, so that busy neighbours count less) and what was drawn."""
    times = []
    for seed in range(REPEATS):
        start = time.process_time()
        records = World(seed).sentences(n, split)
        times.append(time.process_time() - start)
    return min(times), records


def main() -> None:
    table = Table("draws", "n", "seconds", "draws/s", "distinct", "words", "nats/token", title="The world")
    World().sentences(1)  # reads the data files
    for split in (None, *SPLITS):
        n = 20_000 if split in (None, "train") else 2_300
        seconds, records = seconds_to_draw(n, split)
        table.add_row(
            split or "whole world",
            f"{n:,}",
            f"{seconds:.2f}",
            f"{n / seconds:,.0f}",
            f"{len({record.english for record in records}) / n:.1%}",
            f"{sum(record.length for record in records) / n:.2f}",
            f"{-sum(r.log_probability for r in records) / sum(len(r.english) + 1 for r in records):.3f}",
        )
    counts = Counter(record.construction for record in World().sentences(20_000))
    for name, count in counts.most_common():
        table.add_row(name, f"{count:,}", "", "", f"share {count / 20_000:.1%}", "", "")
    Console().print(table, f"exact entropy: {World().entropy():.4f} nats per token")


if __name__ == "__main__":
    main()
