"""The vocabulary inside a GGUF file."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from typing import Any

import llama_cpp as lib
from llguidance import LLTokenizer

PIECE_BYTES = 512


class LlamaTokenizer:
    """Tokens of llama.cpp's vocabulary; it only reads, so any thread may use it."""

    def __init__(self, vocab: Any) -> None:
        self.vocab = vocab
        self.vocab_size = int(lib.llama_vocab_n_tokens(vocab))
        bos, eos = int(lib.llama_vocab_bos(vocab)), int(lib.llama_vocab_eos(vocab))
        self.bos = bos if bos >= 0 and lib.llama_vocab_get_add_bos(vocab) else None
        self.eos = eos if eos >= 0 else None
        self._ends = frozenset(t for t in range(self.vocab_size) if lib.llama_vocab_is_eog(vocab, t))
        self._pieces: dict[int, bytes] = {}

    def encode(self, text: str, *, special: bool) -> list[int]:
        data = text.encode("utf-8", "replace")
        room = len(data) + 16
        while True:
            buffer = (ctypes.c_int32 * room)()
            count = lib.llama_tokenize(self.vocab, data, len(data), buffer, room, False, special)
            if count >= 0:
                return buffer[:count]
            room = -count

    def decode(self, tokens: Sequence[int]) -> bytes:
        return b"".join(map(self.piece, tokens))

    def piece(self, token: int) -> bytes:
        known = self._pieces.get(token)
        if known is None:
            known = self._pieces[token] = self._render(token, special=False)
        return known

    def _render(self, token: int, *, special: bool) -> bytes:
        room = PIECE_BYTES
        while True:
            buffer = ctypes.create_string_buffer(room)
            size = lib.llama_token_to_piece(self.vocab, token, buffer, room, 0, special)
            if size >= 0:
                return buffer.raw[:size]
            room = -size

    def constrained(self) -> LLTokenizer:
        """As ``llguidance.llamacpp`` builds it, which calls a function that llama.cpp has deprecated."""
        tokenize = ctypes.cast(lib.llama_cpp._lib.llama_tokenize, ctypes.c_void_p).value
        return LLTokenizer.from_llamacpp(  # type: ignore[attr-defined, no-any-return]
            tokens=[self._marked(token) for token in range(self.vocab_size)],
            vocab_ptr=self.vocab,
            tokenize_fptr=tokenize,
            eos_token=sorted(self._ends) or [self.eos or 0],
            slices=None,
        )

    def _marked(self, token: int) -> bytes:
        """The token's bytes; llguidance knows a control token by a leading 0xff, which no text can hold."""
        data = self._render(token, special=True)
        attributes = lib.llama_vocab_get_attr(self.vocab, token)
        named = attributes & lib.LLAMA_TOKEN_ATTR_USER_DEFINED and data.startswith(b"<") and data.endswith(b">")
        return b"\xff" + data if named or attributes & lib.LLAMA_TOKEN_ATTR_CONTROL else data

    def is_end(self, token: int) -> bool:
        return token in self._ends
