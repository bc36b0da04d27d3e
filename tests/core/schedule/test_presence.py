"""Whether somebody is at the machine: by the X server for real, elsewhere by what the system is said to answer."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator

import pytest

from app.core.schedule.power import USED, PowerRules, Reading, judge
from app.core.schedule.presence import Presence, ways_of, x11_idle_s

RULES = PowerRules(below_percent=0, used_min=10)


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A screen of an X server of our own."""
    if not (shutil.which("Xvfb") and shutil.which("xdotool")):
        pytest.skip("needs Xvfb and xdotool")
    reading, writing = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-nolisten", "tcp", "-noreset"],
        pass_fds=[writing],
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    with os.fdopen(reading) as told:
        number = told.readline().strip()
    monkeypatch.setenv("DISPLAY", f":{number}")
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    yield f":{number}"
    server.terminate()
    server.wait()


def test_the_x_server_tells_how_long_nobody_has_touched_anything(screen: str) -> None:
    assert x11_idle_s() is not None
    while (untouched := x11_idle_s() or 0.0) < 0.5:
        time.sleep(0.05)
    found = []
    for _ in range(20):  # on a busy machine the server's clock goes on while we ask
        subprocess.run(["xdotool", "mousemove_relative", "5", "5"], check=True)
        found.append(x11_idle_s())
    assert min(found) < untouched


def test_without_a_screen_there_is_no_answer_and_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    assert x11_idle_s() is None


def test_a_way_that_fails_is_passed_over_and_the_one_that_answers_is_kept() -> None:
    asked: list[str] = []

    def broken() -> float | None:
        asked.append("broken")
        raise OSError("no bus")

    def silent() -> float | None:
        asked.append("silent")
        return None

    def telling() -> float | None:
        asked.append("telling")
        return 7.0

    presence = Presence((broken, silent, telling))
    assert (presence(), presence()) == (7.0, 7.0)
    assert asked == ["broken", "silent", "telling", "telling"]
    assert Presence((broken,))() is None


def test_every_platform_has_a_way_and_wayland_does_not_trust_the_x_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    assert x11_idle_s not in ways_of("linux")
    monkeypatch.delenv("WAYLAND_DISPLAY")
    assert x11_idle_s in ways_of("linux")
    assert [len(ways_of(name)) for name in ("win32", "darwin")] == [1, 1]


def test_the_queue_rests_until_ten_minutes_after_the_last_key() -> None:
    reason = judge(RULES, Reading(untouched_s=599.0))[USED]
    assert reason == "Somebody is using this machine. It goes on 10 minutes after the last key or mouse."
    assert judge(RULES, Reading(untouched_s=600.0)) == {}


def test_where_the_system_does_not_tell_or_nobody_wants_it_the_queue_works() -> None:
    assert judge(RULES, Reading(untouched_s=None)) == {}
    assert judge(PowerRules(below_percent=0), Reading(untouched_s=0.0)) == {}
