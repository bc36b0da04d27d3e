"""How desktops differ: on a Mac keys have other names, Backspace deletes, and menus stand at the top of the screen."""

from __future__ import annotations

import sys

from PySide6.QtGui import QKeySequence


def is_mac() -> bool:
    """Whether this is macOS."""
    return sys.platform == "darwin"


def key_name(keys: str) -> str:
    """What a person reads on the keyboard here: ``Ctrl+N`` is ⌘N on a Mac."""
    return QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)


def own_keys(keys: str) -> list[str]:
    """The keys that do here what ``keys`` do elsewhere: what a Mac's keyboard calls Delete is Backspace."""
    return ["Backspace", keys] if keys == "Delete" and is_mac() else [keys]


def key_sequences(keys: str) -> list[QKeySequence]:
    """``own_keys`` as Qt takes them for an action."""
    return [QKeySequence(one) for one in own_keys(keys)]
