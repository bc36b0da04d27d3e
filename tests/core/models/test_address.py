"""The published address of the running engine."""

from __future__ import annotations

import json
import os
import stat
from dataclasses import replace
from pathlib import Path

from app.core.models import address as addresses
from app.core.models.address import EngineAddress


def test_another_command_finds_the_engine_of_a_running_owner(tmp_path: Path) -> None:
    database = tmp_path / "n.db"
    mine = EngineAddress.of_this_process("http://127.0.0.1:1/v1", "secret", "m")
    addresses.publish(mine, database)
    assert addresses.find(database) == mine


def test_only_the_owner_may_read_the_key(tmp_path: Path) -> None:
    addresses.publish(EngineAddress.of_this_process("http://x/v1", "secret", "m"), tmp_path / "n.db")
    assert stat.S_IMODE(addresses.address_file(tmp_path / "n.db").stat().st_mode) == 0o600


def test_an_owner_that_died_is_not_found(tmp_path: Path) -> None:
    dead = replace(EngineAddress.of_this_process("http://x/v1", "secret", "m"), started=12.0)
    addresses.publish(dead, tmp_path / "n.db")
    assert addresses.find(tmp_path / "n.db") is None


def test_a_file_that_makes_no_sense_is_no_engine(tmp_path: Path) -> None:
    for text in ("", "{", "[]", '{"pid": 1}', json.dumps({"base_url": 1, "odd": 2})):
        addresses.address_file(tmp_path / "n.db").write_text(text, encoding="utf-8")
        assert addresses.find(tmp_path / "n.db") is None


def test_withdrawing_leaves_another_owners_file_alone(tmp_path: Path) -> None:
    mine = EngineAddress.of_this_process("http://x/v1", "secret", "m")
    addresses.publish(replace(mine, pid=os.getpid() + 1), tmp_path / "n.db")
    addresses.withdraw(tmp_path / "n.db")
    assert addresses.address_file(tmp_path / "n.db").exists()
    addresses.publish(mine, tmp_path / "n.db")
    addresses.withdraw(tmp_path / "n.db")
    assert list(tmp_path.iterdir()) == []
