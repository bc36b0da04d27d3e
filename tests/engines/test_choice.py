"""The table of engines, over machines that are made up: nothing here looks at the real one."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from engines.choice import TABLE, Kind, choose_engine
from engines.errors import ModelError
from engines.hardware import Card, Machine, llama_builds, shown_by_cuda, torch_has_cuda
from engines.load import engine_for

CARD = Card("NVIDIA L4", 24 << 30, 22 << 30)
MAC = Machine("Darwin", arm=True, llama=frozenset({"metal"}))


def extras(*names: str) -> Machine:
    return Machine(extras=frozenset(names))


ALL = [
    Machine(system, arm, cards, frozenset(chosen), frozenset(llama), torch_cuda)
    for system, arm, cards, chosen, llama, torch_cuda in itertools.product(
        ("Linux", "Darwin", "Windows"),
        (False, True),
        ((), (CARD,)),
        ((), ("mlx",), ("torch",), ("mlx", "torch")),
        ((), ("cuda",), ("metal",), ("vulkan",)),
        (False, True),
    )
]


@pytest.mark.parametrize("kind", ["gguf", "mlx", "hf"])
def test_every_machine_gets_a_choice_and_a_whole_sentence_for_it(kind: Kind) -> None:
    for machine in ALL:
        choice = choose_engine(kind, "Thing", machine)
        assert choice.why.startswith("Thing ")
        assert choice.why.endswith(".")
        assert choice.faster == "" or choice.faster.endswith(".")
        assert "{" not in choice.why + choice.faster


def test_no_engine_is_chosen_that_is_not_installed() -> None:
    for kind, machine in itertools.product(("gguf", "mlx", "hf"), ALL):
        choice = choose_engine(kind, "Thing", machine)
        assert choice.engine != "mlx" or "mlx" in machine.extras
        assert choice.engine != "hf" or "torch" in machine.extras or machine.torch_cuda
        assert choice.engine is not None or "choose a GGUF file" in choice.why


def test_every_line_of_the_table_can_be_reached() -> None:
    reached = {next(rule for rule in TABLE if rule.format == kind and rule.holds(m)) for kind, m in _cases()}
    assert reached == set(TABLE)


def _cases() -> list[tuple[Kind, Machine]]:
    kinds: tuple[Kind, ...] = ("gguf", "mlx", "hf")
    return [(kind, machine) for kind in kinds for machine in ALL]


def test_a_hugging_face_folder_goes_to_mlx_where_only_that_is_installed() -> None:
    assert choose_engine("hf", "Thing", extras("mlx")).engine == "mlx"
    assert choose_engine("hf", "Thing", extras("torch")).engine == "hf"
    assert choose_engine("hf", "Thing", extras("mlx", "torch")).engine == "hf"
    assert choose_engine("hf", "Thing", extras()).engine is None


def test_on_a_mac_mlx_reads_hugging_face_folders_even_beside_torch() -> None:
    mac = Machine("Darwin", arm=True, extras=frozenset({"mlx", "torch"}))
    assert choose_engine("hf", "Thing", mac).engine == "mlx"
    assert choose_engine("gguf", "Thing", MAC).where == "the Mac's graphics"


def test_a_card_that_the_build_does_not_use_is_named_with_the_command_that_helps() -> None:
    choice = choose_engine("gguf", "Thing", Machine(cards=(CARD, CARD)))
    assert (choice.engine, choice.where) == ("gguf", "the processor")
    assert "2 × NVIDIA L4" in choice.faster
    assert "`make cuda`" in choice.faster
    built = choose_engine("gguf", "Thing", Machine(cards=(CARD,), llama=frozenset({"cuda"})))
    assert (built.where, built.faster) == ("the CUDA card", "")


def test_a_build_is_known_by_the_libraries_in_it(tmp_path: Path) -> None:
    (tmp_path / "lib").mkdir()
    assert llama_builds(None) == llama_builds(tmp_path) == frozenset()
    (tmp_path / "lib" / "libggml-cpu.so").touch()
    (tmp_path / "lib" / "libggml-cuda.so").touch()
    assert llama_builds(tmp_path) == {"cuda"}
    (tmp_path / "version.py").write_text("__version__ = '2.13.0+cpu'\ncuda: Optional[str] = None\n")
    assert not torch_has_cuda(tmp_path)
    (tmp_path / "version.py").write_text("__version__ = '2.13.0'\ncuda: Optional[str] = '12.8'\n")
    assert torch_has_cuda(tmp_path)
    assert not torch_has_cuda(None)


def test_a_folder_that_nothing_here_serves_is_refused_with_the_way_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "config.json").write_text('{"model_type": "llama"}')
    (tmp_path / "model.safetensors").write_bytes(b"0" * 64)
    for module in ("engines.load", "engines.models"):
        monkeypatch.setattr(f"{module}.this_machine", lambda: extras("mlx"))
    assert engine_for(tmp_path) == "mlx"
    for module in ("engines.load", "engines.models"):
        monkeypatch.setattr(f"{module}.this_machine", Machine)
    with pytest.raises(ModelError, match=r"nightdesk\[torch\]"):
        engine_for(tmp_path)


@pytest.mark.parametrize(
    ("setting", "shown"),
    [
        (None, ["GPU-aa1", "GPU-ab2", "GPU-cc3"]),
        ("", []),
        ("-1", []),
        ("2, 0", ["GPU-cc3", "GPU-aa1"]),
        ("1,7,0", ["GPU-ab2"]),
        ("GPU-c,GPU-ab", ["GPU-cc3", "GPU-ab2"]),
        ("GPU-a", []),
        ("MIG-5,0", ["MIG-5", "GPU-aa1"]),
        ("0,0", ["GPU-aa1"]),
        ("NoDevFiles", []),
    ],
)
def test_only_the_cards_that_cuda_shows_are_counted(setting: str | None, shown: list[str]) -> None:
    assert shown_by_cuda(["GPU-aa1", "GPU-ab2", "GPU-cc3"], setting) == shown
