"""The rules of the batch, over a fake backend that checks every call and a clock that only steps move."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass, field, replace

import pytest
from fake_backend import FakeBackend, FakeClock, alone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engines.backends.base import Limits, NoRoom, Row
from engines.budget import StepBudget
from engines.generation import Generation
from engines.plan import Plan, SchedulerOptions
from engines.prefix import GROWTH, Copy
from engines.request import Priority
from engines.scheduler import STEPS_WITHOUT_DOCUMENTS, Scheduler
from engines.watchdog import Patience

CHAT, DOCUMENT = Priority.INTERACTIVE, Priority.BATCH
PARTITIONED = Limits(slots=6, slot_tokens=200, pool_tokens=1200, step_tokens=64)
APART = Limits(slots=6, slot_tokens=200, pool_tokens=1200, step_tokens=64, joint_steps=False)
UNIFIED = Limits(slots=6, slot_tokens=200, pool_tokens=420, step_tokens=64)
SMALL = SchedulerOptions(batch_rows=4, chat_rows=1, share_tokens=8)


@dataclass
class Desk:
    """Drives a scheduler as the engine does, without its thread."""

    limits: Limits = PARTITIONED
    options: SchedulerOptions = SMALL
    finished: list[Generation] = field(default_factory=list)
    failed: list[Generation] = field(default_factory=list)
    breaks: int = 0
    taken: int = 0
    """Steps that were computed, and neither refused nor broken off."""
    moved: int = 0
    """The last of them in which a document moved on, or none could."""
    token_s: float = 0.001

    def __post_init__(self) -> None:
        self.backend = FakeBackend(self.limits, FakeClock(), token_s=self.token_s)
        self.scheduler = Scheduler(self.limits, self.options, StepBudget())
        self.requests: dict[str, Generation] = {}

    def ask(self, name: str, prompt: list[int], answer: int, priority: Priority = DOCUMENT) -> Generation:
        most = min(self.limits.slot_tokens, len(prompt) + answer)
        generation = Generation(name, priority, list(prompt), len(prompt), most)
        self.requests[name] = generation
        self.scheduler.add(generation)
        return generation

    def step(self) -> Plan:
        plan = self.scheduler.plan()
        assert plan.rows or not self.scheduler.busy, "requests are there, but none can go on"
        if any(not row.generation.chat for row in plan.rows):
            self.check_line_of_chats()
        self.take(plan)
        return plan

    def check_line_of_chats(self) -> None:
        """A chat that waits although a document runs would have no room either if the document were not there."""
        waiting = next((g for g in self.scheduler.waiting if g.chat), None)
        if waiting is not None:
            chats = [slot for slot in self.scheduler.pool if slot.owner is not None and slot.owner.chat]
            wanted = min(waiting.most, len(waiting.tokens) + GROWTH)
            full = sum(slot.reserved for slot in chats) + wanted > self.limits.pool_tokens
            assert full or len(chats) == self.limits.slots, "a chat waits although a document runs"

    def take(self, plan: Plan) -> None:
        self.apply(plan)
        if plan.rows:
            self._compute(plan)
        self.check()

    def apply(self, plan: Plan) -> None:
        for operation in plan.operations:
            if isinstance(operation, Copy):
                self.backend.copy(operation.source, operation.target, operation.length)
            else:
                self.backend.trim(operation.slot, operation.length)

    def _compute(self, plan: Plan) -> None:
        rows = [
            Row(g.slot, g.tokens[g.computed : g.computed + r.count], g.computed, r.wants_logits)
            for r in plan.rows
            for g in (r.generation,)
            if g.slot is not None
        ]
        assert len(rows) == len(plan.rows)
        if self.breaks and plan.reads_documents:
            self.breaks -= 1
            self.scheduler.broken_off(plan)
            return
        before = self.backend.clock()
        try:
            chosen = iter(self.backend.step(rows).argmax())
        except NoRoom:
            victim = self.scheduler.relieve(plan)
            if victim is not None:
                self.scheduler.remove(victim, keep=False)
                self.failed.append(victim)
            return
        wanted = [r.generation for r in plan.rows if r.wants_logits]
        self.scheduler.advance(plan, self.backend.clock() - before)
        self.taken += 1
        if any(not row.generation.chat for row in plan.rows) or not documents_in_hand(self.scheduler):
            self.moved = self.taken
        for generation in wanted:
            generation.tokens.append(next(chosen))
            if len(generation.tokens) >= generation.most:
                self.scheduler.remove(generation)
                self.finished.append(generation)

    def check(self) -> None:
        pool = self.scheduler.pool
        assert pool.reserved <= self.limits.pool_tokens
        assert pool.held <= self.limits.pool_tokens
        for slot in pool:
            if slot.owner is not None:
                assert slot.owner.slot == slot.index
                assert len(slot.owner.tokens) <= max(slot.reserved + 1, slot.owner.prompt)

    def finish_all(self, most: int = 5000) -> None:
        for _ in range(most):
            if not self.scheduler.busy:
                return
            self.step()
        raise AssertionError("the requests do not come to an end")


def documents_in_hand(scheduler: Scheduler) -> bool:
    """Whether a document has to move on: one has a slot, or no chat keeps the next one from having it."""
    everyone = [*scheduler.running, *scheduler.waiting]
    return any(not g.chat for g in scheduler.running) or not any(g.chat for g in everyone)


def text(seed: int, size: int) -> list[int]:
    return [(seed * 31 + i * (seed + 3)) % 62 for i in range(size)]


def test_one_request_is_answered_as_the_model_alone_would() -> None:
    desk = Desk()
    one = desk.ask("one", text(1, 100), 20)
    desk.finish_all()
    assert one.tokens[one.prompt :] == alone(text(1, 100), 20)


def test_a_chat_takes_the_very_next_step_with_every_document_row_taken() -> None:
    desk = Desk()
    for i in range(8):
        desk.ask(f"d{i}", text(i, 60), 60)
    for _ in range(12):
        desk.step()
    chat = desk.ask("chat", text(90, 20), 5, CHAT)
    plan = desk.step()
    assert any(row.generation is chat for row in plan.rows)


def test_chats_beyond_the_reserved_rows_push_documents_out_and_these_go_on_later() -> None:
    desk = Desk()
    documents = [desk.ask(f"d{i}", text(i, 60), 40) for i in range(4)]
    for _ in range(8):
        desk.step()
    chats = [desk.ask(f"c{i}", text(90 + i, 20), 10, CHAT) for i in range(5)]
    plan = desk.step()
    assert {row.generation for row in plan.rows} >= set(chats[:1])
    assert all(chat.slot is not None for chat in chats)
    assert desk.scheduler.preemptions > 0
    desk.finish_all()
    for i, document in enumerate(documents):
        assert document.tokens[document.prompt :] == alone(text(i, 60), 40)


def test_documents_sit_out_as_far_as_a_chat_needs_short_steps() -> None:
    desk = Desk(options=SchedulerOptions(batch_rows=4, chat_rows=1, chat_step_s=0.012, share_tokens=8))
    for i in range(4):
        desk.ask(f"d{i}", text(i, 20), 150)
    for _ in range(20):
        desk.step()
    assert desk.step().decode_rows == 4
    desk.ask("chat", text(90, 10), 30, CHAT)
    desk.step()
    rows = [desk.step().decode_rows for _ in range(20)]
    assert max(rows) < 5
    assert sum(rows) > 20, "the documents must not stand still behind a chat"


def test_a_waiting_document_moves_on_although_chats_never_stop() -> None:
    desk = Desk(options=SchedulerOptions(batch_rows=4, chat_rows=1, chat_step_s=0.001, share_tokens=8))
    document = desk.ask("document", text(1, 120), 10)
    for i in range(200):
        if not any(g.chat for g in desk.scheduler.running):
            desk.ask(f"c{i}", text(i, 15), 10, CHAT)
        desk.step()
    assert document in desk.finished


def test_the_instructions_of_a_recipe_are_computed_once() -> None:
    desk = Desk(limits=Limits(slots=8, slot_tokens=300, pool_tokens=2400, step_tokens=64))
    instructions = text(7, 100)
    jobs = [desk.ask(f"d{i}", instructions + text(i + 1, 20), 5) for i in range(20)]
    desk.finish_all()
    assert sum(job.cached or 0 for job in jobs) >= 19 * 99
    for i, job in enumerate(jobs):
        assert job.tokens[job.prompt :] == alone(instructions + text(i + 1, 20), 5)


def test_where_prompts_save_nothing_beside_single_tokens_the_rows_are_filled_first() -> None:
    desk = Desk(limits=APART)
    for i in range(12):
        desk.ask(f"d{i}", text(i, 50), 20)
    plans = list[Plan]()
    while desk.scheduler.busy:
        plans.append(desk.step())
    assert not any(plan.decode_rows and plan.prefill_tokens for plan in plans)
    assert max(plan.decode_rows for plan in plans) == SMALL.batch_rows
    assert sum(plan.decode_rows for plan in plans) / sum(bool(plan.decode_rows) for plan in plans) > 3.5


@pytest.mark.parametrize("limits", [PARTITIONED, APART], ids=["joint", "apart"])
def test_documents_lie_side_by_side_and_chats_next_to_them(limits: Limits) -> None:
    desk = Desk(limits=limits)
    for night in range(2):
        for i in range(15):
            desk.ask(f"{night}-{i}", text(10 * night, 30) + text(i, 20), 12)
        chat = desk.ask(f"chat {night}", text(50 + night, 20), 5, CHAT)
        while desk.scheduler.busy:
            documents = {row.generation.slot for row in desk.step().rows if not row.generation.chat}
            assert all(slot is None or slot < SMALL.batch_rows for slot in documents)
            assert chat.slot is None or chat.slot >= SMALL.batch_rows


def test_a_flood_of_one_word_answers_does_not_keep_the_others_from_being_written() -> None:
    desk = Desk(limits=APART)
    long = desk.ask("long", text(1, 30), 20)
    for i in range(400):
        desk.ask(f"d{i}", text(i % 9, 40), 1)
    while long not in desk.finished:
        desk.step()
    assert desk.scheduler.counts()["batch"][1] > 20, "it was written only when the flood was over"
    desk.finish_all()


def test_documents_move_on_although_each_long_step_is_broken_off() -> None:
    desk = Desk(limits=APART)
    jobs = [desk.ask(f"d{i}", text(i, 150), 5) for i in range(3)]
    for _ in range(400):
        if not desk.scheduler.busy:
            break
        plan = desk.scheduler.plan()
        if plan.reads_documents and desk.scheduler.seconds_for(plan) > 0.04:
            desk.apply(plan)
            desk.scheduler.broken_off(plan)
        else:
            desk.take(plan)
    assert len(desk.finished) == len(jobs)
    for i, job in enumerate(jobs):
        assert job.tokens[job.prompt :] == alone(text(i, 150), 5)


def test_where_reading_is_slow_no_step_of_documents_is_as_long_as_a_standstill() -> None:
    limits = Limits(slots=6, slot_tokens=1000, pool_tokens=6000, step_tokens=512, joint_steps=False, interruptible=True)
    desk = Desk(limits=limits, options=replace(SMALL, document_step_s=0.5), token_s=0.25)
    document = desk.ask("d", text(1, 900), 3)
    seconds = list[float]()
    while document not in desk.finished:
        before = desk.backend.clock()
        desk.step()
        seconds.append(desk.backend.clock() - before)
    assert max(seconds) < Patience().stalled_s / 1.5


def test_where_reading_is_fast_the_chunks_are_as_large_as_they_may_be_after_a_few_steps() -> None:
    limits = Limits(slots=6, slot_tokens=4000, pool_tokens=24000, step_tokens=512, joint_steps=False)
    desk = Desk(limits=limits, options=replace(SMALL, document_step_s=0.5), token_s=0.0001)
    desk.ask("d", text(1, 3500), 3)
    sizes = [desk.step().prefill_tokens for _ in range(5)]
    assert sizes[0] <= 128
    assert sizes[-1] > 400


def test_what_was_broken_off_once_does_not_make_the_steps_small_that_are_never_broken_off() -> None:
    limits = Limits(slots=6, slot_tokens=1000, pool_tokens=6000, step_tokens=512)
    desk = Desk(limits=limits, options=replace(SMALL, batch_step_s=0.5), token_s=0.0001)
    for i in range(6):
        desk.ask(f"warm{i}", text(i, 900), 1)
    desk.finish_all()
    writer = desk.ask("writer", text(7, 40), 900)
    desk.breaks = 1
    desk.step()
    while writer.remaining > 1:
        desk.step()
    desk.ask("reader", text(8, 900), 3)
    sizes = [desk.step().prefill_tokens for _ in range(2)]
    assert max(sizes) > 300


def test_the_chunks_of_a_prompt_are_alike() -> None:
    desk = Desk(limits=Limits(slots=6, slot_tokens=1000, pool_tokens=6000, step_tokens=100, joint_steps=False))
    desk.ask("before", text(2, 200), 3)
    desk.finish_all()
    document = desk.ask("d", text(1, 410), 3)
    sizes = list[int]()
    while document not in desk.finished:
        sizes += [row.count for row in desk.step().rows if row.count > 1]
    assert sum(sizes) == 410
    assert max(sizes) - min(sizes) <= 1


def test_the_next_turn_of_a_conversation_computes_only_what_is_new() -> None:
    desk = Desk()
    first = desk.ask("one", text(1, 50), 20, CHAT)
    desk.finish_all()
    second = desk.ask("two", first.tokens + text(2, 10), 5, CHAT)
    desk.finish_all()
    assert second.cached == len(first.tokens) - 1


def test_a_conversation_survives_the_documents_of_a_night() -> None:
    desk = Desk()
    first = desk.ask("chat", text(1, 50), 20, CHAT)
    desk.finish_all()
    for i in range(40):
        desk.ask(f"d{i}", text(i + 5, 40), 8)
    desk.finish_all()
    second = desk.ask("again", first.tokens + text(2, 10), 5, CHAT)
    desk.finish_all()
    assert second.cached == len(first.tokens) - 1


def test_a_new_conversation_leaves_the_old_one_in_memory() -> None:
    desk = Desk()
    system = text(3, 20)
    old = desk.ask("old", system + text(4, 60), 10, CHAT)
    desk.finish_all()
    new = desk.ask("new", system + text(5, 30), 10, CHAT)
    desk.finish_all()
    again = desk.ask("again", old.tokens + text(6, 5), 5, CHAT)
    desk.finish_all()
    assert new.cached is not None
    assert new.cached >= len(system)
    assert again.cached == len(old.tokens) - 1


def test_a_model_that_cannot_be_cut_back_reuses_only_whole_beginnings() -> None:
    limits = Limits(slots=4, slot_tokens=200, pool_tokens=800, step_tokens=64, partial_reuse=False)
    desk = Desk(limits=limits, options=SchedulerOptions(batch_rows=2, chat_rows=1, share_tokens=8))
    first = desk.ask("one", text(1, 50), 20, CHAT)
    desk.finish_all()
    other = desk.ask("other", text(1, 40) + text(9, 10), 5, CHAT)
    longer = desk.ask("longer", first.tokens + text(2, 10), 5, CHAT)
    desk.finish_all()
    assert other.cached == 0
    assert longer.cached == len(first.tokens) - 1
    assert longer.tokens[longer.prompt :] == alone(longer.tokens[: longer.prompt], 5)


def test_a_step_that_finds_no_memory_is_tried_again_smaller_and_nobody_fails() -> None:
    desk = Desk()
    jobs = [desk.ask(f"d{i}", text(i, 60), 20) for i in range(6)]
    for _ in range(5):
        desk.step()
    desk.backend.refuse = 6
    desk.finish_all()
    assert not desk.failed
    for i, job in enumerate(jobs):
        assert job.tokens[job.prompt :] == alone(text(i, 60), 20)


def test_when_memory_stays_full_requests_fail_one_by_one_and_the_rest_live() -> None:
    desk = Desk()
    for i in range(3):
        desk.ask(f"d{i}", text(i, 60), 20)
    desk.backend.refuse = 40
    for _ in range(400):
        if desk.failed:
            break
        desk.step()
    assert len(desk.failed) == 1
    desk.backend.refuse = 0
    desk.finish_all()
    assert len(desk.finished) == 2


def test_a_memory_too_small_for_all_chats_lets_the_oldest_finish_first() -> None:
    desk = Desk(limits=Limits(slots=6, slot_tokens=200, pool_tokens=220, step_tokens=64))
    chats = [desk.ask(f"c{i}", text(i, 60), 120, CHAT) for i in range(3)]
    desk.finish_all()
    assert desk.finished == chats
    for i, chat in enumerate(chats):
        assert chat.tokens[chat.prompt :] == alone(text(i, 60), 120)


def test_a_chat_that_waits_for_the_memory_of_another_chat_takes_no_document_its_row_in_vain() -> None:
    desk = Desk(limits=Limits(slots=6, slot_tokens=400, pool_tokens=500, step_tokens=64))
    first = desk.ask("first", text(1, 100), 250, CHAT)
    document = desk.ask("document", text(2, 60), 60)
    while not len(document.tokens) > document.prompt:
        desk.step()
    second = desk.ask("second", text(3, 200), 20, CHAT)
    while second.slot is None:
        desk.step()
        assert document.preemptions == 0 or second.slot is not None, "it gave way, and the chat waits all the same"
    assert second.cached is not None
    desk.finish_all()
    assert first in desk.finished
    assert document.tokens[document.prompt :] == alone(text(2, 60), 60)


@pytest.mark.parametrize("limits", [PARTITIONED, UNIFIED, APART], ids=["partitioned", "unified", "apart"])
def test_a_thousand_documents_and_their_chats_all_end(limits: Limits) -> None:
    desk = Desk(limits=limits)
    for i in range(1000):
        desk.ask(f"d{i}", text(i % 7, 20 + i % 11), 3 + i % 5)
        if i % 50 == 0:
            desk.ask(f"c{i}", text(i, 12), 5, CHAT)
    desk.finish_all(20_000)
    assert len(desk.finished) == 1020


prompts = st.builds(
    lambda family, shared, own, size: text(family, shared) + text(own + 10, size),
    st.integers(0, 2),
    st.integers(0, 60),
    st.integers(0, 5),
    st.integers(1, 60),
)
arrivals = st.lists(
    st.tuples(
        st.integers(0, 6),
        prompts,
        st.integers(1, 60),
        st.sampled_from([CHAT, DOCUMENT, DOCUMENT]),
        st.none() | st.integers(0, 25),
        st.integers(0, 20).map(lambda n: n if n < 3 else 0),
    ),
    min_size=1,
    max_size=14,
)


# `make faults` goes through ten thousand of them, which takes minutes.
SCHEDULES = 10_000 if os.environ.get("NIGHTDESK_FAULTS") else 300


@pytest.mark.timeout(900)
@settings(max_examples=SCHEDULES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    arrivals=arrivals, limits=st.sampled_from([PARTITIONED, UNIFIED, APART]), chat_step_s=st.sampled_from([0.001, 0.02])
)
def test_whatever_arrives_and_leaves_the_rules_hold(
    arrivals: list[tuple[int, list[int], int, Priority, int | None, int]], limits: Limits, chat_step_s: float
) -> None:
    options = SchedulerOptions(batch_rows=4, chat_rows=1, share_tokens=8, chat_step_s=chat_step_s)
    desk = Desk(limits=limits, options=options)
    leaving: dict[str, int] = {}
    cancelled: set[str] = set()
    for number, (pause, prompt, answer, priority, leave, refusals) in enumerate(arrivals):
        desk.ask(f"r{number}", prompt, answer, priority)
        if leave is not None:
            leaving[f"r{number}"] = leave
        desk.backend.refuse += refusals
        desk.breaks += refusals
        for _ in range(pause):
            walk(desk, leaving, cancelled)
    for _ in range(4000):
        if not desk.scheduler.busy:
            break
        walk(desk, leaving, cancelled)
    ended = [g.id for g in desk.finished + desk.failed] + sorted(cancelled)
    assert sorted(ended) == sorted(desk.requests), "every request ends exactly once"
    for generation in desk.finished:
        count = len(generation.tokens) - generation.prompt
        assert generation.tokens[generation.prompt :] == alone(generation.tokens[: generation.prompt], count)
        assert generation.cached is not None
        assert 0 <= generation.cached < generation.prompt
    assert all(slot.owner is None for slot in desk.scheduler.pool)
    if not desk.scheduler.preemptions and not cancelled and not desk.failed:
        # The last token of an answer is never computed: nothing follows it.
        owed = sum(len(g.tokens) - 1 - (g.cached or 0) for g in desk.finished)
        assert desk.backend.computed == owed, "every token is either cached or computed, and once"


def walk(desk: Desk, leaving: dict[str, int], cancelled: set[str]) -> None:
    """One step of the desk, with the cancellations that are due before it."""
    for name in list(leaving):
        leaving[name] -= 1
        if leaving[name] < 0:
            del leaving[name]
            generation = desk.requests[name]
            if generation not in desk.finished and generation not in desk.failed:
                desk.scheduler.remove(generation)
                cancelled.add(name)
    desk.step()
    for chat in (False, True):
        seen = [g.order for g in desk.requests.values() if g.chat is chat and g.cached is not None]
        line = [g.order for g in desk.scheduler.waiting if g.chat is chat and g.cached is None]
        assert not seen or not line or max(seen) < min(line), "those of one class are let in as they came"
    assert desk.taken - desk.moved <= 3 * STEPS_WITHOUT_DOCUMENTS, "the documents stand still"


def test_documents_beside_the_chats_slot_ride_along_and_the_distant_ones_are_not_forgotten() -> None:
    options = SchedulerOptions(batch_rows=4, chat_rows=1, share_tokens=8, chat_step_s=0.012)
    desk = Desk(limits=PARTITIONED, options=options)
    for number in range(3):
        desk.ask(f"d{number}", [number, *range(1, 9)], 200, DOCUMENT)
    for _ in range(8):
        desk.step()
    desk.ask("chat", [9, 8, 7], 180, CHAT)
    rode: Counter[str] = Counter()
    for _ in range(170):
        rode.update(row.generation.id for row in desk.step().rows)
    assert rode["chat"] > 160
    documents = sorted(("d0", "d1", "d2"), key=lambda name: rode[name])
    assert all(rode[name] >= 2 for name in documents), "a distant document was forgotten"
    assert rode[documents[-1]] > 2 * rode[documents[0]], "no document was the chat's neighbour"
