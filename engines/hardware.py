"""What this machine can compute with: its graphics cards, and what the installed engines were built for.

Nothing is loaded to find out: the window asks too, and must neither start CUDA nor import torch.
"""

from __future__ import annotations

import logging
import os
import platform
import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

log = logging.getLogger(__name__)

SHOWN = "CUDA_VISIBLE_DEVICES"


@dataclass(frozen=True, slots=True)
class Card:
    """A CUDA card; memory in bytes, ``free`` as it was when it was looked at."""

    name: str
    total: int
    free: int


@dataclass(frozen=True, slots=True)
class Machine:
    """What the choice of an engine depends on.

    ``extras`` are the installed ones of "mlx" and "torch"; ``llama`` names what llama.cpp was built for beside the
    processor ("cuda", "metal", "vulkan"); ``torch_cuda`` says whether torch was built for CUDA.
    """

    system: str = "Linux"
    arm: bool = False
    cards: tuple[Card, ...] = ()
    extras: frozenset[str] = frozenset()
    llama: frozenset[str] = frozenset()
    torch_cuda: bool = False

    @property
    def apple(self) -> bool:
        """Whether this is a Mac whose graphics share its memory."""
        return self.system == "Darwin" and self.arm

    @property
    def card_names(self) -> str:
        """The cards as people call them: ``two NVIDIA L4`` is ``2 × NVIDIA L4``."""
        names = [card.name for card in self.cards]
        counted = {name: names.count(name) for name in names}
        return ", ".join(name if count == 1 else f"{count} × {name}" for name, count in counted.items())


def this_machine() -> Machine:
    """This machine as it is now; takes milliseconds, some tens of them where a card has to wake."""
    extras = {name for name, library in (("mlx", "mlx_lm"), ("torch", "torch")) if find_spec(library) is not None}
    return Machine(
        system=platform.system(),
        arm=platform.machine().lower() in ("arm64", "aarch64"),
        cards=cuda_cards(),
        extras=frozenset(extras),
        llama=llama_builds(_folder_of("llama_cpp")),
        torch_cuda="torch" in extras and torch_has_cuda(_folder_of("torch")),
    )


def cuda_cards() -> tuple[Card, ...]:
    """The CUDA cards that programs started here may use; none where there is no driver."""
    import pynvml as nvml

    try:
        nvml.nvmlInit()
    except nvml.NVMLError as error:
        log.debug("no CUDA cards: %s", error)
        return ()
    try:
        handles = [nvml.nvmlDeviceGetHandleByIndex(index) for index in range(nvml.nvmlDeviceGetCount())]
        shown = shown_by_cuda([_text(nvml.nvmlDeviceGetUUID(handle)) for handle in handles], os.environ.get(SHOWN))
        return tuple(_card(uuid) for uuid in shown)
    except nvml.NVMLError as error:
        log.warning("The CUDA driver does not tell of its cards: %s.", error)
        return ()
    finally:
        nvml.nvmlShutdown()


def shown_by_cuda(uuids: Sequence[str], setting: str | None) -> list[str]:
    """Which of the driver's cards CUDA shows, by the text of CUDA_VISIBLE_DEVICES, None where it is not set.

    It names cards by place or by the beginning of their UUID, and parts of a card by their own; the first name that
    stands for none ends the list. Places are the driver's: CUDA counts cards of several kinds its own way, unless
    CUDA_DEVICE_ORDER is PCI_BUS_ID.
    """
    if setting is None:
        return list(uuids)
    shown: list[str] = []
    for word in map(str.strip, setting.split(",")):
        if word.startswith("MIG-"):
            named = [word]
        elif word.isdecimal():
            named = list(uuids[int(word) : int(word) + 1])
        else:
            named = [uuid for uuid in uuids if word and uuid.startswith(word)]
        if len(named) != 1 or named[0] in shown:
            break
        shown += named
    return shown


def llama_builds(package: Path | None) -> frozenset[str]:
    """What the llama.cpp in ``package`` was built for, told by the libraries that lie there."""
    if package is None:
        return frozenset()
    names = [path.name.lower() for path in (package / "lib").glob("*ggml-*")]
    return frozenset(kind for kind in ("cuda", "metal", "vulkan") if any(f"ggml-{kind}" in name for name in names))


def torch_has_cuda(package: Path | None) -> bool:
    """Whether the torch in ``package`` was built for CUDA, told by its version file."""
    if package is None:
        return False
    try:
        text = (package / "version.py").read_text("utf-8")
    except OSError:
        return False
    return re.search(r"^cuda\b[^=]*=\s*['\"]", text, re.MULTILINE) is not None


def _card(uuid: str) -> Card:
    import pynvml

    handle = pynvml.nvmlDeviceGetHandleByUUID(uuid)
    memory = pynvml.nvmlDeviceGetMemoryInfo(handle)
    return Card(_text(pynvml.nvmlDeviceGetName(handle)), int(memory.total), int(memory.free))


def _text(told: object) -> str:
    """A text of the driver, which older versions of its library give as bytes."""
    return told.decode() if isinstance(told, bytes) else str(told)


def _folder_of(library: str) -> Path | None:
    spec = find_spec(library)
    return Path(spec.origin).parent if spec is not None and spec.origin else None
