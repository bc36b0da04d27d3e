"""Which jobs the table shows: by state, recipe, folder, and a part of the name."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QComboBox, QLineEdit

from app.core.queue.states import JobState
from app.core.store.folders import FolderRow
from app.core.store.jobs import JobWish
from app.ui.recipe_names import recipe_title

OPEN = ("ready", "running", "blocked", "away")
FAILED = ("failed", "poison", "needs_ocr", "needs_password")
ALL = tuple(state.value for state in JobState)
_DELAY_MS = 180


class JobFilter(QObject):
    """The fields, for the page to lay out. ``changed``: something else is wished for, typing once it pauses."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.state = self._state_box()
        self.recipe = _box(self.tr("Show jobs of recipe"), self.tr("Every recipe"))
        self.folder = _box(self.tr("Show jobs of folder"), self.tr("Every folder"))
        self.name = QLineEdit()
        self.name.setPlaceholderText(self.tr("Part of the name"))
        self.name.setAccessibleName(self.tr("Show jobs whose name holds"))
        self.name.setClearButtonEnabled(True)
        self.name.setFixedWidth(150)
        self._delay = QTimer(self)
        self._delay.setSingleShot(True)
        self._delay.setInterval(_DELAY_MS)
        self._delay.timeout.connect(self.changed)
        self.name.textChanged.connect(lambda _text: self._delay.start())
        for box in (self.state, self.recipe, self.folder):
            box.currentIndexChanged.connect(lambda _index: self.changed.emit())

    @property
    def wish(self) -> JobWish:
        """What is wished for."""
        return self.wish_in("made", False)

    def wish_in(self, order: str, descending: bool) -> JobWish:
        """What is wished for, in this order."""
        return JobWish(
            tuple(self.state.currentData() or ALL),
            self.recipe.currentData(),
            self.folder.currentData(),
            self.name.text(),
            order,
            descending,
        )

    @property
    def narrows(self) -> bool:
        """Whether some jobs are left out."""
        return self.wish != JobWish(ALL)

    def offer(self, folders: Sequence[FolderRow]) -> None:
        """Offer these folders and their recipes; what is chosen stays chosen."""
        _refill(self.recipe, sorted((recipe_title(name), name) for name in {folder.recipe_name for folder in folders}))
        named = [folder for folder in folders if folder.kind != "files"]
        _refill(self.folder, [(folder.path.name or folder.path_text, folder.id) for folder in named])

    def choose_folder(self, folder_id: int) -> None:
        """Show only the jobs of this folder; once more shows all again."""
        place = self.folder.findData(folder_id)
        self.folder.setCurrentIndex(0 if place == self.folder.currentIndex() else max(0, place))

    def show_failed(self) -> None:
        """Show every job that has no result, whatever was shown before."""
        for box in (self.recipe, self.folder):
            box.setCurrentIndex(0)
        self.name.clear()
        self.state.setCurrentIndex(self.state.findText(self.tr("Failed")))

    def _state_box(self) -> QComboBox:
        box = QComboBox()
        box.setAccessibleName(self.tr("Show jobs in state"))
        box.addItem(self.tr("All"), ALL)
        box.addItem(self.tr("Open"), OPEN)
        box.addItem(self.tr("Done"), ("done",))
        box.addItem(self.tr("Failed"), FAILED)
        box.addItem(self.tr("Cancelled"), ("cancelled",))
        return box


def _box(name: str, everything: str) -> QComboBox:
    box = QComboBox()
    box.setAccessibleName(name)
    box.addItem(everything, None)
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
    box.setMaximumWidth(170)
    box.hide()
    return box


def _refill(box: QComboBox, items: Sequence[tuple[str, object]]) -> None:
    chosen = box.currentData()
    blocked = box.blockSignals(True)
    while box.count() > 1:
        box.removeItem(1)
    for text, data in items:
        box.addItem(text, data)
    place = box.findData(chosen) if chosen is not None else 0
    box.setCurrentIndex(max(0, place))
    box.blockSignals(blocked)
    box.setVisible(len(items) > 1)
