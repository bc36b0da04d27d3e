"""The command line: one small module per command, imported when the command is used."""

from __future__ import annotations

import sys

from engines.launch import DOCUMENT_READER, ENGINE_SERVER, ENGINE_TUNER


def main() -> None:
    """The ``nightdesk`` command; ends the process with its exit code."""
    # a packaged app starts itself as its own parts (see engines/launch.py)
    if sys.argv[1:2] == [ENGINE_SERVER]:
        from engines.server.__main__ import main as serve

        sys.exit(serve(sys.argv[2:]))
    if sys.argv[1:2] == [ENGINE_TUNER]:
        from engines.tuning.__main__ import main as tune

        sys.exit(tune(sys.argv[2:]))
    if sys.argv[1:2] == [DOCUMENT_READER]:
        from app.core.documents.child import main as read_documents

        read_documents()
        return
    from app.cli.root import cli

    cli()
