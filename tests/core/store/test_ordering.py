"""Columns sort as people read them, however the model wrote the values."""

from __future__ import annotations

import pytest

from app.core.natural import natural_key
from app.core.store.ordering import as_date, as_number, order


@pytest.mark.parametrize(
    ("text", "number"),
    [("5,670 pounds", 5670.0), ("€ 1.234,50", 1234.5), ("1,234.50", 1234.5), ("12,5", 12.5), ("-3", -3.0),
     ("1.234.567", 1234567.0), ("3.14", 3.14), ("12 345 EUR", 12345.0), ("unknown", None), ("", None),
     ("bill-2.txt", None), ("INV12", None),
     ("EUR 3", 3.0), ("12kg", 12.0), ("-4 %", -4.0), ("$5", 5.0), ("2.txt", None), (True, 1.0)],
)  # fmt: skip
def test_a_number_is_read_with_its_unit_and_either_decimal_sign(text: object, number: float | None) -> None:
    assert as_number(text) == number


@pytest.mark.parametrize(
    "text",
    ["2025-02-11", "11 February 2025", "11. Februar 2025", "February 11, 2025", "11.02.2025", "11th Feb 2025"],
)
def test_a_date_is_the_same_day_however_it_is_written(text: str) -> None:
    assert as_date(text) == as_date("2025-02-11")


def test_no_date_is_seen_where_there_is_none() -> None:
    assert [as_date(text) for text in ("5,670 pounds", "2025", "in the spring of 2025", None)] == [None] * 4


def sorted_by(values: list[object], *, descending: bool = False) -> list[object]:
    return [values[place] for place in order(values, descending=descending)]


def test_numbers_sort_by_size_and_what_is_none_comes_last() -> None:
    values: list[object] = ["900 EUR", None, "1,200 EUR", "unknown", "85 EUR"]
    assert sorted_by(values) == ["85 EUR", "900 EUR", "1,200 EUR", "unknown", None]
    assert sorted_by(values, descending=True)[-1] is None


def test_dates_sort_by_day_not_by_letter() -> None:
    assert sorted_by(["2 March 2025", "11 February 2025", "30 January 2024"]) == [
        "30 January 2024",
        "11 February 2025",
        "2 March 2025",
    ]


def test_words_sort_whatever_their_case_and_numbers_in_them_by_size() -> None:
    assert sorted_by(["File 10", "apple", "file 2", "Banana"]) == ["apple", "Banana", "file 2", "File 10"]
    assert natural_key("a2") < natural_key("A10")
    assert natural_key("a007") == natural_key("a7")
    assert natural_key("9" * 20) < natural_key("1" + "0" * 20)
