"""``POST /tokenize``: how many tokens a text is, and where each begins."""

from __future__ import annotations

import asyncio
from typing import Any

import numpy as np
from fastapi import APIRouter, Request

from engines.errors import RequestError
from engines.server.host import EngineHost
from engines.server.protocol import TokenizeBody
from engines.tokenizer import Tokenizer

router = APIRouter()


@router.post("/tokenize", response_model=None)
async def tokenize(body: TokenizeBody, request: Request) -> dict[str, Any]:
    """Count a plain text, or messages as the model would read them."""
    host: EngineHost = request.app.state.host
    tokenizer = host.engine.tokenizer
    offsets: list[int] | None = None
    if (body.prompt is None) == (body.messages is None):
        raise RequestError("Give either 'prompt' or 'messages' to count.")
    if body.prompt is not None:
        tokens = await asyncio.to_thread(tokenizer.encode, body.prompt, special=False)
        if body.return_offsets:
            offsets = await asyncio.to_thread(offsets_of, body.prompt, tokens, tokenizer)
    else:
        messages = [message.model_dump(exclude_unset=True) for message in body.messages or []]
        tokens = (await host.prompt_of(messages)).tokens
    return {
        "count": len(tokens),
        "max_model_len": host.engine.model.context,
        "tokens": tokens if body.return_tokens else None,
        "offsets": offsets,
    }


def offsets_of(text: str, tokens: list[int], tokenizer: Tokenizer) -> list[int] | None:
    """Character offsets in ``text`` at which the tokens begin; None when the tokens do not spell the text.

    A token that begins inside a character counts as beginning after it, so that cutting at offsets loses nothing.
    """
    data = text.encode("utf-8", "replace")
    spelled = tokenizer.decode(tokens)
    # Some vocabularies put a space before the first word.
    lead = len(spelled) - len(data)
    if lead not in (0, 1) or spelled[lead:] != data:
        return None
    lengths = np.fromiter((len(tokenizer.piece(token)) for token in tokens), dtype=np.int64, count=len(tokens))
    starts = np.maximum(np.cumsum(lengths) - lengths - lead, 0)
    begins = (np.frombuffer(data, dtype=np.uint8) & 0xC0) != 0x80
    before = np.concatenate(([0], np.cumsum(begins)))
    result: list[int] = before[starts].tolist()
    return result
