"""The order of a column of answers: numbers by size, dates by day, everything else as people expect words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from app.core.natural import natural_key

_MOSTLY = 0.6  # a column is one of numbers when this share of its values is one: models write "unknown" now and then
_DATES = ("%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%Y/%m/%d", "%d-%m-%Y", "%d %B %Y", "%d %b %Y", "%B %d %Y", "%b %d %Y")
# "5,670 pounds", "€ 12.50", "EUR 3", "12kg", "-4 %"; but neither "bill-2.txt" nor "INV12"
_NUMBER = re.compile(
    r"(?:[^\W\d_]{1,8}\.?\s|(?:EUR|USD|GBP|CHF)|[^\w\s+-]\s?)?([+-]?\d(?:[\d.,' \u00a0\u202f]*\d)?)"
    r"(?:\s?[%€$£¥°]\S?|[^\W\d_]{1,4}\.?|\s\D{1,16}|\.)?"
)
_GERMAN = {"januar": "january", "februar": "february", "märz": "march", "mai": "may", "juni": "june", "juli": "july",
           "oktober": "october", "dezember": "december"}  # fmt: skip
_WORD = re.compile(r"[^\W\d]+")


def order(values: Sequence[Any], *, descending: bool = False) -> list[int]:
    """The places of ``values`` in their order; those without a value come last, whatever the direction.

    What a column is, its values decide: where most are dates or numbers, the others come after these.
    """
    present = [place for place, value in enumerate(values) if value not in (None, "", [], {})]
    given = set(present)
    nothing = [place for place in range(len(values)) if place not in given]
    for read in (as_date, as_number):
        found = {place: key for place in present if (key := read(values[place])) is not None}
        if present and len(found) >= _MOSTLY * len(present):
            others = [place for place in present if place not in found]
            groups = [sorted(found, key=found.__getitem__), _by_name(values, others)]
            break
    else:
        groups = [_by_name(values, present)]
    if descending:
        groups = [group[::-1] for group in reversed(groups)]
    return [place for group in groups for place in group] + nothing


def _by_name(values: Sequence[Any], places: list[int]) -> list[int]:
    keys = {place: natural_key(_text(values[place])) for place in places}
    return sorted(places, key=keys.__getitem__)


def as_number(value: Any) -> float | None:
    """A number, also one that is written with its unit or currency, None when it is none."""
    if isinstance(value, bool | int | float):
        return float(value)
    found = _NUMBER.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None:
        return None
    digits = re.sub(r"[' \u00a0\u202f]", "", found[1]).rstrip(".,")
    try:
        return float(_with_a_point(digits))
    except ValueError:
        return None


def as_date(value: Any) -> float | None:
    """Days since year 1 of a date as people write it, None when it is none."""
    if not isinstance(value, str) or not 6 <= len(value.strip()) <= 30:
        return None
    text = re.sub(r"(?<=\d)(st|nd|rd|th)\b|(?<=\d)\.(?= )|,", "", value.strip())
    text = _WORD.sub(lambda word: _GERMAN.get(word[0].lower(), word[0]), text)
    for form in _DATES:
        try:
            return float(datetime.strptime(text, form).toordinal())
        except ValueError:
            continue
    try:
        return datetime.fromisoformat(text).timestamp() / 86_400 + 719_163 if "T" in text else None
    except ValueError:
        return None


def _with_a_point(digits: str) -> str:
    """Of ``1.234,50`` and ``1,234.50`` the last sign is the decimal one; alone, three digits after it are thousands."""
    comma, point = digits.rfind(","), digits.rfind(".")
    if comma >= 0 and point >= 0:
        thousands = "." if comma > point else ","
        return digits.replace(thousands, "").replace(",", ".")
    if comma >= 0:
        return digits.replace(",", "") if re.fullmatch(r"[+-]?\d{1,3}(,\d{3})+", digits) else digits.replace(",", ".")
    return digits.replace(".", "") if re.fullmatch(r"[+-]?\d{1,3}(\.\d{3}){2,}", digits) else digits


def _text(value: Any) -> str:
    return value if isinstance(value, str) else str(value)
