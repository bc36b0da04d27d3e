"""A process that is stopped for longer than any lease would last, and disks whose power is cut."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "core" / "queue"))

from desk import loose_ends

from app.core.errors import StoreError
from app.core.store.jobs import count_jobs
from app.core.store.store import Store

pytestmark = [
    pytest.mark.faults,
    pytest.mark.timeout(900),
    pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="needs SIGSTOP and SIGKILL"),
]

PROGRAM = Path(__file__).with_name("shift_worker.py")
FULL = bool(os.environ.get("NIGHTDESK_FAULTS"))
ROUNDS = 20
STOPPED_S = 1.0
DOCUMENTS = 200


@contextmanager
def worker(folder: Path, *options: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen([sys.executable, str(PROGRAM), str(folder), *options], stdout=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def committed(process: subprocess.Popen[str], count: int) -> None:
    """Return once so many results were acknowledged."""
    assert process.stdout is not None
    for line in process.stdout:
        if line.strip() == f"committed {count}":
            return
    pytest.fail("the worker ended before")


def test_a_process_that_is_stopped_keeps_its_jobs_and_nothing_runs_twice(tmp_path: Path) -> None:
    with worker(tmp_path, "--documents", str(DOCUMENTS), "--stop-at", "20") as process:
        committed(process, 20)
        time.sleep(STOPPED_S)  # nothing here lives by a clock: a minute would change nothing
        with pytest.raises(StoreError, match="Another Nightdesk"):
            Store.open(tmp_path / "n.db")
        with Store.open(tmp_path / "n.db", owner=False) as guest:
            assert guest.read_now(count_jobs)["running"] > 0
        process.send_signal(signal.SIGCONT)
        out, _ = process.communicate(timeout=280)
    assert json.loads(out.splitlines()[-1]) == {"asked": DOCUMENTS, "different": DOCUMENTS}
    with Store.open(tmp_path / "n.db") as store:
        assert store.read_now(count_jobs) == {"done": DOCUMENTS}
        assert store.read_now(lambda db: db.execute("SELECT max(attempts) FROM job").fetchone()) == (1,)
        assert store.read_now(loose_ends) == []


class Disk:
    """An ext4 file system in a file. What was never synced is not in that file, as after a power cut."""

    def __init__(self, image: Path, mounted: Path) -> None:
        self.image = image
        self.mounted = mounted
        mounted.mkdir(exist_ok=True)

    def make(self) -> None:
        with self.image.open("wb") as file:
            file.truncate(48 << 20)
        run("mkfs.ext4", "-q", "-F", str(self.image))

    @contextmanager
    def mount(self) -> Iterator[Path]:
        run("mount", "-o", "loop", str(self.image), str(self.mounted))
        try:
            yield self.mounted
        finally:
            run("umount", str(self.mounted))


def run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise OSError(f"{command[0]}: {done.stderr.strip()}")


@pytest.fixture
def disk(tmp_path: Path) -> Disk:
    """A fresh disk; skipped with the reason where none can be mounted."""
    if not FULL:
        pytest.skip("cuts the power twenty times: run `make faults`")
    made = Disk(tmp_path / "disk.img", tmp_path / "disk")
    try:
        made.make()
        with made.mount():
            pass
    except OSError as error:
        pytest.skip(f"needs root and a loop device ({error})")
    return made


def cut_once(disk: Disk, after: int, *options: str) -> list[str]:
    """Cut the power after so many acknowledged results; what is wrong when it comes back."""
    disk.make()
    later = Disk(disk.image.with_suffix(".later"), disk.mounted)
    with disk.mount() as place, worker(place, "--documents", "120", *options) as process:
        committed(process, after)
        process.kill()
        process.wait()
        shutil.copyfile(disk.image, later.image)  # before anything else is written back
    with later.mount() as place:
        with Store.open(place / "n.db") as store:
            wrong = store.read_now(loose_ends)
            wrong += [store.notice] if store.notice else []
            (kept,) = store.read_now(lambda db: db.execute("SELECT count(*) FROM result").fetchone())
            if kept < after:
                wrong.append(f"{after} results were acknowledged, {kept} are there")
        with worker(place, "--documents", "120") as process:
            process.communicate(timeout=280)
        with Store.open(place / "n.db") as store:
            if store.read_now(count_jobs) != {"done": 120} or store.read_now(loose_ends):
                wrong.append(f"the second life did not end well: {store.read_now(count_jobs)}")
    return wrong


def test_a_power_cut_loses_no_acknowledged_result(disk: Disk) -> None:
    moments = random.Random(3)
    wrong = {n: cut_once(disk, moments.randrange(1, 110)) for n in range(ROUNDS)}
    assert not any(wrong.values()), wrong


def test_the_power_cuts_find_commits_that_were_not_synced(disk: Disk) -> None:
    moments = random.Random(4)
    found = (cut_once(disk, moments.randrange(20, 110), "--careless") for _ in range(ROUNDS))
    assert any(found)
