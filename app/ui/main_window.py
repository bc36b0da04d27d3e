"""The main window: rail, pages, notices, keys; files dropped anywhere."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAction,
    QCloseEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from app.core.events import SettingsChanged
from app.core.version import version
from app.ui import desktop, shortcuts
from app.ui.announcements import Announcements
from app.ui.bridge import Bridge
from app.ui.chat.page import ChatPage
from app.ui.dropping import dropped_paths
from app.ui.icons import app_icon
from app.ui.menu_bar import fill_menu_bar
from app.ui.notices import NoticeBar
from app.ui.pages.models import ModelsPage
from app.ui.pages.recipes import RecipesPage
from app.ui.pages.settings import SettingsPage
from app.ui.presence import Presence
from app.ui.queue.drop import DropSheet
from app.ui.queue.page import QueuePage
from app.ui.queue.veil import DropVeil
from app.ui.rail import Rail
from app.ui.recipe_names import RecipeNames
from app.ui.results.page import ResultsPage
from app.ui.theme import Theme
from app.ui.tray import Tray
from app.ui.window_state import WindowState

CHAT, QUEUE, RESULTS, RECIPES, MODELS, SETTINGS = range(6)


class MainWindow(QMainWindow):
    """Shows the core through ``bridge``. ``finished`` is emitted when the application may end."""

    finished = Signal()
    painted = Signal()

    def __init__(self, bridge: Bridge, state: WindowState, *, close_to_tray: bool = True) -> None:
        super().__init__()
        self.bridge = bridge
        self._has_painted = False
        self.setWindowTitle("Nightdesk")
        self.setWindowIcon(app_icon())
        self.setMinimumSize(760, 520)
        self.resize(1180, 780)
        self.setAcceptDrops(True)
        self.notices = NoticeBar()
        self.presence = Presence(self, bridge, state, self.notices, close_to_tray=close_to_tray)
        self.closing = self.presence.closing
        self.recipe_names = RecipeNames(bridge, self)
        self._build_pages()
        self.veil = DropVeil(self)
        self.sheet = DropSheet(bridge, state, self)
        self.bindings = self._shortcut_table()
        self.shortcut_sheet = shortcuts.ShortcutSheet(self.bindings, self)
        commands = shortcuts.install(self, self.bindings)
        if desktop.is_mac():
            go = partial(self.go_to, SETTINGS)
            fill_menu_bar(self.menuBar(), commands, about=self._say_version, preferences=go, close=self.close)
        self._connect()
        self.go_to(CHAT)

    def go_to(self, number: int) -> None:
        """Open a page."""
        self.rail.mark(number)
        self.pages.setCurrentIndex(number)
        page = self.pages.currentWidget()
        if isinstance(page, ChatPage):
            page.composer.input.setFocus()
        else:
            self.rail.buttons[number].setFocus()  # Tab goes on into the page, from its beginning

    def come_forward(self, paths: Sequence[str] = ()) -> None:
        """Show the window, and take what a second start was given."""
        self.presence.come_forward(paths)

    def ask_quit(self) -> None:
        """Quit, after a question in the window while documents are being worked on."""
        self.presence.ask_quit()

    def quit(self) -> None:
        """Leave the screen, stop the core cleanly, then end. Nothing that was queued is lost."""
        self.presence.quit()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Hide in the tray, ask, or quit."""
        self.presence.close(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Tell that the first frame is on the screen; the core starts after it."""
        super().paintEvent(event)
        if not self._has_painted:
            self._has_painted = True
            QTimer.singleShot(0, self, self.painted.emit)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep what lies over the pages in its place."""
        super().resizeEvent(event)
        self.veil.setGeometry(self._drop_area())
        self.sheet.place()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files and folders may be dropped anywhere."""
        if dropped_paths(event.mimeData()):
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            self.veil.lift(self._drop_area(), over_question=self.pages.currentIndex() == CHAT)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """The files went elsewhere."""
        self.veil.hide()

    def dropEvent(self, event: QDropEvent) -> None:
        """Ask what to do with the files, without stopping anything."""
        self.veil.hide()
        paths = dropped_paths(event.mimeData())
        if paths:
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            self.sheet.ask(paths)

    def _drop_area(self) -> QRect:
        """Where a drop queues: everywhere but on the composer, which takes documents along with the question."""
        area = self.rect()
        composer = self.chat.composer
        if composer.isVisible():
            area.setBottom(composer.mapTo(self, QPoint(0, 0)).y() - 8)
        return area

    def _build_pages(self) -> None:
        names = [
            (self.tr("Chat"), "chat"),
            (self.tr("Queue"), "queue"),
            (self.tr("Results"), "results"),
            (self.tr("Recipes"), "recipes"),
            (self.tr("Models"), "models"),
            (self.tr("Settings"), "settings"),
        ]
        self.rail = Rail(names)
        self.pages = QStackedWidget()
        self.chat = ChatPage(self.bridge, self.notices)
        self.queue = QueuePage(self.bridge, self.notices)
        self.results = ResultsPage(self.bridge, self.notices)
        self.recipes = RecipesPage(self.bridge, self.notices)
        self.models = ModelsPage(self.bridge)
        self.settings = SettingsPage(self.bridge)
        for page in (self.chat, self.queue, self.results, self.recipes, self.models, self.settings):
            self.pages.addWidget(page)
        right = QVBoxLayout()
        right.setSpacing(0)
        right.addWidget(self.notices)
        right.addWidget(self.pages, 1)
        middle = QWidget()
        row = QHBoxLayout(middle)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.rail)
        row.addLayout(right, 1)
        self.setCentralWidget(middle)

    def _connect(self) -> None:
        self.bridge.settings_changed.connect(self._follow_settings)
        self.rail.chosen.connect(self.go_to)
        self.rail.engine_asked.connect(lambda: self.go_to(MODELS))
        self.sheet.added.connect(self._added)
        self.recipe_names.changed.connect(self._show_recipe_names)
        self.recipes.saved.connect(self.recipe_names.read)
        self.queue.add_asked.connect(self.sheet.browse)
        self.settings.problem.connect(lambda text: self.notices.show_notice("error", text))
        self.chat.queue_asked.connect(self.sheet.ask)
        self.queue.results_asked.connect(self._show_results)
        self.announcements = Announcements(self.bridge, self.notices, self.rail, lambda: self.presence.tray, self)
        self.announcements.report_asked.connect(self._open_report)
        self.announcements.quit_asked.connect(self.quit)
        self.results.report_opened.connect(self.announcements.report_read)
        self.presence.handed.connect(self.sheet.ask)
        self.presence.leaving.connect(self.chat.keep_draft)
        self.presence.leaving.connect(self.recipes.keep_drafts)
        self.presence.finished.connect(self.finished)
        self.presence.tray_found.connect(self._connect_tray)
        self.presence.look_for_tray()

    def _connect_tray(self, tray: Tray) -> None:
        tray.pause_asked.connect(self.queue.set_paused)
        tray.report_asked.connect(self._open_report)

    def _follow_settings(self, event: SettingsChanged) -> None:
        wanted = event.settings.window
        self.presence.close_to_tray = wanted.close_to_tray
        QTimer.singleShot(0, self, lambda: Theme.current().choose(wanted.theme))  # Qt draws everything anew

    def _shortcut_table(self) -> list[shortcuts.Binding]:
        bind = shortcuts.Binding
        return [
            bind(("Ctrl+N",), self.tr("New conversation"), self._new_conversation, shortcuts.FILE),
            bind(("Return",), self.tr("Send the question")),
            bind(("Shift+Return",), self.tr("New line in the question")),
            bind(("Esc",), self.tr("Stop the answer")),
            bind(("Ctrl+F",), self.tr("Search on this page"), self._search, shortcuts.VIEW),
            bind(("Ctrl+O",), self.tr("Queue files or a folder"), self.sheet.browse, shortcuts.FILE),
            bind(("Ctrl+P",), self.tr("Pause or resume the queue"), self.queue.toggle_pause, shortcuts.QUEUE),
            bind(("Ctrl+Return",), self.tr("Open the result of the chosen job")),
            bind(("Ctrl+Shift+Up",), self.tr("Put the chosen jobs first")),
            bind(("Ctrl+R",), self.tr("Try the chosen jobs again")),
            bind(("Delete",), self.tr("Cancel the chosen jobs")),
            bind(("Ctrl+C",), self.tr("Copy the chosen rows")),
            bind(("Ctrl+Shift+C",), self.tr("Copy the cell")),
            *(
                bind((f"Ctrl+{number + 1}",), button.text(), partial(self.go_to, number), shortcuts.VIEW)
                for number, button in enumerate(self.rail.buttons)
            ),
            bind(("F1", "Ctrl+/"), self.tr("Keyboard shortcuts"), lambda: self.shortcut_sheet.toggle(), shortcuts.HELP),
            bind(("Ctrl+Q",), self.tr("Quit"), self.ask_quit, shortcuts.FILE, QAction.MenuRole.QuitRole),
        ]

    def _show_recipe_names(self) -> None:
        for page in (self.queue, self.results, self.recipes):
            page.show_recipe_names()

    def _new_conversation(self) -> None:
        self.go_to(CHAT)
        self.chat.new_conversation()

    def _search(self) -> None:
        fields = {
            CHAT: self.chat.conversations.search,
            QUEUE: self.queue.filter.name,
            RESULTS: self.results.search,
            MODELS: self.models.search,
        }
        field = fields.get(self.pages.currentIndex())
        if field is not None:
            field.setFocus()
            field.selectAll()

    def _added(self, text: str) -> None:
        self.notices.show_notice("info", text)
        self.go_to(QUEUE)

    def _show_results(self, job_id: int) -> None:
        self.go_to(RESULTS)
        self.results.show_job(job_id)

    def _open_report(self, run_id: int | None = None) -> None:
        self.come_forward()
        self.go_to(RESULTS)
        self.results.show_report(run_id)

    def _say_version(self) -> None:
        self.come_forward()
        words = self.tr("Nightdesk {version}. Chat with a local model by day; hand it a folder at night.")
        say = self.notices.show_notice
        self.bridge.ask(
            lambda _service: asyncio.to_thread(version),
            lambda number: say("info", words.format(version=number)),
            owner=self,
        )
