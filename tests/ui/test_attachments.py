"""Documents beside a question: dropped, pasted, counted; too many of them go to the queue."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QLabel, QToolButton
from pytestqt.qtbot import QtBot

from app.core.chat.attachments import Attachment, apart, with_documents
from app.ui.chat.composer import Composer
from app.ui.chat.page import ChatPage

if TYPE_CHECKING:
    from tests.ui.conftest import Opened


@pytest.fixture
def letters(tmp_path: Path) -> list[Path]:
    """Five short letters."""
    paths = [tmp_path / f"letter-{number}.txt" for number in range(5)]
    for number, path in enumerate(paths):
        path.write_text(f"The lamp of lighthouse {number} is lit at dusk.", encoding="utf-8")
    return paths


def files(paths: list[Path]) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return data


def drop_on(composer: Composer, paths: list[Path]) -> None:
    """What Qt does when files are dropped on the composer."""
    data, place = files(paths), QPoint(20, 20)
    copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier(0)
    enter = QDragEnterEvent(place, copy, data, left, none)
    QApplication.sendEvent(composer, enter)
    assert enter.isAccepted()
    dropped = QDropEvent(QPointF(place), copy, data, left, none)
    QApplication.sendEvent(composer, dropped)
    assert dropped.isAccepted()


def test_a_document_dropped_on_the_composer_goes_along_with_its_tokens(
    qtbot: QtBot, chatting: Opened, letters: list[Path]
) -> None:
    page = chatting.window.chat
    drop_on(page.composer, letters[:1])
    qtbot.waitUntil(lambda: len(page.attachments.documents) == 1, timeout=30_000)
    assert 8 <= page.attachments.tokens <= 20
    assert not chatting.window.sheet.isVisible(), "a document on the composer is not queued"
    with qtbot.waitSignal(page.live.settled, timeout=60_000):
        qtbot.keyClicks(page.composer.input, "What is lit?")
        qtbot.keyClick(page.composer.input, Qt.Key.Key_Return)
    assert page.attachments.chips == []
    question, documents = apart(page.history.views()[0].source)
    assert question == "What is lit?"
    assert documents == [Attachment("letter-0.txt", "The lamp of lighthouse 0 is lit at dusk.")]


def test_more_than_a_few_are_offered_to_the_queue(qtbot: QtBot, opened: Opened, letters: list[Path]) -> None:
    page, sheet = opened.window.chat, opened.window.sheet
    drop_on(page.composer, letters)
    qtbot.waitUntil(page.attachments.queue_button.isVisible, timeout=10_000)
    assert page.attachments.chips == []
    qtbot.mouseClick(page.attachments.queue_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: sheet.isVisible() and sheet.title.text() == "Queue 5 files", timeout=10_000)
    assert not page.attachments.isVisible()


def test_a_pasted_file_is_attached_and_can_be_put_away(qtbot: QtBot, opened: Opened, letters: list[Path]) -> None:
    page = opened.window.chat
    page.composer.input.insertFromMimeData(files(letters[:2]))
    qtbot.waitUntil(lambda: len(page.attachments.documents) == 2, timeout=30_000)
    assert page.composer.text == ""
    away = page.attachments.chips[0].findChild(QToolButton)
    assert away is not None
    assert away.accessibleName() == "Do not take letter-0.txt along"
    qtbot.mouseClick(away, Qt.MouseButton.LeftButton)
    assert [one.name for one in page.attachments.documents] == ["letter-1.txt"]


def test_a_document_that_cannot_be_read_is_a_sentence(qtbot: QtBot, opened: Opened, tmp_path: Path) -> None:
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.7 and nothing else")
    opened.window.chat.composer.files_given.emit([tmp_path / "broken.pdf"])
    qtbot.waitUntil(lambda: bool(opened.window.notices.notices()), timeout=30_000)
    assert opened.window.notices.notices()[0].text.startswith("broken.pdf: ")
    assert opened.window.chat.attachments.chips == []


def captions(page: ChatPage) -> list[str]:
    return [each.text() for chip in page.attachments.chips for each in chip.findChildren(QLabel) if each.text()]


def test_a_document_is_shown_while_it_is_read_and_can_be_put_away(
    qtbot: QtBot, opened: Opened, letters: list[Path]
) -> None:
    page = opened.window.chat
    drop_on(page.composer, letters[:2])
    assert captions(page) == ["Reading letter-0.txt…", "Reading letter-1.txt…"]
    away = page.attachments.chips[0].findChild(QToolButton)
    assert away is not None
    qtbot.mouseClick(away, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(page.attachments.documents) == 1, timeout=30_000)
    assert [one.name for one in page.attachments.documents] == ["letter-1.txt"]


def test_a_question_waits_for_its_document_and_takes_it_along(
    qtbot: QtBot, chatting: Opened, letters: list[Path]
) -> None:
    page = chatting.window.chat
    qtbot.keyClicks(page.composer.input, "What is lit?")
    drop_on(page.composer, letters[:1])
    qtbot.keyClick(page.composer.input, Qt.Key.Key_Return)
    assert page.composer.text == "What is lit?", "it is still to be seen"
    assert page.composer.button.accessibleName() == "Do not send the question yet"
    with qtbot.waitSignal(page.live.settled, timeout=60_000):
        pass
    question, documents = apart(page.history.views()[0].source)
    assert (question, [one.name for one in documents]) == ("What is lit?", ["letter-0.txt"])
    assert page.composer.text == ""


def test_a_question_that_waits_can_be_stopped(qtbot: QtBot, opened: Opened, letters: list[Path]) -> None:
    page = opened.window.chat
    qtbot.keyClicks(page.composer.input, "What is lit?")
    drop_on(page.composer, letters[:1])
    qtbot.keyClick(page.composer.input, Qt.Key.Key_Return)
    qtbot.keyClick(page.composer.input, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: len(page.attachments.documents) == 1, timeout=30_000)
    assert page.composer.text == "What is lit?"
    assert page.history.views() == []
    assert page.composer.button.accessibleName() == "Send the question"


def test_a_question_whose_document_cannot_be_read_stays_unsent(qtbot: QtBot, opened: Opened, tmp_path: Path) -> None:
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.7 and nothing else")
    page = opened.window.chat
    qtbot.keyClicks(page.composer.input, "What is lit?")
    drop_on(page.composer, [tmp_path / "broken.pdf"])
    qtbot.keyClick(page.composer.input, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(opened.window.notices.notices()), timeout=30_000)
    assert page.composer.text == "What is lit?"
    assert page.history.views() == []
    assert page.composer.button.accessibleName() == "Send the question"


def test_a_document_that_was_being_read_does_not_follow_into_another_conversation(
    qtbot: QtBot, opened: Opened, letters: list[Path]
) -> None:
    page = opened.window.chat
    read: list[object] = []
    drop_on(page.composer, letters[:1])
    page.new_conversation()
    opened.bridge.ask(lambda service: service.extractor.extract(letters[1]), read.append)
    qtbot.waitUntil(lambda: bool(read), timeout=30_000)  # the first one has been read before
    assert page.attachments.chips == []


def test_a_question_and_its_documents_come_apart_as_they_were_put_together() -> None:
    documents = [Attachment("a.txt", "One.\n\nTwo."), Attachment("b.txt", "Three.")]
    assert apart(with_documents("Why?", documents)) == ("Why?", documents)
    assert apart("  No documents.  ") == ("  No documents.  ", [])
