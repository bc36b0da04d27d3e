"""A step of documents makes way for a chat that comes while it runs, with the real model."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from engines.backends.base import Interrupted, Row, Stop
from engines.backends.llama_cpp import LlamaCppBackend
from engines.options import EngineOptions

PROMPT = [1000 + i for i in range(900)]


@pytest.fixture(scope="module")
def backend(model_path: Path) -> Iterator[LlamaCppBackend]:
    """The real model as it lies in the file, with room for long steps."""
    options = EngineOptions(weights="packed", context=1024, batch_rows=2, chat_rows=1, resident_slots=0)
    made = LlamaCppBackend(model_path, EngineOptions(**{**as_dict(options), "step_tokens": 1000}))
    yield made
    made.close()


def as_dict(options: EngineOptions) -> dict[str, object]:
    return {name: getattr(options, name) for name in EngineOptions.__dataclass_fields__}


def test_a_step_that_was_broken_off_leaves_its_slots_as_they_were(
    backend: LlamaCppBackend, caplog: pytest.LogCaptureFixture
) -> None:
    first = [Row(0, PROMPT[:100], 0, True)]
    backend.step(first)
    whole = backend.step([Row(0, PROMPT[100:120], 100, True)]).argmax()
    backend.trim(0, 100)
    assert any(broken_off_in_the_middle(backend) for _ in range(50)), "each was done before it was told to stop"
    assert not caplog.records, "what was meant to happen is no warning"
    assert backend.step([Row(0, PROMPT[100:120], 100, True)]).argmax() == whole
    assert backend.step([Row(1, PROMPT[:100], 0, True)]).argmax() == backend_alone(backend)


def broken_off_in_the_middle(backend: LlamaCppBackend) -> bool:
    """Try to break off a long step while it is computed; a timer may be late, and the step is over then."""
    stop = Stop()
    timer = threading.Timer(0.05, stop.ask)
    timer.start()
    try:
        backend.step([Row(0, PROMPT[100:500], 100, True), Row(1, PROMPT[:500], 0, True)], stop)
    except Interrupted:
        return True
    finally:
        timer.join()
    backend.trim(0, 100)
    backend.trim(1, 0)
    return False


def test_a_memory_that_cannot_be_cut_back_is_not_broken_off(
    model_path: Path, monkeypatch: pytest.MonkeyPatch, backend: LlamaCppBackend
) -> None:
    assert backend.limits.interruptible
    monkeypatch.setattr("llama_cpp.llama_model_is_hybrid", lambda _: True)
    hybrid = LlamaCppBackend(model_path, EngineOptions(weights="packed", context=512, batch_rows=1, chat_rows=1))
    assert not hybrid.limits.interruptible
    hybrid.close()


def backend_alone(backend: LlamaCppBackend) -> list[int]:
    tokens = backend.step([Row(2, PROMPT[:100], 0, True)]).argmax()
    backend.trim(2, 0)
    return tokens


def test_a_stop_that_was_asked_to_before_the_computing_began_counts(backend: LlamaCppBackend) -> None:
    backend.trim(0, 0)
    stop = Stop()
    stop.ask()
    with pytest.raises(Interrupted):
        backend.step([Row(0, PROMPT[:100], 0, True)], stop)


def test_a_stop_concerns_no_step_but_its_own(backend: LlamaCppBackend) -> None:
    backend.trim(0, 0)
    stop = Stop()
    backend.step([Row(0, PROMPT[:10], 0, True)], stop)
    stop.ask()
    assert backend.step([Row(0, PROMPT[10:20], 10, True)]).argmax()
