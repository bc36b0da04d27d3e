"""How lists are printed: a table for people, tab-separated lines for pipes, JSON for programs."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import click

Row = Mapping[str, Any]


def show(rows: Sequence[Row], columns: Sequence[str], *, as_json: bool, title: str = "", nothing: str = "") -> None:
    """Print ``columns`` of ``rows``; with ``as_json`` all that the rows hold, as one JSON array."""
    if as_json:
        show_json([dict(row) for row in rows])
    elif not rows:
        click.echo(nothing, err=True)
    elif sys.stdout.isatty():
        _table(rows, columns, title)
    else:
        click.echo("\t".join(columns))
        for row in rows:
            click.echo("\t".join(_cell(row.get(column), for_people=False) for column in columns))


def show_json(value: Any) -> None:
    """Print one value as JSON; where the output is not in UTF-8, with escapes that every encoding has."""
    plain = not (sys.stdout.encoding or "").lower().startswith("utf")
    click.echo(json.dumps(value, ensure_ascii=plain, indent=2, default=str))


def show_warnings(sentences: Sequence[str]) -> None:
    """Say what did not go as it was asked for, on standard error."""
    for sentence in sentences:
        click.echo(f"nightdesk: {sentence}", err=True)


def _table(rows: Sequence[Row], columns: Sequence[str], title: str) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(title=title or None, title_justify="left", header_style="bold", expand=False)
    for column in columns:
        numeric = all(isinstance(row.get(column), int | float | None) for row in rows)
        table.add_column(column.replace("_", " "), justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(_cell(row.get(column), for_people=True)) for column in columns))
    Console().print(table)


def _cell(value: Any, *, for_people: bool) -> str:
    """One line of printable text: a name with a newline or an escape sequence must not break the table.

    Programs get numbers with every digit, and no commas in them.
    """
    if value is None:
        return ""
    if isinstance(value, float) and for_people:
        return f"{value:,.2f}"
    text = json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else str(value)
    return "".join(character if character.isprintable() else " " for character in text)


def when(seconds: float | None) -> str:
    """A time of the database in this machine's time zone, to the minute."""
    return "" if seconds is None else datetime.fromtimestamp(seconds).astimezone().strftime("%Y-%m-%d %H:%M")


def duration(seconds: float | None) -> str:
    """Seconds as people say them: ``45 s``, ``12 min``, ``3 h 05 min``."""
    if seconds is None:
        return "?"
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60:02d} min"
