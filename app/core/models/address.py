"""Where the running owner's engine answers: ``engine.json`` beside the database, readable by its owner only."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

FILE_NAME = "engine.json"


@dataclass(frozen=True, slots=True)
class EngineAddress:
    """How another command reaches the engine of the process ``pid`` that started at ``started`` (epoch seconds)."""

    base_url: str
    api_key: str
    model: str
    pid: int
    started: float

    @classmethod
    def of_this_process(cls, base_url: str, api_key: str, model: str) -> EngineAddress:
        """The address of an engine that belongs to the process asking."""
        return cls(base_url, api_key, model, os.getpid(), psutil.Process().create_time())

    def owner_lives(self) -> bool:
        """Whether the owner still runs; a process that was given its number later does not count."""
        try:
            return bool(abs(psutil.Process(self.pid).create_time() - self.started) < 1.0)
        except psutil.Error:
            return False


def address_file(database: Path) -> Path:
    """Where the owner of ``database`` publishes its engine."""
    return database.with_name(f"{database.name}.{FILE_NAME}")


def publish(address: EngineAddress, database: Path) -> None:
    """Write ``address`` beside ``database``, all or nothing, with mode 0600."""
    target = address_file(database)
    partial = target.with_name(f"{target.name}.{os.getpid()}.part")
    partial.unlink(missing_ok=True)
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(asdict(address), file)
    partial.replace(target)


def withdraw(database: Path) -> None:
    """Remove what this process published; another owner's file stays."""
    address = _read(address_file(database))
    if address is not None and address.pid == os.getpid():
        address_file(database).unlink(missing_ok=True)


def find(database: Path) -> EngineAddress | None:
    """The running owner's engine, or None when nobody who still lives has published one."""
    address = _read(address_file(database))
    return address if address is not None and address.owner_lives() else None


def _read(path: Path) -> EngineAddress | None:
    try:
        return EngineAddress(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None  # none published, or being replaced, or another version's: all mean "not found"
