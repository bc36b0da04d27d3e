"""The menu bar at the top of a Mac's screen, filled from the table of shortcuts. Elsewhere the rail is the menu."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar

from app.ui.shortcuts import FILE, HELP, QUEUE, VIEW, Command

Act = Callable[[], object]


def fill_menu_bar(
    bar: QMenuBar, commands: Sequence[Command], *, about: Act, preferences: Act, close: Act
) -> dict[str, QMenu]:
    """Put every command with a menu into it. macOS moves about, preferences and quit into the application's menu."""
    translate = QCoreApplication.translate
    menus = {
        FILE: bar.addMenu(translate("MenuBar", "File")),
        VIEW: bar.addMenu(translate("MenuBar", "View")),
        QUEUE: bar.addMenu(translate("MenuBar", "Queue")),
        HELP: bar.addMenu(translate("MenuBar", "Help")),
    }
    for binding, action in commands:
        if binding.menu:
            menus[binding.menu].addAction(action)
    key, role = QKeySequence.StandardKey, QAction.MenuRole
    _add(menus[FILE], translate("MenuBar", "Close the window"), close, key.Close, role.NoRole)
    _add(menus[FILE], translate("MenuBar", "Settings"), preferences, key.Preferences, role.PreferencesRole)
    _add(menus[HELP], translate("MenuBar", "About Nightdesk"), about, None, role.AboutRole)
    return menus


def _add(menu: QMenu, words: str, act: Act, key: QKeySequence.StandardKey | None, role: QAction.MenuRole) -> None:
    action = QAction(words, menu)
    if key is not None:
        action.setShortcut(QKeySequence(key))
    action.setMenuRole(role)
    action.triggered.connect(lambda _on: act())
    menu.addAction(action)
