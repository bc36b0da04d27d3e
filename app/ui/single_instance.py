"""One window per database: a second start hands its arguments to the first and leaves."""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QDir, QLockFile, QObject, QThread, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

PROTOCOL = 1
_TIMEOUT_MS = 2_000
_LOOK_MS = 100
_MOST_BYTES = 1 << 20


class SingleInstance(QObject):
    """Call ``claim`` or ``settle`` first. The owner then gets ``called`` with the paths of later starts."""

    called = Signal(list)

    def __init__(self, database: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        key = hashlib.sha256(os.fsencode(database.absolute())).hexdigest()[:20]
        self._name = f"nightdesk-{key}"
        self._lock = QLockFile(f"{QDir.tempPath()}/{self._name}.lock")
        self._lock.setStaleLockTime(0)  # a crashed owner is recognised by its process, not by the clock
        self._server: QLocalServer | None = None
        self._callers: list[QLocalSocket] = []

    def claim(self) -> bool:
        """Become the owner; False when another window already is."""
        if not self._lock.tryLock(0):
            return False
        QLocalServer.removeServer(self._name)  # a socket that a crash left behind
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._accept)
        self._server.listen(self._name)
        return True

    def settle(self, paths: Sequence[str], patience_s: float) -> bool | None:
        """Become the owner (True) or hand ``paths`` to it (False); None when neither came about in that time.

        An owner that is quitting answers nobody any more, and holds on until its core has stopped. This waits for it:
        only for a start that has shown nothing yet.
        """
        deadline = time.monotonic() + patience_s
        while not self.claim():
            if self.hand_over(paths):
                return False
            if time.monotonic() > deadline:
                return None
            QThread.msleep(_LOOK_MS)
        return True

    def hand_over(self, paths: Sequence[str]) -> bool:
        """Ask the owner to come forward and take ``paths``; False when it does not answer."""
        socket = QLocalSocket()
        socket.connectToServer(self._name)
        if not socket.waitForConnected(_TIMEOUT_MS):
            return False
        socket.write(json.dumps({"protocol": PROTOCOL, "paths": list(paths)}).encode() + b"\n")
        while socket.bytesToWrite() and socket.waitForBytesWritten(_TIMEOUT_MS):
            continue  # it may have been written at once, and then waiting would report a failure
        answered = socket.bytesAvailable() > 0 or socket.waitForReadyRead(_TIMEOUT_MS)
        socket.disconnectFromServer()
        return answered

    def stop_answering(self) -> None:
        """Quitting begins: whoever calls from now on waits until ``release`` and becomes the next owner."""
        if self._server is not None:
            self._server.close()
        for caller in list(self._callers):
            caller.abort()
        self._callers.clear()

    def release(self) -> None:
        """Let the next start be the owner."""
        self.stop_answering()
        self._lock.unlock()

    def _accept(self) -> None:
        assert self._server is not None
        socket = self._server.nextPendingConnection()
        if socket is not None:
            self._callers.append(socket)
            socket.readyRead.connect(self._heard)
            socket.disconnected.connect(self._gone)
            self._read(socket)

    def _heard(self) -> None:
        socket = self.sender()
        if isinstance(socket, QLocalSocket):
            self._read(socket)

    def _gone(self) -> None:
        socket = self.sender()
        if isinstance(socket, QLocalSocket) and socket in self._callers:
            self._callers.remove(socket)
            socket.deleteLater()

    def _read(self, socket: QLocalSocket) -> None:
        if socket.bytesAvailable() > _MOST_BYTES:
            socket.abort()
        if not socket.canReadLine():
            return
        try:
            said = json.loads(bytes(socket.readLine().data()))
            paths = [str(path) for path in said["paths"]] if said["protocol"] == PROTOCOL else []
        except (ValueError, KeyError, TypeError):
            socket.abort()  # not one of ours
            return
        socket.write(b"ok\n")
        socket.flush()
        self.called.emit(paths)
