"""The bodies of requests: OpenAI's fields, vLLM's additions, and their limits."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

MAX_CHOICES = 16
MAX_TOP_LOGPROBS = 20
MAX_STOPS = 16


class Lenient(BaseModel):
    """Fields that we do not know are ignored, and null is as good as left out, as with OpenAI."""

    model_config = ConfigDict(extra="ignore")

    @model_validator(mode="before")
    @classmethod
    def _without_nulls(cls, given: Any) -> Any:
        return {name: value for name, value in given.items() if value is not None} if isinstance(given, dict) else given


class ContentPart(BaseModel):
    """One piece of a message. Only text is served."""

    model_config = ConfigDict(extra="allow")
    type: str
    text: str | None = None


class Message(BaseModel):
    """One message. Unknown fields (``name``, ``tool_calls`` …) go to the chat template as they are."""

    model_config = ConfigDict(extra="allow")
    role: Annotated[str, Field(min_length=1)]
    content: str | list[ContentPart] | None = None


class SchemaSpec(Lenient):
    """The JSON schema of ``response_format``, as OpenAI nests it."""

    model_config = ConfigDict(extra="ignore", populate_by_name=True)
    name: str = "answer"
    body: dict[str, Any] = Field(default_factory=dict, alias="schema")


class ResponseFormat(Lenient):
    """Free text, any JSON object, or an object of a given schema."""

    type: Literal["text", "json_object", "json_schema"]
    json_schema: SchemaSpec | None = None


class StreamOptions(Lenient):
    """Whether the stream ends with a chunk that carries the usage."""

    include_usage: bool = False


class ChatBody(Lenient):
    """The body of ``POST /v1/chat/completions``."""

    messages: Annotated[list[Message], Field(min_length=1)]
    model: str | None = None
    stream: bool = False
    stream_options: StreamOptions | None = None
    n: Annotated[int, Field(ge=1, le=MAX_CHOICES)] = 1
    max_tokens: Annotated[int, Field(ge=1)] | None = None
    max_completion_tokens: Annotated[int, Field(ge=1)] | None = None
    temperature: Annotated[float, Field(ge=0, le=2)] | None = None
    top_p: Annotated[float, Field(gt=0, le=1)] | None = None
    top_k: Annotated[int, Field(ge=-1)] | None = None
    min_p: Annotated[float, Field(ge=0, le=1)] | None = None
    presence_penalty: Annotated[float, Field(ge=-2, le=2)] | None = None
    frequency_penalty: Annotated[float, Field(ge=-2, le=2)] | None = None
    repetition_penalty: Annotated[float, Field(gt=0, le=10)] | None = None
    seed: int | None = None
    stop: str | list[str] | None = None
    logit_bias: dict[str, Annotated[float, Field(ge=-100, le=100)]] | None = None
    logprobs: bool | None = None
    top_logprobs: Annotated[int, Field(ge=0, le=MAX_TOP_LOGPROBS)] | None = None
    response_format: ResponseFormat | None = None
    tools: list[dict[str, Any]] | None = None
    tool_choice: str | dict[str, Any] | None = None
    priority: int = 0
    deadline_s: Annotated[float, Field(gt=0)] | None = None
    chat_template_kwargs: dict[str, Any] | None = None


class TokenizeBody(Lenient):
    """The body of ``POST /tokenize``: a text, or messages to be put through the chat template."""

    prompt: str | None = None
    messages: list[Message] | None = None
    model: str | None = None
    return_offsets: bool = False
    return_tokens: bool = True
