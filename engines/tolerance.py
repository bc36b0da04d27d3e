"""What one server does not take, learnt from its refusals, and how to ask it all the same."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Mapping
from typing import Any

from engines.errors import CONTEXT_EXCEEDED, RequestError

log = logging.getLogger(__name__)

DISPENSABLE = (
    *("priority", "repetition_penalty", "top_k", "min_p", "seed"),
    *("stream_options", "response_format", "top_p", "temperature"),
)
"""Fields without which a request still makes sense, the least of them first."""

_REFUSAL = re.compile(
    r"support|unrecogni|unknown|unexpected|extra|permitted|allowed|enabled|available|validation error", re.IGNORECASE
)


class Tolerance:
    """Leaves out what this server has refused by name once. Each refusal costs one more request, once."""

    def __init__(self) -> None:
        self.left_out: set[str] = set()
        self._renames = False
        self._schema_in_object = False

    def fit(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """``body`` as this server takes it; a schema that it does not take is asked for in words."""
        fitted = {name: value for name, value in body.items() if name not in self.left_out}
        if self._renames and "max_tokens" in fitted:
            fitted["max_completion_tokens"] = fitted.pop("max_tokens")
        if self._schema_in_object and _schema_of(fitted):
            fitted["response_format"] = {"type": "json_object", "schema": _schema_of(fitted)}
        if "response_format" in body and "response_format" not in fitted:
            fitted["messages"] = _in_words(body["messages"], body["response_format"])
        return fitted

    def learn(self, asked: Mapping[str, Any], error: RequestError) -> bool:
        """Whether ``error`` names a field of ``asked`` that can be left out, or be called otherwise, from now on."""
        sentence = str(error)
        if error.code == CONTEXT_EXCEEDED:
            return False
        if "max_tokens" in asked and "max_completion_tokens" in sentence and "instead" in sentence:
            self._renames = True
            return True
        if not _REFUSAL.search(sentence):
            return False
        if _schema_of(asked) and _names(sentence, "response_format") and "json_object" in sentence:
            self._schema_in_object = True  # the form that llama.cpp's servers had before OpenAI's
            return True
        refused = next((name for name in DISPENSABLE if name in asked and _names(sentence, name)), None)
        if refused is None:
            return False
        log.warning("the server does not take '%s', which is left out from now on: %s", refused, sentence)
        self.left_out.add(refused)
        return True


def _schema_of(body: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The schema that is asked for in OpenAI's form."""
    schema = body.get("response_format", {}).get("json_schema", {}).get("schema")
    return schema if isinstance(schema, Mapping) else None


def _names(sentence: str, field: str) -> bool:
    return re.search(rf"\b{field}\b", sentence, re.IGNORECASE) is not None


def _in_words(messages: list[Mapping[str, Any]], wanted: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    schema = wanted.get("json_schema", {}).get("schema")
    words = f" that fits this JSON schema: {json.dumps(schema)}" if schema else ""
    *before, last = messages
    return [*before, {**last, "content": f"{last['content']}\n\nAnswer with one JSON object and nothing else{words}"}]
