"""The start: what may not be read before the window is on the screen."""

from __future__ import annotations

import subprocess
import sys

HEAVY = ("openai", "httpx", "pydantic", "jsonschema", "sqlite_utils", "numpy", "fastapi", "xberg", "huggingface_hub")
READ = "import sys, app.ui.application; print(' '.join(one for one in sys.argv[1:] if one in sys.modules))"


def test_the_window_comes_up_before_the_heavy_libraries_are_read() -> None:
    done = subprocess.run([sys.executable, "-c", READ, *HEAVY], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.split() == [], "import these where they are used, on the core's thread"
