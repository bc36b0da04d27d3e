"""What the core says, in the window's language. The core writes English, to the window, the terminal and the database;
its sentences are found again by their fixed words, so that what was stored years ago is translated too.
"""

from __future__ import annotations

import re
from functools import lru_cache

from PySide6.QtCore import QCoreApplication, QLocale

from app.core.resources import resource
from app.ui.language import current_language

_CONTEXT = "Core"
_GAP = re.compile(r"%(\d)")
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+")
_DECIMAL = re.compile(r"\d+\.\d")
_END_OF_SENTENCE = re.compile(r"(?<=[.)]) (?=\S)")


def said(text: str) -> str:
    """Return a text of the core in the window's language; what is not known stays as it is."""
    language = current_language()
    return text if not text or language == "en" else _said(text, language)


@lru_cache(maxsize=512)
def _said(text: str, _language: str) -> str:
    whole = _sentence(text)
    if whole is not None:
        return whole
    for end in _END_OF_SENTENCE.finditer(text):
        first = _sentence(text[: end.start()])
        if first is not None:
            return f"{first} {said(text[end.end() :])}"
    head, colon, rest = text.partition(": ")  # "letter.pdf: The document is empty."
    return f"{head}: {said(rest)}" if colon and said(rest) != rest else text


def _sentence(text: str) -> str | None:
    """One sentence of the core translated, None when it is none."""
    translated = QCoreApplication.translate(_CONTEXT, text)
    if translated != text:
        return translated
    for template, pattern in _patterns():
        found = pattern.fullmatch(text)
        if found:
            gaps = dict(zip(_GAP.findall(template), map(_filled, found.groups()), strict=True))
            return _fill(QCoreApplication.translate(_CONTEXT, template), gaps)
    return None


def _fill(template: str, gaps: dict[str, str]) -> str:
    return _GAP.sub(lambda gap: gaps[gap[1]], template)


def _filled(gap: str) -> str:
    """What stands in a gap: a sentence of its own, a number, or a name that stays."""
    if _GROUPED.fullmatch(gap):
        return QLocale().toString(int(gap.replace(",", "")))
    if _DECIMAL.fullmatch(gap):
        return QLocale().toString(float(gap), "f", 1)
    return said(gap) if " " in gap else gap


@lru_cache(maxsize=1)
def _patterns() -> list[tuple[str, re.Pattern[str]]]:
    """The core's sentences with gaps, those with the most fixed words first."""
    lines = resource("translations", "sentences.txt").read_text(encoding="utf-8").splitlines()
    gapped = sorted((line for line in lines if _GAP.search(line)), key=lambda line: -len(_GAP.sub("", line)))
    return [(line, re.compile("(.+?)".join(map(re.escape, _GAP.split(line)[::2])), re.DOTALL)) for line in gapped]
