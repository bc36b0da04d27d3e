"""What the core says between two looks of the window, kept in order and merged where only the sum matters."""

from __future__ import annotations

import threading
from collections.abc import Callable

from app.core.events import AnswerDelta, AnswerThought, Event, JobsChanged, ProgressChanged, ResultsChanged

Item = Event | Callable[[], None]


class Mailbox:
    """A thread-safe queue of events and replies. ``wake(urgent)`` is called once per batch, on the sender's thread."""

    def __init__(self, wake: Callable[[bool], None]) -> None:
        self._wake = wake
        self._lock = threading.Lock()
        self._items: list[Item] = []
        self._urgent = False

    def put(self, item: Item) -> None:
        """Add an event, or a reply to be run on the GUI thread; replies ask for an early look."""
        urgent = not isinstance(item, Event)
        with self._lock:
            first = not self._items
            self._items.append(item)
            rouse = first or (urgent and not self._urgent)
            self._urgent = self._urgent or urgent
        if rouse:
            self._wake(urgent)

    def put_back(self, items: list[Item]) -> None:
        """Return what was taken and not handed on, ahead of everything newer."""
        if not items:
            return
        with self._lock:
            self._items = items + self._items
        self._wake(True)

    def take(self) -> list[Item]:
        """Empty the box; a flood of deltas, job changes and figures comes out as a few merged events."""
        with self._lock:
            items, self._items, self._urgent = self._items, [], False
        return merge(items)


def merge(items: list[Item]) -> list[Item]:
    """Join runs of deltas of one answer, unite job and result changes, and keep the newest progress only."""
    merged: list[Item] = []
    places: dict[type, int] = {}
    for item in items:
        last = merged[-1] if merged else None
        if isinstance(item, AnswerDelta) and isinstance(last, AnswerDelta) and item.message_id == last.message_id:
            merged[-1] = AnswerDelta(item.conversation_id, item.message_id, last.text + item.text)
        elif isinstance(item, AnswerThought) and isinstance(last, AnswerThought) and item.message_id == last.message_id:
            merged[-1] = AnswerThought(item.conversation_id, item.message_id, last.text + item.text)
        elif isinstance(item, ProgressChanged | JobsChanged | ResultsChanged) and type(item) in places:
            place = places[type(item)]
            merged[place] = _united(merged[place], item)
        else:
            places[type(item)] = len(merged)
            merged.append(item)
    return merged


def _united(old: Item, new: Event) -> Event:
    if isinstance(old, JobsChanged) and isinstance(new, JobsChanged):
        if not old.job_ids or not new.job_ids:  # empty means "too many to name"
            return JobsChanged()
        return JobsChanged(tuple(dict.fromkeys((*old.job_ids, *new.job_ids))))
    if isinstance(old, ResultsChanged) and isinstance(new, ResultsChanged):
        return ResultsChanged(tuple(dict.fromkeys((*old.recipe_names, *new.recipe_names))))
    return new
