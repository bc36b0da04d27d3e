"""Conversations over a real store: histories, streams, stops, second tries."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from app.core.chat import answer as answer_module
from app.core.chat.answer import CUT_SHORT
from app.core.chat.chat import Chat
from app.core.errors import UsageError
from app.core.events import AnswerDelta, AnswerFinished, AnswerStarted, EventBus
from app.core.store.store import Store
from engines.client import EngineClient
from engines.errors import EngineBusy, EngineGone, EngineStopping, RequestError
from tests.conftest import EngineServer
from tests.core.chat.conftest import SETTINGS, Heard, MakeDesk

pytestmark = pytest.mark.anyio

GONE = EngineGone("The engine at http://x cannot be reached (refused).")


async def test_the_real_model_answers_and_remembers_what_was_said(store: Store, engine_server: EngineServer) -> None:
    client = EngineClient(engine_server.base_url, engine_server.api_key)
    events, heard = EventBus(), Heard()
    events.subscribe(heard.take)

    async def source() -> EngineClient:
        return client

    chat = Chat(store, events, source, SETTINGS)
    conversation_id = await chat.new_conversation(system_prompt="You answer in one short sentence.")
    first = await chat.answer(await chat.send(conversation_id, "What is the capital of France?"))
    second = await chat.answer(await chat.send(conversation_id, "Which country did I ask about?"))
    await client.close()

    assert first.state == second.state == "done"
    assert "Paris" in first.text
    assert second.prompt_tokens is not None
    assert first.prompt_tokens is not None
    assert second.prompt_tokens > first.prompt_tokens + 5, "the first turn is part of the second question"
    assert first.generated_tokens
    assert first.ttft_s
    assert first.decode_tokens_per_s
    deltas = "".join(event.text for event in heard.of(AnswerDelta) if event.message_id == first.id)
    assert deltas == first.text
    assert [event.state for event in heard.of(AnswerFinished)] == ["done", "done"]


async def test_an_answer_has_one_start_its_deltas_and_one_end(make_desk: MakeDesk) -> None:
    desk = make_desk("Hel", "lo", ".")
    conversation_id = await desk.chat.new_conversation()
    message = await desk.chat.answer(await desk.chat.send(conversation_id, "Hi"))
    assert (message.text, message.state, message.model, message.cached_tokens) == ("Hello.", "done", "scripted", 4)
    kinds = [type(event) for event in desk.heard.events if type(event) in (AnswerStarted, AnswerDelta, AnswerFinished)]
    assert kinds == [AnswerStarted, AnswerDelta, AnswerDelta, AnswerDelta, AnswerFinished]


async def test_stopping_keeps_what_was_said(make_desk: MakeDesk) -> None:
    never = asyncio.Event()
    desk = make_desk("Once upon", never)
    conversation_id = await desk.chat.new_conversation()
    message_id = await desk.chat.send(conversation_id, "Tell a story")
    await desk.heard.until(AnswerDelta, 1)
    await asyncio.gather(desk.chat.stop(message_id), desk.chat.stop(message_id))
    message = (await desk.chat.messages(conversation_id))[-1]
    assert (message.text, message.state, message.error) == ("Once upon", "stopped", None)
    assert len(desk.heard.of(AnswerFinished)) == 1


async def test_an_answer_stopped_before_its_first_step_is_stopped_all_the_same(make_desk: MakeDesk) -> None:
    desk = make_desk("never said")
    conversation_id = await desk.chat.new_conversation()
    message_id = await desk.chat.send(conversation_id, "Hi")
    await desk.chat.stop(message_id)
    assert (await desk.chat.messages(conversation_id))[-1].state == "stopped"


async def test_closing_stops_every_answer(make_desk: MakeDesk) -> None:
    desk = make_desk(asyncio.Event(), asyncio.Event())
    ids = [await desk.chat.new_conversation() for _ in range(2)]
    for conversation_id in ids:
        await desk.chat.send(conversation_id, "Hi")
    await desk.chat.close()
    assert [(await desk.chat.messages(one))[-1].state for one in ids] == ["stopped", "stopped"]


@pytest.mark.parametrize("ending", [GONE, EngineStopping("The engine has been closed.")])
async def test_an_engine_that_dies_or_is_exchanged_before_the_first_word_is_asked_again_unseen(
    make_desk: MakeDesk, ending: Exception
) -> None:
    desk = make_desk(ending, "All good.")
    conversation_id = await desk.chat.new_conversation()
    message = await desk.chat.answer(await desk.chat.send(conversation_id, "Hi"))
    assert (message.text, message.state) == ("All good.", "done")
    assert len(desk.client.asked) == 2
    assert [event.state for event in desk.heard.of(AnswerFinished)] == ["done"]


async def test_an_engine_that_dies_twice_is_told_in_one_sentence(make_desk: MakeDesk) -> None:
    desk = make_desk(GONE, GONE, "too late")
    conversation_id = await desk.chat.new_conversation()
    message = await desk.chat.answer(await desk.chat.send(conversation_id, "Hi"))
    assert (message.state, message.error) == ("failed", str(GONE))


async def test_an_engine_that_dies_in_the_middle_leaves_what_was_said_and_a_way_out(make_desk: MakeDesk) -> None:
    desk = make_desk("Half an", GONE)
    conversation_id = await desk.chat.new_conversation()
    message = await desk.chat.answer(await desk.chat.send(conversation_id, "Hi"))
    assert (message.text, message.state, message.error) == ("Half an", "failed", CUT_SHORT)
    assert desk.heard.of(AnswerFinished)[0].error == CUT_SHORT


@pytest.mark.parametrize(
    "problem", [EngineBusy("The engine is full; try again in a moment."), RequestError("That model is not served.")]
)
async def test_what_the_engine_refuses_is_its_sentence(make_desk: MakeDesk, problem: Exception) -> None:
    desk = make_desk(problem)
    conversation_id = await desk.chat.new_conversation()
    message = await desk.chat.answer(await desk.chat.send(conversation_id, "Hi"))
    assert (message.state, message.error) == ("failed", str(problem))


async def test_a_mistake_of_ours_ends_the_answer_and_is_no_traceback(make_desk: MakeDesk) -> None:
    desk = make_desk(KeyError("oops"))
    conversation_id = await desk.chat.new_conversation()
    message = await desk.chat.answer(await desk.chat.send(conversation_id, "Hi"))
    assert message.state == "failed"
    assert "KeyError" in (message.error or "")


async def test_a_half_finished_answer_survives_a_crash(
    make_desk: MakeDesk, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answer_module, "SAVE_EVERY_S", 0.0)
    never = asyncio.Event()
    desk = make_desk("Once upon", " a time", never)
    conversation_id = await desk.chat.new_conversation()
    message_id = await desk.chat.send(conversation_id, "Tell a story")
    await desk.heard.until(AnswerDelta, 2)
    await store.write(lambda _db: None)  # what was saved before this is on the disk now
    after_crash = make_desk().chat
    assert await after_crash.recover() == 1
    message = await after_crash.answer(message_id)
    assert (message.text, message.state) == ("Once upon a time", "stopped")
    await desk.chat.close()


async def test_a_deleted_conversation_is_erased_at_the_next_start_and_the_others_stay(
    make_desk: MakeDesk, store: Store
) -> None:
    desk = make_desk("Yes.", "No.")
    gone, kept = await desk.chat.new_conversation(), await desk.chat.new_conversation()
    await desk.chat.delete(gone)
    await make_desk().chat.recover()
    assert await store.read(lambda db: [row[0] for row in db.execute("SELECT id FROM conversation")]) == [kept]


async def test_regenerating_keeps_the_old_answer_beside_the_new_one(make_desk: MakeDesk) -> None:
    desk = make_desk("one")
    conversation_id = await desk.chat.new_conversation()
    old = await desk.chat.answer(await desk.chat.send(conversation_id, "Hi"))
    desk.client.script = ["two"]
    new_id = await desk.chat.regenerate(old.id)
    await desk.chat.answer(new_id)
    shown = await desk.chat.messages(conversation_id)
    assert [(row.role, row.text) for row in shown] == [("user", "Hi"), ("assistant", "two")]
    assert (shown[-1].version, shown[-1].versions) == (2, 2)
    assert desk.client.asked[0] == desk.client.asked[1]


async def test_editing_a_question_asks_it_from_its_place(make_desk: MakeDesk) -> None:
    desk = make_desk("one")
    conversation_id = await desk.chat.new_conversation(system_prompt="")
    await desk.chat.answer(await desk.chat.send(conversation_id, "first"))
    desk.client.script = ["two"]
    await desk.chat.answer(await desk.chat.send(conversation_id, "second"))
    second = (await desk.chat.messages(conversation_id))[2]
    desk.client.script = ["three"]
    await desk.chat.answer(await desk.chat.edit(second.id, "second, in other words"))
    shown = await desk.chat.messages(conversation_id)
    assert [row.text for row in shown] == ["first", "one", "second, in other words", "three"]
    assert [message["content"] for message in desk.client.asked[-1]] == ["first", "one", "second, in other words"]


async def test_deleting_a_message_deletes_what_was_said_after_it(make_desk: MakeDesk) -> None:
    desk = make_desk("one")
    conversation_id = await desk.chat.new_conversation()
    await desk.chat.answer(await desk.chat.send(conversation_id, "first"))
    desk.client.script = ["two"]
    await desk.chat.answer(await desk.chat.send(conversation_id, "second"))
    second = (await desk.chat.messages(conversation_id))[2]
    await desk.chat.delete_message(second.id)
    assert [row.text for row in await desk.chat.messages(conversation_id)] == ["first", "one"]


async def test_the_first_words_become_the_title_and_a_persons_title_stays(make_desk: MakeDesk) -> None:
    desk = make_desk("yes")
    ours = await desk.chat.new_conversation()
    theirs = await desk.chat.new_conversation(title="Taxes")
    for conversation_id in (ours, theirs):
        desk.client.script = ["yes"]
        question = "\n  Is this the longest question that anybody ever asked of a small model at night?\nReally?"
        await desk.chat.answer(await desk.chat.send(conversation_id, question))
    titles = {row.id: row.title for row in await desk.chat.conversations()}
    assert titles == {ours: "Is this the longest question that anybody ever…", theirs: "Taxes"}


async def test_the_list_is_pinned_first_then_newest_and_deleted_ones_are_gone(make_desk: MakeDesk) -> None:
    desk = make_desk()
    first, second, third, fourth = [await desk.chat.new_conversation(title=name) for name in "abcd"]
    await desk.chat.pin(second, True)
    await desk.chat.delete(third)
    await desk.chat.rename(first, "  a  new\nname ")
    shown = await desk.chat.conversations()
    assert [(row.id, row.title) for row in shown] == [(second, "b"), (fourth, "d"), (first, "a new name")]
    await desk.chat.restore(third)
    assert third in [row.id for row in await desk.chat.conversations()]


async def test_a_restore_that_follows_a_delete_at_once_is_not_overtaken(make_desk: MakeDesk) -> None:
    desk = make_desk("and so on")
    ours = await desk.chat.new_conversation()
    message_id = await desk.chat.send(ours, "Tell a story")
    await asyncio.gather(desk.chat.delete(ours), desk.chat.restore(ours))
    assert [row.id for row in await desk.chat.conversations()] == [ours]
    assert (await desk.chat.answer(message_id)).state in ("stopped", "done")


async def test_a_draft_is_kept_for_each_conversation_and_for_one_that_has_not_begun(make_desk: MakeDesk) -> None:
    desk = make_desk("yes")
    assert await desk.chat.draft(None) == ""
    ours = await desk.chat.new_conversation()
    await desk.chat.save_draft(ours, "half a thought")
    for text in ("ten", "ten lines"):
        await desk.chat.save_draft(None, text)
    assert (await desk.chat.draft(ours), await desk.chat.draft(None)) == ("half a thought", "ten lines")
    await desk.chat.answer(await desk.chat.send(ours, "Hi"))
    assert (await desk.chat.draft(ours), await desk.chat.draft(None)) == ("", "ten lines")


async def test_search_finds_what_was_said_and_any_text_may_be_typed(make_desk: MakeDesk) -> None:
    desk = make_desk("The invoice is overdue.")
    told = await desk.chat.new_conversation()
    await desk.chat.answer(await desk.chat.send(told, "What about my letter?"))
    await desk.chat.new_conversation(title="Something else")
    assert [row.id for row in await desk.chat.conversations("invoi")] == [told]
    for odd in ('"', "a OR", "*", "(", "NEAR/2", "%_"):
        assert await desk.chat.conversations(odd) == []


async def test_what_does_not_fit_the_context_is_left_out_and_the_answer_gets_the_rest(make_desk: MakeDesk) -> None:
    desk = make_desk("ok", context=120)
    conversation_id = await desk.chat.new_conversation(system_prompt="be brief")
    for turn in range(6):
        desk.client.script = ["word " * 20]
        await desk.chat.answer(await desk.chat.send(conversation_id, f"question {turn} " + "word " * 15))
    sent = desk.client.asked[-1]
    assert sent[0] == {"role": "system", "content": "be brief"}
    assert sent[-1]["content"].startswith("question 5")
    assert 1 < len(sent) < 12
    taken = await desk.client.count_messages(sent)
    assert taken + desk.client.samplings[-1].max_tokens <= 120


async def test_a_question_longer_than_the_context_fails_with_a_sentence(make_desk: MakeDesk) -> None:
    desk = make_desk("never", context=64)
    conversation_id = await desk.chat.new_conversation()
    message = await desk.chat.answer(await desk.chat.send(conversation_id, "word " * 500))
    assert message.state == "failed"
    assert "shorten it" in (message.error or "")
    assert desk.client.asked == []


async def test_a_conversation_may_set_its_own_sampling(make_desk: MakeDesk) -> None:
    desk = make_desk("ok")
    conversation_id = await desk.chat.new_conversation(settings={"temperature": 1.5, "max_tokens": 7})
    await desk.chat.answer(await desk.chat.send(conversation_id, "Hi"))
    expected = replace(desk.client.samplings[0], temperature=1.5, max_tokens=7)
    assert desk.client.samplings == [expected]


async def test_nothing_to_say_is_refused(make_desk: MakeDesk) -> None:
    desk = make_desk()
    conversation_id = await desk.chat.new_conversation()
    with pytest.raises(UsageError, match="empty"):
        await desk.chat.send(conversation_id, "  \n")
    with pytest.raises(UsageError, match="no conversation 99"):
        await desk.chat.send(99, "Hi")
    with pytest.raises(UsageError, match="no answer"):
        await desk.chat.regenerate(99)
