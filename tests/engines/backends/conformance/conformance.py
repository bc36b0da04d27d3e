"""The backends that must conform, and the weights that each of them takes."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs

from engines.models import Kind
from engines.options import EngineOptions

if TYPE_CHECKING:
    from engines.convert import Form


@dataclass(frozen=True)
class Candidate:
    """A backend under test. ``near_tie`` is how far below the likeliest a token may be that a batch chose.

    ``module`` is the library that must be there, ``backend`` our module over it.
    """

    name: str
    kind: Kind
    form: Form | None
    module: str
    backend: str
    extra: str
    near_tie: float

    @property
    def missing(self) -> str | None:
        """Why it cannot be tested here, None when it can."""
        if find_spec(self.module) is None:
            return f"the extra '{self.extra}' is not installed"
        if self.form is not None and find_spec("gguf") is None:
            return "the extra 'convert' is not installed"
        return None


# Each in the numbers that it chooses on this machine. llama.cpp rounds activations to eight bits, and torch may compute
# in 16: there a batch's texts differ from single ones more than 32-bit floats explain.
CANDIDATES = [
    Candidate("llama_cpp", "gguf", None, "llama_cpp", "llama_cpp", "", near_tie=1.0),
    Candidate("mlx", "mlx", "mlx-4bit", "mlx_lm", "mlx_slots.backend", "mlx", near_tie=0.02),
    Candidate("torch", "hf", "hf-float32", "torch", "torch_paged.backend", "torch", near_tie=0.5),
]
OPTIONS = EngineOptions(context=512, batch_rows=4, chat_rows=1, resident_slots=1, threads=2, kv_memory_bytes=1 << 28)
SMALL = EngineOptions(context=512, batch_rows=2, chat_rows=1, resident_slots=1, threads=2, kv_memory_bytes=1 << 28)


def weights_of(candidate: Candidate, model_path: Path) -> Path:
    """The embedded model in the form that the candidate takes, converted once for each machine."""
    if candidate.form is None:
        return model_path
    from engines.convert import convert

    return convert(model_path, platformdirs.user_cache_path("nightdesk", appauthor=False), candidate.form)
