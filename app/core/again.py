"""Documents worked on once more: under another recipe, or by the model that is loaded now."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from app.core.errors import UsageError
from app.core.events import JobsChanged
from app.core.queue.enqueue import enqueue_under
from app.core.queue.moves import retry
from app.core.recipes.parse import FENCE, parse_recipe
from app.core.recipes.recipe import Recipe
from app.core.recipes.shelf import RecipeShelf, record_recipe
from app.core.store.jobs import jobs_by_recipe
from app.core.store.results import jobs_of
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

    def __add__(self, other: Again) -> Again:
        return Again(self.queued + other.queued, self.kept + other.kept)


async def run_again(service: Service, job_ids: Sequence[int], recipe_name: str) -> Again:
    """Work on the documents of these jobs under this recipe as it is now; results that are there stay.

    Raises UsageError when there is no such recipe.
    """
    recipe = await asyncio.to_thread(service.recipes.get, recipe_name)
    return await _run(service, [(recipe, list(job_ids))])


async def run_results_again(
    service: Service, result_ids: Sequence[int], recipe_name: str | None, *, model: str = ""
) -> Again:
    """``run_again`` for the documents of results; without a recipe's name each under its own recipe.

    With ``model`` that becomes a version of its own for this model, so that both answers can be compared.
    """
    jobs = await service.store.read(lambda conn: jobs_of(conn, result_ids))
    if recipe_name is not None:
        return await run_again(service, jobs, recipe_name)
    named = await service.store.read(lambda conn: jobs_by_recipe(conn, jobs))
    own = await asyncio.to_thread(own_recipes, service.recipes, named)
    return await _run(service, [(for_model(recipe, model) if model else recipe, some) for recipe, some in own])


def own_recipes(
    shelf: RecipeShelf, named: Mapping[tuple[str, Path | None], list[int]]
) -> list[tuple[Recipe, list[int]]]:
    """Each recipe as its file says it now, with its jobs (see ``jobs_by_recipe``).

    Raises UsageError for one that is gone or has a mistake.
    """
    return [(shelf.current(name, path) or shelf.get(name), some) for (name, path), some in named.items()]


def queue_again(conn: Connection, job_ids: Sequence[int], recipe: Recipe) -> Again:
    """Have the documents of these jobs worked off under this version of a recipe; results that are there stay.

    What failed under it before is tried again; what has or awaits a result of it is kept.
    """
    recipe_id = record_recipe(conn, recipe)
    before = _jobs_under(conn, job_ids, recipe_id)
    created = enqueue_under(conn, job_ids, recipe_id, now())
    retried = retry(conn, before)
    return Again(created + retried, len(before) - retried)


async def _run(service: Service, wanted: Sequence[tuple[Recipe, list[int]]]) -> Again:
    done = Again(0, 0)
    for recipe, some in wanted:
        done += await service.store.write(lambda conn, recipe=recipe, some=some: queue_again(conn, some, recipe))  # type: ignore[misc]
    service.events.publish(JobsChanged())
    service.queue.wake()
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
