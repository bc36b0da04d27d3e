"""The tokenizer of a Hugging Face folder: ``tokenizer.json`` beside the settings that name its special tokens."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from llguidance import LLTokenizer
from tokenizers import Tokenizer as Library

from engines.errors import ModelError

# Texts that end a turn in some chat format; folders often name only one of those that their model writes.
END_TEXTS = (
    "<|im_end|>", "<|endoftext|>", "<|eot_id|>", "<|eom_id|>", "<|end_of_text|>", "<end_of_turn>", "<|end|>",
    "<|return|>", "<|call|>", "<|eot|>", "</s>",
)  # fmt: skip


class HuggingFaceTokenizer:
    """Tokens of a ``tokenizer.json``; it only reads, so any thread may use it."""

    def __init__(self, folder: Path, vocab_size: int) -> None:
        """``vocab_size`` is the width of the model's logits, which may exceed the words. Raises ``ModelError``."""
        self.vocab_size = vocab_size
        # The library keeps "special tokens are plain text" as state of the whole object, hence two of them.
        self._special, self._plain = open_library(folder), open_library(folder)
        self._plain.encode_special_tokens = True
        self.bos = self._begins_with()
        ends = self._end_tokens(folder)
        if not ends:
            raise ModelError(f"{folder.name} names no token that ends an answer; add eos_token_id to its config.json.")
        self.eos: int | None = ends[0]
        self._ends = frozenset(ends)
        self._constrained = LLTokenizer(self._special.to_str(), n_vocab=vocab_size, eos_token=ends)
        self._pieces: dict[int, bytes] = {}
        added = self._special.get_added_tokens_decoder()
        self.control_texts = tuple(token.content for token in added.values() if token.special)
        self._silent = frozenset(number for number, token in added.items() if token.special)

    def _begins_with(self) -> int | None:
        """The token that the folder's own post-processor puts before every text."""
        before = self._special.encode("", add_special_tokens=True).ids
        return before[0] if before else None

    def _end_tokens(self, folder: Path) -> list[int]:
        """Every token that ends an answer, the one that the folder names first of all."""
        named: list[Any] = []
        for name in ("generation_config.json", "config.json"):
            value = read_json(folder / name).get("eos_token_id")
            named += value if isinstance(value, list) else [value]
        texts = [text_of(read_json(folder / "tokenizer_config.json").get("eos_token")), *END_TEXTS]
        found = [self._special.token_to_id(text) for text in texts if text]
        return list(unique(token for token in [*named, *found] if isinstance(token, int)))

    def encode(self, text: str, *, special: bool) -> list[int]:
        library = self._special if special else self._plain
        # Half a surrogate pair cannot be written as UTF-8, and the library refuses it.
        clean = text.encode("utf-8", "replace").decode("utf-8")
        tokens: list[int] = library.encode(clean, add_special_tokens=False).ids
        return tokens

    def decode(self, tokens: Sequence[int]) -> bytes:
        return b"".join(map(self.piece, tokens))

    def piece(self, token: int) -> bytes:
        known = self._pieces.get(token)
        if known is None:
            # Logits are often wider than the vocabulary; those last numbers stand for nothing.
            silent = token in self._silent or self._special.id_to_token(token) is None
            known = self._pieces[token] = b"" if silent else self._constrained.decode_bytes([token])
        return known

    def constrained(self) -> LLTokenizer:
        return self._constrained

    def is_end(self, token: int) -> bool:
        return token in self._ends


def open_library(folder: Path) -> Library:
    """The library's tokenizer, without the padding and truncation that training left in it. Raises ``ModelError``."""
    path = folder / "tokenizer.json"
    if not path.is_file():
        raise ModelError(f"{folder.name} has no tokenizer.json; download the whole model again, or choose a GGUF file.")
    try:
        library = Library.from_file(str(path))
    except Exception as error:  # the library raises bare Exception for every kind of damage
        raise ModelError(f"{path.name} in {folder.name} is damaged ({error}); download the model again.") from error
    library.no_padding()
    library.no_truncation()
    return library


def chat_template(folder: Path) -> str | None:
    """The folder's chat template, None when it has none."""
    separate = folder / "chat_template.jinja"
    if separate.is_file():
        return separate.read_text(encoding="utf-8")
    inside = read_json(folder / "tokenizer_config.json").get("chat_template")
    if isinstance(inside, list):  # several templates by name
        inside = next((entry.get("template") for entry in inside if entry.get("name") == "default"), None)
    return inside if isinstance(inside, str) else None


def read_json(path: Path) -> dict[str, Any]:
    """The object in a JSON file, empty when there is no such file. Raises ``ModelError`` when it is damaged."""
    if not path.is_file():
        return {}
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ModelError(f"{path.name} in {path.parent.name} is damaged ({error}); download the model again.") from None
    return value if isinstance(value, dict) else {}


def text_of(token: object) -> str | None:
    """The text of a special token, which settings write as text or as an object with ``content``."""
    content = token.get("content") if isinstance(token, dict) else token
    return content if isinstance(content, str) else None


def unique(tokens: Iterable[int]) -> Iterable[int]:
    return dict.fromkeys(tokens)
