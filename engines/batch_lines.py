"""Lines of an OpenAI batch file: requests that leave, and answers that come back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from engines.completions import body_of, completion_of, reasoning_of
from engines.exchange import ChatSampling, Completion, Messages
from engines.request import Priority

Dialect = Literal["openai", "vllm"]
"""Whose fields may be used: only those that OpenAI's protocol has, or vLLM's as well."""

URL = "/v1/chat/completions"


@dataclass(frozen=True, slots=True)
class BatchAnswer:
    """What came back for one request: a completion, or else ``failure``, why there is none.

    ``too_long``: the server found the prompt longer than its context; ``passing``: the same request may go well later.
    """

    custom_id: str
    completion: Completion | None = None
    failure: str = ""
    too_long: bool = False
    passing: bool = False


def request_line(custom_id: str, model: str, messages: Messages, sampling: ChatSampling, dialect: Dialect) -> str:
    """One request as a line, without its end."""
    body = body_of(model, messages, sampling, Priority.INTERACTIVE)
    if dialect == "openai":
        body["max_completion_tokens"] = body.pop("max_tokens", None)
        for foreign in ("repetition_penalty", "top_k", "min_p"):
            body.pop(foreign, None)
    shape = {"custom_id": custom_id, "method": "POST", "url": URL, "body": body}
    return json.dumps(shape, ensure_ascii=False, separators=(",", ":"))


def read_answer(line: str) -> BatchAnswer:
    """The answer in a line of an output or error file. Raises ValueError for a line that holds none."""
    try:
        shape = json.loads(line)
        custom_id, response, error = shape["custom_id"], shape.get("response") or {}, shape.get("error")
        if not isinstance(custom_id, str):
            raise TypeError
        body = response.get("body") or (response if "choices" in response else {})  # some leave the wrapping out
        status = response.get("status_code", 200 if body is response else 0)
        if error or status != 200:
            return _failed(custom_id, status, error or body)
        return BatchAnswer(custom_id, _completion(body))
    except (ValueError, KeyError, TypeError, AttributeError, LookupError) as problem:
        raise ValueError("it is no answer of a batch file") from problem


def _completion(body: Mapping[str, Any]) -> Completion:
    choice = body["choices"][0]
    message = choice["message"]
    return completion_of(
        body,
        text=message.get("content") or "",
        reasoning=reasoning_of(message),
        finish=choice.get("finish_reason"),
        seconds=0.0,
        ttft_s=None,
    )


def _failed(custom_id: str, status: int, said: Any) -> BatchAnswer:
    inner = said.get("error", said) if isinstance(said, Mapping) else said
    code, sentence = "", str(inner)
    if isinstance(inner, Mapping):
        code, sentence = str(inner.get("code") or ""), str(inner.get("message") or inner)
    too_long = "context_length" in code or "maximum context" in sentence.lower()
    passing = status == 429 or status >= 500 or code in ("batch_expired", "batch_cancelled")
    return BatchAnswer(custom_id, failure=sentence or f"status {status}", too_long=too_long, passing=passing)
