"""The short form of columns ("date, total float, items list") and the JSON schema it stands for."""

from __future__ import annotations

import re
from typing import Any

# Bounded, because a small model that has begun to repeat itself would fill the answer up to max_tokens,
# and a cut answer is no JSON.
TEXT = {"type": "string", "maxLength": 200}
TYPES: dict[str, dict[str, Any]] = {
    "text": TEXT,
    "int": {"type": "integer"},
    "float": {"type": "number"},
    "bool": {"type": "boolean"},
    "list": {"type": "array", "items": {"type": "string", "maxLength": 100}, "maxItems": 8},
}
NAME = re.compile(r"[^\W\d]\w{0,62}")


def schema_of(columns: str) -> dict[str, Any]:
    """The JSON schema of a short form; a column without a type is text, ``a|b|c`` allows only these words.

    Raises ValueError with a sentence that names the column.
    """
    properties: dict[str, dict[str, Any]] = {}
    for column in columns.split(","):
        name, _, kind = column.strip().partition(" ")
        if not NAME.fullmatch(name):
            raise ValueError(f"{name!r} is not a column name: use letters, digits and _, beginning with a letter")
        if name in properties:
            raise ValueError(f"the column {name} is there twice")
        properties[name] = _type(name, kind.strip())
    return object_of(properties)


def object_of(properties: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """A schema that wants exactly these properties, all of them."""
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def _type(name: str, kind: str) -> dict[str, Any]:
    if "|" in kind:
        choices = [choice.strip() for choice in kind.split("|")]
        if not all(choices):
            raise ValueError(f"the column {name} has an empty choice in {kind!r}")
        return {"type": "string", "enum": choices}
    if kind not in TYPES and kind:
        raise ValueError(f"the column {name} has the unknown type {kind!r}; there are {', '.join(TYPES)}, and a|b|c")
    return TYPES[kind or "text"]
