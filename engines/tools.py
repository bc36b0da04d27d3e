"""Splits what a model writes into answer, reasoning and tool calls, while it is still writing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from engines.calls.call import Signatures
from engines.calls.formats import BARE, BY_OPENER, MARKERS, STRAY, Format, read
from engines.pieces import Channel, Piece, first_of, unfinished

__all__ = ["Channel", "Piece", "Splitter"]

_THINK = ("<think>", "</think>")
_BARE_CALL = re.compile(r"\s*(\{|\[\s*(\{|(?P<name>[A-Za-z_][\w.]*)((?P<opened>\()|$)|$))")


@dataclass(slots=True)
class Splitter:
    """Feed it text as it comes; pieces come out as soon as it is sure where they belong.

    ``reasons``: the model's template knows ``<think>``; ``reasoning_open``: the prompt ended inside it;
    ``tools``: what is known of the functions that were offered, None when none were. With none of them, text passes
    through untouched.
    """

    reasons: bool = False
    reasoning_open: bool = False
    tools: Signatures | None = None
    _thinks: bool = field(default=False, init=False)
    _format: Format | None = field(default=None, init=False)
    """Of the call that is being written."""
    _held: str = field(default="", init=False)
    _strip: bool = field(default=False, init=False)
    _said: bool = field(default=False, init=False)

    def __post_init__(self) -> None:
        self._thinks = self._strip = self.reasoning_open

    @property
    def markers(self) -> tuple[str, ...]:
        """What it goes by; some vocabularies have control tokens for it, which must then be seen as text."""
        thoughts = _THINK if self.reasons or self.reasoning_open else ()
        return thoughts if self.tools is None else (*thoughts, *MARKERS)

    def feed(self, text: str) -> list[Piece]:
        """The pieces that ``text`` completes."""
        if not (self.reasons or self.reasoning_open or self.tools is not None):
            return [Piece(Channel.CONTENT, text)] if text else []
        self._held += text
        return list(self._advance())

    def end(self, *, cut: bool = False) -> list[Piece]:
        """What was held back, once the answer is complete, or ``cut`` because it had no more room."""
        held, self._held = self._held, ""
        if self._format is not None:
            return list(self._calls(held, self._format, cut=cut))
        if self._may_be_bare_call(held):
            return list(self._calls(held, BARE, cut=cut))
        return list(self._text(held))

    def _advance(self) -> Iterator[Piece]:
        while self._held:
            if self._may_be_bare_call(self._held):
                return
            markers = self._markers_now()
            at, marker = first_of(self._held, markers)
            if marker is None:
                keep = len(self._held) if self._format else unfinished(self._held, markers)
                ready, self._held = self._held[: len(self._held) - keep], self._held[len(self._held) - keep :]
                yield from self._text(ready)
                return
            before, self._held = self._held[:at], self._held[at + len(marker) :]
            yield from self._cross(before, marker)

    def _markers_now(self) -> tuple[str, ...]:
        """The markers that mean something where the text has come to."""
        if self._format is not None:
            return (self._format.closer,) if self._format.closer else ()
        if self._thinks:
            return _THINK[1:]
        return (*(_THINK[:1] if self.reasons else ()), *((*BY_OPENER, STRAY) if self.tools is not None else ()))

    def _cross(self, before: str, marker: str) -> Iterator[Piece]:
        """What stood before a marker; then all is as the marker wants it."""
        if self._format is not None:
            yield from self._calls(before, self._format)
            self._format = None
        else:
            yield from self._text(before)
            self._format = BY_OPENER.get(marker)
            self._thinks = marker == _THINK[0]
        self._strip = True

    def _may_be_bare_call(self, held: str) -> bool:
        """Llama's way of calling is an answer that is nothing but a call: known only at the end."""
        possible = self.tools is not None and self._format is None and not self._thinks and not self._said
        found = _BARE_CALL.match(held) if possible else None
        return found is not None and self._may_be_offered(found["name"] or "", whole=bool(found["opened"]))

    def _may_be_offered(self, name: str, *, whole: bool) -> bool:
        """Whether a function on offer has this name, or may have once it is written to its end."""
        offered = self.tools or {}
        return not name or (name in offered if whole else any(one.startswith(name) for one in offered))

    def _text(self, text: str) -> Iterator[Piece]:
        if self._strip:
            text = text.lstrip("\n")
        if text:
            self._strip = False
            self._said |= not self._thinks and not text.isspace()
            yield Piece(Channel.REASONING if self._thinks else Channel.CONTENT, text)

    def _calls(self, text: str, form: Format, *, cut: bool = False) -> Iterator[Piece]:
        calls = read(text, form, self.tools or {}, cut=cut)
        self._said |= bool(text.strip())
        if calls:
            yield from (Piece(Channel.TOOL, call=call) for call in calls)
        elif text.strip():
            yield Piece(Channel.CONTENT, form.opener + text)
