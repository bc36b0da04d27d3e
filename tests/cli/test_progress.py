"""The bar of a run, on the terminal of a person."""

from __future__ import annotations

import pytest

from app.cli.progress import Bar
from app.core.events import ProgressChanged

PROGRESS = ProgressChanged(
    total=23,
    done=9,
    failed=3,
    running=8,
    ready=3,
    documents_per_hour=2601.0,
    tokens_per_s=11.0,
    eta_s=20.0,
    paused_reason=None,
)


@pytest.mark.parametrize("columns", ["40", "120"])
def test_a_narrow_terminal_shows_how_far_a_run_is(
    columns: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    bar = Bar()
    bar.take(PROGRESS)
    bar.close()
    shown = capsys.readouterr().err
    assert "12/23" in shown
    assert "2,601 documents/h" in " ".join(shown.split())
    assert "3 without a result" in " ".join(shown.split())
