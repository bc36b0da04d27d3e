"""The window without a mouse, without eyes, and with weak ones: names, focus, keys and contrast on every page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QAccessible, QAction, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QLabel, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from app.ui.language import use_language
from app.ui.main_window import MainWindow
from app.ui.theme import Theme, contrast

if TYPE_CHECKING:
    from tests.ui.conftest import Opened

TEXT, SHAPE = 4.5, 3.0  # WCAG AA: of text, and of what shows a state
GROUNDS = ("window", "base", "rail", "raised", "bubble", "hover", "selected", "code")


@pytest.fixture(params=["en", "de"])
def language(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[str]:
    """Every language, English again afterwards."""
    use_language(qapp, request.param)
    yield request.param
    use_language(qapp, "en")


@pytest.fixture
def busy(language: str, qtbot: QtBot, opened: Opened, tmp_path: Path) -> MainWindow:
    """A window with something on every page: a question, jobs, a notice, details; in every language."""
    window = opened.window
    window.resize(1200, 800)
    inbox = tmp_path / "Inbox"
    inbox.mkdir()
    for number in range(3):
        (inbox / f"letter-{number}.txt").write_text(f"Dear reader, this is letter {number}.", encoding="utf-8")
    window.queue.set_paused(True)
    window.sheet.ask([inbox])
    qtbot.waitUntil(window.sheet.add_button.isEnabled)
    window.sheet.add_button.click()
    qtbot.waitUntil(lambda: window.queue.model.row(2) is not None, timeout=15_000)
    window.chat.history.ask("A question")
    window.queue.table.selectRow(0)
    window.activateWindow()
    return window


def focusable(window: QWidget) -> list[QWidget]:
    """What can have the focus; parts of Qt's own compound widgets are reached through the widget that holds them."""
    return [
        child
        for child in window.findChildren(QWidget)
        if child.isVisible()
        and child.isEnabled()
        and child.focusPolicy() != Qt.FocusPolicy.NoFocus
        and child.focusProxy() is None
        and not child.objectName().startswith("qt_")
        and type(child).__name__ not in ("QHeaderView", "QComboBoxListView")
    ]


def described(widget: QWidget) -> str:
    parents = [type(widget).__name__ + (f" “{widget.accessibleName()}”" if widget.accessibleName() else "")]
    parent = widget.parentWidget()
    while parent is not None and len(parents) < 3:
        parents.append(type(parent).__name__)
        parent = parent.parentWidget()
    return " in ".join(parents)


def views(window: MainWindow) -> Iterator[str]:
    """Every page and every sheet that lies over one."""
    for number, button in enumerate(window.rail.buttons):
        window.go_to(number)
        QApplication.processEvents()
        yield button.text()
    window.go_to(0)
    window.chat.manner.button.click()
    yield "conversation sheet"
    window.chat.manner.button.click()
    window.shortcut_sheet.toggle()
    yield "shortcut sheet"
    window.shortcut_sheet.toggle()
    window.sheet.ask([Path("/nowhere")])
    yield "drop sheet"
    window.sheet.hide()
    notice = window.notices.show_notice("warning", "Etwas ist geschehen.", actions=[("OK", lambda: None)])
    yield "notice"
    notice.leave()


def test_everything_that_can_have_the_focus_or_be_stopped_at_has_a_name(busy: MainWindow) -> None:
    seen, nameless = 0, set()
    for view in views(busy):
        for widget in focusable(busy):
            interface = QAccessible.queryAccessibleInterface(widget)
            seen += 1
            if interface is None or not interface.text(QAccessible.Text.Name).strip():
                nameless.add(f"{view}: {described(widget)}")
        root = QAccessible.queryAccessibleInterface(busy)
        assert root is not None
        nameless.update(f"{view}: {role}" for role in _nameless(root))
    assert seen > 150
    assert not nameless, "\n".join(sorted(nameless))


_STOPS = {
    QAccessible.Role.Button, QAccessible.Role.CheckBox, QAccessible.Role.ComboBox, QAccessible.Role.EditableText,
    QAccessible.Role.SpinBox, QAccessible.Role.Slider, QAccessible.Role.Table, QAccessible.Role.List,
    QAccessible.Role.RadioButton, QAccessible.Role.PageTab, QAccessible.Role.Link,
}  # fmt: skip


def _nameless(interface: object, depth: int = 0) -> Iterator[str]:
    state = interface.state()  # type: ignore[attr-defined]
    if state.invisible or depth > 40:
        return
    role, thing = interface.role(), interface.object()  # type: ignore[attr-defined]
    inner = thing is not None and (thing.objectName().startswith("qt_") or (isinstance(thing.parent(), QWidget)
                                   and thing.parent().inherits("QAbstractSpinBox")))  # fmt: skip
    name = interface.text(QAccessible.Text.Name).strip()  # type: ignore[attr-defined]
    if role in _STOPS and not name and not inner and thing is not None and thing.isVisible():
        yield f"{role.name} {described(thing)}"
    if role in (QAccessible.Role.Table, QAccessible.Role.List, QAccessible.Role.ComboBox):
        return  # their cells are named by what stands in them
    for number in range(interface.childCount()):  # type: ignore[attr-defined]
        child = interface.child(number)  # type: ignore[attr-defined]
        if child is not None and child.isValid():
            yield from _nameless(child, depth + 1)


def test_whatever_has_the_focus_shows_it(opened: Opened) -> None:
    window = opened.window
    window.activateWindow()
    window.chat.history.ask("A question")
    hidden: set[str] = set()
    for view in views(window):
        for widget in filter(_reached_by_tab, focusable(window)):
            _bring_into_view(widget)
            if not _on_top(window, widget):
                continue
            area = QRect(widget.mapTo(window, widget.rect().topLeft()), widget.size()).adjusted(-3, -3, 3, 3)
            window.setFocus()
            without = window.grab(area).toImage()
            widget.setFocus(Qt.FocusReason.TabFocusReason)
            if widget.hasFocus() and window.grab(area).toImage() == without:
                hidden.add(f"{view}: {described(widget)}")
    assert not hidden, "\n".join(sorted(hidden))


def _reached_by_tab(widget: QWidget) -> bool:
    return bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)


def _bring_into_view(widget: QWidget) -> None:
    """As Qt does when Tab goes there."""
    parent = widget.parentWidget()
    while parent is not None:
        if isinstance(parent, QScrollArea) and parent is not widget:
            parent.ensureWidgetVisible(widget)
        parent = parent.parentWidget()
    QApplication.processEvents()


def _on_top(window: QWidget, widget: QWidget) -> bool:
    """Whether no sheet lies over it."""
    found = window.childAt(widget.mapTo(window, widget.rect().center()))
    return found is not None and (found is widget or widget.isAncestorOf(found))


def test_tab_goes_through_everything_from_the_rail_to_the_page(opened: Opened) -> None:
    window = opened.window
    window.activateWindow()
    for view in views(window):
        chain: list[QWidget] = []
        widget: QWidget = window.rail.buttons[0]
        while widget not in chain:
            chain.append(widget)
            widget = widget.nextInFocusChain()
        left_out = [described(one) for one in focusable(window) if one not in chain]
        assert not left_out, f"{view}: {left_out}"
        page = window.pages.currentWidget()
        assert page is not None
        places = [chain.index(one) for one in focusable(page)]
        assert not places or min(places) > chain.index(window.rail.buttons[-1]), view


def keys_of(window: MainWindow) -> dict[str, bool]:
    """Every key that does something in the window, and whether it does so everywhere in it."""
    found: dict[str, bool] = {}
    for shortcut in window.findChildren(QShortcut):
        everywhere = shortcut.context() == Qt.ShortcutContext.WindowShortcut
        for key in QShortcut.keys(shortcut):
            found[key.toString()] = everywhere or found.get(key.toString(), False)
    for action in window.findChildren(QAction):
        for key in action.shortcuts():
            everywhere = action.shortcutContext() == Qt.ShortcutContext.WindowShortcut
            found[key.toString()] = everywhere or found.get(key.toString(), False)
    return found


LOCAL = {"Esc", "Return", "Enter", "Del"}  # what they do stands beside them: close, confirm, remove


def test_the_shortcut_sheet_lists_every_key_and_no_other(opened: Opened) -> None:
    window = opened.window
    listed = {QKeySequence(keys).toString() for binding in window.bindings for keys in binding.keys}
    working = keys_of(window)
    unlisted = sorted(set(working) - listed - LOCAL)
    assert not unlisted, f"these keys do something and are not in the sheet: {unlisted}"
    promised = {QKeySequence(keys).toString() for one in window.bindings if one.act is not None for keys in one.keys}
    assert promised <= {key for key, everywhere in working.items() if everywhere}
    handled = listed - promised - set(working)  # handled by a field itself, and tested there
    assert handled <= {"Return", "Shift+Return", "Esc"}
    shown = [label.text() for label in window.shortcut_sheet.findChildren(QLabel)]
    for binding in window.bindings:
        assert binding.words in shown
        native = [QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText) for keys in binding.keys]
        assert " or ".join(native) in shown


def test_f1_and_ctrl_slash_open_the_sheet_and_close_it(qtbot: QtBot, opened: Opened) -> None:
    window = opened.window
    window.activateWindow()
    for key, modifier in (
        (Qt.Key.Key_F1, Qt.KeyboardModifier.NoModifier),
        (Qt.Key.Key_Slash, Qt.KeyboardModifier.ControlModifier),
    ):
        qtbot.keyClick(window, key, modifier)
        assert window.shortcut_sheet.isVisible()
        qtbot.keyClick(window, key, modifier)
        assert not window.shortcut_sheet.isVisible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_pair_of_colours_that_meets_reads_at_aa(theme: Theme, scheme: str) -> None:
    theme.choose(scheme)
    pairs = [(text, ground, TEXT) for text in ("text", "muted") for ground in GROUNDS]
    pairs += [("link", ground, TEXT) for ground in ("window", "base", "bubble", "hover")]
    pairs += [(text, ground, TEXT) for text in ("danger", "warning", "ok") for ground in ("window", "base", "raised")]
    pairs += [("accent", ground, TEXT) for ground in ("window", "base", "raised")]  # a check box that has the focus
    pairs += [("accent", ground, SHAPE) for ground in GROUNDS]  # the focus ring
    pairs += [("accent_text", "accent", TEXT)]
    weak = [
        f"{one} on {ground}: {ratio:.2f}"
        for one, ground, least in pairs
        if (ratio := contrast(theme.colour(one), theme.colour(ground))) < least
    ]
    weak += [
        f"{kind} in code: {ratio:.2f}"
        for kind in ("keyword", "string", "number", "comment", "function", "type")
        if (ratio := contrast(theme.syntax(kind), theme.colour("code"))) < TEXT
    ]
    assert not weak, f"{scheme}: {weak}"
