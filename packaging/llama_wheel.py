"""Builds the llama-cpp-python wheel once for this machine, and keeps it in the user's cache.

PyPI has no wheel of it, and a compilation takes six to ten minutes on two cores. A cached wheel is reused only where
version, flags, compiler and processor are the same, because it is compiled for this very processor.
"""

from __future__ import annotations

import hashlib
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from cache_folder import cache_folder

ROOT = Path(__file__).resolve().parents[1]
HEADER = Path(__file__).with_name("amx_tile_config.h")
PACKAGE = "llama-cpp-python"
NO_COMPILER = (
    "No C++ compiler was found, and the engine must be compiled once. Install one with "
    "`sudo apt install build-essential` (Debian, Ubuntu), `sudo dnf install gcc-c++ make` (Fedora) or "
    "`xcode-select --install` (macOS), then run the same command again."
)


@dataclass(frozen=True)
class Flavour:
    """One way to compile llama.cpp. ``flags`` go to the C and C++ compiler, ``options`` to CMake."""

    name: str
    flags: tuple[str, ...] = ()
    options: tuple[str, ...] = ()


def compiler() -> str:
    """The C++ compiler CMake will take; ends the program with a sentence where there is none."""
    for name in (os.environ.get("CXX"), "c++", "g++", "clang++"):
        if name and (found := shutil.which(name)):
            return found
    sys.exit(NO_COMPILER)


def compiler_version() -> str:
    """The compiler's own first line, such as ``c++ (Debian 12.2.0-14) 12.2.0``."""
    return subprocess.run([compiler(), "--version"], capture_output=True, text=True).stdout.partition("\n")[0]


def cards() -> str:
    """The CUDA cards' names and abilities, on which code compiled for them depends; empty where there are none."""
    found = shutil.which("nvidia-smi")
    if found is None:
        return ""
    query = [found, "--query-gpu=name,compute_cap", "--format=csv,noheader"]
    return subprocess.run(query, capture_output=True, text=True).stdout


def processor() -> str:
    """What code compiled for this very processor depends on: its name and its instruction sets."""
    if sys.platform == "linux":
        text = Path("/proc/cpuinfo").read_text(errors="replace")
        return "\n".join(sorted(set(re.findall(r"^(?:model name|flags|Features)\s*:.*$", text, re.MULTILINE))))
    return f"{platform.machine()} {platform.processor()}"


def flavours() -> list[Flavour]:
    """The builds worth trying here, fastest first."""
    extra = tuple(os.environ.get("NIGHTDESK_CMAKE_ARGS", "").split())
    if platform.machine().lower() not in ("x86_64", "amd64") or "clang" in compiler_version().lower():
        return [Flavour("native", options=extra)]
    no_amx = ("-mno-amx-tile", "-mno-amx-int8", "-mno-amx-bf16")
    return [
        Flavour("native", (f"-include{fixed_header()}",), extra),
        Flavour("native without AMX", no_amx, extra),  # prefill at a third of the speed, but it runs
    ]


def cuda_flavour() -> Flavour:
    """The build for the CUDA cards of this machine, or for those that NIGHTDESK_CUDA_ARCHITECTURES names."""
    cards = os.environ.get("NIGHTDESK_CUDA_ARCHITECTURES", "native")
    base = flavours()[0]
    options = ("-DGGML_CUDA=on", f"-DCMAKE_CUDA_ARCHITECTURES={cards}", *base.options)
    return Flavour("CUDA", base.flags, options)


def cuda_compiler_version() -> str:
    """The last line of ``nvcc --version``, which names the build; empty where there is no CUDA toolkit."""
    found = shutil.which("nvcc")
    if found is None:
        return ""
    return subprocess.run([found, "--version"], capture_output=True, text=True).stdout.strip().rpartition("\n")[2]


def fixed_header() -> Path:
    """The corrected AMX intrinsic, copied to a path that is the same for every clone, so that ccache can reuse."""
    target = cache_folder() / HEADER.name
    target.parent.mkdir(parents=True, exist_ok=True)
    if not target.exists() or target.read_bytes() != HEADER.read_bytes():
        target.write_bytes(HEADER.read_bytes())
    return target


def pinned_version() -> str:
    """The version of llama-cpp-python that constraints.txt names."""
    found = re.search(rf"^{PACKAGE}==(\S+)$", (ROOT / "constraints.txt").read_text(), re.MULTILINE)
    if not found:
        sys.exit(f"constraints.txt names no version of {PACKAGE}.")
    return found[1]


def wheel_folder(flavour: Flavour) -> Path:
    """Where the wheel of this flavour is kept. The name changes with all that the compiled code depends on."""
    flags = [flag for flag in flavour.flags if not flag.startswith("-include")]
    facts = [flavour.name, *flags, *flavour.options, HEADER.read_text(), compiler_version(), processor(), sys.platform]
    if "-DGGML_CUDA=on" in flavour.options:
        facts += [cuda_compiler_version(), cards()]
    digest = hashlib.sha256("\n".join(facts).encode()).hexdigest()[:16]
    return cache_folder() / "wheels" / f"{PACKAGE}-{pinned_version()}-{digest}"


def cmake_arguments(flavour: Flavour) -> str:
    """The CMAKE_ARGS of a build: this processor's instructions, no vision library, ccache where it is installed."""
    arguments = ["-DGGML_NATIVE=ON", "-DLLAVA_BUILD=OFF", *flavour.options]
    if flavour.flags:
        joined = " ".join(flavour.flags)
        arguments += [f"-DCMAKE_C_FLAGS='{joined}'", f"-DCMAKE_CXX_FLAGS='{joined}'"]
    if shutil.which("ccache"):
        arguments += ["-DCMAKE_C_COMPILER_LAUNCHER=ccache", "-DCMAKE_CXX_COMPILER_LAUNCHER=ccache"]
    return " ".join(arguments)


def build(python: str, flavour: Flavour) -> Path:
    """The wheel of this flavour: from the cache, or compiled now. Ends with a sentence if the build fails."""
    folder = wheel_folder(flavour)
    if ready := sorted(folder.glob("*.whl")):
        return ready[0]
    compiler()
    print(f"Compiling the engine for this machine ({flavour.name}), once: 6 to 10 minutes on two cores.", flush=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as temporary:
        log = cache_folder() / "llama-build.log"
        command = [python, "-m", "pip", "wheel", "--no-deps", "--no-cache-dir", "--no-binary", PACKAGE, "-w", temporary]
        environment = os.environ | {"CMAKE_ARGS": cmake_arguments(flavour)}
        with log.open("w") as output:
            done = subprocess.run(
                [*command, f"{PACKAGE}=={pinned_version()}"], env=environment, stdout=output, stderr=subprocess.STDOUT
            )
        if done.returncode != 0:
            tail = "\n".join(log.read_text(errors="replace").splitlines()[-15:])
            sys.exit(f"{tail}\n\nThe engine could not be compiled; the whole log is in {log}.")
        folder.mkdir(exist_ok=True)
        wheel = next(Path(temporary).glob("*.whl"))
        return wheel.replace(folder / wheel.name)


def install_proven(python: str, model: Path) -> None:
    """Install the fastest build that decodes on this machine into ``python``'s environment."""
    for flavour in flavours():
        wheel = build(python, flavour)
        install(python, wheel)
        if proves(python, wheel, model):
            return
        print(f"The build '{flavour.name}' does not run on this processor.", file=sys.stderr)
    sys.exit("No build of the engine runs on this machine; please report this with the output above.")


def install(python: str, wheel: Path) -> None:
    """Install a wheel and what it needs; a build of the same version that is there already is replaced."""
    pip = [python, "-m", "pip", "install", "-q", "-c", str(ROOT / "constraints.txt")]
    subprocess.run([*pip, str(wheel)], check=True)
    subprocess.run([*pip, "--no-deps", "--force-reinstall", str(wheel)], check=True)


def proves(python: str, wheel: Path, model: Path) -> bool:
    """Whether this build decodes a few tokens here. The answer yes is kept beside the wheel."""
    stamp = wheel.with_suffix(".proven")
    if not stamp.exists():
        script = Path(__file__).with_name("prove_decode.py")
        done = subprocess.run([python, str(script), str(model)], capture_output=True, text=True)
        if "Traceback" in done.stderr:  # the check itself is at fault, not the build
            sys.exit(f"{done.stderr}\nThe engine's build could not be checked.")
        if done.returncode != 0:
            print(done.stderr.strip() or f"It ended with exit status {done.returncode}.", file=sys.stderr)
            return False
        stamp.touch()
    return True
