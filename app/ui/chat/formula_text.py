"""Finds formulas in Markdown: ``$…$``, ``$$…$$``, ``\\(…\\)`` and ``\\[…\\]``, not in code, and no money."""

from __future__ import annotations

import re
from dataclasses import dataclass

# A formula of its own line ends at its mark; a blank line, a fence or this many characters say that it is none.
_DISPLAY = r"(?:(?!\n[ \t]*(?:\n|```|~~~))[\s\S]){1,2000}?"
_INLINE = r"(?:\\.|[^\\\n$`]){1,400}?"
_MARKS = re.compile(
    r"(?P<fence>```+)(?!`)[\s\S]*?(?<!`)(?P=fence)(?!`)"
    r"|(?P<ticks>``?)(?!`)(?:(?!\n[ \t]*\n)[\s\S])*?(?<!`)(?P=ticks)(?!`)"
    rf"|\$\$(?P<dollars>{_DISPLAY})\$\$"
    rf"|\\\[(?P<bracket>{_DISPLAY})\\\]"
    rf"|\\\((?P<paren>{_INLINE})\\\)"
    # as in pandoc: no white space inside of the marks; and what follows is no further amount or name
    rf"|(?<![\w$])\$(?=[^\s$])(?P<dollar>{_INLINE})(?<=\S)\$(?![\d$A-Z_]|[a-z]{{3}})"
    r"|(?P<open>(?:\$\$|\\\[|\\\()(?:(?!\n[ \t]*(?:\n|```|~~~))[\s\S]){0,2000}\Z)"
    r"|\\[\s\S]"
)
_MAY_HOLD = re.compile(r"\$|\\[(\[]")
_AMOUNT = re.compile(r"[\d.,]+[kKMm]?\s+[A-Za-z]{2,}|[\d.,]+[kKMm]?\s*[-–,;:/(]+$")
_FORMULAS = {"dollars": True, "bracket": True, "paren": False, "dollar": False}


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula at ``start`` to ``end`` of a text, marks included; ``display``: on a line of its own.

    ``closed`` is False for one at the text's end that is still being written.
    """

    start: int
    end: int
    latex: str
    display: bool
    closed: bool = True


def find_formulas(text: str) -> list[Formula]:
    """The formulas of a Markdown text in their order."""
    if not _MAY_HOLD.search(text):
        return []
    found = []
    for match in _MARKS.finditer(text):
        kind = match.lastgroup or ""
        if kind in _FORMULAS:
            latex = match[kind].strip()
            if latex and not (kind == "dollar" and _AMOUNT.match(latex)):
                found.append(Formula(match.start(), match.end(), latex, _FORMULAS[kind]))
        elif kind == "open":
            found.append(Formula(match.start(), match.end(), "", False, closed=False))
    return found


def masked(text: str) -> str:
    """The text with every formula made of the letter x: as long, with the same lines, and without Markdown in it."""
    parts, at = [], 0
    for formula in find_formulas(text):
        parts += [text[at : formula.start], re.sub(r"[^\n]", "x", text[formula.start : formula.end])]
        at = formula.end
    return "".join(parts) + text[at:] if parts else text
