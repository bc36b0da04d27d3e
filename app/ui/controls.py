"""Small controls made the same way everywhere: named for screen readers, quiet by default."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QToolButton, QWidget

from app.ui.icons import bind_icon

_LINE = 36  # a field of several lines has its label beside the first


def tool_button(name: str, icon: str, on_click: Callable[[], object], parent: QWidget | None = None) -> QToolButton:
    """Return a quiet icon button; ``name`` is its tooltip and what a screen reader says."""
    button = QToolButton(parent)
    button.setProperty("quiet", True)
    button.setToolTip(name)
    button.setAccessibleName(name)
    button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    button.clicked.connect(lambda: on_click())
    bind_icon(button, icon)
    return button


def push_button(text: str, on_click: Callable[[], object], *, icon: str = "", primary: bool = False) -> QPushButton:
    """Return a button with a text; ``primary`` marks the one thing to do next."""
    button = QPushButton(text)
    button.setAccessibleName(text.replace("&", ""))
    button.setProperty("primary", primary)
    button.clicked.connect(lambda: on_click())
    if icon:
        bind_icon(button, icon, "accent_text" if primary else "text", 16)
    return button


def label(text: str = "", style: str = "", *, wrap: bool = False, selectable: bool = False) -> QLabel:
    """Return a plain-text label; ``style`` is an object name of the stylesheet (``muted``, ``title``, …)."""
    result = QLabel(text)
    result.setTextFormat(Qt.TextFormat.PlainText)
    result.setObjectName(style)
    result.setWordWrap(wrap)
    if selectable:
        result.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return result


def field_label(text: str, field: QWidget) -> QLabel:
    """Return the label of a form's ``field``, on one line with what is written in it."""
    result = label(text)
    result.setBuddy(field)
    result.setFixedHeight(min(field.sizeHint().height(), _LINE))
    return result


def holds_focus(widget: QWidget) -> bool:
    """Whether the focus is in ``widget`` or in something inside it."""
    focused = QApplication.focusWidget()
    return focused is not None and (focused is widget or widget.isAncestorOf(focused))


def restyle(widget: QWidget) -> None:
    """Apply style rules again after a property that they test has changed."""
    widget.style().unpolish(widget)
    widget.style().polish(widget)
