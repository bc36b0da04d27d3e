"""What the queue tells its listeners: at most a few times a second, however fast it works."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from app.core.events import EventBus, JobsChanged, ProgressChanged, ResultsChanged
from app.core.queue.meter import QueueProgress

EVERY_S = 0.25
NAMED = 200  # beyond this a listener reads its page again


class News:
    """Gathers changes and publishes them together."""

    def __init__(
        self,
        events: EventBus,
        look: Callable[[], Awaitable[QueueProgress]],
        paused_reason: Callable[[], str | None],
    ) -> None:
        self._events = events
        self._look = look
        self._paused_reason = paused_reason
        self._jobs: set[int] = set()
        self._recipes: set[str] = set()
        self._changed = asyncio.Event()

    def job(self, job_id: int) -> None:
        """This job moved."""
        self._jobs.add(job_id)
        self._changed.set()

    def result(self, recipe_name: str) -> None:
        """This recipe has a new result."""
        self._recipes.add(recipe_name)
        self._changed.set()

    def progress(self) -> None:
        """Something else about the queue changed."""
        self._changed.set()

    async def serve(self) -> None:
        """Publish until cancelled."""
        while True:
            await self._changed.wait()
            await self.publish()
            await asyncio.sleep(EVERY_S)

    async def publish(self) -> None:
        """Publish what has gathered, now."""
        self._changed.clear()
        jobs, self._jobs = self._jobs, set()
        recipes, self._recipes = self._recipes, set()
        if jobs:
            self._events.publish(JobsChanged(tuple(sorted(jobs)) if len(jobs) <= NAMED else ()))
        if recipes:
            self._events.publish(ResultsChanged(tuple(sorted(recipes))))
        now = await self._look()
        self._events.publish(
            ProgressChanged(
                total=now.total,
                done=now.done,
                failed=now.failed,
                running=now.running,
                ready=now.ready,
                documents_per_hour=now.docs_per_h,
                tokens_per_s=now.tokens_per_s,
                eta_s=now.eta_s,
                paused_reason=self._paused_reason(),
            )
        )
