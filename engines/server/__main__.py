"""``python -m engines.server --model PATH``: the engine process.

Standard output carries JSON lines: first ``{"port", "pid", "model", "host"}`` once the port is bound, then
``{"progress": share}`` while the model loads, then ``{"loaded": true, ...}``. What goes wrong is one sentence
on standard error and an exit code of its own. The token comes from the environment, never from the arguments,
which any user of the machine can read.
"""

from __future__ import annotations

import argparse
import ipaddress
import json
import logging
import os
import socket
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from engines.errors import EngineError, ModelError
from engines.exits import API_KEY_VARIABLE, BAD_ARGUMENTS, BAD_MODEL, CRASHED, ORPHANED, PORT_IN_USE
from engines.options import EngineOptions


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until told to stop; gives back the exit code."""
    given = parser().parse_args(arguments)
    logging.basicConfig(level=given.log_level.upper(), stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s")
    api_key = os.environ.pop(API_KEY_VARIABLE, "")
    if not api_key and not _is_loopback(given.host):
        return _refuse(
            f"Serving on {given.host} lets other machines in: set {API_KEY_VARIABLE} to a key first.", BAD_ARGUMENTS
        )
    try:
        from engines.models import inspect_model

        inspect_model(given.model)
        listener = _bind(given.host, given.port)
    except ModelError as error:
        return _refuse(str(error), BAD_MODEL)
    except (OSError, OverflowError) as error:
        return _refuse(_port_sentence(given.host, given.port, error), PORT_IN_USE)
    say(
        port=listener.getsockname()[1],
        pid=os.getpid(),
        model=given.name or given.model.stem,
        host=given.host,
    )
    return _serve(given, api_key, listener)


def parser() -> argparse.ArgumentParser:
    """The arguments of the engine process."""
    result = argparse.ArgumentParser(prog="python -m engines.server", description="Serve one model.")
    result.add_argument("--model", type=Path, required=True, help="the model file")
    result.add_argument("--name", help="the name under which it is served (the file's name when left out)")
    result.add_argument("--host", default="127.0.0.1")
    result.add_argument("--port", type=int, default=0, help="0 takes a free one")
    result.add_argument("--rows", type=int, help="documents generated at once")
    result.add_argument("--context", type=int, help="tokens one request may use, prompt and answer together")
    result.add_argument("--threads", type=int)
    result.add_argument("--options", type=json.loads, default={}, help="further engine options as a JSON object")
    result.add_argument("--watch-parent", action="store_true", help="leave when standard input ends")
    result.add_argument("--log-level", default="warning", choices=["debug", "info", "warning", "error"])
    return result


def options_of(given: argparse.Namespace) -> EngineOptions:
    """The engine's options; raises TypeError for one that does not exist."""
    named = {"batch_rows": given.rows, "context": given.context, "threads": given.threads}
    return EngineOptions(**{key: value for key, value in named.items() if value is not None}, **given.options)


def say(**line: Any) -> None:
    """One JSON line for the supervisor. When nobody reads any more, the parent's end is noticed elsewhere."""
    try:
        print(json.dumps(line), flush=True)
    except OSError:
        logging.getLogger(__name__).debug("nobody reads standard output")


def _serve(given: argparse.Namespace, api_key: str, listener: socket.socket) -> int:
    from engines.server.serving import serve

    try:
        options = options_of(given)
    except TypeError as error:
        return _refuse(f"An engine option does not exist: {error}.", BAD_ARGUMENTS)
    if given.watch_parent:
        from engines.server.parent import watch_parent

        watch_parent(lambda: os._exit(ORPHANED))
    failure = serve(given.model, given.name or given.model.stem, options, api_key, listener, say)
    if isinstance(failure, ModelError):
        return _refuse(str(failure), BAD_MODEL)
    return _refuse(str(failure), CRASHED) if isinstance(failure, EngineError) else 0


def _bind(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # The protocol is named because asyncio turns Nagle's delay off only where it is: else each answer takes 40 ms.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    # On Windows this option would let two servers share a port; elsewhere it only skips the wait after a restart.
    if os.name != "nt":
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        # Listening now makes a second server on this port fail here and not later.
        listener.listen(2048)
    except (OSError, OverflowError):
        listener.close()
        raise
    listener.setblocking(False)
    return listener


def _port_sentence(host: str, port: int, error: OSError | OverflowError) -> str:
    reason = (getattr(error, "strerror", None) or "there is no such port").lower()
    return f"Port {port} on {host} cannot be used ({reason}): choose another, or 0 for any free one."


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _refuse(sentence: str, code: int) -> int:
    print(sentence, file=sys.stderr, flush=True)
    return code


if __name__ == "__main__":
    sys.exit(main())
