"""Arguments that are written without JSON's quotes: what type is meant, and the values of Python's literals."""

from __future__ import annotations

import ast
import json
import math
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
_NESTS = {"$ref", "allOf", "properties"}
"""Where a schema has one of these and names no type, what it describes is as good as never a plain text."""

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
    if found := [types_of(way) for key in ("anyOf", "oneOf") for way in _ways(schema, key)]:
        return set[str]().union(*found) if all(found) else set()
    if _NESTS & schema.keys():
        return next(filter(None, map(types_of, _ways(schema, "allOf"))), {"object", "array"})
    return set()


def _ways(schema: Mapping[str, Any], key: str) -> list[Any]:
    """The schemas in a list of them; nobody has looked yet whether it is one."""
    ways = schema.get(key)
    return ways if isinstance(ways, list) else []


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
        return json.loads(text, parse_constant=_refuse, parse_float=_finite)
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


def _finite(number: str) -> float:
    """JSON can write 1e999, but what Python makes of it could not be written again."""
    if not math.isfinite(value := float(number)):
        raise ValueError(f"{number} is too large")
    return value


_DECODER = json.JSONDecoder(parse_constant=_refuse, parse_float=_finite)


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
            json.dumps(value, allow_nan=False)  # raises ValueError for numbers that are too large to be written
            return value
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float()) as operand):
            return -literal(operand)
        case ast.List(elts=parts) | ast.Tuple(elts=parts):
            return [literal(part) for part in parts]
        case ast.Dict(keys=keys, values=values) if None not in keys:
            return {str(literal(key)): literal(value) for key, value in zip(keys, values, strict=True) if key}
        case ast.Name(id=name) if name.lower() in _WORDS:
            return _WORDS[name.lower()]
    # The node is not shown as text: that would recurse, and a long sum is deeper than Python's stack.
    raise ValueError(f"{type(node).__name__} is no value")
