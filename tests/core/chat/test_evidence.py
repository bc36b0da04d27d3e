"""Asking the results: the best that fit go along with a question, and it can be told where each comes from."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.chat.attachments import NAME_THEM, Attachment, apart, for_the_model, with_documents
from app.core.chat.evidence import HEAD_TOKENS, Evidence, as_text, look_up
from app.core.store.store import Store
from tests.core.chat.conftest import MakeDesk
from tests.core.chat.some_results import ANSWERS, fill

pytestmark = pytest.mark.anyio


async def words(text: str) -> int:
    return len(text.split())


@pytest.fixture
def full(store: Store) -> Store:
    """A store with four results of two recipes."""
    store.write_now(fill)
    return store


def names(evidence: Evidence) -> list[str]:
    return [one.document for one in evidence.excerpts]


async def test_the_results_that_say_the_words_are_found_the_best_first(full: Store) -> None:
    evidence = await look_up(full, "Summary", "lamp dusk", limit=5, room=1_000, count=words)
    assert names(evidence) == ["lamp.txt"]
    assert "\x02dusk\x03" in evidence.excerpts[0].snippet
    everywhere = await look_up(full, None, "lamp", limit=5, room=1_000, count=words)
    assert set(names(everywhere)) == {"lamp.txt", "oil.txt", "invoice.txt"}


async def test_a_whole_question_finds_results_with_any_of_its_words(full: Store) -> None:
    evidence = await look_up(full, "Summary", "What colour is the boat?", limit=5, room=1_000, count=words)
    assert names(evidence)[0] == "boat.txt"


async def test_without_words_the_newest_results_are_taken(full: Store) -> None:
    assert names(await look_up(full, None, " ", limit=2, room=1_000, count=words)) == ["invoice.txt", "boat.txt"]


async def test_any_text_may_be_searched_for(full: Store) -> None:
    for odd in ('"', "(a OR", "*", "NEAR/2", "lamp'; DROP TABLE result", "\x00"):
        assert (await look_up(full, "Nothing", odd, limit=2, room=100, count=words)).excerpts == ()


async def test_what_does_not_fit_is_cut_or_left_out_and_says_so(full: Store) -> None:
    evidence = await look_up(full, "Summary", "lamp", limit=5, room=HEAD_TOKENS * 2 + 12 + 60, count=words)
    short, long = sorted(evidence.excerpts, key=lambda one: len(ANSWERS[one.document][1]))
    assert (short.fits, short.cut, long.fits, long.cut) == (True, False, True, True)
    assert long.text.endswith("[…]")
    assert sum(one.tokens + HEAD_TOKENS for one in evidence.excerpts) <= evidence.room
    tight = await look_up(full, "Summary", "lamp", limit=5, room=HEAD_TOKENS, count=words)
    assert [one.fits for one in tight.excerpts] == [False, False]
    assert tight.attachments() == []


async def test_never_more_goes_along_than_there_is_room_for(full: Store) -> None:
    for room in range(0, 700, 9):
        evidence = await look_up(full, None, "lamp", limit=5, room=room)
        assert sum(one.tokens + HEAD_TOKENS for one in evidence.excerpts if one.fits) <= room


def test_columns_are_written_down_as_lines() -> None:
    data = json.loads(ANSWERS["invoice.txt"][1])
    assert as_text("{...}", data) == "vendor: Lamp & Sons\ntotal: 12.5\nitems: wick, lamp"
    assert as_text("  just text ", None) == "just text"


async def test_results_go_to_the_model_with_their_documents_names(full: Store, make_desk: MakeDesk) -> None:
    desk = make_desk("At dusk (lamp.txt).")
    conversation_id = await desk.chat.new_conversation(system_prompt="")
    evidence = await look_up(full, "Summary", "lamp", limit=1, room=1_000, count=words)
    text = with_documents("When is it lit?", evidence.attachments())
    await desk.chat.answer(await desk.chat.send(conversation_id, text))
    sent = desk.client.asked[0][0]["content"]
    assert sent.startswith("When is it lit?\n\n=== Result of “Summary” for “lamp”: ")
    assert sent.endswith(NAME_THEM)
    kept = (await desk.chat.messages(conversation_id))[0].text
    question, along = apart(kept)
    assert (question, along) == ("When is it lit?", evidence.attachments())
    assert NAME_THEM not in kept
    assert for_the_model("No results here.") == "No results here."


@given(name=st.text(min_size=1).filter(lambda text: text.strip()), words=st.text(), recipe=st.text(min_size=1))
def test_a_result_is_recognised_whatever_its_names_hold(name: str, words: str, recipe: str) -> None:
    given = Attachment(name, "Text.", " ".join(recipe.split()) or "r", words)
    question, along = apart(with_documents("Why?", [given, Attachment("a.txt", "Other.")]))
    assert question == "Why?"
    assert [one.text for one in along] == ["Text.", "Other."]
    assert along[0].recipe
