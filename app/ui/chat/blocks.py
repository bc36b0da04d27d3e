"""Cuts a growing Markdown text into segments: text that is finished, a live tail, and fenced code."""

from __future__ import annotations

import re
from dataclasses import dataclass

from markdown_it import MarkdownIt

from app.ui.chat.formula_text import masked

# Tables and strikethrough as GitHub has them; raw HTML is text, so that ``List<String>`` survives.
_PARSER = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
# A list longer than this is cut between its items; a shorter one is kept whole, so that nothing on the page moves.
_LONG_LIST = 1_500
_FENCE = re.compile(r"^ {0,3}(?P<mark>`{3,}(?=[^`\n]*$)|~{3,})(?P<info>[^\n]*)$")


@dataclass(frozen=True, slots=True)
class Frozen:
    """Finished Markdown blocks, to be appended to the text before them. They never change again."""

    text: str


@dataclass(frozen=True, slots=True)
class Tail:
    """The Markdown after everything frozen; replaces the tail shown before."""

    text: str


@dataclass(frozen=True, slots=True)
class CodeOpened:
    """A fence opened; ``language`` is its first word."""

    language: str


@dataclass(frozen=True, slots=True)
class CodeAppended:
    """Code to append, exactly as written."""

    text: str


@dataclass(frozen=True, slots=True)
class CodeClosed:
    """The open fence closed; its code is complete."""


Change = Frozen | Tail | CodeOpened | CodeAppended | CodeClosed


class BlockStream:
    """Feed it text as it arrives; it returns what changed since the last call, and looks only at the tail."""

    def __init__(self) -> None:
        self._tail = ""
        self._fence: str | None = None
        self._shown = ""
        self._parsed = 0
        self._mid_line = False  # the last code line passed on was not complete: what follows cannot close the fence

    def feed(self, text: str) -> list[Change]:
        """Take the next piece of the answer."""
        self._tail += text.replace("\r\n", "\n").replace("\r", "\n")
        return self._advance(final=False)

    def finish(self) -> list[Change]:
        """The answer is complete: everything left becomes final, an open fence is closed."""
        changes = self._advance(final=True)
        if self._fence is not None:
            self._fence = None
            changes.append(CodeClosed())
        return changes

    def _advance(self, *, final: bool) -> list[Change]:
        changes: list[Change] = []
        progress = True
        while progress:
            progress = self._code(changes, final) if self._fence is not None else self._text(changes, final)
        if self._fence is None and self._tail != self._shown:
            self._shown = self._tail
            changes.append(Tail(self._tail))
        return changes

    def _text(self, changes: list[Change], final: bool) -> bool:
        """Freeze what is finished; True when a fence was entered, so that there is more to look at."""
        complete = self._tail if final else self._tail[: self._tail.rfind("\n") + 1]
        if not complete.strip() or (len(complete) == self._parsed and not final):
            return False  # nothing but the unfinished line has changed: there is nothing to parse
        lines = _lines(complete)
        fence_line, last_start = _landmarks(masked(complete))  # a line of a formula may look like a list
        if fence_line is not None:
            opening = _FENCE.match(lines[fence_line].rstrip("\n"))
            assert opening is not None, "the parser and the pattern must agree on what a fence is"
            self._freeze("".join(lines[:fence_line]), changes)
            self._tail = self._tail[len(lines[fence_line]) :]
            self._fence, self._parsed, self._mid_line = opening["mark"], 0, False
            words = opening["info"].split()
            changes.append(CodeOpened(words[0] if words else ""))
            return True
        frozen = complete if final else "".join(lines[:last_start])
        self._freeze(frozen, changes)
        self._parsed = len(complete) - len(frozen)
        return False

    def _freeze(self, text: str, changes: list[Change]) -> None:
        self._tail = self._tail[len(text) :]
        if not text.strip():
            return
        changes.append(Frozen(text))
        if self._shown:
            self._shown = ""
            changes.append(Tail(""))

    def _code(self, changes: list[Change], final: bool) -> bool:
        """Append complete lines up to the closing fence; True when it was found."""
        assert self._fence is not None
        closing = re.compile(rf"^ {{0,3}}{re.escape(self._fence[0])}{{{len(self._fence)},}}[ \t]*$")
        taken: list[str] = []
        for line in _lines(self._tail):
            ended = line.endswith("\n")
            if not self._mid_line and closing.match(line.rstrip("\n")) and (ended or final):
                self._take_code(taken, changes)
                self._tail = self._tail[len(line) :]
                changes.append(CodeClosed())
                self._fence = None
                return True
            if not self._mid_line and not ended and not final and _may_close(line, self._fence[0]):
                break
            taken.append(line)
            self._mid_line = not ended
        self._take_code(taken, changes)
        return False

    def _take_code(self, taken: list[str], changes: list[Change]) -> None:
        if taken:
            code = "".join(taken)
            self._tail = self._tail[len(code) :]
            changes.append(CodeAppended(code))


def _lines(text: str) -> list[str]:
    """Split after every newline and nowhere else; ``splitlines`` also cuts at form feeds, which code may hold."""
    return [line for line in re.split(r"(?<=\n)", text) if line]


def _may_close(line: str, mark: str) -> bool:
    """Whether a line that is still being written could become a closing fence."""
    return not line.strip(" \t" + mark)


def _landmarks(text: str) -> tuple[int | None, int]:
    """Return the line of the first top-level fence, if any, and the line where the last top-level block starts."""
    last = 0
    for token in _PARSER.parse(text):
        item = token.level == 1 and token.type == "list_item_open" and len(text) > _LONG_LIST
        if token.map is None or not (token.level == 0 or item):
            continue
        if token.type == "fence":
            return token.map[0], token.map[0]
        last = token.map[0]
    return None, last
