"""The conversations as a list that is shown and edited in place."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt, Signal

from app.core.chat.rows import ConversationRow

_Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


class ConversationModel(QAbstractListModel):
    """The conversations as the core lists them, without those that are being deleted."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[ConversationRow] = []
        self._hidden: set[int] = set()

    def show(self, rows: Sequence[ConversationRow]) -> None:
        """Replace the list; a list that only changed in place keeps the selection."""
        visible = [row for row in rows if row.id not in self._hidden]
        if [row.id for row in visible] == [row.id for row in self._rows]:
            self._rows = visible
            if visible:
                self.dataChanged.emit(self.index(0), self.index(len(visible) - 1))
            return
        self.beginResetModel()
        self._rows = visible
        self.endResetModel()

    def hide(self, conversation_id: int) -> None:
        """Take a conversation off the list until it is brought back."""
        self._hidden.add(conversation_id)
        self.show(list(self._rows))

    def unhide(self, conversation_id: int) -> None:
        """Let a conversation be listed again."""
        self._hidden.discard(conversation_id)

    def row(self, index: _Index) -> ConversationRow | None:
        """The conversation at ``index``."""
        return self._rows[index.row()] if index.isValid() and index.row() < len(self._rows) else None

    def index_of(self, conversation_id: int) -> QModelIndex:
        """Where a conversation is listed; an invalid index when it is not."""
        for number, row in enumerate(self._rows):
            if row.id == conversation_id:
                return self.index(number)
        return QModelIndex()

    def rowCount(self, parent: _Index = _ROOT) -> int:
        """The number of conversations."""
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The title; the end of what was said as a tooltip."""
        row = self.row(index)
        if row is None:
            return None
        title = row.title or self.tr("New conversation")
        if role == Qt.ItemDataRole.EditRole:
            return row.title
        if role == Qt.ItemDataRole.DisplayRole:
            return f"★ {title}" if row.pinned else title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self.tr("{title}, pinned").format(title=title) if row.pinned else title
        if role == Qt.ItemDataRole.ToolTipRole:
            return row.snippet or title
        return None

    def flags(self, index: _Index) -> Qt.ItemFlag:
        """Titles can be edited in place."""
        return super().flags(index) | Qt.ItemFlag.ItemIsEditable

    def setData(self, index: _Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Pass a new title on; it is shown once the core has kept it."""
        row = self.row(index)
        title = str(value).strip()
        if row is None or not title or title == row.title:
            return False
        self.renamed.emit(row.id, title)
        return True

    renamed = Signal(int, str)
