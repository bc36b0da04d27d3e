"""The text of a document beside its answer: columns that were set with spaces stay columns."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QFontInfo
from pytestqt.qtbot import QtBot

from app.core.store.documents import BlobRow
from app.ui.results.source import SourceView
from app.ui.theme import Theme

INVOICE = "INVOICE 88-1204\n\n40 sheets    paper     164.00\n 2 kg        pulp      38.00\n   Total     202.00\n"
LETTER = "Dear Ines,\n\nthe lamp is back on Friday.   Yours,\nJonah\n"


@pytest.mark.parametrize(("text", "fixed"), [(INVOICE, True), (LETTER, False)])
def test_a_text_in_columns_is_shown_in_letters_of_one_width_by_day_and_by_night(
    qtbot: QtBot, theme: Theme, text: str, fixed: bool
) -> None:
    view = SourceView()
    qtbot.addWidget(view)
    for shown, in_columns in ((INVOICE, True), (text, fixed)):
        view.show_blob(BlobRow("0" * 64, len(shown), "text/plain", "extracted", shown, *[None] * 6))
        for scheme in ("light", "dark"):
            theme.choose(scheme)
            assert QFontInfo(view.plain.font()).fixedPitch() is in_columns
