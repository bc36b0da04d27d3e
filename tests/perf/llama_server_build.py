"""Builds llama-server, the peer of our benchmarks, from the very source that llama-cpp-python vendors.

Same source, same compiler and same flags as our engine, so that a difference is one of scheduling and nothing else.
Kept in the user's cache beside the engine's wheel; takes some minutes the first time.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "packaging"))

from llama_wheel import flavours, pinned_version, wheel_folder

BINARIES = ("llama-server", "llama-batched-bench")


def fetch_source(folder: Path) -> Path:
    """Download and unpack the source distribution; returns the vendored llama.cpp folder."""
    command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--no-binary", ":all:", "-d", str(folder)]
    subprocess.run([*command, f"llama-cpp-python=={pinned_version()}"], check=True)
    with tarfile.open(next(folder.glob("*.tar.gz"))) as archive:
        archive.extractall(folder, filter="data")
    return next(folder.glob("llama_cpp_python-*/vendor/llama.cpp"))


def compile_peer(source: Path, folder: Path) -> None:
    """Compile the peer's programs with the flags of our own fastest build; static, so that they can be moved."""
    flavour = flavours()[0]
    flags = " ".join(flavour.flags)
    options = ["-DCMAKE_BUILD_TYPE=Release", "-DGGML_NATIVE=ON", "-DBUILD_SHARED_LIBS=OFF", *flavour.options]
    options += ["-DLLAMA_CURL=OFF", "-DLLAMA_OPENSSL=OFF", "-DLLAMA_BUILD_TESTS=OFF", "-DLLAMA_BUILD_EXAMPLES=OFF"]
    options += ["-DLLAMA_BUILD_APP=OFF", "-DLLAMA_USE_PREBUILT_UI=OFF"]
    options += [f"-DCMAKE_C_FLAGS={flags}", f"-DCMAKE_CXX_FLAGS={flags}"]
    if shutil.which("ccache"):
        options += ["-DCMAKE_C_COMPILER_LAUNCHER=ccache", "-DCMAKE_CXX_COMPILER_LAUNCHER=ccache"]
    build = source / "build"
    run_quietly(["cmake", "-S", str(source), "-B", str(build), *options])
    run_quietly(["cmake", "--build", str(build), "-j", str(os.cpu_count() or 2), "--target", *BINARIES])
    for name in BINARIES:
        shutil.copy2(build / "bin" / name, folder / name)


def run_quietly(command: list[str]) -> None:
    """Run ``command``; what it says, thousands of warnings among it, is shown only if it fails."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode != 0:
        raise SystemExit(f"{done.stdout[-4000:]}\n{' '.join(command[:2])} ended with exit code {done.returncode}.")


def llama_server() -> Path:
    """The path of llama-server, built for this machine; compiles it the first time."""
    folder = wheel_folder(flavours()[0]).with_name(wheel_folder(flavours()[0]).name + "-peer")
    program = folder / BINARIES[0]
    if not program.exists():
        print("Compiling llama-server, the peer of this benchmark, once: some minutes.", file=sys.stderr, flush=True)
        with tempfile.TemporaryDirectory() as temporary:
            source = fetch_source(Path(temporary))
            folder.mkdir(parents=True, exist_ok=True)
            compile_peer(source, folder)
    return program


if __name__ == "__main__":
    print(llama_server())
