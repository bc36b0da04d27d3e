"""A conversation in the terminal: questions in, streamed answers and their figures out."""

from __future__ import annotations

import asyncio
import sys
from dataclasses import asdict
from pathlib import Path

import click

from app.cli.lines import Lines
from app.cli.output import show_json
from app.cli.session import ChatSession, chat_session
from app.core.chat.rows import MessageRow
from app.core.errors import NightdeskError, UsageError
from app.core.events import AnswerDelta, Event
from app.core.settings import Settings

PROMPT = "› "


class Talk:
    """One ``nightdesk chat``. ``conversation_id`` or ``continued`` goes on with what was said before."""

    def __init__(
        self,
        settings: Settings,
        database: Path,
        *,
        conversation_id: int | None = None,
        continued: bool = False,
        as_json: bool = False,
    ) -> None:
        self._settings = settings
        self._database = database
        self._conversation_id = conversation_id
        self._continued = continued
        self._as_json = as_json
        self._stopping: asyncio.Task[None] | None = None
        self._session: ChatSession | None = None
        self._answering: int | None = None
        self._interactive = False

    async def run(self, question: str) -> None:
        """Answer ``question``, or, when it is empty, everything that is typed until the input ends."""
        async with chat_session(self._settings, self._database) as session:
            self._session = session
            unsubscribe = session.events.subscribe(self._print_delta)
            try:
                conversation_id = await self._conversation(session)
                if question.strip():
                    await self._ask(session, conversation_id, question)
                else:
                    await self._converse(session, conversation_id)
            finally:
                unsubscribe()

    def stop_answer(self) -> bool:
        """In a conversation Ctrl-C ends the answer and not the conversation; whether there was one to end."""
        if not self._interactive or self._answering is None or self._session is None:
            return False
        self._stopping = asyncio.ensure_future(self._session.chat.stop(self._answering))
        return True

    async def _conversation(self, session: ChatSession) -> int:
        if self._conversation_id is not None:
            return self._conversation_id
        if self._continued:
            known = await session.chat.conversations()
            if not known:
                raise UsageError("There is no conversation to continue yet; leave --continue out.")
            return max(known, key=lambda row: row.updated_at).id
        return await session.chat.new_conversation()

    async def _converse(self, session: ChatSession, conversation_id: int) -> None:
        if not sys.stdin.isatty():
            raise UsageError("There is no question; write one after `nightdesk chat`, or pipe it in.")
        self._interactive = True
        lines = Lines()
        click.echo("Ask away. Ctrl-C stops an answer, Ctrl-D ends the conversation.", err=True)
        while True:
            click.secho(PROMPT, nl=False, err=True, bold=True)
            line = await lines.next()
            if line is None:
                click.echo(err=True)
                return
            if line.strip():
                await self._ask_and_go_on(session, conversation_id, line)

    async def _ask_and_go_on(self, session: ChatSession, conversation_id: int, line: str) -> None:
        try:
            await self._ask(session, conversation_id, line)
        except NightdeskError as error:
            click.echo(f"nightdesk: {error}", err=True)

    async def _ask(self, session: ChatSession, conversation_id: int, text: str) -> None:
        await session.engine.client()  # the time a model takes to load is not the time an answer takes to begin
        self._answering = await session.chat.send(conversation_id, text)
        try:
            answer = await session.chat.answer(self._answering)
        finally:
            self._answering = None
        self._show(answer)

    def _print_delta(self, event: Event) -> None:
        if isinstance(event, AnswerDelta) and not self._as_json:
            sys.stdout.write(event.text)
            sys.stdout.flush()

    def _show(self, answer: MessageRow) -> None:
        if self._as_json:
            show_json(asdict(answer))
        elif answer.text:
            click.echo()
        if answer.state == "failed":
            raise NightdeskError(answer.error or "The answer failed.")
        if not self._as_json:
            click.secho(figures(answer), err=True, dim=True)


def figures(answer: MessageRow) -> str:
    """The figures of an answer in one line: time to first token, tokens per second, tokens."""
    parts = [] if answer.ttft_s is None else [f"first token after {answer.ttft_s * 1000:.0f} ms"]
    if answer.decode_tokens_per_s:
        parts.append(f"{answer.decode_tokens_per_s:.1f} tok/s")
    if answer.generated_tokens is not None:
        parts.append(f"{answer.generated_tokens} tokens")
    if answer.prompt_tokens:
        parts.append(f"prompt {answer.prompt_tokens} ({answer.cached_tokens or 0} from the prefix cache)")
    return " · ".join([*parts, *(["stopped"] if answer.state == "stopped" else [])])
