"""One table for people, one file for programs."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from tests.bench.figures import Figure, Topic

VERDICTS = {None: "", True: "met", False: "missed"}


def print_topics(console: Console, topics: Sequence[Topic], machine: dict[str, str]) -> None:
    """The machine, the table, and what each topic means."""
    console.print(", ".join(f"{name} {value}" for name, value in machine.items()), highlight=False)
    table = Table(title="Benchmarks", title_justify="left")
    for heading in ("Figure", "Median", "", "Goal", ""):
        table.add_column(heading, justify="right" if heading == "Median" else "left", overflow="fold")
    for topic in topics:
        table.add_section()
        table.add_row(f"[bold]{topic.name}[/]")
        for figure in topic.figures:
            table.add_row(f"  {figure.name}", _number(figure), figure.unit, figure.goal or "", VERDICTS[figure.is_met])
    console.print(table)
    for topic in topics:
        console.print(
            f"[bold]{topic.name}[/]\n{topic.means}\n[dim]Worse in earnest:[/] {topic.worse}\n", highlight=False
        )


def write_json(path: Path, topics: Sequence[Topic], machine: dict[str, str], options: dict[str, Any]) -> None:
    """Everything in the table, with each round's value."""
    told = {"machine": machine, "options": options, "topics": [topic.as_json() for topic in topics]}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(told, ensure_ascii=False, indent=2) + "\n", "utf-8")


def _number(figure: Figure) -> str:
    value = figure.value
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}" if abs(value) < 100 else f"{value:.0f}"
