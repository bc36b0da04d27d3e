"""A key in the settings file: moved to the keyring when asked, or left where it is."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import NoKeyringError

from app.core.errors import UsageError
from app.core.models.file_key import FileKey
from app.core.models.keys import key_for
from app.core.settings import ModelSettings, load_settings

pytestmark = pytest.mark.anyio

URL = "http://box:8000/v1"
WITH_KEY = f'[chat]\ntop_p = 0.5\n\n[model]\nbase_url = "{URL}"\napi_key = "sesame"\n'


class Drawer(KeyringBackend):
    """A keyring in memory."""

    priority = 1  # type: ignore[assignment]

    def __init__(self, asks: Callable[[], object] = lambda: None) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}
        self._asks = asks

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep a key, after a word with its owner."""
        self._asks()
        self.kept[service, username] = password

    def get_password(self, service: str, username: str) -> str | None:
        """The key that was kept."""
        return self.kept.get((service, username))


class NoDrawer(Drawer):
    """A system without a keyring."""

    def set_password(self, service: str, username: str, password: str) -> None:
        """Fails."""
        raise NoKeyringError("there is none")


class Odd(Drawer):
    """A keyring whose system fails in a way of its own."""

    def set_password(self, service: str, username: str, password: str) -> None:
        """Fails."""
        raise RuntimeError("the bus is gone")


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


def key_in(file: Path, drawer: KeyringBackend) -> FileKey:
    """The key of a settings file, beside this keyring."""
    keyring.set_keyring(drawer)
    return FileKey(file, asyncio.Lock())


async def test_a_key_in_the_settings_file_is_moved_to_the_keyring_when_asked(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text(WITH_KEY, encoding="utf-8")
    key = key_in(file, Drawer())
    assert await key.server() == URL
    await key.move()
    assert await key.server() == ""
    assert "sesame" not in file.read_text(encoding="utf-8")
    settings = load_settings(file, {})
    assert (settings.chat.top_p, settings.model.base_url) == (0.5, URL)
    assert key_for(settings.model) == "sesame"


@pytest.mark.parametrize("drawer", [NoDrawer(), Forgetful(), Odd()])
async def test_a_key_that_no_keyring_keeps_stays_in_the_file(tmp_path: Path, drawer: KeyringBackend) -> None:
    file = tmp_path / "settings.toml"
    file.write_text(WITH_KEY, encoding="utf-8")
    key = key_in(file, drawer)
    with pytest.raises(UsageError, match=f"no keyring that keeps the key of {URL}; it stays in settings.toml"):
        await key.move()
    assert await key.server() == URL
    assert file.read_text(encoding="utf-8") == WITH_KEY
    assert key_for(load_settings(file, {}).model) == "sesame"


async def test_a_key_that_is_written_while_the_keyring_asks_its_owner_is_not_lost(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text(WITH_KEY, encoding="utf-8")
    newer = WITH_KEY.replace("sesame", "open")
    key = key_in(file, Drawer(asks=lambda: file.write_text(newer, encoding="utf-8")))
    await key.move()
    assert file.read_text(encoding="utf-8") == newer


async def test_a_key_of_no_server_and_a_file_that_is_not_there_are_left_alone(tmp_path: Path) -> None:
    drawer = Drawer()
    key = key_in(tmp_path / "settings.toml", drawer)
    await key.move()
    (tmp_path / "settings.toml").write_text('[model]\napi_key = "sesame"\n', encoding="utf-8")
    await key.move()
    assert await key.server() == ""
    assert drawer.kept == {}
    assert key_for(ModelSettings(base_url=URL)) == ""
