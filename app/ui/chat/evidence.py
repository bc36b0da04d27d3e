"""Asking the results: search them beside the question, see what fits, and take it along."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from app.core.chat.evidence import Evidence, Excerpt
from app.core.store.results import recipes_with_results
from app.ui.bridge import Bridge
from app.ui.controls import label, push_button, tool_button
from app.ui.marks import MarkedDelegate, without_marks
from app.ui.recipe_names import recipe_title
from app.ui.wording import number

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.core.service import Service

_DELAY_MS = 200
_SHOWN = 5
_USUAL = 5
_MOST = 30


class EvidencePanel(QFrame):
    """Searches the results of a recipe. ``asked`` gives the conversation and the question they are to go along with."""

    taken = Signal(object, object)  # the Evidence, and its attachments as chosen
    closed = Signal()

    def __init__(
        self, bridge: Bridge, asked: Callable[[], tuple[int | None, str]], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._asked = asked
        self._turn = 0
        self.evidence: Evidence | None = None
        self.setObjectName("evidence")
        self.setAccessibleName(self.tr("Ask the results"))
        self.recipe = QComboBox()
        self.recipe.setAccessibleName(self.tr("Recipe whose results are asked"))
        self.words = QLineEdit()
        self.words.setPlaceholderText(self.tr("Search the results"))
        self.words.setAccessibleName(self.tr("Words to search the results for"))
        self.words.setClearButtonEnabled(True)
        self.most = QSpinBox()
        self.most.setRange(1, _MOST)
        self.most.setValue(_USUAL)
        self.most.setAccessibleName(self.tr("At most so many results"))
        self.most.setToolTip(self.tr("At most so many results"))
        self.hits = QListWidget()
        self.hits.setAccessibleName(self.tr("Results found"))
        self.hits.setItemDelegate(MarkedDelegate(self.hits))
        self.hits.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.hits.itemChanged.connect(lambda _item: self._sum_up())
        self.summary = label("", "caption", wrap=True)
        self.take_button = push_button(self.tr("Take along"), self._take, primary=True)
        self._delay = QTimer(self)
        self._delay.setSingleShot(True)
        self._delay.setInterval(_DELAY_MS)
        self._delay.timeout.connect(self.search)
        self._lay_out()
        self._connect()
        self.hide()

    def toggle(self) -> None:
        """Open with the words of the question, or close."""
        if not self.isHidden():
            self._close()
            return
        self.show()
        self.words.setFocus()
        self._bridge.ask(lambda service: service.store.read(recipes_with_results), self._show_recipes, owner=self)

    def search(self) -> None:
        """Look the words up, or the question itself while no words are given."""
        self._delay.stop()
        self._turn += 1
        turn, (conversation_id, question) = self._turn, self._asked()
        recipe, most = self.recipe.currentData(), self.most.value()
        words = self.words.text().strip() or question

        async def ask(service: Service) -> Evidence:
            ready = service.engine.view.phase == "ready"
            return await service.chat.look_up(conversation_id or 0, question, recipe, words, most, ready=ready)

        self._bridge.ask(ask, lambda found: self._show(turn, found), owner=self)

    def chosen(self) -> list[int]:
        """The results that are ticked."""
        rows = (self.hits.item(row) for row in range(self.hits.count()))
        return [one.data(Qt.ItemDataRole.UserRole) for one in rows if one.checkState() == Qt.CheckState.Checked]

    def _show_recipes(self, recipes: list[tuple[str, int]]) -> None:
        last = self.recipe.currentData()
        blocked = self.recipe.blockSignals(True)
        self.recipe.clear()
        if len(recipes) != 1:
            self.recipe.addItem(self.tr("All recipes"), None)
        for title, name, count in sorted((recipe_title(name), name, count) for name, count in recipes):
            self.recipe.addItem(self.tr("{recipe} ({count})").format(recipe=title, count=number(count)), name)
        self.recipe.setCurrentIndex(max(0, self.recipe.findData(last)))
        self.recipe.blockSignals(blocked)
        if recipes:
            self.search()
        else:
            self._empty(self.tr("There are no results yet. Drop a folder on the window to have its documents read."))

    def _show(self, turn: int, evidence: Evidence) -> None:
        if turn != self._turn:
            return  # something else has been asked for since
        self.evidence = evidence
        blocked = self.hits.blockSignals(True)
        self.hits.clear()
        for excerpt in evidence.excerpts:
            self.hits.addItem(self._item(excerpt))
        self.hits.blockSignals(blocked)
        rows = min(len(evidence.excerpts), _SHOWN)
        self.hits.setVisible(rows > 0)
        self.hits.setFixedHeight(rows * self.hits.sizeHintForRow(0) + 8)
        if not rows:
            self._empty(self.tr("No result says any of these words."))
        else:
            self._sum_up()

    def _item(self, excerpt: Excerpt) -> QListWidgetItem:
        tokens = self.tr("%Ln tokens", "", excerpt.tokens)
        size = (self.tr("no room") if not excerpt.fits else tokens) if not excerpt.cut else self.tr("shortened")
        item = QListWidgetItem(f"{excerpt.document}  ·  {size}  ·  {excerpt.snippet}")
        item.setData(Qt.ItemDataRole.UserRole, excerpt.result_id)
        item.setToolTip(excerpt.text or self.tr("There is no room for this one in the model's context."))
        item.setData(
            Qt.ItemDataRole.AccessibleTextRole, f"{excerpt.document}, {size}, {without_marks(excerpt.snippet)[0]}"
        )
        flags = Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsUserCheckable
        item.setFlags(flags | Qt.ItemFlag.ItemIsEnabled if excerpt.fits else flags)
        item.setCheckState(Qt.CheckState.Checked if excerpt.fits else Qt.CheckState.Unchecked)
        return item

    def _sum_up(self) -> None:
        if self.evidence is None:
            return
        ticked = set(self.chosen())
        tokens = sum(one.tokens for one in self.evidence.excerpts if one.result_id in ticked)
        text = self.tr("{chosen} of {found} results, {tokens} of {room} free tokens")
        self.summary.setText(
            text.format(
                chosen=number(len(ticked)),
                found=number(len(self.evidence.excerpts)),
                tokens=number(tokens),
                room=number(self.evidence.room),
            )
        )
        self.take_button.setEnabled(bool(ticked))

    def _empty(self, text: str) -> None:
        self.evidence = None
        self.hits.clear()
        self.hits.hide()
        self.summary.setText(text)
        self.take_button.setEnabled(False)

    def _take(self) -> None:
        if self.evidence is not None and self.take_button.isEnabled():
            self.taken.emit(self.evidence, self.evidence.attachments(self.chosen()))
            self.words.clear()
            self._delay.stop()
            self._close()

    def _enter(self) -> None:
        """The first Enter searches, the next one takes what was found."""
        if self._delay.isActive():
            self.search()
        else:
            self._take()

    def _close(self) -> None:
        self.hide()
        self.closed.emit()

    def _connect(self) -> None:
        self.words.textEdited.connect(lambda _text: self._delay.start())
        self.words.returnPressed.connect(self._enter)
        self.most.valueChanged.connect(lambda _value: self._delay.start())
        self.recipe.currentIndexChanged.connect(lambda _index: self.search())
        escape = QShortcut(QKeySequence(Qt.Key.Key_Escape), self)
        escape.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        escape.activated.connect(self._close)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self.recipe)
        head.addWidget(self.words, 1)
        head.addWidget(self.most)
        head.addWidget(tool_button(self.tr("Close the search of the results"), "close", self._close, self))
        self.recipe.setMaximumWidth(200)
        foot = QHBoxLayout()
        foot.addWidget(self.summary, 1)
        foot.addWidget(self.take_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 8)
        column.setSpacing(6)
        column.addLayout(head)
        column.addWidget(self.hits)
        column.addLayout(foot)
        self.hits.hide()
