"""Every text in every language: nothing is missing, nothing stays English, numbers and plurals are right."""

from __future__ import annotations

import importlib.util
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QCoreApplication, QLocale, QModelIndex, Qt, QTranslator
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QTableView,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app.core.chat.rows import MessageRow
from app.core.events import EngineChanged, Notice, RunFinished
from app.core.store.results import ResultRow
from app.ui.bridge import in_our_words
from app.ui.chat.message import figures
from app.ui.language import language_for, use_language
from app.ui.report_words import run_summary
from app.ui.results.actions import as_cells
from app.ui.results.model import ResultsModel, as_text
from app.ui.spoken import said
from app.ui.wording import duration, number

if TYPE_CHECKING:
    from tests.ui.conftest import Opened

ROOT = Path(__file__).resolve().parents[2]


def _translations() -> ModuleType:
    """packaging/translations.py: a script, in a folder whose name belongs to another package."""
    spec = importlib.util.spec_from_file_location("nightdesk_translations", ROOT / "packaging" / "translations.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # its dataclasses look themselves up here
    spec.loader.exec_module(module)
    return module


T = _translations()


@pytest.fixture
def german(qapp: QApplication) -> Iterator[None]:
    """German until the test has ended."""
    use_language(qapp, "de")
    yield
    use_language(qapp, "en")


@pytest.mark.parametrize("language", T.LANGUAGES)
def test_every_text_is_translated(language: str) -> None:
    known = T.read(T.FOLDER / f"nightdesk_{language}.ts")
    wanted = set(T.wanted(language))
    missing = sorted(text for text in wanted if text not in known or not known[text].finished)
    assert not missing, f"translate these in nightdesk_{language}.ts after `make translations`: {missing}"
    assert not set(known) - wanted, "texts that are gone from the code: run `make translations`"


def test_the_sentences_of_the_core_are_in_step_with_its_code() -> None:
    kept = T.SENTENCES.read_text(encoding="utf-8").splitlines()
    assert kept == sorted(T.said_without_qt()), "run `make translations`"


@pytest.mark.parametrize("language", T.LANGUAGES)
def test_what_is_compiled_is_what_is_written(language: str) -> None:
    path = T.FOLDER / f"nightdesk_{language}.ts"
    compiled = QTranslator()
    assert compiled.load(str(path.with_suffix(".qm")))
    for text, translation in T.read(path).items():
        counts = (1, 2) if text.numerus else (-1,)
        for count, form in zip(counts, translation.forms, strict=translation.finished):
            assert compiled.translate(text.context, text.source, "", count) == form, "run `make translations`"


@pytest.mark.parametrize("language", T.LANGUAGES)
def test_a_translation_fills_in_what_its_source_fills_in(language: str) -> None:
    for text, translation in T.read(T.FOLDER / f"nightdesk_{language}.ts").items():
        for form in translation.forms:
            gaps = r"\{\w*\}|%\d"  # a singular may say "once" or "one" for its number
            assert sorted(re.findall(gaps, form)) == sorted(re.findall(gaps, text.source)), (text, form)


# Words of English that German does not have: one of them in the German window is a text that nobody translated.
ENGLISH = re.compile(
    r"\b(the|of|and|is|are|to|with|for|this|that|not|no|by|your|you|which|when|every|each|it|or|on|has|have|been|"
    r"documents?|results?|jobs?|recipes?|search|close|open|show|copy|delete|cancel|answers?|questions?|failed|done|"
    r"waiting|working|running|settings|queue|models?|folders?|files?|name|new|try|again|load|from|at|tokens)\b"
)


def shown_texts(window: QWidget) -> Iterator[tuple[QWidget, str]]:
    """Everything that is read or heard of the widgets on the screen."""
    for widget in [window, *window.findChildren(QWidget)]:
        if not widget.isVisibleTo(window) or widget.objectName().startswith("qt_"):
            continue
        yield from ((widget, text) for text in (widget.toolTip(), widget.accessibleName(), widget.whatsThis()) if text)
        if isinstance(widget, QLabel | QAbstractButton):
            yield widget, widget.text()
        elif isinstance(widget, QLineEdit | QPlainTextEdit):
            yield widget, widget.placeholderText()
        elif isinstance(widget, QComboBox):
            yield from ((widget, widget.itemText(place)) for place in range(widget.count()))
        if isinstance(widget, QTableView):
            heads = (
                widget.model().headerData(n, Qt.Orientation.Horizontal) for n in range(widget.model().columnCount())
            )
            yield from ((widget, str(head or "")) for head in heads)
        if isinstance(widget, QAbstractItemView) and widget.model() is not None:
            model = widget.model()
            columns = model.columnCount() if isinstance(widget, QTableView) else 1
            for row in range(min(20, model.rowCount(QModelIndex()))):
                cells = (model.index(row, column).data() for column in range(columns))
                yield from ((widget, str(cell or "")) for cell in cells)
        yield from ((widget, action.text()) for action in widget.actions())
    for menu in window.findChildren(QMenu):
        yield from ((menu, action.text()) for action in menu.actions())


def english(texts: Iterator[tuple[QWidget, str]], path: str) -> list[str]:
    """Texts with an English word in them, ``path`` aside: names of folders stay as they are."""
    spoken = {f"{type(widget).__name__}: {text.replace(path, '')}" for widget, text in texts}
    return sorted(text for text in spoken if ENGLISH.search(text))


def test_a_german_window_shows_no_english(german: None, qtbot: QtBot, opened: Opened, tmp_path: Path) -> None:
    window = opened.window
    left: list[str] = []
    inbox = tmp_path / "Post"
    inbox.mkdir()
    (inbox / "brief.txt").write_text("Liebe Ines, die Lampe ist am Freitag wieder da.", encoding="utf-8")
    window.sheet.ask([inbox])
    qtbot.waitUntil(window.sheet.add_button.isEnabled)
    left += english(shown_texts(window.sheet), str(tmp_path))
    window.sheet.add_button.click()
    qtbot.waitUntil(lambda: window.queue.model.row(0) is not None, timeout=15_000)
    window.queue.table.selectRow(0)
    window.chat.history.ask("Eine Frage")
    window.shortcut_sheet.toggle()
    left += english(shown_texts(window.shortcut_sheet), str(tmp_path))
    window.shortcut_sheet.toggle()
    opened.bridge.engine_changed.emit(in_our_words(EngineChanged("loading", "The model is loading.", "SmolLM2")))
    for page in range(len(window.rail.buttons)):
        window.go_to(page)
        settled = [0]
        opened.bridge.ask(_nothing, lambda _none, box=settled: box.__setitem__(0, 1))
        qtbot.waitUntil(lambda box=settled: bool(box[0]))
        left += english(shown_texts(window), str(tmp_path))
    assert not left, "\n".join(left)


async def _nothing(_service: object) -> None:
    """Comes back when everything asked before it has come back."""


def test_counted_things_have_their_plural(german: None) -> None:
    def counted(count: int) -> str:
        return QCoreApplication.translate("QueuePage", "%Ln jobs", "", count)

    assert [counted(1), counted(2), counted(12_345)] == ["1 Auftrag", "2 Aufträge", "12.345 Aufträge"]


def test_numbers_and_spans_are_written_as_the_language_writes_them(german: None) -> None:
    assert number(1_234_567) == "1.234.567"
    assert number(12.34, 1) == "12,3"
    assert duration(3_725) == "1 h 02 min"
    assert QLocale().decimalPoint() == ","


def test_a_number_of_a_result_is_shown_with_separators_and_copied_without(german: None) -> None:
    assert as_text(1234.0) == "1.234"
    assert as_text(1234.5) == "1.234,5"
    row = ResultRow(1, 1, "a.txt", "/in/a.txt", "0" * 64, "totals", 1, '{"total": 12345.5}', {"total": 12345.5}, "m",
                    "e", "stop", 1, 0, 1, 0.1, 1.0, 0.0, None)  # fmt: skip
    model = ResultsModel(lambda _ids, _deliver: None)
    model.set_shape(["total"], searching=False, one_recipe=True)
    assert model.cell(row, 1, Qt.ItemDataRole.DisplayRole) == "12.345,5"
    assert model.whole(row, 1) == "12345,5"
    assert "\t12345,5\t" in as_cells([row])


def test_the_figures_of_an_answer_are_written_as_the_language_writes_them(german: None) -> None:
    answer = MessageRow(2, 1, 1, "assistant", "", "done", None, "m", 12, 4, 1211, 1.234, 5.2, 42.31, 0.0)
    assert figures(answer) == "TTFT 1.234 ms  ·  42,3 Tok/s  ·  1.211 Token  ·  m"


BUSY = "Die Engine war beschäftigt. Es wird von selbst noch einmal versucht."


@pytest.mark.parametrize(
    ("core", "ours"),
    [
        ("Paused by you.", "Von Ihnen angehalten."),
        ("The document is empty.", "Das Dokument ist leer."),
        ("There is no folder /a/b.", "Einen Ordner /a/b gibt es nicht."),
        ("brief.pdf: The document is empty.", "brief.pdf: Das Dokument ist leer."),
        (
            "The message takes 1,234 tokens and the model's context holds 1,024; shorten it, or choose a model with a "
            "larger context.",
            "Die Nachricht braucht 1.234 Token, der Kontext des Modells fasst 1.024; kürzen Sie sie, oder wählen Sie "
            "ein Modell mit größerem Kontext.",
        ),
        (
            "Part 2 of 5: The answer was cut off after 160 tokens.",
            "Teil 2 von 5: Die Antwort wurde nach 160 Token abgeschnitten.",
        ),
        (
            "The file is empty. It is tried again by itself.",
            "Die Datei ist leer. Es wird von selbst noch einmal versucht.",
        ),
        ("Something that only a server says.", "Something that only a server says."),
        ("", ""),
    ],
)
def test_what_the_core_says_is_found_again_by_its_words(german: None, core: str, ours: str) -> None:
    assert said(core) == ours


def test_in_english_the_core_is_left_alone() -> None:
    assert said("There is no folder /a/b.") == "There is no folder /a/b."


def test_events_reach_the_window_in_its_language(german: None) -> None:
    notice = in_our_words(Notice("warning", "/post is not there. It is watched again when it comes back."))
    assert isinstance(notice, Notice)
    assert notice.text == "/post ist nicht da. Der Ordner wird wieder beobachtet, sobald er zurück ist."
    figures = {"done": 1_200, "failed": 1, "left": 0, "wall_s": 90.0, "alone": {"speed_up": 3.5}}
    ended = in_our_words(RunFinished(1, "1200 documents done", figures))
    assert isinstance(ended, RunFinished)
    assert ended.summary == run_summary(figures)
    assert ended.summary.startswith("1.200 Dokumente erledigt, 1 ohne Ergebnis")


@pytest.mark.parametrize(
    ("choice", "wishes", "language"),
    [
        ("de", ["fr-FR"], "de"),
        ("system", ["de-AT", "en"], "de"),
        ("system", ["fr-FR", "de", "en"], "de"),
        ("system", ["fr-FR"], "en"),
        ("system", ["en-GB", "de"], "en"),
    ],
)
def test_the_system_language_is_its_first_wish_that_we_speak(choice: str, wishes: list[str], language: str) -> None:
    assert language_for(choice, wishes) == language
