"""Who takes part in the next step. Chats first, documents in every other row; pure Python, no clock of its own.

In a step go, in this order: every chat that is answering, the documents that are being written, the prompts of
chats (they take the time that the step has left first), the prompts of documents. Documents sit out, keeping
what they have computed, as far as a chat needs the step to be short; they never sit out for good.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Callable, Sequence

from engines.backends.base import Limits
from engines.budget import StepBudget
from engines.chunks import SMALLEST_CHUNK, shares
from engines.generation import Generation
from engines.plan import Plan, SchedulerOptions
from engines.prefix import SlotPool, common_prefix

# With documents alone. Smaller chunks cost more for each token, so on a busy machine, where steps are slow and leave
# little time for chunks, the smallest ones would make it slower still.
DOCUMENT_CHUNK = 128
# A machine or model on which it takes longer than so many seconds gets smaller chunks: a step is a sign of life.
LONGEST_DOCUMENT_CHUNK_S = 3.0
# The first step of all, when it is not known how fast this machine reads. Halves of common instructions share less.
FIRST_CHUNK = 128
# The rest of a prompt may be so much longer than the step has time for, rather than be cut in two.
STRETCH = 1.25
# Documents that can be written wait for the prompts of others at most so many steps, where the two go apart.
PROMPT_STEPS = 32
# A chunk is a pass over all weights besides the one that decodes, so a chat does not pay for one of a few tokens.
CHUNK_BESIDE_CHAT = 16
# A document that rides along now and then is felt less by a chat than a stop of all documents by their owner.
STEPS_WITHOUT_DOCUMENTS = 4
# llama.cpp computes neighbouring slots together and takes another pass over the weights for distant ones, so a
# document beside a chat's slot costs the chat least; after this many steps even a distant one has its turn.
STEPS_LEFT_OUT = 64


class Scheduler:
    """Two lines of waiting requests, the running ones, and the rule who goes next.

    ``batch_rows`` may be lowered and raised at any time; running documents are not touched by it.
    """

    def __init__(self, limits: Limits, options: SchedulerOptions, budget: StepBudget | None = None) -> None:
        self._limits = limits
        self._options = options
        self._budget = budget or StepBudget()
        self._pool = SlotPool(limits, options.share_tokens, options.batch_rows)
        self._waiting: dict[bool, list[Generation]] = {True: [], False: []}
        self._running: list[Generation] = []
        self._arrivals = 0
        self._step = 0
        self._batch_rode = 0
        self._chunk_cap = min(FIRST_CHUNK, limits.step_tokens)
        self._unbroken = limits.step_tokens
        self._relieving = False
        self.batch_rows = options.batch_rows
        self.preemptions = 0

    @property
    def running(self) -> Sequence[Generation]:
        return self._running

    @property
    def waiting(self) -> Sequence[Generation]:
        return self._waiting[True] + self._waiting[False]

    @property
    def busy(self) -> bool:
        return bool(self._running or self._waiting[True] or self._waiting[False])

    @property
    def pool(self) -> SlotPool:
        return self._pool

    def counts(self) -> dict[str, tuple[int, int]]:
        """(running, waiting) of each class."""
        chats = sum(g.chat for g in self._running)
        return {
            "interactive": (chats, len(self._waiting[True])),
            "batch": (len(self._running) - chats, len(self._waiting[False])),
        }

    def add(self, generation: Generation) -> None:
        """Puts a new request at the end of its line."""
        self._arrivals += 1
        generation.order = self._arrivals
        self._waiting[generation.chat].append(generation)

    def remove(self, generation: Generation, *, keep: bool = True) -> None:
        """Takes a request out, finished or not; what it has computed stays as a prefix for others."""
        if generation in self._running:
            self._running.remove(generation)
            self._pool.release(generation, keep=keep)
        elif generation in self._waiting[generation.chat]:
            self._waiting[generation.chat].remove(generation)

    def plan(self) -> Plan:
        """The next step. Its rows may be empty only when nothing can run."""
        self._step += 1
        self._grow_chats()
        self._admit_chats()
        plan = Plan()
        answering = [g for g in self._running if g.chat and g.remaining == 1]
        for generation in answering:
            plan.add(generation, 1)
        if any(g.chat for g in self._running):
            step_s = self._options.chat_step_s if answering else self._options.batch_step_s
            room = self._prefill_room(step_s, len(answering), 0, floor=SMALLEST_CHUNK)
            prompts = shares([g for g in self._running if g.chat and g.remaining > 1], room)
            self._documents_beside_chats(plan, prompts)
        else:
            self._documents_alone(plan)
        plan.operations = self._pool.take_operations()
        return plan

    def _documents_alone(self, plan: Plan) -> None:
        """Prompts of documents, and the documents that are being written: together where that saves time.

        Elsewhere the prompts go first: so the rows are soon full, and a chat that comes waits for one of the two.
        """
        ready = [g for g in self._running if g.remaining == 1]
        together = self._limits.joint_steps
        overdue = any(self._step - g.rode > PROMPT_STEPS for g in ready)
        beside = len(ready) if together or overdue else 0
        # A step that also writes is not broken off for a chat, so it has to be short.
        step_s = self._options.batch_step_s if together else self._options.document_step_s
        unbroken = self._limits.step_tokens if beside else self._unbroken
        room = min(unbroken, self._prefill_room(step_s, beside, 0, floor=self._document_chunk()))
        self._admit_batch(room)
        most = min(int(STRETCH * room), unbroken, self._chunk_cap, self._limits.step_tokens - beside)
        prompts = shares([g for g in self._running if g.remaining > 1], room, most) if together or not overdue else []
        if together or not prompts:
            for generation in self._riders(0, sum(count for _, count in prompts), chats=False, starving=False):
                plan.add(generation, 1)
        for generation, count in prompts:
            plan.add(generation, count)
        self._batch_rode = self._step

    def _document_chunk(self) -> int:
        """The smallest chunk of a document that is worth a step, where nobody else is served."""
        bearable = self._budget.prefill_s(DOCUMENT_CHUNK) <= LONGEST_DOCUMENT_CHUNK_S
        return DOCUMENT_CHUNK if bearable else SMALLEST_CHUNK

    def _documents_beside_chats(self, plan: Plan, chat_prompts: list[tuple[Generation, int]]) -> None:
        taken = sum(count for _, count in chat_prompts)
        starving = self._step - self._batch_rode > STEPS_WITHOUT_DOCUMENTS
        riders = self._riders(plan.decode_rows, taken, chats=True, starving=starving)
        for generation in riders:
            plan.add(generation, 1)
        for generation, count in chat_prompts:
            plan.add(generation, count)
        floor = 0 if riders or not starving else SMALLEST_CHUNK
        room = self._prefill_room(self._options.chat_step_s, plan.decode_rows, plan.prefill_tokens, floor=floor)
        if room < CHUNK_BESIDE_CHAT and not (starving and not riders):
            room = 0
        admitted = self._admit_batch(room)
        prompts = shares([g for g in self._running if not g.chat and (g.remaining > 1 or g in admitted)], room)
        for generation, count in prompts:
            plan.add(generation, count)
        if riders or prompts or not (self._waiting[False] or any(not g.chat for g in self._running)):
            self._batch_rode = self._step

    def _riders(self, chat_rows: int, prompt_tokens: int, *, chats: bool, starving: bool) -> list[Generation]:
        """Documents that get their next token in this step: all of them, or as many as a chat's step allows."""
        ready = [g for g in self._running if not g.chat and g.remaining == 1]
        most = max(0, self._limits.step_tokens - chat_rows - prompt_tokens)
        if chats:
            left = self._options.chat_step_s - self._budget.prefill_s(prompt_tokens)
            rows = len(ready)
            while rows > 0 and self._budget.decode_s(chat_rows + rows) > left:
                rows -= 1
            most = min(most, max(rows, int(starving)))
        if len(ready) > most:
            ready.sort(key=self._turns())
        return ready[:most]

    def _turns(self) -> Callable[[Generation], tuple[int, int, int]]:
        """The order of documents that cannot all ride: those left out for long, then the neighbours of a chat."""
        chats = [g.slot or 0 for g in self._running if g.chat]

        def turn(document: Generation) -> tuple[int, int, int]:
            if self._step - document.rode > STEPS_LEFT_OUT:
                return (0, document.rode, document.order)
            near = min((abs(slot - (document.slot or 0)) for slot in chats), default=0)
            return (1, near, document.order if chats else document.rode)

        return turn

    def _prefill_room(self, step_s: float, decode_rows: int, tokens: int, *, floor: int) -> int:
        """Prompt tokens that a step of ``step_s`` seconds can still take."""
        left = step_s - self._budget.decode_s(decode_rows) - self._budget.prefill_s(tokens)
        fits = max(self._budget.prefill_tokens(left), floor)
        return max(0, min(fits, self._chunk_cap, self._limits.step_tokens - decode_rows - tokens))

    def _admit_chats(self) -> None:
        line = self._waiting[True]
        while line:
            while not self._pool.place(line[0]):
                documents = [g for g in self._running if not g.chat]
                if not self._pool.would_place(line[0], without=documents):
                    return  # it waits for other chats: documents that gave way would lose their memory for nothing
                self._preempt_batch()
            self._running.append(line.pop(0))

    def _admit_batch(self, room: int) -> list[Generation]:
        """Lets documents in while this step has room for their prompts: a later one may share more by then."""
        line, admitted = self._waiting[False], list[Generation]()
        if self._waiting[True] or (self._relieving and self._running):
            return admitted
        unread = sum(g.remaining for g in self._running if not g.chat and g.remaining > 1)
        while line and unread < room and self._row_for_batch() and not self._sibling_computes(line[0]):
            if not self._pool.place(line[0]):
                break
            admitted.append(line.pop(0))
            self._running.append(admitted[-1])
            unread += admitted[-1].remaining
        return admitted

    def _row_for_batch(self) -> bool:
        chats = sum(g.chat for g in self._running)
        batch = len(self._running) - chats
        free_for_chat = max(0, self._options.chat_rows - chats)
        return batch < self.batch_rows and len(self._running) + 1 + free_for_chat <= self._limits.slots

    def _sibling_computes(self, generation: Generation) -> bool:
        """Whether a running document is about to compute a beginning that this one could take over."""
        unread = [g for g in self._running if not g.chat and g.remaining > 1]
        if not unread or not self._limits.partial_reuse:
            return False
        have = max(slot.shared(generation.tokens) for slot in self._pool)
        most = len(generation.tokens) - 1
        soon = max(common_prefix(g.tokens, generation.tokens, most) for g in unread)
        return soon >= have + self._options.share_tokens

    def _grow_chats(self) -> None:
        for generation in [g for g in self._running if g.chat]:
            while generation.slot is not None and not self._pool.grow(generation):
                if not self._preempt_batch() and not self._preempt_chat(generation):
                    self.preempt(generation)

    def _preempt_batch(self) -> bool:
        """Sends the newest document back to its line; it goes on from what it has written."""
        documents = [g for g in self._running if not g.chat]
        if documents:
            self.preempt(max(documents, key=lambda g: g.order))
        return bool(documents)

    def _preempt_chat(self, spare: Generation) -> bool:
        others = [g for g in self._running if g is not spare and g.order > spare.order]
        if others:
            self.preempt(max(others, key=lambda g: g.order))
        return bool(others)

    def preempt(self, generation: Generation) -> None:
        """Takes the slot from a running request, which keeps its place in the line and its text."""
        self._running.remove(generation)
        self._pool.release(generation)
        generation.computed = 0
        generation.preemptions += 1
        self.preemptions += 1
        insort(self._waiting[generation.chat], generation, key=lambda g: g.order)

    def advance(self, plan: Plan, seconds: float) -> None:
        """Notes that ``plan`` has been computed, which took ``seconds``."""
        for row in plan.rows:
            row.generation.computed += row.count
            row.generation.rode = self._step
        self._budget.observe(plan.decode_rows, plan.prefill_tokens, seconds)
        self._chunk_cap = min(self._limits.step_tokens, self._chunk_cap * 2)
        if plan.reads_documents:
            self._unbroken = min(self._limits.step_tokens, self._unbroken * 2)
        self._relieving = False

    def broken_off(self, plan: Plan) -> None:
        """Notes that ``plan`` was given up for a chat: the next such step is shorter, so that one comes to its end."""
        largest = max((row.count for row in plan.rows), default=1)
        self._unbroken = max(SMALLEST_CHUNK, largest // 2)

    def seconds_for(self, plan: Plan) -> float:
        """How long ``plan`` will take."""
        return self._budget.decode_s(plan.decode_rows) + self._budget.prefill_s(plan.prefill_tokens)

    def relieve(self, plan: Plan) -> Generation | None:
        """After a step that failed for want of memory: makes the next one easier.

        Halves the chunk, then evicts idle slots, then preempts one document; when nothing is left,
        returns the request that has to fail. No document is let in again until a step has succeeded.
        """
        self._relieving = True
        largest = max((row.count for row in plan.rows), default=1)
        if largest > 1:
            self._chunk_cap = max(1, largest // 2)
            return None
        if self._pool.evict_idle() or (len(self._running) > 1 and self._preempt_batch()):
            return None
        return max((row.generation for row in plan.rows), key=lambda g: (not g.chat, g.order), default=None)
