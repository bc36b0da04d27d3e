"""Conversations to files and back, through the system's file dialogs."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from app.core.chat.transfer import export_json, export_markdown, import_json
from app.ui.bridge import Bridge
from app.ui.notices import NoticeBar


class Transfer(QObject):
    """Exports one conversation as Markdown or JSON, and takes JSON in again."""

    def __init__(self, bridge: Bridge, notices: NoticeBar, parent: QWidget) -> None:
        super().__init__(parent)
        self._page = parent
        self._bridge = bridge
        self._notices = notices

    def ask_export(self, conversation_id: int, title: str, kind: str) -> None:
        """Ask for the file, then write it."""
        dialog = self._dialog(self.tr("Export the conversation"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(kind)
        dialog.selectFile(f"{_file_name(title)}.{kind}")
        dialog.fileSelected.connect(lambda name: self.export(conversation_id, Path(name), kind))
        dialog.open()

    def ask_import(self) -> None:
        """Ask for a file, then take its conversations in."""
        dialog = self._dialog(self.tr("Import conversations"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter(self.tr("Exported conversations (*.json)"))
        dialog.fileSelected.connect(lambda name: self.take_in(Path(name)))
        dialog.open()

    def export(self, conversation_id: int, path: Path, kind: str) -> None:
        """Write a conversation to ``path`` as ``md`` (the newest branch) or ``json`` (everything)."""
        self._bridge.ask(
            lambda service: service.store.read(
                lambda conn: (
                    export_json(conn, [conversation_id], path)
                    if kind == "json"
                    else export_markdown(conn, conversation_id, path)
                )
            ),
            lambda _count: self._notices.show_notice("info", self.tr("Wrote {path}.").format(path=path)),
            owner=self,
        )

    def take_in(self, path: Path) -> None:
        """Add the conversations of an exported file."""
        self._bridge.ask(
            lambda service: service.store.write(lambda conn: import_json(conn, path)),
            self._taken,
            owner=self,
        )

    def _taken(self, count: int) -> None:
        self._notices.show_notice("info", self.tr("Conversations added: {count}.").format(count=count))
        self._bridge.conversations_changed.emit()

    def _dialog(self, title: str) -> QFileDialog:
        dialog = QFileDialog(self._page.window(), title)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return dialog


def _file_name(title: str) -> str:
    return "".join(letter if letter.isalnum() or letter in " -_" else "" for letter in title).strip() or "conversation"
