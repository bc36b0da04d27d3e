"""The morning report: one run's figures as Markdown and as a plain HTML page."""

from __future__ import annotations

import time
from typing import Any

from markdown_it import MarkdownIt

from app.core.errors import UsageError
from app.core.store.runs import RunRow, get_run, list_runs
from app.core.store.sqlite import Connection

Figures = dict[str, Any]

STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem;color:#1c1c1e;"
    "background:#fff}table{border-collapse:collapse}td,th{padding:.25rem .75rem;border-bottom:1px solid #ccc;"
    "text-align:left}@media(prefers-color-scheme:dark){body{color:#eee;background:#1c1c1e}td,th{border-color:#444}}"
)


def summary(figures: Figures) -> str:
    """The run in one sentence."""
    parts = [f"{_documents(figures['done'])} done"]
    if figures["failed"]:
        parts.append(f"{figures['failed']} without a result")
    if figures["left"]:
        parts.append(f"{figures['left']} left for the next run")
    sentence = f"{', '.join(parts)} in {duration(figures['wall_s'])}"
    alone = figures.get("alone")
    return f"{sentence}, {alone['speed_up']:g} times as fast as one at a time." if alone else f"{sentence}."


def to_markdown(figures: Figures, started_at: float, title: str = "Morning report") -> str:
    """The report as Markdown."""
    lines = [f"# {title}", "", f"{_when(started_at)}. {summary(figures)}", "", "| | |", "| --- | ---: |"]
    lines += [f"| {name} | {value} |" for name, value in _rows(figures)]
    lines += _failures(figures)
    return "\n".join(lines) + "\n"


def to_html(markdown: str, title: str = "Morning report") -> str:
    """The report as a page of its own, light or dark as the system wants it; names of files are plain text in it."""
    body = MarkdownIt("commonmark", {"html": False}).enable("table").render(markdown)
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>'
        f"<style>{STYLE}</style><body>{body}</body></html>\n"
    )


def report_of(conn: Connection, run_id: int | None = None) -> RunRow:
    """The run with this id, or the newest that has ended. Raises UsageError when there is none."""
    if run_id is not None:
        run = get_run(conn, run_id)
    else:
        run = next((one for one in list_runs(conn) if one.state != "running"), None)
    if run is None:
        raise UsageError(
            "There is no report yet: no run has ended." if run_id is None else f"There is no run {run_id}."
        )
    return run


def duration(seconds: float) -> str:
    """A time span as people say it."""
    if seconds < 60:
        return f"{seconds:.1f} s" if seconds < 10 else f"{seconds:.0f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest} s"
    return f"{minutes // 60} h {minutes % 60} min"


def _rows(figures: Figures) -> list[tuple[str, str]]:
    rows = [
        ("Documents done", f"{figures['done']:,}"),
        ("Documents without a result", f"{figures['failed']:,}"),
        ("Duplicates skipped", f"{figures['duplicates']:,}"),
        ("Tokens read", f"{figures['prompt_tokens']:,}"),
        ("of these from the prefix cache", f"{figures['cached_tokens']:,}"),
        ("Tokens written", f"{figures['generated_tokens']:,}"),
        ("Wall time", duration(figures["wall_s"])),
        ("Engine busy", duration(figures["busy_s"])),
        ("Documents per hour", f"{figures['documents_per_h']:,.0f}"),
        ("Tokens written per second", f"{figures['tokens_per_s']:,.1f}"),
        ("Recoveries of the engine", f"{figures['recoveries']}"),
    ]
    if figures["parts"]:
        rows.append(("Parts of long documents", f"{figures['parts']:,}"))
    if figures["cut_answers"]:
        rows.append(("Answers that ended at max_tokens", f"{figures['cut_answers']:,}"))
    if figures["left"]:
        rows.append(("Left for the next run", f"{figures['left']:,}"))
    if figures["eta"]:
        rows.append(
            ("Time left, as first said and as it was", " / ".join(duration(one) for one in figures["eta"].values()))
        )
    return rows + _speed_up(figures) + _costs(figures)


def _speed_up(figures: Figures) -> list[tuple[str, str]]:
    alone = figures.get("alone")
    if not alone:
        return []
    return [
        ("One at a time, tokens per second", f"{alone['tokens_per_s']:,.1f} ({_documents(alone['documents'])})"),
        (f"Together ({figures['width']} rows), tokens per second", f"{alone['together_tokens_per_s']:,.1f}"),
        ("Speed-up", f"{alone['speed_up']:g} ×"),
    ]


def _costs(figures: Figures) -> list[tuple[str, str]]:
    found = figures.get("costs")
    if not found:
        return []
    names = {"batch": "The same tokens at a batch service", "stream": "The same tokens at a streaming service"}
    return [(name, f"{found[key]:,.2f} {found['currency']}") for key, name in names.items() if key in found]


def _failures(figures: Figures) -> list[str]:
    if not figures["failures"]:
        return []
    lines = ["", "## Without a result", ""]
    lines += [f"- {_documents(one['count'])}: {one['sentence']} {one['way_out']}" for one in figures["failures"]]
    lines.append("")
    lines += [f"    {one['path']}: {one['reason']}".replace("\n", " ") for one in figures["failed_documents"]]
    hidden = figures["failed"] - len(figures["failed_documents"])
    if hidden > 0:
        lines += ["", f"and {hidden} more in `nightdesk jobs`."]
    return lines


def _documents(count: int) -> str:
    return f"{count:,} document" + ("" if count == 1 else "s")


def _when(at: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(at))
