"""The extractor: every sample is read, and a child that hangs, dies or grows old costs one document at most."""

from __future__ import annotations

import asyncio
import hashlib
import os
import shutil
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import psutil
import pytest

from app.core.documents.extractor import Extraction, ExtractLimits, Extractor
from app.core.failures import FailureClass, WorkFailed

pytestmark = pytest.mark.anyio

SENTENCES = {
    "contracts/lease-workshop-rope-walk.pdf": "The cellar is not let, because it floods at spring tides.",
    "contracts/service-agreement-harbour-museum.docx": "Dr Miriam Achterberg, Director",
    "contracts/confidentiality-marlow-letters.odt": "costs 2,500 pounds for each letter concerned",
    "contracts/werkvertrag-stadtarchiv-lunden.docx": "am 17. März 2025 übergeben",
    "data/invoices-2025.xlsx": "St Brannock Parish Council",
    "data/annual-review-2025.pptx": "Start with the flood, they will ask anyway.",
    "letters/letter-to-parish-council.rtf": "Moving the safe to the north wall would cost very little.",
    "letters/brief-handwerkskammer.rtf": "für Ihre Nachfrage zu den Zeugnissen von Frau Inès Duarte",
    "mail/fwd-key-handover.eml": "he charges £18 for each that is missing",
    "articles/news-storm-registry.html": "the cold store was emptied of mackerel",
    "articles/papier-et-humidite.html": "Les fibres gonflent et se contractent",
    "interviews/gespraech-hafenmeister.txt": "Dass der Kranturm falsch herum steht!",
    "data/inventory-maps.csv": "Shows the crane the wrong way round",
}
BROKEN = {
    "invoices/invoice-2025-027-download.pdf": FailureClass.DAMAGED,
    "letters/note-to-self.txt": FailureClass.EMPTY,
}


@pytest.fixture
async def extractor() -> AsyncIterator[Extractor]:
    """An extractor with one child, ended with the test."""
    one = Extractor(ExtractLimits(seconds=100.0, files_per_child=1000))
    yield one
    await one.stop()


def files_in(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


async def failure(extractor: Extractor, path: Path) -> WorkFailed:
    with pytest.raises(WorkFailed) as caught:
        await extractor.extract(path)
    return caught.value


async def test_every_sample_is_read_and_the_broken_ones_say_why(extractor: Extractor, samples: Path) -> None:
    read: dict[str, Extraction] = {}
    for path in files_in(samples):
        name = path.relative_to(samples).as_posix()
        if name in BROKEN:
            assert (await failure(extractor, path)).failure is BROKEN[name]
        else:
            read[name] = await extractor.extract(path)
    for name, sentence in SENTENCES.items():
        assert sentence in " ".join(read[name].text.split()), name
    assert all(len(one.text) > 400 for one in read.values())
    assert read["manuals/studio-handbook.pdf"].pages == 20
    assert read["manuals/studio-handbook.pdf"].title == "Studio Handbook"
    assert read["articles/papier-et-humidite.html"].language == "fra"
    assert read["interviews/gespraech-hafenmeister.txt"].language == "deu"
    assert "dataLayer" not in read["articles/news-storm-registry.html"].text


async def test_one_child_reads_many_documents_and_is_replaced_when_it_is_old(samples: Path) -> None:
    extractor = Extractor(ExtractLimits(files_per_child=3))
    path = samples / "articles" / "papier-et-humidite.html"
    children = []
    for _ in range(7):
        await extractor.start()
        children.append(extractor.pids)
        await extractor.extract(path)
    await extractor.stop()
    assert len(set(children)) == 3
    assert not any(psutil.pid_exists(pid) for pids in children for pid in pids)


async def test_a_child_that_hangs_is_killed_in_time_and_the_next_document_is_read(samples: Path) -> None:
    extractor = Extractor(ExtractLimits(seconds=2.0))
    path = samples / "tickets" / "ticket-1041-scanner.txt"
    await extractor.start()
    (stuck,) = extractor.pids
    os.kill(stuck, signal.SIGSTOP)
    assert (await failure(extractor, path)).failure is FailureClass.TIMED_OUT
    assert not psutil.pid_exists(stuck)
    await extractor.start()
    assert "white target" in (await extractor.extract(path)).text
    await extractor.stop()


async def test_a_child_that_dies_is_named_as_the_reason_and_replaced(extractor: Extractor, samples: Path) -> None:
    path = samples / "tickets" / "ticket-1041-scanner.txt"
    await extractor.start()
    (child,) = extractor.pids
    os.kill(child, signal.SIGSTOP)
    waiting = asyncio.create_task(failure(extractor, path))
    await asyncio.sleep(0.05)  # it is asked, and cannot answer
    os.kill(child, signal.SIGKILL)
    failed = await waiting
    assert failed.failure is FailureClass.CRASHED
    assert "SIGKILL" in failed.detail
    assert "white target" in (await extractor.extract(path)).text


async def test_a_cancelled_extraction_leaves_no_child_with_a_stale_answer(extractor: Extractor, samples: Path) -> None:
    await extractor.start()
    os.kill(extractor.pids[0], signal.SIGSTOP)
    task = asyncio.create_task(extractor.extract(samples / "manuals" / "studio-handbook.pdf"))
    await asyncio.sleep(0.05)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    read = await extractor.extract(samples / "tickets" / "ticket-1041-scanner.txt")
    assert read.text.startswith("Ticket 1041")


async def test_two_children_read_side_by_side_and_each_gets_its_own_answer(samples: Path) -> None:
    extractor = Extractor(ExtractLimits(children=2))
    paths = [samples / "tickets" / "ticket-1041-scanner.txt", samples / "tickets" / "ticket-1058-climate-alarm.txt"] * 6
    read = await asyncio.gather(*(extractor.extract(path) for path in paths))
    assert len(extractor.pids) == 2
    await extractor.stop()
    assert [one.text[:11] for one in read] == ["Ticket 1041", "Ticket 1058"] * 6


async def test_only_the_content_that_was_hashed_is_read(extractor: Extractor, samples: Path, tmp_path: Path) -> None:
    path = tmp_path / "note.txt"
    shutil.copy(samples / "tickets" / "ticket-1041-scanner.txt", path)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    assert (await extractor.extract(path, digest)).text.startswith("Ticket 1041")
    path.write_text("Something else by now.")
    with pytest.raises(WorkFailed, match="has changed") as caught:
        await extractor.extract(path, digest)
    assert caught.value.failure is FailureClass.UNREADABLE


async def test_reading_leaves_the_source_as_it_was(extractor: Extractor, samples: Path, tmp_path: Path) -> None:
    path = tmp_path / "handbook.pdf"
    shutil.copy2(samples / "manuals" / "studio-handbook.pdf", path)
    path.chmod(0o444)
    before = path.stat()
    await extractor.extract(path)
    after = path.stat()
    assert (before.st_mtime_ns, before.st_size, before.st_mode) == (after.st_mtime_ns, after.st_size, after.st_mode)
    assert files_in(tmp_path) == [path]


async def test_a_file_that_is_not_there_says_so(extractor: Extractor, tmp_path: Path) -> None:
    failed = await failure(extractor, tmp_path / "gone.txt")
    assert failed.failure is FailureClass.UNREADABLE
    assert "No such file" in failed.detail
