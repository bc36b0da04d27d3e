"""Which pages of the key-value pool each slot holds; pages are shared until somebody writes into one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from engines.backends.base import NoRoom, Row

SCRATCH = 0
"""The page that padding rows write to; no slot ever holds it."""


@dataclass(slots=True)
class Held:
    """One slot: the pages of its tokens, in order, and how many tokens they hold."""

    pages: list[int] = field(default_factory=list)
    length: int = 0


class PageTable:
    """Slots to page lists, by reference count. ``count`` pages of ``page_tokens`` tokens, one of them for padding."""

    def __init__(self, slots: int, count: int, page_tokens: int) -> None:
        self.page_tokens = page_tokens
        self._held = [Held() for _ in range(slots)]
        self._free = list(range(count - 1, SCRATCH, -1))
        self._users = [0] * count

    @property
    def free(self) -> int:
        """Pages that no slot holds."""
        return len(self._free)

    def length(self, slot: int) -> int:
        """Tokens that ``slot`` holds."""
        return self._held[slot].length

    def pages(self, slot: int) -> Sequence[int]:
        """The pages of ``slot``, in the order of its tokens."""
        return self._held[slot].pages

    def reserve(self, rows: Sequence[Row]) -> list[tuple[int, int]]:
        """Gives every row pages of its own to write to; returns the pages to be copied first, as (from, to).

        Raises ``NoRoom`` when the pool cannot hold all rows; nothing has changed then.
        """
        if sum(self._wanted(row) for row in rows) > len(self._free):
            raise NoRoom("The model's memory is full.")
        copies: list[tuple[int, int]] = []
        for row in rows:
            copies += self._open(row)
        return copies

    def _wanted(self, row: Row) -> int:
        """Free pages that ``row`` needs."""
        held = self._held[row.slot]
        more = self._count(row.start + len(row.tokens)) - self._count(row.start)
        return max(0, more) + self._shares_the_page_of(held, row.start)

    def _shares_the_page_of(self, held: Held, position: int) -> bool:
        """Whether others too read tokens in the page that ``position`` falls into."""
        page, offset = divmod(position, self.page_tokens)
        return offset > 0 and self._users[held.pages[page]] > 1

    def _open(self, row: Row) -> list[tuple[int, int]]:
        self.trim(row.slot, row.start)
        held = self._held[row.slot]
        copies: list[tuple[int, int]] = []
        if self._shares_the_page_of(held, row.start):
            # Others read this page, and must not see what is written into it now.
            shared = held.pages[-1]
            held.pages[-1] = self._take()
            self._drop(shared)
            copies.append((shared, held.pages[-1]))
        held.length = row.start + len(row.tokens)
        while len(held.pages) < self._count(held.length):
            held.pages.append(self._take())
        return copies

    def share(self, source: int, target: int, length: int) -> None:
        """Makes ``target`` hold the first ``length`` tokens of ``source``; no memory is copied or taken."""
        pages = self._held[source].pages[: self._count(length)]
        for page in pages:
            self._users[page] += 1
        self.trim(target, 0)
        self._held[target] = Held(pages, length)

    def trim(self, slot: int, length: int) -> None:
        """Forgets all but the first ``length`` tokens of ``slot``."""
        held = self._held[slot]
        for page in held.pages[self._count(length) :]:
            self._drop(page)
        del held.pages[self._count(length) :]
        held.length = min(held.length, length)

    def _count(self, tokens: int) -> int:
        return -(-tokens // self.page_tokens)

    def _take(self) -> int:
        page = self._free.pop()
        self._users[page] = 1
        return page

    def _drop(self, page: int) -> None:
        self._users[page] -= 1
        if not self._users[page]:
            self._free.append(page)
