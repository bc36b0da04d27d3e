"""Brings one file of the hub onto the disk: resumed where it broke off, and trusted only once its checksum is right."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from app.core.models.hub import Hub, HubError, HubFile, Repository, hub_errors, unreachable

if TYPE_CHECKING:
    import httpx2

CHUNK = 1 << 20
SILENCE_S = 30.0
TRIES = 5
FIRST_WAIT_S = 1.0


class StoppedError(Exception):
    """Somebody paused or cancelled; what has arrived stays."""


class Transfer:
    """Brings files of one repository; blocking, so it belongs into a thread.

    ``told`` is called with the bytes that have arrived of the present file. ``stop`` ends everything soon.
    """

    def __init__(
        self,
        hub: Hub,
        repository: Repository,
        told: Callable[[int], None],
        stop: threading.Event,
        *,
        first_wait_s: float = FIRST_WAIT_S,
    ) -> None:
        self._hub = hub
        self._repository = repository
        self._told = told
        self._stop = stop
        self._first_wait_s = first_wait_s

    def fetch(self, file: HubFile, partial: Path) -> None:
        """Have ``partial`` hold the whole file. Raises StoppedError, HubError, and OSError of the disk.

        A connection that breaks is taken up again; only after several tries without a byte is it given up.
        """
        partial.parent.mkdir(parents=True, exist_ok=True)
        tries = 0
        while (has := _size(partial)) < file.bytes or not partial.exists():
            try:
                self._receive(file, partial, has)
            except (ConnectionError, TimeoutError) as error:
                tries = tries + 1 if _size(partial) == has else 1
                if tries >= TRIES:
                    raise unreachable(self._hub.endpoint, error) from error
                if self._stop.wait(self._first_wait_s * 2.0 ** (tries - 1)):
                    raise StoppedError from error

    def check(self, file: HubFile, partial: Path) -> None:
        """Raise HubError, and delete what has arrived, unless it is what the hub says it is."""
        if not self.matches(file, partial):
            partial.unlink()
            raise HubError(
                f"{file.path} arrived damaged: it has not the checksum that the hub names. It was deleted; download "
                "it again."
            )

    def matches(self, file: HubFile, content: Path) -> bool:
        """Whether ``content`` is this file, byte for byte."""
        wanted = file.sha256 or self._etag(file) or file.git
        digest = hashlib.sha256() if len(wanted) == 64 else hashlib.sha1(f"blob {file.bytes}\0".encode())
        with content.open("rb") as opened:
            while chunk := opened.read(CHUNK):
                self._go_on()
                digest.update(chunk)
        return content.stat().st_size == file.bytes and digest.hexdigest() == wanted

    def _etag(self, file: HubFile) -> str:
        """The hash that the file itself is served with, where the repository's list names none: mirrors are so."""
        from huggingface_hub.file_download import get_hf_file_metadata

        if file.git:
            return ""
        with hub_errors(self._repository.name):
            etag = get_hf_file_metadata(self._hub.address(self._repository, file), endpoint=self._hub.endpoint).etag
        if etag is None or len(etag) not in (40, 64):
            raise HubError(f"The hub names no checksum for {file.path}, so it is not kept.")
        return etag

    def _receive(self, file: HubFile, partial: Path, has: int) -> None:
        """What is missing, from one connection. Raises ConnectionError when it ends early."""
        with self._opened(file, has) as response, partial.open("r+b" if has else "wb") as target:
            if has and response.status_code != 206:
                has = 0  # this server begins at the beginning whatever it is asked for
                target.truncate()
            target.seek(has)
            for chunk in response.iter_bytes(CHUNK):
                target.write(chunk)
                has += len(chunk)
                self._told(has)
                self._go_on()
        if has < file.bytes:
            raise ConnectionError("the connection ended in the middle of a file")

    @contextmanager
    def _opened(self, file: HubFile, has: int) -> Iterator[httpx2.Response]:
        from huggingface_hub.utils import build_hf_headers, get_session, hf_raise_for_status

        # without compression, so that the bytes are those of the file and can be counted
        headers = build_hf_headers() | {"Accept-Encoding": "identity"} | ({"Range": f"bytes={has}-"} if has else {})
        address = self._hub.address(self._repository, file)
        with (
            hub_errors(self._repository.name),
            get_session().stream("GET", address, headers=headers, timeout=SILENCE_S) as response,
        ):
            hf_raise_for_status(response)
            yield response

    def _go_on(self) -> None:
        if self._stop.is_set():
            raise StoppedError


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
