"""Every setting of the engine in one place, with the default that was measured or reasoned for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

KvLayout = Literal["partitioned", "unified"]
KvType = Literal["f16", "bf16", "q8_0"]
WeightForm = Literal["packed", "bf16", "f16", "q8_0"]


@dataclass(frozen=True, slots=True)
class EngineOptions:
    """How one model is served. None means: chosen from the model and the machine when it is loaded.

    ``context`` is the number of tokens one request may use, prompt and answer together.
    ``batch_rows`` documents are generated at once; ``chat_rows`` more rows are kept free for chats;
    ``resident_slots`` further sequences stay in memory as finished conversations and instruction prefixes.
    ``chat_step_s``, ``batch_step_s`` and ``document_step_s`` are the seconds that a step should take: while a chat is
    answered, while somebody waits for its end, and with documents alone where a chat that comes can break it off.
    ``gpu_layers`` go onto graphics cards (see offload.py), shared out among several of them as ``tensor_split`` says.
    ``weights`` is the form they are computed with (see weights.py); ``packed`` is as they lie in the file.
    """

    context: int | None = None
    batch_rows: int = 16
    chat_rows: int = 2
    resident_slots: int = 2
    queue_limit: int = 4096

    threads: int | None = None
    weights: WeightForm | None = None
    kv_layout: KvLayout = "partitioned"
    kv_type: KvType | None = None
    flash_attention: bool | None = None
    step_tokens: int = 512
    gpu_layers: int | None = None
    tensor_split: tuple[float, ...] = ()
    kv_memory_bytes: int | None = None

    chat_step_s: float = 0.020
    batch_step_s: float = 0.100
    document_step_s: float = 0.500
    share_tokens: int = 32

    @property
    def slots(self) -> int:
        """Sequences that the backend holds at once."""
        return self.batch_rows + self.chat_rows + self.resident_slots
