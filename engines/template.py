"""Chat templates: messages to tokens, as Hugging Face renders them, with user text that can never act.

A template is a Jinja2 program that ships inside the model file, so it runs in Jinja2's sandbox. The markers
that it writes (``<|im_end|>`` …) become control tokens; the same characters inside a message must stay text.
Rendering first and tokenising after loses that difference, and rendering a placeholder for each whole message
breaks templates that trim, split or test the content. So only the control texts that occur *inside* messages
are replaced, each by an unguessable word, before rendering; the rendered prompt is cut at those words, and
each one is encoded as plain text. Messages without control texts, nearly all of them, pass unchanged.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NoReturn, Protocol

from jinja2 import TemplateError, nodes
from jinja2.exceptions import TemplateSyntaxError
from jinja2.ext import Extension, loopcontrols
from jinja2.parser import Parser
from jinja2.sandbox import ImmutableSandboxedEnvironment

from engines.errors import ModelError, RequestError
from engines.harmony import ANSWER_HEAD, CHANNEL

CHATML = (
    "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
"""What llama.cpp assumes of a model that carries no template."""

NO_THINKING = {"enable_thinking": False}
"""By this the templates of most models that may think are told not to."""

NO_THOUGHTS = "\n\n</think>\n\n"
"""Ends a channel of thoughts in which nothing was thought, as models that know the variable above write it."""

Messages = Sequence[Mapping[str, Any]]


class Encoder(Protocol):
    """The one thing a template needs of a tokenizer."""

    def encode(self, text: str, *, special: bool) -> list[int]: ...


@dataclass(frozen=True, slots=True)
class Prompt:
    """A rendered conversation. ``opens_reasoning``: the template itself has begun the reasoning channel."""

    tokens: list[int]
    opens_reasoning: bool = False


class ChatTemplate:
    """One model's template, compiled once.

    ``specials`` are the texts that the tokenizer turns into control tokens. Raises ModelError when ``source`` is
    not a Jinja2 template.
    """

    def __init__(self, source: str | None, *, bos: str = "", eos: str = "", specials: Iterable[str] = ()) -> None:
        self.source = source or CHATML
        self._words = {"bos_token": bos, "eos_token": eos}
        self._specials = _any_of(specials)
        try:
            self._template = _environment().from_string(self.source)
        except TemplateSyntaxError as error:
            raise ModelError(
                f"The model's chat template has a mistake in line {error.lineno} ({error.message}): "
                "choose another file of this model."
            ) from error

    @property
    def reasons(self) -> bool:
        """Whether the model knows a channel of thoughts between ``<think>`` and ``</think>``."""
        return "<think>" in self.source

    @property
    def has_channels(self) -> bool:
        """Whether each message names its channel in its head, as gpt-oss does it (see harmony.py)."""
        return CHANNEL in self.source

    def render(
        self,
        messages: Messages,
        *,
        tools: Sequence[Mapping[str, Any]] | None = None,
        add_generation_prompt: bool = True,
        variables: Mapping[str, Any] | None = None,
    ) -> str:
        """The prompt as text. Raises RequestError when the template refuses the messages."""
        try:
            return self._template.render(
                **self._words,
                messages=[_plain(message) for message in messages],
                tools=list(tools) if tools else None,
                add_generation_prompt=add_generation_prompt,
                **(variables or {}),
            )
        except (TemplateError, TypeError, ValueError, LookupError, ArithmeticError) as error:
            raise RequestError(
                f"The model's chat template refuses these messages: {error}", code="invalid_messages"
            ) from error

    def encode(
        self,
        encoder: Encoder,
        messages: Messages,
        *,
        tools: Sequence[Mapping[str, Any]] | None = None,
        add_generation_prompt: bool = True,
        variables: Mapping[str, Any] | None = None,
        at_once: bool = False,
    ) -> Prompt:
        """The prompt as tokens; control texts inside messages and tools become ordinary text tokens.

        A last message of the assistant with ``"prefix": true`` is not ended but left open, to be gone on with.
        With ``at_once`` the answer begins with the next token: nothing is thought first.
        """
        if at_once:
            variables = {**NO_THINKING, **(variables or {})}
        shield = _Shield(self._specials)
        covered = shield.cover([_plain(message) for message in messages])
        open_end = bool(covered) and covered[-1].get("role") == "assistant" and covered[-1].get("prefix") is True
        if open_end:
            covered[-1] = {**covered[-1], "content": f"{covered[-1]['content']}{shield.mark}"}
        prompt = self.render(
            covered,
            tools=shield.cover(list(tools)) if tools else None,
            add_generation_prompt=add_generation_prompt and not open_end,
            variables=variables,
        )
        if open_end:
            prompt = prompt[: _place(shield.mark, prompt)]
        if at_once and opens_reasoning(prompt):
            prompt = prompt.rstrip() + NO_THOUGHTS
        elif at_once and self.has_channels and add_generation_prompt and not open_end:
            prompt += ANSWER_HEAD
        tokens: list[int] = []
        for text, special in shield.split(prompt):
            tokens += encoder.encode(text, special=special)
        return Prompt(tokens, opens_reasoning(prompt))


def opens_reasoning(prompt: str) -> bool:
    """Whether what follows ``prompt`` is thought, not said."""
    return prompt.rstrip().endswith("<think>")


class _Shield:
    """Swaps control texts for unguessable words, and finds them again in the rendered prompt."""

    def __init__(self, specials: re.Pattern[str] | None) -> None:
        self._specials = specials
        self._key = f"q{secrets.token_hex(12)}q"
        self._covered: list[str] = []
        self.mark = f"{self._key}end"

    def cover(self, value: Any) -> Any:
        """The same value with every string in it made harmless, dictionary keys included."""
        if self._specials is None:
            return value
        if isinstance(value, str):
            return self._specials.sub(self._swap, value)
        if isinstance(value, Mapping):
            return {self.cover(key): self.cover(item) for key, item in value.items()}
        if isinstance(value, (list, tuple)):
            return [self.cover(item) for item in value]
        return value

    def split(self, prompt: str) -> list[tuple[str, bool]]:
        """The prompt in pieces: (text, whether control texts act in it)."""
        if not self._covered:
            return [(prompt, True)]
        pieces: list[tuple[str, bool]] = []
        for index, part in enumerate(re.split(f"{self._key}([0-9]+)z", prompt)):
            if index % 2:
                pieces.append((self._covered[int(part)], False))
            elif part:
                pieces.append((part, True))
        return pieces

    def _swap(self, match: re.Match[str]) -> str:
        self._covered.append(match.group())
        return f"{self._key}{len(self._covered) - 1}z"


class _GenerationTag(Extension):
    """``{% generation %}`` marks the answer for training; for serving it is nothing but its body."""

    tags = {"generation"}  # noqa: RUF012  (jinja2's own declaration)

    def parse(self, parser: Parser) -> list[nodes.Node]:
        """Skip the tag and give back what it encloses."""
        next(parser.stream)
        return list(parser.parse_statements(("name:endgeneration",), drop_needle=True))


def _environment() -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(
        trim_blocks=True, lstrip_blocks=True, extensions=[loopcontrols, _GenerationTag]
    )
    environment.filters["tojson"] = _tojson
    environment.globals["raise_exception"] = _raise_exception
    environment.globals["strftime_now"] = _strftime_now
    return environment


def _tojson(
    value: Any,
    ensure_ascii: bool = False,
    indent: int | None = None,
    separators: tuple[str, str] | None = None,
    sort_keys: bool = False,
) -> str:
    """Jinja2's own ``tojson`` escapes HTML, which no model was trained on."""
    return json.dumps(value, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)


def _raise_exception(message: str) -> NoReturn:
    raise TemplateError(message)


def _strftime_now(form: str) -> str:
    return datetime.now().strftime(form)


def _any_of(specials: Iterable[str]) -> re.Pattern[str] | None:
    texts = sorted({text for text in specials if text}, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, texts))) if texts else None


def _place(mark: str, prompt: str) -> int:
    """Where the mark stands behind the last message."""
    place = prompt.rfind(mark)
    if place < 0:
        raise RequestError("This model's chat template cannot go on with an answer.", code="invalid_messages")
    return place


def _plain(message: Mapping[str, Any]) -> dict[str, Any]:
    """A message as templates expect it: text instead of parts, arguments of tool calls as data."""
    plain = {key: value for key, value in message.items() if value is not None or key == "content"}
    content = message.get("content")
    if isinstance(content, list):
        plain["content"] = "".join(_text_of(part) for part in content)
    elif content is None and not message.get("tool_calls"):
        plain["content"] = ""
    if message.get("tool_calls"):
        plain["tool_calls"] = [_with_data(call, _parsed) for call in message["tool_calls"]]
    return plain


def _text_of(part: Mapping[str, Any]) -> str:
    if part.get("type") not in ("text", "input_text") or not isinstance(part.get("text"), str):
        raise RequestError(
            f"This model reads text only, and a message holds a part of type '{part.get('type')}'.",
            code="unsupported_content",
        )
    return str(part["text"])


def _with_data(call: Mapping[str, Any], parse: Callable[[Any], Any]) -> dict[str, Any]:
    function = call.get("function")
    if not isinstance(function, Mapping):
        return dict(call)
    return {**call, "function": {**function, "arguments": parse(function.get("arguments"))}}


def _parsed(arguments: Any) -> Any:
    """OpenAI sends arguments as a JSON text, templates want the object; what does not parse stays as it is."""
    if not isinstance(arguments, str):
        return arguments
    try:
        return json.loads(arguments)
    except ValueError:
        return arguments
