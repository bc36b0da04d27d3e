"""Commands from a folder to an exported table, against the session's real engine."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from app.cli.root import COMMANDS
from app.core.models import address as addresses
from app.core.models.address import EngineAddress
from app.core.store.conversations import list_conversations, list_messages
from app.core.store.store import Store
from tests.cli.conftest import Nightdesk
from tests.conftest import EngineServer

Work = Callable[..., Result]


@pytest.fixture
def served(engine_server: EngineServer) -> dict[str, str]:
    """The environment that makes a command use the session's engine, whose answers are short and always the same."""
    return {
        "NIGHTDESK_MODEL_BASE_URL": engine_server.base_url,
        "NIGHTDESK_MODEL_API_KEY": engine_server.api_key,
        "NIGHTDESK_CHAT_TEMPERATURE": "0",
        "NIGHTDESK_CHAT_MAX_TOKENS": "24",
    }


@pytest.fixture
def work(nightdesk: Nightdesk, served: dict[str, str], documents: Path, recipe: Path, database: Path) -> Work:
    """Work the letters off."""
    return lambda *more: nightdesk("run", documents, "--recipe", recipe, "--db", database, *more, env=served)


def test_a_folder_goes_in_and_a_table_comes_out(
    work: Work, nightdesk: Nightdesk, documents: Path, database: Path
) -> None:
    (documents / "copy of 3.txt").write_bytes((documents / "letter 3.txt").read_bytes())
    (documents / "nothing.txt").touch()
    (documents / "broken.pdf").write_bytes(b"%PDF-1.7 broken")

    ran = work()
    assert ran.exit_code == 0, ran.output
    assert "| Documents done | 12 |" in ran.stdout
    assert "broken.pdf" in ran.stdout, "the report names what has no result"
    assert "nothing.txt" in ran.stderr, "and the command what is no document"

    listed = json.loads(nightdesk("results", "--json", "--db", database).stdout)
    assert len(listed) == 12
    assert all(row["sha256"] and row["path_text"] and row["model"] and row["recipe_version"] == 1 for row in listed)
    jobs = json.loads(nightdesk("jobs", "--state", "failed", "--json", "--db", database).stdout)
    assert [job["name"] for job in jobs] == ["broken.pdf"]
    assert jobs[0]["reason"]
    assert jobs[0]["way_out"]

    again = work()
    assert again.exit_code == 0
    assert "Nothing to do" in again.stdout

    exported = nightdesk("results", "--export", "csv", "--db", database)
    assert len(list(csv.DictReader(io.StringIO(exported.stdout)))) == 12
    file = database.with_suffix(".jsonl")
    assert nightdesk("results", "--export", "jsonl", "--output", file, "--db", database).exit_code == 0
    assert len(file.read_text(encoding="utf-8").splitlines()) == 12
    found = nightdesk("results", "--search", "letter 7", "--json", "--db", database)
    assert [row["name"] for row in json.loads(found.stdout)][:1] == ["letter 7.txt"]

    figures = json.loads(nightdesk("report", "--json", "--db", database).stdout)["figures"]
    assert (figures["done"], figures["failed"]) == (12, 1)
    assert nightdesk("report", "--html", "--db", database).stdout.startswith("<!doctype html>")
    runs = json.loads(nightdesk("report", "--list", "--json", "--db", database).stdout)
    assert [run["state"] for run in runs] == ["finished"]

    assert "1 job is ready again" in nightdesk("jobs", "retry", "--all", "--db", database).stdout
    assert "1 job is cancelled" in nightdesk("jobs", "cancel", "--all", "--db", database).stdout
    assert len(json.loads(nightdesk("results", "--json", "--db", database).stdout)) == 12


def test_a_chat_is_answered_beside_the_run_and_its_first_token_is_timed(work: Work) -> None:
    ran = work("--ask", "What is the capital of France?", "--json")
    assert ran.exit_code == 0, ran.output
    told = json.loads(ran.stdout)
    assert "Paris" in told["answer"]
    assert told["answer_ttft_s"] > 0
    assert told["figures"]["done"] == 12


def test_a_question_is_answered_on_standard_output_and_kept(
    nightdesk: Nightdesk, served: dict[str, str], database: Path
) -> None:
    options = ["--db", database, "--temperature", "0", "--max-tokens", "20"]
    first = nightdesk("chat", *options, "What is the capital of France?", env=served)
    assert first.exit_code == 0, first.output
    assert "Paris" in first.stdout
    assert "first token after" in first.stderr
    second = nightdesk("chat", *options, "--continue", "--json", env=served, input="And which country is that in?")
    assert second.exit_code == 0, second.output
    assert json.loads(second.stdout)["prompt_tokens"] > 50, "what was said before is part of the question"
    with Store.open(database) as store:
        (conversation,) = store.read_now(list_conversations)
        said = store.read_now(lambda db: list_messages(db, conversation.id))
    assert [message.role for message in said] == ["user", "assistant"] * 2


def test_a_chat_beside_a_running_owner_uses_the_owners_engine(
    nightdesk: Nightdesk, engine_server: EngineServer, database: Path
) -> None:
    served = "SmolLM2-135M-Instruct.Q4_1"
    address = EngineAddress.of_this_process(engine_server.base_url, engine_server.api_key, served)
    with Store.open(database):  # this process owns the database, as the window would
        addresses.publish(address, database)
        # a model that could not be loaded shows that none was
        nowhere = {"NIGHTDESK_MODEL_PATH": "/nowhere.gguf"}
        asked = nightdesk("chat", "--temperature", "0", "--max-tokens", "8", "--db", database, "Hi", env=nowhere)
        addresses.withdraw(database)
    assert asked.exit_code == 0, asked.output
    assert asked.stdout.strip()


def test_folders_are_watched_listed_and_let_go(nightdesk: Nightdesk, documents: Path, database: Path) -> None:
    added = nightdesk("watch", "add", documents, "--recipe", "summary", "--include", "**/*.txt", "--db", database)
    assert added.exit_code == 0, added.output
    (listed,) = json.loads(nightdesk("watch", "list", "--json", "--db", database).stdout)
    assert (listed["path"], listed["recipe"], listed["include"]) == (str(documents), "summary", ["**/*.txt"])
    assert nightdesk("watch", "remove", documents, "--db", database).exit_code == 0
    assert json.loads(nightdesk("watch", "list", "--json", "--db", database).stdout) == []
    assert nightdesk("watch", "remove", documents, "--db", database).exit_code == 2


def test_lists_are_tables_for_pipes_and_json_for_programs(nightdesk: Nightdesk) -> None:
    for command in (["recipes"], ["models"], ["doctor"]):
        plain, as_json = nightdesk(*command), nightdesk(*command, "--json")
        assert plain.exit_code == as_json.exit_code == 0, plain.output + as_json.output
        rows = json.loads(as_json.stdout)
        assert len(plain.stdout.splitlines()) == len(rows) + 1
        assert "\t" in plain.stdout.splitlines()[0]


def test_a_recipe_is_shown_as_its_file_has_it(nightdesk: Nightdesk, recipes_folder: Path) -> None:
    assert nightdesk("recipes", "show", "summary").stdout == (recipes_folder / "summary.md").read_text("utf-8")
    files = sorted(recipes_folder.glob("*.md"))
    assert nightdesk("recipes", "check", *files).exit_code == 0


def test_where_own_recipes_belong_is_said(nightdesk: Nightdesk, home: Path) -> None:
    assert str(home / "config" / "recipes") in nightdesk("recipes").stderr
    assert str(home / "config" / "recipes") in nightdesk("doctor").stdout


def test_every_command_says_what_it_does(nightdesk: Nightdesk) -> None:
    overview = nightdesk("--help").stdout
    for name in COMMANDS:
        assert f"  {name} " in overview
        shown = nightdesk(name, "--help")
        assert shown.exit_code == 0
        assert "Usage: nightdesk" in shown.stdout


def test_the_version_is_told_without_importing_the_engine_or_qt() -> None:
    program = (
        "import sys, app.cli.root as root\n"
        "try: root.cli(['--version'])\n"
        "except SystemExit as end: assert not end.code\n"
        "print([name for name in ('openai', 'PySide6', 'llama_cpp', 'numpy', 'fastapi') if name in sys.modules])\n"
    )
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=200)
    assert told.stdout.splitlines()[0].startswith("nightdesk ")
    assert told.stdout.splitlines()[1] == "[]"


def test_a_packaged_app_is_its_own_engine_process() -> None:
    program = (
        "import sys, app.cli; sys.argv = ['nightdesk', 'engine-server', '--model', '/no/model.gguf']; app.cli.main()"
    )
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=200)
    assert told.returncode == 3
    assert "/no/model.gguf" in told.stderr
