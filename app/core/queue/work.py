"""One attempt at one job: read, plan, ask. What comes out is written down by the runner."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.failures import FailureClass, WorkFailed
from app.core.queue.asking import ask
from app.core.queue.claim import Claim
from app.core.queue.door import Engine
from app.core.queue.moves import Answer
from app.core.queue.planning import Ask, Divide, Join, PartAnswer, Planner
from app.core.queue.reading import Content, Reader, content_of
from app.core.recipes.recipe import Recipe
from app.core.recipes.shelf import recorded_recipe
from app.core.store.sqlite import Connection
from app.core.store.store import Store
from engines.errors import CONTEXT_EXCEEDED, DEADLINE_EXCEEDED, RequestError


@dataclass(frozen=True, slots=True)
class Task:
    """A claim with what is needed to ask: ``text`` of the document, or ``parts`` that are to be merged."""

    claim: Claim
    recipe: Recipe
    text: str
    parts: list[PartAnswer]


@dataclass(frozen=True, slots=True)
class Needed:
    """What a claim works with: the answers it has to merge, or else the content it has to read."""

    parts: list[PartAnswer]
    content: Content | None


class Worker:
    """Prepares tasks and asks the engine about them."""

    def __init__(self, store: Store, reader: Reader, timeout_s: float) -> None:
        self._store = store
        self._reader = reader
        self._timeout_s = timeout_s
        self._recipes: dict[int, Recipe] = {}

    async def prepare(self, claim: Claim, needed: Needed) -> Task:
        """Everything that needs no engine. Raises WorkFailed."""
        recipe = await self._recipe(claim.recipe_id)
        if needed.content is None:
            return Task(claim, recipe, "", needed.parts)
        text = await self._reader.text(needed.content)
        if recipe.max_chars is not None and len(text) > recipe.max_chars:
            raise WorkFailed(
                FailureClass.TOO_BIG,
                f"It has {len(text):,} characters; the recipe {recipe.name} takes {recipe.max_chars:,} at most.",
            )
        if claim.kind == "map":
            text = text[claim.start : claim.end]
        return Task(claim, recipe, text, needed.parts)

    async def attempt(self, engine: Engine, task: Task) -> Answer | Divide:
        """The answer, or the parts this document must be divided into.

        Raises WorkFailed, and the client's EngineGone, EngineBusy and EngineError.
        """
        step = await self.plan(engine.planner, task)
        if isinstance(step, Divide):
            return step
        if isinstance(step, Join):
            model = (await engine.client.model()).id
            return Answer(step.text, None, model, engine.name, "stop", 0, 0, 0, None, 0.0)
        try:
            return await ask(engine, task.recipe, step, task.claim.answer_try, self._timeout_s)
        except RequestError as error:
            return await self._refused(engine, task, error)

    async def plan(self, planner: Planner, task: Task) -> Ask | Divide | Join:
        """The next thing to do about a task. Raises WorkFailed when it cannot be asked at all."""
        claim = task.claim
        if claim.kind == "document" and not task.parts:
            return await planner.document(task.recipe, task.text, claim.answer_try)
        if claim.kind == "document":
            level = await self._store.read(lambda conn: top_level(conn, claim.id))
            return await planner.merge(task.recipe, task.parts, level, claim.answer_try)
        if claim.level > 1:
            return await planner.merge_part(task.recipe, task.parts)
        return await planner.part(task.recipe, task.text, claim.answer_try)

    async def _refused(self, engine: Engine, task: Task, error: RequestError) -> Divide:
        """A whole document that the server finds too long is divided after all; anything else cannot be asked."""
        if error.code == DEADLINE_EXCEEDED:
            raise WorkFailed(FailureClass.TIMED_OUT, str(error)) from error
        if error.code != CONTEXT_EXCEEDED:
            raise WorkFailed(FailureClass.REFUSED, f"The engine refused the request: {error}") from error
        if task.claim.kind == "document" and task.text:
            step = await engine.planner.document(task.recipe, task.text, task.claim.answer_try, must_divide=True)
            if isinstance(step, Divide):
                return step
        raise WorkFailed(FailureClass.TOO_LONG, str(error)) from error

    async def _recipe(self, recipe_id: int) -> Recipe:
        if recipe_id not in self._recipes:
            self._recipes[recipe_id] = await self._store.read(lambda conn: recorded_recipe(conn, recipe_id))
        return self._recipes[recipe_id]


def needed_for(conn: Connection, claim: Claim) -> Needed:
    """What this claim works with; looked up in its own transaction, so that no job is claimed in vain."""
    parts = parts_for(conn, claim)
    return Needed(parts, None if parts else content_of(conn, claim.sha256))


def top_level(conn: Connection, job_id: int) -> int:
    """The highest level of parts a document has; 0 when it was never divided."""
    return int(conn.execute("SELECT coalesce(max(level), 0) FROM job WHERE parent_id = ?", (job_id,)).fetchone()[0])


def parts_for(conn: Connection, claim: Claim) -> list[PartAnswer]:
    """The answers this claim has to merge, in the order of the text; empty when it reads the text itself."""
    if claim.kind == "document":
        parent, level, start, end = claim.id, top_level(conn, claim.id), 0, 2**62
    else:
        assert claim.parent_id is not None
        assert claim.start is not None
        assert claim.end is not None
        parent, level, start, end = claim.parent_id, claim.level - 1, claim.start, claim.end
    if level < 1:
        return []
    rows = conn.execute(
        "SELECT j.start_offset, j.end_offset, r.text, r.generated_tokens FROM job j JOIN result r ON r.job_id = j.id "
        "WHERE j.parent_id = ? AND j.level = ? AND j.start_offset >= ? AND j.end_offset <= ? ORDER BY j.seq",
        (parent, level, start, end),
    )
    return [PartAnswer(*row) for row in rows]
