"""The window on an MLX and on a Hugging Face folder: a question is answered, a document worked off."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pytestqt.qtbot import QtBot

from app.core.settings import ChatSettings, ModelSettings, Settings
from app.ui.main_window import CHAT, MODELS
from tests.ui.conftest import Opened
from tests.ui.test_chat_page import last_answer, say

if TYPE_CHECKING:
    from engines.convert import Form


@pytest.fixture(
    scope="session",
    params=[("mlx_lm", "mlx-4bit", "MLX"), ("torch", "hf-float32", "torch")],
    ids=["an MLX folder", "a Hugging Face folder"],
)
def engine_and_folder(request: pytest.FixtureRequest, folder_for: Callable[[str, Form], Path]) -> tuple[str, Path]:
    """Made before a test begins, in which nothing may touch a file on the GUI thread."""
    library, form, engine = request.param
    return engine, folder_for(library, form)


@pytest.mark.timeout(600)
def test_the_window_chats_and_works_documents_off_on(
    engine_and_folder: tuple[str, Path], tmp_path: Path, qtbot: QtBot
) -> None:
    engine, folder = engine_and_folder
    model = ModelSettings(path=str(folder), context=512, rows=4, threads=2)
    settings = replace(Settings(), model=model, chat=ChatSettings(max_tokens=8, temperature=0.0))
    letter = tmp_path / "letter.txt"
    letter.write_text("Dear Ines, the lamp of the lighthouse is back on Friday.", encoding="utf-8")
    opened = Opened(qtbot, tmp_path, settings, engine=True)
    try:
        window, bridge = opened.window, opened.bridge
        qtbot.waitUntil(lambda: bridge.last_engine.phase == "ready", timeout=100_000)
        window.go_to(MODELS)
        qtbot.waitUntil(lambda: window.models.why.text().startswith(engine), timeout=20_000)
        window.go_to(CHAT)
        with qtbot.waitSignal(bridge.answer_finished, timeout=60_000):
            say(qtbot, window, "Say hello.")
        answer = last_answer(window)
        assert answer is not None
        qtbot.waitUntil(lambda: "SmolLM2-135M-Instruct" in answer.figures, timeout=10_000)
        assert answer.source
        with qtbot.waitSignal(bridge.results_changed, timeout=60_000):
            bridge.ask(lambda service: service.add_files([letter], "classify"))
    finally:
        opened.leave()
