"""One run drawn as a sheet: its figures, its course, what it was worth, and what is left to be mended."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.core.queue.costs import Prices, costs
from app.core.store.runs import Course, RunRow
from app.ui.controls import label, push_button
from app.ui.flow import FlowLayout
from app.ui.recipe_names import recipe_title
from app.ui.results.bars import Bar, NightBars, SideBySide
from app.ui.spoken import said
from app.ui.wording import clock, day_and_time, duration, number

_NAMED = 8  # failed documents named for each reason; all of them are in the jobs list
_WIDTH = 860
Figures = Mapping[str, Any]


class ReportSheet(QFrame):
    """``retry_asked`` carries the class of the failures to be tried again."""

    retry_asked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.setMaximumWidth(_WIDTH)
        self.again_buttons: list[QPushButton] = []
        self.title = label(self.tr("Morning report"), "title")
        self.sentence = label("", "muted", wrap=True)
        self.figures = QWidget()
        self._figures = FlowLayout(self.figures, spacing=30, between_lines=12)
        self.night = NightBars()
        self.legend = label("", "caption", wrap=True)
        self.speed = SideBySide(self.tr("One at a time and together"))
        self.cost = SideBySide(self.tr("What the same tokens would have cost"))
        self.prices_hint = label("", "caption", wrap=True)
        self.rest = QWidget()
        self._rest = QGridLayout(self.rest)
        self.failures = QWidget()
        self._failures = QVBoxLayout(self.failures)
        self._headings: dict[QWidget, QLabel] = {}
        self._lay_out()

    def show_nothing(self) -> None:
        """Say how the first report comes to be."""
        self.sentence.setText(self.tr("There is no report yet. One is written whenever the queue has been worked off."))
        for part in (self.figures, self.night, self.legend, self.speed, self.cost, self.prices_hint, self.rest,
                     self.failures, *self._headings.values()):  # fmt: skip
            part.hide()

    def show_cost(self, run: RunRow, prices: Prices) -> None:
        """Compare with a service; ``prices`` are those that are set now, whatever they were then."""
        self._show_cost(run.figures, prices)

    def show_run(self, run: RunRow, prices: Prices) -> None:
        """Show the figures of a run."""
        figures = run.figures
        end = run.ended_at or run.started_at
        self.sentence.setText(
            self.tr("{begin} to {end}, {recipes}").format(
                begin=day_and_time(run.started_at),
                end=clock(end),
                recipes=", ".join(map(recipe_title, run.recipe_names)),
            )
        )
        self._show_figures(figures)
        self._show_speed(figures)
        self._show_cost(figures, prices)
        self._show_rest(figures)
        self._show_failures(figures)

    def show_course(self, course: Course) -> None:
        """Draw how the run went."""
        self.night.show_course(course)
        self._reveal(self.night, sum(course.done) + sum(course.failed) > 1)
        words = [self._bar_length(course.slice_s)]
        if sum(course.failed):
            words.append(self.tr("Red had no result."))
        if course.chats:
            words.append(self.tr("Green dots are answers in the chat, which went first: %Ln.", "", len(course.chats)))
        self.legend.setText(" ".join(words))
        self.legend.setVisible(self.night.isVisibleTo(self))

    def _bar_length(self, seconds: float) -> str:
        if seconds < 60:
            return self.tr("Each bar stands for %Ln seconds.", "", round(seconds))
        return self.tr("Each bar stands for %Ln minutes.", "", round(seconds / 60))

    def _show_figures(self, figures: Figures) -> None:
        while item := self._figures.takeAt(0):
            _drop(item.widget())
        shown = [
            (number(figures["done"]), self.tr("done"), ""),
            (number(figures["failed"]), self.tr("without a result"), "danger" if figures["failed"] else ""),
            (number(figures["duplicates"]), self.tr("duplicates skipped"), ""),
            (duration(figures["wall_s"]), self.tr("time"), ""),
            (number(figures["documents_per_h"]), self.tr("documents/h"), ""),
            (number(figures["tokens_per_s"], 1), self.tr("tok/s"), ""),
        ]
        for text, caption, colour in shown:
            self._figures.addWidget(_figure(text, caption, colour))
        self.figures.show()

    def _show_speed(self, figures: Figures) -> None:
        alone = figures.get("alone")
        bars = []
        if alone:
            rate = self.tr("{rate} tok/s")
            together = self.tr("{rate} tok/s, {times} × as fast").format(
                rate=number(alone["together_tokens_per_s"], 1), times=number(alone["speed_up"], 1)
            )
            bars = [
                Bar(
                    self.tr("One at a time"), rate.format(rate=number(alone["tokens_per_s"], 1)), alone["tokens_per_s"]
                ),
                Bar(
                    self.tr("Together, %Ln rows", "", figures["width"]),
                    together,
                    alone["together_tokens_per_s"],
                    "accent",
                ),
            ]
        self.speed.show_bars(bars)
        self._reveal(self.speed, bool(bars))

    def _show_cost(self, figures: Figures, prices: Prices) -> None:
        found = costs(prices, figures["prompt_tokens"], figures["generated_tokens"])
        names = {"stream": self.tr("A streaming service"), "batch": self.tr("A batch service")}
        bars = [
            Bar(name, f"{number(found[key], 2)} {found['currency']}", found[key], "warning")
            for key, name in names.items()
            if found and key in found
        ]
        if bars and found:
            bars.append(Bar(self.tr("This machine"), self.tr("no charge per token"), 0.0, "accent"))
        self.cost.show_bars(bars)
        self._reveal(self.cost, True)
        self.cost.setVisible(bool(bars))  # without prices there is only the sentence
        self.prices_hint.setVisible(True)
        tokens = self.tr("{read} tokens read ({cached} of them from the cache), {written} written.").format(
            read=number(figures["prompt_tokens"]),
            cached=number(figures["cached_tokens"]),
            written=number(figures["generated_tokens"]),
        )
        hint = "" if bars else self.tr("Set the prices of a service in the settings to see what it would have asked.")
        self.prices_hint.setText(f"{tokens} {hint}".strip())

    def _show_rest(self, figures: Figures) -> None:
        while item := self._rest.takeAt(0):
            _drop(item.widget())
        rows = [(self.tr("Recoveries of the engine"), number(figures["recoveries"]))]
        rows.append((self.tr("Engine busy"), duration(figures["busy_s"])))
        if figures["parts"]:
            rows.append((self.tr("Parts of long documents"), number(figures["parts"])))
        if figures["cut_answers"]:
            rows.append((self.tr("Answers that ended at max_tokens"), number(figures["cut_answers"])))
        if figures["left"]:
            rows.append((self.tr("Left for the next run"), number(figures["left"])))
        if figures["eta"]:
            said_s, took_s = (duration(figures["eta"][key]) for key in ("said_s", "took_s"))
            rows.append((self.tr("Time left, as first said and as it was"), f"{said_s} / {took_s}"))
        for place, (name, value) in enumerate(rows):
            self._rest.addWidget(label(name, "muted"), place, 0)
            self._rest.addWidget(label(value), place, 1)
        self._reveal(self.rest, True)

    def _show_failures(self, figures: Figures) -> None:
        while item := self._failures.takeAt(0):
            _drop(item.widget())
        self.again_buttons = []
        for one in figures.get("failures", []):
            self._failures.addWidget(self._failure(one, figures))
        self._reveal(self.failures, bool(self.again_buttons))

    def _failure(self, one: Figures, figures: Figures) -> QWidget:
        """One reason with its documents, its way out, and the button that tries them again."""
        widget = QWidget()
        words = QVBoxLayout()
        words.setSpacing(2)
        sentence = self.tr("{count} × {sentence}").format(count=number(one["count"]), sentence=said(one["sentence"]))
        words.addWidget(label(sentence, "", wrap=True, selectable=True))
        words.addWidget(label(said(one["way_out"]), "muted", wrap=True))
        names = [failed["path"] or "" for failed in figures.get("failed_documents", []) if _is_of(failed, one)]
        if names:
            more = "\n…" if len(names) > _NAMED else ""
            words.addWidget(label("\n".join(names[:_NAMED]) + more, "caption", wrap=True, selectable=True))
        button = push_button(
            self.tr("Try again: {count}").format(count=number(one["count"])),
            partial(self.retry_asked.emit, one["class"]),
            icon="regenerate",
        )
        button.setAccessibleName(self.tr("Try again: {sentence}").format(sentence=sentence))
        self.again_buttons.append(button)
        row = QHBoxLayout(widget)
        row.setContentsMargins(0, 0, 0, 10)
        row.setSpacing(16)
        row.addLayout(words, 1)
        row.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        return widget

    def _reveal(self, part: QWidget, shown: bool) -> None:
        part.setVisible(shown)
        if part in self._headings:
            self._headings[part].setVisible(shown)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(34, 26, 34, 26)
        column.setSpacing(10)
        column.addWidget(self.title)
        column.addWidget(self.sentence)
        column.addWidget(self.figures)
        self._rest.setContentsMargins(0, 0, 0, 0)
        self._rest.setColumnStretch(2, 1)
        self._rest.setHorizontalSpacing(24)
        self._failures.setContentsMargins(0, 0, 0, 0)
        self._add(column, self.tr("Without a result"), self.failures)
        self._add(column, self.tr("Over the run"), self.night)
        column.addWidget(self.legend)
        self._add(column, self.tr("Speed"), self.speed)
        self._add(column, self.tr("What the same tokens would have cost"), self.cost)
        column.addWidget(self.prices_hint)
        self._add(column, self.tr("More"), self.rest)
        column.addStretch()
        self.show_nothing()

    def _add(self, column: QVBoxLayout, heading: str, part: QWidget) -> None:
        words = label(heading, "heading")
        words.setContentsMargins(0, 12, 0, 0)
        self._headings[part] = words
        column.addWidget(words)
        column.addWidget(part)


def _is_of(failed: Figures, one: Figures) -> bool:
    """Whether a document belongs to a reason; older reports did not keep the class of each."""
    return bool(failed.get("class", one["class"]) == one["class"])


def _figure(text: str, caption: str, colour: str) -> QWidget:
    widget = QWidget()
    column = QVBoxLayout(widget)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(1)
    figure = label(text, "figure")
    figure.setAccessibleDescription(caption)
    column.addWidget(figure)
    column.addWidget(label(caption, colour or "caption"))
    return widget


def _drop(widget: QWidget | None) -> None:
    if widget is not None:
        widget.hide()
        widget.deleteLater()
