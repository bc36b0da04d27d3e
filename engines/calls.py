"""Tool calls: the ways in which models write them, and the schema of one that has to be made."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

LIST_MARKER = "[TOOL_CALLS]"
ARGUMENTS_MARKER = "[ARGS]"
ID_MARKER = "[CALL_ID]"


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A call that the model asks for; ``arguments`` is a JSON text, as in OpenAI's protocol."""

    id: str
    name: str
    arguments: str


def parse_calls(text: str, *, marked: bool = False) -> list[ToolCall]:
    """The calls in ``text``; empty when it is something else.

    A JSON object or a list of them, or Mistral's names and arguments. ``marked``: they stand behind a marker, so that
    an object with nothing but a name is a call as well.
    """
    if marked and ARGUMENTS_MARKER in text:
        calls = [_named(part) for part in text.split(LIST_MARKER) if part.strip()]
    else:
        try:
            value = json.loads(text)
        except ValueError:
            return []
        calls = [_call(item, marked) for item in (value if isinstance(value, list) else [value])]
    return [call for call in calls if call] if all(calls) else []


def _call(item: Any, marked: bool) -> ToolCall | None:
    if not isinstance(item, dict) or not isinstance(item.get("name"), str):
        return None
    arguments = item.get("arguments", item.get("parameters"))
    if arguments is None:
        return _made(item["name"], "{}") if marked else None
    return _made(item["name"], arguments if isinstance(arguments, str) else json.dumps(arguments, ensure_ascii=False))


def _named(part: str) -> ToolCall | None:
    """``name[ARGS]{…}``, between the two perhaps an id, which nobody needs."""
    name, _, arguments = part.partition(ARGUMENTS_MARKER)
    name = name.partition(ID_MARKER)[0].strip()
    try:
        json.loads(arguments)
    except ValueError:
        return None
    return _made(name, arguments.strip()) if re.fullmatch(r"\S+", name) else None


def _made(name: str, arguments: str) -> ToolCall:
    return ToolCall(id=f"call_{secrets.token_hex(12)}", name=name, arguments=arguments)


def schema_of_call(functions: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The JSON schema of a call of one of ``functions``, each as OpenAI describes it."""
    calls = [
        {
            "type": "object",
            "properties": {"name": {"const": function["name"]}, "arguments": {"$ref": f"#/$defs/{index}"}},
            "required": ["name", "arguments"],
            "additionalProperties": False,
        }
        for index, function in enumerate(functions)
    ]
    parameters = {
        str(index): _moved(function.get("parameters") or {"type": "object", "properties": {}}, f"#/$defs/{index}")
        for index, function in enumerate(functions)
    }
    return {"anyOf": calls, "$defs": parameters}


def _moved(schema: Any, place: str) -> Any:
    """``schema`` as it reads at ``place``: what points to its root points there."""
    if isinstance(schema, list):
        return [_moved(part, place) for part in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: place + value[1:] if key == "$ref" and isinstance(value, str) and value.startswith("#")
        else _moved(value, place)
        for key, value in schema.items()
    }  # fmt: skip
