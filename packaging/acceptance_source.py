"""Another program's window to drag a file from; a part of the acceptance run."""

from __future__ import annotations

import sys

from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QDrag, QMouseEvent
from PySide6.QtWidgets import QApplication, QLabel


class Source(QLabel):
    """Every press begins a drag of the file."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self._path = path
        self.setWindowTitle("Drag from here")
        self.resize(260, 60)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the file as a file manager does."""
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(self._path)])
        drag = QDrag(self)
        drag.setMimeData(data)
        drag.exec(Qt.DropAction.CopyAction)


def main() -> int:
    """Show the window until it is ended."""
    application = QApplication(sys.argv)
    source = Source(sys.argv[1])
    source.show()
    return application.exec()


if __name__ == "__main__":
    sys.exit(main())
