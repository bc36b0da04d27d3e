"""A tool call, and what is known of the functions that may be called."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

Signatures = Mapping[str, Mapping[str, Any]]
"""The functions on offer by name: of each the JSON schemas of its parameters by name."""


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A call that the model asks for; ``arguments`` is a JSON text, as in OpenAI's protocol."""

    id: str
    name: str
    arguments: str


def call_of(name: str, arguments: Any) -> ToolCall:
    """A call with an id of its own; arguments that are a text already are taken as they are.

    Raises ValueError for values that JSON has no form for.
    """
    written = arguments if isinstance(arguments, str) else json.dumps(arguments, ensure_ascii=False, allow_nan=False)
    return ToolCall(id=f"call_{secrets.token_hex(12)}", name=_sendable(name), arguments=_sendable(written))


def _sendable(text: str) -> str:
    """``text`` without halves of characters, which a model can write as escapes in JSON, and no one can send."""
    return text.encode("utf-8", "replace").decode("utf-8")


def signatures_of(tools: Iterable[Mapping[str, Any]]) -> Signatures:
    """What OpenAI's ``tools`` say of their functions; what is not described as it should be is passed over."""
    functions = [tool.get("function") for tool in tools]
    return {
        function["name"]: _parameters_of(function)
        for function in functions
        if isinstance(function, dict) and isinstance(function.get("name"), str)
    }


def _parameters_of(function: Mapping[str, Any]) -> Mapping[str, Any]:
    parameters = function.get("parameters")
    properties = parameters.get("properties") if isinstance(parameters, dict) else None
    return properties if isinstance(properties, dict) else {}
