"""A full disk, damaged files, other owners and other versions."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "core" / "queue"))

from desk import Desk, FileReader, ScriptedEngine, loose_ends

from app.core.events import EventBus
from app.core.queue.queue import Queue, QueueOptions
from app.core.store import rescue
from app.core.store.sqlite import check_version, sqlite3
from app.core.store.store import DiskFull, Store, StoreError

pytestmark = pytest.mark.faults

OPTIONS = QueueOptions(width=4, lookahead=2, poll_s=0.05, disk_retry_s=0.05)


@pytest.fixture
def filled(tmp_path: Path) -> Path:
    """A closed database with documents, and one backup of it."""
    path = tmp_path / "data" / "n.db"
    with Store.open(path) as store:
        desk = Desk(store, tmp_path / "folders")
        desk.add(desk.add_folder("in"), {f"{n}.txt": f"text {n} " * 200 for n in range(50)})
    with Store.open(path) as store:
        store.write_now(lambda conn: None)
        store.back_up_now()
    return path


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 32 MB, where this user may mount one."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = shutil.which("mount") and os.geteuid() == 0
    if mounted:
        mounted = (
            subprocess.run(
                ["mount", "-t", "tmpfs", "-o", "size=32m", "tmpfs", str(disk)], capture_output=True, check=False
            ).returncode
            == 0
        )
    if not mounted:
        pytest.skip("only root may mount a small file system here")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def of(path: Path) -> int:
    """How many documents the database has."""
    with Store.open(path) as store:
        return store.read_now(lambda conn: conn.execute("SELECT count(*) FROM document").fetchone()[0])


@pytest.mark.parametrize("damage", ["header", "pages", "zeros", "bits", "half"])
def test_a_damaged_database_is_put_aside_and_the_backup_takes_its_place(filled: Path, damage: str) -> None:
    content = bytearray(filled.read_bytes())
    if damage == "header":
        content[:16] = os.urandom(16)
    elif damage == "pages":
        for page in range(2, len(content) // 4096):
            content[page * 4096 : page * 4096 + 64] = os.urandom(64)
    elif damage == "zeros":
        content[2 * 4096 : 3 * 4096] = bytes(4096)
    elif damage == "bits":
        for page in range(2, len(content) // 4096):
            content[page * 4096] ^= 0x10  # what kind of page it is
    else:
        content = content[: len(content) // 2 + 100]
    filled.write_bytes(content)
    with Store.open(filled) as store:
        assert store.notice is not None
        assert "was damaged" in store.notice
        assert "backup" in store.notice
        assert store.read_now(lambda conn: conn.execute("SELECT count(*) FROM document").fetchone()) == (50,)
        assert store.read_now(lambda conn: conn.execute("SELECT kind, text FROM event").fetchall()) == [
            ("store", store.notice)
        ]
    [aside] = (filled.parent / "quarantine").iterdir()
    assert (aside / "n.db").read_bytes() == bytes(content)


def test_a_damaged_database_without_a_backup_is_put_aside_and_a_new_one_begun(filled: Path) -> None:
    shutil.rmtree(rescue.backups_folder(filled))
    filled.write_bytes(b"this is no database at all" * 1000)
    with Store.open(filled) as store:
        assert "no backup" in (store.notice or "")
    assert of(filled) == 0


def test_a_database_of_a_newer_version_is_refused_and_left_as_it_is(filled: Path) -> None:
    with Store.open(filled) as store:
        store.write_now(
            lambda conn: conn.execute(
                "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('nightdesk', 'm999_moon', '')"
            )
        )
    before = filled.read_bytes()
    for owner in (True, False):
        with pytest.raises(StoreError, match=r"newer Nightdesk \(m999_moon\)"):
            Store.open(filled, owner=owner)
    assert filled.read_bytes() == before


def test_a_second_owner_is_refused_and_a_guest_is_not(filled: Path) -> None:
    with Store.open(filled) as store:
        with pytest.raises(StoreError, match="Another Nightdesk is using"):
            Store.open(filled)
        with Store.open(filled, owner=False) as guest:
            guest.write_now(lambda conn: conn.execute("UPDATE folder SET priority = 7"))
        assert store.read_now(lambda conn: conn.execute("SELECT priority FROM folder").fetchone()) == (7,)


def test_an_owner_that_was_killed_leaves_no_lock(filled: Path) -> None:
    child = subprocess.run(
        [
            sys.executable,
            "-c",
            "import os, signal, sys; from pathlib import Path; from app.core.store.store import Store;"
            "store = Store.open(Path(sys.argv[1])); os.kill(os.getpid(), signal.SIGKILL)",
            str(filled),
        ],
        check=False,
    )
    assert child.returncode < 0
    assert of(filled) == 50


def test_an_sqlite_that_may_corrupt_the_log_is_refused() -> None:
    with pytest.raises(StoreError, match="can damage the database"):
        check_version((3, 51, 2))


def test_a_folder_that_may_not_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreError, match="cannot be opened"):
        Store.open(tmp_path / "file" / "n.db")


@pytest.mark.anyio
async def test_a_full_database_pauses_the_queue_and_it_goes_on_by_itself(tmp_path: Path) -> None:
    with Store.open(tmp_path / "n.db") as store:
        await _fill_and_go_on(
            Desk(store, tmp_path / "in"),
            fill=lambda: _limit_pages(store, 1),
            make_room=lambda: _limit_pages(store, 2**30),
        )


@pytest.mark.anyio
async def test_a_full_disk_pauses_the_queue_and_it_goes_on_when_it_is_grown(small_disk: Path, tmp_path: Path) -> None:
    ballast = small_disk / "ballast"

    def fill() -> None:
        with ballast.open("wb", buffering=0) as handle, contextlib.suppress(OSError):
            while handle.write(b"x" * 4096) == 4096:
                pass

    with Store.open(small_disk / "n.db") as store:
        await _fill_and_go_on(Desk(store, tmp_path / "in"), fill=fill, make_room=ballast.unlink)
    assert Store.open(small_disk / "n.db").close() is None


class Faulty:
    """The writer's connection on a disk that fails now and then, at the very commit."""

    def __init__(self, connection: Any, every: int) -> None:
        self._connection = connection
        self._every = every
        self.commits = 0

    def execute(self, sql: str, *rest: Any) -> Any:
        if sql == "COMMIT":
            self.commits += 1
            if self.commits % self._every == 0:
                error = sqlite3.OperationalError("disk I/O error")
                error.sqlite_errorname = "SQLITE_IOERR_WRITE"
                raise error
        return self._connection.execute(sql, *rest)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)


@pytest.mark.anyio
async def test_a_disk_that_reports_errors_pauses_the_queue_and_costs_no_document(tmp_path: Path) -> None:
    engine, events, said = ScriptedEngine(context=4000), EventBus(), set[str]()

    async def look(queue: Queue) -> None:
        while True:  # at every turn of the loop: the published progress may pass over so short a pause
            said.add(queue.paused_reason or "")
            await asyncio.sleep(0)

    async def source() -> ScriptedEngine:
        return engine

    with Store.open(tmp_path / "n.db") as store:
        desk = Desk(store, tmp_path / "in")
        desk.add(desk.add_folder("x"), {f"{n}.txt": f"text {n}" for n in range(60)})
        faulty = store._writer._connection = Faulty(store._writer._connection, every=5)
        queue = Queue(store, source, FileReader(), events, OPTIONS)
        looking = asyncio.create_task(look(queue))
        await queue.start()
        await queue.drained()
        await queue.look()
        looking.cancel()
        assert queue.paused_reason is None
        store._writer._connection = faulty._connection
        await queue.stop()
        assert faulty.commits > 10
        assert desk.states() == {"done": 60}
        assert len(engine.asked) == 60
        assert any("reports an error" in reason for reason in said)
        assert store.read_now(loose_ends) == []


async def _fill_and_go_on(desk: Desk, fill, make_room) -> None:
    desk.add(desk.add_folder("x"), {f"{n}.txt": f"text {n} " * 30 for n in range(100)})
    engine = ScriptedEngine(context=4000)
    full = asyncio.Event()

    async def script(prompt: str, _: int) -> str:
        if len(engine.asked) == 30:
            fill()
        return prompt * 200

    async def source() -> ScriptedEngine:
        return engine

    engine.script = script
    events = EventBus()
    events.subscribe(lambda event: full.set() if "full" in (getattr(event, "paused_reason", "") or "") else None)
    queue = Queue(desk.store, source, FileReader(), events, OPTIONS)
    await queue.start()
    await full.wait()
    assert "Make room" in (queue.paused_reason or "")
    make_room()
    await queue.drained()
    assert desk.states() == {"done": 100}
    assert len(engine.asked) == 100
    assert queue.paused_reason is None
    assert desk.store.read_now(loose_ends) == []
    await queue.stop()


def _limit_pages(store: Store, pages: int) -> None:
    """At most this many pages; never fewer than there are."""
    store.write_now(lambda conn: conn.execute(f"PRAGMA max_page_count = {pages}").fetchone())


def test_a_write_that_finds_the_disk_full_says_so_and_changes_nothing(tmp_path: Path) -> None:
    with Store.open(tmp_path / "n.db") as store:
        desk = Desk(store, tmp_path / "in")
        folder = desk.add_folder("x")
        _limit_pages(store, 1)
        with pytest.raises(DiskFull, match="is full"):
            desk.add(folder, {f"{n}.txt": "text " * 1000 + str(n) for n in range(1000)})
        _limit_pages(store, 2**30)
        assert desk.states() == {}
        desk.add(folder, {"a.txt": "text"})
        assert desk.states() == {"ready": 1}
