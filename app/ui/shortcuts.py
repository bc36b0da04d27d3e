"""Every keyboard shortcut of the window, in one table that the help sheet shows too."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from app.ui.controls import label, tool_button
from app.ui.desktop import key_name, key_sequences, own_keys
from app.ui.sheet import Sheet

FILE, VIEW, QUEUE, HELP = "file", "view", "queue", "help"


@dataclass(frozen=True, slots=True)
class Binding:
    """Keys, what they do in words, and what is called; None where a widget handles the keys itself.

    ``menu`` is where a menu bar shows it, ``role`` what macOS takes it for.
    """

    keys: tuple[str, ...]
    words: str
    act: Callable[[], object] | None = None
    menu: str = ""
    role: QAction.MenuRole = QAction.MenuRole.NoRole


Command = tuple[Binding, QAction]


def install(window: QWidget, bindings: Sequence[Binding]) -> list[Command]:
    """Make the bindings work everywhere in ``window``; returns them with their actions, for a menu bar."""
    return [(one, _action(window, one, one.act)) for one in bindings if one.act is not None]


def _action(window: QWidget, binding: Binding, act: Callable[[], object]) -> QAction:
    action = QAction(binding.words, window)
    action.setShortcuts([sequence for keys in binding.keys for sequence in key_sequences(keys)])
    action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
    action.setMenuRole(binding.role)
    action.triggered.connect(lambda _on: act())
    window.addAction(action)
    return action


class ShortcutSheet(Sheet):
    """A card over the window that lists the shortcuts; Escape or a second F1 closes it."""

    def __init__(self, bindings: Sequence[Binding], parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Keyboard shortcuts"))
        head = QHBoxLayout()
        head.addWidget(label(self.tr("Keyboard"), "title"))
        head.addStretch()
        self.close_button = tool_button(self.tr("Close the list of shortcuts"), "close", self.hide, self)
        head.addWidget(self.close_button)
        grid = QGridLayout()
        grid.setHorizontalSpacing(28)
        grid.setVerticalSpacing(9)
        height = -(-len(bindings) // 2)  # two columns: the list has to fit a low window
        for number, binding in enumerate(bindings):
            row, side = number % height, number // height * 3
            native = (key_name(own_keys(keys)[0]) for keys in binding.keys)
            grid.addWidget(label(self.tr(" or ").join(native), "heading"), row, side)
            grid.addWidget(label(binding.words), row, side + 1)
        grid.setColumnMinimumWidth(2, 20)
        column = QVBoxLayout(self)
        column.setContentsMargins(26, 20, 22, 24)
        column.setSpacing(14)
        column.addLayout(head)
        column.addLayout(grid)

    def toggle(self) -> None:
        """Show in the middle of the window, or go away."""
        if self.isVisible():
            self.hide()
            return
        self.adjustSize()
        parent = self.parentWidget()
        assert parent is not None
        self.move((parent.width() - self.width()) // 2, max(20, (parent.height() - self.height()) // 3))
        self.show()
        self.close_button.setFocus()
