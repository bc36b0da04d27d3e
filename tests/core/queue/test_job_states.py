"""The job's state machine against a model of it: every move, in any order, on a real database."""

from __future__ import annotations

import tempfile
from pathlib import Path

from desk import Desk, loose_ends
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, multiple, rule

from app.core.failures import FAILURES, FailureClass
from app.core.queue import cancelling, moves
from app.core.queue.claim import Claim, Turns, claim, claim_suspect
from app.core.queue.moves import Answer, PartPlan
from app.core.queue.recovery import sweep
from app.core.queue.states import MAX_ATTEMPTS, MOVES, JobState
from app.core.store.store import Store

ANSWER = Answer("text", None, "model", "", "stop", 1, 0, 1, None, 0.1)


class Jobs(RuleBasedStateMachine):
    """Claims are kept even after they no longer hold: a late worker must never be believed."""

    claims = Bundle("claims")

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory(prefix="nightdesk-test-")
        self.store = Store.open(Path(self._folder.name) / "n.db")
        self.desk = Desk(self.store, Path(self._folder.name))
        self.turns = Turns(2)
        self.at = 100.0
        self.added = 0
        self.before: dict[int, str] = {}
        self.results: set[int] = set()

    def teardown(self) -> None:
        self.store.close()
        self._folder.cleanup()

    @initialize()
    def a_folder(self) -> None:
        self.folder_id = self.desk.add_folder("in")

    @rule(count=st.integers(1, 3))
    def documents_arrive(self, count: int) -> None:
        self.desk.add(self.folder_id, {f"{self.added + n}.txt": f"text {self.added + n}" for n in range(count)})
        self.added += count

    @rule(target=claims, limit=st.integers(1, 3))
    def claim_some(self, limit: int):
        self.at += 1000
        found = self.store.write_now(lambda conn: claim(conn, self.turns, None, limit, self.at))
        return multiple(*found)

    @rule(target=claims)
    def claim_a_suspect(self):
        found = self.store.write_now(lambda conn: claim_suspect(conn, None, self.at))
        return multiple(*([found] if found else []))

    @rule(one=consumes(claims))
    def an_answer_comes(self, one: Claim) -> None:
        holds = self._holds(one)
        result = self.store.write_now(lambda conn: moves.finish(conn, one, ANSWER, self.at))
        assert (result is not None) == holds

    @rule(one=consumes(claims), failure=st.sampled_from(list(FailureClass)))
    def an_attempt_fails(self, one: Claim, failure: FailureClass) -> None:
        holds = self._holds(one)
        state = self.store.write_now(lambda conn: moves.fail(conn, one, failure, "", self.at, 5.0))
        again = FAILURES[failure].retry and one.attempts < MAX_ATTEMPTS
        assert state == ((JobState.READY if again else FAILURES[failure].final_state) if holds else None)

    @rule(one=consumes(claims))
    def the_engine_dies(self, one: Claim) -> None:
        holds = self._holds(one)
        state = self.store.write_now(lambda conn: moves.died(conn, one, FailureClass.ENGINE_GONE, "", self.at))
        poison = one.suspect and one.attempts > MAX_ATTEMPTS
        assert state == ((JobState.POISON if poison else JobState.READY) if holds else None)

    @rule(one=consumes(claims))
    def it_is_given_back(self, one: Claim) -> None:
        holds = self._holds(one)
        assert self.store.write_now(lambda conn: moves.give_back(conn, [one])) == holds

    @rule(one=consumes(claims), count=st.integers(1, 3))
    def it_is_divided(self, one: Claim, count: int) -> None:
        if one.kind == "document" and not self.desk.all("SELECT 1 FROM job WHERE parent_id = ?", one.id):
            holds = self._holds(one)
            parts = [PartPlan(n, n, n + 1) for n in range(count)]
            assert self.store.write_now(lambda conn: moves.divide(conn, one, 1, parts, self.at)) == holds

    @rule(pick=st.integers(0, 10))
    def a_person_retries(self, pick: int) -> None:
        self._person(pick, lambda conn, ids: moves.retry(conn, ids))

    @rule(pick=st.integers(0, 10))
    def a_person_cancels(self, pick: int) -> None:
        self._person(pick, lambda conn, ids: cancelling.cancel(conn, ids, self.at))

    @rule(pick=st.integers(0, 10))
    def a_person_takes_it_back(self, pick: int) -> None:
        self._person(pick, lambda conn, ids: cancelling.uncancel(conn, ids))

    @rule()
    def nightdesk_dies_and_starts_again(self) -> None:
        self.store.write_now(lambda conn: sweep(conn, self.at))
        assert "running" not in self.desk.states() | self.desk.states("map")

    @invariant()
    def only_allowed_moves_were_made(self) -> None:
        # two moves within one step (ended by a part, then made ready) are allowed as one
        after = dict(self.desk.all("SELECT id, state FROM job"))
        for job_id, state in after.items():
            old = self.before.get(job_id, state)
            if old != state:
                direct = MOVES[JobState(old)]
                assert state in direct or any(state in MOVES[middle] for middle in direct), (old, state)
        self.before = after

    @invariant()
    def nothing_is_lost_and_no_end_is_loose(self) -> None:
        assert self.store.read_now(loose_ends) == []
        assert sum(self.desk.states().values()) == self.added

    @invariant()
    def a_result_once_written_stays(self) -> None:
        now = {row[0] for row in self.desk.all("SELECT job_id FROM result WHERE kind = 'document'")}
        assert self.results <= now
        self.results = now

    def _holds(self, one: Claim) -> bool:
        rows = self.desk.all("SELECT 1 FROM job WHERE id = ? AND state = 'running' AND epoch = ?", one.id, one.epoch)
        return bool(rows)

    def _person(self, pick: int, act) -> None:
        ids = [row[0] for row in self.desk.all("SELECT id FROM job WHERE kind = 'document' ORDER BY id")]
        if ids:
            self.store.write_now(lambda conn: act(conn, [ids[pick % len(ids)]]))


Jobs.TestCase.settings = settings(
    max_examples=25, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
)
TestJobStates = Jobs.TestCase


def test_folders_and_recipes_take_turns_in_lots() -> None:
    turns = Turns(3)
    served: list[int] = []
    for _ in range(6):
        group, allowed = turns.choose([(1, 1), (2, 1)])
        turns.took(min(allowed, 2))
        served += [group[0]] * min(allowed, 2)
    assert served == [1, 1, 1, 2, 2, 2, 1, 1, 1]
