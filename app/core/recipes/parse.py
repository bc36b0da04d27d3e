"""From a recipe file to a Recipe, or to one sentence with the line that is wrong."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from app.core.errors import UsageError
from app.core.recipes.columns import schema_of
from app.core.recipes.recipe import JOIN, PLACEHOLDER, Recipe, default_reduce

FENCE = "+++"


class RecipeError(UsageError):
    """A recipe has a mistake: ``line`` counts from 1, ``reason`` says what is wrong there."""

    def __init__(self, name: str, line: int, reason: str) -> None:
        super().__init__(f"The recipe {name} has a mistake in line {line}: {reason}.")
        self.line = line
        self.reason = reason


class InTextError(ValueError):
    """A mistake inside a text of several lines; ``line`` counts from 1 in the text."""

    def __init__(self, reason: str, line: int) -> None:
        super().__init__(reason)
        self.line = line


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("must be a text in quotes")
    return value


def _whole(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise ValueError("must be a whole number from 1 up")
    return value


def _number(lowest: float, highest: float) -> Callable[[object], float]:
    def check(value: object) -> float:
        if not isinstance(value, (int, float)) or isinstance(value, bool) or not lowest <= value <= highest:
            raise ValueError(f"must be a number from {lowest:g} to {highest:g}")
        return float(value)

    return check


def _columns(value: object) -> dict[str, Any]:
    return schema_of(_text(value))


def _schema(value: object) -> dict[str, Any]:
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except json.JSONDecodeError as error:
            raise InTextError(f"is not JSON ({error.msg})", error.lineno) from error
    if not isinstance(value, dict) or value.get("type") != "object" or not value.get("properties"):
        raise ValueError('must be a JSON schema with type = "object" and properties: they become the columns')
    # Imported by the first schema: it takes longer than the window may take to come up.
    from jsonschema import Draft202012Validator, SchemaError

    try:
        Draft202012Validator.check_schema(value)
    except SchemaError as error:
        raise ValueError(f"is no valid JSON schema ({error.message})") from error
    return value


def _reduce(value: object) -> str:
    if value == JOIN:
        return JOIN
    if _text(value).count(PLACEHOLDER) != 1:
        raise ValueError(f'must be "join", or hold {PLACEHOLDER} once: the answers to the parts are put there')
    return _text(value)


KEYS: dict[str, Callable[[object], Any]] = {
    "title": _text,
    "description": _text,
    "columns": _columns,
    "schema": _schema,
    "max_tokens": _whole,
    "temperature": _number(0, 2),
    "repetition_penalty": _number(0.5, 2),
    "max_chars": _whole,
    "timeout": _number(1, 86400),
    "reduce": _reduce,
    "language": _text,
}


def parse_recipe(name: str, source: str, path: Path | None = None) -> Recipe:
    """Read a recipe's text. Raises RecipeError, which names the line and the reason."""
    source = source.removeprefix("\ufeff").replace("\r\n", "\n")
    front, prompt, prompt_line = _split(name, source)
    values = _values(name, front)
    _check_prompt(name, prompt, prompt_line)
    return Recipe(
        name=name,
        title=values.get("title", name),
        description=values.get("description", ""),
        prompt=prompt,
        reduce=values.get("reduce") or default_reduce(prompt),
        source=source,
        schema=values.get("schema", values.get("columns")),
        max_tokens=values.get("max_tokens", 256),
        temperature=values.get("temperature", 0.0),
        repetition_penalty=values.get("repetition_penalty", 1.0),
        max_chars=values.get("max_chars"),
        timeout_s=values.get("timeout"),
        language=values.get("language"),
        path=path,
    )


def load_recipe(path: Path) -> Recipe:
    """Read a recipe file. Raises RecipeError for a mistake in it, UsageError when it cannot be read."""
    try:
        source = path.read_text(encoding="utf-8")
    except OSError as error:
        raise UsageError(f"The recipe {path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"The recipe {path} is not UTF-8 text. Save it as UTF-8.") from error
    return parse_recipe(path.stem, source, path)


def _split(name: str, source: str) -> tuple[str, str, int]:
    """The front matter, the prompt, and the prompt's first line number."""
    lines = source.split("\n")
    if lines[0].strip() != FENCE:
        return "", source.strip(), 1
    for number, line in enumerate(lines[1:], 2):
        if line.strip() == FENCE:
            return "\n".join(lines[1 : number - 1]), "\n".join(lines[number:]).strip(), number + 1
    raise RecipeError(name, 1, f"the front matter is not closed with a line of {FENCE}")


def _values(name: str, front: str) -> dict[str, Any]:
    try:
        raw = tomllib.loads(front)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"\(at line (\d+)", str(error))
        line = int(place[1]) if place else front.count("\n") + 1
        raise RecipeError(name, line + 1, re.sub(r" \(at .*\)", "", str(error)).rstrip(".")) from error
    values: dict[str, Any] = {}
    for key, value in raw.items():
        if key not in KEYS:
            raise RecipeError(name, _line_of(front, key), f"{key!r} is not known; there are {', '.join(KEYS)}")
        try:
            values[key] = KEYS[key](value)
        except ValueError as error:
            reason = str(error)
            line = _line_of(front, key) + (_lines_into(front, key, error.line) if isinstance(error, InTextError) else 0)
            raise RecipeError(name, line, reason if reason.startswith("the column") else f"{key} {reason}") from error
    if "columns" in values and "schema" in values:
        raise RecipeError(name, _line_of(front, "schema"), "there is both columns and schema; keep one of them")
    return values


def _check_prompt(name: str, prompt: str, line: int) -> None:
    found = prompt.count(PLACEHOLDER)
    if found == 0:
        raise RecipeError(name, line, f"the prompt lacks {PLACEHOLDER}: the document is put there")
    if found > 1:
        second = prompt.index(PLACEHOLDER, prompt.index(PLACEHOLDER) + 1)
        raise RecipeError(name, line + prompt[:second].count("\n"), f"{PLACEHOLDER} is there twice; keep the last one")


def _lines_into(front: str, key: str, line: int) -> int:
    """How far below its key a line of a text stands; TOML leaves out a line break right after the quotes."""
    head = front.split("\n")[_line_of(front, key) - 2].rstrip()
    return line - 1 + head.endswith(('"""', "'''"))


def _line_of(front: str, key: str) -> int:
    """The line of a key in the file; the front matter begins in line 2."""
    pattern = re.compile(rf"\s*(\[+\s*)?[\"']?{re.escape(key)}[\"']?\s*[=.\]]")
    for number, line in enumerate(front.split("\n"), 2):
        if pattern.match(line):
            return number
    return 2
