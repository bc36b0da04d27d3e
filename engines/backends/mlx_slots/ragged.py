"""One step over rows of unequal length: everything but attention sees a flat batch of tokens.

mlx-lm's own batches pad all rows to the longest, copy all of them when one comes or goes, and cannot mix a
prompt with answers. Here each token is a batch entry of length one with its own position, so that weights
are read once for all rows, and attention runs row by row on that row's own keys and values.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import mlx.core as mx
from mlx.nn.layers.base import Module

from engines.backends.base import Row
from engines.backends.mlx_slots.slots import Slot, arrays_of, new_slot

ATTENTION = "scaled_dot_product_attention"


@dataclass(frozen=True, slots=True)
class Span:
    """Where a row's tokens lie in the flat batch, and the slot that they belong to."""

    begin: int
    end: int
    slot: Slot


class LayerView:
    """What one layer takes for its cache during a step."""

    def __init__(self, layer: int, spans: Sequence[Span], positions: mx.array) -> None:
        self._layer = layer
        self._spans = spans
        self.offset = positions

    def make_mask(self, length: int, return_array: bool = False, window_size: int | None = None) -> None:
        """No mask: each row attends to its own keys only. Raises ``NotImplementedError`` for windows."""
        if window_size is not None:
            raise NotImplementedError("sliding windows")

    def update_and_fetch(self, keys: mx.array, values: mx.array) -> tuple[mx.array, mx.array]:
        """Hands the step's own keys and values on; ``attend`` stores them."""
        return keys, values

    def attend(self, queries: mx.array, keys: mx.array, values: mx.array, **options: Any) -> mx.array:
        """Attention of every row over its slot. Arrays are (tokens, heads, 1, width)."""
        parts = [self._attend(span, queries, keys, values, options) for span in self._spans]
        return parts[0] if len(parts) == 1 else mx.concatenate(parts, axis=0)

    def _attend(
        self, span: Span, queries: mx.array, keys: mx.array, values: mx.array, options: dict[str, Any]
    ) -> mx.array:
        cut = slice(span.begin, span.end)
        known_keys, known_values = span.slot[self._layer].update_and_fetch(row_of(keys[cut]), row_of(values[cut]))
        mask = "causal" if span.end - span.begin > 1 else None
        given = mx.fast.scaled_dot_product_attention(
            row_of(queries[cut]), known_keys, known_values, mask=mask, **options
        )
        return row_of(given)


def row_of(tokens: mx.array) -> mx.array:
    """(tokens, heads, 1, width) to (1, heads, tokens, width), and back; a single token is both."""
    return tokens if tokens.shape[0] == tokens.shape[2] == 1 else tokens.transpose(2, 1, 0, 3)


class RaggedModel:
    """An mlx-lm model that computes rows of a step together."""

    def __init__(self, model: Module) -> None:
        self._model = model
        self._layers = len(model.layers)
        self._wanted: mx.array | None = None
        redirect_attention(model)
        if isinstance(getattr(model, "model", None), Module):
            self._narrow(model.model)

    def new_slot(self) -> Slot:
        return new_slot(self._model)

    def _narrow(self, trunk: Module) -> None:
        """Lets only the tokens whose logits are wanted go on from the last layer to the vocabulary."""
        ragged = self
        kind: Any = type(trunk)

        class Narrowed(kind):  # type: ignore[misc]
            def __call__(self, *inputs: Any, **more: Any) -> Any:
                hidden = super().__call__(*inputs, **more)
                return hidden if ragged._wanted is None else hidden[ragged._wanted]

        trunk.__class__ = Narrowed

    def __call__(self, rows: Sequence[Row], slots: Sequence[Slot]) -> mx.array | None:
        """The logits of the rows that want them, (rows, vocabulary), evaluated with all keys and values.

        ``slots[i]`` belongs to ``rows[i]`` and grows by its tokens. Raises ``ValueError`` when the model does not
        ask for attention where it was redirected.
        """
        spans, at = [], 0
        for row, slot in zip(rows, slots, strict=True):
            spans.append(Span(at, at + len(row.tokens), slot))
            at += len(row.tokens)
        tokens = mx.array([token for row in rows for token in row.tokens])
        positions = mx.array([row.start + i for row in rows for i in range(len(row.tokens))])
        last = [span.end - 1 for span, row in zip(spans, rows, strict=True) if row.wants_logits]
        hidden = self._forward(tokens, [LayerView(i, spans, positions) for i in range(self._layers)], last)
        if any(span.slot[-1].offset != row.start + len(row.tokens) for span, row in zip(spans, rows, strict=True)):
            raise ValueError("its attention is computed in a way of its own")
        logits = hidden[:, 0, :] if last else None
        # The last layer's keys follow from all the others', so this computes every slot, and leaves no
        # unfinished arrays behind that would pile up step by step (mlx-lm #1845).
        mx.eval(logits, [arrays_of(span.slot[-1]) for span in spans])
        return logits

    def _forward(self, tokens: mx.array, views: list[LayerView], last: list[int]) -> mx.array:
        count = tokens.shape[0]
        self._wanted = mx.array(last or [0]) if len(last) < count else None
        try:
            given: mx.array = self._model(tokens[:, None], cache=views)
        finally:
            wanted, self._wanted = self._wanted, None
        # Models without a trunk of their own compute all; the rest of it is dropped here.
        return given if wanted is None or given.shape[0] < count else given[wanted]


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
