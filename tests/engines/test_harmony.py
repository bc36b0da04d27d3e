"""The channels of gpt-oss: thoughts, calls and answer, told apart while the text is still coming."""

from __future__ import annotations

import json

import pytest

from engines.calls.call import Signatures
from engines.harmony import HarmonySplitter
from engines.pieces import Channel
from engines.template import ChatTemplate

THOUGHTS = "<|channel|>analysis<|message|>Rain, or none?<|end|>"
CALLS = [
    '<|start|>assistant<|channel|>commentary to=functions.weather <|constrain|>json<|message|>{"city": "Ulm"}<|call|>',
    '<|start|>assistant to=functions.weather<|channel|>commentary json<|message|>{"city": "Ulm"}',
]
ANSWER = "<|start|>assistant<|channel|>final<|message|>It is 5 < 6 degrees.<|return|>"


def split(parts: list[str], tools: Signatures | None = None) -> tuple[str, str, list[list[object]]]:
    splitter = HarmonySplitter(tools)
    pieces = [piece for part in parts for piece in splitter.feed(part)] + splitter.end()
    thought, said = (
        "".join(piece.text for piece in pieces if piece.channel is channel)
        for channel in (Channel.REASONING, Channel.CONTENT)
    )
    return thought, said, [[piece.call.name, json.loads(piece.call.arguments)] for piece in pieces if piece.call]


def both(text: str) -> list[list[str]]:
    return [[text], list(text)]


def test_thoughts_and_answer_have_channels_of_their_own() -> None:
    for parts in both(THOUGHTS + ANSWER):
        assert split(parts) == ("Rain, or none?", "It is 5 < 6 degrees.", [])


@pytest.mark.parametrize("call", CALLS)
def test_a_call_of_a_function_is_taken_apart(call: str) -> None:
    for parts in both(THOUGHTS + call):
        assert split(parts, {"weather": {}}) == ("Rain, or none?", "", [["weather", {"city": "Ulm"}]])


def test_what_is_said_before_a_call_is_a_part_of_the_answer() -> None:
    text = f"{THOUGHTS}<|start|>assistant<|channel|>commentary<|message|>I shall look.<|end|>{CALLS[0]}"
    for parts in both(text):
        assert split(parts, {}) == ("Rain, or none?", "I shall look.", [["weather", {"city": "Ulm"}]])


def test_the_words_of_an_answer_come_as_they_are_written() -> None:
    splitter = HarmonySplitter()
    splitter.feed("<|channel|>final<|message|>")
    assert [piece.text for part in ("It ", "is ", "<|e", "nd") for piece in splitter.feed(part)] == ["It ", "is "]
    assert [piece.text for piece in splitter.end()] == ["<|end"]


def test_a_model_that_writes_without_channels_is_heard_all_the_same() -> None:
    assert split(["Good day."]) == ("", "Good day.", [])
    assert split(list("Good day. " * 60)) == ("", "Good day. " * 60, [])
    assert split(["<|channel|>analysis"]) == ("", "", []), "the head of a message is not shown"


class Letters:
    def encode(self, text: str, *, special: bool) -> list[int]:
        return [ord(letter) for letter in text]


def test_an_answer_in_a_schema_begins_in_its_own_channel() -> None:
    source = (
        "{% for m in messages %}<|start|>{{ m.role }}<|message|>{{ m.content }}<|end|>{% endfor %}"
        "{% if add_generation_prompt %}<|start|>assistant{% endif %}{# <|channel|> #}"
    )
    template = ChatTemplate(source)
    asked = [{"role": "user", "content": "Hello?"}]
    plain = "".join(map(chr, template.encode(Letters(), asked).tokens))
    at_once = "".join(map(chr, template.encode(Letters(), asked, at_once=True).tokens))
    assert at_once == f"{plain}<|channel|>final<|message|>"


@pytest.mark.parametrize("recipient", ["assistant", "user", "all"])
def test_a_message_to_somebody_is_no_call(recipient: str) -> None:
    text = f"<|channel|>commentary to={recipient}<|message|>I shall look.<|end|>"
    assert split([text], {"weather": {}}) == ("", "I shall look.", [])
    function = text.replace("to=", "to=functions.").replace("I shall look.", "{}")
    assert split([function], {recipient: {}}) == ("", "", [[recipient, {}]])
