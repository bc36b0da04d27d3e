"""Which job is next: folders take turns, a recipe keeps its turn a while, jobs that saw a crash go last and alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.core.failures import FailureClass
from app.core.store.sqlite import Connection, Row

Group = tuple[int, int]  # folder, recipe

WINDOW = 4  # times as many jobs as are wanted are looked through for such as are alike

CLAIMED = (
    "id, recipe_id, sha256, folder_id, kind, level, seq, parent_id, start_offset, end_offset, attempts, epoch, "
    "suspect, error_class"
)


_BAD_ANSWERS = frozenset({FailureClass.BAD_OUTPUT, FailureClass.NO_ANSWER})


@dataclass(frozen=True, slots=True)
class Claim:
    """A job that is ours to work on. ``epoch`` fences it: after a retry or a cancel it no longer fits.

    ``error_class`` is how the attempt before this one ended, None for the first.
    """

    id: int
    recipe_id: int
    sha256: str
    folder_id: int
    kind: str
    level: int
    seq: int
    parent_id: int | None
    start: int | None
    end: int | None
    attempts: int
    epoch: int
    suspect: bool
    error_class: str | None = None

    @property
    def answer_try(self) -> int:
        """Which try at an answer this is: above 1 only when the last one could not be kept.

        A bystander of a crash had no answer, and is asked as if it were the first time.
        """
        return self.attempts if self.error_class in _BAD_ANSWERS else 1

    @classmethod
    def of(cls, row: Row) -> Claim:
        """From the columns in CLAIMED."""
        return cls(*(*row[:12], bool(row[12]), row[13]))


class Turns:
    """Round robin over (folder, recipe) groups; one group is served ``length`` jobs in a row.

    Jobs in a row share their recipe, so that the engine has the instructions in its prefix cache.
    """

    def __init__(self, length: int) -> None:
        self._length = length
        self._current: Group | None = None
        self._served = 0

    def choose(self, groups: list[Group]) -> tuple[Group, int]:
        """The group whose turn it is, and how many of its jobs may be taken."""
        if self._current not in groups or self._served >= self._length:
            later = [group for group in groups if self._current is not None and group > self._current]
            self._current, self._served = (later or groups)[0], 0
        assert self._current is not None
        return self._current, self._length - self._served

    def took(self, jobs: int) -> None:
        """Note that the current group was given ``jobs`` jobs."""
        self._served += jobs


@dataclass(frozen=True, slots=True)
class Due:
    """What could be claimed: groups of the best priority that are due, and when the next job will be due."""

    priority: int
    groups: list[Group]
    next_at: float | None


def due(conn: Connection, at: float, *, suspect: bool = False) -> Due:
    """Look at the first job of each group; ``next_at`` is None when nothing is ready at all."""
    priority: int | None = None
    groups: list[Group] = []
    next_at: float | None = None
    for row_priority, folder, recipe, not_before in _heads(conn, suspect):
        if not_before > at:
            next_at = not_before if next_at is None else min(next_at, not_before)
        elif priority is None or row_priority == priority:
            priority = row_priority
            groups.append((folder, recipe))
    if groups:
        next_at = at
    return Due(priority or 0, groups, next_at)


def _heads(conn: Connection, suspect: bool) -> list[tuple[int, int, int, float]]:
    """The earliest job of each (priority, folder, recipe), by jumping through the index from group to group."""
    heads: list[tuple[int, int, int, float]] = []
    last: tuple[int, int, int] = (-(2**62), 0, 0)
    while True:
        row = conn.execute(
            "SELECT priority, folder_id, recipe_id, not_before FROM job INDEXED BY job_ready "
            "WHERE state = 'ready' AND suspect = ? AND (priority, folder_id, recipe_id) > (?, ?, ?) "
            "ORDER BY priority, folder_id, recipe_id, not_before LIMIT 1",
            (int(suspect), *last),
        ).fetchone()
        if row is None:
            return heads
        heads.append(row)
        last = row[:3]


def claim(
    conn: Connection, turns: Turns, run_id: int | None, limit: int, at: float, *, alike: bool = False
) -> list[Claim]:
    """Make up to ``limit`` due jobs of one group ours, the attempt counted now. ``at`` in seconds since 1970.

    With ``alike`` they are of about the same length: the job that is first, and of those that follow the most alike.
    """
    found = due(conn, at)
    if not found.groups:
        return []
    group, allowed = turns.choose(found.groups)
    claims = _take(conn, found.priority, group, run_id, min(limit, allowed), at, suspect=False, alike=alike)
    turns.took(len(claims))
    return claims


def claim_suspect(conn: Connection, run_id: int | None, at: float) -> Claim | None:
    """Make one job that saw a crash ours; the caller runs it alone, so that a second crash is its own."""
    found = due(conn, at, suspect=True)
    if not found.groups:
        return None
    claims = _take(conn, found.priority, found.groups[0], run_id, 1, at, suspect=True)
    return claims[0] if claims else None


FIRST_OF_GROUP = (
    "SELECT id FROM job INDEXED BY job_ready WHERE state = 'ready' AND suspect = ? AND priority = ? AND folder_id = ? "
    "AND recipe_id = ? AND not_before <= ? ORDER BY not_before, id LIMIT ?"
)


def _take(
    conn: Connection,
    priority: int,
    group: Group,
    run_id: int | None,
    limit: int,
    at: float,
    *,
    suspect: bool,
    alike: bool = False,
) -> list[Claim]:
    most = limit * WINDOW if alike else limit
    ids = [row[0] for row in conn.execute(FIRST_OF_GROUP, (int(suspect), priority, *group, at, most))]
    if len(ids) > limit:
        ids = most_alike(ids, _lengths(conn, ids), limit)
    rows = conn.execute(
        "UPDATE job SET state = 'running', attempts = attempts + 1, epoch = epoch + 1, run_id = ?, started_at = ?, "
        f"finished_at = NULL WHERE state = 'ready' AND id IN ({', '.join('?' * len(ids))}) RETURNING {CLAIMED}",
        (run_id, at, *ids),
    ).fetchall()
    claims = [Claim.of(row) for row in rows]
    return sorted(claims, key=lambda one: (one.seq, one.id))


def most_alike(ids: Sequence[int], lengths: Mapping[int, int], limit: int) -> list[int]:
    """The first of ``ids`` and those most like it in length: whoever waits is first in the end, so nobody starves."""
    first = lengths[ids[0]]
    places = {one: place for place, one in enumerate(ids)}
    return sorted(ids, key=lambda one: (abs(lengths[one] - first), places[one]))[:limit]


def _lengths(conn: Connection, ids: Sequence[int]) -> dict[int, int]:
    """The length of each job's text in characters; in bytes where it was not read yet."""
    rows = conn.execute(
        "SELECT j.id, coalesce(j.end_offset - j.start_offset, b.characters, b.bytes) FROM job j "
        f"JOIN blob b ON b.sha256 = j.sha256 WHERE j.id IN ({', '.join('?' * len(ids))})",
        ids,
    )
    return dict(rows.fetchall())
