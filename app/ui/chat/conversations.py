"""The list of conversations beside the chat: new, rename, pin, delete with undo, search."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QListView,
    QMenu,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.core.chat.rows import ConversationRow
from app.core.store.conversations import Found
from app.ui.chat.elided import ElidedLabel
from app.ui.chat.hits import SearchHits
from app.ui.controls import tool_button
from app.ui.desktop import key_name, key_sequences

_SEARCH_DELAY_MS = 180
_Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


class ConversationModel(QAbstractListModel):
    """The conversations as the core lists them, without those whose deletion can still be undone."""

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
        """Take a conversation off the list until it is deleted or brought back."""
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


class ConversationList(QFrame):
    """The side list. It asks by signals; what it shows comes from the core."""

    opened = Signal(int)
    new_asked = Signal()
    renamed = Signal(int, str)
    pinned = Signal(int, bool)
    deleted = Signal(int, str)
    searched = Signal(str)
    export_asked = Signal(int, str, str)
    import_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("side")
        self.model = ConversationModel()
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Search conversations"))
        self.search.setAccessibleName(self.tr("Search conversations"))
        self.search.setClearButtonEnabled(True)
        new = self.tr("New conversation ({key})").format(key=key_name("Ctrl+N"))
        self.new_button = tool_button(new, "add", self.new_asked.emit, self)
        self.import_button = tool_button(self.tr("Import conversations"), "import", self.import_asked.emit, self)
        self.list = self._build_list()
        self.hits = SearchHits()
        self.hits.left_upwards.connect(self.search.setFocus)
        self.found = ""  # the words whose hits are shown
        self._go = False  # Enter was pressed before they were
        self.stack = QStackedWidget()
        self.stack.addWidget(self.list)
        self.stack.addWidget(self.hits)
        self.search.installEventFilter(self)
        self._delay = QTimer(self)
        self._delay.setSingleShot(True)
        self._delay.setInterval(_SEARCH_DELAY_MS)
        self._delay.timeout.connect(self._ask)
        self.search.textChanged.connect(lambda _text: self._delay.start())
        self.model.renamed.connect(self.renamed)
        self._lay_out()

    def show_rows(self, rows: Sequence[ConversationRow]) -> None:
        """Show the list, and keep the current conversation marked."""
        current = self.current
        self.model.show(rows)
        if current is not None:
            self.mark(current)

    @property
    def current(self) -> int | None:
        """The marked conversation."""
        row = self.model.row(self.list.currentIndex())
        return row.id if row else None

    def mark(self, conversation_id: int) -> None:
        """Mark a conversation without opening it again."""
        blocked = self.list.selectionModel().blockSignals(True)
        self.list.setCurrentIndex(self.model.index_of(conversation_id))
        self.list.selectionModel().blockSignals(blocked)
        self.list.viewport().update()

    def show_hits(self, words: str, hits: Sequence[Found]) -> None:
        """Show what a search found in place of the list, until the search is cleared."""
        if words == self.search.text().strip():
            self.found = words
            self.hits.show_hits(hits)
            self.stack.setCurrentWidget(self.hits if words else self.list)
            go, self._go = self._go, False
            if go:
                self.hits.choose_current()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Down goes to what was found, Enter to the first of it, Escape ends the search."""
        if watched is self.search and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._search_key(Qt.Key(event.key()))
        return super().eventFilter(watched, event)

    def _search_key(self, key: Qt.Key) -> bool:
        searching = self.stack.currentWidget() is self.hits
        if key == Qt.Key.Key_Down:
            self.hits.enter() if searching else self.list.setFocus()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.search.text().strip():
            self._go_there()
        elif key == Qt.Key.Key_Escape and self.search.text():
            self.search.clear()
        else:
            return False
        return True

    def _go_there(self) -> None:
        if self.found == self.search.text().strip():
            self.hits.choose_current()
            return
        self._go = True  # as soon as it is found
        if self._delay.isActive():
            self._delay.stop()
            self._ask()

    def _ask(self) -> None:
        words = self.search.text().strip()
        if not words:
            self.show_hits("", [])
        self.searched.emit(words)

    def _build_list(self) -> QListView:
        view = QListView()
        view.setAccessibleName(self.tr("Conversations"))
        view.setModel(self.model)
        view.setUniformItemSizes(True)
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        view.setTextElideMode(Qt.TextElideMode.ElideRight)
        view.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        view.customContextMenuRequested.connect(self._menu)
        view.selectionModel().currentChanged.connect(self._open)
        delete = QShortcut(view)
        delete.setKeys(key_sequences("Delete"))
        delete.setContext(Qt.ShortcutContext.WidgetShortcut)
        delete.activated.connect(self._delete)
        return view

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(14, 12, 10, 0)
        head.addWidget(ElidedLabel(self.tr("Conversations"), mode=Qt.TextElideMode.ElideRight), 1)
        head.addWidget(self.import_button)
        head.addWidget(self.new_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 8)
        column.setSpacing(8)
        column.addLayout(head)
        inset = QHBoxLayout()
        inset.setContentsMargins(12, 0, 12, 0)
        inset.addWidget(self.search)
        column.addLayout(inset)
        column.addWidget(self.stack, 1)

    def _open(self, current: QModelIndex, _previous: QModelIndex) -> None:
        row = self.model.row(current)
        if row is not None:
            self.opened.emit(row.id)

    def _menu(self, place: QPoint) -> None:
        index = self.list.indexAt(place)
        row = self.model.row(index)
        if row is None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(self.tr("Rename"), lambda: self.list.edit(index))
        pin = self.tr("Unpin") if row.pinned else self.tr("Pin to the top")
        menu.addAction(pin, lambda: self.pinned.emit(row.id, not row.pinned))
        menu.addSeparator()
        for kind, name in (("md", self.tr("Export as Markdown…")), ("json", self.tr("Export as JSON…"))):
            menu.addAction(name, partial(self.export_asked.emit, row.id, row.title, kind))
        menu.addSeparator()
        menu.addAction(self.tr("Delete"), lambda: self.deleted.emit(row.id, row.title))
        menu.popup(self.list.viewport().mapToGlobal(place))

    def _delete(self) -> None:
        row = self.model.row(self.list.currentIndex())
        if row is not None:
            self.deleted.emit(row.id, row.title)
