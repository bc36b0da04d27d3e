"""The attempts at a document in words: when, how long, and how each ended."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication

from app.core.failures import FAILURES, FailureClass
from app.core.store.attempts import AttemptRow
from app.ui.spoken import said
from app.ui.wording import day_and_time, duration
from app.ui.wording import number as written

MOST_SHOWN = 6


def attempt_lines(attempts: Sequence[AttemptRow]) -> list[str]:
    """One sentence for each attempt, oldest first; of many only the last ones."""
    translate = QCoreApplication.translate
    lines = [_line(number, one) for number, one in enumerate(attempts, 1)]
    hidden = len(lines) - MOST_SHOWN
    if hidden <= 0:
        return lines
    return [translate("Attempts", "%Ln earlier attempts", "", hidden), *lines[-MOST_SHOWN:]]


def _line(number: int, one: AttemptRow) -> str:
    translate = QCoreApplication.translate
    when, how = day_and_time(one.started_at), _outcome(one)
    if one.part is not None:
        pattern = translate("Attempts", "{number}. {when}, part {part}: {how}")
        return pattern.format(number=number, when=when, part=one.part, how=how)
    if one.ended_at is None:
        return translate("Attempts", "{number}. {when}: {how}").format(number=number, when=when, how=how)
    took = _span(one.ended_at - one.started_at)
    pattern = translate("Attempts", "{number}. {when}, {took}: {how}")
    return pattern.format(number=number, when=when, took=took, how=how)


def _outcome(one: AttemptRow) -> str:
    translate = QCoreApplication.translate
    match one.outcome:
        case None:
            return translate("Attempts", "going on")
        case "done":
            return translate("Attempts", "answered")
        case "blocked":
            return translate("Attempts", "too long for one request, taken apart into parts")
        case "cancelled":
            return translate("Attempts", "cancelled")
        case "ready":
            return translate("Attempts", "to be tried again. {reason}").format(reason=_reason(one))
        case _:
            return _reason(one)


def _reason(one: AttemptRow) -> str:
    if one.error:
        return said(one.error)
    return said(FAILURES[FailureClass(one.error_class)].sentence) if one.error_class else ""


def _span(seconds: float) -> str:
    if seconds >= 60:
        return duration(seconds)
    return QCoreApplication.translate("Attempts", "{seconds} s").format(seconds=written(max(0.0, seconds), 1))
