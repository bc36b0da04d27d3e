"""The vocabulary inside a GGUF file."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from typing import Any

import llama_cpp as lib
from llguidance import LLTokenizer
from llguidance.llamacpp import lltokenizer_from_vocab

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
            known = self._pieces[token] = self._render(token)
        return known

    def _render(self, token: int) -> bytes:
        room = PIECE_BYTES
        while True:
            buffer = ctypes.create_string_buffer(room)
            size = lib.llama_token_to_piece(self.vocab, token, buffer, room, 0, False)
            if size >= 0:
                return buffer.raw[:size]
            room = -size

    def constrained(self) -> LLTokenizer:
        return lltokenizer_from_vocab(self.vocab, eos_token=sorted(self._ends) or None)

    def is_end(self, token: int) -> bool:
        return token in self._ends
