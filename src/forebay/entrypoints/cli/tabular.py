"""Rows and facts for people. What came from outside is text, never markup."""

import io
import sys
from collections.abc import Collection, Mapping, Sequence
from typing import TypeVar

from rich.console import Console, ConsoleRenderable
from rich.table import Table
from rich.text import Text

from forebay.entrypoints.cli.output import one_line, print_line, print_note
from forebay.entrypoints.cli.views import PageView

T = TypeVar("T")

_STYLES = {
    "ok": "green",
    "failing": "bold red",
    "failed": "bold red",
    "error": "bold red",
    "warning": "yellow",
    "pending": "yellow",
}
_UNLIMITED = 100_000  # nothing is wrapped: a line is a row for grep, and an id can be copied from any terminal


def print_facts(facts: Mapping[str, str | None], *, multiline: Collection[str] = ()) -> None:
    """What is not None, a line each; only those in `multiline` keep their lines, below each other."""
    grid = Table.grid(padding=(0, 2))
    grid.add_column(min_width=10)
    grid.add_column()
    for name, value in facts.items():
        if value is not None:
            lines = value.split("\n") if name in multiline else [value]
            grid.add_row(Text(name, style="dim"), Text("\n").join(_text(line) for line in lines))
    print_table(grid)


def new_table(*names: str) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for name in names:
        table.add_column(name, justify="right" if name == "SIZE" else "left")
    return table


def add_row(table: Table, *cells: str | Text) -> None:
    table.add_row(*(cell if isinstance(cell, Text) else _text(cell) for cell in cells))


def highlighted(value: str, matches: Sequence[Sequence[int]]) -> Text:
    """`value` with what matched (start and stop, in order) set off, on a terminal."""
    text, at = Text(), 0
    for start, stop in matches:
        first = max(start, at)
        behind = max(stop, first)
        text.append(one_line(value[at:first]))
        text.append(one_line(value[first:behind]), style="bold yellow")
        at = behind
    return text.append(one_line(value[at:]))


def _text(value: str) -> Text:
    return Text(one_line(value), style=_STYLES.get(value, ""))


def print_page(table: Table, page: PageView[T], nothing: str) -> None:
    if not page.items:
        print_note(nothing)
        return
    print_table(table)
    print_more(page.next_cursor)


def print_more(cursor: str | None, *, option: str = "--cursor") -> None:
    if cursor is not None:
        print_note(f"there is more: {option} {cursor}")


def print_table(what: ConsoleRenderable) -> None:
    text = io.StringIO()
    Console(file=text, force_terminal=sys.stdout.isatty(), highlight=False, width=_UNLIMITED).print(what)
    for line in text.getvalue().splitlines():
        print_line(line.rstrip())
