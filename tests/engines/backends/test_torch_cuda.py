"""What can be known of the CUDA path without a card: how the kernel is called, and what a recording would read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="needs the extra 'nightdesk[torch]'")

from torch import Tensor  # noqa: E402
from torch._subclasses.fake_tensor import FakeTensorMode  # noqa: E402
from torch.nn.functional import scaled_dot_product_attention  # noqa: E402
from torch_models import OPTIONS, write_model  # noqa: E402

from engines.backends.base import Row, Shortlisting  # noqa: E402
from engines.backends.torch_paged import attention_cuda, graphs, memory  # noqa: E402
from engines.backends.torch_paged.attention import GatheredAttention  # noqa: E402
from engines.backends.torch_paged.attention_cuda import PAGE_TOKENS, FlashAttention, flash_serves  # noqa: E402
from engines.backends.torch_paged.backend import CardOutput, TorchBackend, TorchOutput  # noqa: E402
from engines.backends.torch_paged.batch import Batch, lay_out  # noqa: E402
from engines.backends.torch_paged.graphs import DecodeGraphs, FixedBatch, Forward, buckets  # noqa: E402
from engines.backends.torch_paged.pages import PageTable  # noqa: E402
from engines.backends.torch_paged.pool import KvPool, KvShape  # noqa: E402
from engines.options import EngineOptions  # noqa: E402

CPU = torch.device("cpu")
HEADS, KEY_HEADS, WIDTH = 4, 2, 16


def varlen_by_its_documentation(
    query: Tensor, key: Tensor, value: Tensor, starts: Tensor, key_starts: Tensor, max_q: int, max_k: int, **asked: Any
) -> Tensor:
    """``varlen_attn`` with a block table, row by row: the last query of a row sees all of the row's keys."""
    used, table = asked["seqused_k"], asked["block_table"]
    assert asked["window_size"] == (-1, 0) or (asked["window_size"] == (-1, -1) and max_q == 1), "causal"
    assert key.shape[1] % 256 == 0
    assert all(t.dtype == torch.int32 for t in (starts, key_starts, used, table))
    assert key_starts.diff().tolist() == used.tolist()
    output = torch.full_like(query, torch.nan)
    for row, (first, last) in enumerate(zip(starts.tolist(), starts.tolist()[1:], strict=False)):
        count, length = last - first, int(used[row])
        assert count <= max_q
        assert length <= max_k
        keys, values = (t[table[row].long()].flatten(0, 1)[:length].transpose(0, 1) for t in (key, value))
        mask = torch.ones(count, length, dtype=torch.bool).tril(length - count)
        answer = scaled_dot_product_attention(
            query[first:last].transpose(0, 1), keys, values, mask, scale=asked["scale"], enable_gqa=True
        )
        output[first:last] = answer.transpose(0, 1)
    return output


MIXED = [Row(0, [1] * 9, 0, True), Row(1, [1] * 20, 250, True), Row(2, [1], 300, True), Row(3, [1], 7, False)]


def batch_of(rows: list[Row]) -> tuple[KvPool, Batch]:
    """Rows that go on after 250, 300 and 7 tokens in slots 1 to 3."""
    torch.manual_seed(3)
    pool = KvPool(KvShape(1, KEY_HEADS, WIDTH, torch.float32), 8, PAGE_TOKENS, CPU)
    for tensor in (*pool.keys, *pool.values):
        tensor.normal_()
    pages = PageTable(4, 8, PAGE_TOKENS)
    pages.reserve([Row(1, [1] * 250, 0, False), Row(2, [1] * 300, 0, False), Row(3, [1] * 7, 0, False)])
    pages.reserve(rows)
    return pool, lay_out(rows, pages).on(CPU)


@pytest.mark.parametrize("rows", [MIXED, MIXED[2:]], ids=["prompts and single tokens", "single tokens"])
def test_the_flash_kernel_is_called_as_documented(rows: list[Row], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attention_cuda, "varlen_attn", varlen_by_its_documentation)
    pool, batch = batch_of(rows)
    query = torch.randn(batch.tokens.shape[1], HEADS, WIDTH)
    ours, gathered = FlashAttention(pool, batch)(0, query, 0.3), GatheredAttention(pool, batch)(0, query, 0.3)
    torch.testing.assert_close(ours, gathered, atol=1e-5, rtol=1e-5)


def test_the_real_kernel_accepts_the_call_as_far_as_shapes_go() -> None:
    with FakeTensorMode(), torch.inference_mode():
        shape = (8, PAGE_TOKENS, KEY_HEADS, WIDTH)
        pool = KvPool(KvShape(1, KEY_HEADS, WIDTH, torch.bfloat16), 8, PAGE_TOKENS, CPU)
        assert pool.keys[0].shape == shape
        fixed = FixedBatch(4, 2, PAGE_TOKENS, CPU)
        query = torch.empty(4, HEADS, WIDTH, dtype=torch.bfloat16)
        assert FlashAttention(pool, fixed.batch)(0, query, 0.3).shape == query.shape


def test_a_padded_decode_step_gives_the_same_logits(tmp_path: Path) -> None:
    backend = TorchBackend(write_model(tmp_path, "llama"), OPTIONS)
    for slot in range(3):
        backend.step([Row(slot, [20 + slot] * (9 + 40 * slot), 0, False)])
    rows = [Row(slot, [100 + slot], 9 + 40 * slot, True) for slot in range(3)]
    plain = backend.step(rows).logits(range(3))
    fixed = FixedBatch(8, 8, backend._pages.page_tokens, CPU)
    for _ in range(2):  # as a recording is used again and again
        fixed.fill(rows, backend._pages)
        with torch.inference_mode():
            padded = backend._forward(fixed.batch)
        assert padded.shape[0] == 8
        torch.testing.assert_close(padded[:3], torch.from_numpy(plain), atol=1e-5, rtol=1e-5)
    backend.close()


class Recording:
    """Stands for a CUDA graph: computes anew, into the same tensor, from the same addresses."""

    def __init__(self, forward: Forward, batch: Batch) -> None:
        self._forward, self._batch = forward, batch
        self.logits = forward(batch).clone()
        self.replays = 0

    def replay(self) -> None:
        self.replays += 1
        self.logits.copy_(self._forward(self._batch))

    def pool(self) -> str:
        return "the first recording's memory"


def test_decode_steps_through_recordings_give_the_logits_of_plain_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: dict[int, Recording] = {}
    memories: list[object] = []

    def record(forward: Forward, batch: Batch, device: torch.device, memory: object) -> tuple[Recording, Tensor]:
        memories.append(memory)
        made[batch.lengths.shape[0]] = recording = Recording(forward, batch)
        return recording, recording.logits

    folder = write_model(tmp_path, "qwen3")
    plain, fast = TorchBackend(folder, OPTIONS), TorchBackend(folder, OPTIONS)
    monkeypatch.setattr(graphs, "record", record)
    slots = fast.limits.slots
    with torch.inference_mode():
        fast._graphs = DecodeGraphs(fast._forward, fast._pages, slots, fast._plan.width, CPU)
    assert memories == [None, *["the first recording's memory"] * (len(buckets(slots)) - 1)]
    for backend in (plain, fast):
        backend.step([Row(slot, [20 + slot] * (5 + 30 * slot), 0, False) for slot in range(slots)])
    assert not any(recording.replays for recording in made.values()), "prompts are no decode step"
    held = [5 + 30 * slot for slot in range(slots)]
    for count in (slots, 1, 3, 2, slots):
        chosen = list(range(slots))[-count:]
        rows = [Row(slot, [100 + slot], held[slot], True) for slot in chosen]
        expected, given = plain.step(rows).logits(range(count)), fast.step(rows).logits(range(count))
        torch.testing.assert_close(torch.from_numpy(given), torch.from_numpy(expected), atol=1e-5, rtol=1e-5)
        held = [length + (slot in chosen) for slot, length in enumerate(held)]
    assert {size: recording.replays for size, recording in made.items()} == {1: 1, 2: 1, 4: 1, slots: 2}
    plain.close()
    fast.close()


def test_the_pool_takes_nine_tenths_of_what_a_card_has_free_less_the_steps_share(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(memory, "free_bytes", lambda device: 20 << 30)
    card = torch.device("cuda")
    assert memory.pages_budget(EngineOptions(), card) == (18 << 30) - (512 << 20)
    assert memory.pages_budget(EngineOptions(kv_memory_bytes=1 << 30), card) == 1 << 30
    assert memory.pages_budget(EngineOptions(), CPU) == 2 << 30
    monkeypatch.setattr(memory, "free_bytes", lambda device: 100 << 20)
    assert memory.pages_budget(EngineOptions(), card) == 0


def test_buckets_cover_every_number_of_rows() -> None:
    assert buckets(20) == [1, 2, 4, 8, 16, 20]
    assert buckets(1) == [1]
    assert max(buckets(130)) == 130


def test_a_card_names_the_likeliest_tokens_of_the_rows_that_are_asked_for() -> None:
    values = torch.randn(4, 300).to(torch.bfloat16)
    tokens, logits = CardOutput(values).likeliest([2, 0], 7)
    whole = CardOutput(values).logits([2, 0])
    assert tokens.shape == logits.shape == (2, 7)
    assert (np.diff(logits, axis=1) <= 0).all()
    assert (np.take_along_axis(whole, tokens, axis=1) == logits).all()
    assert ((whole > logits[:, -1:]).sum(axis=1) < 7).all()
    assert isinstance(CardOutput(values), Shortlisting)
    assert not isinstance(TorchOutput(values), Shortlisting), "in main memory a look at all logits costs less"


def test_a_cpu_is_served_without_the_flash_kernel() -> None:
    assert not flash_serves(CPU, torch.bfloat16, 64)
