"""How much of a model goes onto cards: the arithmetic, over cards that are made up."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engines.gguf import read_head
from engines.hardware import Card, Machine
from engines.models import inspect_model
from engines.offload import CARD_RESERVE, LEAST_KV_BYTES, offload_of, on_cards, plan_offload
from engines.options import EngineOptions

GB = 1 << 30


def card(free: float) -> Card:
    return Card("NVIDIA L4", 24 * GB, int(free * GB))


CUDA = Machine(cards=(card(22),), llama=frozenset({"cuda"}))


def test_a_model_that_fits_goes_onto_the_card_whole_with_the_memory_it_wants() -> None:
    plan = plan_offload(5 * GB, 32, 4 * GB, [card(22)])
    assert (plan.layers, plan.whole, plan.kv_bytes) == (33, True, 4 * GB)


def test_before_a_layer_is_left_out_keys_and_values_get_less() -> None:
    plan = plan_offload(5 * GB, 32, 4 * GB, [card(7)])
    assert plan.whole
    assert LEAST_KV_BYTES <= plan.kv_bytes < 4 * GB
    assert 5 * GB + plan.kv_bytes <= 7 * GB - CARD_RESERVE


def test_of_a_model_that_does_not_fit_so_many_layers_go_as_there_is_room_for() -> None:
    plan = plan_offload(40 * GB, 80, 4 * GB, [card(12), card(12)])
    assert 0 < plan.layers < 81
    assert not plan.whole
    assert plan_offload(40 * GB, 80, 4 * GB, [card(0.2)]).layers == 0


def test_keys_and_values_get_what_is_free_beside_the_layers_that_were_asked_for() -> None:
    half = plan_offload(10 * GB, 31, 40 * GB, [card(8)], asked=16)
    assert half.fits
    assert (half.layers, half.kv_bytes) == (16, 2 * (8 * GB - CARD_RESERVE) - 10 * GB)
    everything = plan_offload(10 * GB, 31, 40 * GB, [card(8)], asked=-1)
    assert (everything.layers, everything.kv_bytes, everything.fits) == (32, LEAST_KV_BYTES, False)
    assert plan_offload(5 * GB, 31, 4 * GB, [card(22)], asked=99) == plan_offload(5 * GB, 31, 4 * GB, [card(22)])


def test_layers_that_were_asked_for_leave_the_size_of_the_memory_to_the_card(model_path: Path) -> None:
    asked = on_cards(model_path, EngineOptions(gpu_layers=31), Machine(cards=(card(1.5),), llama=frozenset({"cuda"})))
    assert asked.gpu_layers == 31
    assert asked.kv_memory_bytes is not None
    assert asked.kv_memory_bytes < 1.5 * GB - CARD_RESERVE


def test_a_full_card_leaves_all_to_the_processor_and_its_memory(model_path: Path) -> None:
    full = Machine(cards=(card(0.5),), llama=frozenset({"cuda"}))
    assert on_cards(model_path, EngineOptions(), full) == EngineOptions(gpu_layers=0)


@given(
    st.integers(0, 200 * GB),
    st.integers(0, 200),
    st.integers(0, 50 * GB),
    st.lists(st.integers(0, 100 * GB).map(lambda free: Card("any", 100 * GB, free)), max_size=8),
)
def test_no_plan_takes_more_than_is_free_and_more_cards_never_take_less(
    weights: int, layers: int, kv: int, cards: list[Card]
) -> None:
    plan = plan_offload(weights, layers, kv, cards)
    room = sum(max(one.free - CARD_RESERVE, 0) for one in cards)
    assert 0 <= plan.layers <= plan.all_layers == layers + 1
    taken = (weights + plan.kv_bytes) * plan.layers / plan.all_layers
    assert plan.layers == 0 or taken <= room + 1
    assert plan_offload(weights, layers, kv, [*cards, card(24)]).layers >= plan.layers


def test_what_the_options_say_about_cards_is_kept(model_path: Path) -> None:
    asked = on_cards(model_path, EngineOptions(gpu_layers=3, tensor_split=(3.0, 1.0), kv_memory_bytes=GB), CUDA)
    assert (asked.gpu_layers, asked.tensor_split, asked.kv_memory_bytes) == (3, (3.0, 1.0), GB)
    assert on_cards(model_path, EngineOptions(gpu_layers=0), CUDA) == EngineOptions(gpu_layers=0)
    assert on_cards(model_path, EngineOptions(), Machine()) == EngineOptions()
    chosen = on_cards(model_path, EngineOptions(), CUDA)
    assert chosen.gpu_layers == 31
    assert chosen.weights == "packed"
    assert offload_of(inspect_model(model_path), read_head(model_path).number, EngineOptions(), [card(22)]).whole


def test_a_card_that_this_build_cannot_use_is_named_in_the_log(
    model_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        assert on_cards(model_path, EngineOptions(), Machine(cards=(card(22),))) == EngineOptions()
    assert "NVIDIA L4" in caplog.text
    assert "`make cuda`" in caplog.text


def test_a_split_over_several_cards_reaches_llama_cpp(model_path: Path) -> None:
    import llama_cpp as lib

    from engines.backends.llama_model import load_model, silence

    silence()
    model = load_model(model_path, EngineOptions(tensor_split=(3.0, 1.0)), None)
    lib.llama_model_free(model)
