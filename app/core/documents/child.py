"""The process that reads documents: one path per line on stdin, one JSON line per answer on stdout.

It may hang, grow or crash; its owner (``extractor``) kills it and starts another.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO

from app.core.documents.limits import ExtractLimits
from app.core.documents.read import read_document
from app.core.failures import FailureClass, WorkFailed

READY = {"ready": True}


def main() -> None:
    """Answer requests until stdin ends."""
    try:
        _serve()
    except (BrokenPipeError, KeyboardInterrupt):
        # The owner has left; nobody wants the answer.
        os._exit(0)


def _serve() -> None:
    answers = _private_stdout()
    _limit_memory(ExtractLimits().memory_bytes)
    _send(answers, READY)
    for line in sys.stdin.buffer:
        request = json.loads(line)
        _die_after(request["seconds"])
        _send(answers, answer(request))
        _die_after(0)


def answer(request: dict[str, Any]) -> dict[str, Any]:
    """What is sent back for a request: the reading, or the class and detail of its failure."""
    limits = ExtractLimits(**request["limits"])
    began = time.monotonic()
    try:
        reading, kind = read_document(Path(request["path"]), limits, request["sha256"])
    except WorkFailed as failed:
        return {"failure": failed.failure.value, "detail": failed.detail}
    except MemoryError:
        detail = f"Reading it takes more than {limits.memory_bytes / 1024**3:.0f} GB of memory."
        # What a reader holds on to after this is anybody's guess: the next document gets a new child.
        return {"failure": FailureClass.TOO_BIG.value, "detail": detail, "retire": True}
    except RecursionError:
        return {"failure": FailureClass.DAMAGED.value, "detail": "It is nested deeper than any real document."}
    except Exception as error:  # noqa: BLE001 - a reader's surprise is this document's failure, not the end of the child
        return {"failure": FailureClass.DAMAGED.value, "detail": f"Reading it failed: {type(error).__name__}: {error}"}
    seconds = time.monotonic() - began
    return {**asdict(reading), "media_type": kind.media_type, "seconds": seconds}


def _private_stdout() -> BinaryIO:
    """A stream to the owner that no library can print into."""
    private = os.dup(sys.stdout.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return os.fdopen(private, "wb")


def _send(answers: BinaryIO, message: dict[str, Any]) -> None:
    answers.write(json.dumps(message, ensure_ascii=False).encode("utf-8", errors="replace") + b"\n")
    answers.flush()


def _limit_memory(size: int) -> None:
    if sys.platform == "linux":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (size, size))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _die_after(seconds: float) -> None:
    """The kernel ends this process when its owner is gone and can no longer do it. 0 takes that back."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, seconds)


if __name__ == "__main__":
    main()
