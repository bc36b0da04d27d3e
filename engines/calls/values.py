"""Arguments that are written without JSON's quotes: what type is meant, and the values of Python's literals."""

from __future__ import annotations

import ast
import json
from collections.abc import Mapping
from typing import Any, NoReturn

_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "object": (dict,),
    "array": (list,),
    "null": (),
}
_WORDS = {"true": True, "false": False, "null": None, "none": None}


def typed(text: str, schema: Any, *, otherwise: str = "string") -> Any:
    """The value that ``text`` stands for in a parameter of this ``schema``.

    What does not fit stays the text that it is, so that nothing is lost. Where the schema names no type, it is
    ``otherwise``; the empty string means any.
    """
    types = types_of(schema) or ({otherwise} if otherwise else set(_TYPES))
    if types == {"string"}:
        return text
    try:
        value = value_of(text)
    except ValueError:
        return text
    if "integer" in types and "number" not in types and isinstance(value, float) and value.is_integer():
        value = int(value)
    return value if value is None or any(_is(value, kind) for kind in types) else text


def types_of(schema: Any) -> set[str]:
    """JSON's names of the types that a schema allows; none where it does not say."""
    if not isinstance(schema, Mapping):
        return set()
    named = schema.get("type")
    if isinstance(named, str):
        return {named} & _TYPES.keys()
    if isinstance(named, list):
        return {name for name in named if isinstance(name, str)} & _TYPES.keys()
    if isinstance(schema.get("enum"), list):
        return {kind for value in schema["enum"] for kind in _TYPES if _is(value, kind)}
    ways = [way for key in ("anyOf", "oneOf") for way in schema.get(key) or ()]
    found = [types_of(way) for way in ways]
    return set[str]().union(*found) if all(found) else set()


def _is(value: Any, kind: str) -> bool:
    """Whether a value is of JSON's type: true and false are no numbers there, as they are in Python."""
    return isinstance(value, _TYPES[kind]) and (kind == "boolean" or not isinstance(value, bool))


def value_of(text: str) -> Any:
    """A value written as JSON or as a literal of Python. Raises ValueError for anything else."""
    word = text.strip()
    if word.lower() in _WORDS:
        return _WORDS[word.lower()]
    try:
        return from_json(word)
    except ValueError:
        return literal(parsed(word, "eval").body)  # type: ignore[attr-defined]


def from_json(text: str) -> Any:
    """The value of a JSON text. Raises ValueError for anything else, also for brackets without end."""
    try:
        return json.loads(text, parse_constant=_refuse)
    except RecursionError as error:
        raise ValueError(str(error)) from error


def first_from_json(text: str, at: int) -> tuple[Any, int]:
    """The JSON value that begins at ``at``, and where it ends. Raises ValueError as above."""
    try:
        return _DECODER.raw_decode(text, at)
    except RecursionError as error:
        raise ValueError(str(error)) from error


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON")


_DECODER = json.JSONDecoder(parse_constant=_refuse)


def parsed(text: str, mode: str) -> ast.AST:
    """Python's syntax tree of a text, of which nothing is ever run. Raises ValueError where it is no Python."""
    try:
        return ast.parse(text, mode=mode)
    except (SyntaxError, RecursionError, MemoryError) as error:
        raise ValueError(str(error)) from error


def literal(node: ast.expr) -> Any:
    """The value of a literal that JSON has a form for. Raises ValueError for anything else."""
    match node:
        case ast.Constant(value=str() | bool() | int() | float() | None as value):
            return value
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as value)):
            return -value
        case ast.List(elts=parts) | ast.Tuple(elts=parts):
            return [literal(part) for part in parts]
        case ast.Dict(keys=keys, values=values) if None not in keys:
            return {str(literal(key)): literal(value) for key, value in zip(keys, values, strict=True) if key}
        case ast.Name(id=name) if name.lower() in _WORDS:
            return _WORDS[name.lower()]
    raise ValueError(f"{ast.unparse(node)} is no value")
