"""What a search has measured so far, so that one that was broken off goes on where it was."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from engines.options import EngineOptions
from engines.tuning.probe import Measured

log = logging.getLogger(__name__)


class Notebook:
    """Measurements by settings and widths, in one small file; ``None`` stands for what cannot be served."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._notes = read(file)

    def __contains__(self, asked: tuple[EngineOptions, Sequence[int]]) -> bool:
        return key_of(*asked) in self._notes

    def __getitem__(self, asked: tuple[EngineOptions, Sequence[int]]) -> Measured | None:
        note = self._notes[key_of(*asked)]
        return None if note is None else Measured(note["prefill"], {int(k): v for k, v in note["steps"].items()})

    def write(self, options: EngineOptions, widths: Sequence[int], measured: Measured | None) -> None:
        """Adds a measurement. Raises OSError."""
        self._notes[key_of(options, widths)] = None if measured is None else asdict(measured)
        self._file.parent.mkdir(parents=True, exist_ok=True)
        partial = self._file.with_suffix(".part")
        partial.write_text(json.dumps(self._notes), "utf-8")
        partial.replace(self._file)

    def close(self) -> None:
        """Forgets everything: the search is over."""
        self._file.unlink(missing_ok=True)


def key_of(options: EngineOptions, widths: Sequence[int]) -> str:
    """One question in words."""
    return json.dumps([asdict(options), sorted(widths)], sort_keys=True)


def read(file: Path) -> dict[str, dict[str, Any] | None]:
    """The notes; a damaged file is worth no more than none."""
    try:
        notes = json.loads(file.read_text("utf-8"))
        return {key: note for key, note in notes.items() if note is None or is_note(note)}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, AttributeError) as error:
        log.warning("The notes in %s cannot be read; what they hold is measured again: %s", file, error)
        return {}


def is_note(note: Any) -> bool:
    """Whether a note holds a rate and the seconds of at least one step."""
    return (
        isinstance(note, dict)
        and isinstance(note.get("prefill"), float)
        and isinstance(note.get("steps"), dict)
        and bool(note["steps"])
        and all(key.isdigit() and isinstance(value, float) for key, value in note["steps"].items())
    )
