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
        click.echo(json.dumps([dict(row) for row in rows], ensure_ascii=False, indent=2, default=str))
    elif not rows:
        click.echo(nothing, err=True)
    elif sys.stdout.isatty():
        _table(rows, columns, title)
    else:
        click.echo("\t".join(columns))
        for row in rows:
            click.echo("\t".join(_cell(row.get(column)) for column in columns))


def show_json(value: Any) -> None:
    """Print one value as JSON."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def _table(rows: Sequence[Row], columns: Sequence[str], title: str) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(title=title or None, title_justify="left", header_style="bold", expand=False)
    for column in columns:
        numeric = all(isinstance(row.get(column), int | float | None) for row in rows)
        table.add_column(column.replace("_", " "), justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(_cell(row.get(column))) for column in columns))
    Console().print(table)


def _cell(value: Any) -> str:
    """One line of printable text: a name with a newline or an escape sequence must not break the table."""
    if value is None:
        return ""
    if isinstance(value, float):
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
