"""Models from a hub: what it offers, how a download survives its connection, and what is refused."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.core.errors import UsageError
from app.core.events import DownloadChanged, Event, EventBus
from app.core.models.downloads import STAGING, Download, Downloads, looked_up
from app.core.models.hub import Hub, HubError
from engines.places import Places, find_models
from tests.core.models.small_hub import SmallHub, small_hub

NAME = "someone/Thing-GGUF"
SMALL, LARGE = os.urandom(700_000), os.urandom(3_000_000)


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[SmallHub]:
    for variable in ("HF_TOKEN", "HF_ENDPOINT"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setattr("app.core.models.downloads.TELL_EVERY_S", 0.0)
    with small_hub() as one:
        one.files[NAME] = {
            "README.md": b"# Thing",
            "thing-Q8_0.gguf": LARGE,
            "thing-IQ4_XS.gguf": SMALL,
            "mmproj-thing-F16.gguf": b"eyes",
            "big/thing-BF16-00002-of-00002.gguf": b"b" * 900_000,
            "big/thing-BF16-00001-of-00002.gguf": b"a" * 4_000_000,
        }
        yield one


def download(hub: SmallHub, folder: Path, wanted: str = "Q8_0", name: str = NAME, **options: Any) -> Download:
    asked = Hub(hub.url)
    repository = looked_up(asked, name)
    return Download(1, asked, repository, repository.model(wanted), folder, first_wait_s=0.01, **options)


def test_a_repository_shows_its_models_with_size_and_quantisation(hub: SmallHub) -> None:
    found = looked_up(Hub(hub.url), f"https://huggingface.co/{NAME}/")
    assert [(model.name, model.quantisation, model.bytes, len(model.files)) for model in found.models] == [
        ("thing-IQ4_XS.gguf", "IQ4_XS", 700_000, 1),
        ("thing-Q8_0.gguf", "Q8_0", 3_000_000, 1),
        ("thing-BF16.gguf", "BF16", 4_900_000, 2),
    ]
    assert found.model("q8_0").name == "thing-Q8_0.gguf"
    assert found.model("big/thing-BF16-00002-of-00002.gguf").quantisation == "BF16"
    with pytest.raises(HubError, match=r"several models; name one of thing-IQ4_XS\.gguf, thing-Q8_0"):
        found.model()
    with pytest.raises(HubError, match="holds no Q2_K; it holds thing-IQ4_XS"):
        found.model("Q2_K")


def test_a_model_arrives_whole_and_lies_where_models_are_looked_for(hub: SmallHub, tmp_path: Path) -> None:
    done = download(hub, tmp_path).run()
    assert (done.state, done.done, done.total) == ("done", 3_000_000, 3_000_000)
    assert done.path == tmp_path / "someone" / "Thing-GGUF" / "thing-Q8_0.gguf"
    assert done.path.read_bytes() == LARGE
    assert not (tmp_path / STAGING / "someone").exists()


def test_a_connection_that_breaks_is_taken_up_where_it_was(hub: SmallHub, tmp_path: Path) -> None:
    hub.break_after = [1 << 20, 1 << 20]
    done = download(hub, tmp_path).run()
    assert done.path is not None
    assert done.path.read_bytes() == LARGE
    assert [asked for _, asked in hub.asked] == [None, f"bytes={1 << 20}-", f"bytes={2 << 20}-"]


def test_a_server_without_ranges_begins_at_the_beginning(hub: SmallHub, tmp_path: Path) -> None:
    hub.break_after, hub.knows_ranges = [1 << 20], False
    done = download(hub, tmp_path).run()
    assert done.path is not None
    assert done.path.read_bytes() == LARGE


def test_a_hub_that_is_busy_is_asked_again(hub: SmallHub, tmp_path: Path) -> None:
    hub.busy = 3
    assert download(hub, tmp_path).run().state == "done"


def test_what_is_given_up_is_kept_for_the_next_time(hub: SmallHub, tmp_path: Path) -> None:
    hub.break_after = [1 << 20, 0, 0, 0, 0, 0]
    failed = download(hub, tmp_path).run()
    assert (failed.state, failed.done) == ("failed", 1 << 20)
    assert "cannot be reached" in failed.detail
    hub.break_after, hub.asked = [], []
    assert download(hub, tmp_path).run().state == "done"
    assert hub.asked == [("thing-Q8_0.gguf", f"bytes={1 << 20}-")]


def test_a_file_with_another_checksum_is_refused_and_deleted(hub: SmallHub, tmp_path: Path) -> None:
    hub.says["thing-Q8_0.gguf"] = "f" * 64
    failed = download(hub, tmp_path).run()
    assert failed.state == "failed"
    assert "thing-Q8_0.gguf arrived damaged" in failed.detail
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_small_files_are_checked_by_their_git_hash_and_mirrors_by_what_they_serve(
    hub: SmallHub, tmp_path: Path
) -> None:
    name = "mlx-community/Thing-4bit"
    hub.files[name] = {
        "config.json": b'{"model_type": "llama", "quantization": {"bits": 4}}',
        "model.safetensors": SMALL,
        "tokenizer.json": b"{}",
        "notes/picture.png": b"unneeded",
    }
    for number, lists_hashes in enumerate((True, False)):
        hub.lists_hashes = lists_hashes
        folder = tmp_path / str(number)
        done = download(hub, folder, "Thing-4bit", name).run()
        assert (done.state, done.path) == ("done", folder / "mlx-community" / "Thing-4bit")
        assert [(model.name, model.kind) for model in find_models(Places(folders=(folder,)))] == [("Thing-4bit", "mlx")]
    assert not [asked for asked, _ in hub.asked if "picture" in asked]


def test_parts_of_a_model_appear_together_when_all_have_arrived(hub: SmallHub, tmp_path: Path) -> None:
    hub.break_after = [len(b"a" * 4_000_000), 10, 0, 0, 0, 0, 0]
    one = download(hub, tmp_path, "BF16")
    assert one.run().state == "failed"
    assert find_models(Places(folders=(tmp_path,))) == []
    hub.break_after, hub.asked = [], []
    one.again()
    done = one.run()
    assert done.path == tmp_path / "someone/Thing-GGUF/big/thing-BF16-00001-of-00002.gguf"
    assert [path for path, _ in hub.asked] == ["big/thing-BF16-00002-of-00002.gguf"]


def test_what_lies_there_already_is_not_transferred_again(hub: SmallHub, tmp_path: Path) -> None:
    assert download(hub, tmp_path).run().state == "done"
    hub.asked = []
    assert download(hub, tmp_path).run().state == "done"
    assert hub.asked == []


def test_too_little_room_is_said_before_anything_is_transferred(
    hub: SmallHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import shutil

    full = shutil.disk_usage(tmp_path)._replace(free=1000)
    monkeypatch.setattr("app.core.models.downloads.shutil.disk_usage", lambda _path: full)
    failed = download(hub, tmp_path).run()
    assert failed.state == "failed"
    assert "needs 0.0 GB more" in failed.detail
    assert "make room" in failed.detail
    assert hub.asked == []


def test_what_cannot_be_had_is_said_with_the_way_out(hub: SmallHub, monkeypatch: pytest.MonkeyPatch) -> None:
    hub.files["someone/Empty"] = {"README.md": b"nothing"}
    hub.gated.add("someone/Gated")
    for name, sentence in (
        ("someone/Absent", "has no someone/Absent, or it is private"),
        ("someone/Gated", "accept its terms at https://huggingface.co/someone/Gated"),
    ):
        with pytest.raises(HubError, match=sentence):
            looked_up(Hub(hub.url), name)
    with pytest.raises(HubError, match="neither GGUF files nor a model folder"):
        looked_up(Hub(hub.url), "someone/Empty").model()
    for wrong in ("just-a-name", "../..", "someone/with--two", "", "a/b/c"):
        with pytest.raises(UsageError, match="write OWNER/NAME"):
            looked_up(Hub(hub.url), wrong)
    with pytest.raises(HubError, match=r"127\.0\.0\.1:9 cannot be reached .*check the connection"):
        looked_up(Hub("http://127.0.0.1:9"), NAME)


def test_names_that_lead_out_of_the_folder_are_left_alone(hub: SmallHub) -> None:
    hub.files["someone/Evil"] = {"../../evil-Q4_0.gguf": b"x", "/etc/evil-Q4_0.gguf": b"x", "good-Q4_0.gguf": b"x"}
    assert [model.name for model in looked_up(Hub(hub.url), "someone/Evil").models] == ["good-Q4_0.gguf"]


def bytes_in(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


@pytest.mark.anyio
async def test_a_download_is_paused_resumed_and_told_of(hub: SmallHub, tmp_path: Path) -> None:
    hub.break_after, hub.hold = [1 << 20], threading.Event()
    downloads, seen, halfway = Downloads(tmp_path, bus := EventBus(), Hub(hub.url)), [], threading.Event()

    def note(event: Event) -> None:
        assert isinstance(event, DownloadChanged)
        seen.append((event.state, event.done))
        if event.done:
            halfway.set()

    bus.subscribe(note)
    repository = await downloads.look(NAME)
    number = downloads.start(repository, repository.model("Q8_0"))
    await _until(halfway)
    downloads.pause(number)
    hub.hold.set()
    assert (await downloads.finished(number)).state == "paused"
    assert [view.state for view in downloads.views] == ["paused"]
    downloads.resume(number)
    assert (await downloads.finished(number)).state == "done"
    assert hub.asked[-1] == ("thing-Q8_0.gguf", f"bytes={1 << 20}-")
    states = [state for state, _ in seen]
    assert states[0] == "running"
    assert {"paused", "checking"} <= set(states)
    assert seen[-1] == ("done", 3_000_000)


@pytest.mark.anyio
async def test_a_cancelled_download_leaves_nothing_behind(hub: SmallHub, tmp_path: Path) -> None:
    downloads = Downloads(tmp_path, EventBus(), Hub(hub.url))
    repository = await downloads.look(NAME)
    hub.break_after = [1 << 20, 0, 0, 0, 0, 0, 0]
    number = downloads.start(repository, repository.model("Q8_0"))
    finished = downloads.finished(number)
    downloads.cancel(number)
    assert (await finished).state == "cancelled"
    assert downloads.views == []
    assert bytes_in(tmp_path) == 0


@pytest.mark.anyio
async def test_a_stop_keeps_what_has_arrived(hub: SmallHub, tmp_path: Path) -> None:
    downloads = Downloads(tmp_path, bus := EventBus(), Hub(hub.url))
    hub.break_after, hub.hold, halfway = [1 << 20], threading.Event(), threading.Event()
    bus.subscribe(lambda event: halfway.set() if getattr(event, "done", 0) else None)
    repository = await downloads.look(NAME)
    downloads.start(repository, repository.model("Q8_0"))
    await _until(halfway)
    stopping = asyncio.create_task(downloads.stop())
    await asyncio.sleep(0)  # it has told the download to stop, which waits for the hub
    hub.hold.set()
    await stopping
    assert [view.state for view in downloads.views] == ["paused"]
    assert bytes_in(tmp_path) == 1 << 20


async def _until(event: threading.Event) -> None:
    assert await asyncio.to_thread(event.wait, 200)
