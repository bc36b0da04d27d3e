"""Where a database must not lie: in folders that another program copies or another machine writes to; and its lock."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import psutil

from app.core.errors import StoreError

# a service's folder, by how its name begins, wherever it lies
_SYNCED = {
    "dropbox": "Dropbox",
    "onedrive": "OneDrive",
    "icloud drive": "iCloud",
    "iclouddrive": "iCloud",
    "google drive": "Google Drive",
    "nextcloud": "Nextcloud",
    "owncloud": "ownCloud",
}
_NETWORK = frozenset(
    {"nfs", "nfs4", "cifs", "smb", "smb2", "smb3", "smbfs", "afpfs", "webdav", "davfs", "ncpfs", "afs"}
)
_NETWORK_FUSE = ("fuse.sshfs", "fuse.rclone", "fuse.davfs", "fuse.smbnetfs", "fuse.glusterfs")

Mount = tuple[str, str, str]  # mount point, file system, options


def lock_file(database: Path) -> Path:
    """The file whose lock says that a process works the database off; it stays there when none does."""
    return database.with_name(f"{database.name}.lock")


def refuse_shared_place(path: Path, mounts: Iterable[Mount] | None = None) -> None:
    """Raise StoreError when the database ``path`` would lie in a synced folder or on a network drive.

    There a write ahead log and a lock do not hold: another machine or the syncing program would tear the file.
    """
    synced = synced_by(path)
    if synced is not None:
        raise StoreError(
            f"The database {path} would lie in a folder of {synced}, which could damage it while it is being written. "
            "Name a folder of this machine with --db, or set NIGHTDESK_HOME."
        )
    system = file_system(path, _mounts() if mounts is None else mounts)
    if is_network(system):
        raise StoreError(
            f"The database {path} would lie on a network drive ({system}), where it cannot be locked safely. "
            "Name a folder of this machine with --db, or set NIGHTDESK_HOME."
        )


def synced_by(path: Path) -> str | None:
    """The service that copies this place, as far as its folders are known by name."""
    parts = [part.lower() for part in path.resolve().parent.parts]
    if "cloudstorage" in parts and "library" in parts:
        return "a cloud drive"
    if "mobile documents" in parts:
        return "iCloud"
    for part in parts:
        for name, service in _SYNCED.items():
            if part == name or part.startswith(f"{name} "):
                return service
    return None


def file_system(path: Path, mounts: Iterable[Mount]) -> str:
    """The type of file system that holds ``path``, empty where the system does not tell."""
    place = path.resolve()
    holding = [
        (len(Path(point).parts), kind, options) for point, kind, options in mounts if place.is_relative_to(point)
    ]
    # of two mounts on one point the later one is seen
    _, kind, options = max(reversed(holding), key=lambda one: one[0], default=(0, "", ""))
    return "remote" if "remote" in options.split(",") else kind.lower()


def is_network(system: str) -> bool:
    """Whether a file system of this type is another machine's."""
    return system in _NETWORK or system == "remote" or system.startswith(_NETWORK_FUSE)


def _mounts() -> list[Mount]:
    try:
        return [(one.mountpoint, one.fstype, one.opts) for one in psutil.disk_partitions(all=True)]
    except (OSError, RuntimeError):
        return []  # a system that hides its mounts; the lock itself still speaks up
