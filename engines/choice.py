"""Which engine serves a model: one table over its format, this machine, and what is installed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from engines.hardware import Machine

Kind = Literal["gguf", "mlx", "hf"]
"""A model's format: a GGUF file, a folder in MLX's format, a Hugging Face folder of safetensors."""

ENGINES: dict[Kind, str] = {"gguf": "llama.cpp", "mlx": "MLX", "hf": "torch"}
"""Which engine serves a format by birth; a Hugging Face folder is read by MLX as well."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the table: for models of ``format`` on machines of which ``holds`` is true.

    ``engine`` is the format by which the engine is known (see ENGINES), None when nothing here serves the model;
    then ``why`` is the way out. ``{name}`` and ``{cards}`` stand for the model and the machine's cards.
    """

    format: Kind
    holds: Callable[[Machine], bool]
    engine: Kind | None
    where: str
    why: str
    faster: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """The engine for one model. ``why`` and ``faster`` are sentences; ``faster`` is empty when nothing would be."""

    engine: Kind | None
    where: str
    why: str
    faster: str = ""

    @property
    def on_cards(self) -> bool:
        """Whether it computes on CUDA cards, in their memory."""
        return self.engine is not None and self.where == CARD

    @property
    def title(self) -> str:
        """The engine and what it computes on, such as ``llama.cpp on the processor``."""
        return f"{ENGINES[self.engine]} on {self.where}" if self.engine else "no engine"


CARD = "the CUDA card"

MAKE_CUDA = (
    "This machine has a CUDA card ({cards}), but llama-cpp-python was built without CUDA: `make cuda` builds it anew, "
    "and the model then runs on the card."
)
TORCH_CUDA = (
    "This machine has a CUDA card ({cards}), but torch was installed without CUDA: install torch's CUDA build, or "
    "choose a GGUF file of the same model and run `make cuda`."
)
GGUF_FASTER = "A GGUF file of the same model is faster here: llama.cpp makes better use of a processor."


def _any(_machine: Machine) -> bool:
    return True


# The first line that fits holds. Lines of one format stand together, the fastest machine first.
TABLE: tuple[Rule, ...] = (
    Rule(
        "gguf",
        lambda m: bool(m.cards) and "cuda" in m.llama,
        "gguf",
        CARD,
        "{name} is a GGUF file, llama.cpp was built with CUDA, and there is a card ({cards}).",
    ),
    Rule(
        "gguf",
        lambda m: bool(m.cards) and "vulkan" in m.llama,
        "gguf",
        "the graphics card",
        "{name} is a GGUF file, and llama.cpp was built with Vulkan.",
        MAKE_CUDA.replace("without CUDA", "with Vulkan and without CUDA"),
    ),
    Rule(
        "gguf",
        lambda m: bool(m.cards),
        "gguf",
        "the processor",
        "{name} is a GGUF file, which llama.cpp serves, here without the card.",
        MAKE_CUDA,
    ),
    Rule(
        "gguf",
        lambda m: m.apple and "metal" in m.llama,
        "gguf",
        "the Mac's graphics",
        "{name} is a GGUF file, and llama.cpp was built with Metal.",
    ),
    Rule(
        "gguf",
        lambda m: m.apple,
        "gguf",
        "the processor",
        "{name} is a GGUF file, which llama.cpp serves, here without Metal.",
        "llama-cpp-python was built without Metal: `make setup` on this Mac builds it with Metal.",
    ),
    Rule("gguf", _any, "gguf", "the processor", "{name} is a GGUF file, which llama.cpp serves on any machine."),
    Rule(
        "mlx",
        lambda m: m.system == "Windows",
        None,
        "",
        "{name} is in MLX format, which does not run on Windows: choose a GGUF file of the same model.",
    ),
    Rule(
        "mlx",
        lambda m: "mlx" not in m.extras,
        None,
        "",
        "{name} is in MLX format, which needs the extra 'nightdesk[mlx]': install it, or choose a GGUF file.",
    ),
    Rule("mlx", lambda m: m.apple, "mlx", "the Mac's graphics", "{name} is in MLX format, made for this kind of Mac."),
    Rule(
        "mlx",
        _any,
        "mlx",
        "the processor",
        "{name} is in MLX format, and the extra 'nightdesk[mlx]' is installed.",
        "MLX is made for Macs with Apple's chips. " + GGUF_FASTER,
    ),
    Rule(
        "hf",
        lambda m: bool(m.cards) and m.torch_cuda,
        "hf",
        CARD,
        "{name} is a Hugging Face folder, torch was built with CUDA, and there is a card ({cards}).",
    ),
    Rule(
        "hf",
        lambda m: m.apple and "mlx" in m.extras,
        "mlx",
        "the Mac's graphics",
        "{name} is a Hugging Face folder, which MLX reads, and this is a Mac with Apple's chip.",
        "A folder quantised for MLX (4 or 8 bit) answers faster and takes less memory.",
    ),
    Rule(
        "hf",
        lambda m: bool(m.cards) and "torch" in m.extras,
        "hf",
        "the processor",
        "{name} is a Hugging Face folder, which torch serves, here without the card.",
        TORCH_CUDA,
    ),
    Rule(
        "hf",
        lambda m: "torch" in m.extras,
        "hf",
        "the processor",
        "{name} is a Hugging Face folder, and the extra 'nightdesk[torch]' is installed.",
        GGUF_FASTER,
    ),
    Rule(
        "hf",
        lambda m: "mlx" in m.extras,
        "mlx",
        "the processor",
        "{name} is a Hugging Face folder, which MLX reads; the extra 'nightdesk[torch]' is not installed.",
        GGUF_FASTER,
    ),
    Rule(
        "hf",
        lambda m: m.apple,
        None,
        "",
        "{name} is in Hugging Face format, which needs the extra 'nightdesk[mlx]' on this Mac: install it, or choose "
        "a GGUF file.",
    ),
    Rule(
        "hf",
        _any,
        None,
        "",
        "{name} is in Hugging Face format, which needs the extra 'nightdesk[torch]': install it, or choose a GGUF "
        "file.",
    ),
)


def choose_engine(kind: Kind, name: str, machine: Machine) -> Choice:
    """The engine for a model of this format, called ``name``, on ``machine``."""
    rule = next(rule for rule in TABLE if rule.format == kind and rule.holds(machine))
    said = {"name": name, "cards": machine.card_names}
    return Choice(rule.engine, rule.where, rule.why.format(**said), rule.faster.format(**said))
