"""Hugging Face folders through torch: many sequences in one step, their keys and values in shared pages."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import psutil
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import cosine_similarity
from transformers import PreTrainedConfig, PreTrainedModel

from engines.backends.base import (
    NEVER,
    BackendFailed,
    BackendLost,
    Interrupted,
    Limits,
    Logits,
    NoRoom,
    Row,
    Stop,
)
from engines.backends.hf_tokenizer import HuggingFaceTokenizer, chat_template
from engines.backends.torch_paged import attention_cuda
from engines.backends.torch_paged.attention import GatheredAttention, PagedStep, UnservedAttentionError
from engines.backends.torch_paged.batch import Batch, lay_out
from engines.backends.torch_paged.folder import INSTEAD, Weights, read_config, weigh
from engines.backends.torch_paged.graphs import DecodeGraphs
from engines.backends.torch_paged.memory import MOST_CONTEXT, Plan, check_weights, give_back, pages_budget, plan_pages
from engines.backends.torch_paged.model import forward, has_experts, kv_shape, load_model, read_model_config
from engines.backends.torch_paged.numbers import choose_dtype
from engines.backends.torch_paged.pages import PageTable
from engines.backends.torch_paged.pool import KvPool
from engines.errors import ModelError
from engines.options import EngineOptions
from engines.tokenizer import ModelCard

log = logging.getLogger(__name__)

CPU_PAGE_TOKENS = 32
FIRST_TEXT = 16
# How nearly parallel the logits of one text must be when it is computed in two ways; experts may tip in few bits.
ALIKE = {torch.float32: 0.9999, torch.bfloat16: 0.97, torch.float16: 0.99}
Progress = Callable[[float], None]


class TorchOutput:
    """Logits on the device; only what is asked for is brought to the main memory."""

    def __init__(self, values: Tensor) -> None:
        self._values = values

    def argmax(self) -> list[int]:
        tokens: list[int] = self._values.argmax(dim=1).tolist()
        return tokens

    def logits(self, rows: Sequence[int]) -> Logits:
        chosen: Logits = self._values[list(rows)].float().cpu().numpy()
        return chosen


class CardOutput(TorchOutput):
    """Logits on a graphics card: rows that need not all of them get the likeliest only, a thousandth of the bytes."""

    def likeliest(self, rows: Sequence[int], count: int) -> tuple[NDArray[np.int64], Logits]:
        values, tokens = self._values[list(rows)].float().topk(min(count, self._values.shape[1]), dim=1)
        return tokens.cpu().numpy(), values.cpu().numpy()


class TorchBackend:
    """One model in torch, driven from one thread."""

    def __init__(self, path: Path, options: EngineOptions, on_progress: Progress | None = None) -> None:
        """Loads the folder ``path``. Raises ``ModelError`` with a sentence when it cannot be served."""
        report = on_progress or (lambda _: None)
        read_config(path)
        config = read_model_config(path)
        weights = weigh(path)
        self._device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self._stop = NEVER
        dtype = choose_dtype(options, self._device, weights.dtype)
        torch.set_num_threads(options.threads or psutil.cpu_count(logical=False) or 1)
        self.tokenizer = HuggingFaceTokenizer(path, int(config.vocab_size))
        check_weights(path.name, weights.parameters * dtype.itemsize, self._device)
        report(0.05)
        self._model: PreTrainedModel | None = load_model(path, config, dtype, self._device)
        report(0.8)
        self._graphs: DecodeGraphs | None = None
        try:
            self._set_up_pages(config, options, dtype)
            self._warm_up(path.name)
            self._record(config)
        except Exception:
            self.close()
            raise
        report(1.0)
        settings = {"device": describe(self._device), "dtype": str(dtype).removeprefix("torch.")}
        settings |= {"attention": "flash" if self._flash else "gathered", "page_tokens": str(self._pages.page_tokens)}
        settings["cuda_graphs"] = "on" if self._graphs else "off"
        self.model = card(path, config, weights, self.limits.slot_tokens, settings)

    def _set_up_pages(self, config: PreTrainedConfig, options: EngineOptions, dtype: torch.dtype) -> None:
        shape = kv_shape(config, dtype)
        self._flash = attention_cuda.flash_serves(self._device, dtype, shape.width)
        self._plan: Plan = plan_pages(
            options,
            pages_budget(options, self._device),
            shape.token_bytes,
            attention_cuda.PAGE_TOKENS if self._flash else CPU_PAGE_TOKENS,
            int(config.max_position_embeddings),
            MOST_CONTEXT[self._device.type],
        )
        # A graphics card is given all layers at once, long before it has computed the first.
        self.limits: Limits = replace(self._plan.limits, interruptible=self._device.type == "cpu")
        self._pages = PageTable(self.limits.slots, self._plan.pages, self._plan.page_tokens)
        try:
            self._pool: KvPool | None = KvPool(shape, self._plan.pages, self._plan.page_tokens, self._device)
        except RuntimeError as error:
            raise ModelError(
                f"The model's working memory of {self._plan.pages * self._plan.page_tokens:,} tokens cannot be had; "
                "close other programs, or choose a smaller context."
            ) from error

    def _warm_up(self, name: str) -> None:
        """First steps, so that what cannot work says so now and not in a chat."""
        try:
            whole, parts = self._text_at_once(), self._text_in_parts()
        except UnservedAttentionError as error:
            raise ModelError(
                f"{name} asks for attention with {error}, which the torch engine does not serve; {INSTEAD}."
            ) from error
        except (RuntimeError, TypeError, ValueError) as error:
            raise ModelError(
                f"{name} does not run on torch's paged attention ({first_line(error)}); {INSTEAD}."
            ) from error
        if not cosine_similarity(whole, parts, dim=0) >= ALIKE[whole.dtype]:  # which also holds for no number at all
            raise ModelError(
                f"{name} reads a text differently in parts than at once, as models do that remember more than keys and "
                f"values, which the torch engine does not serve; {INSTEAD}."
            )
        for slot in range(self.limits.slots):
            self.trim(slot, 0)

    def _text_at_once(self) -> Tensor:
        return self._compute([Row(0, self._words(), 0, True)])[0].clone()

    def _text_in_parts(self) -> Tensor:
        """The same text in two steps, the second beside another row: only pages carry what came before."""
        words, last = self._words(), self.limits.slots - 1
        self._compute([Row(0, words[: FIRST_TEXT // 2], 0, False)])
        other = [Row(last, words[::-1], 0, False)] if last else []
        return self._compute([*other, Row(0, words[FIRST_TEXT // 2 :], FIRST_TEXT // 2, True)])[0]

    def _words(self) -> list[int]:
        """Some tokens from all over the vocabulary."""
        return [(7 + 7919 * i) % self.tokenizer.vocab_size for i in range(FIRST_TEXT)]

    def _record(self, config: PreTrainedConfig) -> None:
        if not self._flash or has_experts(config):
            return
        try:
            with torch.inference_mode():
                self._graphs = DecodeGraphs(
                    self._forward, self._pages, self.limits.slots, self._plan.width, self._device
                )
        except RuntimeError as error:
            log.warning("decode steps go without CUDA graphs: %s", error)

    def step(self, rows: Sequence[Row], stop: Stop = NEVER) -> TorchOutput:
        if any(not 0 <= token < self.tokenizer.vocab_size for row in rows for token in row.tokens):
            # On a graphics card such a token would end the whole process.
            raise BackendFailed("The step holds a token that the model does not have.")
        self._stop = stop
        try:
            return (CardOutput if self._device.type == "cuda" else TorchOutput)(self._compute(rows))
        except Interrupted:
            self._undo(rows)
            raise
        except torch.OutOfMemoryError as error:
            self._undo(rows)
            raise NoRoom("The graphics card has no memory left for this step.") from error
        except torch.AcceleratorError as error:
            # After most of these, as an address out of bounds, the card answers this process with nothing else.
            raise BackendLost(f"The graphics card failed ({first_line(error)}).") from error
        except RuntimeError as error:
            self._undo(rows)
            raise BackendFailed(f"torch could not compute a step ({error}).") from error

    def _go_on(self) -> None:
        if self._stop.asked:
            raise Interrupted("The step was broken off.")

    def _compute(self, rows: Sequence[Row]) -> Tensor:
        assert self._pool is not None, "the backend has been closed"
        copies = self._pages.reserve(rows)
        with torch.inference_mode():
            self._pool.copy(copies)
            logits = self._graphs.replay(rows) if self._graphs else None
            if logits is None:
                logits = self._forward(lay_out(rows, self._pages).on(self._device))
            if self._device.type == "cuda":
                # A card reports only here what went wrong on it, and a step's time is learnt from.
                torch.cuda.current_stream(self._device).synchronize()
            return logits

    def _forward(self, batch: Batch) -> Tensor:
        assert self._pool is not None, "the backend has been closed"
        assert self._model is not None, "the backend has been closed"
        kind = attention_cuda.FlashAttention if self._flash else GatheredAttention
        return forward(self._model, batch, PagedStep(self._pool, batch.places, kind(self._pool, batch), self._go_on))

    def _undo(self, rows: Sequence[Row]) -> None:
        for row in rows:
            self.trim(row.slot, row.start)

    def copy(self, source: int, target: int, length: int) -> None:
        self._pages.share(source, target, length)

    def trim(self, slot: int, length: int) -> None:
        self._pages.trim(slot, length)

    def close(self) -> None:
        self._model = self._pool = self._graphs = None
        give_back(self._device)


def first_line(error: Exception) -> str:
    """What torch says before it comes to its advice for programmers."""
    return next(iter(str(error).strip().splitlines()), type(error).__name__).rstrip(".")


def describe(device: torch.device) -> str:
    return torch.cuda.get_device_name(device) if device.type == "cuda" else "cpu"


def card(path: Path, config: PreTrainedConfig, weights: Weights, context: int, settings: dict[str, str]) -> ModelCard:
    return ModelCard(
        name=path.name,
        path=path,
        architecture=str(config.model_type),
        parameters=weights.parameters,
        quantisation=weights.dtype,
        context=context,
        train_context=int(config.max_position_embeddings),
        chat_template=chat_template(path),
        backend="torch",
        settings=settings,
    )
