"""A key that an earlier version wrote into the settings file: moved to the keyring, or left and told."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import NoKeyringError

from app.core.events import Event, EventBus, Notice
from app.core.models.file_key import FileKey
from app.core.models.keys import key_for
from app.core.settings import ModelSettings, load_settings

pytestmark = pytest.mark.anyio

URL = "http://box:8000/v1"
WITH_KEY = f'[chat]\ntop_p = 0.5\n\n[model]\nbase_url = "{URL}"\napi_key = "sesame"\n'


class Drawer(KeyringBackend):
    """A keyring in memory."""

    priority = 1  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep a key."""
        self.kept[service, username] = password

    def get_password(self, service: str, username: str) -> str | None:
        """The key that was kept."""
        return self.kept.get((service, username))


class NoDrawer(Drawer):
    """A system without a keyring."""

    def set_password(self, service: str, username: str, password: str) -> None:
        """Fails."""
        raise NoKeyringError("there is none")


class Forgetful(Drawer):
    """A keyring that takes everything and has nothing."""

    def get_password(self, service: str, username: str) -> str | None:
        """Nothing."""
        return None


@pytest.fixture(autouse=True)
def _own_keyring() -> Iterator[None]:
    before = keyring.get_keyring()
    yield
    keyring.set_keyring(before)


async def moved(file: Path, drawer: KeyringBackend) -> tuple[str, list[Event]]:
    """What was left in the file, and what was told."""
    keyring.set_keyring(drawer)
    bus, told = EventBus(), list[Event]()
    bus.subscribe(told.append)
    key = FileKey(file, bus, asyncio.Lock())
    key.start()
    left = await key.left()
    await key.stop()
    return left, told


async def test_a_key_in_the_settings_file_is_moved_to_the_keyring_and_told_once(tmp_path: Path) -> None:
    file, drawer = tmp_path / "settings.toml", Drawer()
    file.write_text(WITH_KEY, encoding="utf-8")
    assert await moved(file, drawer) == (
        "",
        [Notice("info", f"The API key of {URL} lies in the system's keyring now, and no longer in settings.toml.")],
    )
    assert "sesame" not in file.read_text(encoding="utf-8")
    settings = load_settings(file, {})
    assert (settings.chat.top_p, settings.model.base_url) == (0.5, URL)
    assert key_for(settings.model) == "sesame"
    assert await moved(file, drawer) == ("", [])


@pytest.mark.parametrize("drawer", [NoDrawer(), Forgetful()])
async def test_a_key_that_no_keyring_keeps_stays_in_the_file(tmp_path: Path, drawer: KeyringBackend) -> None:
    file = tmp_path / "settings.toml"
    file.write_text(WITH_KEY, encoding="utf-8")
    assert await moved(file, drawer) == (URL, [])
    assert file.read_text(encoding="utf-8") == WITH_KEY
    assert key_for(load_settings(file, {}).model) == "sesame"


async def test_a_key_of_no_server_and_a_file_that_is_not_there_are_left_alone(tmp_path: Path) -> None:
    drawer = Drawer()
    assert await moved(tmp_path / "settings.toml", drawer) == ("", [])
    (tmp_path / "settings.toml").write_text('[model]\napi_key = "sesame"\n', encoding="utf-8")
    assert await moved(tmp_path / "settings.toml", drawer) == ("", [])
    assert drawer.kept == {}
    assert key_for(ModelSettings(base_url=URL)) == ""
