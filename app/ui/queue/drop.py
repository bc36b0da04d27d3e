"""Files dropped on the window: the sheet that asks for the recipe."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QMenu,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.core.estimate import Estimate, estimate
from app.core.recipes.recipe import Recipe
from app.ui.bridge import Bridge
from app.ui.controls import label, push_button
from app.ui.queue.estimate_words import estimate_sentence
from app.ui.recipe_names import recipe_title
from app.ui.sheet import Sheet
from app.ui.spoken import said
from app.ui.window_state import WindowState

if TYPE_CHECKING:
    from app.core.service import Service

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Handed:
    """What was handed over, told apart: folders and single files."""

    folders: tuple[Path, ...]
    files: tuple[Path, ...]


async def tell_apart(paths: Sequence[Path]) -> Handed:
    """Look which paths are folders. In a thread: a network share may take its time."""

    def look() -> Handed:
        folders = tuple(path for path in paths if path.is_dir())
        return Handed(folders, tuple(path for path in paths if path not in folders))

    return await asyncio.to_thread(look)


class DropSheet(Sheet):
    """A card at the window's top: which recipe, and whether to keep watching. Everything behind it goes on."""

    added = Signal(str)

    def __init__(self, bridge: Bridge, state: WindowState, parent: QWidget) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._state = state
        self._handed = Handed((), ())
        self._titles: dict[str, str] = {}
        self._turn = 0  # of two drops, what is found out about the first must not replace the second
        self.setAccessibleName(self.tr("Queue documents"))
        self.title = label("", "title")
        self.what = label("", "muted", wrap=True)
        self.recipe = QComboBox()
        self.recipe.setAccessibleName(self.tr("Recipe"))
        self.recipe.setMinimumWidth(260)
        self.about = label("", "muted", wrap=True)
        self.estimate = label("", "muted", wrap=True)
        self.watch = QCheckBox(self.tr("Keep watching for new documents"))
        self.watch.setAccessibleName(self.watch.text())
        self.problem = label("", "danger", wrap=True)
        self.add_button = push_button(self.tr("Queue"), self._add, primary=True)
        self.cancel_button = push_button(self.tr("Cancel"), self.hide)
        self.recipe.currentIndexChanged.connect(self._describe)
        self._lay_out()

    def ask(self, paths: Sequence[Path]) -> None:
        """Ask what to do with ``paths``. A second drop while the sheet is open replaces the first."""
        self._turn += 1
        turn, self._handed = self._turn, Handed((), ())
        self._show_problem("")
        names = ", ".join(path.name or str(path) for path in paths[:4])
        self.title.setText(self.tr("Queue documents"))
        self.what.setText(names + (" …" if len(paths) > 4 else ""))
        self.estimate.setText("")
        self.watch.setVisible(False)
        self.add_button.setEnabled(False)
        self.recipe.clear()  # the order of the drop before would change under the person's hand
        self._bridge.ask(_recipes, self._of(turn, self._show_recipes), self._of(turn, self._show_problem), owner=self)
        self._bridge.ask(
            lambda _service: tell_apart(paths),
            self._of(turn, self._show_handed),
            self._of(turn, self._show_problem),
            owner=self,
        )
        self.place()
        self.show()
        self.raise_()
        self.recipe.setFocus()

    def _of(self, turn: int, take: Callable[[T], object]) -> Callable[[T], None]:
        """``take``, but only what was asked for the drop that the sheet is about."""

        def answer(found: T) -> None:
            if turn == self._turn:
                take(found)

        return answer

    def browse(self) -> None:
        """Let the person choose with the system's file dialogs instead of dropping."""
        menu = QMenu(self.window())
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(self.tr("A folder…"), self._browse_folder)
        menu.addAction(self.tr("Files…"), self._browse_files)
        middle = self.window().rect().center()
        menu.popup(self.window().mapToGlobal(middle))

    def place(self) -> None:
        """Stay in the middle of the window's upper half."""
        parent = self.parentWidget()
        if parent is not None:
            width = min(520, parent.width() - 40)
            self.setFixedWidth(width)
            self.adjustSize()
            self.move((parent.width() - width) // 2, 70)

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.addStretch()
        buttons.addWidget(self.cancel_button)
        buttons.addWidget(self.add_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(10)
        column.addWidget(self.title)
        column.addWidget(self.what)
        column.addSpacing(4)
        name = label(self.tr("Recipe"), "heading")
        name.setBuddy(self.recipe)
        for widget in (name, self.recipe, self.about, self.estimate, self.watch, self.problem):
            column.addWidget(widget)
        column.addSpacing(6)
        column.addLayout(buttons)
        shortcut = QShortcut(QKeySequence(Qt.Key.Key_Return), self)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(self._return)

    def _return(self) -> None:
        """Return queues, but on a button it means that button."""
        focus = QApplication.focusWidget()
        button = focus if isinstance(focus, QPushButton) and self.isAncestorOf(focus) else self.add_button
        button.click()

    def _browse_folder(self) -> None:
        dialog = self._dialog(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.open()

    def _browse_files(self) -> None:
        self._dialog(QFileDialog.FileMode.ExistingFiles).open()

    def _dialog(self, mode: QFileDialog.FileMode) -> QFileDialog:
        dialog = QFileDialog(self.window())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(mode)
        dialog.filesSelected.connect(lambda names: self.ask([Path(name) for name in names]))
        return dialog

    def _show_recipes(self, recipes: list[Recipe]) -> None:
        last = self._state.last_recipe
        called = {recipe.name: recipe_title(recipe.name, recipe.title) for recipe in recipes}
        ordered = sorted(recipes, key=lambda recipe: (recipe.name != last, called[recipe.name].lower()))
        self.recipe.clear()
        for recipe in ordered:
            self.recipe.addItem(called[recipe.name], recipe)
        self._describe()
        self._allow()

    def _show_handed(self, handed: Handed) -> None:
        self._handed = handed
        self.title.setText(_counted(handed))
        self.watch.setVisible(bool(handed.folders))
        self.watch.setChecked(bool(handed.folders))
        self._estimate()
        self._allow()
        self.place()

    def _allow(self) -> None:
        self.add_button.setEnabled(self.recipe.count() > 0 and bool(self._handed.folders or self._handed.files))

    def _describe(self) -> None:
        recipe = self.recipe.currentData()
        self.about.setText(said(recipe.description) if isinstance(recipe, Recipe) else "")
        self._estimate()
        self.place()

    def _estimate(self) -> None:
        """Say roughly what this would take, once that is known; nobody has to wait for it."""
        recipe, handed = self.recipe.currentData(), self._handed
        paths = [*handed.folders, *handed.files]
        if not isinstance(recipe, Recipe) or not paths:
            return
        self.estimate.setText(self.tr("Looking at what is there…"))

        def show(found: Estimate) -> None:
            if recipe == self.recipe.currentData() and handed == self._handed:
                self.estimate.setText(estimate_sentence(found))
                self.place()

        self._bridge.ask(
            lambda service: estimate(service, paths, recipe),
            show,
            lambda _problem: self.estimate.setText(""),
            owner=self,
        )

    def _show_problem(self, text: str) -> None:
        self.problem.setText(text)
        self.problem.setVisible(bool(text))
        self.place()

    def _add(self) -> None:
        recipe = self.recipe.currentData()
        handed, watch = self._handed, self.watch.isChecked()
        if not isinstance(recipe, Recipe):
            return
        self.add_button.setEnabled(False)
        self._state.last_recipe = recipe.name

        async def add(service: Service) -> None:
            for folder in handed.folders:
                await service.add_folder(folder, recipe.name, watch=watch)
            if handed.files:
                await service.add_files(handed.files, recipe.name)

        turn = self._turn
        self._bridge.ask(add, lambda _none: self._was_added(turn, recipe), self._not_added, owner=self)

    def _was_added(self, turn: int, recipe: Recipe) -> None:
        if turn == self._turn:  # else something else was dropped meanwhile, and is still asked about
            self.hide()
        self.added.emit(
            self.tr("Queued with the recipe “{recipe}”.").format(recipe=recipe_title(recipe.name, recipe.title))
        )

    def _not_added(self, problem: str) -> None:
        self.add_button.setEnabled(True)
        self._show_problem(problem)


async def _recipes(service: Service) -> list[Recipe]:
    return await asyncio.to_thread(service.recipes.recipes)


def _counted(handed: Handed) -> str:
    translate = QCoreApplication.translate
    folders = translate("DropSheet", "%Ln folders", "", len(handed.folders))
    files = translate("DropSheet", "%Ln files", "", len(handed.files))
    if handed.folders and handed.files:
        return translate("DropSheet", "Queue {folders} and {files}").format(folders=folders, files=files)
    return translate("DropSheet", "Queue {what}").format(what=folders if handed.folders else files)
