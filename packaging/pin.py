"""Writes the exact versions installed in this environment to constraints.txt."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

TARGET = Path(__file__).resolve().parents[1] / "constraints.txt"
HEADING = "# Exact versions that the suite passed with; written by `make pin`. No addresses: pip finds them by name."
# Set-up installs this one from a wheel file that it built, so `pip freeze` would name a path.
BUILT_HERE = "llama_cpp_python"


def main() -> None:
    """Freeze, without the packages that every environment has and without Nightdesk itself."""
    command = [sys.executable, "-m", "pip", "freeze", "--exclude-editable"]
    lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    pinned = [line for line in lines if "==" in line and not line.lower().startswith(("pip=", "nightdesk"))]
    pins = [line.partition("+")[0] for line in pinned]  # "2.13.0+cpu" is one machine's build of 2.13.0
    built = [line.partition("#")[0] for line in lines if line.startswith(BUILT_HERE + " @")]
    if built:
        version = subprocess.run(
            [sys.executable, "-c", f"from importlib.metadata import version; print(version('{BUILT_HERE}'))"],
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        pins.append(f"llama-cpp-python=={version}")
    TARGET.write_text("\n".join([HEADING, *sorted(pins, key=str.lower)]) + "\n")
    print(f"{TARGET.name}: {len(pins)} versions.")


if __name__ == "__main__":
    main()
