"""Tool calls, through OpenAI's client: taken apart, forced, and refused."""

from __future__ import annotations

import json
from typing import Any

import openai
import pytest

from tests.engines.speaker import THINKING, Speaker, ask, serving

WEATHER = {"type": "function", "function": {"name": "weather", "parameters": {"type": "object", "properties": {}}}}
CALL = '<tool_call>\n{"name": "weather", "arguments": {"city": "Oslo"}}\n</tool_call>'

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("stream", [False, True])
async def test_a_tool_call_is_taken_apart(monkeypatch: pytest.MonkeyPatch, stream: bool) -> None:
    async with serving(Speaker(CALL), monkeypatch) as client:
        if stream:
            chunks = [chunk async for chunk in await ask(client, tools=[WEATHER], stream=True)]
            calls = [call for chunk in chunks for call in chunk.choices[0].delta.tool_calls or []]
            reason = chunks[-1].choices[0].finish_reason
        else:
            choice = (await ask(client, tools=[WEATHER])).choices[0]
            calls, reason = choice.message.tool_calls, choice.finish_reason
        assert [call.function.name for call in calls] == ["weather"]
        assert json.loads(calls[0].function.arguments) == {"city": "Oslo"}
        assert reason == "tool_calls"


@pytest.mark.parametrize("stream", [False, True])
async def test_a_call_that_had_no_room_for_all_its_arguments_is_text(
    monkeypatch: pytest.MonkeyPatch, stream: bool
) -> None:
    text = "<tool_call>\n<function=weather>\n<parameter=city>\nOs"
    async with serving(Speaker(f"{text}lo\n</parameter></function></tool_call>"), monkeypatch) as client:
        if stream:
            chunks = [c async for c in await ask(client, tools=[WEATHER], max_tokens=len(text), stream=True)]
            deltas = [chunk.choices[0].delta for chunk in chunks]
            content, calls = "".join(delta.content or "" for delta in deltas), [d for d in deltas if d.tool_calls]
            reason = chunks[-1].choices[0].finish_reason
        else:
            choice = (await ask(client, tools=[WEATHER], max_tokens=len(text))).choices[0]
            content, calls, reason = choice.message.content, choice.message.tool_calls or [], choice.finish_reason
        assert (content, calls, reason) == (text, [], "length")


async def test_without_tools_the_same_words_are_text(monkeypatch: pytest.MonkeyPatch) -> None:
    async with serving(Speaker(CALL), monkeypatch) as client:
        choice = (await ask(client)).choices[0]
        assert choice.message.content == CALL
        assert choice.finish_reason == "stop"


async def test_a_control_token_that_begins_calls_is_seen_when_tools_are_offered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with serving(Speaker('[TOOL_CALLS][{"name": "weather"}]'), monkeypatch) as client:
        choice = (await ask(client, tools=[WEATHER])).choices[0]
        assert [(call.function.name, call.function.arguments) for call in choice.message.tool_calls] == [
            ("weather", "{}")
        ]
        assert (await ask(client)).choices[0].message.content == '[{"name": "weather"}]'


@pytest.mark.parametrize("choice", ["required", {"type": "function", "function": {"name": "weather"}}])
async def test_a_call_that_has_to_be_made_is_made_whatever_the_model_would_rather_say(
    monkeypatch: pytest.MonkeyPatch, choice: Any
) -> None:
    strict = {**WEATHER["function"], "parameters": {"type": "object", "properties": {}, "additionalProperties": False}}
    async with serving(Speaker("Good day."), monkeypatch, template=THINKING) as client:
        answer = (await ask(client, tools=[{"type": "function", "function": strict}], tool_choice=choice)).choices[0]
        assert [call.function.name for call in answer.message.tool_calls] == ["weather"]
        assert json.loads(answer.message.tool_calls[0].function.arguments) == {}
        assert (answer.message.content, answer.finish_reason) == (None, "tool_calls")


@pytest.mark.parametrize(
    ("more", "word"),
    [
        ({"tool_choice": "required"}, "'required'"),
        ({"tool_choice": "perhaps", "tools": [WEATHER]}, "'required'"),
        ({"tool_choice": {"type": "function", "function": {"name": "time"}}, "tools": [WEATHER]}, "'time'"),
    ],
)
async def test_a_choice_of_tools_that_cannot_be_kept_to_is_refused(
    monkeypatch: pytest.MonkeyPatch, more: dict[str, Any], word: str
) -> None:
    async with serving(Speaker("Yes."), monkeypatch) as client:
        with pytest.raises(openai.BadRequestError, match="tool_choice") as refused:
            await ask(client, **more)
        assert word in refused.value.message


async def test_no_call_is_taken_apart_where_none_may_be_made(monkeypatch: pytest.MonkeyPatch) -> None:
    async with serving(Speaker(CALL), monkeypatch) as client:
        choice = (await ask(client, tools=[WEATHER], tool_choice="none")).choices[0]
        assert (choice.message.content, choice.message.tool_calls) == (CALL, None)
