"""Small random models as Hugging Face folders, and a plain way to write with a backend."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers
from transformers import AutoConfig, AutoModelForCausalLM, PreTrainedModel

from engines.backends.base import Backend, Row
from engines.options import EngineOptions

VOCABULARY = 320
SHAPE: dict[str, Any] = {
    "vocab_size": VOCABULARY,
    "hidden_size": 64,
    "intermediate_size": 96,
    "num_hidden_layers": 3,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "head_dim": 16,
    "max_position_embeddings": 512,
    # Wide weights, so that the likeliest token is likeliest by far and not by a rounding.
    "initializer_range": 0.3,
    "eos_token_id": 1,
    "bos_token_id": 0,
}
# In the 32-bit floats in which they are stored, so that what is computed can be compared to the last digits.
OPTIONS = EngineOptions(context=256, batch_rows=4, chat_rows=1, resident_slots=1, threads=1, weights="packed")


def write_tokenizer(folder: Path) -> None:
    """A tokenizer of single bytes, with two control tokens."""
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    words = {text: number + 2 for number, text in enumerate(alphabet)}
    library = Tokenizer(models.BPE(vocab=words, merges=[]))
    library.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    library.decoder = decoders.ByteLevel()
    library.add_special_tokens([AddedToken("<s>", special=True), AddedToken("</s>", special=True)])
    library.save(str(folder / "tokenizer.json"))


def write_model(folder: Path, kind: str, **changes: Any) -> Path:
    """A model of architecture ``kind`` with random weights, always the same ones."""
    folder.mkdir(exist_ok=True)
    torch.manual_seed(7)
    config = AutoConfig.for_model(kind, **{**SHAPE, **changes})
    AutoModelForCausalLM.from_config(config).save_pretrained(folder)
    write_tokenizer(folder)
    return folder


def generated(model: PreTrainedModel, prompt: Sequence[int], count: int) -> list[int]:
    """What transformers itself writes, the likeliest token each time."""
    answer = model.generate(
        torch.tensor([list(prompt)]),
        attention_mask=torch.ones(1, len(prompt), dtype=torch.int64),
        max_new_tokens=count,
        eos_token_id=-1,
        do_sample=False,
        pad_token_id=0,
    )
    return answer[0, len(prompt) :].tolist()


@dataclass
class Writer:
    """One sequence in a slot: ``tokens`` of which ``done`` are computed."""

    slot: int
    tokens: list[int]
    done: int = 0
    begins_at: int = 0
    written: list[int] = field(default_factory=list)

    def row(self, chunk: int) -> Row:
        tokens = self.tokens[self.done : self.done + chunk]
        return Row(self.slot, tokens, self.done, self.done + len(tokens) == len(self.tokens))


def write_together(backend: Backend, writers: Sequence[Writer], count: int, chunk: int = 7) -> None:
    """Every writer writes ``count`` tokens; prompts go in by chunks, beside rows that write already."""
    turn = 0
    while any(len(writer.written) < count for writer in writers):
        active = [w for w in writers if w.begins_at <= turn and len(w.written) < count]
        rows = [writer.row(chunk) for writer in active]
        best = iter(backend.step(rows).argmax())
        for writer, row in zip(active, rows, strict=True):
            writer.done += len(row.tokens)
            if row.wants_logits:
                writer.written.append(next(best))
                writer.tokens.append(writer.written[-1])
        turn += 1
