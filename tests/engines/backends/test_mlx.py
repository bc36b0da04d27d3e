"""The MLX backend over tiny random models: every row of a ragged step is what mlx-lm computes for it alone."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import platformdirs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("mlx_lm", reason="the extra 'mlx' is not installed")

import mlx.core as mx
from mlx_lm.generate import generate_step
from mlx_lm.models.cache import make_prompt_cache
from mlx_lm.utils import load_model
from tiny_mlx import write_folder

from engines.backends.base import Backend, BackendFailed, Logits, Row
from engines.backends.mlx_slots import loading
from engines.backends.mlx_slots.backend import MlxBackend
from engines.backends.mlx_slots.ragged import RaggedModel
from engines.convert import convert
from engines.errors import ModelError
from engines.load import load_engine
from engines.models import inspect_model
from engines.options import EngineOptions
from engines.request import Request, SamplingParams

OPTIONS = EngineOptions(context=600, batch_rows=4, chat_rows=1, resident_slots=1, kv_memory_bytes=1 << 24)
TEXT = [(37 * i + 11) % 256 for i in range(520)]
EXPERTS = {"num_local_experts": 4, "num_experts_per_tok": 2}
SERVED: dict[str, dict[str, Any]] = {
    "llama": {},
    "qwen2": {},
    "qwen3": {},
    "phi3": {},
    "gemma": {},
    "olmo2": {},
    "mixtral": EXPERTS,
    "smollm3": {"no_rope_layer_interval": 2, "no_rope_layers": [1, 0]},
    "gpt2": {"n_ctx": 512, "n_embd": 64, "n_head": 4, "n_layer": 2, "n_positions": 512, "layer_norm_epsilon": 1e-5},
    "cohere": {"layer_norm_eps": 1e-5, "logit_scale": 0.06},
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_folder(tmp_path_factory.mktemp("mlx") / "tiny-llama", "llama")


@pytest.fixture
def backend(folder: Path) -> Iterator[MlxBackend]:
    backend = MlxBackend(folder, OPTIONS)
    yield backend
    backend.close()


@cache
def oracle(folder: Path) -> Any:
    return load_model(folder)[0]


def alone(folder: Path, tokens: Sequence[int]) -> Logits:
    """What mlx-lm itself computes after the last of ``tokens``."""
    model = oracle(folder)
    return np.array(model(mx.array([list(tokens)]), cache=make_prompt_cache(model))[0, -1])


def assert_same(given: Logits, expected: Logits) -> None:
    assert np.allclose(given, expected, rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("kind", SERVED)
def test_every_architecture_computes_mixed_rows_as_if_alone(kind: str, tmp_path: Path) -> None:
    folder = write_folder(tmp_path / kind, kind, **SERVED[kind])
    backend = MlxBackend(folder, OPTIONS)
    backend.step([Row(0, TEXT[:9], 0, False), Row(3, TEXT[40:45], 0, False)])
    backend.copy(0, 1, 6)
    output = backend.step([Row(0, TEXT[9:10], 9, True), Row(3, TEXT[45:60], 5, False), Row(1, TEXT[100:103], 6, True)])
    assert_same(output.logits([0])[0], alone(folder, TEXT[:10]))
    assert_same(output.logits([1])[0], alone(folder, [*TEXT[:6], *TEXT[100:103]]))
    assert output.argmax() == output.logits([0, 1]).argmax(axis=1).tolist()
    assert_same(backend.step([Row(3, [1], 20, True)]).logits([0])[0], alone(folder, [*TEXT[40:60], 1]))
    backend.close()


def test_greedy_text_is_what_mlx_lm_generates(folder: Path, backend: MlxBackend) -> None:
    expected = [int(token) for token, _ in generate_step(mx.array(TEXT[:30]), oracle(folder), max_tokens=40)]
    found = backend.step([Row(2, TEXT[:30], 0, True)]).argmax()
    while len(found) < len(expected):
        found += backend.step([Row(2, found[-1:], 29 + len(found), True)]).argmax()
    assert found == expected


def test_the_embedded_model_writes_what_mlx_lm_writes(model_path: Path) -> None:
    form = convert(model_path, platformdirs.user_cache_path("nightdesk", appauthor=False), "hf-float32")
    backend = MlxBackend(form, EngineOptions(context=256, batch_rows=2, chat_rows=1, resident_slots=0))
    prompt = backend.tokenizer.encode(
        "<|im_start|>user\nName a river.<|im_end|>\n<|im_start|>assistant\n", special=True
    )
    expected = [int(token) for token, _ in generate_step(mx.array(prompt), oracle(form), max_tokens=10)]
    found = backend.step([Row(1, [5, 6, 7], 0, False), Row(0, prompt, 0, True)]).argmax()
    while len(found) < len(expected):
        at = len(prompt) + len(found) - 1
        found += backend.step([Row(1, [8], 2 + len(found), False), Row(0, found[-1:], at, True)]).argmax()
    backend.close()
    oracle.cache_clear()
    assert found == expected


def test_slots_grow_past_their_blocks_and_are_cut_back(folder: Path, backend: MlxBackend) -> None:
    backend.step([Row(0, TEXT[:250], 0, False)])
    assert_same(backend.step([Row(0, TEXT[250:520], 250, True)]).logits([0])[0], alone(folder, TEXT[:520]))
    for length in (519, 257, 256, 10):
        backend.trim(0, length)
        given = backend.step([Row(0, TEXT[length : length + 1], length, True)]).logits([0])[0]
        assert_same(given, alone(folder, TEXT[: length + 1]))
        backend.trim(0, length)


def test_a_copy_and_its_source_go_different_ways(folder: Path, backend: MlxBackend) -> None:
    backend.step([Row(0, TEXT[:300], 0, False)])
    backend.copy(0, 1, 280)
    backend.step([Row(0, [1] * 5, 300, False)])
    given = backend.step([Row(1, [2, 3], 280, True), Row(0, [4], 305, True)]).logits([0, 1])
    assert_same(given[0], alone(folder, [*TEXT[:280], 2, 3]))
    assert_same(given[1], alone(folder, [*TEXT[:300], *[1] * 5, 4]))


def test_memory_grows_with_the_longest_text_and_comes_back_at_the_end(folder: Path) -> None:
    backend = MlxBackend(folder, OPTIONS)
    room = backend.limits.slots * 512
    before = mx.get_active_memory()
    backend.step([Row(0, TEXT[:10], 0, False)])
    short = mx.get_active_memory() - before
    backend.step([Row(0, TEXT[:500], 0, False)])
    long = mx.get_active_memory() - before
    assert 256 * room <= short <= 300 * room
    assert 512 * room <= long <= 600 * room
    backend.close()
    assert mx.get_active_memory() < before


def test_steps_write_in_place(backend: MlxBackend) -> None:
    rows = [Row(slot, TEXT[:400], 0, False) for slot in range(5)]
    backend.step(rows)
    held = mx.get_active_memory()
    mx.reset_peak_memory()
    for at in range(400, 410):
        backend.step([Row(slot, [7], at, True) for slot in (0, 1, 3)] + [Row(4, TEXT[:9], 400, False)])
    # A step that copied the memory of even one layer would need a quarter of all of it at once.
    assert mx.get_peak_memory() - held < backend.limits.slots * 512 * 512 / 4


@settings(max_examples=12, deadline=None)
@given(st.data())
def test_any_mixture_of_rows_is_computed_as_if_alone(folder: Path, data: st.DataObject) -> None:
    backend = shared_backend(folder)
    held: dict[int, list[int]] = {}
    for _ in range(4):
        slots = data.draw(st.lists(st.integers(0, 5), min_size=1, max_size=6, unique=True))
        rows = []
        for slot in slots:
            kept = data.draw(st.integers(0, len(held.get(slot, []))))
            held[slot] = held.get(slot, [])[:kept]
            new = [data.draw(st.integers(0, 255)) for _ in range(data.draw(st.sampled_from([1, 1, 1, 2, 7])))]
            rows.append(Row(slot, new, kept, True))
            held[slot] += new
        given_logits = backend.step(rows).logits(list(range(len(rows))))
        for row, logits in zip(rows, given_logits, strict=True):
            assert_same(logits, alone(folder, held[row.slot]))


@cache
def shared_backend(folder: Path) -> MlxBackend:
    return MlxBackend(folder, OPTIONS)


def test_a_token_that_does_not_exist_is_refused(backend: MlxBackend) -> None:
    with pytest.raises(BackendFailed, match="token"):
        backend.step([Row(0, [300], 0, True)])


def test_a_text_longer_than_a_slot_is_refused(backend: MlxBackend) -> None:
    with pytest.raises(BackendFailed, match="601 tokens"):
        backend.step([Row(0, [1], 600, True)])


def test_weights_packed_in_integers_compute_what_mlx_lm_says_they_mean(tmp_path: Path) -> None:
    packed = write_folder(tmp_path / "packed", "llama", bits=4)
    assert inspect_model(packed).kind == "mlx"
    backend = MlxBackend(packed, OPTIONS)
    assert backend.model.quantisation == "4 bit"
    given = backend.step([Row(0, TEXT[:20], 0, True)]).logits([0])[0]
    assert np.abs(given - alone(packed, TEXT[:20])).max() < 0.02 * np.abs(given).max()
    backend.close()


def positions(folder: Path, target: Path, **changes: Any) -> Path:
    """A copy of ``folder`` with other settings; a None takes one away."""
    target.mkdir()
    for file in folder.iterdir():
        (target / file.name).write_bytes(file.read_bytes())
    config = json.loads((folder / "config.json").read_text()) | changes
    (target / "config.json").write_text(json.dumps({k: v for k, v in config.items() if v is not None}))
    return target


def logits_of(folder: Path) -> Logits:
    backend: Backend = MlxBackend(folder, OPTIONS)
    given = backend.step([Row(0, TEXT[:64], 0, True)]).logits([0])[0]
    backend.close()
    return given


def test_positions_that_only_transformers_5_would_find_are_found(folder: Path, tmp_path: Path) -> None:
    both = positions(folder, tmp_path / "both", rope_theta=100.0)
    new = {"rope_theta": 100.0, "rope_type": "default"}
    only_new = positions(folder, tmp_path / "new", rope_theta=None, rope_parameters=new)
    assert_same(logits_of(only_new), logits_of(both))
    assert not np.allclose(logits_of(only_new), logits_of(folder), rtol=1e-2)


def test_stretched_positions_reach_mlx_lm_under_its_own_name(folder: Path, tmp_path: Path) -> None:
    stretched = {"rope_type": "linear", "factor": 4.0, "rope_theta": 10000.0}
    old = positions(folder, tmp_path / "old", rope_scaling=stretched)
    new = positions(folder, tmp_path / "new", rope_parameters=stretched)
    assert_same(logits_of(new), logits_of(old))
    assert not np.allclose(logits_of(new), logits_of(folder), rtol=1e-2)


def test_two_values_for_the_same_positions_are_refused(folder: Path, tmp_path: Path) -> None:
    odd = positions(folder, tmp_path / "odd", rope_parameters={"rope_theta": 5.0, "rope_type": "default"})
    with pytest.raises(ModelError, match=r"odd names two values of rope_theta \(10000.0 and 5.0\)"):
        MlxBackend(odd, OPTIONS)


@pytest.mark.parametrize(
    ("kind", "shape", "word"),
    [
        ("gpt_oss", {**EXPERTS, "sliding_window": 64, "rope_scaling": None}, "RotatingKVCache"),
        ("gemma3_text", {"sliding_window": 64, "sliding_window_pattern": 2}, "RotatingKVCache"),
        ("mamba", {"state_size": 8, "conv_kernel": 4, "use_bias": False, "use_conv_bias": True, "time_step_rank": 4},
         "ArraysCache"),
        ("gemma2", {"attn_logit_softcapping": 50.0, "final_logit_softcapping": 30.0, "query_pre_attn_scalar": 16},
         "a way of its own"),
    ],
)  # fmt: skip
def test_models_that_cannot_run_in_batches_are_refused_and_told_the_way_out(
    kind: str, shape: dict[str, Any], word: str, tmp_path: Path
) -> None:
    folder = write_folder(tmp_path / kind, kind, **shape)
    with pytest.raises(ModelError, match=rf"{kind}.*{word}.*choose a GGUF file"):
        MlxBackend(folder, OPTIONS)


@pytest.mark.parametrize("method", ["gptq", "awq", "compressed-tensors"])
def test_weights_packed_in_a_way_that_mlx_lm_cannot_read_are_refused_by_name(
    method: str, folder: Path, tmp_path: Path
) -> None:
    settings = {"quant_method": method, "bits": 4, "group_size": 128}
    packed = positions(folder, tmp_path / "packed", quantization_config=settings)
    with pytest.raises(ModelError, match=rf"packed, packed by {method}, cannot be loaded.*choose a GGUF file"):
        MlxBackend(packed, OPTIONS)


def test_a_model_whose_positions_would_be_wrong_in_batches_is_refused(folder: Path) -> None:
    model, config = load_model(folder)
    for layer in model.layers:
        rope = layer.self_attn.rope
        layer.self_attn.rope = lambda x, offset=0, rope=rope: rope(x, offset=offset if isinstance(offset, int) else 0)
    with pytest.raises(ModelError, match="odd computes otherwise in batches"):
        loading.try_out("odd", model, RaggedModel(model), config["vocab_size"])


def test_damaged_folders_are_refused_with_a_sentence(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"picture has no config\.json of a text model"):
        MlxBackend(positions(folder, tmp_path / "picture", vocab_size=None), OPTIONS)
    unknown = positions(folder, tmp_path / "unknown", model_type="never_heard_of")
    with pytest.raises(ModelError, match="unknown cannot be loaded by mlx-lm"):
        MlxBackend(unknown, OPTIONS)
    empty = positions(folder, tmp_path / "empty")
    (empty / "model.safetensors").unlink()
    with pytest.raises(ModelError, match="empty holds no model"):
        MlxBackend(empty, OPTIONS)
    wordless = positions(folder, tmp_path / "wordless")
    (wordless / "tokenizer.json").unlink()
    with pytest.raises(ModelError, match=r"wordless has no tokenizer\.json"):
        MlxBackend(wordless, OPTIONS)
    own_code = positions(folder, tmp_path / "own", model_file="model.py")
    with pytest.raises(ModelError, match="own cannot be loaded by mlx-lm"):
        MlxBackend(own_code, OPTIONS)


def test_what_cannot_be_had_is_refused_with_the_figures(folder: Path) -> None:
    with pytest.raises(ModelError, match="q8_0"):
        MlxBackend(folder, EngineOptions(kv_type="q8_0"))
    with pytest.raises(ModelError, match=r"needs .* GB, and .* GB can be had"):
        MlxBackend(folder, EngineOptions(context=2048, kv_memory_bytes=1 << 20))


def test_an_engine_can_be_loaded_again_after_it_was_closed(folder: Path) -> None:
    assert inspect_model(folder).kind == "mlx"
    for _ in range(3):
        engine = load_engine(folder, OPTIONS)
        ended = threading.Event()
        sampling = SamplingParams(max_tokens=3)
        engine.submit(Request("one", tuple(TEXT[:9]), sampling), lambda delta, e=ended: delta.finish and e.set())
        assert ended.wait(60)
        engine.close()


SERVING = """
import sys, threading
from pathlib import Path
from engines.backends.mlx_slots.backend import MlxBackend
from engines.engine import Engine
from engines.options import EngineOptions
from engines.request import Request, SamplingParams
from engines.request import Request, SamplingParams
options, ended = EngineOptions(context=600, batch_rows=4, chat_rows=1, kv_memory_bytes=1 << 24), threading.Semaphore(0)
for _ in range(3):
    engine = Engine(MlxBackend(Path(sys.argv[1]), options), options)
    engine.start()
    for i in range(6):
        engine.submit(Request(str(i), tuple(range(i, i + 20)), SamplingParams(max_tokens=5)),
                      lambda delta: delta.finish and ended.release())
    assert all(ended.acquire(timeout=200) for _ in range(6))
    engine.close()
"""


def test_a_process_that_served_ends_without_aborting(folder: Path) -> None:
    ran = subprocess.run([sys.executable, "-c", SERVING, str(folder)], capture_output=True, text=True, timeout=280)
    assert ran.returncode == 0, ran.stderr[-2000:]
