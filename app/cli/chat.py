"""``nightdesk chat``: one question, or a conversation."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from app.cli.options import database_option, model_options, settings_with


@click.command()
@click.argument("question", nargs=-1)
@click.option("--system", help="What the model is told before the conversation.")
@click.option("--continue", "continued", is_flag=True, help="Go on with the last conversation.")
@click.option("--conversation", type=int, help="Go on with the conversation of this number.")
@click.option("--max-tokens", type=click.IntRange(1), help="The longest answer, in tokens.")
@click.option("--temperature", type=click.FloatRange(0, 2), help="0 always takes the likeliest word.")
@click.option("--json", "as_json", is_flag=True, help="Print the answer and its figures as JSON, at its end.")
@model_options
@database_option
def chat(
    question: tuple[str, ...],
    system: str | None,
    continued: bool,
    conversation: int | None,
    max_tokens: int | None,
    temperature: float | None,
    as_json: bool,
    model: str | None,
    rows: int | None,
    context: int | None,
    threads: int | None,
    database: Path,
) -> None:
    """Ask QUESTION, or begin a conversation when there is none.

    The answer streams to standard output; its figures follow on standard error. While Nightdesk works on the
    same database, its engine answers, ahead of all documents.
    """
    from app.cli.loop import run_async
    from app.cli.talk import Talk

    settings = settings_with(model, rows, context, threads)
    changes = {"max_tokens": max_tokens, "temperature": temperature, "system_prompt": system}
    settings = replace(settings, chat=replace(settings.chat, **_given(changes)))
    text = " ".join(question) or _piped()
    talk = Talk(settings, database, conversation_id=conversation, continued=continued, as_json=as_json)
    run_async(talk.run(text), on_interrupt=talk.stop_answer, interrupted="Stopped; what was said is kept.")


def _given(changes: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in changes.items() if value is not None}


def _piped() -> str:
    """The question that is piped in; empty when a person sits there."""
    return "" if sys.stdin.isatty() else sys.stdin.read()
