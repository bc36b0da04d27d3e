"""Text to tokens and back, and the card that describes a loaded model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol


class Tokenizer(Protocol):
    """The vocabulary of a loaded model. Safe to use from any thread."""

    @property
    def vocab_size(self) -> int: ...

    @property
    def bos(self) -> int | None:
        """Token that begins a text, None when the model has none or wants none."""

    @property
    def eos(self) -> int | None:
        """Token that ends a text."""

    def encode(self, text: str, *, special: bool) -> list[int]:
        """Tokens of ``text``; with ``special`` False, ``<|im_end|>`` and its like stay plain text."""

    def decode(self, tokens: Sequence[int]) -> bytes:
        """The bytes of ``tokens`` in UTF-8, perhaps cut inside a character; control tokens give nothing."""

    def piece(self, token: int) -> bytes:
        """The bytes of one token; a control token gives nothing."""

    def is_end(self, token: int) -> bool:
        """Whether ``token`` ends an answer."""

    def constrained(self) -> Any:
        """The same vocabulary as llguidance's ``LLTokenizer``; building it takes up to a second."""


@dataclass(frozen=True, slots=True)
class ModelCard:
    """What a loaded model is. ``context`` is the tokens one request may use, ``train_context`` what it was made for."""

    name: str
    path: Path
    architecture: str
    parameters: int
    quantisation: str
    context: int
    train_context: int
    chat_template: str | None
    backend: str = ""
    settings: dict[str, str] = field(default_factory=dict)
