"""Results as Markdown files when a person asks for them: beside their documents, or all in one folder."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from app.core.queue.outbox import Letter, write
from app.core.store.results import ResultRow


@dataclass(slots=True)
class Written:
    """What became of the files; ``without_place`` are results whose document is nowhere any more."""

    files: int = 0
    without_place: int = 0
    problems: list[str] = field(default_factory=list)


def write_files(results: Iterable[ResultRow], folder: Path | None = None) -> Written:
    """Write one file for each result into ``folder``, or beside its document. Documents are never written to.

    The names end in ``.nightdesk.md``, so that a watched folder does not read them as documents.
    """
    done = Written()
    for result in results:
        place = folder or (result.path.parent if result.path is not None else None)
        if place is None or not place.is_dir():
            done.without_place += 1
            continue
        problem = write(_letter(result, place))
        if problem is None:
            done.files += 1
        else:
            done.problems.append(problem)
    return done


def _letter(result: ResultRow, place: Path) -> Letter:
    data = None if result.data is None else json.dumps(result.data, ensure_ascii=False)
    name = result.name or result.sha256[:12]
    return Letter(0, "md", place, name, result.recipe_name, result.sha256, result.text, data, result.model)
