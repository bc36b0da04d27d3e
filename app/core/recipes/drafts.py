"""Recipes that are being written: kept in a file until they are saved, so that a quit or a crash loses none."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

NEW = ""  # under this key lies a recipe that has no file yet


@dataclass(frozen=True, slots=True)
class Draft:
    """What has been written and not saved: the name it is to have, and the text of the file."""

    name: str
    source: str


def free_name(wish: str, taken: Iterable[str]) -> str:
    """``wish``, with a number behind it when that is taken. Some file systems take a and A for the same."""
    used = {name.casefold() for name in taken}
    names = itertools.chain([wish], (f"{wish}-{number}" for number in itertools.count(2)))
    return next(name for name in names if name.casefold() not in used)


class RecipeDrafts:
    """The drafts by the name of the recipe that they change. A file that cannot be read counts as none."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._one_at_a_time = asyncio.Lock()

    async def read(self) -> dict[str, Draft]:
        """Every draft that was kept."""
        async with self._one_at_a_time:
            return await asyncio.to_thread(self._read)

    async def keep(self, drafts: Mapping[str, Draft]) -> None:
        """Have these drafts and no others; whoever asks last is right."""
        async with self._one_at_a_time:
            await asyncio.to_thread(self._write, dict(drafts))

    async def settle(self) -> None:
        """Wait until everything is written that was to be kept before now."""
        async with self._one_at_a_time:
            return

    def _read(self) -> dict[str, Draft]:
        try:
            kept = json.loads(self._file.read_text(encoding="utf-8"))
            return {str(key): Draft(str(one["name"]), str(one["source"])) for key, one in kept.items()}
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            return {}

    def _write(self, drafts: dict[str, Draft]) -> None:
        if not drafts:
            self._file.unlink(missing_ok=True)
            return
        self._file.parent.mkdir(parents=True, exist_ok=True)
        unfinished = self._file.with_suffix(".part")
        text = json.dumps({key: asdict(draft) for key, draft in drafts.items()}, ensure_ascii=False, indent=1)
        unfinished.write_text(text, encoding="utf-8")
        unfinished.replace(self._file)
