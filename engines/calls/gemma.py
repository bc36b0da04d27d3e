"""Calls as Google's models write them: nearly JSON, but for its quotes."""

from __future__ import annotations

import json
import re

from engines.calls.call import Signatures, ToolCall
from engines.calls.readers import with_json
from engines.calls.values import from_json

QUOTES = ("<escape>", '<|"|>')

_NAMED_OBJECT = re.compile(r"\s*call:([\w.\-]+)(\{.*\})\s*", re.DOTALL)
_BARE_WORD = re.compile(r"[^\s{}\[\],:][^{}\[\],:]*")


def gemma_calls(text: str, signatures: Signatures) -> list[ToolCall]:
    """``call:name{key:value}``: keys without quotes, texts between quotes that are tokens of their own."""
    found = _NAMED_OBJECT.fullmatch(text)
    if found is None:
        return []
    quote = next((quote for quote in QUOTES if quote in text), QUOTES[0])
    call = with_json(found[1], _as_json(found[2], quote))
    return [call] if call else []


def _as_json(text: str, quote: str) -> str:
    """An object as those models write it, in JSON: every other part between the quotes is a text."""
    parts = text.split(quote)
    return "".join(
        json.dumps(part, ensure_ascii=False) if i % 2 else _BARE_WORD.sub(_quoted, part) for i, part in enumerate(parts)
    )


def _quoted(match: re.Match[str]) -> str:
    """A word that stands without quotes: what JSON knows stays as it is, unless it is a key."""
    word = match.group().strip()
    is_key = match.string[match.end() : match.end() + 1] == ":"
    return word if not is_key and _is_json(word) else json.dumps(word, ensure_ascii=False)


def _is_json(word: str) -> bool:
    try:
        from_json(word)
    except ValueError:
        return False
    return True
