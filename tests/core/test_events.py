"""The bus: one listener's mistake is its own."""

from __future__ import annotations

import logging

import pytest

from app.core.events import Event, EventBus, Notice


def test_a_listener_that_raises_costs_the_others_nothing(caplog: pytest.LogCaptureFixture) -> None:
    bus = EventBus()
    heard: list[Event] = []

    def broken(event: Event) -> None:
        raise RuntimeError("a view that is gone")

    bus.subscribe(broken)
    bus.subscribe(heard.append)
    with caplog.at_level(logging.ERROR):
        bus.publish(Notice("info", "one"))
        bus.publish(Notice("info", "two"))
    assert heard == [Notice("info", "one"), Notice("info", "two")]
    assert "a view that is gone" in caplog.text


def test_who_has_unsubscribed_hears_nothing_more() -> None:
    bus = EventBus()
    heard: list[Event] = []
    stop = bus.subscribe(heard.append)
    stop()
    bus.publish(Notice("info", "one"))
    assert heard == []
