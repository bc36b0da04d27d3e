"""Numbers, times and states as people read them."""

from __future__ import annotations

import time

from PySide6.QtCore import QCoreApplication, QDateTime, QLocale

from app.ui.language import LANGUAGES

_DIGITS = 10


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
        "away": translate("State", "In a batch file"),
    }
    return words.get(state, state)


def choice_word(choice: str) -> str:
    """Return what a choice of the settings is called; languages are called as they call themselves."""
    translate = QCoreApplication.translate
    words = {
        "system": translate("Choice", "As the system"),
        "light": translate("Choice", "Light"),
        "dark": translate("Choice", "Dark"),
    }
    return words.get(choice) or LANGUAGES.get(choice, choice)


def clock(at: float) -> str:
    """Return a time of day, with the date unless it is today."""
    moment = QDateTime.fromSecsSinceEpoch(int(at))
    locale = QLocale()
    if moment.date() == QDateTime.fromSecsSinceEpoch(int(time.time())).date():
        return locale.toString(moment.time(), QLocale.FormatType.ShortFormat)
    return locale.toString(moment, QLocale.FormatType.ShortFormat)


def day_and_time(at: float) -> str:
    """Return a time as a narrow column shows it: the hour today, with the day this week, the date before."""
    moment = QDateTime.fromSecsSinceEpoch(int(at))
    days = moment.date().daysTo(QDateTime.fromSecsSinceEpoch(int(time.time())).date())
    locale = QLocale()
    hour = locale.toString(moment.time(), QLocale.FormatType.ShortFormat)
    if days == 0:
        return hour
    if 0 < days < 7:
        day = locale.dayName(moment.date().dayOfWeek(), QLocale.FormatType.ShortFormat)
        return QCoreApplication.translate("Time", "{day} {hour}").format(day=day, hour=hour)
    return locale.toString(moment.date(), QLocale.FormatType.ShortFormat)


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


def number(value: float, decimals: int = 0) -> str:
    """Return a number with the separators of the language."""
    return QLocale().toString(round(value)) if decimals == 0 else QLocale().toString(float(value), "f", decimals)


def amount(value: float) -> str:
    """Return a measured value with the separators of the language, and no more digits than it has."""
    return QLocale().toString(float(value), "g", _DIGITS)


def plain_number(value: float) -> str:
    """Return a number as a spreadsheet in this language takes it: every digit, no separators between groups."""
    return repr(value).removesuffix(".0").replace(".", QLocale().decimalPoint())


def size(count: int) -> str:
    """Return a number of bytes in the unit that suits it."""
    return QLocale().formattedDataSize(count)
