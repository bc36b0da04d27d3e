"""What reading one document may cost: bytes, seconds, memory."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ExtractLimits:
    """Limits of extraction; sizes in bytes, times in seconds, text in characters.

    ``ocr``: recognise the text of pictures, in the languages ``ocr_languages`` (tesseract's names, joined by ``+``);
    that takes seconds a page, so it has ``ocr_seconds`` for a document.
    """

    file_bytes: int = 200_000_000
    archive_entries: int = 10_000
    archive_bytes: int = 500_000_000
    archive_ratio: float = 200.0
    text_characters: int = 20_000_000
    memory_bytes: int = 2 * 1024**3
    seconds: float = 30.0
    seconds_per_mb: float = 2.0
    files_per_child: int = 200
    children: int = 1
    ocr: bool = False
    ocr_languages: str = "eng"
    ocr_seconds: float = 1_800.0

    def time_for(self, size: int) -> float:
        """Seconds that a file of ``size`` bytes may take."""
        return self.seconds + self.seconds_per_mb * min(size, self.file_bytes) / 1e6
