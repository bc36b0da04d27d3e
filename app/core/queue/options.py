"""What can be set about the queue."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.core.queue.costs import Prices


@dataclass(frozen=True, slots=True)
class QueueOptions:
    """``width`` requests in flight, ``lookahead`` documents read ahead of them.

    With ``follow`` the width becomes the engine's own number of rows, where it tells.

    ``alone`` documents are run one at a time at the start of a run of at least ``alone_from``, as a yardstick.
    Times in seconds: ``timeout_s`` for one answer, ``poll_s`` between looks for jobs that nobody announced,
    ``disk_retry_s`` between tries to write what a full disk or another program kept out, ``redeliver_s`` on a folder
    for results that cannot be written to, ``first_backoff_s`` before the second try of what can pass.
    ``prices`` are those that the report compares with. ``ocr``: the text of pictures is recognised now, so what
    waits for that is ready.
    """

    width: int = 16
    follow: bool = False
    lookahead: int = 8
    alone: int = 0
    alone_from: int = 16
    timeout_s: float = 1800.0
    poll_s: float = 1.0
    disk_retry_s: float = 5.0
    first_backoff_s: float = 2.0
    redeliver_s: float = 60.0
    prices: Prices = field(default_factory=Prices)
    ocr: bool = False
