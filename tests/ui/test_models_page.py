"""The models page: what is here and what it takes, switching, adding, downloading; with hundreds of models as well."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from pytestqt.qtbot import QtBot

from app.ui.main_window import MODELS
from tests.core.models.small_hub import SmallHub, small_hub

if TYPE_CHECKING:
    from app.ui.pages.models import ModelsPage
    from tests.ui.conftest import Opened


@pytest.fixture(autouse=True)
def no_other_programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the models of this test are found."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for variable in ("HF_HOME", "HF_HUB_CACHE", "OLLAMA_MODELS", "HF_TOKEN"):
        monkeypatch.delenv(variable, raising=False)


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[SmallHub]:
    with small_hub() as one:
        one.files["someone/Thing-GGUF"] = {"thing-Q4_0.gguf": tiny_gguf(), "thing-Q8_0.gguf": tiny_gguf() + b"0" * 4096}
        monkeypatch.setenv("HF_ENDPOINT", one.url)
        yield one


def tiny_gguf() -> bytes:
    """The smallest file that has weights: one tensor of one number."""
    name = b"weight"
    tensor = struct.pack("<Q", len(name)) + name + struct.pack("<IQIQ", 1, 1, 0, 0)
    head = b"GGUF" + struct.pack("<IQQ", 3, 1, 0) + tensor
    return head + b"\0" * (-len(head) % 32) + struct.pack("<f", 1.0) + b"\0" * 28


def shown(page: ModelsPage) -> list[str]:
    return [page.items.item(row).text() for row in range(page.items.count())]


def open_page(qtbot: QtBot, opened: Opened) -> ModelsPage:
    opened.window.go_to(MODELS)
    page = opened.window.models
    qtbot.waitUntil(lambda: page.items.count() > 0, timeout=10_000)
    return page


def test_the_page_says_what_serves_a_model_and_what_that_takes(qtbot: QtBot, opened: Opened) -> None:
    page = open_page(qtbot, opened)
    assert shown(page) == ["SmolLM2-135M-Instruct.Q4_1  ✓"]
    assert "Q4_1" in page.facts.text()
    assert "135 million parameters" in page.facts.text()
    assert page.place.text() == "comes with Nightdesk"
    assert page.why.text().startswith("llama.cpp on ")
    assert page.memory.needed > 98_362_432
    assert page.memory.accessibleDescription() == page.memory_text.text()
    assert not page.use_button.isEnabled()
    assert page.use_button.text() == page.use_button.accessibleName() == "In use"
    assert "MiB" in (page.items.item(0).data(Qt.ItemDataRole.AccessibleTextRole) or "")


def test_a_damaged_model_is_listed_with_its_trouble_and_cannot_be_used(
    qtbot: QtBot, opened: Opened, tmp_path: Path
) -> None:
    page = open_page(qtbot, opened)
    models = tmp_path / "data" / "models"
    models.mkdir(parents=True)
    (models / "half.gguf").write_bytes(tiny_gguf()[:60])
    (models / "big-00001-of-00002.gguf").write_bytes(tiny_gguf())
    (models / "big-00002-of-00002.gguf").write_bytes(tiny_gguf())
    page.refresh()
    qtbot.waitUntil(lambda: page.items.count() == 3, timeout=10_000)
    assert [text.split()[0] for text in shown(page)] == ["SmolLM2-135M-Instruct.Q4_1", "big", "half"]
    page.items.setCurrentRow(2)
    assert "cut short" in page.problem.text()
    assert not page.use_button.isEnabled()
    page.items.setCurrentRow(1)
    assert page.use_button.isEnabled()
    assert page.use_button.text() == "Use this model"
    assert not page.problem.isVisible()


def test_using_another_model_makes_it_the_default(qtbot: QtBot, opened: Opened, tmp_path: Path) -> None:
    page = open_page(qtbot, opened)
    models = tmp_path / "data" / "models"
    models.mkdir(parents=True)
    (models / "other.gguf").write_bytes(tiny_gguf())
    page.refresh()
    qtbot.waitUntil(lambda: page.items.count() == 2, timeout=10_000)
    page.items.setCurrentRow(1)
    qtbot.mouseClick(page.use_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: shown(page)[0] == "other  ✓", timeout=10_000)
    assert "other.gguf" in (tmp_path / "config" / "settings.toml").read_text("utf-8")


def test_a_dropped_model_file_is_added_where_it_lies_and_a_document_is_left_to_the_window(
    qtbot: QtBot, opened: Opened, tmp_path: Path
) -> None:
    page = open_page(qtbot, opened)
    far = tmp_path / "far away" / "found.gguf"
    far.parent.mkdir()
    far.write_bytes(tiny_gguf())
    copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    held = QMimeData()
    held.setUrls([QUrl.fromLocalFile(str(far))])
    enter = QDragEnterEvent(QPoint(5, 5), copy, held, left, none)
    page.dragEnterEvent(enter)
    assert enter.isAccepted()
    page.dropEvent(QDropEvent(QPoint(5, 5), copy, held, left, none))
    qtbot.waitUntil(lambda: "found" in shown(page), timeout=10_000)
    document = QMimeData()
    document.setUrls([QUrl.fromLocalFile(str(tmp_path / "letter.pdf"))])
    enter = QDragEnterEvent(QPoint(5, 5), copy, document, left, none)
    page.dragEnterEvent(enter)
    assert not enter.isAccepted()


def test_ctrl_f_goes_to_the_search_for_a_model(qtbot: QtBot, opened: Opened) -> None:
    opened.window.activateWindow()
    page = open_page(qtbot, opened)
    qtbot.keyClick(opened.window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(page.search.hasFocus, timeout=10_000)


def test_what_is_no_model_is_not_added(qtbot: QtBot, opened: Opened, tmp_path: Path) -> None:
    page = open_page(qtbot, opened)
    page.add([tmp_path])
    qtbot.waitUntil(lambda: "holds no model" in page.problem.text(), timeout=10_000)
    assert page.items.count() == 1


def test_five_hundred_models_are_listed_and_found_by_name(qtbot: QtBot, opened: Opened, tmp_path: Path) -> None:
    page = open_page(qtbot, opened)
    models = tmp_path / "data" / "models"
    models.mkdir(parents=True)
    for index in range(500):
        (models / f"model {index:03d}.gguf").write_bytes(tiny_gguf())
    page.refresh()
    qtbot.waitUntil(lambda: page.items.count() == 501, timeout=20_000)
    qtbot.keyClicks(page.search, "model 36")
    assert len(shown(page)) == 15
    page.items.setCurrentRow(page.items.count() - 1)
    assert page.items.currentItem().text() == "model 436"
    page.search.clear()
    assert page.items.count() == 501
    assert page.items.currentItem().text() == "model 436"
    qtbot.keyClicks(page.search, "nothing like it")
    assert page.title.text() == "No model of this name"
    assert not page.use_button.isEnabled()


def test_a_model_is_downloaded_from_a_hub_and_then_listed(qtbot: QtBot, hub: SmallHub, opened: Opened) -> None:
    page = open_page(qtbot, opened)
    box = page.hub
    qtbot.keyClicks(box.name, "someone/Absent")
    qtbot.keyClick(box.name, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "has no someone/Absent" in box.problem.text(), timeout=10_000)
    box.name.setText("someone/Thing-GGUF")
    qtbot.mouseClick(box.look_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: box.offered.count() == 2, timeout=10_000)
    assert not box.problem.isVisible()
    assert "free" in box.fit.text()
    box.offered.setCurrentRow(1)
    qtbot.mouseClick(box.download_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "thing-Q8_0" in shown(page), timeout=10_000)
    line = box.downloads[1]
    assert "its checksum is right" in line.text.text()
    assert not line.pause_button.isVisible()
    assert not box.offered.isVisible()


def test_a_download_that_fails_says_why_and_goes_on_when_asked(
    qtbot: QtBot, hub: SmallHub, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.core.models.transfer.TRIES", 1)
    page = open_page(qtbot, opened)
    box = page.hub
    box.name.setText("someone/Thing-GGUF")
    box.look()
    qtbot.waitUntil(lambda: box.offered.count() == 2, timeout=10_000)
    hub.busy = 1
    box.begin()
    qtbot.waitUntil(lambda: 1 in box.downloads and box.downloads[1].state == "failed", timeout=10_000)
    line = box.downloads[1]
    assert "cannot be reached" in line.text.text()
    assert line.pause_button.accessibleName() == "Go on"
    qtbot.mouseClick(line.pause_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: line.state == "done", timeout=10_000)
