"""The form in which a GGUF model's weights are computed with: as they lie in the file, or unpacked once.

A processor with instructions for bfloat16 but without matrix tiles multiplies unpacked weights several times faster
than packed ones: on a two-core Zen 5, SmolLM2-135M Q4_1 reads prompts at 450 tok/s as it is and at 1,700 in bf16, and
16 rows decode at 280 and 540 tok/s. One row alone, which waits for memory and not for arithmetic, loses a fifth. So
small models are unpacked where the processor gains from it; the copy is kept in the user's cache.
"""

from __future__ import annotations

import ctypes
import hashlib
import logging
import os
import tempfile
from pathlib import Path

import llama_cpp as lib
import platformdirs
import psutil

from engines.errors import ModelError
from engines.gguf import GgufHead
from engines.options import WeightForm

log = logging.getLogger(__name__)

_FILE_TYPES = {
    "bf16": lib.LLAMA_FTYPE_MOSTLY_BF16,
    "f16": lib.LLAMA_FTYPE_MOSTLY_F16,
    "q8_0": lib.LLAMA_FTYPE_MOSTLY_Q8_0,
}
_BYTES_PER_PARAMETER = {"bf16": 2.0, "f16": 2.0, "q8_0": 34 / 32}
# ggml's tensor types for 32, 16 and brain-float numbers: a model made of them has nothing to unpack.
_UNPACKED_TYPES = {0, 1, 30}
# Beyond this a single chat, which reads every weight for each token, would feel the larger weights.
MOST_UNPACKED_BYTES = 1 << 30
COPIES_KEPT = 3


def guess_form(head: GgufHead, *, gpu: bool) -> WeightForm:
    """The form to begin with on this machine, before anything has been measured."""
    features = processor_features()
    gains = "AVX512_BF16" in features and "AMX_INT8" not in features
    size = head.parameters * _BYTES_PER_PARAMETER["bf16"]
    small = size <= min(MOST_UNPACKED_BYTES, psutil.virtual_memory().available / 4)
    return "bf16" if gains and small and not gpu and is_packed(head) else "packed"


def is_packed(head: GgufHead) -> bool:
    """Whether any of the model's tensors is quantised."""
    return any(kind not in _UNPACKED_TYPES for kind in head.tensor_types.values())


def processor_features() -> set[str]:
    """What the processor and this build of llama.cpp can do, in llama.cpp's words, such as ``AVX512_BF16``."""
    text = lib.llama_print_system_info().decode()
    return {
        name.split(":")[-1].strip()
        for name, _, value in (part.partition("=") for part in text.split("|"))
        if value.strip() == "1"
    }


def weights_in(form: WeightForm, path: Path, threads: int) -> Path:
    """A file with the model's weights in ``form``: ``path`` itself, or the copy in the cache, made if need be.

    Raises ModelError when the copy cannot be made (no room, or llama.cpp refuses).
    """
    if form == "packed":
        return path
    target = cache_folder() / f"{_key(path)}-{form}.gguf"
    if not target.exists():
        _unpack(path, target, form, threads)
        _forget_old_copies(target)
    os.utime(target)
    return target


def cache_folder() -> Path:
    """Where unpacked copies are kept."""
    return platformdirs.user_cache_path("nightdesk", appauthor=False) / "weights"


def _key(path: Path) -> str:
    """Names one state of one file, without reading all of it."""
    facts = path.stat()
    digest = hashlib.sha256(f"{path.resolve()}\n{facts.st_size}\n{facts.st_mtime_ns}\n{lib.__version__}".encode())
    return f"{path.stem[:60]}-{digest.hexdigest()[:16]}"


def _unpack(path: Path, target: Path, form: WeightForm, threads: int) -> None:
    """Write the copy beside its final name and move it there, so that a half-written one is never loaded."""
    params = lib.llama_model_quantize_default_params()
    params.ftype, params.nthread, params.allow_requantize = _FILE_TYPES[form], threads, True
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent) as folder:
            partial = Path(folder) / target.name
            code = lib.llama_model_quantize(os.fsencode(path), os.fsencode(partial), ctypes.byref(params))
            if code != 0:
                raise ModelError(f"The weights of {path.name} cannot be unpacked to {form}: is the disk full?")
            partial.replace(target)
    except OSError as error:
        raise ModelError(f"The weights of {path.name} cannot be unpacked to {form}: {error.strerror}.") from error
    log.info("Unpacked %s to %s.", path.name, form)


def _forget_old_copies(newest: Path) -> None:
    """Keep the copies used last; the others can be made again at any time."""
    copies = sorted(newest.parent.glob("*.gguf"), key=lambda copy: copy.stat().st_mtime, reverse=True)
    for copy in copies[COPIES_KEPT:]:
        copy.unlink(missing_ok=True)
