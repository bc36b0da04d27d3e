"""The few style rules that a palette cannot say: roundings, spacing, the quiet look of bars and tables."""

from __future__ import annotations

from string import Template
from typing import Any

from app.core.resources import resource

_RULES = Template("""
QToolTip { color: $text; background: $raised; border: 1px solid $border; padding: 4px 6px; }
QPushButton, QToolButton { border: 1px solid $border; border-radius: 7px; padding: 6px 12px; background: $raised;
    outline: none; }
QToolButton { padding: 6px; }
QPushButton:hover, QToolButton:hover { background: $hover; }
QPushButton:pressed, QToolButton:pressed { background: $selected; }
QPushButton:focus, QToolButton:focus { border: 1px solid $accent; }
QPushButton:disabled, QToolButton:disabled { color: $disabled; background: transparent; }
QPushButton[primary="true"], QToolButton[primary="true"] {
    background: $accent; color: $accent_text; border-color: $accent; }
QPushButton[primary="true"]:focus, QToolButton[primary="true"]:focus { border: 2px solid $text; }
QPushButton[primary="true"]:disabled, QToolButton[primary="true"]:disabled {
    background: $hover; color: $disabled; border-color: $border; }
QToolButton[quiet="true"], QPushButton[quiet="true"] { background: transparent; border: 1px solid transparent; }
QToolButton[quiet="true"]:hover, QPushButton[quiet="true"]:hover { background: $hover; }
QToolButton[quiet="true"]:focus, QPushButton[quiet="true"]:focus { border: 1px solid $accent; }
QToolButton::menu-indicator { image: none; }
QLineEdit, QComboBox { border: 1px solid $border; border-radius: 7px; padding: 6px 10px; background: $base; }
QLineEdit:focus, QComboBox:focus { border: 1px solid $accent; }
QComboBox::drop-down { border: none; width: 26px; }
QComboBox::down-arrow { image: url("$chevron"); width: 13px; height: 13px; }
QComboBox QAbstractItemView { background: $raised; border: 1px solid $border; border-radius: 7px; padding: 4px; }
QPushButton::menu-indicator { image: url("$chevron"); width: 12px; height: 12px; subcontrol-position: right center;
    right: 8px; }
QCheckBox { spacing: 8px; }
QCheckBox#bare { spacing: 0px; }
QRadioButton { spacing: 7px; }
QRadioButton::indicator { width: 14px; height: 14px; border: 1px solid $muted; border-radius: 8px; background: $base; }
QRadioButton::indicator:checked { border: 5px solid $accent; width: 6px; height: 6px; }
QRadioButton::indicator:focus { border-color: $accent; }
QRadioButton:focus { color: $accent; }
QCheckBox:focus { color: $accent; }
QCheckBox::indicator, QListView::indicator {
    width: 15px; height: 15px; border: 1px solid $muted; border-radius: 4px; background: $base; }
QCheckBox::indicator:checked, QListView::indicator:checked { border: 1px solid $accent; image: url("$tick"); }
QCheckBox::indicator:focus { border: 1px solid $accent; }
QCheckBox::indicator:checked:focus, QRadioButton::indicator:checked:focus { border: 2px solid $text; }
QListView, QTableView, QTreeView { border: 1px solid transparent; border-radius: 7px; background: transparent;
    outline: none; }
QListView:focus, QTreeView:focus { border: 1px solid $accent; }
QListView::item { border-radius: 7px; padding: 7px 10px; margin: 1px 6px; color: $text; }
QListView::item:hover { background: $hover; }
QListView::item:selected { background: $selected; color: $text; }
QTableView { background: $base; border: 1px solid $border; border-radius: 10px; gridline-color: transparent;
    selection-background-color: $selected; selection-color: $text; alternate-background-color: $base; }
QTableView:focus { border: 1px solid $accent; }
QTableView::item { padding: 0 10px; border-bottom: 1px solid $window; }
QHeaderView { background: transparent; }
QHeaderView::section { background: transparent; color: $muted; border: none; border-bottom: 1px solid $border;
    padding: 8px 13px; font-weight: 600; }
QToolButton:checked { background: $selected; }
QToolButton:checked:disabled { background: $hover; }
#day { padding: 5px 4px; }
#day:disabled, #day:checked:disabled { background: transparent; }
QTimeEdit { border: 1px solid $border; border-radius: 7px; padding: 5px 8px; background: $base; }
QTimeEdit:focus { border: 1px solid $accent; }
QScrollArea { border: 1px solid transparent; border-radius: 7px; background: transparent; }
QScrollArea:focus { border: 1px solid $accent; }
QScrollBar:vertical { background: transparent; width: 11px; margin: 2px; }
QScrollBar:horizontal { background: transparent; height: 11px; margin: 2px; }
QScrollBar::handle { background: $border; border-radius: 3px; }
QScrollBar::handle:vertical { min-height: 36px; }
QScrollBar::handle:horizontal { min-width: 36px; }
QScrollBar::handle:hover { background: $muted; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QAbstractScrollArea::corner { background: transparent; border: none; }
QSplitter::handle { background: transparent; }
QProgressBar { border: none; border-radius: 3px; background: $hover; max-height: 6px; min-height: 6px; }
QProgressBar::chunk { background: $accent; border-radius: 3px; }
QMenu { background: $raised; border: 1px solid $border; padding: 5px; }
QMenu::item { padding: 6px 22px 6px 12px; border-radius: 5px; }
QMenu::item:selected { background: $selected; color: $text; }
QMenu::separator { height: 1px; background: $border; margin: 5px 8px; }

#rail { background: $rail; border-right: 1px solid $border; }
#rail QToolButton { border: 1px solid transparent; background: transparent; border-radius: 9px; padding: 7px 4px;
    color: $muted; }
#rail QToolButton:hover { background: $hover; }
#rail QToolButton:checked { background: $selected; color: $text; }
#rail QToolButton:focus { border: 1px solid $accent; }
#side { background: $rail; border-right: 1px solid $border; }
#sideSheet { background: $rail; border-left: 1px solid $border; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button { border: none; background: transparent; width: 18px; }
QAbstractSpinBox::up-arrow { image: url("$up"); width: 9px; height: 9px; }
QAbstractSpinBox::down-arrow { image: url("$chevron"); width: 9px; height: 9px; }
QSpinBox, QDoubleSpinBox { border: 1px solid $border; border-radius: 7px; padding: 5px 8px; background: $base; }
QSpinBox:focus, QDoubleSpinBox:focus { border: 1px solid $accent; }
#message { background: transparent; }
#question { background: $bubble; border-radius: 12px; }
#code { background: $code; border: 1px solid $border; border-radius: 9px; }
#code QPlainTextEdit, #text { background: transparent; border: 1px solid transparent; border-radius: 6px;
    color: $text; }
#code QPlainTextEdit:focus, #text:focus { border: 1px solid $accent; }
#input { background: transparent; border: none; color: $text; }
#composer { background: $base; border: 1px solid $border; border-radius: 13px; }
#composer[focused="true"] { border: 1px solid $accent; }
#card, #sheet { background: $base; border: 1px solid $border; border-radius: 12px; }
#sheet { border: 1px solid $accent; }
#line { background: $border; border: none; }
#title { font-size: 17pt; font-weight: 600; }
#heading { font-weight: 600; }
#muted, #caption { color: $muted; }
#caption { font-size: 9pt; }
#pageName { font-size: 9pt; font-weight: 600; color: $muted; }
#figure { font-size: 15pt; font-weight: 600; }
#badFigure { font-size: 15pt; font-weight: 600; color: $danger; }
#way { border: 1px solid transparent; background: transparent; padding: 0; border-radius: 4px; color: $danger;
    font-size: 9pt; text-decoration: underline; }
#way:disabled { color: $muted; text-decoration: none; }
#danger { color: $danger; }
#notice { background: $raised; border-bottom: 1px solid $border; }
#notice[severity="error"] { border-left: 4px solid $danger; }
#notice[severity="warning"] { border-left: 4px solid $warning; }
#notice[severity="info"] { border-left: 4px solid $accent; }
#suggestion { text-align: left; padding: 11px 14px; border-radius: 10px; background: $base; }
#suggestion:hover { background: $hover; }
#reader { background: $base; border: 1px solid $border; border-radius: 10px; padding: 10px; }
#reader:focus { border: 1px solid $accent; }
""")

_PICTURES = {"chevron": "chevron", "up": "chevron-up", "tick": "tick"}


def stylesheet(tokens: dict[str, Any]) -> str:
    """Return the style rules with a theme's colours filled in."""
    colours = {name: value for name, value in tokens.items() if isinstance(value, str)}
    pictures = {name: resource("icons", f"{file}.svg").as_posix() for name, file in _PICTURES.items()}
    return _RULES.substitute(colours, **pictures)
