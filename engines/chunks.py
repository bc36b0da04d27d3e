"""How the room that a step has for prompts is handed out: in few, even chunks, for each one costs a pass of its own."""

from __future__ import annotations

from collections.abc import Sequence

from engines.generation import Generation

SMALLEST_CHUNK = 32


def shares(generations: Sequence[Generation], room: int, most: int = 0) -> list[tuple[Generation, int]]:
    """``room`` prompt tokens handed out in the order of arrival.

    The rest of a prompt that is a little longer than the room goes in whole, up to ``most`` tokens in all: two
    chunks where one does would cost more than they save.
    """
    handed = list[tuple[Generation, int]]()
    for generation in sorted(generations, key=lambda g: g.order):
        count = chunk(generation.remaining, room, max(room, most))
        if count <= 0 or (handed and count < min(SMALLEST_CHUNK, generation.remaining)):
            break
        handed.append((generation, count))
        room, most = room - count, most - count
    return handed


def chunk(remaining: int, room: int, most: int) -> int:
    """Tokens of a prompt to compute now, so that its chunks are alike: a last one of a few tokens is waste."""
    if room <= 0:
        return 0
    pieces = -(-remaining // most)
    return -(-remaining // pieces)
