"""The command line: one small module per command, imported when the command is used."""

from __future__ import annotations

import sys

ENGINE_SERVER = "engine-server"


def main() -> None:
    """The ``nightdesk`` command; ends the process with its exit code."""
    if sys.argv[1:2] == [ENGINE_SERVER]:
        # a packaged app has no interpreter to start the engine with, so it starts itself (see engines/life.py)
        from engines.server.__main__ import main as serve

        sys.exit(serve(sys.argv[2:]))
    from app.cli.root import cli

    cli()
