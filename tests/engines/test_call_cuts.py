"""Calls that are cut off where the answer has no more room: one that lacks a part of its arguments is no call."""

from __future__ import annotations

import json

import pytest

from engines.calls.call import Signatures
from engines.harmony import HarmonySplitter
from engines.pieces import Channel
from engines.splitting import AnySplitter
from engines.tools import Splitter

OFFERED: Signatures = {"rm": {"path": {"type": "string"}}}
HARMONY = "<|channel|>commentary to=functions.rm <|constrain|>json<|message|>"
SAID, THOUGHT = "<|channel|>final<|message|>Yes.", "<|channel|>analysis<|message|>Hm"


def heard(splitter: AnySplitter, text: str, *, cut: bool) -> tuple[str, list[list[object]]]:
    """The content of an answer that ends with ``text``, and its calls."""
    pieces = splitter.feed(text) + splitter.end(cut=cut)
    assert not any("<|" in piece.text for piece in pieces), "marks of a channel are never shown"
    assert all((piece.call is not None) == (piece.channel is Channel.TOOL) for piece in pieces)
    calls: list[list[object]] = [[piece.call.name, json.loads(piece.call.arguments)] for piece in pieces if piece.call]
    return "".join(piece.text for piece in pieces if piece.channel is Channel.CONTENT), calls


@pytest.mark.parametrize(
    "text",
    [
        "<tool_call>\n<function=rm>\n<parameter=path>\n/home/al",
        "<tool_call>\n<function=rm>",
        "<function=rm>\n<parameter=path>\n/home/al",
        "<tool_call>rm\n<arg_key>path</arg_key>\n<arg_value>/home/al",
        "<tool_call>rm\n<arg_key>path</arg_key>\n<arg_value>/home/alice</arg_value>",
        "<tool_call>rm",
        '<tool_call>{"name": "rm", "arguments": {"path": "/home/al',
        '[TOOL_CALLS]rm[ARGS]{"path": "/home/al',
        "[TOOL_CALLS]rm",
        '<function_calls>\nrm(path="/home")\nrm(path="/home/al',
        '{"name": "rm", "arguments": {"path": "/home/al',
    ],
)
def test_a_call_that_was_cut_is_given_back_as_text(text: str) -> None:
    assert heard(Splitter(tools=OFFERED), text, cut=True) == (text, [])


@pytest.mark.parametrize(
    "text",
    [
        '<tool_call>\n{"name": "rm", "arguments": {"path": "/home/alice"}}\n',
        '<TOOLCALL>[{"name": "rm", "arguments": {"path": "/home/alice"}}]',
        '[TOOL_CALLS]rm[ARGS]{"path": "/home/alice"}',
        '{"name": "rm", "arguments": {"path": "/home/alice"}}',
        "<tool_call><function=rm><parameter=path>/home/alice</parameter></function></tool_call>",
    ],
)
def test_a_call_that_is_whole_stays_one_though_nothing_more_had_room(text: str) -> None:
    assert heard(Splitter(tools=OFFERED), text, cut=True) == ("", [["rm", {"path": "/home/alice"}]])


def test_a_call_of_which_the_model_forgot_the_end_stays_one() -> None:
    text = "<tool_call>\n<function=rm>\n<parameter=path>\n/home/alice\n"
    assert heard(Splitter(tools=OFFERED), text, cut=False) == ("", [["rm", {"path": "/home/alice"}]])


@pytest.mark.parametrize("arguments", ['{"path":"/home/al', "", "12"])
def test_a_call_in_a_channel_that_was_cut_is_given_back_as_text(arguments: str) -> None:
    assert heard(HarmonySplitter(OFFERED), HARMONY + arguments, cut=True) == (arguments, [])


def test_a_call_in_a_channel_that_is_whole_stays_one() -> None:
    for cut in (True, False):
        found = heard(HarmonySplitter(OFFERED), HARMONY + '{"path": "/home/alice"}', cut=cut)
        assert found == ("", [["rm", {"path": "/home/alice"}]])
    assert heard(HarmonySplitter(OFFERED), HARMONY, cut=False) == ("", [["rm", {}]])


@pytest.mark.parametrize("head", ["<|start|>", "<|start|>assistant", "<|start|>assistant<|channel|>fi"])
@pytest.mark.parametrize("end", ["<|end|>", ""])
def test_a_head_that_was_cut_is_not_shown(head: str, end: str) -> None:
    before = [(SAID, ("Yes.", [])), (THOUGHT, ("", [])), (f"{HARMONY}{{}}", ("", [["rm", {}]]))]
    for text, expected in before:
        splitter = HarmonySplitter(OFFERED)
        assert heard(splitter, text + end + head, cut=True) == expected


def test_text_without_a_head_behind_a_thought_or_a_call_belongs_to_the_answer() -> None:
    for text in (THOUGHT, f"{HARMONY}{{}}"):
        assert heard(HarmonySplitter(OFFERED), f"{text}<|end|>Well.", cut=False)[0] == "Well."
