"""Choosing a preset for a conversation, and keeping one's own: save, rename, remove with undo."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QMenu, QVBoxLayout, QWidget

from app.core.chat.presets import LONGEST_NAME, Preset
from app.core.settings import ChatSettings
from app.ui.bridge import Bridge
from app.ui.chat.side_sheet import Manner
from app.ui.controls import label, push_button, restyle, tool_button
from app.ui.wheel import calm


class PresetBar(QWidget):
    """``chosen`` hands over how the conversation is to be led. What equals no preset is shown as changed."""

    chosen = Signal(object)

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._presets: list[Preset] = []
        self._usual = ChatSettings()
        self._manner = Manner(self._usual.system_prompt, {})
        self._renamed: str | None = None  # the preset whose new name is being written
        self.list = calm(QComboBox())
        self.list.setAccessibleName(self.tr("Preset"))
        self.list.setPlaceholderText(self.tr("Changed"))
        self.list.activated.connect(self._choose)
        self.more_button = tool_button(self.tr("Save, rename or remove a preset"), "more", self._menu, self)
        self.name = QLineEdit()
        self.name.setMaxLength(LONGEST_NAME)
        self.name.setAccessibleName(self.tr("Name of the preset"))
        self.name.setPlaceholderText(self.tr("Name of the preset"))
        self.name.returnPressed.connect(self._keep)
        self.name.installEventFilter(self)
        self.words = label("", "caption", wrap=True)
        self.undo_button = push_button(self.tr("Undo"), lambda: None)
        self._undo: Preset | None = None
        self.undo_button.clicked.connect(self._bring_back)
        self.menu: QMenu | None = None
        self._lay_out()

    def refresh(self) -> None:
        """Read the presets again."""
        self._bridge.ask(lambda service: service.chat.presets.all(), self._show, owner=self)

    def show_manner(self, manner: Manner, usual: ChatSettings) -> None:
        """Show which preset leads the conversation, if one does."""
        self._manner, self._usual = manner, usual
        self._mark()

    def manner_of(self, preset: Preset) -> Manner:
        """How a conversation is led by a preset: what equals the usual settings is left out."""
        own = {name: value for name, value in preset.settings.items() if value != getattr(self._usual, name, None)}
        return Manner(preset.system_prompt, own)

    def ask_name(self, renamed: str | None = None) -> None:
        """Let a name be written: for the present settings, or for a preset that has another one."""
        self._renamed = renamed
        self._say("")
        self.name.setText(renamed or "")
        self.name.show()
        self.name.selectAll()
        self.name.setFocus()

    def remove(self, preset: Preset) -> None:
        """Remove a preset; it can be brought back while the words say so."""

        def removed(_none: None) -> None:
            self._say(self.tr("Removed “{name}”.").format(name=preset.name), undo=preset)
            self.refresh()

        self._bridge.ask(lambda service: service.chat.presets.remove(preset.name), removed, self._fail, owner=self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Escape leaves the name unwritten."""
        pressed = watched is self.name and event.type() == QEvent.Type.KeyPress
        if pressed and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            self.name.hide()
            self.list.setFocus()
            return True
        return super().eventFilter(watched, event)

    def _show(self, presets: Sequence[Preset]) -> None:
        self._presets = list(presets)
        self.list.clear()
        self.list.addItem(self.tr("As usual"), None)
        names = self._names()
        for preset in self._presets:
            if not preset.built_in and self._presets[self._presets.index(preset) - 1].built_in:
                self.list.insertSeparator(self.list.count())
            self.list.addItem(names.get(preset.name, preset.name) if preset.built_in else preset.name, preset)
            self.list.setItemData(self.list.count() - 1, preset.system_prompt, Qt.ItemDataRole.ToolTipRole)
        self._mark()

    def _mark(self) -> None:
        usual = Manner(self._usual.system_prompt, {})
        places = [
            place
            for place in range(self.list.count())
            if self.list.itemText(place) and self._at(place, usual) == self._manner
        ]
        self.list.setCurrentIndex(places[0] if places else -1)

    def _at(self, place: int, usual: Manner) -> Manner:
        preset = self.list.itemData(place)
        return self.manner_of(preset) if isinstance(preset, Preset) else usual

    def _choose(self, place: int) -> None:
        self._say("")
        self.chosen.emit(self._at(place, Manner(self._usual.system_prompt, {})))

    def _keep(self) -> None:
        name, old, manner = self.name.text(), self._renamed, self._manner
        settings = {key: value for key, value in manner.own.items() if hasattr(self._usual, key)}

        def kept(chosen: str) -> None:
            self.name.hide()
            self._say(self.tr("Kept as “{name}”.").format(name=chosen))
            self.list.setFocus()
            self.refresh()

        if old is not None:
            self._bridge.ask(lambda service: service.chat.presets.rename(old, name), kept, self._fail, owner=self)
        else:
            self._bridge.ask(
                lambda service: service.chat.presets.save(name, manner.system_prompt, settings),
                kept,
                self._fail,
                owner=self,
            )

    def _bring_back(self) -> None:
        preset = self._undo
        if preset is None:
            return

        def back(_name: str) -> None:
            self._say("")
            self.refresh()

        self._bridge.ask(
            lambda service: service.chat.presets.save(preset.name, preset.system_prompt, preset.settings),
            back,
            self._fail,
            owner=self,
        )

    def _menu(self) -> None:
        current = self.list.currentData()
        own = current if isinstance(current, Preset) and not current.built_in else None
        self.menu = QMenu(self)
        self.menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.menu.addAction(self.tr("Save as a preset…"), self.ask_name)
        rename = self.menu.addAction(self.tr("Rename…"), partial(self.ask_name, own.name if own else None))
        remove = self.menu.addAction(self.tr("Remove"), partial(self.remove, own) if own else lambda: None)
        for action in (rename, remove):
            action.setEnabled(own is not None)
        self.menu.popup(self.more_button.mapToGlobal(self.more_button.rect().bottomLeft()))

    def _fail(self, problem: str) -> None:
        self._say(problem, bad=True)

    def _say(self, text: str, *, bad: bool = False, undo: Preset | None = None) -> None:
        self.words.setText(text)
        self.words.setObjectName("danger" if bad else "caption")
        restyle(self.words)
        self.words.setVisible(bool(text))
        self._undo = undo
        self.undo_button.setVisible(undo is not None)

    def _names(self) -> dict[str, str]:
        return {
            "Precise": self.tr("Precise"),
            "Imaginative": self.tr("Imaginative"),
            "Editor": self.tr("Editor"),
            "Translator": self.tr("Translator"),
            "Programmer": self.tr("Programmer"),
        }

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self.list, 1)
        head.addWidget(self.more_button)
        said = QHBoxLayout()
        said.addWidget(self.words, 1)
        said.addWidget(self.undo_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(head)
        column.addWidget(self.name)
        column.addLayout(said)
        self.name.hide()
        self._say("")
