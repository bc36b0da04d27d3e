"""Every backend that is installed, each loaded once, serving the same weights."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from caller import Caller, Judge
from conformance import CANDIDATES, OPTIONS, SMALL, Candidate, weights_of

from engines.engine import Engine
from engines.load import OPENERS, load_engine


@pytest.fixture(scope="session", params=CANDIDATES, ids=lambda candidate: candidate.name)
def candidate(request: pytest.FixtureRequest) -> Candidate:
    chosen: Candidate = request.param
    if chosen.missing:
        pytest.skip(chosen.missing)
    return chosen


@pytest.fixture(scope="session")
def weights(candidate: Candidate, model_path: Path) -> Path:
    return weights_of(candidate, model_path)


@pytest.fixture(scope="session")
def engine(weights: Path) -> Iterator[Engine]:
    engine = load_engine(weights, OPTIONS)
    yield engine
    engine.close()


@pytest.fixture(scope="session")
def judge(candidate: Candidate, weights: Path) -> Iterator[Judge]:
    """The same model once more, without a scheduler: what a text is worth alone."""
    backend = OPENERS[candidate.kind](weights, SMALL, None)
    yield Judge(backend, candidate.near_tie)
    backend.close()


@pytest.fixture
def caller(engine: Engine) -> Iterator[Caller]:
    caller = Caller(engine)
    yield caller
    for name in caller.running():
        engine.cancel(name)
    for name in caller.running():
        caller.end(name)
