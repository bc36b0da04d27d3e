"""``nightdesk batch``: a folder leaves as a file of requests, the answers come back, what stays away is taken back."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import Nightdesk


def test_a_folder_leaves_and_comes_back(
    nightdesk: Nightdesk, documents: Path, recipe: Path, database: Path, tmp_path: Path
) -> None:
    requests, answers = tmp_path / "requests.jsonl", tmp_path / "answers.jsonl"
    base = ["--db", str(database)]
    nameless = nightdesk("batch", "export", documents, "--recipe", recipe, "-o", requests, *base)
    assert (nameless.exit_code, "--model NAME" in nameless.stderr) == (2, True)
    left = nightdesk("batch", "export", documents, "--recipe", recipe, "-o", requests, "--model", "big", *base)
    assert left.exit_code == 0, left.stderr
    assert left.stdout == f"12 requests are in {requests}.\n"
    asked = [json.loads(line) for line in requests.read_text("utf-8").splitlines()]
    assert len({one["custom_id"] for one in asked}) == 12
    assert all("Dear customer" in one["body"]["messages"][0]["content"] for one in asked)
    assert (
        "Nothing is waiting"
        in nightdesk(
            "batch", "export", documents, "--recipe", recipe, "-o", tmp_path / "2.jsonl", "--model", "big", *base
        ).stdout
    )
    body = {"model": "big", "choices": [{"message": {"content": "A letter."}, "finish_reason": "stop"}]}
    lines = [{"custom_id": one["custom_id"], "response": {"status_code": 200, "body": body}} for one in asked[:9]]
    answers.write_text("\n".join(map(json.dumps, lines)), "utf-8")
    came = nightdesk("batch", "import", answers, "--server", "gpu01", *base)
    assert came.stdout.startswith("9 results, 0 parts of long documents, 0 without a result.")
    again = nightdesk("batch", "import", answers, "--json", *base)
    assert json.loads(again.stdout)["known"] == 9
    listed = json.loads(nightdesk("batch", "--json", *base).stdout)
    assert [(one["away"], one["back"], one["path"]) for one in listed] == [(3, 9, str(requests))]
    results = json.loads(nightdesk("results", "--json", *base).stdout)
    assert {(one["text"], one["model"]) for one in results} == {("A letter.", "big")}
    away = json.loads(nightdesk("jobs", "--state", "away", "--json", *base).stdout)
    assert len(away) == 3
    assert "3 documents and parts are in the local queue again" in nightdesk("batch", "take-back", *base).stdout
    assert nightdesk("batch", "take-back", *base).stdout == "Nothing of that is away.\n"


def test_files_that_are_not_there_or_in_the_way_are_sentences(
    nightdesk: Nightdesk, documents: Path, recipe: Path, database: Path, tmp_path: Path
) -> None:
    missing = nightdesk("batch", "import", tmp_path / "none.jsonl", "--db", database)
    assert (missing.exit_code, "There is no file" in missing.stderr) == (2, True)
    there = tmp_path / "there.jsonl"
    there.write_text("mine")
    refused = nightdesk(
        "batch", "export", documents, "--recipe", recipe, "-o", there, "--model", "big", "--db", database
    )
    assert (refused.exit_code, "is there already" in refused.stderr) == (2, True)
    assert there.read_text() == "mine"
    nowhere = tmp_path / "nowhere" / "requests.jsonl"
    lost = nightdesk(
        "batch", "export", documents, "--recipe", recipe, "-o", nowhere, "--model", "big", "--db", database
    )
    assert (lost.exit_code, "requests.jsonl cannot be written" in lost.stderr) == (2, True)
