"""What another server can do, found out by asking it."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import Any

from engines.client import ChatSampling, EngineClient
from engines.errors import EngineError, KeyRefused, RequestError
from engines.request import Priority

PROBE_S = 15.0
MARK = "q7"
ENOUGH = 64
"""Tokens for the mark: some servers let a model write blanks between the parts."""

SCHEMA = {
    "type": "object",
    "properties": {"mark": {"type": "string", "enum": [MARK]}},
    "required": ["mark"],
    "additionalProperties": False,
}
QUESTION = [{"role": "user", "content": "Say hello."}]
NAMES = {"nightdesk": "Nightdesk", "llamacpp": "llama-server", "vllm": "vLLM", "me": "llama-cpp-python's server"}
"""What servers say of themselves in their list of models, and what people call them."""


@dataclass(frozen=True, slots=True)
class Capabilities:
    """``slots``: requests at once; ``priority``, ``schema``: whether they are obeyed. None: it does not say."""

    server: str
    models: tuple[str, ...]
    slots: int | None = None
    priority: bool | None = None
    schema: bool | None = None
    counts: bool = False

    def __str__(self) -> str:
        said = [
            f"{self.slots} requests at once" if self.slots else "",
            _said(self.priority, "chats go first", "no priorities, so documents leave room for chats"),
            _said(self.schema, "keeps to JSON schemas", "no JSON schemas, so they are asked for in words"),
            "counts tokens" if self.counts else "tokens are estimated",
        ]
        return f"{self.server}: {', '.join(filter(None, said))}"


async def probe(client: EngineClient) -> Capabilities:
    """Ask the server of ``client`` what it is, and for one tiny answer. Raises EngineError when it lists no models,
    or refuses the key.

    What the client cannot ask for is noted in its tolerance.
    """
    entries = await client.models()
    owner = str(entries[0].get("owned_by", "")) if entries else ""
    props = await _json(client, "/props") if owner == "llamacpp" else {}
    tried = (True, True) if owner == "nightdesk" else await _tried(client, owner)
    return Capabilities(
        server=NAMES.get(owner, "a server of another make"),
        models=tuple(str(entry["id"]) for entry in entries),
        slots=props.get("total_slots"),
        priority=tried[0],
        schema=tried[1],
        counts=await _counts(client),
    )


async def _tried(client: EngineClient, owner: str) -> tuple[bool | None, bool | None]:
    """Whether priorities and schemas are obeyed, from one request that has both."""
    try:
        async with asyncio.timeout(PROBE_S):
            sampling = ChatSampling(max_tokens=ENOUGH, schema=SCHEMA)
            answer = await client.complete(QUESTION, sampling=sampling, priority=Priority.BATCH)
    except KeyRefused:
        raise
    except (EngineError, TimeoutError):
        return None, None
    schema = "response_format" not in client.tolerance.left_out and _fits(answer.text)
    if not schema:
        client.tolerance.left_out.add("response_format")
    # vLLM refuses a priority that it would not obey, llama-server ignores it; of others nothing is known.
    known = {"vllm": "priority" not in client.tolerance.left_out, "llamacpp": False}
    return known.get(owner, False if "priority" in client.tolerance.left_out else None), schema


async def _counts(client: EngineClient) -> bool:
    try:
        return (await client.tokenize("one two three")).count is not None
    except EngineError:
        return False


async def _json(client: EngineClient, path: str) -> dict[str, Any]:
    try:
        shape = (await client.get(path)).json()
    except (RequestError, ValueError):
        return {}
    return shape if isinstance(shape, dict) else {}


def _fits(text: str) -> bool:
    try:
        return bool(json.loads(text) == {"mark": MARK})
    except ValueError:
        return False


def _said(value: bool | None, yes: str, no: str) -> str:
    return "" if value is None else yes if value else no
