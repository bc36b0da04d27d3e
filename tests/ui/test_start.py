"""The start: what may not be read before the window is on the screen."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

HEAVY = ("openai", "httpx", "pydantic", "jsonschema", "sqlite_utils", "numpy", "fastapi", "xberg", "huggingface_hub")
READ = "import sys, app.ui.application; print(' '.join(one for one in sys.argv[1:] if one in sys.modules))"

OPENED = """
import gc, sys
from app.cli import main
sys.argv = ["nightdesk", "--smoke"]
try:
    main()
finally:
    print(gc.get_freeze_count())
"""


def test_the_window_comes_up_before_the_heavy_libraries_are_read() -> None:
    done = subprocess.run([sys.executable, "-c", READ, *HEAVY], capture_output=True, text=True, timeout=250, check=True)
    assert done.stdout.split() == [], "import these where they are used, on the core's thread"


def test_what_lives_as_long_as_the_window_is_out_of_the_collectors_way_once_the_core_is_there(tmp_path: Path) -> None:
    environment = {**os.environ, "NIGHTDESK_HOME": str(tmp_path), "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, "-c", OPENED], capture_output=True, text=True, timeout=250, check=True, env=environment
    )
    assert int(done.stdout.split()[-1]) > 50_000, "a collection of everything would stop all threads for long"
