"""Pages: shared until written to, never lost, and never taken for a step that does not fit."""

from __future__ import annotations

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from engines.backends.base import NoRoom, Row
from engines.backends.torch_paged.pages import SCRATCH, PageTable

PAGE, SLOTS, COUNT = 4, 4, 12


def row(slot: int, start: int, count: int) -> Row:
    return Row(slot, [0] * count, start, wants_logits=False)


def test_a_copy_takes_no_memory_until_somebody_writes() -> None:
    pages = PageTable(SLOTS, COUNT, PAGE)
    pages.reserve([row(0, 0, 10)])
    free = pages.free
    pages.share(0, 1, 9)
    assert pages.free == free
    assert pages.pages(1) == pages.pages(0)


def test_who_writes_into_a_shared_page_gets_a_copy_of_it() -> None:
    pages = PageTable(SLOTS, COUNT, PAGE)
    pages.reserve([row(0, 0, 10)])
    pages.share(0, 1, 10)
    shared = list(pages.pages(0))
    copies = pages.reserve([row(1, 10, 1)])
    assert copies == [(shared[2], pages.pages(1)[2])]
    assert list(pages.pages(0)) == shared
    assert pages.pages(1)[:2] == shared[:2]


def test_writing_at_the_start_of_a_page_copies_nothing() -> None:
    pages = PageTable(SLOTS, COUNT, PAGE)
    pages.reserve([row(0, 0, 8)])
    pages.share(0, 1, 8)
    assert pages.reserve([row(0, 8, 1), row(1, 8, 1)]) == []
    assert pages.pages(0)[2] != pages.pages(1)[2]


def test_a_step_that_does_not_fit_changes_nothing() -> None:
    pages = PageTable(SLOTS, COUNT, PAGE)
    pages.reserve([row(0, 0, 30)])
    before, free = list(pages.pages(0)), pages.free
    with pytest.raises(NoRoom):
        pages.reserve([row(0, 30, 3), row(1, 0, 13)])
    assert (list(pages.pages(0)), pages.length(0), pages.free) == (before, 30, free)


class Pages(RuleBasedStateMachine):
    """A page table over a memory of our own, beside plain lists that say what each slot should read."""

    def __init__(self) -> None:
        super().__init__()
        self.pages = PageTable(SLOTS, COUNT, PAGE)
        self.memory = {page: [0] * PAGE for page in range(COUNT)}
        self.expected: list[list[int]] = [[] for _ in range(SLOTS)]
        self.written = 0

    @rule(counts=st.dictionaries(st.integers(0, SLOTS - 1), st.integers(1, 9), min_size=1))
    def step(self, counts: dict[int, int]) -> None:
        rows = [row(slot, len(self.expected[slot]), count) for slot, count in counts.items()]
        try:
            copies = self.pages.reserve(rows)
        except NoRoom:
            return
        for source, target in copies:
            self.memory[target] = list(self.memory[source])
        for each in rows:
            for at in range(each.start, each.start + len(each.tokens)):
                self.written += 1
                self.memory[self.pages.pages(each.slot)[at // PAGE]][at % PAGE] = self.written
                self.expected[each.slot].append(self.written)

    @rule(source=st.integers(0, SLOTS - 1), into=st.integers(0, SLOTS - 1), part=st.floats(0, 1))
    def share(self, source: int, into: int, part: float) -> None:
        length = int(part * len(self.expected[source]))
        self.pages.share(source, into, length)
        self.expected[into] = self.expected[source][:length]

    @rule(slot=st.integers(0, SLOTS - 1), part=st.floats(0, 1))
    def trim(self, slot: int, part: float) -> None:
        length = int(part * len(self.expected[slot]))
        self.pages.trim(slot, length)
        del self.expected[slot][length:]

    @invariant()
    def every_slot_reads_what_was_written_to_it(self) -> None:
        for slot, tokens in enumerate(self.expected):
            read = [token for page in self.pages.pages(slot) for token in self.memory[page]]
            assert read[: len(tokens)] == tokens

    @invariant()
    def every_page_is_held_or_free(self) -> None:
        held = {page for slot in range(SLOTS) for page in self.pages.pages(slot)}
        assert SCRATCH not in held
        assert len(held) + self.pages.free == COUNT - 1

    @precondition(lambda self: any(self.expected))
    @rule()
    def empty_everything(self) -> None:
        for slot in range(SLOTS):
            self.pages.trim(slot, 0)
            self.expected[slot] = []
        assert self.pages.free == COUNT - 1


TestPages = Pages.TestCase
TestPages.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
