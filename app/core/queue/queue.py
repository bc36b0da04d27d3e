"""The queue as the service, the window and the command line hold it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from app.core.events import EngineChanged, Event, EventBus, Notice
from app.core.queue import cancelling, moves, pauses
from app.core.queue.contract import ClientSource, TextSource
from app.core.queue.delivering import Delivering
from app.core.queue.door import EngineDoor
from app.core.queue.kept_pauses import KeptPauses
from app.core.queue.knocking import nothing_to_load
from app.core.queue.meter import Meter, QueueProgress
from app.core.queue.news import News
from app.core.queue.notes import Notes
from app.core.queue.options import QueueOptions
from app.core.queue.patience import PatientWriter
from app.core.queue.pauses import ENGINE, PERSON, STORE, Pauses
from app.core.queue.reading import Reader
from app.core.queue.recovery import open_for_work, recovered
from app.core.queue.report import report_of
from app.core.queue.runner import Runner
from app.core.queue.runs import Runs
from app.core.queue.slots import Slots
from app.core.queue.work import Worker
from app.core.store import log
from app.core.store.jobs import count_in_parts, count_open
from app.core.store.sqlite import Connection, now
from app.core.store.store import Passing, Store, StoreError
from engines.errors import EngineError

__all__ = ["Queue", "QueueOptions", "QueueProgress"]


class Queue:
    """Works jobs off in one continuous batch. Everything but the constructor belongs to the event loop.

    ``load`` starts the engine again after it was given up; nothing happens when it is there. ``on_go_on`` is called
    when a person says in another process that the run window is not to be waited for.
    """

    def __init__(
        self,
        store: Store,
        client_source: ClientSource,
        extractor: TextSource,
        events: EventBus,
        options: QueueOptions | None = None,
        *,
        load: Callable[[], Awaitable[None]] = nothing_to_load,
    ) -> None:
        options = options or QueueOptions()
        self.on_go_on: Callable[[], object] = lambda: None
        self._store = store
        self._events = events
        self._pauses = Pauses()
        self._meter = Meter()
        self._door = EngineDoor(client_source)
        write = PatientWriter(store, self._pauses, options.disk_retry_s)
        worker = Worker(store, Reader(write, extractor), options.timeout_s)
        slots = Slots(options.width)
        self._notes = Notes(store)
        self._kept_pauses = KeptPauses(store, self._notes, self._pauses, options.poll_s, lambda: self.on_go_on())
        self._runs = Runs(store, events, slots, self._door, self._meter, options.prices)
        self._news = News(events, self.look, lambda: self._pauses.reason)
        self._delivering = Delivering(store, events, self._notes, options.redeliver_s, options.disk_retry_s)
        self._runner = Runner(
            store,
            write,
            self._door,
            worker,
            slots,
            self._pauses,
            self._meter,
            self._runs,
            self._news,
            options,
            load=load,
            delivered=self._delivering.want,
        )
        self._pauses.on_change = self._pause_changed
        self._tasks: list[asyncio.Task[None]] = []
        self._options = options
        self._unsubscribe: Callable[[], None] = lambda: None
        self._broken: StoreError | None = None
        self._progress = QueueProgress()

    async def start(self) -> None:
        """Make ready what was running when Nightdesk last died, then begin to work."""
        held = self._pauses.reasons
        ready, poison = await self._store.write(lambda conn: open_for_work(conn, held, self._options))
        saved = await self._store.read(pauses.saved_pauses)
        self._kept_pauses.known(saved)
        for source, reason in saved.items():
            self._pauses.add(source, reason)
        if ready or poison:
            text = recovered(ready, poison)
            self._notes.warn("queue", text)
            self._events.publish(Notice("warning", text))
        loop = asyncio.get_running_loop()
        self._unsubscribe = self._events.subscribe(lambda event: self._heard(event, loop))
        self._delivering.want()
        self._tasks = [
            asyncio.create_task(self._serve(), name="queue"),
            asyncio.create_task(self._news.serve(), name="queue news"),
            asyncio.create_task(self._delivering.serve(), name="queue outbox"),
            asyncio.create_task(self._runner.knocking.serve(), name="queue knocks"),
            asyncio.create_task(self._kept_pauses.heed_others(), name="queue pause"),
        ]
        self._news.progress()

    async def stop(self) -> None:
        """Stop cleanly: jobs in flight are ready again, their attempt not counted. Safe to call twice."""
        self._unsubscribe()
        tasks, self._tasks = self._tasks, []
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if tasks:
            # where nothing can be written now, the next start's sweep does the same
            with contextlib.suppress(Passing):
                await self._runner.stop()
                await self._runs.end("interrupted")
                await self._store.write(pauses.forget_all_but_the_persons)
            await self._notes.written()
            await self._news.publish()

    @property
    def paused_reason(self) -> str | None:
        """Why the queue stands still, in the words people see; None while it works."""
        return self._pauses.reason

    def pause(self, reason: str, source: str = PERSON) -> None:
        """Let requests in flight finish and start no more. Each ``source`` has its own pause."""
        self._pauses.add(source, reason)

    def resume(self, source: str = PERSON) -> None:
        """Take back the pause of this source; the queue goes on once no other is left."""
        self._pauses.lift(source)

    def wake(self) -> None:
        """There may be new jobs; without this they are seen within a second."""
        self._runner.drained.clear()
        self._runner.wake.set()
        self._news.progress()

    async def drained(self) -> None:
        """Return when nothing is ready or running, documents in back-off included, and every file is written.

        Raises EngineError when there never was an engine, or only a person can bring it back, and StoreError when the
        database has given up: then nothing more is done.
        """
        self.wake()
        while not self._runner.drained.is_set():
            if self._broken is not None:
                raise self._broken
            if ENGINE in self._pauses.sources and not self._runner.in_hand and self._waits_in_vain:
                raise EngineError(self._pauses.reason or "The engine cannot be started.")
            try:
                async with asyncio.timeout(0.2):
                    await self._runner.drained.wait()
            except TimeoutError:
                continue
        await self._delivering.now()

    @property
    def _waits_in_vain(self) -> bool:
        return self._door.needs_a_person or not self._door.was_open

    async def run_until_drained(self) -> dict[str, Any] | None:
        """Work until nothing is left; the figures of the run (see ``report``), None when there was nothing to do."""
        before = self._runs.last_id
        await self.drained()
        await self._news.publish()
        if self._runs.last_id in (None, before):
            return None
        run_id = self._runs.last_id
        return await self._store.read(lambda conn: _figures(conn, run_id))

    @property
    def progress(self) -> QueueProgress:
        """The queue as it was at the last look, at most a moment ago."""
        return self._progress

    @property
    def busy(self) -> bool:
        """Whether something is being worked on, or waits and is not held back."""
        return bool(self._runner.in_hand) or (self.paused_reason is None and self._progress.ready > 0)

    @property
    def document_s(self) -> float:
        """Seconds that a request takes now, of the slower ones; 0 while nothing was measured."""
        return self._meter.request_s

    async def clock_jumped(self, seconds: float) -> None:
        """The wall clock was set, or the machine slept: times that jobs wait for are put right."""
        at = now()
        text = f"The clock was moved by {seconds:+,.0f} seconds: it was set, or the machine was asleep."

        def put_right(conn: Connection) -> None:
            moves.move_with_clock(conn, at, seconds)
            log.add_event(conn, "clock", "info", text)

        await self._store.write(put_right)
        self.wake()

    async def settled(self) -> None:
        """Return when nothing is in flight any more; with a pause in force nothing new begins."""
        await self._runner.settled()

    @property
    def run_id(self) -> int | None:
        """The run that is going on, or the last one."""
        return self._runs.run_id or self._runs.last_id

    async def look(self) -> QueueProgress:
        """The queue as it is now."""
        try:
            counts, waiting_for_parts = await self._store.read(lambda conn: (count_open(conn), count_in_parts(conn)))
        except StoreError:  # the loop that works says what is wrong; numbers can wait
            return self._progress
        waiting = counts.get("ready", 0) + waiting_for_parts
        self._progress = self._meter.progress(running=counts.get("running", 0), ready=waiting)
        if self._runs.current is not None:
            self._runs.current.note_eta(self._progress.eta_s, self._progress.done)
        return self._progress

    async def retry(self, job_ids: Iterable[int]) -> int:
        """Give ended jobs a fresh start; how many there were."""
        ids = list(job_ids)
        count = await self._store.write(lambda conn: moves.retry(conn, ids))
        self._changed(ids)
        return count

    async def cancel(self, job_ids: Iterable[int]) -> list[int]:
        """End jobs that are not finished; what is finished stays. Which ones there were."""
        ids = list(job_ids)
        cancelled = await self._store.write(lambda conn: cancelling.cancel(conn, ids, now()))
        self._runner.drop(ids)
        self._changed(ids)
        return cancelled

    async def uncancel(self, job_ids: Iterable[int]) -> int:
        """Undo a cancelling: of these jobs, those that are still cancelled are what they were. How many there were."""
        ids = list(job_ids)
        count = await self._store.write(lambda conn: cancelling.uncancel(conn, ids))
        self._changed(ids)
        return count

    def engine_changed(self) -> None:
        """Another model or server is behind ``client_source``: ask it anew for its context."""
        self._door.forget()

    def _changed(self, job_ids: list[int]) -> None:
        for one in job_ids:
            self._news.job(one)
        self.wake()

    def _pause_changed(self, source: str, reason: str | None) -> None:
        self._runner.knocking.pause_changed(source, reason)
        self._kept_pauses.changed(source, reason)
        self.wake()

    def _heard(self, event: Event, loop: asyncio.AbstractEventLoop) -> None:
        if isinstance(event, EngineChanged) and event.phase == "ready":
            loop.call_soon_threadsafe(self._engine_ready)
        elif isinstance(event, EngineChanged) and event.phase == "stopped":
            loop.call_soon_threadsafe(self._door.forget)  # unloaded: the next job asks for it, and so loads it

    def _engine_ready(self) -> None:
        self._door.forget()
        self.resume(ENGINE)

    async def _serve(self) -> None:
        try:
            await self._runner.serve()
        except StoreError as error:
            self._broken = error
            self._pauses.add(STORE, str(error))
            self._events.publish(Notice("error", str(error)))
            self._news.progress()


def _figures(conn: Connection, run_id: int | None) -> dict[str, Any]:
    return report_of(conn, run_id).figures
