"""The export button: what is listed as one file, as Markdown files, or the database itself."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from app.core.queue.files import Written, write_files
from app.core.store.export import export_results
from app.core.store.results import results_in
from app.ui.bridge import Bridge
from app.ui.controls import push_button
from app.ui.notices import NoticeBar

if TYPE_CHECKING:
    from app.core.service import Service

_KINDS = (("CSV", "csv"), ("JSON Lines", "jsonl"), ("Markdown", "md"))


class Exports(QObject):
    """Writes the results that ``ids`` gives, in their order; ``name`` is what a file is called at first."""

    database_asked = Signal()

    def __init__(
        self,
        bridge: Bridge,
        notices: NoticeBar,
        ids: Callable[[], list[int]],
        name: Callable[[], str],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._window = parent
        self._bridge = bridge
        self._notices = notices
        self._ids = ids
        self._name = name
        self.button = push_button(self.tr("Export"), lambda: None, icon="export")
        self.menu = QMenu(self.button)
        for title, kind in _KINDS:
            self.menu.addAction(self.tr("{format} file…").format(format=title), partial(self._ask_file, kind))
        self.menu.addSeparator()
        self.menu.addAction(self.tr("Markdown files in one folder…"), self._ask_folder)
        self.menu.addAction(self.tr("Markdown files beside the documents"), self.write_beside)
        self.menu.addSeparator()
        self.menu.addAction(self.tr("Open the database…"), self.database_asked.emit)
        self.button.setMenu(self.menu)

    def export_to(self, path: Path, kind: str) -> None:
        """Write what is listed to ``path`` as ``csv``, ``jsonl`` or ``md``."""
        ids = self._ids()

        async def export(service: Service) -> int:
            return await service.store.read(lambda conn: export_results(results_in(conn, ids), kind, path))

        self._bridge.ask(export, lambda count: self._say_file(count, path), owner=self)

    def write_to(self, folder: Path) -> None:
        """Write one Markdown file for each result into ``folder``."""
        self._write(folder)

    def write_beside(self) -> None:
        """Write one Markdown file for each result beside its document."""
        self._write(None)

    def _write(self, folder: Path | None) -> None:
        ids = self._ids()

        async def write(service: Service) -> Written:
            return await service.store.read(lambda conn: write_files(results_in(conn, ids), folder))

        self._bridge.ask(write, self._say_files, owner=self)

    def _say_file(self, count: int, path: Path) -> None:
        self._notices.show_notice("info", self.tr("Wrote %Ln results to {path}.", "", count).format(path=path))

    def _say_files(self, written: Written) -> None:
        sentences = [self.tr("Wrote %Ln Markdown files.", "", written.files)]
        if written.without_place:
            sentences.append(self.tr("%Ln documents have no folder any more.", "", written.without_place))
        if written.problems:
            sentences.append(self.tr("%Ln files could not be written.", "", len(written.problems)))
            sentences.append(written.problems[0] + ".")
        severity = "warning" if written.problems or written.without_place else "info"
        self._notices.show_notice(severity, " ".join(sentences))

    def _ask_file(self, kind: str) -> None:
        dialog = self._dialog(self.tr("Export the results"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(kind)
        dialog.selectFile(f"{self._name()}.{kind}")
        dialog.fileSelected.connect(lambda name: self.export_to(Path(name), kind))
        dialog.open()

    def _ask_folder(self) -> None:
        dialog = self._dialog(self.tr("Write the Markdown files to"))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(lambda name: self.write_to(Path(name)))
        dialog.open()

    def _dialog(self, title: str) -> QFileDialog:
        dialog = QFileDialog(self._window.window(), title)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return dialog
