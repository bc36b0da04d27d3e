"""The engine thread: take commands, plan a step, let the backend compute it, choose tokens, hand out text."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable
from dataclasses import replace

from engines.admission import check, rows_within, scheduling
from engines.answer import Answer, Emit
from engines.backends.base import Backend, BackendFailed, BackendLost, Interrupted, NoRoom, StepOutput
from engines.errors import DEADLINE_EXCEEDED
from engines.exits import CRASHED
from engines.grammar import GrammarCompiler, GrammarMasks
from engines.inbox import Inbox
from engines.options import EngineOptions
from engines.plan import Plan, rows_of
from engines.prefix import carry_out
from engines.pressure import MemoryPressure
from engines.request import Delta, FinishReason, Request
from engines.sampling import Choice, Sampler, choose, sample
from engines.scheduler import Scheduler
from engines.statistics import Counts, EngineStats

__all__ = ["Engine", "EngineOptions", "EngineStats"]

log = logging.getLogger(__name__)


class Engine:
    """One model serving many requests at once. ``submit`` and ``cancel`` may be called from any thread.

    ``on_burst`` is called on the engine thread after the deltas of a step have been emitted, right before the next
    one is computed or waited for: who carries them to another thread can do so for all of them at once.
    ``batch_rows`` is how many documents are generated at once while memory lasts.
    """

    def __init__(
        self, backend: Backend, options: EngineOptions | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        options = options or EngineOptions()
        self.tokenizer = backend.tokenizer
        # A memory that all slots share may be smaller than what one of them may hold.
        self._context = min(backend.limits.slot_tokens, backend.limits.pool_tokens)
        self.model = replace(backend.model, context=min(backend.model.context, self._context))
        self.on_burst: Callable[[], None] = nobody
        self._backend = backend
        self._clock = clock
        self._grammars = GrammarCompiler(self.tokenizer)
        self._masks = GrammarMasks(self.tokenizer.vocab_size)
        self._scheduler = Scheduler(backend.limits, scheduling(options, backend.limits))
        self.batch_rows = rows_within(backend.limits.slots, options)
        self._pressure = MemoryPressure(self.batch_rows)
        self._answers: dict[str, Answer] = {}
        self._timed: dict[str, Answer] = {}
        self._counted = Counts()
        self._inbox = Inbox(options.queue_limit, clock, interruptible=backend.limits.interruptible)
        self._thread = threading.Thread(target=self._run, name="engine", daemon=True)

    def start(self) -> None:
        """Starts the engine thread."""
        self._thread.start()

    def prepare_schemas(self) -> None:
        """Makes ready for the first schema, on the calling thread. May be left out: then that request waits."""
        self._grammars.prepare()

    def submit(self, request: Request, emit: Emit) -> None:
        """Queues ``request``; ``emit`` gets its deltas on the engine thread, and must not block it.

        Compiles a schema on the calling thread. Raises ``RequestError`` (code "context_length_exceeded" for
        a prompt that is too long), ``EngineBusy`` when the queue is full, ``EngineGone`` after ``close``.
        """
        check(request, self._context, self.tokenizer.vocab_size)
        schema = request.sampling.schema
        grammar = None if schema is None else self._grammars.compile(schema)
        sampler = Sampler(request.sampling, request.prompt, grammar)
        self._inbox.put(Answer(request, emit, sampler, self.tokenizer, self._context, self._clock()))

    def cancel(self, request_id: str) -> None:
        """Ends a request at the next step; it still gets its one finishing delta. Unknown ids are ignored."""
        self._inbox.cancel(request_id)

    def stats(self) -> EngineStats:
        """What has happened so far and what is going on now."""
        arrived = self._inbox.arrived()
        counts = self._scheduler.counts()
        return self._counted.snapshot(
            running={name: running for name, (running, _) in counts.items()},
            waiting={name: waiting + arrived[name] for name, (_, waiting) in counts.items()},
            kv_used=self._scheduler.pool.held,
            kv_total=self._backend.limits.pool_tokens,
            preemptions=self._scheduler.preemptions,
        )

    def close(self) -> None:
        """Cancels every request, waits for the thread to end and frees the model."""
        if not self._inbox.close():
            return
        if self._thread.ident is not None:
            self._thread.join()
        else:
            self._end()

    def _run(self) -> None:
        while self._wait_for_work():
            try:
                self._turn()
            except BackendLost as error:
                log.critical("%s", error)
                # As where a library aborts: clients see the connection end, and the supervisor starts a new process.
                os._exit(CRASHED)
            except Exception as error:  # whatever went wrong, the other requests and the process must live on
                log.exception("a step of the engine failed")
                self._start_over(f"The engine met an error of its own and gave this request up: {error}")
        self._end()

    def _end(self) -> None:
        self._drain()
        for answer in list(self._answers.values()):
            self._finish(answer, FinishReason.CANCELLED, error="The engine was closed.")
        self.on_burst()
        self._backend.close()

    def _wait_for_work(self) -> bool:
        if not self._scheduler.busy:
            self.on_burst()
        return self._inbox.wait(busy=self._scheduler.busy)

    def _turn(self) -> None:
        """One step of everything."""
        began = self._clock()
        self._drain()
        self._expire(began)
        self._scheduler.batch_rows = self._pressure.rows(began)
        plan = self._scheduler.plan()
        if not plan.rows:
            if self._scheduler.busy:
                raise RuntimeError("no request can go on")
            return
        carry_out(plan.operations, self._backend)
        self.on_burst()
        ready = self._clock()
        output = self._compute(plan)
        done = self._clock()
        if output is None:
            return
        self._scheduler.advance(plan, done - ready)
        self._hand_out(plan, output, ready)
        self._counted.add_step(done - ready, (ready - began) + (self._clock() - done))

    def _drain(self) -> None:
        arrived, cancelled = self._inbox.take()
        for answer in arrived:
            self._answers[answer.request.id] = answer
            if answer.deadline is not None:
                self._timed[answer.request.id] = answer
            self._scheduler.add(answer.generation)
        for request_id in cancelled:
            if request_id in self._answers:
                self._finish(self._answers[request_id], FinishReason.CANCELLED)

    def _expire(self, now: float) -> None:
        late = [answer for answer in self._timed.values() if answer.deadline is not None and answer.deadline <= now]
        for answer in late:
            sentence = f"The answer was not ready within {answer.request.deadline_s:g} seconds."
            self._finish(answer, FinishReason.ERROR, sentence, code=DEADLINE_EXCEEDED)

    def _compute(self, plan: Plan) -> StepOutput | None:
        stop = self._inbox.begin(plan, self._scheduler.seconds_for(plan))
        if stop is None:
            return None
        try:
            return self._backend.step(rows_of(plan), stop)
        except Interrupted:
            self._counted.interruptions += 1
            self._scheduler.broken_off(plan)
            return None
        except (NoRoom, BackendFailed) as error:
            log.warning("a step of %d tokens was refused: %s", plan.tokens, error)
            victim = self._scheduler.relieve(plan)
            if victim is not None:
                self._finish(
                    self._answers[victim.id], FinishReason.ERROR, error=str(error), code=error.code, keep=False
                )
            return None
        finally:
            self._inbox.end()

    def _hand_out(self, plan: Plan, output: StepOutput, ready: float) -> None:
        answers = [self._answers[row.generation.id] for row in plan.rows]
        for answer in answers:
            answer.admitted = ready if answer.admitted is None else answer.admitted
        sampled = [answer for answer in answers if answer.generation.remaining == 0]
        choices = self._choose(output, sampled)
        now = self._clock()
        for answer, choice in zip(sampled, choices, strict=True):
            if choice is None:
                continue
            self._counted.add_token(answer.generation, answer.submitted, answer.last, now)
            self._deliver(answer, answer.accept(choice, now))

    def _choose(self, output: StepOutput, answers: list[Answer]) -> list[Choice | None]:
        """A token for each answer; one whose sampler breaks fails alone and gets None."""
        try:
            return list(choose(output, [answer.sampler for answer in answers], self._masks))
        except Exception:  # find the one that broke, below
            log.exception("choosing tokens failed")
        choices: list[Choice | None] = []
        for i, answer in enumerate(answers):
            try:
                choices.append(sample(output.logits([i]), [answer.sampler], self._masks)[0])
            except Exception as error:
                log.exception("the sampler of %s failed", answer.request.id)
                choices.append(None)
                self._finish(answer, FinishReason.ERROR, error=f"The next token could not be chosen: {error}")
        return choices

    def _deliver(self, answer: Answer, delta: Delta) -> None:
        if delta.finish is not None:
            self._forget(answer, delta.finish, keep=True)
        try:
            answer.emit(delta)
        except Exception:  # a caller that went away must not hurt the others
            log.exception("the receiver of %s failed; the request is given up", answer.request.id)
            if delta.finish is None:
                self._forget(answer, FinishReason.CANCELLED, keep=True)

    def _finish(
        self,
        answer: Answer,
        reason: FinishReason,
        error: str | None = None,
        *,
        code: str | None = None,
        keep: bool = True,
    ) -> None:
        delta = answer.finish(reason, self._clock(), error=error, code=code)
        self._forget(answer, reason, keep=keep)
        try:
            answer.emit(delta)
        except Exception:  # as above
            log.exception("the receiver of %s failed", answer.request.id)

    def _forget(self, answer: Answer, reason: FinishReason, *, keep: bool) -> None:
        self._scheduler.remove(answer.generation, keep=keep)
        self._answers.pop(answer.request.id, None)
        self._timed.pop(answer.request.id, None)
        self._inbox.forget(answer.request.id)
        self._counted.finished[reason.value] += 1

    def _start_over(self, sentence: str) -> None:
        """Fails the running requests, or all when none runs, and forgets what the memory holds."""
        running = {generation.id for generation in self._scheduler.running} or set(self._answers)
        for answer in [a for a in self._answers.values() if a.request.id in running]:
            self._finish(answer, FinishReason.ERROR, error=sentence)
        self._scheduler.pool.forget_everything()
        self.on_burst()


def nobody() -> None:
    """Who listens to each delta alone needs no word at the end of a burst."""
