"""An estimate before a thousand documents are queued: counted files, tokens from experience, time from the last run."""

from __future__ import annotations

from pathlib import Path

from app.core.estimate import Estimate, _estimate, look
from app.core.recipes.parse import parse_recipe
from app.core.store.runs import begin_run, end_run
from app.core.store.store import Store

RECIPE = parse_recipe("short", "+++\nmax_tokens = 50\n+++\n{{document}}")
LARGEST = 1_000_000


def folder_of(root: Path, texts: dict[str, bytes]) -> Path:
    for name, content in texts.items():
        path = root / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return root / "in"


def estimated(root: Path, store: Store, *paths: Path) -> Estimate:
    sizes = look(paths, LARGEST)
    return store.read_now(lambda conn: _estimate(conn, sizes, RECIPE))


def test_only_documents_are_counted_in_folders_and_among_files(tmp_path: Path) -> None:
    inbox = folder_of(
        tmp_path, {"a.txt": b"x" * 420, "sub/b.md": b"y" * 420, "c.png": b"z", ".d.txt": b"h", "e.txt": b""}
    )
    sizes = look([inbox, inbox / "a.txt", tmp_path / "gone.txt"], LARGEST)
    assert sum(sizes.documents.values()) == 3
    assert sizes.whole


def test_tokens_are_read_off_the_sizes_and_answers_off_the_recipe_at_first(tmp_path: Path) -> None:
    inbox = folder_of(tmp_path, {f"{n}.txt": b"word " * 840 for n in range(10)})
    with Store.open(tmp_path / "n.db") as store:
        found = estimated(tmp_path, store, inbox)
    assert found.documents == 10
    assert 9_900 < found.read_tokens < 10_200
    assert (found.written_tokens, found.written_at_most, found.seconds) == (500, True, None)


def test_the_time_is_that_of_the_last_run_for_as_much_work(tmp_path: Path) -> None:
    inbox = folder_of(tmp_path, {f"{n}.txt": b"word " * 840 for n in range(10)})
    with Store.open(tmp_path / "n.db") as store:
        figures = {"done": 40, "prompt_tokens": 40_000, "generated_tokens": 2_000, "busy_s": 100.0}
        run = store.write_now(lambda conn: begin_run(conn, 1.0))
        store.write_now(lambda conn: end_run(conn, run, "finished", 2.0, [], figures, ""))
        found = estimated(tmp_path, store, inbox)
    assert found.seconds is not None
    assert 20 < found.seconds < 30
