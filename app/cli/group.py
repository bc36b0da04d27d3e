"""The group of commands: each is imported when it is used, and every error is one sentence."""

from __future__ import annotations

import difflib
import importlib
import io
import logging
import os
import sys
from collections.abc import Callable, Sequence
from typing import Any

import click

from app.core.errors import NightdeskError

INTERRUPTED = 130


class LazyGroup(click.Group):
    """Commands by name, each ``module:attribute``, so that ``--version`` imports none of them."""

    def __init__(self, *args: Any, lazy: dict[str, str], **options: Any) -> None:
        super().__init__(*args, **options)
        self._lazy = lazy

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all commands, in the order in which they are told to people."""
        return list(self._lazy)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name, imported now."""
        if cmd_name not in self._lazy:
            return None
        module, attribute = self._lazy[cmd_name].split(":")
        command = getattr(importlib.import_module(module), attribute)
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that is asked for; a misspelt one is answered with what may have been meant."""
        name = args[0]
        if not name.startswith("-") and name not in self._lazy:
            close = difflib.get_close_matches(name, list(self._lazy), n=1)
            meant = f"did you mean {close[0]}?" if close else "`nightdesk --help` lists all of them."
            ctx.fail(f"There is no command {name}; {meant}")
        return super().resolve_command(ctx, args)

    def main(self, args: Sequence[str] | None = None, **options: Any) -> Any:  # type: ignore[override]
        """Run the command line: ``nightdesk: sentence`` on standard error and an exit code, never a traceback."""
        _set_up_output()
        _set_up_logs()
        options.pop("standalone_mode", None)
        options["prog_name"] = "nightdesk"  # also for `python -m app`
        sys.exit(_exit_code(lambda: super(LazyGroup, self).main(args, standalone_mode=False, **options)))


def _set_up_output() -> None:
    """A name that is no text is printed with escapes, which JSON reads back, and ends nothing in a traceback.

    Windows gives redirected output an old code page that most of the world's names cannot be written in.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            redirected = os.name == "nt" and not stream.isatty()
            stream.reconfigure(encoding="utf-8" if redirected else None, errors="backslashreplace")


def _set_up_logs() -> None:
    """People read sentences; the log is for those who ask for it with ``NIGHTDESK_LOG=info`` (or debug)."""
    level = os.environ.get("NIGHTDESK_LOG", "").upper()
    if level in logging.getLevelNamesMapping():
        logging.basicConfig(level=level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    else:
        logging.getLogger().addHandler(logging.NullHandler())


def _exit_code(run: Callable[[], Any]) -> int:
    from engines.errors import EngineError

    try:
        code = run()
        sys.stdout.flush()
    except (NightdeskError, EngineError) as error:
        return _say(str(error), getattr(error, "exit_code", 1))
    except click.ClickException as error:
        return _say(error.format_message(), error.exit_code)
    except BrokenPipeError:
        # the reader (head, less) has left; keep Python from complaining once more at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (click.Abort, KeyboardInterrupt):
        return _say("Stopped.", INTERRUPTED)
    except OSError as error:
        return _say(_about_file(error), 1)
    return code if isinstance(code, int) else 0


def _about_file(error: OSError) -> str:
    reason = error.strerror or str(error)
    return f"{error.filename}: {reason}." if error.filename else f"{reason}."


def _say(sentence: str, code: int) -> int:
    click.echo(f"nightdesk: {sentence}", err=True)
    return code
