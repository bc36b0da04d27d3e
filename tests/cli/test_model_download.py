"""``nightdesk models get`` against a small hub."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from engines.hardware import Card, Machine
from tests.cli.conftest import Nightdesk
from tests.core.models.small_hub import SmallHub, small_hub

NAME = "someone/Thing-GGUF"


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[SmallHub]:
    with small_hub() as one:
        one.files[NAME] = {"thing-Q4_0.gguf": b"small" * 1000, "thing-Q8_0.gguf": b"large" * 2000}
        monkeypatch.setenv("HF_ENDPOINT", one.url)
        monkeypatch.delenv("HF_TOKEN", raising=False)
        yield one


def test_a_repository_of_several_models_is_listed_and_one_of_them_downloaded(
    nightdesk: Nightdesk, hub: SmallHub, home: Path
) -> None:
    listed = nightdesk("models", "get", NAME)
    assert listed.exit_code == 0
    assert listed.stdout.splitlines()[1].split("\t") == ["thing-Q4_0.gguf", "Q4_0", "0 MB", "yes"]
    assert f"nightdesk models get {NAME} thing-Q4_0.gguf" in listed.stderr
    done = nightdesk("models", "get", NAME, "q8_0", "--json")
    path = Path(json.loads(done.stdout)["path"])
    assert path == home / "data" / "models" / "someone" / "Thing-GGUF" / "thing-Q8_0.gguf"
    assert path.read_bytes() == b"large" * 2000
    hub.says["thing-Q4_0.gguf"] = "e" * 64
    refused = nightdesk("models", "get", NAME, "thing-Q4_0.gguf")
    assert refused.exit_code == 1
    assert "arrived damaged" in refused.stderr


def test_what_the_hub_does_not_have_is_a_sentence(nightdesk: Nightdesk, hub: SmallHub) -> None:
    assert "has no someone/Absent" in nightdesk("models", "get", "someone/Absent").stderr
    wrong = nightdesk("models", "get", "nothing")
    assert (wrong.exit_code, "write OWNER/NAME" in wrong.stderr) == (2, True)


def test_the_doctor_says_what_serves_the_model_why_and_what_would_be_faster(
    nightdesk: Nightdesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = Card("NVIDIA L4", 24 << 30, 20 << 30)
    monkeypatch.setattr("app.cli.checks.this_machine", lambda: Machine(cards=(card,)))
    checks = {one["check"]: one for one in json.loads(nightdesk("doctor", "--json").stdout)}
    assert checks["engine choice"]["found"].startswith("llama.cpp on the processor. SmolLM2")
    assert "`make cuda`" in checks["engine choice"]["note"]
    assert "NVIDIA L4 (21.5 of 25.8 GB free)" in checks["graphics cards"]["found"]


def test_the_list_names_the_engine_of_each_model(nightdesk: Nightdesk) -> None:
    listed = json.loads(nightdesk("models", "--json").stdout)
    assert [(one["source"], one["chosen"], one["engine"][:9]) for one in listed] == [("embedded", True, "llama.cpp")]
