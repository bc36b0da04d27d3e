"""Bad input through the real command line: one sentence, an exit code, nothing lost."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import pytest
from click.testing import Result

from app.core.store.sqlite import sqlite3
from app.core.store.store import Store
from tests.cli.conftest import Nightdesk, Start


def sentence(result: Result, code: int) -> str:
    """What was said on standard error, after a check that it is one sentence with the right exit code."""
    lines = [line for line in result.stderr.splitlines() if line.startswith("nightdesk: ")]
    assert result.exit_code == code, result.output
    assert len(lines) == 1, result.stderr
    assert "Traceback" not in result.output
    assert lines[0].endswith((".", "`.", ")", "?"))
    return lines[0]


def test_a_folder_that_does_not_exist_is_named(nightdesk: Nightdesk, database: Path) -> None:
    result = nightdesk("run", "/no/such/folder", "--recipe", "summary", "--db", database)
    assert "There is no folder /no/such/folder" in sentence(result, 2)
    assert not database.exists(), "nothing is begun for a mistake"


def test_a_file_in_place_of_a_folder_is_named(nightdesk: Nightdesk, recipe: Path, database: Path) -> None:
    assert "is a file" in sentence(nightdesk("run", recipe, "--recipe", "summary", "--db", database), 2)


def test_a_folder_without_a_recipe_is_a_question_back(nightdesk: Nightdesk, documents: Path) -> None:
    assert "--recipe NAME" in sentence(nightdesk("run", documents), 2)


def test_a_recipe_that_does_not_exist_names_those_that_do(
    nightdesk: Nightdesk, documents: Path, database: Path
) -> None:
    said = sentence(nightdesk("run", documents, "--recipe", "sumary", "--db", database), 2)
    assert "sumary" in said
    assert "summary" in said
    assert not database.exists(), "nothing is begun for a mistake"


def test_what_is_said_about_folders_is_not_dropped_where_no_folder_is_named(
    nightdesk: Nightdesk, database: Path
) -> None:
    said = sentence(nightdesk("run", "--recipe", "summary", "--exclude", "*.log", "--db", database), 2)
    assert said.startswith("nightdesk: --recipe, --exclude says something about folders")
    assert not database.exists(), "nothing is begun for a mistake"


def test_a_model_that_is_not_there_is_named_before_anything_is_queued(
    nightdesk: Nightdesk, documents: Path, database: Path
) -> None:
    said = sentence(nightdesk("run", documents, "--recipe", "summary", "--model", "nope", "--db", database), 2)
    assert "There is no model nope" in said
    assert not database.exists(), "nothing is begun for a mistake"


def test_a_recipe_with_a_mistake_names_line_and_reason(nightdesk: Nightdesk, tmp_path: Path, documents: Path) -> None:
    wrong = tmp_path / "wrong.md"
    wrong.write_text("+++\nmax_tokens = 12\nmax_tokenz = 12\n+++\n{{document}}\n", encoding="utf-8")
    said = sentence(nightdesk("run", documents, "--recipe", wrong, "--db", tmp_path / "n.db"), 2)
    assert "max_tokenz" in said
    assert "3" in said
    checked = nightdesk("recipes", "check", wrong)
    assert checked.exit_code == 2
    assert "max_tokenz" in checked.stderr


def test_a_model_file_that_is_no_gguf_is_named(
    nightdesk: Nightdesk, tmp_path: Path, documents: Path, recipe: Path, database: Path
) -> None:
    wrong = tmp_path / "model.gguf"
    wrong.write_bytes(b"this is no model at all")
    said = sentence(nightdesk("run", documents, "--recipe", recipe, "--db", database, "--model", wrong), 1)
    assert "model.gguf" in said
    assert "GGUF" in said


def test_a_model_file_that_is_cut_short_is_named_and_the_documents_wait(
    nightdesk: Nightdesk, tmp_path: Path, documents: Path, recipe: Path, database: Path, model_path: Path
) -> None:
    short = tmp_path / "short.gguf"
    with model_path.open("rb") as whole:
        short.write_bytes(whole.read(5_000_000))
    said = sentence(nightdesk("run", documents, "--recipe", recipe, "--db", database, "--model", short), 1)
    assert "short.gguf" in said
    listed = json.loads(nightdesk("jobs", "--json", "--db", database).stdout)
    assert {job["state"] for job in listed} == {"ready"}
    assert len(listed) == 12


def test_a_model_that_is_not_there_is_named(nightdesk: Nightdesk) -> None:
    assert "There is no model nowhere.gguf" in sentence(nightdesk("chat", "--model", "nowhere.gguf", "Hi"), 1)


def test_a_port_in_use_is_named(start: Start) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        process = start("serve", "--port", port)
        _, said = process.communicate(timeout=200)
    assert process.returncode == 1
    assert said.startswith(f"nightdesk: Port {port} on 127.0.0.1 cannot be used")


def test_a_database_of_a_newer_version_is_left_alone(nightdesk: Nightdesk, database: Path) -> None:
    Store.open(database).close()
    connection = sqlite3.connect(database)
    connection.execute(
        "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('nightdesk', 'm999_future', 'now')"
    )
    connection.commit()
    connection.close()
    before = database.read_bytes()
    result = nightdesk("jobs", "--db", database)
    assert result.exit_code == 3
    assert "newer Nightdesk" in result.stderr
    assert database.read_bytes() == before


def test_a_database_that_another_nightdesk_works_off_is_not_taken(nightdesk: Nightdesk, database: Path) -> None:
    with Store.open(database):
        result = nightdesk("run", "--db", database)
    assert "Another Nightdesk has" in sentence(result, 2)


def test_a_mistake_in_the_settings_names_file_and_key(nightdesk: Nightdesk, home: Path) -> None:
    file = home / "config" / "settings.toml"
    file.parent.mkdir(parents=True)
    file.write_text("[model]\nrow = 8\n", encoding="utf-8")
    said = sentence(nightdesk("chat", "Hi"), 2)
    assert str(file) in said
    assert "did you mean rows?" in said


@pytest.mark.parametrize(
    "command",
    [["jobs"], ["results"], ["report"], ["watch", "list"], ["jobs", "retry", "1"], ["batch"], ["batch", "take-back"]],
)
def test_a_database_that_is_not_there_is_not_made(nightdesk: Nightdesk, database: Path, command: list[str]) -> None:
    assert "There is no database" in sentence(nightdesk(*command, "--db", database), 2)
    assert not database.exists()


def test_an_unknown_command_and_an_unknown_option_are_usage_errors(nightdesk: Nightdesk) -> None:
    assert "There is no command dance; `nightdesk --help`" in sentence(nightdesk("dance"), 2)
    assert sentence(nightdesk("rum"), 2).endswith("did you mean run?")
    assert nightdesk("jobs", "--dance").exit_code == 2
    assert nightdesk("jobs", "--state", "dancing").exit_code == 2


def test_an_engine_that_cannot_be_reached_is_one_sentence(nightdesk: Nightdesk) -> None:
    away = {"NIGHTDESK_MODEL_BASE_URL": "http://127.0.0.1:9/v1", "NIGHTDESK_MODEL_API_KEY": "k"}
    assert "cannot be reached" in sentence(nightdesk("chat", "Hi", env=away), 1)


def test_without_a_display_the_window_says_what_else_there_is(
    nightdesk: Nightdesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("sys.platform", "linux")
    assert "There is no display here" in sentence(nightdesk(), 1)


def test_a_look_at_a_file_of_another_kind_makes_it_no_database(nightdesk: Nightdesk, tmp_path: Path) -> None:
    file = tmp_path / "contracts.csv"
    file.write_text("name,amount\nann,3\n", encoding="utf-8")
    for command in ("resume", "pause", "run", "jobs", "run"):
        assert "is no database of Nightdesk" in sentence(nightdesk(command, "--db", file), 3)
    assert list(tmp_path.iterdir()) == [file]
