"""Random operations on a folder: in the end nothing is missing, doubled or half read."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.core.store.folders import add_folder, get_folder
from app.core.store.recipes import save_recipe
from app.core.store.store import Store
from app.core.watch.folder import FolderWatch
from app.core.watch.rules import Rules

EXAMPLES = 600 if os.environ.get("NIGHTDESK_FAULTS") else 60  # of five operations on average
NAMES = st.sampled_from(["a.txt", "b.md", "sub/c.txt", "sub/deep/d.csv", ".hidden.txt", "e.txt.part"])
FOLDERS = st.sampled_from(["sub", "sub/deep", "away", ".git"])
WORDS = st.binary(min_size=0, max_size=3)
OPERATIONS = st.lists(
    st.one_of(
        st.tuples(st.just("write"), NAMES, WORDS),
        st.tuples(st.just("append"), NAMES, WORDS),
        st.tuples(st.just("replace"), NAMES, WORDS),
        st.tuples(st.just("delete"), NAMES),
        st.tuples(st.just("rename"), NAMES, NAMES),
        st.tuples(st.just("move folder"), FOLDERS, FOLDERS),
        st.tuples(st.just("delete folder"), FOLDERS),
        st.tuples(st.just("touch"), NAMES),
        st.tuples(st.just("hint"), st.one_of(NAMES, FOLDERS)),
        st.tuples(st.just("scan")),
        st.tuples(st.just("settle")),
        st.tuples(st.just("wait"), st.floats(0.1, 6.0)),
        st.tuples(st.just("restart")),
    ),
    max_size=40,
)


@dataclass
class World:
    """A folder, what it ever held, and the watch over it on a clock of its own."""

    base: Path
    store: Store
    root: Path
    now: float = 1000.0
    contents: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.root.mkdir()
        self.store.write_now(lambda connection: save_recipe(connection, "summary", "0" * 64, "{{document}}"))
        self.folder = self.store.write_now(lambda connection: add_folder(connection, self.root, "summary"))
        self.do_restart()

    def do_restart(self) -> None:
        row = self.store.read_now(lambda connection: get_folder(connection, self.folder))
        assert row is not None
        self.watch = FolderWatch(self.store, row, Rules(), 5.0, clock=lambda: self.now)

    def do_write(self, name: str, words: bytes) -> None:
        self._put(name, words)

    def do_append(self, name: str, words: bytes) -> None:
        path = self.root / name
        self._put(name, (path.read_bytes() if path.is_file() else b"") + words)

    def do_replace(self, name: str, words: bytes) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self.base / "fresh"
        fresh.write_bytes(words)
        self.contents.add(hashlib.sha256(words).hexdigest())
        if not path.is_dir():
            fresh.replace(path)

    def do_delete(self, name: str) -> None:
        (self.root / name).unlink(missing_ok=True)

    def do_rename(self, old: str, new: str) -> None:
        (self.root / new).parent.mkdir(parents=True, exist_ok=True)
        if (self.root / old).is_file():
            (self.root / old).replace(self.root / new)

    def do_move_folder(self, old: str, new: str) -> None:
        source, target = self.root / old, self.root / new
        if source.is_dir() and not target.exists() and source not in target.parents:
            target.parent.mkdir(parents=True, exist_ok=True)
            source.rename(target)

    def do_delete_folder(self, name: str) -> None:
        shutil.rmtree(self.root / name, ignore_errors=True)

    def do_touch(self, name: str) -> None:
        if (self.root / name).is_file():
            os.utime(self.root / name)

    def do_hint(self, name: str) -> None:
        self.watch.look_at([os.fsencode(self.root / name)])

    def do_scan(self) -> None:
        self.watch.scan()

    def do_settle(self) -> None:
        self.watch.settle()

    def do_wait(self, seconds: float) -> None:
        self.now += seconds

    def come_to_rest(self) -> None:
        """Time passes, and the next scan comes round."""
        self.watch.scan()
        while self.watch.waiting:
            self.now += 6.0
            time.sleep(0.005)  # real files have real times: a file of this very moment is left alone
            self.watch.settle()
        self.watch.scan()

    def check(self) -> None:
        documents = self._rows("SELECT path, sha256 FROM document WHERE state = 'ready'")
        assert dict(documents) == self._on_disk()
        jobs = [row[0] for row in self._rows("SELECT sha256 FROM job")]
        assert len(jobs) == len(set(jobs))
        assert set(jobs) <= self.contents
        assert {sha for _, sha in documents} <= set(jobs)
        hidden = self._rows("SELECT path_text FROM document WHERE instr(path_text, '/.git/')")
        assert hidden == [], "no scan comes there, so no hint may lead there"

    def _on_disk(self) -> dict[bytes, str]:
        return {
            os.fsencode(path): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in self.root.rglob("*")
            if path.is_file() and path.stat().st_size and path.suffix != ".part" and not self._is_hidden(path)
        }

    def _is_hidden(self, path: Path) -> bool:
        return any(part.startswith(".") for part in path.relative_to(self.root).parts)

    def _put(self, name: str, data: bytes) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        self.contents.add(hashlib.sha256(data).hexdigest())

    def _rows(self, query: str) -> list[tuple]:  # type: ignore[type-arg]
        return self.store.read_now(lambda connection: connection.execute(query).fetchall())


@pytest.mark.timeout(900)
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(OPERATIONS)
def test_after_any_operations_the_store_has_what_the_disk_has(operations: list[tuple[object, ...]]) -> None:
    with tempfile.TemporaryDirectory() as name, Store.open(Path(name) / "data" / "n.db") as store:
        world = World(Path(name), store, Path(name) / "inbox")
        for operation, *arguments in operations:
            getattr(world, "do_" + str(operation).replace(" ", "_"))(*arguments)
        world.come_to_rest()
        world.check()
