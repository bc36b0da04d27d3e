"""How this program starts a part of itself as a process of its own.

From a checkout or a wheel the interpreter runs the part's module. A packaged app has no interpreter to call: it
starts itself, and the part's word tells its entry point (app/cli/__init__.py) which part is meant.
"""

from __future__ import annotations

import sys

ENGINE_SERVER = "engine-server"
ENGINE_TUNER = "engine-tuner"
DOCUMENT_READER = "document-reader"

MODULES = {
    ENGINE_SERVER: "engines.server",
    ENGINE_TUNER: "engines.tuning",
    DOCUMENT_READER: "app.core.documents.child",
}


def command_for(part: str) -> list[str]:
    """The beginning of the command line that starts ``part``, one of the words above."""
    return [sys.executable, part] if getattr(sys, "frozen", False) else [sys.executable, "-m", MODULES[part]]
