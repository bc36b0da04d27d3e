"""What handing documents over would take, in words as rough as the estimate."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from app.core.estimate import Estimate
from app.ui.wording import duration, number


def estimate_sentence(found: Estimate) -> str:
    """An estimate in words, as rough as it is."""
    translate = QCoreApplication.translate
    if not found.documents:
        return translate("Estimate", "No document was found there.")
    parts = [translate("Estimate", "%Ln documents", "", found.documents)]
    if not found.whole:
        parts[0] = translate("Estimate", "More than {documents}").format(documents=parts[0])
    read = number(_rough(found.read_tokens))
    written = number(_rough(found.written_tokens))
    pattern = (
        translate("Estimate", "about {read} tokens to read and at most {written} to write")
        if found.written_at_most
        else translate("Estimate", "about {read} tokens to read and {written} to write")
    )
    parts.append(pattern.format(read=read, written=written))
    if found.seconds is not None:
        time = duration(_rough(max(1.0, found.seconds)))
        parts.append(translate("Estimate", "about {time}, going by the last run").format(time=time))
    return "  ·  ".join(parts)


def _rough(value: float) -> int:
    """Two figures are all that an estimate knows."""
    return round(float(f"{value:.2g}"))
