"""What programs read: names that are no text, numbers with every digit, and output that is not in UTF-8."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from app.cli.output import show
from app.core.intake import bind_folder
from app.core.recipes.parse import load_recipe
from app.core.store.store import Store
from app.core.watch.scan import scan_once

NAME = os.fsdecode(b"caf\xe9 \xe4.txt")


@pytest.fixture
def odd(tmp_path: Path, recipe: Path, database: Path) -> Path:
    """A database with one waiting document whose name is no UTF-8, and one that is in Japanese."""
    folder = tmp_path / "odd"
    folder.mkdir()
    for name in (NAME, "契約書.txt"):
        (folder / name).write_text(f"A letter: {name!r}", encoding="utf-8")
    with Store.open(database) as store:
        folder_id = store.write_now(bind_folder(folder, load_recipe(recipe), watch=True))
        asyncio.run(scan_once(store, folder_id))
    return folder


@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
def test_json_names_every_file_whatever_it_is_called(odd: Path, database: Path, encoding: str) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "app", "jobs", "--json", "--db", database],
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": f"{encoding}:strict"},
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert {job["path"] for job in json.loads(ran.stdout)} == {str(odd / NAME), str(odd / "契約書.txt")}


def test_numbers_in_a_pipe_have_all_their_digits_and_no_commas() -> None:
    import click

    @click.command()
    def command() -> None:
        show([{"sum": 1234.5, "share": 0.0375}], ("sum", "share"), as_json=False)

    assert CliRunner().invoke(command).stdout == "sum\tshare\n1234.5\t0.0375\n"
