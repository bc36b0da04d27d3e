"""One folder under observation: what is there, what has changed, and what is ready to be worked on."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial

from app.core.failures import WorkFailed
from app.core.natural import natural_key
from app.core.store.folders import FolderRow
from app.core.store.store import Store
from app.core.watch.ledger import Finding, Known, known_document, known_documents, mark_gone, paths_under, record
from app.core.watch.report import ScanReport
from app.core.watch.rules import Rules, Verdict
from app.core.watch.settle import Stillness, hash_still
from app.core.watch.walk import SEPARATOR, Fingerprint, Walk, fingerprint, inside, relative_to

_BATCH_FILES = 256
_BATCH_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class WatchOptions:
    """``settle_s``: how long a file must stand still; ``rescan_s``: time between scans; sizes in bytes.

    ``pictures``: whether pictures are documents, since their text is recognised.
    ``check_s``: how soon a sleep, a folder that is back or made anew, and dead hints are noticed.
    """

    settle_s: float = 5.0
    rescan_s: float = 60.0
    check_s: float = 5.0
    largest_bytes: int = 200_000_000
    own_paths: tuple[bytes, ...] = ()
    hints: bool = True
    pictures: bool = False


class FolderWatch:
    """The state of one folder between looks. Blocks on disk and database: call it from a thread, one at a time."""

    def __init__(
        self,
        store: Store,
        row: FolderRow,
        rules: Rules,
        settle_s: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.row = row
        self.root = os.fsencode(row.path)
        self._store = store
        self.rules = rules
        self._settle_s = settle_s
        self._clock = clock
        self._waiting: dict[bytes, Stillness] = {}
        self._first_seen: list[bytes] = []
        self._interrupted = False

    @property
    def waiting(self) -> int:
        """How many files have not stood still long enough yet."""
        return len(self._waiting)

    def interrupt(self) -> None:
        """Make a look that is under way in another thread end early; for good."""
        self._interrupted = True

    def next_look(self) -> float | None:
        """When, on the clock, the next waiting file may have stood still; None when none waits."""
        return min((one.since + self._settle_s for one in self._waiting.values()), default=None)

    def scan(self) -> ScanReport:
        """Look at the whole tree: note what is new, changed, ignored or gone."""
        report = ScanReport()
        known = self._store.read_now(partial(known_documents, folder_id=self.row.id))
        walk = Walk(self.root, self.row.recursive, self.rules)
        seen: set[bytes] = set()
        findings: list[Finding] = []
        for path, status in walk:
            if self._interrupted:
                return report  # what was not seen is not gone
            seen.add(path)
            finding = self._look(path, status, known.get(path), report)
            if finding is not None:
                findings.append(finding)
        self._wait_together()
        report.problems += walk.problems()
        vanished = [path for path in known if path not in seen and not walk.passed_over(path)]
        self._forget(vanished, report)
        self._write(findings, report)
        return report

    def look_at(self, paths: Iterable[bytes]) -> ScanReport:
        """Look at single paths, as a hint or a person named them; a folder is looked through."""
        report = ScanReport()
        findings: list[Finding] = []
        for path in paths:
            if not self._reaches(path):
                continue
            for file, status in self._files_at(path, report):
                known = self._store.read_now(partial(known_document, folder_id=self.row.id, path=file))
                finding = self._look(file, status, known, report)
                if finding is not None:
                    findings.append(finding)
        self._wait_together()
        self._write(findings, report)
        return report

    def settle(self) -> ScanReport:
        """Hash and accept every waiting file that has stood still; the rest goes on waiting."""
        report = ScanReport()
        batch: list[Finding] = []
        began = self._clock()
        for path in sorted(self._waiting, key=lambda one: natural_key(_text(one))):  # jobs are worked in this order
            if self._interrupted:
                break
            finding = self._accept(path, report)
            if finding is not None:
                batch.append(finding)
            if len(batch) >= _BATCH_FILES or (batch and self._clock() - began > _BATCH_SECONDS):
                self._write(batch, report)
                batch, began = [], self._clock()
        self._write(batch, report)
        report.waiting = len(self._waiting)
        return report

    def _look(self, path: bytes, status: os.stat_result, known: Known | None, report: ScanReport) -> Finding | None:
        """Judge one file; what must be written about it now, or None."""
        looks = fingerprint(status)
        if known is not None and known.final and known.fingerprint == looks:
            report.known += 1
            return None
        verdict, reason = self.rules.judge(path, relative_to(self.root, path), status)
        if verdict is Verdict.TEMPORARY:
            report.temporary += 1
            return None
        if verdict is Verdict.DOCUMENT:
            finding = self._wait_for(path, looks, known)
            report.settling += finding is not None
            return finding
        self._waiting.pop(path, None)
        if known is not None and known.fingerprint == looks and known.state == verdict.value:
            report.known += 1
            return None
        _count(report, verdict)
        return Finding(path, looks, verdict.value, reason)

    def _wait_for(self, path: bytes, looks: Fingerprint, known: Known | None) -> Finding | None:
        waiting = self._waiting.get(path)
        if waiting is not None:
            waiting.see(looks, self._clock())
            return None
        self._waiting[path] = Stillness(looks, self._clock())
        self._first_seen.append(path)
        # With no settle time the file is accepted in a moment: a row in between would only cost a write.
        return Finding(path, looks, "settling") if self._settle_s > 0 and known is None else None

    def _wait_together(self) -> None:
        """What was seen first in one look has stood still at one moment: else the order of the walk would show."""
        first_seen, self._first_seen = self._first_seen, []
        at = self._clock()
        for path in first_seen:
            if path in self._waiting:
                self._waiting[path].since = at

    def _accept(self, path: bytes, report: ScanReport) -> Finding | None:
        stillness = self._waiting[path]
        try:
            status = os.lstat(path)
        except OSError:
            del self._waiting[path]
            self._forget([path], report)
            return None
        stillness.see(fingerprint(status), self._clock())
        if self._clock() - stillness.since < self._settle_s:
            return None
        try:
            digest = hash_still(path, stillness.fingerprint)
        except (WorkFailed, OSError) as error:
            del self._waiting[path]
            report.unreadable += 1
            return Finding(path, stillness.fingerprint, "unreadable", str(error))
        if digest is None:
            stillness.since = self._clock()
            return None
        del self._waiting[path]
        report.new += 1
        return Finding(path, stillness.fingerprint, "ready", sha256=digest)

    def _files_at(self, path: bytes, report: ScanReport) -> Iterator[tuple[bytes, os.stat_result]]:
        try:
            status = os.lstat(path)
        except OSError:
            under = self._store.read_now(partial(paths_under, folder_id=self.row.id, path=path))
            self._forget(under, report)
            return
        if not stat.S_ISDIR(status.st_mode):
            yield path, status
        elif self.row.recursive and self.rules.enters(path, os.fsdecode(path).rpartition(os.sep)[2]):
            walk = Walk(path, True, self.rules)
            yield from walk
            report.problems += walk.problems()

    def _reaches(self, path: bytes) -> bool:
        """Whether a scan would come to ``path``: below the root, and through no folder that is left out."""
        below = inside(self.root)
        if not path.startswith(below):
            return self.row.kind == "files"
        folders = path[len(below) :].split(SEPARATOR)[:-1]
        if folders and not self.row.recursive:
            return False
        reached = self.root
        for folder in folders:
            reached = inside(reached) + folder
            if not self.rules.enters(reached, os.fsdecode(folder)):
                return False
        return True

    def _forget(self, paths: list[bytes], report: ScanReport) -> None:
        for path in paths:
            self._waiting.pop(path, None)
        if paths:
            report.gone += self._store.write_now(partial(mark_gone, folder_id=self.row.id, paths=paths))

    def _write(self, findings: list[Finding], report: ScanReport) -> None:
        for start in range(0, len(findings), _BATCH_FILES):
            batch = findings[start : start + _BATCH_FILES]
            recorded = self._store.write_now(partial(record, folder_id=self.row.id, findings=batch))
            report.jobs += recorded.jobs
            report.duplicates += recorded.duplicates


def _count(report: ScanReport, verdict: Verdict) -> None:
    if verdict is Verdict.TOO_BIG:
        report.too_big += 1
    else:
        report.ignored += 1


def _text(path: bytes) -> str:
    return path.decode("utf-8", errors="replace")
