"""Watches the GUI thread while the window's tests run: it may touch no file, database, network or lock, and may not
compute for long in one go. What it did wrong is told with the function of ours that did it.

Two nets. Python's audit events and a few patched calls tell of everything that can block, whether or not it did this
time. Each function of ``app.ui`` that the event loop or a test enters is timed in CPU seconds of its thread, without
those of the garbage collector: a busy machine and a test runner full of objects make the wall clock lie.
"""

from __future__ import annotations

import gc
import importlib
import inspect
import os
import pkgutil
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType, FunctionType, ModuleType
from typing import Any

import app.ui
from app.core.resources import resources_folder
from app.core.store.sqlite import sqlite3

ROOT = Path(__file__).resolve().parents[2]
# The promise is 50 ms, which tests/perf/bench_window.py measures. Here a function counts when it has taken three times
# as long: on two busy cores with cold caches even CPU time is stretched.
LIMIT_S = 0.150
# Python tells of these itself.
AUDITED = frozenset(
    {
        "open", "os.listdir", "os.scandir", "os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.truncate", "os.chmod",
        "os.system", "os.posix_spawn", "os.fork", "subprocess.Popen", "shutil.copyfile", "shutil.move", "shutil.rmtree",
        "socket.connect", "socket.bind", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto",
        "tempfile.mkstemp",
        "sqlite3.connect", "glob.glob",
    }
)  # fmt: skip
# Of these it does not: reading a file's state, and everything that waits.
PATCHED: tuple[tuple[Any, str], ...] = (
    (os, "stat"),
    (os, "lstat"),
    (time, "sleep"),
    (threading.Condition, "wait"),
    (threading.Thread, "join"),
    (sqlite3, "connect"),
)
# (module, function): why it may. Everything else may not.
MAY_BLOCK: dict[tuple[str, str], str] = {
    ("app.core.resources", "*"): "finds the folder of what ships with the program, once",
    ("app.ui.core_thread", "start"): "a thread says that it runs before start() returns: microseconds, once",
    ("app.ui.core_thread", "join"): "the very end: the window is gone and the core has to end before the process",
}
MAY_COMPUTE: dict[tuple[str, str], str] = {
    ("app.ui.theme", "Theme.choose"): "all of the window is dressed anew, on a person's wish, once",
    ("app.ui.theme", "Theme._follow_system"): "the same when the system turns dark",
    ("app.ui.main_window", "MainWindow.__init__"): "before the window is on the screen",
    ("app.ui.main_window", "MainWindow.quit"): "the window has gone from the screen",
    ("app.ui.presence", "Presence.quit"): "the same, asked for elsewhere than at the window",
}


@dataclass
class Guard:
    """``problems`` are sentences; ``longest`` the most CPU seconds each entered function has taken in one go."""

    gui: int = field(default_factory=threading.get_ident)
    problems: list[str] = field(default_factory=list)
    longest: dict[str, float] = field(default_factory=dict)
    armed: bool = False
    collecting_s: float = 0.0
    _inside: bool = False
    _looking: bool = False
    _collecting: bool = False  # then what is called is some old object's farewell, and nobody's who runs now
    _collection_began: float = 0.0

    def called(self, what: str, argument: object) -> None:
        """Something that can block was called."""
        if not self.armed or self._looking or self._collecting or threading.get_ident() != self.gui:
            return
        if _ships(argument):
            return
        self._looking = True
        try:
            culprit = _ours(sys._getframe(2))
            if culprit is not None:
                self.problems.append(f"{culprit} calls {what}({argument!r}) on the GUI thread")
        finally:
            self._looking = False

    def enter(self, function: Callable[..., Any], arguments: tuple[Any, ...], named: dict[str, Any]) -> Any:
        """Run a function of the window, timed when it is the outermost."""
        if not self.armed or self._inside or threading.get_ident() != self.gui:
            return function(*arguments, **named)
        self._inside = True
        began = time.thread_time() - self.collecting_s
        try:
            return function(*arguments, **named)
        finally:
            self._inside = False
            self._took(function, time.thread_time() - self.collecting_s - began)

    def collected(self, phase: str, _info: dict[str, int]) -> None:
        """The garbage collector begins or ends, on whichever thread."""
        if threading.get_ident() != self.gui:
            return
        self._collecting = phase == "start"
        if self._collecting:
            self._collection_began = time.thread_time()
        else:
            self.collecting_s += time.thread_time() - self._collection_began

    def _took(self, function: Callable[..., Any], seconds: float) -> None:
        name = f"{function.__module__}.{function.__qualname__}"
        self.longest[name] = max(seconds, self.longest.get(name, 0.0))
        if seconds > LIMIT_S and (function.__module__, function.__qualname__) not in MAY_COMPUTE:
            self.problems.append(f"{name} held the GUI thread for {1000 * seconds:.0f} ms of its own CPU time")


def _ships(argument: object) -> bool:
    """What lies in our resources folder or in Python's own is small, local and read once."""
    if not isinstance(argument, str | bytes | os.PathLike):
        return False
    path = os.fsdecode(os.fspath(argument))  # type: ignore[arg-type]
    return path.startswith((str(resources_folder()), sys.prefix, sys.base_prefix)) or path.endswith((".py", ".pyc"))


def _ours(frame: FrameType | None) -> str | None:
    """The function of the app that is nearest to a call; None when a test, an import or a permitted one made it."""
    while frame is not None:
        module = str(frame.f_globals.get("__name__", ""))
        if module.startswith(("importlib", "_frozen_importlib")):
            return None
        if module.partition(".")[0] in ("app", "engines"):
            name = frame.f_code.co_qualname if sys.version_info >= (3, 11) else frame.f_code.co_name
            permitted = (module, "*") in MAY_BLOCK or (module, frame.f_code.co_name) in MAY_BLOCK
            return None if permitted else f"{module}.{name}, line {frame.f_lineno},"
        if "/tests/" in frame.f_code.co_filename:
            return None
        frame = frame.f_back
    return None


_guards: list[Guard] = []


def _audit(event: str, arguments: tuple[Any, ...]) -> None:
    if event in AUDITED:
        for guard in _guards:
            guard.called(event, arguments[0] if arguments else "")


@contextmanager
def watching() -> Iterator[Guard]:
    """A guard over the calling thread. Its hook stays for the life of the process, and sleeps afterwards."""
    guard = Guard()
    _guards.append(guard)
    gc.callbacks.append(guard.collected)
    sys.addaudithook(_audit)
    undo = [_patch(guard, owner, name) for owner, name in PATCHED]
    undo += [put_back for module in _modules() for put_back in _time_functions(guard, module)]
    try:
        yield guard
    finally:
        _guards.remove(guard)
        gc.callbacks.remove(guard.collected)
        for put_back in undo:
            put_back()


def _patch(guard: Guard, owner: Any, name: str) -> Callable[[], None]:
    original = getattr(owner, name)

    def told(*arguments: Any, **named: Any) -> Any:
        guard.called(f"{getattr(owner, '__name__', owner)}.{name}", arguments[0] if arguments else "")
        return original(*arguments, **named)

    setattr(owner, name, told)
    return lambda: setattr(owner, name, original)


def _modules() -> Iterator[ModuleType]:
    for found in pkgutil.walk_packages(app.ui.__path__, "app.ui."):
        yield importlib.import_module(found.name)


def _time_functions(guard: Guard, module: ModuleType) -> Iterator[Callable[[], None]]:
    for owner in [module, *(one for one in vars(module).values() if inspect.isclass(one))]:
        if getattr(owner, "__module__", module.__name__) != module.__name__:
            continue
        for name, function in list(vars(owner).items()):
            if isinstance(function, FunctionType) and function.__module__ == module.__name__ and _is_plain(function):
                setattr(owner, name, _timed(guard, function))
                yield lambda owner=owner, name=name, function=function: setattr(owner, name, function)


def _is_plain(function: FunctionType) -> bool:
    special = inspect.iscoroutinefunction(function) or inspect.isgeneratorfunction(function)
    return not special and not (function.__name__.startswith("__") and function.__name__ != "__init__")


def _timed(guard: Guard, function: FunctionType) -> FunctionType:
    """The same function, timed. Qt counts the parameters of what a signal is connected to: they stay as they are."""
    code = function.__code__
    names = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    positional, named = names[: code.co_argcount], names[code.co_argcount :]
    rest = code.co_varnames[len(names) :]
    star = f"*{rest[0]}" if code.co_flags & inspect.CO_VARARGS else ""
    more = f"**{rest[1 if star else 0]}" if code.co_flags & inspect.CO_VARKEYWORDS else ""
    head = [*positional, *([star or "*"] if star or named else []), *named, *([more] if more else [])]
    given = "".join(f"{name}, " for name in [*positional, *([star] if star else [])])
    by_name = ", ".join([*(f"{name!r}: {name}" for name in named), *([more] if more else [])])
    made: dict[str, Any] = {"_enter": guard.enter, "_function": function}
    exec(f"def made({', '.join(head)}): return _enter(_function, ({given}), {{{by_name}}})", made)
    result: FunctionType = made["made"]
    result.__defaults__, result.__kwdefaults__ = function.__defaults__, function.__kwdefaults__
    result.__name__, result.__qualname__, result.__module__ = (
        function.__name__,
        function.__qualname__,
        function.__module__,
    )
    result.__doc__, result.__dict__ = function.__doc__, function.__dict__
    return result
