"""What one look at a folder found, counted."""

from __future__ import annotations

from dataclasses import dataclass, field, fields


@dataclass(slots=True)
class ScanReport:
    """Counts of files. ``jobs`` are new pieces of work; ``waiting`` files are still being written.

    ``temporary`` are hidden, partial and own files, of which no record is kept. ``settling`` were seen for the first
    time, and may still be written to. ``problems`` are sentences.
    """

    new: int = 0
    known: int = 0
    duplicates: int = 0
    ignored: int = 0
    temporary: int = 0
    too_big: int = 0
    unreadable: int = 0
    gone: int = 0
    waiting: int = 0
    settling: int = 0
    jobs: int = 0
    problems: list[str] = field(default_factory=list)

    def add(self, other: ScanReport) -> None:
        """Take the counts of ``other`` in."""
        for one in fields(self):
            setattr(self, one.name, getattr(self, one.name) + getattr(other, one.name))

    def warnings(self, folder: str) -> list[str]:
        """What a person must know: places of ``folder`` that could not be read, and files left to their writers."""
        if not self.waiting:
            return self.problems
        one = f"1 file is still being written in {folder} and left out; hand it over again later."
        several = f"{self.waiting:,} files are still being written in {folder} and left out; hand it over again later."
        return [*self.problems, one if self.waiting == 1 else several]

    @property
    def changed(self) -> bool:
        """Whether anything was written."""
        left_out = self.gone or self.ignored or self.too_big or self.unreadable
        return bool(self.new or left_out or self.settling or self.jobs)
