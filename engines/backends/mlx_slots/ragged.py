"""One step over rows of unequal length: everything but attention sees a flat batch of tokens.

mlx-lm's own batches pad all rows to the longest, copy all of them when one comes or goes, and cannot mix a
prompt with answers. Here each token is a batch entry of length one with its own position, so that weights
are read once for all rows, and only attention knows which tokens belong together.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import Any

import mlx.core as mx
from mlx.nn.layers.base import Module

from engines.backends.base import Row
from engines.backends.mlx_slots.layout import Layout, Prompt, Run
from engines.backends.mlx_slots.pool import KvPool

ATTENTION = "scaled_dot_product_attention"


class LayerView:
    """What one layer takes for its cache during a step."""

    def __init__(self, layer: int, layout: Layout, pool: KvPool) -> None:
        self._layer = layer
        self._layout = layout
        self._pool = pool
        self.offset = layout.positions
        self.attended = False

    def make_mask(self, length: int, return_array: bool = False, window_size: int | None = None) -> None:
        """No mask: each row attends to its own keys only. Raises ``NotImplementedError`` for windows."""
        if window_size is not None:
            raise NotImplementedError("it uses sliding windows")

    def update_and_fetch(self, keys: mx.array, values: mx.array) -> tuple[mx.array, mx.array]:
        """Hands the step's own keys and values on; ``attend`` stores them."""
        return keys, values

    def attend(self, queries: mx.array, keys: mx.array, values: mx.array, **options: Any) -> mx.array:
        """Attention of every row over its slot. Arrays are (tokens, heads, 1, width)."""
        self.attended = True
        memory = self._pool.store(self._layer, self._layout, keys, values)
        parts = [attend_run(run, queries, memory, options) for run in self._layout.runs]
        parts += [attend_prompt(prompt, queries, memory, options) for prompt in self._layout.prompts]
        return parts[0] if len(parts) == 1 else mx.concatenate(parts, axis=0)


def attend_run(run: Run, queries: mx.array, memory: tuple[mx.array, mx.array], options: dict[str, Any]) -> mx.array:
    keys, values = (array[run.low : run.high, :, : run.longest] for array in memory)
    given = mx.fast.scaled_dot_product_attention(run.spread(queries), keys, values, mask=run.mask, **options)
    return run.gather(given)


def attend_prompt(
    prompt: Prompt, queries: mx.array, memory: tuple[mx.array, mx.array], options: dict[str, Any]
) -> mx.array:
    keys, values = (array[prompt.slot : prompt.slot + 1, :, : prompt.stop] for array in memory)
    row = queries[prompt.begin : prompt.end].transpose(2, 1, 0, 3)
    given = mx.fast.scaled_dot_product_attention(row, keys, values, mask="causal", **options)
    return given.transpose(2, 1, 0, 3)


class RaggedModel:
    """An mlx-lm model that computes rows of a step together."""

    def __init__(self, model: Module) -> None:
        self._model = model
        self._layers = len(model.layers)
        self._wanted: mx.array | None = None
        redirect_attention(model)
        if isinstance(getattr(model, "model", None), Module):
            self._narrow(model.model)

    def _narrow(self, trunk: Module) -> None:
        """Lets only the tokens whose logits are wanted go on from the last layer to the vocabulary."""
        ragged = self
        kind: Any = type(trunk)

        class Narrowed(kind):  # type: ignore[misc]
            def __call__(self, *inputs: Any, **more: Any) -> Any:
                return ragged._take_wanted(super().__call__(*inputs, **more))

        trunk.__class__ = Narrowed

    def _take_wanted(self, hidden: mx.array) -> mx.array:
        """The wanted tokens of ``hidden``, unless they have been taken already."""
        wanted, self._wanted = self._wanted, None
        return hidden if wanted is None else hidden[wanted]

    def __call__(self, rows: Sequence[Row], pool: KvPool) -> mx.array | None:
        """The logits of the rows that want them, (rows, vocabulary), evaluated, as are their keys and values.

        Raises ``ValueError`` when the model does not ask for attention where it was redirected.
        """
        layout = Layout(rows)
        views = [LayerView(layer, layout, pool) for layer in range(self._layers)]
        hidden = self._forward(layout, views)
        if not all(view.attended for view in views):
            raise ValueError("it computes attention in a way of its own")
        logits = hidden[:, 0, :] if layout.outputs else None
        # The last layer's keys follow from all the others', so this computes every layer, and leaves no
        # unfinished arrays behind that would pile up step by step (mlx-lm #1845).
        mx.eval(logits, pool.last)
        return logits

    def _forward(self, layout: Layout, views: list[LayerView]) -> mx.array:
        self._wanted = layout.wanted if layout.outputs != list(range(layout.count)) else None
        # Models without a trunk of their own compute all; the rest of it is dropped here.
        return self._take_wanted(self._model(layout.tokens[:, None], cache=views))


def redirect_attention(model: Module) -> None:
    """Lets the modules that ``model`` is made of ask our views for attention, and mlx-lm for all else."""
    for name in {type(module).__module__ for _, module in model.named_modules()}:
        home = sys.modules[name]
        original = getattr(home, ATTENTION, None)
        if original is not None and not hasattr(original, "asks_views"):
            setattr(home, ATTENTION, asking_views(original))


def asking_views(original: Callable[..., mx.array]) -> Callable[..., mx.array]:
    def attention(
        queries: mx.array, keys: mx.array, values: mx.array, cache: Any, scale: float, mask: Any, **more: Any
    ) -> mx.array:
        if isinstance(cache, LayerView):
            return cache.attend(queries, keys, values, scale=scale, **more)
        return original(queries, keys, values, cache=cache, scale=scale, mask=mask, **more)

    attention.asks_views = True  # type: ignore[attr-defined]
    return attention
