"""``make cuda``: which flags the build gets, that it is kept apart from the others, and when it does not begin."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "packaging"))

import cuda
import llama_wheel


def test_the_build_is_for_this_machines_cards_unless_others_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NIGHTDESK_CUDA_ARCHITECTURES", raising=False)
    arguments = llama_wheel.cmake_arguments(llama_wheel.cuda_flavour())
    assert "-DGGML_CUDA=on" in arguments
    assert "-DCMAKE_CUDA_ARCHITECTURES=native" in arguments
    monkeypatch.setenv("NIGHTDESK_CUDA_ARCHITECTURES", "89")
    assert "-DCMAKE_CUDA_ARCHITECTURES=89" in llama_wheel.cmake_arguments(llama_wheel.cuda_flavour())


def test_builds_with_other_flags_toolkits_or_cards_are_kept_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = llama_wheel.wheel_folder(llama_wheel.flavours()[0])
    folders = {plain, llama_wheel.wheel_folder(llama_wheel.cuda_flavour())}
    monkeypatch.setattr(llama_wheel, "cuda_compiler_version", lambda: "another toolkit")
    folders.add(llama_wheel.wheel_folder(llama_wheel.cuda_flavour()))
    monkeypatch.setattr(llama_wheel, "cards", lambda: "another card, 9.0")
    folders.add(llama_wheel.wheel_folder(llama_wheel.cuda_flavour()))
    assert len(folders) == 4
    assert llama_wheel.wheel_folder(llama_wheel.flavours()[0]) == plain


def test_what_is_missing_is_named_before_anything_is_compiled() -> None:
    assert "nvcc" in (cuda.trouble(toolkit=False, card=True, named=False) or "")
    assert "NIGHTDESK_CUDA_ARCHITECTURES" in (cuda.trouble(toolkit=True, card=False, named=False) or "")
    assert cuda.trouble(toolkit=True, card=False, named=True) is None
    assert cuda.trouble(toolkit=True, card=True, named=False) is None
