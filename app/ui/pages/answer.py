"""What comes back for a document: free text, a list of columns, or a JSON schema, chosen without knowing the file."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QRegularExpression, Signal
from PySide6.QtGui import QRegularExpressionValidator
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QRadioButton,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.core.recipes.edit import CHOICE, Column, columns_of, schema_text, with_columns, with_free_text, with_schema
from app.core.recipes.recipe import Recipe
from app.ui.controls import label, push_button, tool_button
from app.ui.pages.editor import NumberedEditor
from app.ui.wheel import calm

FREE, COLUMNS, SCHEMA = range(3)
_SCHEMA_HEIGHT = 170
_NAME = QRegularExpression(r"[^\W\d]\w{0,62}", QRegularExpression.PatternOption.UseUnicodePropertiesOption)


class AnswerEditor(QFrame):
    """Writes into the recipe's text: ``rewritten`` carries the whole file with the answer it stands for now."""

    rewritten = Signal(str)
    checked = Signal()  # ``mistaken`` may have changed

    def __init__(self, source: Callable[[], str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self._source = source
        self._showing = False
        self.kinds = [
            QRadioButton(self.tr("Free text")),
            QRadioButton(self.tr("Columns")),
            QRadioButton(self.tr("JSON schema")),
        ]
        self._group = QButtonGroup(self)
        for number, button in enumerate(self.kinds):
            button.setAccessibleName(self.tr("Answer: {kind}").format(kind=button.text()))
            self._group.addButton(button, number)
        self.rows: list[ColumnRow] = []
        self.add_button = push_button(self.tr("Add a column"), self.add_column, icon="add")
        self.schema = NumberedEditor(self.tr("JSON schema of the answer"))
        self.schema.setFixedHeight(_SCHEMA_HEIGHT)
        self.problem = label("", "danger", wrap=True)
        self._pages = QStackedWidget()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._lay_out()
        self._group.idClicked.connect(self._choose)
        self.schema.textChanged.connect(self._schema_edited)

    @property
    def mistaken(self) -> bool:
        """Whether the schema here is none, so that the file does not say yet what is wished for."""
        return bool(self.problem.text())

    def show_recipe(self, recipe: Recipe) -> None:
        """Show the answer of a recipe, unless it is what a person is writing here."""
        if self._is_edited():
            return
        self._showing = True
        columns, text = columns_of(recipe.schema), schema_text(recipe.source)
        kind = FREE if recipe.schema is None else SCHEMA if text or columns is None else COLUMNS
        self.kinds[kind].setChecked(True)
        self._set_columns(columns or [])
        written = text or json.dumps(recipe.schema, indent=2, ensure_ascii=False) if recipe.schema else ""
        if written != self.schema.toPlainText():
            self.schema.setPlainText(written)
        self._show_kind(kind)
        self._showing = False

    def add_column(self) -> None:
        """Add a column at the end."""
        self._add_row(Column(self._free_name()))
        self._columns_edited()
        self.rows[-1].name.setFocus()
        self.rows[-1].name.selectAll()

    def _is_edited(self) -> bool:
        focus = self.window().focusWidget()
        return focus is not None and self.isAncestorOf(focus) and isinstance(focus, QLineEdit | NumberedEditor)

    def _choose(self, kind: int) -> None:
        self._show_kind(kind)
        if kind == FREE:
            self.rewritten.emit(with_free_text(self._source()))
        elif kind == COLUMNS:
            if not self.rows:
                self._add_row(Column("subject"))
            self._columns_edited()
        else:
            if not self.schema.toPlainText().strip():
                self.schema.setPlainText(_EXAMPLE)
            self._schema_edited()

    def _columns_edited(self) -> None:
        if not self._showing:
            columns = [row.column for row in self.rows if row.column.name]
            self.rewritten.emit(with_columns(self._source(), columns))

    def _schema_edited(self) -> None:
        if self._showing:
            return
        text = self.schema.toPlainText()
        try:
            json.loads(text)
        except json.JSONDecodeError as error:
            self.schema.show_mistake(error.lineno)
            words = self.tr("Line {line} of the schema: it is not JSON ({reason}).")
            self._say(words.format(line=error.lineno, reason=error.msg))
            return
        self.schema.show_mistake(None)
        self._say("")
        self.rewritten.emit(with_schema(self._source(), text))

    def _say(self, text: str) -> None:
        self.problem.setText(text)
        self.problem.setVisible(bool(text))
        self.checked.emit()

    def _show_kind(self, kind: int) -> None:
        self._say("")
        self._pages.setCurrentIndex(kind)
        self._pages.setVisible(kind != FREE)
        self._fit()

    def _set_columns(self, columns: list[Column]) -> None:
        if [row.column for row in self.rows] == columns:
            return
        for row in list(self.rows):
            self._drop(row)
        for column in columns:
            self._add_row(column)

    def _add_row(self, column: Column) -> None:
        row = ColumnRow(column, self._columns_edited, self._remove)
        self.rows.append(row)
        self._list.insertWidget(len(self.rows) - 1, row)
        self._fit()

    def _remove(self, row: ColumnRow) -> None:
        self._drop(row)
        self._columns_edited()

    def _drop(self, row: ColumnRow) -> None:
        self.rows.remove(row)
        self._list.removeWidget(row)
        row.hide()
        row.deleteLater()
        self._fit()

    def _fit(self) -> None:
        self._list.activate()
        kind = self._pages.currentIndex()
        self._pages.setFixedHeight(_SCHEMA_HEIGHT if kind == SCHEMA else self._columns.sizeHint().height())

    def _free_name(self) -> str:
        taken = {row.column.name for row in self.rows}
        return next(name for number in range(1, 1000) if (name := f"column_{number}") not in taken)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(16)
        head.addWidget(label(self.tr("Answer"), "heading"))
        for button in self.kinds:
            head.addWidget(button)
        head.addStretch()
        columns = self._columns = QWidget()
        self._list = QVBoxLayout(columns)
        self._list.setContentsMargins(0, 0, 0, 0)
        self._list.setSpacing(6)
        add = QHBoxLayout()
        add.addWidget(self.add_button)
        add.addStretch()
        self._list.addLayout(add)
        for page in (QWidget(), columns, self.schema):
            self._pages.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 14, 12)
        column.setSpacing(10)
        column.addLayout(head)
        column.addWidget(self._pages)
        column.addWidget(self.problem)
        self._show_kind(FREE)


class ColumnRow(QWidget):
    """One column: its name, what stands in it, and the words to choose from."""

    def __init__(
        self,
        column: Column,
        on_change: Callable[[], None],
        on_remove: Callable[[ColumnRow], None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.name = QLineEdit(column.name)
        self.name.setAccessibleName(self.tr("Name of the column"))
        self.name.setValidator(QRegularExpressionValidator(_NAME, self))
        self.kind = calm(QComboBox())
        self.kind.setAccessibleName(self.tr("What stands in the column"))
        for name, kind in self._kinds():
            self.kind.addItem(name, kind)
        self.kind.setCurrentIndex(self.kind.findData(column.kind))
        self.choices = QLineEdit(column.choices.replace("|", ", "))
        self.choices.setCursorPosition(0)
        self.choices.setPlaceholderText(self.tr("low, normal, high"))
        self.choices.setAccessibleName(self.tr("The words to choose from, with commas between them"))
        self.remove: QWidget = tool_button(self.tr("Remove the column"), "close", partial(on_remove, self), self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.name, 2)
        row.addWidget(self.kind, 1)
        row.addWidget(self.choices, 2)
        row.addWidget(self.remove)
        self._show_choices()
        for field in (self.name, self.choices):
            field.textEdited.connect(lambda _text: on_change())
        self.kind.activated.connect(lambda _place: self._kind_chosen(on_change))

    @property
    def column(self) -> Column:
        """The column as it is written here."""
        kind = str(self.kind.currentData())
        words = [word.strip().replace("|", "/") for word in self.choices.text().split(",")]
        chosen = [word for word in words if word]
        if kind == CHOICE and len(chosen) < 2:
            return Column(self.name.text().strip())  # one word is no choice yet
        return Column(self.name.text().strip(), kind, "|".join(chosen) if kind == CHOICE else "")

    def _kind_chosen(self, on_change: Callable[[], None]) -> None:
        self._show_choices()
        on_change()

    def _show_choices(self) -> None:
        self.choices.setVisible(self.kind.currentData() == CHOICE)

    def _kinds(self) -> list[tuple[str, str]]:
        return [
            (self.tr("Text"), "text"),
            (self.tr("Whole number"), "int"),
            (self.tr("Number"), "float"),
            (self.tr("Yes or no"), "bool"),
            (self.tr("List of texts"), "list"),
            (self.tr("Choice"), CHOICE),
        ]


_EXAMPLE = """{
  "type": "object",
  "properties": {
    "subject": {"type": "string", "maxLength": 200}
  },
  "required": ["subject"],
  "additionalProperties": false
}"""
