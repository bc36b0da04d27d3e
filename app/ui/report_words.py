"""The morning report in the window's language: the run's figures, written as people read them here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QCoreApplication

from app.core.store.runs import RunRow
from app.ui.spoken import said
from app.ui.wording import clock, duration, number

Figures = Mapping[str, Any]


def report_markdown(run: RunRow) -> str:
    """Return the report of a run as Markdown; a run without figures keeps the words that it was stored with."""
    figures = run.figures
    if not figures or "wall_s" not in figures:
        return run.report or ""
    title = QCoreApplication.translate("Report", "Morning report")
    lines = [f"# {title}", "", f"{clock(run.started_at)}. {run_summary(figures)}", "", "| | |", "| --- | ---: |"]
    lines += [f"| {name} | {value} |" for name, value in _rows(figures)]
    return "\n".join(lines + _failures(figures)) + "\n"


def run_summary(figures: Figures) -> str:
    """Return a run in one sentence."""
    translate = QCoreApplication.translate
    parts = [translate("Report", "%Ln documents done", "", figures["done"])]
    if figures["failed"]:
        parts.append(translate("Report", "{count} without a result").format(count=number(figures["failed"])))
    if figures["left"]:
        parts.append(translate("Report", "{count} left for the next run").format(count=number(figures["left"])))
    done = translate("Report", "{what} in {time}").format(what=", ".join(parts), time=duration(figures["wall_s"]))
    alone = figures.get("alone")
    if not alone:
        return f"{done}."
    times = number(alone["speed_up"], 1)
    return translate("Report", "{done}, {times} times as fast as one at a time.").format(done=done, times=times)


def _rows(figures: Figures) -> list[tuple[str, str]]:
    translate = QCoreApplication.translate
    rows = [
        (translate("Report", "Documents done"), number(figures["done"])),
        (translate("Report", "Documents without a result"), number(figures["failed"])),
        (translate("Report", "Duplicates skipped"), number(figures["duplicates"])),
        (translate("Report", "Tokens read"), number(figures["prompt_tokens"])),
        (translate("Report", "of these from the prefix cache"), number(figures["cached_tokens"])),
        (translate("Report", "Tokens written"), number(figures["generated_tokens"])),
        (translate("Report", "Wall time"), duration(figures["wall_s"])),
        (translate("Report", "Engine busy"), duration(figures["busy_s"])),
        (translate("Report", "Documents per hour"), number(figures["documents_per_h"])),
        (translate("Report", "Tokens written per second"), number(figures["tokens_per_s"], 1)),
        (translate("Report", "Recoveries of the engine"), number(figures["recoveries"])),
    ]
    return rows + _where_any(figures) + _speed_up(figures) + _costs(figures)


def _where_any(figures: Figures) -> list[tuple[str, str]]:
    translate = QCoreApplication.translate
    counts = [
        (translate("Report", "Parts of long documents"), figures["parts"]),
        (translate("Report", "Answers that ended at max_tokens"), figures["cut_answers"]),
        (translate("Report", "Left for the next run"), figures["left"]),
    ]
    rows = [(name, number(count)) for name, count in counts if count]
    if figures["eta"]:
        spans = " / ".join(duration(one) for one in figures["eta"].values())
        rows.append((translate("Report", "Time left, as first said and as it was"), spans))
    return rows


def _speed_up(figures: Figures) -> list[tuple[str, str]]:
    alone = figures.get("alone")
    if not alone:
        return []
    translate = QCoreApplication.translate
    counted = translate("Report", "%Ln documents", "", alone["documents"])
    together = translate("Report", "Together (%Ln rows), tokens per second", "", figures["width"])
    return [
        (translate("Report", "One at a time, tokens per second"), f"{number(alone['tokens_per_s'], 1)} ({counted})"),
        (together, number(alone["together_tokens_per_s"], 1)),
        (translate("Report", "Speed-up"), f"{number(alone['speed_up'], 1)} ×"),
    ]


def _costs(figures: Figures) -> list[tuple[str, str]]:
    found = figures.get("costs") or {}
    translate = QCoreApplication.translate
    names = {
        "batch": translate("Report", "The same tokens at a batch service"),
        "stream": translate("Report", "The same tokens at a streaming service"),
    }
    return [(name, f"{number(found[key], 2)} {found['currency']}") for key, name in names.items() if key in found]


def _failures(figures: Figures) -> list[str]:
    if not figures["failures"]:
        return []
    translate = QCoreApplication.translate
    lines = ["", "## " + translate("Report", "Without a result"), ""]
    for one in figures["failures"]:
        counted = translate("Report", "%Ln documents", "", one["count"])
        lines.append(f"- {counted}: {said(one['sentence'])} {said(one['way_out'])}")
    lines.append("")
    lines += [f"    {one['path']}: {said(one['reason'])}".replace("\n", " ") for one in figures["failed_documents"]]
    hidden = figures["failed"] - len(figures["failed_documents"])
    if hidden > 0:
        lines += ["", translate("Report", "and {count} more on the queue's page.").format(count=number(hidden))]
    return lines
