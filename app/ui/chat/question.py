"""A question in the history, in its bubble, with what went along; and what can be done with any message."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetricsF, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from app.core.chat.attachments import Attachment, apart
from app.ui.chat.text_view import TextView
from app.ui.chat.versions import Versions
from app.ui.controls import label, tool_button
from app.ui.recipe_names import recipe_title


@dataclass(frozen=True, slots=True)
class MessageActions:
    """What can be done with a message; each is given its id. ``walk`` goes to its version so many places further."""

    regenerate: Callable[[int], object]
    edit: Callable[[int, str], object] = lambda _message_id, _text: None
    walk: Callable[[int, int], object] = lambda _message_id, _step: None
    go_on: Callable[[int], object] = lambda _message_id: None


class QuestionView(QWidget):
    """What the person asked, letter by letter, in a bubble no wider than it needs; documents are named below it."""

    def __init__(self, text: str, actions: MessageActions | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.message_id: int | None = None
        self._whole = text
        self._actions = actions
        question, documents = apart(text)
        self._text = TextView()
        self._text.setAccessibleName(self.tr("Your question"))
        self._bubble = QFrame()
        self._bubble.setObjectName("question")
        inside = QVBoxLayout(self._bubble)
        inside.setContentsMargins(15, 10, 15, 10)
        inside.addWidget(self._text)
        names = [self.tr("With {name}").format(name=name) for name in self._along(documents)]
        for name in names:
            inside.addWidget(label(name, "caption", wrap=True))
        if documents:
            inside.addWidget(self._build_fold(documents))
        self._lay_out()
        self._text.show_plain(question)
        metrics = QFontMetricsF(self._text.font())
        lines = [*question.split("\n"), *names]
        self._ideal = max((metrics.horizontalAdvance(line) for line in lines), default=0.0) + 36

    def _along(self, documents: list[Attachment]) -> list[str]:
        """What went along, in words: documents one by one, the results of one search together."""
        searches: dict[tuple[str, str], list[str]] = {}
        for one in documents:
            if one.recipe:
                searches.setdefault((one.recipe, one.words), []).append(one.name)
        found = self.tr("results of {recipe} for “{words}”: {names}")
        newest = self.tr("results of {recipe}: {names}")
        results = [
            (found if words else newest).format(recipe=recipe_title(recipe), words=words, names=", ".join(names))
            for (recipe, words), names in searches.items()
        ]
        return [one.name for one in documents if not one.recipe] + results

    def _build_fold(self, documents: list[Attachment]) -> QWidget:
        """The text that went along, folded away."""
        fold = QWidget()
        self.along = TextView()
        self.along.setAccessibleName(self.tr("What went along with the question"))
        self.along.hide()
        words = self.tr("Show the text"), self.tr("Hide the text")
        self.along_button = QToolButton()
        self.along_button.setProperty("quiet", True)
        self.along_button.setText(words[0])
        self.along_button.setAccessibleName(self.tr("Show or hide the text that went along"))
        column = QVBoxLayout(fold)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.along_button)
        column.addWidget(self.along)

        def turn() -> None:
            if self.along.isHidden() and not self.along.written:
                self.along.show_plain("\n\n".join(f"{one.name}\n{one.text}" for one in documents))
            self.along.setVisible(self.along.isHidden())
            self.along_button.setText(words[not self.along.isHidden()])

        self.along_button.clicked.connect(turn)
        return fold

    @property
    def source(self) -> str:
        """The question as it was sent, with the documents that went along."""
        return self._whole

    def know(self, message_id: int, version: int = 1, versions: int = 1) -> None:
        """The question is stored under ``message_id``: it can be edited, and its versions walked through."""
        self.message_id = message_id
        self.edit_button.setVisible(self._actions is not None)
        self.versions.show_place(version, versions)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the bubble as narrow as its text and at most four fifths of the column."""
        super().resizeEvent(event)
        self._bubble.setFixedWidth(round(max(60, min(self._ideal, self.width() * 0.82))))

    def _lay_out(self) -> None:
        self.edit_button = tool_button(self.tr("Ask this in other words"), "edit", self._edit, self)
        self.edit_button.hide()
        self.versions = Versions(self._walk)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addStretch()
        row.addWidget(self.versions, 0, Qt.AlignmentFlag.AlignBottom)
        row.addWidget(self.edit_button, 0, Qt.AlignmentFlag.AlignBottom)
        row.addWidget(self._bubble)

    def _edit(self) -> None:
        if self._actions is not None and self.message_id is not None:
            self._actions.edit(self.message_id, self._whole)

    def _walk(self, step: int) -> None:
        if self._actions is not None and self.message_id is not None:
            self._actions.walk(self.message_id, step)
