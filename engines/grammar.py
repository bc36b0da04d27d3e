"""Answers that fit a JSON schema: llguidance decides which tokens may come next."""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from llguidance import LLExecutor, LLMatcher, LLTokenizer
from llguidance.numpy import allocate_token_bitmask, fill_next_token_bitmask_par
from numpy.typing import NDArray

from engines.backends.base import Logits
from engines.errors import EngineError, RequestError
from engines.tokenizer import Tokenizer

# Small models write endless tabs and newlines between JSON's tokens if they may.
COMPILE_OPTIONS: Any = {
    "whitespace_flexible": False,
    "item_separator": ", ",
    "key_separator": ": ",
    "coerce_one_of": True,
}
KEPT_SCHEMAS = 32


class GrammarFailed(EngineError):
    """The grammar of a running answer broke down, for instance because it grew too complex."""


class Grammar:
    """The state of one constrained answer: what has been written, and so what may follow."""

    def __init__(self, matcher: LLMatcher) -> None:
        self.matcher = matcher

    def accept(self, token: int) -> None:
        """Takes note of a token that the masks allowed."""
        self.matcher.consume_token(token)

    @property
    def complete(self) -> bool:
        """Whether nothing but the end can follow."""
        return bool(self.matcher.is_stopped())

    @property
    def error(self) -> str | None:
        """Why the grammar cannot go on, None as long as it can."""
        return str(self.matcher.get_error()) if self.matcher.is_error() else None


class GrammarCompiler:
    """Compiles JSON schemas for one vocabulary and keeps the last ones. Safe to use from any thread."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer
        self._constrained: LLTokenizer | None = None
        self._compiled: OrderedDict[str, LLMatcher] = OrderedDict()
        self._lock = threading.Lock()

    def compile(self, schema: Mapping[str, Any]) -> Grammar:
        """A fresh grammar for ``schema`` (``{}``: any object). Raises ``RequestError`` that names the part at fault."""
        key = json.dumps(schema or {"type": "object"})
        with self._lock:
            matcher = self._compiled.pop(key, None) or self._compile(key)
            self._compiled[key] = matcher
            while len(self._compiled) > KEPT_SCHEMAS:
                self._compiled.popitem(last=False)
            return Grammar(matcher.deep_copy())

    def prepare(self) -> None:
        """Reads the vocabulary, which takes up to a second, so that the first schema need not wait for it."""
        with self._lock:
            self._read()

    def _read(self) -> LLTokenizer:
        if self._constrained is None:
            self._constrained = self._tokenizer.constrained()
        return self._constrained

    def _compile(self, schema: str) -> LLMatcher:
        matcher, fault = self._attempt(schema)
        if fault is None:
            return matcher
        path, fault = self._part_at_fault(json.loads(schema), fault, {})
        where = f" at {path}" if path else ""
        raise RequestError(f"The JSON schema cannot be used{where}: {fault}.", "invalid_json_schema")

    def _attempt(self, schema: str) -> tuple[LLMatcher, str | None]:
        """A matcher, and why it cannot be used."""
        grammar = LLMatcher.grammar_from_json_schema(schema, overrides=COMPILE_OPTIONS)
        matcher = LLMatcher(self._read(), grammar, log_level=0)
        if not matcher.is_error():
            return matcher, None
        lines = [line.strip() for line in str(matcher.get_error()).splitlines() if line.strip(" ^")]
        return matcher, " ".join(lines).rstrip(".")

    def _part_at_fault(self, schema: Mapping[str, Any], fault: str, shared: Mapping[str, Any]) -> tuple[str, str]:
        """The path and the reason of the innermost part that fails alone; ``shared`` holds what parts may refer to."""
        shared = {**shared, **{key: schema[key] for key in ("$defs", "definitions") if key in schema}}
        for path, part in parts(schema):
            _, inner = self._attempt(json.dumps({**shared, **part}))
            if inner is not None:
                deeper, reason = self._part_at_fault(part, inner, shared)
                return f"{path}/{deeper}".rstrip("/"), reason
        return "", fault


def parts(schema: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The schemas directly inside ``schema``, each with its path."""
    for key in ("properties", "$defs", "definitions"):
        inner = schema.get(key)
        if isinstance(inner, dict):
            yield from ((f"{key}/{name}", part) for name, part in inner.items() if isinstance(part, dict))
    for key in ("anyOf", "oneOf", "allOf", "prefixItems"):
        inner = schema.get(key)
        if isinstance(inner, list):
            yield from ((f"{key}/{i}", part) for i, part in enumerate(inner) if isinstance(part, dict))
    for key in ("items", "additionalProperties", "not"):
        if isinstance(schema.get(key), dict):
            yield key, schema[key]


class GrammarMasks:
    """Computes the masks of all constrained rows of a step in parallel."""

    def __init__(self, vocab_size: int) -> None:
        self._executor = LLExecutor()
        self.vocab_size = vocab_size
        self._bits: NDArray[np.int32] = allocate_token_bitmask(1, vocab_size)

    def apply(self, logits: Logits, grammars: Sequence[tuple[int, Grammar]]) -> None:
        """Makes every token impossible that the grammar of its row forbids. Pairs are (row of ``logits``, grammar)."""
        if len(self._bits) < len(grammars):
            self._bits = allocate_token_bitmask(len(grammars), self.vocab_size)
        for _, grammar in grammars:
            if grammar.error is not None:
                raise GrammarFailed(f"The answer could not be kept within its JSON schema: {grammar.error}")
        fill_next_token_bitmask_par(self._executor, [(g.matcher, i) for i, (_, g) in enumerate(grammars)], self._bits)
        allowed = np.unpackbits(self._bits.view(np.uint8), axis=1, bitorder="little")[:, : self.vocab_size]
        for i, (row, _) in enumerate(grammars):
            logits[row][allowed[i] == 0] = -np.inf
