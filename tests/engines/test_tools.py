"""Answer, reasoning and tool calls, told apart while the text is still coming."""

from __future__ import annotations

import json
from itertools import pairwise

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engines.calls.forced import schema_of_call
from engines.tools import Channel, Piece, Splitter

CALL = '{"name": "weather", "arguments": {"city": "Ulm"}}'
ANSWER = f"<think>\nHm, {{so}}.\n</think>\n\nLet me look <b>.\n<tool_call>\n{CALL}\n</tool_call>"


def split(parts: list[str], splitter: Splitter) -> dict[str, str]:
    """All channels of an answer that comes in ``parts``; calls as JSON."""
    pieces: list[Piece] = [piece for part in parts for piece in splitter.feed(part)] + splitter.end()
    result = {channel: "".join(p.text for p in pieces if p.channel is channel) for channel in Channel}
    calls = [[p.call.name, json.loads(p.call.arguments)] for p in pieces if p.call]
    return {**result, Channel.TOOL: json.dumps(calls)}


@given(cuts=st.lists(st.integers(0, len(ANSWER)), max_size=12).map(sorted))
def test_wherever_the_text_is_cut_the_channels_are_the_same(cuts: list[int]) -> None:
    edges = [0, *cuts, len(ANSWER)]
    parts = [ANSWER[start:end] for start, end in pairwise(edges)]
    assert split(parts, Splitter(reasons=True, tools={})) == {
        Channel.REASONING: "Hm, {so}.\n",
        Channel.CONTENT: "Let me look <b>.\n",
        Channel.TOOL: '[["weather", {"city": "Ulm"}]]',
    }


@pytest.mark.parametrize("text", [
    f'An object: {{"a": 1}}. Now I look.\n<tool_call>{CALL}</tool_call>', f"<think>Hm.</think>\n\n{CALL}",
    f"One moment.\n{CALL}", '[{"a": 1}]', "[1] says so", f"[TOOL_CALLS][{CALL}]", f"{CALL} was my call",
    f"<tool_call>{CALL}</tool_call>\n{CALL}", "[TOOL_CALLS]weather[ARGS]{}[TOOL_CALLS]weather[ARGS]{}",
])  # fmt: skip
def test_an_answer_is_the_same_letter_by_letter_as_whole(text: str) -> None:
    whole = split([text], Splitter(reasons=True, tools={}))
    assert split(list(text), Splitter(reasons=True, tools={})) == whole


def test_an_object_in_the_middle_of_a_text_holds_nothing_back() -> None:
    splitter = Splitter(tools={})
    assert [piece.text for part in ("So: ", '{"a": 1}', " and on") for piece in splitter.feed(part)] == [
        "So: ", '{"a": 1}', " and on",
    ]  # fmt: skip
    assert [piece.call and piece.call.name for piece in splitter.feed(f"<tool_call>{CALL}</tool_call>")] == ["weather"]


@given(text=st.text())
def test_without_reasoning_and_tools_the_text_is_untouched(text: str) -> None:
    assert split(list(text), Splitter())[Channel.CONTENT] == text


def test_reasoning_that_the_prompt_opened_ends_at_its_mark() -> None:
    found = split(["Well", "...</th", "ink>Yes"], Splitter(reasoning_open=True))
    assert (found[Channel.REASONING], found[Channel.CONTENT]) == ("Well...", "Yes")


@pytest.mark.parametrize(
    "text",
    [
        CALL,
        '{"name": "weather", "parameters": {"city": "Ulm"}}',
        f"[TOOL_CALLS][{CALL}]",
        f"[{CALL}]",
        '[TOOL_CALLS]weather[ARGS]{"city": "Ulm"}',
        '[TOOL_CALLS]weather[CALL_ID]c1[ARGS]{"city": "Ulm"}',
        f"<tool_call>{CALL}",
    ],
)
def test_the_usual_ways_of_calling_are_understood(text: str) -> None:
    found = split([text], Splitter(tools={}))
    assert json.loads(found[Channel.TOOL]) == [["weather", {"city": "Ulm"}]]
    assert found[Channel.CONTENT] == ""


@pytest.mark.parametrize("text", ['{"a": 1}', "<tool_call>none</tool_call>", "{not json", "a < b <think"])
def test_what_only_looks_like_a_call_is_given_back_as_text(text: str) -> None:
    found = split(list(text), Splitter(reasons=True, tools={}))
    assert found[Channel.TOOL] == "[]"
    assert found[Channel.CONTENT] == text.removesuffix("</tool_call>")


def test_a_call_behind_a_marker_needs_no_arguments_and_a_bare_object_with_a_name_is_no_call() -> None:
    assert json.loads(split(['<tool_call>{"name": "now"}</tool_call>'], Splitter(tools={}))[Channel.TOOL]) == [
        ["now", {}]
    ]
    assert split(['{"name": "Bob"}'], Splitter(tools={}))[Channel.CONTENT] == '{"name": "Bob"}'


def test_several_calls_have_ids_of_their_own() -> None:
    pieces = Splitter(tools={}).feed(f"<tool_call>[{CALL}, {CALL}]</tool_call>")
    assert len({piece.call.id for piece in pieces if piece.call}) == 2


def test_the_schema_of_a_call_keeps_what_the_parameters_refer_to() -> None:
    place = {"type": "object", "properties": {"next": {"$ref": "#/$defs/Place"}}, "additionalProperties": False}
    parameters = {"type": "object", "properties": {"to": {"$ref": "#/$defs/Place"}}, "$defs": {"Place": place}}
    schema = schema_of_call([{"name": "now"}, {"name": "go", "parameters": parameters}])
    call = {"name": "go", "arguments": {"to": {"next": {}}}}
    jsonschema.validate(call, schema)
    jsonschema.validate({"name": "now", "arguments": {}}, schema)
    for wrong in ({**call, "arguments": {"to": {"next": {"over": 1}}}}, {**call, "name": "stay"}, {"name": "go"}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(wrong, schema)
