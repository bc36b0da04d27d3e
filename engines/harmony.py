"""Splits what gpt-oss writes, which is a sequence of messages, each with a channel of its own in its head.

``<|channel|>analysis<|message|>…<|end|><|start|>assistant<|channel|>final<|message|>…``: thoughts, calls of functions
(``commentary to=functions.name``) and the answer. The prompt ends with the head of the first message already begun.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from engines.calls.call import Signatures, call_of
from engines.calls.readers import with_json
from engines.pieces import Channel, Piece, first_of, unfinished

CHANNEL, MESSAGE = "<|channel|>", "<|message|>"
ANSWER_HEAD = f"{CHANNEL}final{MESSAGE}"
"""Begins an answer without thoughts before it."""

START = "<|start|>"
_ENDS = ("<|end|>", "<|call|>", "<|return|>", START)
_NO_FUNCTIONS = ("assistant", "user", "all")
"""Recipients of a message that is none the less said, and no call."""

_RECIPIENT = re.compile(r"to=(?:functions\.)?([^\s<]+)")
_NAME = re.compile(rf"{re.escape(CHANNEL)}\s*(\w+)")
LONGEST_HEAD = 400


@dataclass(slots=True)
class HarmonySplitter:
    """The same as ``Splitter`` for those models; ``tools`` is None where none were offered, as there."""

    tools: Signatures | None = None
    _head: bool = field(default=True, init=False)
    _channel: Channel = field(default=Channel.CONTENT, init=False)
    _called: str = field(default="", init=False)
    _held: str = field(default="", init=False)

    @property
    def markers(self) -> tuple[str, ...]:
        """Control tokens all of them, which must be seen as text."""
        return (CHANNEL, MESSAGE, *_ENDS, "<|constrain|>")

    def feed(self, text: str) -> list[Piece]:
        """The pieces that ``text`` completes."""
        self._held += text
        return list(self._advance())

    def end(self, *, cut: bool = False) -> list[Piece]:
        """What was held back, once the answer is complete, or ``cut`` because it had no more room."""
        held, self._held = self._held, ""
        if self._head:
            self._channel = Channel.CONTENT  # the message before, a thought or a call, is over
            return [] if CHANNEL in held or held.startswith(START) else list(self._text(held))
        if cut and self._channel is Channel.TOOL and with_json(self._called, held) is None:
            self._channel = Channel.CONTENT
        return list(self._body(held, ended=True))

    def _advance(self) -> Iterator[Piece]:
        while self._held:
            markers = (MESSAGE,) if self._head else _ENDS
            at, marker = first_of(self._held, markers)
            if marker is None:
                yield from self._ready(markers)
                return
            before, self._held = self._held[:at], self._held[at + len(marker) :]
            if self._head:
                self._begin(before)
            else:
                yield from self._body(before, ended=True)
            self._head = not self._head
            if marker == START:  # belongs to the head that it begins
                self._held = START + self._held

    def _ready(self, markers: tuple[str, ...]) -> Iterator[Piece]:
        """What need not wait for the next marker. A head that does not end is none: the model wrote without any."""
        if self._head and len(self._held) <= LONGEST_HEAD:
            return
        if self._head:
            self._head, self._channel = False, Channel.CONTENT
        keep = len(self._held) if self._channel is Channel.TOOL else unfinished(self._held, markers)
        ready, self._held = self._held[: len(self._held) - keep], self._held[len(self._held) - keep :]
        yield from self._body(ready, ended=False)

    def _begin(self, head: str) -> None:
        """Turns to what the message with this head is for."""
        recipient, name = _RECIPIENT.search(head), _NAME.search(head)
        called = recipient is not None and recipient[0].removeprefix("to=") not in _NO_FUNCTIONS
        self._called = recipient[1] if recipient and called else ""
        if called and self.tools is not None:
            self._channel = Channel.TOOL
        else:
            self._channel = Channel.REASONING if name and name[1] == "analysis" else Channel.CONTENT

    def _body(self, text: str, *, ended: bool) -> Iterator[Piece]:
        if self._channel is not Channel.TOOL:
            yield from self._text(text)
        elif ended:
            yield Piece(Channel.TOOL, call=call_of(self._called, text.strip() or "{}"))

    def _text(self, text: str) -> Iterator[Piece]:
        if text:
            yield Piece(self._channel, text)
