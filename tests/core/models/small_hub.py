"""A hub in small: the routes of huggingface.co that a download takes, with the faults of the real world."""

from __future__ import annotations

import hashlib
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

COMMIT = "0123456789abcdef0123456789abcdef01234567"


@dataclass
class SmallHub:
    """What it holds and what goes wrong with it. ``asked`` are the requests for files, with their ranges."""

    url: str = ""
    files: dict[str, dict[str, bytes]] = field(default_factory=dict)
    gated: set[str] = field(default_factory=set)
    break_after: list[int] = field(default_factory=list)
    says: dict[str, str] = field(default_factory=dict)
    lists_hashes: bool = True
    knows_ranges: bool = True
    busy: int = 0
    hold: threading.Event | None = None
    asked: list[tuple[str, str | None]] = field(default_factory=list)

    def sibling(self, path: str, content: bytes) -> dict[str, Any]:
        entry: dict[str, Any] = {"rfilename": path, "size": len(content)}
        if self.lists_hashes and path.endswith((".gguf", ".safetensors")):
            sha256 = self.says.get(path, hashlib.sha256(content).hexdigest())
            entry["lfs"] = {"sha256": sha256, "size": len(content), "pointerSize": 134}
        elif self.lists_hashes:
            entry["blobId"] = git_hash(content)
        return entry


def git_hash(content: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()


@contextmanager
def small_hub() -> Iterator[SmallHub]:
    """A hub on this machine, for the length of the ``with``."""
    hub = SmallHub()

    class Handler(_Handler):
        known = hub

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), name="small-hub", daemon=True)
    thread.start()
    hub.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield hub
    finally:
        if hub.hold is not None:
            hub.hold.set()
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    known: SmallHub
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._answer(body=True)

    def do_HEAD(self) -> None:
        self._answer(body=False)

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def _answer(self, *, body: bool) -> None:
        path = self.path.split("?")[0]
        if found := re.fullmatch(r"/api/models/([^/]+/[^/]+)", path):
            return self._repository(found[1])
        if found := re.fullmatch(rf"/([^/]+/[^/]+)/resolve/{COMMIT}/(.+)", path):
            return self._file(found[1], found[2], body=body)
        return self._refuse(404, "RepoNotFound")

    def _repository(self, name: str) -> None:
        if name in self.known.gated:
            return self._refuse(403, "GatedRepo")
        if name not in self.known.files:
            return self._refuse(404, "RepoNotFound")
        siblings = [self.known.sibling(path, content) for path, content in self.known.files[name].items()]
        return self._send(200, json.dumps({"id": name, "sha": COMMIT, "siblings": siblings}).encode(), {})

    def _file(self, name: str, path: str, *, body: bool) -> None:
        content, wanted = self.known.files[name].get(path), self.headers.get("Range")
        if content is None:
            return self._refuse(404, "EntryNotFound")
        headers = {
            "X-Repo-Commit": COMMIT,
            "ETag": '"on-the-cdn"',
            "X-Linked-Etag": f'"{hashlib.sha256(content).hexdigest()}"',
            "X-Linked-Size": str(len(content)),
        }
        if not body:
            return self._send(200, content, headers, body=False)
        self.known.asked.append((path, wanted))
        if self.known.busy:
            self.known.busy -= 1
            return self._refuse(503, None)
        begin = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted and self.known.knows_ranges else 0
        return self._send(206 if begin else 200, content[begin:], headers)

    def _send(self, status: int, content: bytes, headers: dict[str, str], *, body: bool = True) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": "application/octet-stream", **headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if not body:
            return
        if "X-Repo-Commit" not in headers:
            self.wfile.write(content)
            return
        enough = self.known.break_after.pop(0) if self.known.break_after else len(content)
        self.wfile.write(content[:enough])
        if enough < len(content):
            self.wfile.flush()
            if self.known.hold is not None:
                self.known.hold.wait(200)
            self.close_connection = True

    def _refuse(self, status: int, code: str | None) -> None:
        self.send_response(status)
        if code is not None:
            self.send_header("X-Error-Code", code)
        self.send_header("Content-Length", "0")
        self.end_headers()
