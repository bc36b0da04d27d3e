"""Which tools a request offers, and whether one of them has to be called."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from engines.calls.call import Signatures, signatures_of
from engines.calls.forced import schema_of_call
from engines.errors import RequestError
from engines.server.protocol import ChatBody


@dataclass(frozen=True, slots=True)
class Offer:
    """``tools`` that the model is told of, and the schema of the call where the answer has to be one."""

    tools: list[dict[str, Any]] | None
    schema: dict[str, Any] | None = None

    @property
    def signatures(self) -> Signatures | None:
        """What is known of the functions on offer, None when there are none."""
        return signatures_of(self.tools) if self.tools else None

    @property
    def must_call(self) -> bool:
        """Whether the answer has to be a call."""
        return self.schema is not None


def offer_of(body: ChatBody) -> Offer:
    """OpenAI's ``tools`` and ``tool_choice``. Raises RequestError for a choice that cannot be kept to."""
    choice = body.tool_choice
    if choice == "none":
        return Offer(None)
    if choice in (None, "auto"):
        return Offer(body.tools)
    functions = [tool["function"] for tool in body.tools or [] if is_function(tool)]
    if choice == "required":
        if not functions:
            raise RequestError("The field 'tool_choice' is 'required', and 'tools' holds no function to be called.")
        return Offer(body.tools, schema_of_call(functions))
    name = named_by(choice)
    chosen = [function for function in functions if function["name"] == name]
    if not chosen:
        raise RequestError(f"The field 'tool_choice' names the function '{name}', which 'tools' does not hold.")
    return Offer(body.tools, schema_of_call(chosen[:1]))


def is_function(tool: dict[str, Any]) -> bool:
    """Whether a tool is a function with a name."""
    function = tool.get("function")
    return isinstance(function, dict) and isinstance(function.get("name"), str)


def named_by(choice: str | dict[str, Any] | None) -> str:
    """The function that a choice names. Raises RequestError when it names none."""
    if isinstance(choice, dict) and is_function(choice):
        return str(choice["function"]["name"])
    raise RequestError("The field 'tool_choice' must be 'none', 'auto', 'required' or name a function.")
