"""Keeps the engine's batch full: claims, prepares ahead, asks, and writes each outcome down."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from app.core.failures import FailureClass, WorkFailed
from app.core.queue import moves, pauses
from app.core.queue.claim import Claim, Turns, claim, claim_suspect, due
from app.core.queue.door import EngineDoor
from app.core.queue.engine_talk import EngineDiedError, EngineTalk, NotTriedError
from app.core.queue.knocking import Knocking
from app.core.queue.meter import Meter
from app.core.queue.moves import Answer
from app.core.queue.news import News
from app.core.queue.options import QueueOptions
from app.core.queue.patience import Write
from app.core.queue.pauses import Pauses
from app.core.queue.planning import Divide
from app.core.queue.runs import Runs
from app.core.queue.slots import Slots
from app.core.queue.states import JobState, backoff_s
from app.core.queue.work import Needed, Task, Worker, needed_for
from app.core.store.jobs import count_open
from app.core.store.sqlite import Connection, now
from app.core.store.store import Passing, Store, StoreError


@dataclass(slots=True)
class InHand:
    """A job being worked on, and whether nothing else may run beside it."""

    claim: Claim
    needed: Needed
    alone: bool
    task: asyncio.Task[None] | None = field(default=None)


class Runner:
    """The loop behind Queue. Everything here belongs to the event loop it was started on."""

    def __init__(
        self,
        store: Store,
        write: Write,
        door: EngineDoor,
        worker: Worker,
        slots: Slots,
        held: Pauses,
        meter: Meter,
        runs: Runs,
        news: News,
        options: QueueOptions,
        *,
        load: Callable[[], Awaitable[None]],
        delivered: Callable[[], None],
    ) -> None:
        self.in_hand: dict[tuple[int, int], InHand] = {}  # by id and epoch: a job may be cancelled and begun again
        self.slots = slots
        self.wake = asyncio.Event()
        self.drained = asyncio.Event()
        self.broken: StoreError | None = None
        self.delivered = delivered
        self.knocking = Knocking(door, held, load, options.first_backoff_s)
        self._runs = runs
        self._news = news
        self._talk = EngineTalk(door, worker, slots, held, meter, self._backoff)
        self._store = store
        self._write = write
        self._door = door
        self._worker = worker
        self._pauses = held
        self._meter = meter
        self._options = options
        self._turns = Turns(options.width)
        # claimed in lots: a claim for each document that ends costs a commit, and the batch is full meanwhile
        self._lot = max(options.lookahead // 2, 1)
        if options.follow:
            door.on_rows = self.slots.resize
        self._alone_left = 0
        self._measuring = False
        self._ended: set[int] = set()

    async def serve(self) -> None:
        """Work until cancelled. Raises StoreError when the database cannot be used any more."""
        while True:
            self.wake.clear()
            if self.broken is not None:
                raise self.broken
            try:
                begun = 0 if self._pauses.reason else await self._claim()
                if not begun:
                    await self._rest()
            except Passing:  # even a read may find no room, for the log's index
                await asyncio.sleep(self._options.disk_retry_s)

    async def stop(self) -> None:
        """Cancel what is in flight; those jobs are ready again and the attempt is not counted."""
        tasks = [one.task for one in self.in_hand.values() if one.task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        # also what was claimed in the very moment of stopping: as the owner, all that runs is ours
        await self._store.write(moves.give_back_all)

    async def settled(self) -> None:
        """Wait until nothing is in flight."""
        while tasks := [one.task for one in self.in_hand.values() if one.task is not None]:
            await asyncio.wait(tasks)

    def drop(self, job_ids: list[int]) -> None:
        """Stop working on jobs that were cancelled, and on their parts."""
        for one in self.in_hand.values():
            if one.task is not None and {one.claim.id, one.claim.parent_id} & set(job_ids):
                one.task.cancel()

    async def _claim(self) -> int:
        """Begin as many jobs as there is room for; how many."""
        room = self.slots.width + self._options.lookahead - len(self.in_hand)
        if room < self._lot or any(one.alone for one in self.in_hand.values()):
            return 0
        if not self.in_hand and self._runs.current is None and not await self._begin_run():
            return 0
        alone = self._alone_left > 0
        if alone and self.in_hand:
            return 0
        run_id, at = self._runs.run_id, now()
        most = 1 if alone else room
        alike = self._door.wants_alike
        taken = await self._write(
            lambda conn: _with_needs(conn, claim(conn, self._turns, run_id, most, at, alike=alike))
        )
        if not taken and not self.in_hand:
            taken = await self._write(lambda conn: _with_needs(conn, _alone(claim_suspect(conn, run_id, at))))
            alone = bool(taken)
        for one, needed in taken:
            self._begin(one, needed, alone=alone)
        return len(taken)

    async def _begin_run(self) -> bool:
        """A run begins with the first job that is due."""
        at = now()
        if not await self._store.read(lambda conn: due(conn, at).groups or due(conn, at, suspect=True).groups):
            return False
        ready = (await self._store.read(count_open)).get("ready", 0)
        self._alone_left = self._options.alone if ready >= self._options.alone_from else 0
        self._measuring = False
        self._ended = set()
        self._meter.reset()
        self.slots.reset()
        self._door.recoveries = 0
        await self._runs.begin()
        return True

    async def _rest(self) -> None:
        """Wait for something to change; notice when everything is done."""
        timeout = self._options.poll_s
        if not self.in_hand:
            at = now()
            next_at = await self._store.read(lambda conn: _next_at(conn, at))
            if next_at is not None and pauses.SCHEDULE in self._pauses.sources:
                await self._runs.end("interrupted")  # the night is over: its report is for this morning
            if next_at is None:
                await self._runs.end("finished")
                if not self.wake.is_set():
                    self.drained.set()
            elif not self._pauses.reason:
                timeout = min(timeout, max(next_at - at, 0.01))
        try:
            async with asyncio.timeout(timeout):
                await self.wake.wait()
        except TimeoutError:
            return

    def _begin(self, one: Claim, needed: Needed, *, alone: bool) -> None:
        work = InHand(one, needed, alone)
        self.drop([one.id])  # it was cancelled and retried beside us: the work from before is in vain
        self.in_hand[one.id, one.epoch] = work
        self.drained.clear()
        if self._alone_left:
            self._alone_left -= 1
            self._measuring = True
        elif self._measuring:
            self._measuring = False
            self._meter.together()
            self.slots.occupancy.reset()
        self._news.job(one.id)
        work.task = asyncio.create_task(self._work(work), name=f"job {one.id}")
        work.task.add_done_callback(lambda _: self._let_go(work))

    async def _work(self, work: InHand) -> None:
        """One attempt from the claim to the commit."""
        try:
            await self._attempt_safely(work)
        except StoreError as error:
            self.broken = error

    def _let_go(self, work: InHand) -> None:
        """However it ended: a task that is cancelled in the moment it was made never runs a line of its own."""
        del self.in_hand[work.claim.id, work.claim.epoch]
        self._news.job(work.claim.id)
        self.wake.set()

    async def _attempt_safely(self, work: InHand) -> None:
        """Whatever an attempt meets is written down; only the store's own failure is raised."""
        one = work.claim
        try:
            await self._attempt(work)
        except NotTriedError as back:
            not_before = now() + back.wait_s if back.wait_s else 0.0
            await self._write(lambda conn: moves.give_back(conn, [one], not_before))
        except EngineDiedError as error:
            await self._died(one, str(error))
        except WorkFailed as error:
            await self._failed(one, error.failure, error.detail)
        except Passing:
            await self._write(lambda conn: moves.give_back(conn, [one]))
        except StoreError:
            raise
        except Exception as error:  # noqa: BLE001 - one document's surprise must not stop the others
            await self._failed(one, FailureClass.INTERNAL, f"{type(error).__name__}: {error}")

    async def _attempt(self, work: InHand) -> None:
        task = await self._worker.prepare(work.claim, work.needed)
        async with self.slots:
            if self._pauses.reason:
                raise NotTriedError
            outcome = await self._talk.ask(task)
        if isinstance(outcome, Divide):
            await self._write(lambda conn: moves.divide(conn, work.claim, outcome.level, outcome.parts, now()))
        else:
            self.knocking.answered()
            await self._keep(work, task, outcome)

    async def _died(self, one: Claim, detail: str) -> None:
        state = await self._write(lambda conn: moves.died(conn, one, FailureClass.ENGINE_GONE, detail, now()))
        self._count_end(one, state)

    async def _failed(self, one: Claim, failure: FailureClass, detail: str) -> None:
        """Note a failed attempt; whether it is tried again is the failure class's to say."""
        wait_s = self._backoff(one.attempts)
        state = await self._write(lambda conn: moves.fail(conn, one, failure, detail, now(), wait_s))
        self._count_end(one, state)

    def _backoff(self, attempts: int) -> float:
        return backoff_s(attempts, random.random(), self._options.first_backoff_s)

    def _count_end(self, one: Claim, state: JobState | None) -> None:
        document = one.parent_id or one.id  # a part that ends takes its document with it
        if state is not None and state is not JobState.READY and document not in self._ended:
            self._ended.add(document)
            self._meter.failed_one()
            self._runs.saw(one.recipe_id)

    async def _keep(self, work: InHand, task: Task, answer: Answer) -> None:
        one, document = work.claim, work.claim.kind == "document"
        if await self._write(lambda conn: moves.finish(conn, one, answer, now())) is None:
            return
        self._meter.finished(int(document), answer.generated_tokens)
        self._runs.add(answer, task.recipe.name, alone=work.alone and not one.suspect, document=document)
        if document:
            self._news.result(task.recipe.name)
            self.delivered()


def _alone(suspect: Claim | None) -> list[Claim]:
    return [] if suspect is None else [suspect]


def _with_needs(conn: Connection, claims: list[Claim]) -> list[tuple[Claim, Needed]]:
    return [(one, needed_for(conn, one)) for one in claims]


def _next_at(conn: Connection, at: float) -> float | None:
    """When the next job is due, whoever may run it; None when nothing is ready."""
    times = [one.next_at for one in (due(conn, at), due(conn, at, suspect=True)) if one.next_at is not None]
    return min(times, default=None)
