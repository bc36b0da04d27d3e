"""Answers in the shapes of OpenAI's protocol. Chunks are written by hand: they are made once per token."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from engines.calls.call import ToolCall
from engines.pieces import Channel, Piece
from engines.request import Delta, FinishReason, Timings, TokenLogprob, Usage
from engines.tokenizer import Tokenizer

_encode = json.JSONEncoder(ensure_ascii=False).encode
DONE = b"data: [DONE]\n\n"


def usage_of(usages: Sequence[Usage | None]) -> dict[str, Any]:
    """OpenAI's usage over all choices: the prompt counts once, generated tokens add up."""
    known = [usage for usage in usages if usage is not None]
    prompt = known[0].prompt if known else 0
    generated = sum(usage.generated for usage in known)
    return {
        "prompt_tokens": prompt,
        "completion_tokens": generated,
        "total_tokens": prompt + generated,
        "prompt_tokens_details": {"cached_tokens": known[0].cached if known else 0},
    }


def timings_of(timings: Timings | None) -> dict[str, float] | None:
    """Seconds and rates of one answer."""
    return asdict(timings) if timings else None


def finish_of(finish: FinishReason, called: bool) -> str:
    """OpenAI's finish reason; an answer that ends with tool calls says so."""
    return "tool_calls" if called and finish is FinishReason.STOP else str(finish)


def logprobs_of(entries: Sequence[TokenLogprob], tokenizer: Tokenizer) -> dict[str, Any]:
    """OpenAI's ``logprobs`` of some tokens."""
    return {"content": [_logprob(entry, tokenizer) for entry in entries], "refusal": None}


def _logprob(entry: TokenLogprob, tokenizer: Tokenizer) -> dict[str, Any]:
    top = [_token(token, value, tokenizer) for token, value in entry.top]
    return {**_token(entry.token, entry.logprob, tokenizer), "top_logprobs": top}


def _token(token: int, logprob: float, tokenizer: Tokenizer) -> dict[str, Any]:
    piece = tokenizer.piece(token)
    return {"token": piece.decode("utf-8", "replace"), "logprob": max(logprob, -9999.0), "bytes": list(piece)}


def call_of(call: ToolCall, index: int | None = None) -> dict[str, Any]:
    """A tool call; in a chunk it has an index."""
    shape = {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}
    return shape if index is None else {"index": index, **shape}


def message_of(pieces: Sequence[Piece]) -> dict[str, Any]:
    """The whole message of one choice."""
    texts = {
        channel: "".join(piece.text for piece in pieces if piece.channel is channel and piece.call is None)
        for channel in (Channel.CONTENT, Channel.REASONING)
    }
    calls = [call_of(piece.call) for piece in pieces if piece.call]
    message: dict[str, Any] = {"role": "assistant", "content": texts[Channel.CONTENT], "refusal": None}
    if texts[Channel.REASONING]:
        message["reasoning_content"] = texts[Channel.REASONING]
    if calls:
        message["tool_calls"] = calls
        message["content"] = texts[Channel.CONTENT].strip() or None
    return message


class ChunkWriter:
    """Writes the server-sent events of one streamed answer."""

    def __init__(self, name: str, model: str, tokenizer: Tokenizer) -> None:
        head = {"id": name, "object": "chat.completion.chunk", "created": int(time.time()), "model": model}
        self._head = b"data: " + json.dumps(head)[:-1].encode()
        self._tokenizer = tokenizer
        self._calls: dict[int, int] = {}

    def role(self, choice: int) -> bytes:
        """The first chunk of a choice."""
        return self._choice(choice, {"role": "assistant", "content": ""}, None, None)

    def pieces(self, choice: int, pieces: Sequence[Piece], logprobs: Sequence[TokenLogprob] = ()) -> bytes:
        """Chunks with text or tool calls; log probabilities go with the first, alone when there is no text."""
        if not logprobs and len(pieces) == 1 and pieces[0].call is None:
            return self._text(choice, pieces[0])
        out = []
        shape = logprobs_of(logprobs, self._tokenizer) if logprobs else None
        for piece in pieces:
            out.append(self._choice(choice, self._delta(choice, piece), shape, None))
            shape = None
        if shape is not None:
            out.append(self._choice(choice, {"content": ""}, shape, None))
        return b"".join(out)

    def _text(self, choice: int, piece: Piece) -> bytes:
        """What ``_choice`` would write for a piece of text, without taking it apart: this is done for every token."""
        text = _encode(piece.text).encode("utf-8", "replace")
        channel = str(piece.channel).encode()
        return b'%b,"choices":[{"index":%d,"delta":{"%b":%b},"logprobs":null,"finish_reason":null}]}\n\n' % (
            self._head, choice, channel, text,
        )  # fmt: skip

    def finish(self, choice: int, delta: Delta) -> bytes:
        """The last chunk of a choice, with its timings."""
        assert delta.finish is not None
        reason = finish_of(delta.finish, called=bool(self._calls.get(choice)))
        return self._choice(choice, {}, None, reason, {"timings": timings_of(delta.timings)})

    def usage(self, usages: Sequence[Usage | None], timings: Timings | None) -> bytes:
        """The chunk after the last choice that ``include_usage`` asks for."""
        return self._event({"choices": [], "usage": usage_of(usages), "timings": timings_of(timings)})

    def _delta(self, choice: int, piece: Piece) -> dict[str, Any]:
        if piece.call is None:
            return {str(piece.channel): piece.text}
        index = self._calls.get(choice, 0)
        self._calls[choice] = index + 1
        return {"tool_calls": [call_of(piece.call, index)]}

    def _choice(
        self,
        index: int,
        delta: dict[str, Any],
        logprobs: dict[str, Any] | None,
        finish: str | None,
        extra: dict[str, Any] | None = None,
    ) -> bytes:
        choice = {"index": index, "delta": delta, "logprobs": logprobs, "finish_reason": finish}
        return self._event({"choices": [choice], **(extra or {})})

    def _event(self, rest: dict[str, Any]) -> bytes:
        body = json.dumps(rest, ensure_ascii=False, separators=(",", ":"))
        return b"%b,%b\n\n" % (self._head, body[1:].encode("utf-8", "replace"))


def error_event(shape: dict[str, Any]) -> bytes:
    """An error in the middle of a stream, as OpenAI's clients recognise it."""
    return b"data: " + json.dumps(shape).encode() + b"\n\n"
