"""`course scoreboard`: how far each lab's models are from the truth."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.table import Table

    from course_utils.models.scoreboard import Row


def scoreboard() -> None:
    """Show the perplexity that each lab's models reach on the same test sentences, and the world's own."""
    from rich.console import Console

    from course_utils.models.scoreboard import damaged, rows, truth

    console = Console()
    found = rows()
    console.print(_table(found, truth()))
    if not all(row.yours for row in found):
        console.print("Labs you have not run show the course's own figure.")
    for path in damaged():
        console.print(f"Damaged, left out and left as it is: {path}. Run its lab again.", soft_wrap=True)


def _table(rows: list[Row], truth: float) -> Table:
    from rich.table import Table

    table = Table(title="Perplexity on the same 2,000 test sentences of the world")
    for name in ("lab", "model"):
        table.add_column(name)
    for name in ("perplexity", "nats above the truth"):
        table.add_column(name, justify="right")
    table.add_column("whose")
    for row in rows:
        above = math.log(row.perplexity / truth)
        whose = "yours" if row.yours else "the course's"
        table.add_row(row.lab, row.model, f"{row.perplexity:.2f}", f"{above:.2f}", whose)
    table.add_section()
    table.add_row("", "the world itself", f"{truth:.2f}", f"{0:.2f}", "the truth")
    return table
