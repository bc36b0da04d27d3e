"""MLX model folders behind the engine's scheduler, on Apple GPUs and, for tests, on CPUs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import mlx.core as mx
import numpy as np

from engines.backends.base import NEVER, BackendFailed, Limits, Logits, NoRoom, Row, Stop
from engines.backends.hf_tokenizer import HuggingFaceTokenizer, chat_template
from engines.backends.mlx_slots import loading, runtime
from engines.backends.mlx_slots.pool import KvPool, KvShape
from engines.backends.mlx_slots.ragged import RaggedModel
from engines.errors import ModelError
from engines.options import EngineOptions
from engines.tokenizer import ModelCard

SMALLEST_CONTEXT = 512
MOST_CONTEXT = {"cpu": 4096, "metal": 32768}


class MlxOutput:
    """Logits on the device; only what is asked for is copied out."""

    def __init__(self, values: mx.array | None) -> None:
        self._values = values

    def argmax(self) -> list[int]:
        if self._values is None:
            return []
        tokens: Any = mx.argmax(self._values, axis=-1).tolist()
        return list(tokens)

    def logits(self, rows: Sequence[int]) -> Logits:
        assert self._values is not None, "no row of this step wanted logits"
        return np.array(self._values[mx.array(list(rows))].astype(mx.float32))


@dataclass(frozen=True, slots=True)
class Loaded:
    """What the loading thread hands over, all of it evaluated: arrays in the making cannot change threads."""

    model: RaggedModel
    config: dict[str, Any]
    shapes: list[KvShape]
    parameters: int
    stored: str


class MlxBackend:
    """One mlx-lm model and its slots, driven from one thread."""

    def __init__(self, path: Path, options: EngineOptions, on_progress: Callable[[float], None] | None = None) -> None:
        """Loads the folder ``path``. Raises ``ModelError`` with a sentence when it cannot be served."""
        if options.kv_type == "q8_0":
            raise ModelError("Through MLX, keys and values cannot be q8_0 in batches; leave kv_type open.")
        report = on_progress or (lambda _: None)
        report(0.0)
        runtime.bound_cache()
        loaded = runtime.in_thread_of_its_own(lambda: load(path))
        self.tokenizer = HuggingFaceTokenizer(path, int(loaded.config["vocab_size"]))
        self._model: RaggedModel | None = loaded.model
        self.limits = plan(path.name, options, loaded)
        self._shapes = loaded.shapes
        self._pool: KvPool | None = None
        self.model = describe(path, loaded, self.limits.slot_tokens)
        report(1.0)

    def step(self, rows: Sequence[Row], stop: Stop = NEVER) -> MlxOutput:
        assert self._model is not None, "the backend has been closed"
        if any(not 0 <= token < self.tokenizer.vocab_size for row in rows for token in row.tokens):
            raise BackendFailed("The step holds a token that the model does not have.")
        longest = max(row.start + len(row.tokens) for row in rows)
        if longest > self.limits.slot_tokens:
            raise BackendFailed(f"A text of {longest} tokens is longer than a slot.")
        pool = self._memory()
        try:
            pool.reserve(longest)
        except RuntimeError as error:
            raise NoRoom("The computer has no memory left for longer texts.") from error
        try:
            return MlxOutput(self._model(rows, pool))
        except RuntimeError:
            # Updates are in place, so what the slots hold now is not known: the engine has to start over.
            pool.clear()
            raise

    def _memory(self) -> KvPool:
        """Made in the thread of the steps, at the first of them: MLX's arrays do not like to travel."""
        if self._pool is None:
            self._pool = KvPool(self._shapes, self.limits.slots, self.limits.slot_tokens)
        return self._pool

    def copy(self, source: int, target: int, length: int) -> None:
        self._memory().copy(source, target, length)

    def trim(self, slot: int, length: int) -> None:
        """Nothing to do: what lies behind ``length`` is never attended to and will be written over."""

    def close(self) -> None:
        """Must be called in the thread that made the steps, which cannot use MLX afterwards."""
        self._model = self._pool = None
        runtime.end_of_thread()


def load(path: Path) -> Loaded:
    """Loads, checks and tries out the folder ``path``. Raises ``ModelError``."""
    model, config = loading.load_model(path)
    loading.check_architecture(path.name, model)
    ragged = RaggedModel(model)
    shapes = loading.try_out(path.name, model, ragged, int(config["vocab_size"]))
    parameters, stored = loading.describe_weights(model, config)
    return Loaded(ragged, config, shapes, parameters, stored)


def plan(name: str, options: EngineOptions, loaded: Loaded) -> Limits:
    """How much each slot and all of them together may hold. Raises ``ModelError`` when that is too little."""
    budget = options.kv_memory_bytes if options.kv_memory_bytes is not None else runtime.kv_budget()
    token_bytes = sum(shape.token_bytes for shape in loaded.shapes)
    affordable = budget // (token_bytes * options.slots)
    train = int(loaded.config.get("max_position_embeddings") or MOST_CONTEXT["cpu"])
    wanted = min(options.context or MOST_CONTEXT["metal" if runtime.on_metal() else "cpu"], train)
    least = wanted if options.context else min(wanted, SMALLEST_CONTEXT)
    if affordable < least:
        needed = least * options.slots * token_bytes
        raise ModelError(
            f"The working memory of {name} needs {needed / 1e9:.2f} GB, and {budget / 1e9:.2f} GB can be had; "
            "close other programs, or choose a smaller context, fewer rows or a smaller model."
        )
    context = min(wanted, affordable)
    return Limits(options.slots, context, options.slots * context, options.step_tokens)


def describe(path: Path, loaded: Loaded, context: int) -> ModelCard:
    return ModelCard(
        name=path.name,
        path=path,
        architecture=str(loaded.config["model_type"]),
        parameters=loaded.parameters,
        quantisation=loaded.stored,
        context=context,
        train_context=int(loaded.config.get("max_position_embeddings") or context),
        chat_template=chat_template(path),
        backend="MLX",
        settings={"device": runtime.device_name(), "metal": "on" if runtime.on_metal() else "off"},
    )
