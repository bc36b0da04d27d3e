"""What the queue needs of its neighbours: a model that answers, and text out of files."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from engines.client import ChatSampling, Completion, ServedModel, Tokenized
from engines.request import Priority


class Client(Protocol):
    """The part of EngineClient that the queue uses."""

    async def complete(
        self, messages: Sequence[Mapping[str, Any]], *, sampling: ChatSampling, priority: Priority
    ) -> Completion:
        """The whole answer at once."""

    async def tokenize(self, text: str) -> Tokenized:
        """Token count and offsets; None in them where the server cannot count."""

    async def count_messages(self, messages: Sequence[Mapping[str, Any]]) -> int | None:
        """Tokens of a conversation, None where the server cannot count."""

    async def model(self) -> ServedModel:
        """The model that answers, and its context."""


class Extracted(Protocol):
    """The part of Extraction that the queue keeps."""

    @property
    def text(self) -> str: ...
    @property
    def media_type(self) -> str: ...
    @property
    def extractor(self) -> str: ...
    @property
    def seconds(self) -> float: ...
    @property
    def pages(self) -> int | None: ...
    @property
    def title(self) -> str | None: ...
    @property
    def language(self) -> str | None: ...


class TextSource(Protocol):
    """Reads files; WorkFailed says why one cannot be read."""

    async def extract(self, path: Path, sha256: str | None = None, size: int | None = None) -> Extracted:
        """The text of one file; with ``sha256`` only if that is what it holds, else it is UNREADABLE.

        ``size`` is its bytes, where they are known.
        """


ClientSource = Callable[[], Awaitable[Client]]
