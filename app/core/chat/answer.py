"""One answer while it streams: its text, its saves, its one end."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any

from app.core.chat.context import Message, fit
from app.core.chat.rows import MessageRow
from app.core.errors import NightdeskError
from app.core.events import AnswerDelta, AnswerFinished, AnswerStarted, AnswerThought, EventBus
from app.core.store.conversations import finish_message, save_streaming
from app.core.store.store import Store
from engines.client import ChatSampling, Completion, EngineClient
from engines.errors import EngineError, EngineGone, EngineStopping
from engines.request import Priority

SAVE_EVERY_S = 1.0
CUT_SHORT = "The engine stopped in the middle of this answer; it starts again by itself. Ask for the answer again."

logger = logging.getLogger(__name__)

ClientSource = Callable[[], Awaitable[EngineClient]]


@dataclass(frozen=True, slots=True)
class Question:
    """What an answer is made from: its place in the store, the conversation so far, and how to sample.

    ``begun`` is the answer's own beginning, when it only goes on; the last of ``messages`` is then its text.
    """

    conversation_id: int
    message_id: int
    messages: list[Message]
    sampling: ChatSampling
    begun: MessageRow | None = None


class Answer:
    """Streams one answer into the store and onto the bus; it ends with exactly one AnswerFinished.

    Streaming begins at once, so this is made inside the event loop.
    """

    def __init__(self, question: Question, store: Store, events: EventBus, client: ClientSource) -> None:
        self._question = question
        self._store = store
        self._events = events
        self._client = client
        self._text = question.begun.text if question.begun else ""
        self._reasoning = question.begun.reasoning if question.begun else ""
        self._said = False  # anything new
        self._completion: Completion | None = None
        self._ttft_s: float | None = None
        self._asked = time.perf_counter()
        self._saved = self._asked
        name = f"answer-{question.message_id}"
        # two tasks, so that stopping cancels the stream and never the storing of what was said
        self._stream_task = asyncio.create_task(self._stream_with_second_try(), name=f"{name}-stream")
        self.task = asyncio.create_task(self._see_to_the_end(), name=name)

    async def stop(self) -> None:
        """End it now; what has been said is kept, as ``stopped``. Harmless when it has ended."""
        self._stream_task.cancel()
        await self.ended()

    async def ended(self) -> None:
        """Wait until the answer is stored and its end published."""
        await asyncio.wait([self.task])

    async def _see_to_the_end(self) -> None:
        await asyncio.wait([self._stream_task])
        state, error = self._outcome()
        text, message_id, seconds = self._text, self._question.message_id, time.perf_counter() - self._asked
        figures = _figures(self._completion) | {"ttft_s": self._ttft_s, "seconds": seconds}
        if self._question.begun is not None:
            figures = _together(self._question.begun, figures)
        await self._store.write(
            lambda db: finish_message(db, message_id, text, state, error=error, reasoning=self._reasoning, **figures)
        )
        self._events.publish(AnswerFinished(self._question.conversation_id, message_id, state, error))

    def _outcome(self) -> tuple[str, str | None]:
        """The answer's final state, and the sentence to show when it failed."""
        if self._stream_task.cancelled():
            return "stopped", None
        problem = self._stream_task.exception()
        if problem is None:
            return "done", None
        if isinstance(problem, EngineGone) and self._said:
            return "failed", CUT_SHORT
        if isinstance(problem, EngineError | NightdeskError):
            return "failed", str(problem)
        logger.error("an answer failed", exc_info=problem)
        return "failed", f"Nightdesk itself made a mistake here ({type(problem).__name__}); please report it."

    async def _stream_with_second_try(self) -> None:
        try:
            await self._stream()
        except (EngineGone, EngineStopping):
            if self._said:
                raise
            await self._stream()  # nothing was said yet, so nobody sees that the engine died or was exchanged

    async def _stream(self) -> None:
        client = await self._client()
        served = await client.model()
        sampling, messages = self._question.sampling, self._question.messages
        if served.context:
            wanted = sampling.max_tokens or served.context
            fitted = await fit(messages, served.context, wanted, client.count_messages)
            messages = fitted.messages
            sampling = replace(sampling, max_tokens=max(1, min(wanted, served.context - fitted.tokens)))
        async for part in client.stream(messages, sampling=sampling, priority=Priority.INTERACTIVE):
            if part.text or part.reasoning:
                await self._take(part.text, part.reasoning)
            if part.completion is not None:
                self._completion = part.completion

    async def _take(self, text: str, reasoning: str) -> None:
        at = time.perf_counter()
        place = (self._question.conversation_id, self._question.message_id)
        if not self._said:
            self._said, self._ttft_s = True, at - self._asked
            self._events.publish(AnswerStarted(*place, self._ttft_s))
        self._text += text
        self._reasoning += reasoning
        if reasoning:
            self._events.publish(AnswerThought(*place, reasoning))
        if text:
            self._events.publish(AnswerDelta(*place, text))
        if at - self._saved >= SAVE_EVERY_S:
            self._saved, said, thought = at, self._text, self._reasoning
            await self._store.write(lambda db: save_streaming(db, self._question.message_id, said, thought))


def _figures(completion: Completion | None) -> dict[str, Any]:
    """What the engine counted; nothing is known of an answer that did not end by itself."""
    if completion is None:
        return {}
    names = ("model", "prompt_tokens", "cached_tokens", "generated_tokens", "decode_tokens_per_s", "finish_reason")
    return {name: getattr(completion, name) for name in names}


def _together(begun: MessageRow, figures: dict[str, Any]) -> dict[str, Any]:
    """The figures of an answer given in two goes: as long as both, begun when the first began."""
    both = dict(figures)
    both["ttft_s"] = begun.ttft_s if begun.ttft_s is not None else figures["ttft_s"]
    both["seconds"] = (begun.seconds or 0.0) + figures["seconds"]
    counted = begun.generated_tokens, figures.get("generated_tokens")
    both["generated_tokens"] = None if None in counted else sum(one or 0 for one in counted)
    return both
