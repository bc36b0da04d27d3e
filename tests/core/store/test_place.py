"""Where a database must not lie."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.core.errors import StoreError
from app.core.store.place import refuse_shared_place
from app.core.store.store import Store

MOUNTS = [
    ("/", "ext4", "rw"),
    ("/home/anna/share", "nfs4", "rw"),
    ("/mnt/office", "cifs", "rw"),
    ("/data", "xfs", "rw"),
]


@pytest.mark.parametrize(
    ("folder", "service"),
    [
        ("Dropbox", "Dropbox"),
        ("Dropbox (Personal)/work", "Dropbox"),
        ("OneDrive - Contoso", "OneDrive"),
        ("Library/Mobile Documents/com~apple~CloudDocs", "iCloud"),
        ("Library/CloudStorage/GoogleDrive-anna@example.org", "a cloud drive"),
        ("Nextcloud", "Nextcloud"),
    ],
)
def test_a_synced_folder_is_refused_with_the_way_out(tmp_path: Path, folder: str, service: str) -> None:
    database = tmp_path / folder / "n.db"
    with pytest.raises(StoreError, match=f"folder of {service}.*--db"):
        Store.open(database)
    assert not database.parent.exists()


def test_a_link_into_a_synced_folder_is_followed(tmp_path: Path) -> None:
    (tmp_path / "Dropbox").mkdir()
    (tmp_path / "data").symlink_to(tmp_path / "Dropbox")
    with pytest.raises(StoreError, match="Dropbox"):
        Store.open(tmp_path / "data" / "n.db")


@pytest.mark.parametrize("place", ["/home/anna/share/n.db", "/mnt/office/deep/n.db"])
def test_a_network_drive_is_refused_by_its_type(place: str) -> None:
    with pytest.raises(StoreError, match="network drive"):
        refuse_shared_place(Path(place), MOUNTS)


def test_a_windows_network_drive_is_known_by_its_options(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="network drive"):
        refuse_shared_place(tmp_path / "n.db", [(str(tmp_path), "NTFS", "rw,remote")])


@pytest.mark.parametrize("place", ["/home/anna/n.db", "/data/n.db", "/home/anna/shares/n.db", "/srv/dropboxes/n.db"])
def test_a_folder_of_this_machine_is_taken(place: str) -> None:
    refuse_shared_place(Path(place), MOUNTS)


def test_of_two_mounts_on_one_point_the_later_counts(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="network drive"):
        refuse_shared_place(Path("/data/n.db"), [*MOUNTS, ("/data", "nfs", "rw")])
