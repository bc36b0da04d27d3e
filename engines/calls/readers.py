"""Reads the inside of a call, each function one way of writing it: the calls, or none where it is another way.

``signatures`` are the functions on offer; the ways without quotes leave it to them whether 5 is a number or a text.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from typing import Any

from engines.calls.call import Signatures, ToolCall, call_of
from engines.calls.values import first_from_json, from_json, literal, parsed, typed

Reader = Callable[[str, Signatures], list[ToolCall]]

LIST_MARKER, ARGUMENTS_MARKER, ID_MARKER = "[TOOL_CALLS]", "[ARGS]", "[CALL_ID]"
ONE_BEGINS, ONE_ENDS, SEPARATOR = "<｜tool▁call▁begin｜>", "<｜tool▁call▁end｜>", "<｜tool▁sep｜>"

# No name holds a "<": from marker to marker, and no further, or a long run of them would be read over and over.
_FUNCTION = re.compile(r"<function=([^<>\s]+)>(.*?)(?:</function>|(?=<function=)|\Z)", re.DOTALL)
_PARAMETER = re.compile(r"<parameter=([^<>\s]+)>(.*?)(?:</parameter>|(?=<parameter=)|(?=</function>)|\Z)", re.DOTALL)
_KEY = re.compile(r"<arg_key>([^<]*)</arg_key>\s*<arg_value>")
_VALUE_ENDS = "</arg_value>"
_FENCED = re.compile(r"\s*([^\s`]+)\s*```(?:json)?(.*?)```\s*", re.DOTALL)


def json_calls(text: str, signatures: Signatures) -> list[ToolCall]:
    """An object, a list of them, or several behind one another: ``{"name": …, "arguments": {…}}``."""
    try:
        items = list(_objects(text))
    except ValueError:
        return []
    calls = [_object_call(item, marked=True) for item in items]
    return [call for call in calls if call] if all(calls) else []


def bare_json_calls(text: str, signatures: Signatures) -> list[ToolCall]:
    """The same without any marker around it: only what names a function on offer is a call then.

    Its arguments have to be an object: a list of people, each with a name, is an answer like any other.
    """
    try:
        value = from_json(text)
    except ValueError:
        return []
    calls = [_object_call(item, marked=False) for item in (value if isinstance(value, list) else [value])]
    known = [call for call in calls if call and (not signatures or call.name in signatures)]
    return known if len(known) == len(calls) else []


def _objects(text: str) -> Iterator[Any]:
    """The JSON values in a text, between which only space and semicolons stand; lists are taken apart."""
    at = 0
    while at < len(text):
        if text[at].isspace() or text[at] == ";":
            at += 1
            continue
        value, at = first_from_json(text, at)
        yield from value if isinstance(value, list) else [value]


def _object_call(item: Any, *, marked: bool) -> ToolCall | None:
    if not isinstance(item, dict) or not isinstance(item.get("name"), str):
        return None
    arguments = item.get("arguments", item.get("parameters"))
    if not marked and not isinstance(arguments, dict):
        return None
    if arguments is None:
        return call_of(item["name"], {})
    return call_of(item["name"], arguments)


def named_calls(text: str, signatures: Signatures) -> list[ToolCall]:
    """Mistral's ``name[ARGS]{…}``, between the two perhaps an id, which nobody needs."""
    calls = []
    for part in text.split(LIST_MARKER):
        if part.strip():
            name, _, arguments = part.partition(ARGUMENTS_MARKER)
            calls.append(with_json(name.partition(ID_MARKER)[0], arguments))
    return [call for call in calls if call] if all(calls) else []


def with_json(name: str, arguments: str) -> ToolCall | None:
    """A call of ``name`` with arguments that the model wrote as an object of JSON; None where they are none."""
    name, arguments = name.strip(), arguments.strip()
    try:
        written = from_json(arguments)
    except ValueError:
        return None
    return call_of(name, arguments) if isinstance(written, dict) and re.fullmatch(r"\S+", name) else None


def function_calls(text: str, signatures: Signatures) -> list[ToolCall]:
    """``<function=name><parameter=x>…</parameter></function>``, or with a JSON object instead of parameters."""
    calls = []
    for name, inside in _FUNCTION.findall(text):
        schemas = signatures.get(name, {})
        arguments = {key: typed(_unwrapped(value), schemas.get(key)) for key, value in _PARAMETER.findall(inside)}
        if arguments or not inside.strip():
            calls.append(call_of(name, arguments))
        elif (call := with_json(name, inside)) is not None:
            calls.append(call)
        else:
            return []
    return calls


def _unwrapped(value: str) -> str:
    """A value without the line breaks that the template puts around it."""
    return value.removeprefix("\n").removesuffix("\n")


def key_value_calls(text: str, signatures: Signatures) -> list[ToolCall]:
    """``name<arg_key>…</arg_key><arg_value>…</arg_value>``: a text as it is, everything else as JSON."""
    name = text.partition("<arg_key>")[0].strip()
    pairs = list(_pairs(text))
    if not re.fullmatch(r"[\w.\-]+", name) or (not pairs and name != text.strip()):
        return []
    if not pairs and name not in signatures:
        return []  # a word alone may be anything
    schemas = signatures.get(name, {})
    values = {key: typed(value, schemas.get(key), otherwise="") for key, value in pairs}
    return [call_of(name, values)]


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    """Keys and their values, each value up to its end or, where that is forgotten, to the end of the text."""
    at = 0
    while found := _KEY.search(text, at):
        end = text.find(_VALUE_ENDS, found.end())
        end = len(text) if end < 0 else end
        yield found[1].strip(), text[found.end() : end].strip()
        at = end + len(_VALUE_ENDS)


def python_calls(text: str, signatures: Signatures) -> list[ToolCall]:
    """``[f(x=1), g()]``, or one call in each line."""
    try:
        lines = parsed(text.strip(), "exec").body  # type: ignore[attr-defined]
        return [_python_call(node) for line in lines for node in _nodes(line)]
    except ValueError:
        return []


def bare_python_calls(text: str, signatures: Signatures) -> list[ToolCall]:
    """``[f(x=1)]`` without any marker around it: a list of calls of functions that are on offer, and nothing else."""
    calls = python_calls(text, signatures) if text.lstrip().startswith("[") else []
    return calls if all(call.name in signatures for call in calls) else []


def _nodes(line: ast.stmt) -> list[ast.expr]:
    match line:
        case ast.Expr(value=ast.List(elts=parts) | ast.Tuple(elts=parts)):
            return parts
        case ast.Expr(value=node):
            return [node]
    raise ValueError("a statement is no call")


def _python_call(node: ast.expr) -> ToolCall:
    match node:
        case ast.Call(func=ast.Name() | ast.Attribute() as name, args=[], keywords=keywords):
            named = [(keyword.arg, literal(keyword.value)) for keyword in keywords]
            if all(key is not None for key, _ in named):
                return call_of(_dotted(name), dict(named))
    raise ValueError(f"{type(node).__name__} is no call")


def _dotted(node: ast.expr) -> str:
    """The name ``a.b.c``, however many dots it has. Raises ValueError for anything else."""
    parts = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        raise ValueError(f"{type(node).__name__} is no name")
    return ".".join([node.id, *reversed(parts)])


def separated_calls(text: str, signatures: Signatures) -> list[ToolCall]:
    """DeepSeek's: the name, then a separator, then JSON; before it in older models ``function`` and a fence."""
    calls = []
    for part in text.split(ONE_BEGINS):
        if part.strip():
            head, _, rest = part.partition(SEPARATOR)
            rest = rest.partition(ONE_ENDS)[0]
            fenced = _FENCED.fullmatch(rest)
            calls.append(with_json(fenced[1], fenced[2]) if fenced else with_json(head, rest))
    return [call for call in calls if call] if all(calls) else []
