"""The list of conversations beside the chat: new, rename, pin, delete with undo, search."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QKeySequence
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
from app.ui.chat.conversation_model import ConversationModel
from app.ui.chat.elided import ElidedLabel
from app.ui.chat.hits import SearchHits
from app.ui.controls import tool_button
from app.ui.desktop import key_name, key_sequences

_SEARCH_DELAY_MS = 180


class ConversationList(QFrame):
    """The side list. It asks by signals; what it shows comes from the core."""

    opened = Signal(int)
    entered = Signal()  # go on in the conversation that is marked
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
        self._late: Sequence[ConversationRow] | None = None  # what came while a title was being written
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
        self.list.itemDelegate().closeEditor.connect(self._show_late, Qt.ConnectionType.QueuedConnection)
        self._lay_out()

    def show_rows(self, rows: Sequence[ConversationRow]) -> None:
        """Show the list, and keep the current conversation marked. A title that is being written is left in peace."""
        if self.list.state() == QAbstractItemView.State.EditingState:
            self._late = rows
            return
        self._late = None
        current = self.current
        self.model.show(rows)
        self.mark(current)

    def _show_late(self) -> None:
        if self._late is not None:
            self.show_rows(self._late)

    @property
    def current(self) -> int | None:
        """The marked conversation."""
        row = self.model.row(self.list.currentIndex())
        return row.id if row else None

    def mark(self, conversation_id: int | None) -> None:
        """Mark a conversation without opening it again; None leaves none marked, also when the focus comes."""
        index = QModelIndex() if conversation_id is None else self.model.index_of(conversation_id)
        blocked = self.list.selectionModel().blockSignals(True)
        self.list.setCurrentIndex(index)
        self.list.selectionModel().blockSignals(blocked)
        self.list.viewport().update()

    def take_off(self, conversation_id: int) -> None:
        """A conversation is being deleted. Whoever did it with the keys goes on with its neighbour."""
        place, marked = self.model.index_of(conversation_id).row(), self.current == conversation_id
        self.model.hide(conversation_id)
        if marked and self.list.hasFocus() and self.model.rowCount():
            self.list.setCurrentIndex(self.model.index(min(place, self.model.rowCount() - 1)))

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
        view = _List()
        view.setAccessibleName(self.tr("Conversations"))
        view.setModel(self.model)
        view.setUniformItemSizes(True)
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        view.setTextElideMode(Qt.TextElideMode.ElideRight)
        view.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        view.menu_asked.connect(self._menu)
        view.selectionModel().currentChanged.connect(self._open)
        view.clicked.connect(lambda _index: self.entered.emit())
        view.entered_by_key.connect(self._enter)
        view.delete_asked.connect(self._delete)
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

    def _enter(self) -> None:
        if self.current is not None:
            self.entered.emit()

    def _menu(self, index: QModelIndex, place: QPoint) -> None:
        row = self.model.row(index)
        if row is None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(self.tr("Rename"), lambda: self.list.edit(self.model.index_of(row.id)))
        pin = self.tr("Unpin") if row.pinned else self.tr("Pin to the top")
        menu.addAction(pin, lambda: self.pinned.emit(row.id, not row.pinned))
        menu.addSeparator()
        for kind, name in (("md", self.tr("Export as Markdown…")), ("json", self.tr("Export as JSON…"))):
            menu.addAction(name, partial(self.export_asked.emit, row.id, row.title, kind))
        menu.addSeparator()
        menu.addAction(self.tr("Delete"), lambda: self.deleted.emit(row.id, row.title))
        menu.popup(place)

    def _delete(self) -> None:
        row = self.model.row(self.list.currentIndex())
        if row is not None:
            self.deleted.emit(row.id, row.title)


class _List(QListView):
    """The arrow keys walk, Enter goes into the conversation, F2, Delete and the menu key work on the marked one."""

    menu_asked = Signal(object, object)  # of this row, at this place on the screen
    entered_by_key = Signal()
    delete_asked = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter and Delete have their meaning here; every other key walks or renames."""
        if self.state() == QAbstractItemView.State.EditingState:
            super().keyPressEvent(event)  # the field of a new title hands on what it has no use for
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.entered_by_key.emit()
        elif QKeySequence(event.keyCombination()) in key_sequences("Delete"):
            self.delete_asked.emit()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """The menu of the row under the pointer; asked for by key, of the marked one."""
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            index = self.currentIndex()
            self.menu_asked.emit(index, self.viewport().mapToGlobal(self.visualRect(index).center()))
        else:
            self.menu_asked.emit(self.indexAt(event.pos()), event.globalPos())
