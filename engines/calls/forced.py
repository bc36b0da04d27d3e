"""The JSON schema of a call that has to be made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


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
