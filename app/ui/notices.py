"""Notices above the page: one sentence, perhaps a button or two. Never a dialog: a dialog at 03:00 stops the night."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QCoreApplication, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget
from shiboken6 import isValid

from app.ui.announcing import announce
from app.ui.controls import holds_focus, label, push_button, tool_button
from app.ui.focus_return import FocusReturn
from app.ui.icons import icon_label

Action = tuple[str, Callable[[], object]]
MOST_SHOWN = 3
_INFO_SECONDS = 9.0
_COLOURS = {"info": "accent", "warning": "warning", "error": "danger"}


class Notice(QFrame):
    """One notice. It leaves when closed, when acted on, or after a while when it was only information."""

    leaving = Signal()

    def __init__(
        self, severity: str, text: str, actions: Sequence[Action], parent: QWidget | None = None, *, kept: bool = False
    ) -> None:
        super().__init__(parent)
        self.text = text
        self.kept = kept
        self.severity = severity
        self.setObjectName("notice")
        self.setProperty("severity", severity)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 7, 10, 7)
        row.setSpacing(10)
        row.addWidget(icon_label(severity, _COLOURS[severity], 18))
        row.addWidget(label(text, wrap=True, selectable=True), 1)
        self.action_buttons = [self._action_button(action) for action in actions]
        for button in self.action_buttons:
            row.addWidget(button)
        row.addWidget(tool_button(self.tr("Close the notice"), "close", self.leave, self))

    def _action_button(self, action: Action) -> QPushButton:
        name, act = action

        def take() -> None:
            self.leave()
            act()

        return push_button(name, take)

    def leave_after(self, seconds: float) -> None:
        """Go away after so many seconds, but not from under the pointer or the focus: then they begin anew."""
        timer = QTimer(self)
        timer.setInterval(round(seconds * 1000))
        timer.timeout.connect(lambda: None if self._attended() else self.leave())
        timer.start()

    def _attended(self) -> bool:
        return self.underMouse() or holds_focus(self)

    def leave(self) -> None:
        """Go away."""
        self.leaving.emit()
        self.hide()
        self.deleteLater()


class NoticeBar(QWidget):
    """Stacks the newest few notices; the same sentence is shown once, and newer ones push out no ``kept`` one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._notices: list[Notice] = []
        self._focus = FocusReturn(self)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)

    def show_notice(
        self,
        severity: str,
        text: str,
        *,
        actions: Sequence[Action] = (),
        seconds: float | None = None,
        kept: bool = False,
    ) -> Notice:
        """Show a notice. Information leaves after ``seconds`` (9 by default); warnings and errors stay.

        One that is ``kept`` leaves when a person closes it or acts on it, and not before.
        """
        for old in self.notices():
            if old.text == text:
                old.leave()
        notice = Notice(severity if severity in _COLOURS else "info", text, actions, self, kept=kept)
        self._column.insertWidget(0, notice)
        self._notices.insert(0, notice)
        notice.leaving.connect(partial(self._focus.give_back, notice))
        self._focus.remember()
        notice.show()
        for old in self._surplus():
            old.leave()
        if not kept and (seconds is not None or severity == "info"):
            notice.leave_after(seconds or _INFO_SECONDS)
        announce(self, _spoken(text, actions))
        return notice

    def _surplus(self) -> list[Notice]:
        """What makes room for the newest: first the oldest that offer nothing to do."""
        older = [one for one in self.notices()[1:] if not one.kept]
        by_worth = sorted(older, key=lambda notice: bool(notice.action_buttons), reverse=True)
        return by_worth[MOST_SHOWN - 1 :]

    def clear(self) -> None:
        """Take every notice away."""
        for notice in self.notices():
            notice.leave()

    def notices(self) -> list[Notice]:
        """The notices shown, newest first."""
        self._notices = [notice for notice in self._notices if isValid(notice) and not notice.isHidden()]
        return list(self._notices)


def _spoken(text: str, actions: Sequence[Action]) -> str:
    """What a screen reader says: the sentence, and what can be done."""
    if not actions:
        return text
    offered = QCoreApplication.translate("NoticeBar", "{text} Offered here: {actions}.")
    return offered.format(text=text, actions=", ".join(name for name, _act in actions))
