"""Slots of key-value memory, each of them also a cache of the tokens it holds.

A slot keeps its tokens when its request ends, so that the next turn of a conversation, or the next document
of a recipe, starts where the common beginning ends. The least recently used goes first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from engines.backends.base import Backend, Limits
from engines.generation import Generation

GROWTH = 256


@dataclass(frozen=True, slots=True)
class Copy:
    """Make ``target`` hold the first ``length`` tokens of ``source``."""

    source: int
    target: int
    length: int


@dataclass(frozen=True, slots=True)
class Trim:
    """Forget all but the first ``length`` tokens of ``slot``."""

    slot: int
    length: int


Operation = Copy | Trim


@dataclass(slots=True)
class Slot:
    """One sequence of the backend: running for ``owner``, or idle with the tokens ``kept``."""

    index: int
    owner: Generation | None = None
    kept: list[int] = field(default_factory=list)
    reserved: int = 0
    used: int = 0
    chat: bool = False

    @property
    def length(self) -> int:
        """Tokens in memory. Read from other threads too, so the owner is looked at once."""
        owner = self.owner
        return len(self.kept) if owner is None else owner.computed

    def shared(self, tokens: list[int]) -> int:
        """How many of ``tokens`` this slot holds already; the last one is always computed anew."""
        if self.owner is None:
            return common_prefix(self.kept, tokens, len(tokens) - 1)
        return common_prefix(self.owner.tokens, tokens, min(self.owner.computed, len(tokens) - 1))


def common_prefix(a: list[int], b: list[int], most: int) -> int:
    """Length of the common beginning of two lists, ``most`` at the longest; compares slices, not tokens."""
    most = min(most, len(a), len(b))
    if most <= 0 or a[0] != b[0]:
        return 0
    if a[:most] == b[:most]:
        return most
    low, high = 1, most
    while high - low > 1:
        middle = (low + high) // 2
        if a[low:middle] == b[low:middle]:
            low = middle
        else:
            high = middle
    return low


class SlotPool:
    """Which slot a request gets, what it can take over, and who has to go. ``operations`` are for the backend.

    The first ``documents`` slots are the documents' own as far as possible, and chats follow them: a backend may
    compute neighbouring slots together, and has to fill or to leap over the gaps between others.
    """

    def __init__(self, limits: Limits, share_tokens: int, documents: int | None = None) -> None:
        self._limits = limits
        self._share_tokens = share_tokens
        self._documents = limits.slots if documents is None else documents
        self._slots = [Slot(index) for index in range(limits.slots)]
        self._clock = 0
        self.operations: list[Operation] = []

    def __iter__(self) -> Iterator[Slot]:
        return iter(self._slots)

    @property
    def reserved(self) -> int:
        """Tokens promised to running requests."""
        return sum(slot.reserved for slot in self._slots)

    @property
    def held(self) -> int:
        """Tokens in memory."""
        return sum(slot.length for slot in self._slots)

    def place(self, generation: Generation) -> bool:
        """Gives ``generation`` a slot and whatever that can hold of its beginning; False when there is no room."""
        tokens = generation.tokens
        source, shared = self._longest(tokens)
        target = self._target(generation, source, shared)
        reserve = self._reserve(generation)
        if target is None or not self._fits(reserve):
            return False
        if target is source:
            self.operations.append(Trim(target.index, shared))
        elif source is not None and shared >= self._share_tokens:
            self.operations.append(Copy(source.index, target.index, shared))
            source.used = self._tick()
        else:
            shared = 0
            self.operations.append(Trim(target.index, 0))
        self._make_room(reserve, spare=target)
        self._occupy(target, generation, shared)
        return True

    def would_place(self, generation: Generation, without: Sequence[Generation]) -> bool:
        """Whether there would be room for ``generation`` if those in ``without``, which are running, gave up theirs."""
        slot_free = bool(without) or any(slot.owner is None for slot in self._slots)
        given_up = sum(self._of(other).reserved for other in without)
        return slot_free and self._fits(self._reserve(generation) - given_up)

    def _occupy(self, slot: Slot, generation: Generation, shared: int) -> None:
        slot.owner, slot.kept, slot.chat = generation, [], generation.chat
        slot.reserved, slot.used = self._reserve(generation), self._tick()
        generation.slot, generation.computed = slot.index, shared
        if generation.cached is None:
            generation.cached = min(shared, generation.prompt)

    def _longest(self, tokens: list[int]) -> tuple[Slot | None, int]:
        """The slot that shares most with ``tokens``, an idle one where several do."""
        best, longest = None, 0
        for slot in self._slots:
            shared = slot.shared(tokens)
            if not self._limits.partial_reuse and (slot.owner is not None or shared < len(slot.kept)):
                continue
            if shared > longest or (shared == longest and shared and best is not None and best.owner is not None):
                best, longest = slot, shared
        return best, longest

    def _target(self, generation: Generation, source: Slot | None, shared: int) -> Slot | None:
        """The slot to run in: the one that holds the beginning if it may be cut back, else the one least missed."""
        if source is not None and source.owner is None and self._may_cut(source, shared, generation):
            return source
        idle = [slot for slot in self._slots if slot.owner is None]
        others = [slot for slot in idle if slot is not source] or idle
        return min(others, key=lambda slot: self._price(slot, generation), default=None)

    def _price(self, slot: Slot, generation: Generation) -> tuple[int, int, int, int]:
        """What is lost when ``generation`` takes an idle slot, for comparison: least for an empty one in its place."""
        kept, beyond = bool(slot.kept), slot.index >= self._documents
        talk = kept and slot.chat
        if not generation.chat:
            return (talk, slot.used if talk else beyond, kept, slot.used if kept else slot.index)
        place = slot.index if beyond else 2 * self._limits.slots - slot.index
        return (kept, talk, 0, slot.used if kept else place)

    def _may_cut(self, slot: Slot, shared: int, generation: Generation) -> bool:
        if not slot.chat and not generation.chat:
            return True
        return 2 * shared >= len(slot.kept) or not self._limits.partial_reuse

    def grow(self, generation: Generation) -> bool:
        """Promises a chat the memory for its next tokens; False when there is none left."""
        slot = self._of(generation)
        more = self._reserve(generation) - slot.reserved
        if len(generation.tokens) < slot.reserved or more <= 0:
            return True
        if not self._fits(more):
            return False
        self._make_room(more)
        slot.reserved += more
        return True

    def release(self, generation: Generation, *, keep: bool = True) -> None:
        """Ends the generation's hold on its slot, whose tokens stay as long as nobody needs the place."""
        slot = self._of(generation)
        slot.kept = generation.tokens[: generation.computed] if keep else []
        if not keep:
            self.operations.append(Trim(slot.index, 0))
        slot.owner, slot.reserved, slot.used = None, 0, self._tick()
        generation.slot = None

    def evict_idle(self) -> bool:
        """Empties every idle slot; False when none held anything."""
        full = [slot for slot in self._slots if slot.owner is None and slot.kept]
        for slot in full:
            self._empty(slot)
        return bool(full)

    def forget_everything(self) -> None:
        """Empties every slot, after an error that leaves it open what the backend holds. None may be running."""
        self.operations = []
        for slot in self._slots:
            self._empty(slot)

    def _reserve(self, generation: Generation) -> int:
        """A document is promised all it may need; a chat, whose length nobody knows, grows as it goes."""
        if generation.chat:
            return min(generation.most, len(generation.tokens) + GROWTH)
        return generation.most

    def _fits(self, more: int) -> bool:
        return self.reserved + more <= self._limits.pool_tokens

    def _make_room(self, more: int, spare: Slot | None = None) -> None:
        """Empties idle slots, the least recently used first, until ``more`` tokens fit beside what is promised."""
        idle = [slot for slot in self._slots if slot.owner is None and slot.kept and slot is not spare]
        idle.sort(key=lambda slot: (slot.chat, slot.used))
        promised = self.reserved + sum(len(slot.kept) for slot in idle)
        for slot in idle:
            if promised + more <= self._limits.pool_tokens:
                return
            promised -= len(slot.kept)
            self._empty(slot)

    def _empty(self, slot: Slot) -> None:
        slot.kept = []
        self.operations.append(Trim(slot.index, 0))

    def _of(self, generation: Generation) -> Slot:
        assert generation.slot is not None
        return self._slots[generation.slot]

    def _tick(self) -> int:
        self._clock += 1
        return self._clock

    def take_operations(self) -> Sequence[Operation]:
        """What the backend has to do before the next step, in this order."""
        operations, self.operations = self.operations, []
        return operations


def carry_out(operations: Sequence[Operation], backend: Backend) -> None:
    """Has the backend do what the pool has decided."""
    for operation in operations:
        if isinstance(operation, Copy):
            backend.copy(operation.source, operation.target, operation.length)
        else:
            backend.trim(operation.slot, operation.length)
