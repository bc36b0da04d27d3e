"""The torch backend writes what transformers writes, however its rows are mixed and its pages shared."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import platformdirs
import psutil
import pytest

torch = pytest.importorskip("torch", reason="needs the extra 'nightdesk[torch]'")

from torch_models import OPTIONS, VOCABULARY, Writer, generated, write_model, write_together  # noqa: E402
from transformers import AutoModelForCausalLM, PreTrainedModel  # noqa: E402

from engines.backends.base import BackendFailed, BackendLost, Interrupted, NoRoom, Row, Stop  # noqa: E402
from engines.backends.torch_paged.attention import alike  # noqa: E402
from engines.backends.torch_paged.backend import TorchBackend  # noqa: E402
from engines.convert import convert  # noqa: E402
from engines.options import EngineOptions  # noqa: E402

KINDS = {
    "llama": {},
    "qwen3": {},
    "qwen2": {"num_key_value_heads": 4},
    "granite": {"logits_scaling": 3.0, "attention_multiplier": 0.4},
    "qwen3_moe": {"num_experts": 4, "num_experts_per_tok": 2, "moe_intermediate_size": 32},
}
PROMPTS = [[5, 6, 7, 8, 9, 10, 11, 12, 13], [200, 3], [40 + i % 90 for i in range(145)], [90] * 33]


@pytest.fixture(scope="module", params=KINDS)
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_model(tmp_path_factory.mktemp(request.param), request.param, **KINDS[request.param])


@pytest.fixture(scope="module")
def theirs(folder: Path) -> PreTrainedModel:
    return AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()


@pytest.fixture(scope="module")
def backend(folder: Path) -> Iterator[TorchBackend]:
    backend = TorchBackend(folder, OPTIONS)
    yield backend
    backend.close()


@pytest.fixture(autouse=True)
def empty(request: pytest.FixtureRequest) -> None:
    """Every test begins with empty slots."""
    if "backend" in request.fixturenames:
        backend: TorchBackend = request.getfixturevalue("backend")
        for slot in range(backend.limits.slots):
            backend.trim(slot, 0)


def logits_of(theirs: PreTrainedModel, tokens: list[int]) -> np.ndarray:
    with torch.inference_mode():
        return theirs(torch.tensor([tokens])).logits[0, -1].numpy()


def test_rows_that_join_at_different_times_write_what_each_writes_alone(
    backend: TorchBackend, theirs: PreTrainedModel
) -> None:
    writers = [Writer(slot, list(prompt), begins_at=2 * slot) for slot, prompt in enumerate(PROMPTS)]
    write_together(backend, writers, 40)
    for writer, prompt in zip(writers, PROMPTS, strict=True):
        assert writer.written == generated(theirs, prompt, 40)


def test_only_rows_that_want_logits_get_them(backend: TorchBackend, theirs: PreTrainedModel) -> None:
    output = backend.step([Row(0, PROMPTS[0], 0, True), Row(1, PROMPTS[2], 0, False), Row(2, PROMPTS[1], 0, True)])
    logits = output.logits([1, 0])
    assert logits.shape == (2, VOCABULARY)
    assert logits.dtype == np.float32
    np.testing.assert_allclose(logits[0], logits_of(theirs, PROMPTS[1]), atol=2e-4)
    np.testing.assert_allclose(logits[1], logits_of(theirs, PROMPTS[0]), atol=2e-4)
    logits[:] = 0
    assert output.logits([0]).any(), "the caller may change what it was given"


def test_slots_that_share_a_beginning_go_on_apart(backend: TorchBackend, theirs: PreTrainedModel) -> None:
    shared = PROMPTS[2]
    backend.step([Row(0, shared, 0, False)])
    writers = []
    for slot, ending in enumerate([[9, 9], [17], [23, 4, 8]]):
        if slot:
            backend.copy(0, slot, len(shared))
        writers.append(Writer(slot, shared + ending, done=len(shared)))
    write_together(backend, writers, 30)
    for writer, ending in zip(writers, [[9, 9], [17], [23, 4, 8]], strict=True):
        assert writer.written == generated(theirs, shared + ending, 30)


def test_a_trimmed_slot_goes_on_from_where_it_was_cut(backend: TorchBackend, theirs: PreTrainedModel) -> None:
    backend.step([Row(0, PROMPTS[2], 0, False)])
    backend.copy(0, 1, 40)
    backend.trim(0, 20)
    first, second = Writer(0, [*PROMPTS[2][:20], 77], done=20), Writer(1, [*PROMPTS[2][:40], 78], done=40)
    write_together(backend, [first, second], 12)
    assert first.written == generated(theirs, [*PROMPTS[2][:20], 77], 12)
    assert second.written == generated(theirs, [*PROMPTS[2][:40], 78], 12)


@pytest.fixture(scope="module")
def llama(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_model(tmp_path_factory.mktemp("only-llama"), "llama")


def test_a_step_without_room_leaves_the_slots_as_they_were(llama: Path) -> None:
    token_bytes = 2 * 3 * 2 * 16 * 4
    backend = TorchBackend(
        llama,
        EngineOptions(
            threads=1,
            context=64,
            batch_rows=1,
            chat_rows=1,
            resident_slots=0,
            kv_memory_bytes=160 * token_bytes,
            weights="packed",
        ),
    )
    backend.step([Row(0, PROMPTS[2][:45], 0, False)])
    want = Writer(0, [*PROMPTS[2][:45], 5], done=45)
    with pytest.raises(NoRoom):
        backend.step([Row(0, [5], 45, True), Row(1, [7] * 120, 0, True)])
    write_together(backend, [want], 8)
    theirs = AutoModelForCausalLM.from_pretrained(llama, dtype=torch.float32).eval()
    assert want.written == generated(theirs, [*PROMPTS[2][:45], 5], 8)
    backend.close()


def test_the_pool_holds_as_many_tokens_as_it_promises(llama: Path) -> None:
    options = EngineOptions(
        threads=1,
        context=64,
        batch_rows=2,
        chat_rows=1,
        resident_slots=1,
        kv_memory_bytes=320 * 768,
        weights="packed",
    )
    backend = TorchBackend(llama, options)
    limits = backend.limits
    assert limits.pool_tokens < limits.slots * limits.slot_tokens
    each = limits.pool_tokens // limits.slots
    backend.step([Row(slot, [3] * each, 0, False) for slot in range(limits.slots)])
    backend.close()


def test_a_token_that_the_model_lacks_fails_the_step_and_nothing_else(llama: Path) -> None:
    backend = TorchBackend(llama, OPTIONS)
    with pytest.raises(BackendFailed, match="token"):
        backend.step([Row(0, [VOCABULARY], 0, True)])
    assert backend.step([Row(0, [4], 0, True)]).argmax()
    backend.close()


@pytest.mark.parametrize(
    ("fault", "raised"), [(torch.OutOfMemoryError("full"), NoRoom), (RuntimeError("kernel"), BackendFailed)]
)
def test_a_step_that_breaks_off_leaves_the_slots_as_they_were(
    llama: Path, monkeypatch: pytest.MonkeyPatch, fault: Exception, raised: type[Exception]
) -> None:
    backend = TorchBackend(llama, OPTIONS)
    backend.step([Row(0, PROMPTS[3], 0, False)])
    backend.copy(0, 1, 20)
    free = backend._pages.free

    def break_off(*_: object, **__: object) -> None:
        raise fault

    with monkeypatch.context() as broken:
        broken.setattr(backend._model.model.layers[2], "forward", break_off)
        with pytest.raises(raised):
            backend.step([Row(0, [9], 33, True), Row(1, [8] * 40, 20, True), Row(2, [7] * 70, 0, True)])
    # The copy that the second row made of a shared page may stay; nothing else may.
    assert backend._pages.free >= free - 1
    writers = [Writer(0, [*PROMPTS[3], 5], done=33), Writer(1, [*PROMPTS[3][:20], 6], done=20)]
    write_together(backend, writers, 8)
    backend.close()
    theirs = AutoModelForCausalLM.from_pretrained(llama, dtype=torch.float32).eval()
    assert writers[0].written == generated(theirs, [*PROMPTS[3], 5], 8)
    assert writers[1].written == generated(theirs, [*PROMPTS[3][:20], 6], 8)


def test_a_card_that_fails_is_no_failure_of_one_step(llama: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    backend = TorchBackend(llama, OPTIONS)

    def fail(*_: object, **__: object) -> None:
        raise torch.AcceleratorError("CUDA error: device-side assert triggered\nCompile with `TORCH_USE_CUDA_DSA`.\n")

    monkeypatch.setattr(backend._model.model.layers[2], "forward", fail)
    with pytest.raises(BackendLost, match=r"failed \(CUDA error: device-side assert triggered\)\.$"):
        backend.step([Row(0, [4], 0, True)])
    backend.close()


def test_a_step_that_is_broken_off_between_two_layers_leaves_the_slots_as_they_were(
    llama: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backend = TorchBackend(llama, OPTIONS)
    assert backend.limits.interruptible
    stop = Stop()
    backend.step([Row(0, PROMPTS[3], 0, False)])
    free, layer = backend._pages.free, backend._model.model.layers[1]
    layer_forward = layer.forward

    def computed_while_a_chat_comes(*given: object, **more: object) -> object:
        stop.ask()
        return layer_forward(*given, **more)

    with monkeypatch.context() as while_it_computes:
        while_it_computes.setattr(layer, "forward", computed_while_a_chat_comes)
        with pytest.raises(Interrupted):
            backend.step([Row(0, [9], 33, True), Row(1, [8] * 40, 0, True)], stop)
    assert backend._pages.free == free
    writers = [Writer(0, [*PROMPTS[3], 5], done=33), Writer(1, list(PROMPTS[0]))]
    write_together(backend, writers, 8)
    backend.close()
    theirs = AutoModelForCausalLM.from_pretrained(llama, dtype=torch.float32).eval()
    assert writers[0].written == generated(theirs, [*PROMPTS[3], 5], 8)
    assert writers[1].written == generated(theirs, PROMPTS[0], 8)


def test_a_long_row_does_not_make_the_short_ones_as_long() -> None:
    assert alike([0, 1, 3, 4], [40, 1, 9, 2, 50]) == [[1, 3], [0, 4]]


def test_half_precision_stays_close_to_full_precision(llama: Path) -> None:
    full, half = (
        TorchBackend(llama, OPTIONS),
        TorchBackend(llama, EngineOptions(threads=1, context=256, kv_type="bf16")),
    )
    rows = [Row(slot, prompt, 0, True) for slot, prompt in enumerate(PROMPTS)]
    ours, theirs = half.step(rows).logits(range(4)), full.step(rows).logits(range(4))
    cosine = (ours * theirs).sum(1) / np.linalg.norm(ours, axis=1) / np.linalg.norm(theirs, axis=1)
    assert cosine.min() > 0.995
    assert half.model.settings["dtype"] == "bfloat16"
    full.close()
    half.close()


def test_closing_gives_the_memory_back(llama: Path) -> None:
    options = EngineOptions(threads=1, context=512, batch_rows=400, kv_memory_bytes=200 << 20, weights="packed")
    backend = TorchBackend(llama, options)
    pool = backend._pool
    assert pool is not None
    before, pages = psutil.Process().memory_info().rss, weakref.ref(pool.keys[0])
    size = sum(tensor.nbytes for tensor in (*pool.keys, *pool.values))
    for tensor in (*pool.keys, *pool.values):
        tensor.fill_(1.0)
    touched = psutil.Process().memory_info().rss
    del pool, tensor
    backend.close()
    gc.collect()
    assert pages() is None
    assert psutil.Process().memory_info().rss < touched - size // 2
    assert size > 100 << 20 or before < touched


@pytest.fixture(scope="module")
def smollm(model_path: Path) -> Path:
    return convert(model_path, platformdirs.user_cache_path("nightdesk", appauthor=False), "hf-float32")


def test_the_embedded_model_writes_what_transformers_writes(smollm: Path) -> None:
    backend = TorchBackend(smollm, EngineOptions(context=512, batch_rows=4, threads=2, weights="packed"))
    theirs = AutoModelForCausalLM.from_pretrained(smollm, dtype=torch.float32).eval()
    texts = [
        "<|im_start|>user\nName a colour.<|im_end|>\n<|im_start|>assistant\n",
        "The capital of France is",
    ]
    prompts = [backend.tokenizer.encode(text, special=True) for text in texts]
    writers = [Writer(slot, list(prompt), begins_at=slot) for slot, prompt in enumerate(prompts)]
    write_together(backend, writers, 10)
    backend.close()
    for writer, prompt in zip(writers, prompts, strict=True):
        assert writer.written == generated(theirs, prompt, 10)
