"""Reads the answers of a batch file: each becomes the result of its job, once, as if it had been asked here."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from app.core.batch import ledger
from app.core.batch.leave import ended
from app.core.errors import UsageError
from app.core.failures import FailureClass, WorkFailed
from app.core.queue import moves
from app.core.queue.asking import answer_of, checked
from app.core.queue.claim import Claim
from app.core.recipes.recipe import Recipe
from app.core.recipes.shelf import recorded_recipe
from app.core.store.sqlite import Connection, now
from app.core.store.store import Store
from engines.batch_lines import BatchAnswer, read_answer

LINES_AT_ONCE = 200
"""Answers of one transaction: few enough that a chat's own write does not wait for long."""

NAMED = 5


@dataclass(slots=True)
class Came:
    """What a file of answers brought.

    ``known``: were taken in before; ``late``: their documents were cancelled, taken back or sent again meanwhile.
    ``unknown`` are ids that never left this database, ``senseless`` the numbers of lines that are no answers.
    """

    results: int = 0
    parts: int = 0
    failed: int = 0
    known: int = 0
    late: int = 0
    waiting: int = 0
    unknown: list[str] = field(default_factory=list)
    senseless: list[int] = field(default_factory=list)


async def come_back(store: Store, answers: Path, server: str) -> Came:
    """Take in ``answers``; ``server`` is named in each result. Safe to repeat: what is known does nothing twice.

    Raises UsageError when there is no such file.
    """
    refuse_absent(answers)
    came, engine = Came(), f"{server} (batch file)"
    with answers.open(encoding="utf-8-sig", errors="replace") as file:
        for lines in _chunks(enumerate(file, 1)):
            await store.write(lambda conn, lines=lines: _take_in(conn, lines, engine, came))  # type: ignore[misc]
    came.waiting = await store.read(ledger.held)
    return came


def refuse_absent(answers: Path) -> None:
    """Raise UsageError when there is no such file."""
    if not answers.is_file():
        raise UsageError(f"There is no file {answers}; check the spelling.")


def _chunks(lines: Iterator[tuple[int, str]]) -> Iterator[list[tuple[int, str]]]:
    while chunk := list(itertools.islice(lines, LINES_AT_ONCE)):
        yield chunk


def _take_in(conn: Connection, lines: Iterable[tuple[int, str]], engine: str, came: Came) -> None:
    for number, line in lines:
        if not line.strip():
            continue
        try:
            answer = read_answer(line)
        except ValueError:
            came.senseless.append(number)
            continue
        away = ledger.find(conn, answer.custom_id)
        if away is None:
            came.unknown.append(answer.custom_id)
        elif away.state in ("back", "failed"):
            came.known += 1
        elif away.state == "taken" or (claim := ledger.take(conn, away.job_id, away.epoch)) is None:
            came.late += 1
        else:
            _keep(conn, claim, away, answer, engine, came)


def _keep(conn: Connection, claim: Claim, away: ledger.AwayRow, answer: BatchAnswer, engine: str, came: Came) -> None:
    """The result and everything that follows from it, or the failure, in the caller's transaction."""
    recipe = recorded_recipe(conn, claim.recipe_id)
    try:
        moves.finish(conn, claim, _checked(recipe, answer, away, engine), now())
    except WorkFailed as error:
        moves.fail(conn, ended(claim), error.failure, error.detail, now(), 0.0)
        ledger.mark(conn, away.custom_id, "failed", str(error))
        came.failed += 1
        return
    ledger.mark(conn, away.custom_id, "back")
    if claim.kind == "document":
        came.results += 1
    else:
        came.parts += 1
        assert claim.parent_id is not None, "a part has a document"
        ledger.hold(conn, claim.parent_id)


def _checked(recipe: Recipe, answer: BatchAnswer, away: ledger.AwayRow, engine: str) -> moves.Answer:
    """The answer as it is kept. Raises WorkFailed for one that cannot be, by the same rules as in the queue."""
    if answer.completion is None:
        said = f"The server refused the request: {answer.failure}"
        if answer.too_long:
            raise WorkFailed(FailureClass.TOO_LONG, said)
        raise WorkFailed(FailureClass.ENGINE_BUSY if answer.passing else FailureClass.REFUSED, said)
    return answer_of(engine, answer.completion, checked(recipe, answer.completion, away.max_tokens))


def named(some: Iterable[object]) -> str:
    """The first few of many, for a sentence."""
    listed = [str(one) for one in some]
    more = f" and {len(listed) - NAMED} more" if len(listed) > NAMED else ""
    return ", ".join(listed[:NAMED]) + more
