"""``nightdesk run`` as a process of its own on folders of MLX and torch: from documents to rows in the database."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from app.core.store.sqlite import sqlite3

if TYPE_CHECKING:
    from engines.convert import Form

RECIPE = "+++\ndescription = 'A word'\nmax_tokens = 6\n+++\nSay in a word what this is about.\n\n{{document}}\n"
SAMPLES = ("tickets/ticket-1072-invoice-pdf.txt", "minutes/minutes-2025-01-14.md", "letters/complaint-delivery.txt")


@pytest.mark.parametrize(
    ("library", "form", "engine"),
    [("mlx_lm", "mlx-4bit", "MLX"), ("torch", "hf-float32", "torch")],
    ids=["an MLX folder", "a Hugging Face folder"],
)
def test_a_folder_of_another_engine_works_documents_off_and_the_results_name_it(
    library: str, form: Form, engine: str, folder_for: Callable[[str, Form], Path], samples: Path, tmp_path: Path
) -> None:
    folder = folder_for(library, form)
    letters = tmp_path / "letters"
    letters.mkdir()
    for name in SAMPLES:
        shutil.copy(samples / name, letters)
    (tmp_path / "word.md").write_text(RECIPE, encoding="utf-8")
    database = tmp_path / "night.db"
    model = ["--model", str(folder), "--rows", "4", "--context", "512", "--threads", "2"]
    ran = subprocess.run(
        [sys.executable, "-m", "app", "run", str(letters), "--recipe", str(tmp_path / "word.md"),
         "--db", str(database), *model],
        capture_output=True, text=True, timeout=280,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr[-2000:]
    assert "| Documents done | 3 |" in ran.stdout
    with contextlib.closing(sqlite3.connect(database)) as connection:
        rows = connection.execute("SELECT text, generated_tokens, engine FROM result").fetchall()
    assert len(rows) == len(SAMPLES)
    assert all(text and 0 < generated <= 6 for text, generated, _ in rows)
    assert {name for _, _, name in rows} == {f"nightdesk {engine}"}
