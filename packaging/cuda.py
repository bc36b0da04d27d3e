"""``make cuda``: llama-cpp-python built with CUDA for the cards of this machine, in place of the build without.

The wheel is kept in the same cache as the other builds. It is installed only if it decodes here; if it does not, what
was there before stays. Compiling takes some twenty minutes on eight cores.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path

from bootstrap import ROOT
from embedded_model import place_model
from llama_wheel import build, cards, cuda_flavour, flavours, install, proves

NO_TOOLKIT = (
    "The CUDA toolkit's compiler (nvcc) was not found. Install the toolkit (Debian, Ubuntu: `sudo apt install "
    "nvidia-cuda-toolkit`, or NVIDIA's own packages), see that `nvcc` is on the PATH, and run `make cuda` again."
)
NO_CARD = (
    "No CUDA card answers here (nvidia-smi shows none), so there is nothing to build for. To build for another "
    "machine's card, name its architecture: NIGHTDESK_CUDA_ARCHITECTURES=89 make cuda."
)


def trouble(toolkit: bool, card: bool, named: bool) -> str | None:
    """Why the build cannot begin, None when it can; ``named``: the architecture was given by hand."""
    if not toolkit:
        return NO_TOOLKIT
    return None if card or named else NO_CARD


def main() -> None:
    """Build, try out, and keep; or leave everything as it was, with a sentence."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--venv", type=Path, default=ROOT / ".venv")
    python = str(parser.parse_args().venv / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python"))
    flavour = cuda_flavour()
    named = "-DCMAKE_CUDA_ARCHITECTURES=native" not in flavour.options
    found = trouble(shutil.which("nvcc") is not None, bool(cards()), named)
    if found:
        sys.exit(found)
    model = place_model(python, ROOT / "resources" / "models")
    wheel = build(python, flavour)
    if not cards():
        print(f"The build for the other machine is {wheel}; install it there with `pip install --force-reinstall`.")
        return
    install(python, wheel)
    if proves(python, wheel, model):
        print("llama.cpp runs on the card now; `nightdesk doctor` shows it.")
        return
    install(python, build(python, flavours()[0]))
    sys.exit("The build with CUDA does not run here, so the one without is back. Its words are above.")


if __name__ == "__main__":
    main()
