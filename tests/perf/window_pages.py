"""How long the window takes to open what is large, and what it costs when nothing happens. Used by bench_window.py."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QApplication

from app.core.paths import Paths
from app.core.service import Parts, Service
from app.core.settings import Settings
from app.core.store.conversations import add_conversation, add_message
from app.core.store.recipes import save_recipe
from app.core.store.sqlite import Connection, now
from app.ui import long_lived
from app.ui.bridge import Bridge
from app.ui.core_thread import CoreThread
from app.ui.main_window import CHAT, QUEUE, MainWindow
from app.ui.window_state import WindowState
from tests.perf.window_gaps import SECONDS, TOKENS_PER_S, Load, begin_answer, summary, turns

JOBS = 100_000
MESSAGES = 1_000
IDLE_S = 10.0
PATIENCE_S = 60.0
ANSWER = "A paragraph of an answer with **bold** words and `code`, about as long as answers are.\n\n- one\n- two\n"


def measure(application: QApplication, pieces: list[str]) -> dict[str, float]:
    """Milliseconds to open the pages and between two turns of the event loop under load, per cent of a core when idle.

    ``pieces`` are the tokens of the answer that streams meanwhile.
    """
    with tempfile.TemporaryDirectory(prefix="nightdesk-window-") as name:
        scene = _Scene(application, Path(name))
        try:
            figures = {"jobs_0_open_ms": scene.opens_jobs(0)}
            scene.write(_add_jobs)
            figures[f"jobs_{JOBS}_open_ms"] = scene.opens_jobs(JOBS)
            figures[f"messages_{MESSAGES}_open_ms"] = scene.opens_messages()
            figures |= scene.keeps_turning(pieces)
            figures["idle_cpu_percent"] = scene.idles()
            return figures
        finally:
            scene.close()


class _Scene:
    """The real window on the real core, without an engine; the queue is paused."""

    def __init__(self, application: QApplication, home: Path) -> None:
        self._application = application
        paths = Paths(**{field.name: home / field.name for field in fields(Paths)})
        parts = Parts(engine=False, queue=True, watcher=True)
        self._core = CoreThread(lambda: Service(Settings(), home / "window.db", paths=paths, parts=parts))
        self._bridge = Bridge(self._core)
        self._window = MainWindow(self._bridge, WindowState(home / "window.ini"))
        self._window.show()
        self._bridge.start()
        self._until(lambda: self._bridge.ready)
        long_lived.freeze()  # as the application does
        self._window.queue.set_paused(True)

    def opens_jobs(self, count: int) -> float:
        page = self._window.queue
        self._window.go_to(CHAT)
        page.model.set_ids([])
        began = time.perf_counter()
        self._window.go_to(QUEUE)
        page.refresh()
        # the first row is read after the ids: then there is something to be looked at
        self._until(lambda: len(page.model.ids) == count and (not count or page.model.row(0) is not None))
        self._application.processEvents()
        return 1000 * (time.perf_counter() - began)

    def opens_messages(self) -> float:
        conversation = self.write(_add_messages)
        self._window.go_to(CHAT)
        chat = self._window.chat
        began = time.perf_counter()
        chat.open(conversation)
        self._until(lambda: bool(chat.history.views()) and chat.history.isVisible())
        self._application.processEvents()
        return 1000 * (time.perf_counter() - began)

    def keeps_turning(self, pieces: list[str]) -> dict[str, float]:
        """The event loop under load, once with the chat in front and once with the table of jobs."""
        conversation, answer = self.write(begin_answer)
        jobs = self.write(lambda conn: [row[0] for row in conn.execute("SELECT id FROM job ORDER BY id LIMIT 1000")])
        figures: dict[str, float] = {}
        for name, page in (("chat", CHAT), ("queue", QUEUE)):
            self._window.chat.open(conversation)
            self._window.go_to(page)
            self._until(lambda: self._window.chat.history.answer(answer) is not None)
            turns(1.0)  # what opening the page has left to do
            assert self._core.service is not None
            load = Load(self._core.service, conversation, answer, jobs, pieces)
            load.start()
            try:
                figures |= summary(name, *turns(SECONDS))
            finally:
                load.stop()
            streamed = len(self._window.chat.history.answer(answer).source)
            assert streamed > 2 * TOKENS_PER_S * SECONDS, "the answer did not stream"
        return figures

    def idles(self) -> float:
        """CPU of this whole process, core thread included."""
        settled = time.perf_counter() + 2.0
        self._until(lambda: time.perf_counter() > settled)
        cpu, began = time.process_time(), time.perf_counter()
        while time.perf_counter() - began < IDLE_S:
            self._application.processEvents()
            time.sleep(0.05)  # Qt would wait for events here; our own looking is a little on top of the truth
        return 100 * (time.process_time() - cpu) / (time.perf_counter() - began)

    def write(self, work: Callable[[Connection], Any]) -> Any:
        done: list[Any] = []
        self._bridge.ask(lambda service: service.store.write(work), done.append)
        self._until(lambda: bool(done))
        return done[0]

    def close(self) -> None:
        ended: list[bool] = []
        self._window.finished.connect(lambda: ended.append(True))
        self._window.quit()
        self._until(lambda: bool(ended))
        self._core.join(PATIENCE_S)

    def _until(self, so: Callable[[], bool]) -> None:
        limit = time.perf_counter() + PATIENCE_S
        while not so():
            self._application.processEvents()
            time.sleep(0.0005)
            if time.perf_counter() > limit:
                raise TimeoutError("the window did not get there within a minute")


def _add_jobs(conn: Connection) -> None:
    """What an earlier night would have left."""
    recipe, at = save_recipe(conn, "bench", "0" * 64, "+++\n+++\n{{document}}"), now()
    folder = conn.execute(
        "INSERT INTO folder (path, path_text, kind, recipe_name, created_at) "
        "VALUES (x'2f62', '/b', 'once', 'bench', ?)",
        (at,),
    ).lastrowid
    keys = [f"{number:064x}" for number in range(JOBS)]
    conn.executemany("INSERT INTO blob (sha256, bytes, created_at) VALUES (?, 1, ?)", ((key, at) for key in keys))
    conn.executemany(
        "INSERT INTO document (folder_id, path, path_text, name, sha256, bytes, mtime_ns, inode, device, state, "
        "first_seen_at, seen_at) VALUES (?, ?, ?, ?, ?, 1, 0, ?, 0, 'ready', ?, ?)",
        ((folder, f"/b/{n}.txt".encode(), f"/b/{n}.txt", f"{n}.txt", key, n, at, at) for n, key in enumerate(keys)),
    )
    conn.executemany(
        "INSERT INTO job (recipe_id, sha256, folder_id, kind, state, created_at, finished_at) "
        "VALUES (?, ?, ?, 'document', 'done', ?, ?)",
        ((recipe, key, folder, at, at) for key in keys),
    )


def _add_messages(conn: Connection) -> int:
    conversation, parent = add_conversation(conn, "Long"), None
    for number in range(MESSAGES):
        role, text = ("assistant", ANSWER) if number % 2 else ("user", f"Question {number}?")
        parent = add_message(conn, conversation, role, text, parent_id=parent)
    return conversation
