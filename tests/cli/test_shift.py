"""Windows, pauses, staying, and a second `nightdesk run` beside the first, against the session's engine."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from app.core.intake import bind_folder
from app.core.queue.pauses import PERSON, save_pause
from app.core.recipes.parse import load_recipe
from app.core.store.sqlite import sqlite3
from app.core.store.store import Store
from app.core.watch.scan import scan_once
from tests.cli.conftest import Nightdesk, Start
from tests.conftest import EngineServer

PATIENCE_S = 250.0


@pytest.fixture
def served(engine_server: EngineServer) -> dict[str, str]:
    """The environment that makes a command use the session's engine, and take files as soon as they lie there."""
    return {
        "NIGHTDESK_MODEL_BASE_URL": engine_server.base_url,
        "NIGHTDESK_MODEL_API_KEY": engine_server.api_key,
        "NIGHTDESK_QUEUE_ALONE": "0",
        "NIGHTDESK_WATCH_SETTLE_S": "0",
    }


@pytest.fixture
def few(tmp_path: Path) -> Path:
    """A folder of two letters."""
    folder = tmp_path / "few"
    folder.mkdir()
    for name in ("one", "two"):
        (folder / f"{name}.txt").write_text(f"This is letter {name}.", encoding="utf-8")
    return folder


def results(database: Path) -> int:
    if not database.exists():
        return 0
    connection = sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)
    try:
        return int(connection.execute("SELECT count(*) FROM result").fetchone()[0])
    except sqlite3.OperationalError:  # the tables are not there yet
        return 0
    finally:
        connection.close()


def wait_for(database: Path, count: int, process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while results(database) < count:
        assert process.poll() is None, process.communicate()[1]
        assert time.monotonic() < deadline, "no results came"
        time.sleep(0.05)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--window", "22-7"], "22:00"),
        (["--window", "22:00"], "22:00-07:00"),
        (["--window", "22:00-07:00", "--days", "someday"], "someday"),
        (["--days", "mon"], "--window"),
        (["--until", "noon"], "noon"),
    ],
)
def test_a_window_that_is_none_is_a_sentence(
    nightdesk: Nightdesk, documents: Path, recipe: Path, database: Path, options: list[str], words: str
) -> None:
    result = nightdesk("run", documents, "--recipe", recipe, "--db", database, *options)
    assert result.exit_code == 2, result.output
    assert words in result.stderr
    assert not database.exists(), "nothing is begun for a mistake"


def test_results_into_the_folder_that_is_read_are_refused(
    nightdesk: Nightdesk, documents: Path, recipe: Path, database: Path
) -> None:
    result = nightdesk("run", documents, "--recipe", recipe, "--db", database, "--output", documents)
    assert result.exit_code == 2, result.output
    assert "Choose another folder" in result.stderr
    result = nightdesk("watch", "add", documents, "--recipe", recipe, "--db", database, "--output", documents)
    assert result.exit_code == 2, result.output
    assert "Choose another folder" in result.stderr


def test_what_failed_under_one_recipe_can_be_tried_with_another(
    nightdesk: Nightdesk, tmp_path: Path, documents: Path, recipe: Path, database: Path
) -> None:
    with Store.open(database) as store:
        folder_id = store.write_now(bind_folder(documents, load_recipe(recipe), watch=False))
        asyncio.run(scan_once(store, folder_id))
        store.write_now(lambda db: db.execute("UPDATE job SET state = 'failed', error_class = 'bad_output'"))
    other = tmp_path / "shorter.md"
    other.write_text("In three words: {{document}}", encoding="utf-8")
    said = nightdesk("jobs", "retry", "--all", "--with-recipe", other, "--db", database)
    assert "12 jobs are ready again" in said.stdout, said.output
    again = nightdesk("jobs", "retry", "--all", "--with-recipe", other, "--db", database)
    assert "0 jobs are ready again" in again.stdout, "each document is asked once under a recipe"
    jobs = json.loads(nightdesk("jobs", "--recipe", "shorter", "--json", "--db", database).stdout)
    assert {job["state"] for job in jobs} == {"ready"}


def test_what_is_done_can_be_answered_again_by_the_recipe_as_it_was_edited(
    nightdesk: Nightdesk, tmp_path: Path, documents: Path, few: Path, recipe: Path, database: Path
) -> None:
    def again(*options: object) -> str:
        return nightdesk("jobs", "again", *options, "--db", database).stdout

    with Store.open(database) as store:
        for folder in (documents, few):
            folder_id = store.write_now(bind_folder(folder, load_recipe(recipe), watch=False))
            asyncio.run(scan_once(store, folder_id))
        store.write_now(lambda db: db.execute("UPDATE job SET state = 'failed', error_class = 'bad_output'"))
    for unclear in ((), (1, "--state", "failed")):
        refused = nightdesk("jobs", "again", *unclear, "--db", database)
        assert (refused.exit_code, "Say which" in refused.stderr) == (2, True)
    recipe.write_text(recipe.read_text("utf-8").replace("few words", "two words"), "utf-8")
    assert again("--folder", few) == "2 documents are queued again.\n"
    assert again("--recipe", "word") == "12 documents are queued again. 2 have or await such a result already.\n"
    jobs = json.loads(nightdesk("jobs", "--state", "ready", "--json", "--db", database).stdout)
    assert {job["recipe_version"] for job in jobs} == {2}
    assert len(jobs) == 14
    other = tmp_path / "shorter.md"
    other.write_text("In three words: {{document}}", encoding="utf-8")
    assert again(jobs[0]["id"], "--with-recipe", other) == "1 document is queued again.\n"
    recipe.write_text("+++\nmax_tokens = many\n+++\n{{document}}", "utf-8")
    assert "recipe" in nightdesk("jobs", "again", "--all", "--db", database).stderr


def test_a_saved_pause_is_said_and_resumed_not_waited_out(
    nightdesk: Nightdesk, served: dict[str, str], few: Path, recipe: Path, database: Path, tmp_path: Path
) -> None:
    with Store.open(database) as store:
        store.write_now(lambda db: save_pause(db, PERSON, "Paused by you.", time.time()))
    refused = nightdesk("run", few, "--recipe", recipe, "--db", database, env=served)
    assert refused.exit_code == 2, refused.output
    assert "The queue is paused (Paused by you). `nightdesk run --resume` goes on." in refused.stderr
    listed = nightdesk("jobs", "--db", database)
    assert "Paused: Paused by you." in listed.stderr

    out = tmp_path / "out"
    resumed = nightdesk(
        "run",
        few,
        "--recipe",
        recipe,
        "--db",
        database,
        "--resume",
        "--output",
        out,
        "--output-kind",
        "json",
        env=served,
    )
    assert resumed.exit_code == 0, resumed.output
    written = [json.loads(file.read_text(encoding="utf-8")) for file in out.glob("*.nightdesk.json")]
    assert {one["document"] for one in written} == {"one.txt", "two.txt"}
    assert "Paused" not in nightdesk("jobs", "--db", database).stderr


def test_a_pause_from_the_terminal_holds_whoever_comes_next_and_is_said_in_the_windows_words(
    nightdesk: Nightdesk, served: dict[str, str], few: Path, recipe: Path, database: Path
) -> None:
    assert "There is no database" in nightdesk("pause", "--db", database).stderr
    with Store.open(database):
        pass
    assert "nothing begins until `nightdesk resume`" in nightdesk("pause", "--db", database).stdout
    assert "paused already" in nightdesk("pause", "--db", database).stdout
    assert "Paused by you." in nightdesk("jobs", "--db", database).stderr
    refused = nightdesk("run", few, "--recipe", recipe, "--db", database, env=served)
    assert "The queue is paused (Paused by you)." in refused.stderr
    assert "No longer paused" in nightdesk("resume", "--db", database).stdout
    assert "was not paused" in nightdesk("resume", "--db", database).stdout
    assert "Paused" not in nightdesk("jobs", "--db", database).stderr


def test_a_run_is_paused_and_goes_on_by_another_command(
    nightdesk: Nightdesk, start: Start, served: dict[str, str], few: Path, recipe: Path, database: Path
) -> None:
    owner = start("run", few, "--recipe", recipe, "--db", database, "--follow", **served)
    assert owner.stderr is not None
    wait_for(database, 2, owner)
    assert "What is in work is finished" in nightdesk("pause", "--db", database).stdout
    next(line for line in owner.stderr if line == "Paused by you.\n")
    (few / "three.txt").write_text("This is letter three, which came later.", encoding="utf-8")
    nightdesk("resume", "--db", database)
    next(line for line in owner.stderr if line == "Going on.\n")
    wait_for(database, 3, owner)


def test_a_run_that_waits_for_its_window_is_told_to_go_on_by_another_command(
    nightdesk: Nightdesk, start: Start, served: dict[str, str], few: Path, recipe: Path, database: Path
) -> None:
    waiting = start("run", few, "--recipe", recipe, "--db", database, "--window", window_in_two_hours(), **served)
    assert waiting.stderr is not None
    next(line for line in waiting.stderr if "Waiting for" in line)
    assert "goes on" in nightdesk("resume", "--db", database).stdout
    waiting.communicate(timeout=PATIENCE_S)
    assert (waiting.returncode, results(database)) == (0, 2)


def window_in_two_hours() -> str:
    later = time.localtime(time.time() + 2 * 3600)
    return f"{later.tm_hour:02d}:{later.tm_min:02d}-{(later.tm_hour + 1) % 24:02d}:{later.tm_min:02d}"


def test_follow_stays_and_a_second_run_gives_it_its_folders(
    nightdesk: Nightdesk, start: Start, served: dict[str, str], documents: Path, few: Path, recipe: Path, database: Path
) -> None:
    owner = start("run", few, "--recipe", recipe, "--db", database, "--follow", **served)
    wait_for(database, 2, owner)
    (few / "three.txt").write_text("This is letter three, which came later.", encoding="utf-8")
    wait_for(database, 3, owner)

    beside = nightdesk("run", documents, "--recipe", recipe, "--db", database, env=served)
    assert beside.exit_code == 0, beside.output
    assert "it was given the documents (12 to do)" in beside.stderr
    assert "12 done" in beside.stdout
    assert results(database) == 15

    again = nightdesk("run", documents, "--recipe", recipe, "--db", database, "--json", env=served)
    assert json.loads(again.stdout) == {"run": None, "handed_over": True, "jobs": {"done": 12}}
    with Store.open(database, owner=False) as store:
        store.write_now(lambda db: save_pause(db, PERSON, "Paused by you.", time.time()))
    resumed = nightdesk("run", "--resume", "--db", database, env=served)
    assert resumed.exit_code == 0, resumed.output
    assert "Paused" not in nightdesk("jobs", "--db", database).stderr
    nothing = nightdesk("run", "--db", database, env=served)
    assert nothing.exit_code == 2
    assert "works it off already" in nothing.stderr

    watched = few.with_name("watched")
    watched.mkdir()
    given = nightdesk("run", watched, "--recipe", recipe, "--db", database, "--follow", env=served)
    assert given.exit_code == 0, given.output
    assert "watches these folders from now on" in given.stderr
    (watched / "four.txt").write_text("This is letter four.", encoding="utf-8")
    wait_for(database, 16, owner)

    os.killpg(owner.pid, signal.SIGINT)
    _, said = owner.communicate(timeout=PATIENCE_S)
    assert owner.returncode == 130, said
    assert "Traceback" not in said


def test_a_run_that_waits_for_its_window_says_so_and_ends_cleanly(
    nightdesk: Nightdesk, start: Start, served: dict[str, str], few: Path, recipe: Path, database: Path
) -> None:
    window = window_in_two_hours()
    opens = window.split("-")[0]
    waiting = start("run", few, "--recipe", recipe, "--db", database, "--window", window, **served)
    assert waiting.stderr is not None
    line = next(line for line in waiting.stderr if "Waiting for" in line)
    assert line.strip() == f"Waiting for {opens}."
    held = nightdesk("jobs", "--db", database)
    assert f"Paused: Waiting for {opens}." in held.stderr, "another command shows the same words"
    assert "2 ready" in held.stderr
    os.killpg(waiting.pid, signal.SIGINT)
    waiting.communicate(timeout=PATIENCE_S)
    assert waiting.returncode == 130
    assert "Paused" not in nightdesk("jobs", "--db", database).stderr, "nobody waits any more"


def test_a_run_beside_an_owner_refuses_what_only_it_could_heed_and_ends_when_the_owner_does(
    nightdesk: Nightdesk, start: Start, served: dict[str, str], few: Path, recipe: Path, database: Path
) -> None:
    with Store.open(database):
        refused = nightdesk("run", few, "--recipe", recipe, "--db", database, "--ask", "Why?", "--rows", "4")
        assert refused.exit_code == 2, refused.output
        assert "leave out --ask, --rows" in refused.stderr
        beside = start("run", few, "--recipe", recipe, "--db", database, **served)
        assert beside.stderr is not None
        assert "it was given the documents" in beside.stderr.readline()
    _, said = beside.communicate(timeout=PATIENCE_S)
    assert beside.returncode == 1, said
    assert "has ended (2 ready)" in said


def test_jobs_are_moved_in_lots_and_all_of_them_once(
    nightdesk: Nightdesk, documents: Path, recipe: Path, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Store.open(database) as store:
        folder_id = store.write_now(bind_folder(documents, load_recipe(recipe), watch=False))
        asyncio.run(scan_once(store, folder_id))
    monkeypatch.setattr("app.cli.jobs.LOT", 5)
    assert "12 jobs are cancelled" in nightdesk("jobs", "cancel", "--all", "--db", database).stdout
    assert "12 jobs are ready again" in nightdesk("jobs", "retry", "--state", "cancelled", "--db", database).stdout
