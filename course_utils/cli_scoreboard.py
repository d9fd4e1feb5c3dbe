"""`course scoreboard`: each lab's models beside the truth, and its translators."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.table import Table

    from course_utils.models.scoreboard import Row, TranslationRow


def scoreboard() -> None:
    """Show what each lab's models reach: perplexity beside the world's own, and BLEU of the translators."""
    from rich.console import Console

    from course_utils.models.scoreboard import damaged, rows, translation_rows, truth

    console = Console()
    found, translators = rows(), translation_rows()
    console.print(_table(found, truth()))
    if translators:
        console.print(_translation_table(translators))
    if not (all(row.yours for row in found) and all(row.yours for row in translators)):
        console.print("Labs you have not run show the course's own figure.")
    for path in damaged():
        console.print(f"Damaged, left out and left as it is: {path}. Run its lab again.", soft_wrap=True)


def _table(rows: list[Row], truth: float) -> Table:
    table = _columns(
        "Perplexity on the same 2,000 test sentences of the world", "perplexity", "nats above the truth"
    )
    for row in rows:
        above = math.log(row.perplexity / truth)
        table.add_row(row.lab, row.model, f"{row.perplexity:.2f}", f"{above:.2f}", _whose(row))
    table.add_section()
    table.add_row("", "the world itself", f"{truth:.2f}", f"{0:.2f}", "the truth")
    return table


def _translation_table(rows: list[TranslationRow]) -> Table:
    title = "Hungarian to English: BLEU, also of the shortest and the longest sentences"
    table = _columns(title, "BLEU", "short → long", "time", "weights")
    for row in rows:
        ends = f"{row.curve[0].bleu:.1f} → {row.curve[-1].bleu:.1f}"
        cost = f"{row.seconds:.0f} s", f"{row.parameters / 1e6:.2f} M"
        table.add_row(row.lab, row.model, f"{row.bleu:.1f}", ends, *cost, _whose(row))
    return table


def _columns(title: str, *figures: str) -> Table:
    from rich.table import Table

    table = Table(title=title)
    table.add_column("lab")
    table.add_column("model", overflow="fold")
    for name in figures:
        table.add_column(name, justify="right")
    table.add_column("whose")
    return table


def _whose(row: Row | TranslationRow) -> str:
    return "yours" if row.yours else "the course's"
