"""The page about settings names every key, and the defaults that they have."""

from __future__ import annotations

import dataclasses
import re
import tomllib
from pathlib import Path

from app.core.settings import Settings

PAGE = Path(__file__).resolve().parents[2] / "docs" / "settings.md"


def documented() -> dict[str, dict[str, str]]:
    """The last cell of every key's row, by table and key."""
    found: dict[str, dict[str, str]] = {}
    for section in re.split(r"^## ", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
        rows = re.findall(r"^\| (`\w+`(?:, `\w+`)*) \|.*\| ([^|]+) \|$", section, re.MULTILINE)
        name = section[section.index("[") + 1 : section.index("]")]
        found[name] = {key: default for keys, default in rows for key in re.findall(r"\w+", keys)}
    return found


def test_every_setting_is_documented_and_no_other() -> None:
    named = {name: set(keys) for name, keys in documented().items()}
    assert named == {
        one.name: {key.name for key in dataclasses.fields(getattr(Settings(), one.name))}
        for one in dataclasses.fields(Settings)
    }


def test_the_defaults_that_are_documented_are_those_of_the_program() -> None:
    for name, keys in documented().items():
        section = getattr(Settings(), name)
        for key, said in keys.items():
            default = getattr(section, key)
            if default != "":  # an empty text is said in words: what is done without one
                assert (
                    tomllib.loads(f"it = {said.partition(':')[0]}" if said[0] != '"' else f"it = {said}")["it"]
                    == default
                ), key
