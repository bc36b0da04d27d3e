"""A question in OpenAI's protocol, and its answer put together again, whole or streamed."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from engines.exchange import ChatSampling, Completion, Messages, StreamPart
from engines.request import Priority


def body_of(model: str | None, messages: Messages, sampling: ChatSampling, priority: Priority) -> dict[str, Any]:
    """The body of a chat request. Only what differs from a server's defaults: strict ones refuse unknown fields."""
    body: dict[str, Any] = {
        "model": model,
        "messages": list(messages),
        "temperature": sampling.temperature,
        "top_p": sampling.top_p,
    }
    wanted = {
        "max_tokens": sampling.max_tokens,
        "top_k": sampling.top_k or None,
        "min_p": sampling.min_p or None,
        "repetition_penalty": sampling.repetition_penalty if sampling.repetition_penalty != 1.0 else None,
        "seed": sampling.seed,
        "stop": list(sampling.stop) or None,
        "priority": int(priority) or None,
        "response_format": _format_of(sampling.schema),
    }
    return body | {name: value for name, value in wanted.items() if value is not None}


def _format_of(schema: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if schema is None:
        return None
    if not schema:
        return {"type": "json_object"}
    return {"type": "json_schema", "json_schema": {"name": "answer", "schema": dict(schema)}}


def reasoning_of(message: Mapping[str, Any]) -> str:
    """What the model thought, in a message or a chunk's delta: DeepSeek's field, or vLLM's present one."""
    return message.get("reasoning_content") or message.get("reasoning") or ""


class Gathered:
    """Puts a streamed answer together."""

    def __init__(self, began: float) -> None:
        self.finish: str | None = None
        self._began = began
        self._ttft_s: float | None = None
        self._texts: list[str] = []
        self._reasonings: list[str] = []
        self._answer: dict[str, Any] = {}

    def take(self, chunk: Any) -> StreamPart | None:
        """The part that a chunk holds, None when it holds no text."""
        for name in ("model", "usage", "timings"):
            if chunk.get(name):
                self._answer[name] = chunk[name]
        if not chunk.get("choices"):
            return None
        choice = chunk["choices"][0]
        self.finish = choice.get("finish_reason") or self.finish
        delta = choice.get("delta") or {}
        text, reasoning = delta.get("content") or "", reasoning_of(delta)
        if not text and not reasoning:
            return None
        if self._ttft_s is None:
            self._ttft_s = time.perf_counter() - self._began
        self._texts.append(text)
        self._reasonings.append(reasoning)
        return StreamPart(text, reasoning=reasoning)

    def completion(self) -> Completion:
        """The whole answer. A server that tells no usage sends a token in each chunk, so these are counted."""
        self._answer.setdefault("usage", {"completion_tokens": len(self._texts)})
        return completion_of(
            self._answer,
            text="".join(self._texts),
            reasoning="".join(self._reasonings),
            finish=self.finish,
            seconds=time.perf_counter() - self._began,
            ttft_s=self._ttft_s,
        )


def completion_of(
    answer: Mapping[str, Any], *, text: str, reasoning: str, finish: str | None, seconds: float, ttft_s: float | None
) -> Completion:
    """An answer with its figures: the server's own where it tells them, else ours, in seconds."""
    usage, timings = answer.get("usage") or {}, answer.get("timings") or {}
    return Completion(
        text=text,
        finish_reason="length" if finish == "length" else "stop",
        prompt_tokens=usage.get("prompt_tokens") or 0,
        cached_tokens=(usage.get("prompt_tokens_details") or {}).get("cached_tokens") or 0,
        generated_tokens=usage.get("completion_tokens") or 0,
        ttft_s=timings.get("ttft_s", ttft_s),
        seconds=timings.get("total_s", seconds),
        decode_tokens_per_s=timings.get("decode_tokens_per_s"),
        model=answer.get("model") or "",
        reasoning=reasoning,
    )
