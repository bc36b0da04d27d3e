"""Sets formulas: LaTeX to drawings in the background, each once."""

from __future__ import annotations

import logging
from _thread import start_new_thread
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import ClassVar
from xml.etree.ElementTree import tostring

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication

log = logging.getLogger(__name__)

EM = 48.0
"""The size of the letters in which formulas are set, in units of the drawing."""

_KEPT = 2_000
_LOOK_MS = 33
_HARMLESS = frozenset({"svg", "g", "path", "rect", "line", "polyline", "polygon"})  # nothing that loads anything


@dataclass(frozen=True, slots=True)
class Drawing:
    """A formula as SVG, black on nothing; lengths in units of which ``EM`` make the height of the letters."""

    svg: str
    width: float
    ascent: float
    descent: float


Key = tuple[str, bool]
"""A formula's LaTeX, and whether it stands on a line of its own."""


def typeset(latex: str, display: bool) -> Drawing:
    """Set a formula. Raises ValueError, or whatever the library stumbles over, when it is none."""
    from ziamath.config import config  # 0.2 s, so only where there is a formula
    from ziamath.zmath import Latex

    config.svg2 = False  # QtSvg reads SVG 1
    formula = Latex(latex, size=EM, inline=not display, margin=0)
    if any("\\" in (element.text or "") for element in formula.mathml.iter()):
        raise ValueError("an unknown command is shown as its name")
    picture = formula.svgxml()
    strange = {element.tag for element in picture.iter()} - _HARMLESS
    if strange:
        raise ValueError(f"a formula draws no {', '.join(sorted(strange))}")
    left, top, width, height = (float(part) for part in picture.attrib["viewBox"].split())
    # room at the sides for what leans over the edge of its box
    picture.attrib["viewBox"] = f"{left - 1} {top - 1} {width + 2} {height + 2}"
    return Drawing(tostring(picture, encoding="unicode"), width + 2, 1 - top, height + top + 1)


class Typesetter(QObject):
    """Holds the drawings. What is not there yet is set by a thread that lives while there is something to set."""

    ready = Signal(object)  # the keys of formulas that have been set, or found to be none
    _instance: ClassVar[Typesetter | None] = None

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._drawings: OrderedDict[Key, Drawing | None] = OrderedDict()
        self._asked: set[Key] = set()
        self._work: SimpleQueue[Key] = SimpleQueue()
        self._done: SimpleQueue[tuple[Key, Drawing | None] | None] = SimpleQueue()
        self._at_work = False
        self._look = QTimer(self)  # runs only while the thread does
        self._look.setInterval(_LOOK_MS)
        self._look.timeout.connect(self._take_done)

    @classmethod
    def current(cls) -> Typesetter:
        """The application's typesetter, made on first use."""
        if cls._instance is None:
            cls._instance = cls(QApplication.instance())
        return cls._instance

    def knows(self, key: Key) -> bool:
        """Whether it has been tried to set this formula."""
        return key in self._drawings

    def drawing(self, key: Key) -> Drawing | None:
        """The drawing, or None when there is none: not yet, or never."""
        if key in self._drawings:
            self._drawings.move_to_end(key)
        return self._drawings.get(key)

    def ask(self, keys: Iterable[Key]) -> None:
        """Have these formulas set."""
        for key in set(keys) - self._asked - self._drawings.keys():
            self._asked.add(key)
            self._work.put(key)
        if self._asked and not self._at_work:
            self._start()

    def _start(self) -> None:
        self._at_work = True
        start_new_thread(_set_all, (self._work, self._done))  # threading.Thread would have the window wait for it
        self._look.start()

    def _take_done(self) -> None:
        news = set()
        while not self._done.empty():
            one = self._done.get()
            if one is None:
                self._at_work = False
                continue
            key, drawing = one
            self._asked.discard(key)
            self._drawings[key] = drawing
            news.add(key)
        while len(self._drawings) > _KEPT:
            self._drawings.popitem(last=False)
        if not self._at_work:
            self._look.stop()
            if self._asked:
                self._start()  # it ended just before the last was asked for
        if news:
            self.ready.emit(frozenset(news))


def _set_all(work: SimpleQueue[Key], done: SimpleQueue[tuple[Key, Drawing | None] | None]) -> None:
    """Set what is asked for until nothing is (None); a formula that cannot be set is shown as it was written."""
    while True:
        try:
            key = work.get_nowait()
        except Empty:
            done.put(None)
            return
        drawing = None
        try:
            drawing = typeset(*key)
        except Exception as error:  # noqa: BLE001 - a model writes anything, and the library says so in many ways
            log.info("a formula is shown as written (%s)", type(error).__name__)
        done.put((key, drawing))
