"""The ways in which models write tool calls, each taken from its model's template."""

from __future__ import annotations

import json
from typing import Any

import pytest

from engines.calls.call import Signatures, ToolCall
from engines.calls.formats import FORMATS, Format, read
from engines.calls.readers import json_calls
from engines.pieces import Channel, Piece
from engines.tools import Splitter

PARAMETERS = {
    "city": {"type": "string"},
    "days": {"type": "integer"},
    "share": {"type": "number"},
    "wind": {"type": "boolean"},
    "places": {"type": "array"},
    "near": {"type": "object"},
    "unit": {"enum": ["C", "F"]},
    "zone": {"anyOf": [{"type": "integer"}, {"type": "null"}]},
    "name": {"type": ["string", "null"]},
    "free": {},
    "place": {"$ref": "#/$defs/Place"},
    "past": {"anyOf": [{"$ref": "#/$defs/Place"}, {"type": "null"}]},
    "both": {"allOf": [{"$ref": "#/$defs/Place"}], "description": "Where to?"},
    "least": {"allOf": [{"minimum": 1}, {"type": "integer"}]},
    "loose": {"properties": {"a": {"type": "integer"}}},
    "wrong": {"anyOf": 5, "allOf": "x"},
}
OFFERED: Signatures = {"weather": PARAMETERS, "get_time": {}}

BEGIN, END = "<｜tool▁calls▁begin｜>", "<｜tool▁calls▁end｜>"
ONE, ONE_END, SEP = "<｜tool▁call▁begin｜>", "<｜tool▁call▁end｜>", "<｜tool▁sep｜>"
Q = '<|"|>'

TWO = [["weather", {"city": "Ulm", "days": 3}], ["get_time", {}]]
WAYS = {
    "Hermes": '<tool_call>\n{"name": "weather", "arguments": {"city": "Ulm", "days": 3}}\n</tool_call>\n'
    '<tool_call>\n{"name": "get_time", "arguments": {}}\n</tool_call>',
    "Qwen3-Coder": "<tool_call>\n<function=weather>\n<parameter=city>\nUlm\n</parameter>\n<parameter=days>\n3\n"
    "</parameter>\n</function>\n</tool_call>\n<tool_call>\n<function=get_time>\n</function>\n</tool_call>",
    "Qwen3-Coder, its first marker forgotten": "<function=weather>\n<parameter=city>\nUlm\n</parameter>\n"
    "<parameter=days>\n3\n</parameter>\n</function>\n</tool_call>\n<function=get_time>\n</function>\n</tool_call>",
    "Qwen3-Coder, both in one, ends forgotten": "<tool_call>\n<function=weather>\n<parameter=city>\nUlm\n"
    "<parameter=days>\n3\n</function>\n<function=get_time>\n",
    "GLM": "<tool_call>weather\n<arg_key>city</arg_key>\n<arg_value>Ulm</arg_value>\n<arg_key>days</arg_key>\n"
    "<arg_value>3</arg_value>\n</tool_call>\n<tool_call>get_time\n</tool_call>",
    "Llama 3.1": '<|python_tag|>{"name": "weather", "parameters": {"city": "Ulm", "days": 3}}; '
    '{"name": "get_time", "parameters": {}}',
    "Llama 3.1, functions of one's own": '<function=weather>{"city": "Ulm", "days": 3}</function>'
    "<function=get_time>{}</function>",
    "Llama 4": '[weather(city="Ulm", days=3), get_time()]',
    "Mistral": '[TOOL_CALLS][{"name": "weather", "arguments": {"city": "Ulm", "days": 3}}, '
    '{"name": "get_time", "arguments": {}}]',
    "Mistral since version 11": '[TOOL_CALLS]weather[ARGS]{"city": "Ulm", "days": 3}[TOOL_CALLS]get_time[ARGS]{}',
    "Phi-4-mini": '<|tool_call|>[{"name": "weather", "arguments": {"city": "Ulm", "days": 3}}, '
    '{"name": "get_time", "arguments": {}}]<|/tool_call|>',
    "Phi-4-mini, its functools": 'functools[{"name": "weather", "arguments": {"city": "Ulm", "days": 3}}, '
    '{"name": "get_time", "arguments": {}}]',
    "Granite 3": '<|tool_call|>[{"name": "weather", "arguments": {"city": "Ulm", "days": 3}}, '
    '{"name": "get_time", "arguments": {}}]',
    "LFM2": '<|tool_call_start|>[weather(city="Ulm", days=3), get_time()]<|tool_call_end|>',
    "OLMo 3": '<function_calls>\nweather(city="Ulm", days=3)\nget_time()\n</function_calls>',
    "Nemotron Nano 2": '<TOOLCALL>[{"name": "weather", "arguments": {"city": "Ulm", "days": 3}}, '
    '{"name": "get_time", "arguments": {}}]</TOOLCALL>',
    "Hunyuan": '<tool_calls>[{"name": "weather", "arguments": {"city": "Ulm", "days": 3}}, '
    '{"name": "get_time", "arguments": {}}]</tool_calls>',
    "DeepSeek R1": f'{BEGIN}{ONE}function{SEP}weather\n```json\n{{"city": "Ulm", "days": 3}}\n```{ONE_END}\n'
    f"{ONE}function{SEP}get_time\n```json\n{{}}\n```{ONE_END}{END}",
    "DeepSeek V3.1": f'{BEGIN}{ONE}weather{SEP}{{"city": "Ulm", "days": 3}}{ONE_END}'
    f"{ONE}get_time{SEP}{{}}{ONE_END}{END}",
    "FunctionGemma": "<start_function_call>call:weather{city:<escape>Ulm<escape>,days:3}<end_function_call>"
    "<start_function_call>call:get_time{}<end_function_call>",
    "Gemma 4": f"<|tool_call>call:weather{{city:{Q}Ulm{Q},days:3}}<tool_call|>"
    f"<|tool_call>call:get_time{{}}<tool_call|>",
}  # fmt: skip


def split(parts: list[str] | str, offered: Signatures = OFFERED) -> tuple[str, list[Any]]:
    """The content of an answer that comes in ``parts``, and its calls."""
    splitter = Splitter(tools=offered)
    pieces: list[Piece] = [piece for part in parts for piece in splitter.feed(part)] + splitter.end()
    content = "".join(piece.text for piece in pieces if piece.channel is Channel.CONTENT)
    return content, [[piece.call.name, json.loads(piece.call.arguments)] for piece in pieces if piece.call]


@pytest.mark.parametrize("way", WAYS)
def test_two_calls_are_read_whole_and_letter_by_letter_and_nothing_of_them_is_shown(way: str) -> None:
    for parts in ([WAYS[way]], list(WAYS[way])):
        content, calls = split(parts)
        assert calls == TWO
        assert content.strip() == ""


@pytest.mark.parametrize("way", [way for way in WAYS if way != "Llama 4"])
def test_what_is_said_before_a_call_is_shown_at_once(way: str) -> None:
    splitter = Splitter(tools=OFFERED)
    said = splitter.feed("Let me look that up. ")
    assert "".join(piece.text for piece in said).startswith("Let me look that up.")
    pieces = splitter.feed(WAYS[way]) + splitter.end()
    assert [piece.call.name for piece in pieces if piece.call] == ["weather", "get_time"]


@pytest.mark.parametrize("form", FORMATS, ids=lambda form: form.opener)
def test_what_stands_between_the_markers_and_is_no_call_is_given_back(form: Any) -> None:
    text = f"{form.opener}Well, well.{form.closer} Good night."
    content, calls = split(list(text))
    assert calls == []
    assert content == f"{form.opener}Well, well. Good night."


@pytest.mark.parametrize(
    ("parameter", "written", "meant"),
    [
        ("city", "7", "7"),
        ("city", "null", "null"),
        ("city", "  two\n\nlines  ", "  two\n\nlines  "),
        ("days", "7", 7),
        ("days", "-7.0", -7),
        ("days", "seven", "seven"),
        ("days", "true", "true"),
        ("days", "null", None),
        ("share", "0.5", 0.5),
        ("share", "5", 5),
        ("share", "NaN", "NaN"),
        ("wind", "true", True),
        ("wind", "False", False),
        ("wind", "1", "1"),
        ("places", '["Ulm", "Oslo"]', ["Ulm", "Oslo"]),
        ("places", "['Ulm', True]", ["Ulm", True]),
        ("places", "Ulm", "Ulm"),
        ("near", '{"city": "Ulm", "at": {"x": 1}}', {"city": "Ulm", "at": {"x": 1}}),
        ("near", "{'x': open('/etc/passwd')}", "{'x': open('/etc/passwd')}"),
        ("unit", "C", "C"),
        ("zone", "2", 2),
        ("zone", "null", None),
        ("name", "null", None),
        ("name", "5", "5"),
        ("free", "5", "5"),
        ("undeclared", "5", "5"),
        ("place", '{"a": 1}', {"a": 1}),
        ("place", "null", None),
        ("place", "Ulm", "Ulm"),
        ("past", '{"a": 1}', {"a": 1}),
        ("past", "null", None),
        ("both", '[{"a": 1}]', [{"a": 1}]),
        ("least", "3", 3),
        ("loose", '{"a": 1}', {"a": 1}),
        ("wrong", "Ulm", "Ulm"),
        pytest.param("days", "1+" * 400 + "1", "1+" * 400 + "1", id="a long sum"),
        pytest.param("days", "-" * 1500 + "1", "-" * 1500 + "1", id="a long row of signs"),
        pytest.param("days", "a." * 1500 + "b", "a." * 1500 + "b", id="a long name"),
        pytest.param("days", "0x" + "f" * 4000, "0x" + "f" * 4000, id="a number with too many digits to be written"),
        ("share", "1e999", "1e999"),
        ("share", "-1e999", "-1e999"),
        ("places", "[1e999]", "[1e999]"),
    ],
)
def test_a_parameter_without_quotes_has_the_type_that_its_schema_says(
    parameter: str, written: str, meant: object
) -> None:
    text = f"<tool_call><function=weather>\n<parameter={parameter}>\n{written}\n</parameter>\n</function></tool_call>"
    _, ((_, arguments),) = split([text])
    assert arguments == {parameter: meant}
    assert type(arguments[parameter]) is type(meant)


@pytest.mark.parametrize(("written", "meant"), [("5", 5), ("Ulm", "Ulm"), ('["a"]', ["a"]), ("true", True)])
def test_where_the_other_way_without_quotes_names_no_type_a_value_is_read_as_json(written: str, meant: object) -> None:
    text = f"<tool_call>weather\n<arg_key>free</arg_key><arg_value>{written}</arg_value></tool_call>"
    assert split([text])[1] == [["weather", {"free": meant}]]


def test_a_function_that_was_not_offered_is_still_told_as_it_was_written() -> None:
    text = "<tool_call><function=other><parameter=x>5</parameter></function></tool_call>"
    assert split([text])[1] == [["other", {"x": "5"}]]


def test_code_in_a_parameter_stays_letter_for_letter() -> None:
    code = 'def f(a):\n    return "<b>" if a < 2 else {"x": [1]}\n'
    text = f"<tool_call><function=weather><parameter=city>\n{code}\n</parameter></function></tool_call>"
    assert split(list(text))[1] == [["weather", {"city": code}]]


def test_texts_and_nested_values_of_gemma_are_taken_apart() -> None:
    text = f"<|tool_call>call:weather{{near:{{a b:[1,{Q}x, {{y}}: z{Q},true],n:null}},free:two words}}<tool_call|>"
    assert split([text])[1] == [["weather", {"near": {"a b": [1, "x, {y}: z", True], "n": None}, "free": "two words"}]]


@pytest.mark.parametrize(
    "text",
    ["[weather(city=open('x'))]", "[weather('Ulm')]", "[other(x=1)]", "[weather(**x)]", "[Note] it rains", "[1, 2]"],
)
def test_a_list_that_only_looks_like_calls_is_an_answer(text: str) -> None:
    assert split(list(text)) == (text, [])


def test_an_answer_that_begins_with_a_bracket_is_shown_as_soon_as_it_is_no_call() -> None:
    splitter = Splitter(tools=OFFERED)
    assert splitter.feed("[we") == []
    assert "".join(piece.text for piece in splitter.feed("] it")) == "[we] it"


@pytest.mark.parametrize("text", ["[Note", "[weathers(", "[weather.now(", "[f("])
def test_a_name_that_no_function_on_offer_begins_with_holds_nothing_back(text: str) -> None:
    assert "".join(piece.text for piece in Splitter(tools=OFFERED).feed(text)) == text


def test_half_a_character_in_the_arguments_of_a_call_does_not_make_it_unsendable() -> None:
    splitter = Splitter(tools=OFFERED)
    (piece,) = splitter.feed('<tool_call>{"name": "weather", "arguments": {"city": "\\ud83d"}}</tool_call>')
    assert piece.call is not None
    assert json.loads(piece.call.arguments.encode("utf-8")) == {"city": "?"}


@pytest.mark.parametrize(
    "text",
    ['{"a": ' * 20_000, "<tool_call>" + "[" * 100_000 + "</tool_call>", "[weather(near=" + "[" * 100_000,
     "<tool_call><function=weather><parameter=near>" + "{" * 100_000, '[TOOL_CALLS]weather[ARGS]' + "[" * 100_000,
     "<|tool_call>call:weather{near:" + "[" * 100_000 + "}<tool_call|>"],
    ids=["bare", "Hermes", "Python", "parameter", "Mistral", "Gemma"],
)  # fmt: skip
def test_a_model_that_opens_brackets_without_end_is_heard_to_its_end(text: str) -> None:
    content, calls = split([text])
    assert content or calls


@pytest.mark.parametrize(
    "text",
    [
        f"[weather(days={'1+' * 1500}1)]",
        f"[weather(days=0x{'f' * 4000})]",
        f"[{'a.' * 1500}b(x=1)]",
        "[weather(share=1e999)]",
        '{"name": "weather", "arguments": {"share": 1e999}}',
    ],
    ids=["sum", "digits", "dots", "infinity", "infinity in JSON"],
)
def test_a_call_that_could_not_be_sent_is_an_answer(text: str) -> None:
    assert split([text]) == (text, [])


def test_a_reader_for_which_a_text_is_too_much_leaves_it_to_the_next() -> None:
    def overcome(text: str, signatures: Signatures) -> list[ToolCall]:
        raise RecursionError

    form = Format("<x>", "</x>", (overcome, json_calls))
    assert [call.name for call in read('{"name": "weather"}', form, OFFERED)] == ["weather"]


@pytest.mark.parametrize(
    "text",
    [
        "<tool_call>weather" + "<arg_key>city</arg_key>\n" * 100_000,
        "<tool_call>weather" + "<arg_key>" * 100_000,
        "<tool_call>" + "<function=" * 100_000,
        "<tool_call><function=weather>" + "<parameter=" * 100_000,
        f"{BEGIN}{ONE}function{SEP}" + "```" * 100_000,
    ],
    ids=["keys", "keys without end", "functions", "parameters", "fences"],
)
def test_a_long_run_of_markers_is_given_back_as_text_without_being_read_over_and_over(text: str) -> None:
    content, calls = split([text])
    assert (len(content), calls) == (len(text), [])


def test_a_value_may_speak_of_the_markers_around_it_and_its_own_end_may_be_forgotten() -> None:
    text = "<tool_call>weather<arg_key>city</arg_key><arg_value>an <arg_key></arg_value>"
    assert split([text])[1] == [["weather", {"city": "an <arg_key>"}]]
    assert split([text.removesuffix("</arg_value>")])[1] == [["weather", {"city": "an <arg_key>"}]]


@pytest.mark.parametrize(
    "text",
    [
        '{"name": "Bob", "arguments": {"age": 5}}',
        '[{"name": "Bob", "parameters": {}}, {"name": "weather", "arguments": {}}]',
        '{"name": ["weather"], "arguments": {}}',
        '{"name": {"weather": 1}, "arguments": {}}',
        '{"name": "weather", "arguments": "rainy"}',
        '{"name": "weather", "parameters": [1, 2]}',
    ],
)
def test_an_answer_in_json_is_no_call_unless_it_names_a_function_on_offer_and_its_arguments(text: str) -> None:
    assert split(list(text)) == (text, [])
