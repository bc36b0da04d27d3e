"""What working off files would take, before they are queued: documents, tokens, time, from sizes and experience."""

from __future__ import annotations

import asyncio
import mimetypes
import os
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.core.recipes.recipe import Recipe
from app.core.store.runs import list_runs
from app.core.store.sqlite import Connection
from app.core.watch.rules import Rules, Verdict
from app.core.watch.walk import Walk

if TYPE_CHECKING:
    from app.core.service import Service

MOST_FILES = 200_000
LONGEST_LOOK_S = 3.0
ENOUGH = 5  # documents that make an experience
CHARACTERS_PER_TOKEN = 4.2
# Characters of text in a byte of the file, where nothing of the kind was read yet.
TEXT_SHARE = {".pdf": 0.04, ".docx": 0.15, ".odt": 0.12, ".xlsx": 0.2, ".pptx": 0.02, ".epub": 0.4, ".html": 0.3,
              ".htm": 0.3, ".eml": 0.6, ".rtf": 0.2}  # fmt: skip
OUTPUT_WEIGHT = 5.0  # a token that is written takes as long as about this many that are read


@dataclass(frozen=True, slots=True)
class Sizes:
    """What lies there: documents and bytes by their suffix. ``whole`` is False when the look was cut short."""

    documents: Counter[str]
    bytes: Counter[str]
    whole: bool


@dataclass(frozen=True, slots=True)
class Estimate:
    """``seconds`` is None where no run can be compared with; ``whole`` False where there are more files than seen.

    ``written_at_most`` says that ``written_tokens`` is the recipe's bound and not experience.
    """

    documents: int
    read_tokens: int
    written_tokens: int
    written_at_most: bool
    seconds: float | None
    whole: bool


async def estimate(service: Service, paths: Sequence[Path], recipe: Recipe) -> Estimate:
    """Look at files and folders for a few seconds at most, and say roughly what they would take."""
    largest = service.settings.watch.max_file_mb * 1_000_000
    sizes = await asyncio.to_thread(look, paths, largest)
    return await service.store.read(lambda conn: _estimate(conn, sizes, recipe))


def look(paths: Sequence[Path], largest_bytes: int) -> Sizes:
    """Count the documents below these paths. Blocks on the disk."""
    sizes = Sizes(Counter(), Counter(), True)
    rules = Rules(largest_bytes=largest_bytes)
    until = time.monotonic() + LONGEST_LOOK_S
    for number, (path, status) in enumerate(_files(paths, rules)):
        if number >= MOST_FILES or time.monotonic() > until:
            return Sizes(sizes.documents, sizes.bytes, False)
        name = os.path.basename(path).decode("utf-8", errors="replace")  # noqa: PTH119 - bytes have no Path
        if rules.judge(path, name, status)[0] is Verdict.DOCUMENT:
            suffix = os.path.splitext(name)[1].lower()  # noqa: PTH122 - 100,000 times faster than building Paths
            sizes.documents[suffix] += 1
            sizes.bytes[suffix] += status.st_size
    return sizes


def _files(paths: Sequence[Path], rules: Rules) -> Iterator[tuple[bytes, os.stat_result]]:
    for path in paths:
        if path.is_dir():
            yield from Walk(os.fsencode(path), True, rules)
        elif path.is_file():
            yield os.fsencode(path), path.stat()


def _estimate(conn: Connection, sizes: Sizes, recipe: Recipe) -> Estimate:
    documents = sum(sizes.documents.values())
    per_token = _characters_per_token(conn)
    characters = sum(count * _text_share(conn, suffix) for suffix, count in sizes.bytes.items())
    instructions = len(recipe.prompt) / CHARACTERS_PER_TOKEN * documents
    read = round(characters / per_token + instructions)
    known = _answer_tokens(conn, recipe.name)
    written = round((known if known is not None else recipe.max_tokens) * documents)
    seconds = _seconds(conn, read + OUTPUT_WEIGHT * written)
    return Estimate(documents, read, written, known is None, seconds, sizes.whole)


def _text_share(conn: Connection, suffix: str) -> float:
    """Characters in a byte, of files of this kind that were read."""
    kind = mimetypes.guess_type(f"x{suffix}")[0]
    row = conn.execute(
        "SELECT count(*), sum(characters), sum(bytes) FROM (SELECT characters, bytes FROM blob "
        "WHERE media_type = ? AND state = 'extracted' AND bytes > 0 LIMIT 1000)",
        (kind,),
    ).fetchone()
    if row[0] >= ENOUGH and row[2]:
        return float(row[1] / row[2])
    return TEXT_SHARE.get(suffix, 1.0)


def _characters_per_token(conn: Connection) -> float:
    row = conn.execute(
        "SELECT count(*), sum(characters), sum(prompt_tokens) FROM (SELECT b.characters, r.prompt_tokens FROM result r "
        "JOIN blob b ON b.sha256 = r.sha256 WHERE r.kind = 'document' AND b.characters > 500 AND r.prompt_tokens > 0 "
        "AND NOT EXISTS (SELECT 1 FROM job p WHERE p.parent_id = r.job_id) ORDER BY r.id DESC LIMIT 200)"
    ).fetchone()
    # the instructions are among the tokens of a prompt: on short documents that would say too much
    return min(6.0, max(2.0, row[1] / row[2])) if row[0] >= ENOUGH and row[2] else CHARACTERS_PER_TOKEN


def _answer_tokens(conn: Connection, recipe_name: str) -> float | None:
    """Tokens of an answer to a document under this recipe, None while there are too few."""
    count, mean = conn.execute(
        "SELECT count(*), avg(generated_tokens) FROM (SELECT generated_tokens FROM result WHERE kind = 'document' "
        "AND recipe_id IN (SELECT id FROM recipe WHERE name = ?) ORDER BY id DESC LIMIT 200)",
        (recipe_name,),
    ).fetchone()
    return float(mean) if count >= ENOUGH else None


def _seconds(conn: Connection, weight: float) -> float | None:
    """How long as much work took in the newest run that was long enough."""
    for run in list_runs(conn, limit=10):
        figures: dict[str, Any] = run.figures
        done = figures.get("prompt_tokens", 0) + OUTPUT_WEIGHT * figures.get("generated_tokens", 0)
        if figures.get("done", 0) >= ENOUGH and done > 0 and figures.get("busy_s", 0) > 0:
            return float(figures["busy_s"] * weight / done)
    return None
