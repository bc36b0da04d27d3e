"""What ``nightdesk doctor`` looks at, one small function each."""

from __future__ import annotations

import ctypes.util
import importlib.metadata
import os
import platform
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

import psutil

from app.core.errors import NightdeskError
from app.core.models.choice import choose_model, engine_choice, why_chosen
from app.core.models.life import EngineLife
from app.core.paths import user_paths
from app.core.settings import Settings
from app.core.store.sqlite import check_version, sqlite3
from app.core.version import version
from engines.errors import EngineError
from engines.hardware import Machine, this_machine
from engines.models import inspect_model

GIGABYTE = 1e9
LIBRARIES = ("llama-cpp-python", "llguidance", "PySide6-Essentials", "xberg", "pypdfium2", "watchdog", "wakepy")
OPTIONAL = frozenset({"PySide6-Essentials", "wakepy"})


@dataclass(frozen=True, slots=True)
class Check:
    """One finding. ``problem`` is a sentence with the way out; ``optional``: Nightdesk works without it."""

    name: str
    found: str
    problem: str | None = None
    optional: bool = False


def all_checks(settings: Settings, database: Path) -> list[Check]:
    """Everything that can be found out without starting anything."""
    machine = this_machine()
    found = [
        Check("nightdesk", version()),
        Check("python", f"{platform.python_version()} ({sys.executable})"),
        Check("system", platform.platform()),
        _processor(),
        _memory(),
        _cards(machine),
        _battery(),
        *(_library(name) for name in LIBRARIES),
        _sqlite(),
        *_model(settings, machine),
        *_window(),
        _folder("data", user_paths().data),
        Check("settings", str(user_paths().settings)),
        Check("recipes", str(user_paths().recipes)),
        _database(database),
    ]
    return [one for one in found if one is not None]


async def tried_engine(settings: Settings) -> Check:
    """Load the model and have a few words said."""
    from app.core.events import EventBus
    from engines.client import ChatSampling

    engine = EngineLife(settings.model, EventBus())
    try:
        await engine.start()
        client = await engine.client()
        served, detail = await client.model(), engine.view.detail
        answer = await client.complete(
            [{"role": "user", "content": "Say hello."}], sampling=ChatSampling(max_tokens=16)
        )
    except (EngineError, NightdeskError) as error:
        return Check("engine", "does not work", str(error))
    finally:
        await engine.stop()
    rate = f"{answer.decode_tokens_per_s:.0f} tok/s" if answer.decode_tokens_per_s else "no rate"
    first = f"first token after {answer.ttft_s:.3f} s, " if answer.ttft_s is not None else ""
    return Check("engine", f"{served.id}, context {served.context or 'unknown'}, {first}{rate}. {detail}")


def _processor() -> Check:
    physical = psutil.cpu_count(logical=False) or "?"
    return Check("processor", f"{physical} cores, {psutil.cpu_count()} threads, {platform.machine()}")


def _memory() -> Check:
    memory = psutil.virtual_memory()
    found = f"{memory.available / GIGABYTE:.1f} of {memory.total / GIGABYTE:.1f} GB free"
    scarce = memory.available < 0.7 * GIGABYTE
    return Check("memory", found, "Less than 0.7 GB is free; close something before a long run." if scarce else None)


def _cards(machine: Machine) -> Check | None:
    """The CUDA cards; nothing where there is none, which is no fault."""
    if not machine.cards:
        return None
    said = (
        f"{card.name} ({card.free / GIGABYTE:.1f} of {card.total / GIGABYTE:.1f} GB free)" for card in machine.cards
    )
    return Check("graphics cards", ", ".join(said))


def _battery() -> Check | None:
    battery = psutil.sensors_battery() if hasattr(psutil, "sensors_battery") else None
    if battery is None:
        return None
    return Check("battery", f"{battery.percent:.0f} %, {'plugged in' if battery.power_plugged else 'on battery'}")


def _library(name: str) -> Check:
    try:
        return Check(name, importlib.metadata.version(name))
    except importlib.metadata.PackageNotFoundError:
        return Check(name, "missing", f"{name} is not installed; run `pip install {name}`.", name in OPTIONAL)


def _sqlite() -> Check:
    try:
        check_version()
    except NightdeskError as error:
        return Check("sqlite", sqlite3.sqlite_version, str(error))
    return Check("sqlite", sqlite3.sqlite_version)


def _model(settings: Settings, machine: Machine) -> list[Check]:
    """Which model is served, by which engine, and why; what would be faster is no fault, but worth a line."""
    if settings.model.base_url:
        return [Check("model", why_chosen(settings.model))]
    try:
        path = choose_model(settings.model)
        model = inspect_model(path)
    except (NightdeskError, EngineError) as error:
        return [Check("model", "cannot be served", str(error))]
    choice = engine_choice(model, machine)
    return [
        Check("model", f"{path} ({model.bytes / 1e6:.0f} MB). {why_chosen(settings.model)}"),
        Check("engine choice", f"{choice.title}. {choice.why}", choice.faster or None, optional=True),
    ]


def _window() -> list[Check]:
    """The display, and the one library whose lack is the usual reason why Qt does not start on Linux."""
    if not sys.platform.startswith("linux"):
        return []
    display = os.environ.get("WAYLAND_DISPLAY") or os.environ.get("DISPLAY")
    checks = [Check("display", display or "none", None if display else "The window needs a display.", True)]
    if ctypes.util.find_library("xcb-cursor") is None:
        sentence = "The window needs libxcb-cursor0 under X11; on Debian run `apt install libxcb-cursor0`."
        checks.append(Check("libxcb-cursor0", "missing", sentence, True))
    return checks


def _folder(name: str, folder: Path) -> Check:
    existing = next(one for one in (folder, *folder.parents) if one.exists())
    free = shutil.disk_usage(existing).free / GIGABYTE
    if not os.access(existing, os.W_OK):
        return Check(name, str(folder), f"{existing} cannot be written; set NIGHTDESK_HOME to a folder that can.")
    low = "Less than 1 GB is free there; the queue pauses until there is more." if free < 1 else None
    return Check(name, f"{folder} ({free:.1f} GB free)", low, optional=True)


def _database(database: Path) -> Check:
    if not database.exists():
        return Check("database", f"{database} (made at the first run)")
    return Check("database", f"{database} ({database.stat().st_size / 1e6:.1f} MB)")
