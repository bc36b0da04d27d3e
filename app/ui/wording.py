"""Numbers, times and states as people read them."""

from __future__ import annotations

import time

from PySide6.QtCore import QCoreApplication, QDateTime, QLocale


def state_word(state: str) -> str:
    """Return a job's state in words."""
    translate = QCoreApplication.translate
    words = {
        "blocked": translate("State", "Working in parts"),
        "ready": translate("State", "Waiting"),
        "running": translate("State", "Working"),
        "done": translate("State", "Done"),
        "failed": translate("State", "Failed"),
        "poison": translate("State", "Set aside"),
        "cancelled": translate("State", "Cancelled"),
        "needs_ocr": translate("State", "Needs OCR"),
        "needs_password": translate("State", "Needs a password"),
    }
    return words.get(state, state)


def clock(at: float) -> str:
    """Return a time of day, with the date unless it is today."""
    moment = QDateTime.fromSecsSinceEpoch(int(at))
    locale = QLocale()
    if moment.date() == QDateTime.fromSecsSinceEpoch(int(time.time())).date():
        return locale.toString(moment.time(), QLocale.FormatType.ShortFormat)
    return locale.toString(moment, QLocale.FormatType.ShortFormat)


def duration(seconds: float) -> str:
    """Return a length of time in its two largest units: ``2 h 05 min``."""
    whole = max(0, round(seconds))
    days, rest = divmod(whole, 86_400)
    hours, rest = divmod(rest, 3_600)
    minutes, left = divmod(rest, 60)
    translate = QCoreApplication.translate
    if days:
        return translate("Duration", "{days} d {hours} h").format(days=days, hours=hours)
    if hours:
        return translate("Duration", "{hours} h {minutes} min").format(hours=hours, minutes=f"{minutes:02d}")
    if minutes:
        return translate("Duration", "{minutes} min {seconds} s").format(minutes=minutes, seconds=f"{left:02d}")
    return translate("Duration", "{seconds} s").format(seconds=left)


def size(count: int) -> str:
    """Return a number of bytes in the unit that suits it."""
    return QLocale().formattedDataSize(count)
