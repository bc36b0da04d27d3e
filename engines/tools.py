"""Splits what a model writes into answer, reasoning and tool calls, while it is still writing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from engines.calls import ARGUMENTS_MARKER, ID_MARKER, LIST_MARKER, ToolCall, parse_calls

_THINK = ("<think>", "</think>")
_TOOL = ("<tool_call>", "</tool_call>")
_TO_THE_END = "\0"
"""Closes nothing: all that follows the marker belongs to the calls."""

_BARE_CALL = re.compile(r"\s*(\{|\[\s*(\{|$))")


class Channel(StrEnum):
    """Where a piece of text belongs."""

    CONTENT = "content"
    REASONING = "reasoning_content"
    TOOL = "tool_calls"


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text of one channel, or a complete tool call."""

    channel: Channel
    text: str = ""
    call: ToolCall | None = None


@dataclass(slots=True)
class Splitter:
    """Feed it text as it comes; pieces come out as soon as it is sure where they belong.

    ``reasons``: the model's template knows ``<think>``; ``reasoning_open``: the prompt ended inside it;
    ``tools``: tools were offered. With none of them, text passes through untouched.
    """

    reasons: bool = False
    reasoning_open: bool = False
    tools: bool = False
    _channel: Channel = field(default=Channel.CONTENT, init=False)
    _closer: str = field(default="", init=False)
    _held: str = field(default="", init=False)
    _strip: bool = field(default=False, init=False)
    _said: bool = field(default=False, init=False)

    def __post_init__(self) -> None:
        if self.reasoning_open:
            self._enter(Channel.REASONING, _THINK[1])

    @property
    def markers(self) -> tuple[str, ...]:
        """What it goes by; some vocabularies have control tokens for it, which must then be seen as text."""
        thoughts = _THINK if self.reasons or self.reasoning_open else ()
        return (*thoughts, *_TOOL, LIST_MARKER, ARGUMENTS_MARKER, ID_MARKER) if self.tools else thoughts

    def feed(self, text: str) -> list[Piece]:
        """The pieces that ``text`` completes."""
        if not (self.reasons or self.reasoning_open or self.tools):
            return [Piece(Channel.CONTENT, text)] if text else []
        self._held += text
        return list(self._advance())

    def end(self) -> list[Piece]:
        """What was held back, once the answer is complete."""
        held, self._held = self._held, ""
        if self._channel is Channel.TOOL:
            return list(self._calls(held, self._closer))
        if self._may_be_bare_call(held):
            return list(self._calls(held, ""))
        return list(self._text(held))

    def _advance(self) -> Iterator[Piece]:
        while self._held:
            if self._may_be_bare_call(self._held):
                return
            markers = [self._closer] if self._closer else self._openers()
            at, marker = _first(self._held, markers)
            if marker is None:
                keep = len(self._held) if self._channel is Channel.TOOL else _partial(self._held, markers)
                ready, self._held = self._held[: len(self._held) - keep], self._held[len(self._held) - keep :]
                yield from self._text(ready)
                return
            before, self._held = self._held[:at], self._held[at + len(marker) :]
            yield from self._cross(before, marker)

    def _cross(self, before: str, marker: str) -> Iterator[Piece]:
        if self._channel is Channel.TOOL:
            yield from self._calls(before, marker)
            self._enter(Channel.CONTENT, "")
        elif marker == self._closer:
            yield from self._text(before)
            self._enter(Channel.CONTENT, "")
        else:
            yield from self._text(before)
            closers = {_THINK[0]: _THINK[1], _TOOL[0]: _TOOL[1], LIST_MARKER: _TO_THE_END}
            self._enter(Channel.REASONING if marker == _THINK[0] else Channel.TOOL, closers[marker])

    def _enter(self, channel: Channel, closer: str) -> None:
        self._channel, self._closer, self._strip = channel, closer, True

    def _openers(self) -> list[str]:
        return ([_THINK[0]] if self.reasons else []) + ([_TOOL[0], LIST_MARKER] if self.tools else [])

    def _may_be_bare_call(self, held: str) -> bool:
        """Llama's way of calling is an answer that is nothing but JSON: known only at the end."""
        possible = self.tools and self._channel is Channel.CONTENT and not self._said
        return possible and _BARE_CALL.match(held) is not None

    def _text(self, text: str) -> Iterator[Piece]:
        if self._strip:
            text = text.lstrip("\n")
        if text:
            self._strip = False
            self._said |= self._channel is Channel.CONTENT and not text.isspace()
            yield Piece(self._channel, text)

    def _calls(self, text: str, marker: str) -> Iterator[Piece]:
        calls = parse_calls(text, marked=bool(marker))
        self._said |= bool(text.strip())
        if calls:
            yield from (Piece(Channel.TOOL, call=call) for call in calls)
        elif text.strip():
            opener = {_TOOL[1]: _TOOL[0], _TO_THE_END: LIST_MARKER}.get(marker, "")
            yield Piece(Channel.CONTENT, opener + text)


def _first(text: str, markers: list[str]) -> tuple[int, str | None]:
    found = [(text.find(marker), marker) for marker in markers if marker in text]
    return min(found) if found else (-1, None)


def _partial(text: str, markers: list[str]) -> int:
    """How many characters at the end of ``text`` could be the beginning of a marker."""
    longest = max((len(marker) for marker in markers), default=1) - 1
    for size in range(min(longest, len(text)), 0, -1):
        if any(marker.startswith(text[-size:]) for marker in markers):
            return size
    return 0
