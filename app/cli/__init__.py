"""The command line: one small module per command, imported when the command is used."""

from __future__ import annotations


def main() -> None:
    """The ``nightdesk`` command; ends the process with its exit code."""
    from app.cli.root import cli

    cli()
