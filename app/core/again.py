"""Documents worked on once more: under another recipe, or by the model that is loaded now."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from app.core.errors import UsageError
from app.core.events import JobsChanged
from app.core.queue.enqueue import enqueue_under
from app.core.queue.moves import retry
from app.core.recipes.parse import FENCE, parse_recipe
from app.core.recipes.recipe import Recipe
from app.core.recipes.shelf import record_recipe
from app.core.store.results import jobs_by_recipe
from app.core.store.sqlite import Connection, now

if TYPE_CHECKING:
    from app.core.service import Service

_MARK = "# asked of the model "
_BATCH = 500  # bound values of one statement


@dataclass(frozen=True, slots=True)
class Again:
    """How many documents were queued (new jobs and retried ones), and how many had such a result already."""

    queued: int
    kept: int


async def run_again(service: Service, job_ids: Sequence[int], recipe_name: str, *, model: str = "") -> Again:
    """Work on the documents of these jobs under the recipe as it is now; results that are there stay.

    With ``model`` the recipe becomes a version of its own for that model, so that both answers can be compared.
    Raises UsageError when there is no such recipe.
    """
    recipe = await asyncio.to_thread(service.recipes.get, recipe_name)
    if model:
        recipe = for_model(recipe, model)
    ids = list(job_ids)
    done = await service.store.write(lambda conn: _queue(conn, ids, recipe))
    service.events.publish(JobsChanged())
    service.queue.wake()
    return done


async def run_results_again(
    service: Service, result_ids: Sequence[int], recipe_name: str | None, *, model: str = ""
) -> Again:
    """``run_again`` for the documents of results; without a recipe's name each under its own recipe."""
    jobs = await service.store.read(lambda conn: jobs_by_recipe(conn, result_ids))
    if recipe_name is not None:
        return await run_again(service, [job for some in jobs.values() for job in some], recipe_name)
    done = Again(0, 0)
    for name, some in jobs.items():
        one = await run_again(service, some, name, model=model)
        done = Again(done.queued + one.queued, done.kept + one.kept)
    return done


@dataclass(frozen=True, slots=True)
class Larger:
    """``context`` in tokens that a request may use now, and how many documents were queued again."""

    context: int
    queued: int


async def retry_larger(service: Service, job_ids: Sequence[int]) -> Larger:
    """Load the model anew with twice the context, keep that, and try these jobs again.

    Raises UsageError where the context is not ours to set or the model knows no larger one, EngineError when the
    model cannot be loaded so.
    """
    if service.settings.model.base_url:
        raise UsageError("Another program serves the model: give it a larger context there, then try again.")
    before = (await (await service.engine.client()).model()).context or 0
    wanted = replace(service.settings.model, context=2 * before)
    await service.engine.reload(wanted)
    context = (await (await service.engine.client()).model()).context or 0
    if context <= before:
        raise UsageError(f"This model knows no larger context than {before:,} tokens. Load another one for these.")
    await service.change({"model": {"context": wanted.context}})
    return Larger(context, await service.queue.retry(job_ids))


def for_model(recipe: Recipe, model: str) -> Recipe:
    """The same recipe with a comment that names the model: another version to the store, the same to the model."""
    lines = [line for line in recipe.source.replace("\r\n", "\n").split("\n") if not line.startswith(_MARK)]
    note = _MARK + re.sub(r"[^\x20-\x7e]", "?", model)
    if lines[0].strip() == FENCE:
        lines.insert(1, note)
    else:
        lines = [FENCE, note, FENCE, *lines]
    return parse_recipe(recipe.name, "\n".join(lines), recipe.path)


def _queue(conn: Connection, job_ids: Sequence[int], recipe: Recipe) -> Again:
    recipe_id = record_recipe(conn, recipe)
    before = _jobs_under(conn, job_ids, recipe_id)
    created = enqueue_under(conn, job_ids, recipe_id, now())
    retried = retry(conn, before)
    return Again(created + retried, len(before) - retried)


def _jobs_under(conn: Connection, job_ids: Sequence[int], recipe_id: int) -> list[int]:
    found: list[int] = []
    for start in range(0, len(job_ids), _BATCH):
        some = job_ids[start : start + _BATCH]
        rows = conn.execute(
            "SELECT id FROM job WHERE recipe_id = ? AND kind = 'document' AND sha256 IN "
            f"(SELECT sha256 FROM job WHERE id IN ({', '.join('?' * len(some))}))",
            (recipe_id, *some),
        )
        found += [row[0] for row in rows]
    return list(dict.fromkeys(found))
