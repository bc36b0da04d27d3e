"""Answers that go on after a stop, thoughts that are kept apart, and titles that the model makes."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from app.core.chat import answer as answer_module
from app.core.chat.chat import Chat
from app.core.chat.titles import made_title
from app.core.chat.transfer import export_json, import_json
from app.core.errors import UsageError
from app.core.events import AnswerDelta, AnswerThought, ConversationsChanged, EventBus
from app.core.store.store import Store
from engines.client import ChatSampling, EngineClient, StreamPart
from engines.errors import EngineGone
from tests.conftest import EngineServer
from tests.core.chat.conftest import SETTINGS, MakeDesk

pytestmark = pytest.mark.anyio


def thought(text: str) -> StreamPart:
    return StreamPart("", reasoning=text)


async def test_a_stopped_answer_goes_on_where_it_stopped(make_desk: MakeDesk) -> None:
    never = asyncio.Event()
    desk = make_desk("Once upon", " a ti", never)
    conversation_id = await desk.chat.new_conversation(system_prompt="Be brief.")
    message_id = await desk.chat.send(conversation_id, "Tell a story")
    await desk.heard.until(AnswerDelta, 2)
    await desk.chat.stop(message_id)
    desk.client.script = ["me there", " was."]
    await desk.chat.resume(message_id)
    message = await desk.chat.answer(message_id)
    assert (message.text, message.state, message.versions) == ("Once upon a time there was.", "done", 1)
    assert desk.client.asked[-1] == [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "Tell a story"},
        {"role": "assistant", "content": "Once upon a ti", "prefix": True},
    ]
    assert message.seconds is not None
    assert message.generated_tokens is None, "of its first half nobody counted the tokens"


async def test_an_answer_cut_at_its_length_says_so_and_goes_on_with_the_figures_of_both_halves(
    make_desk: MakeDesk,
) -> None:
    desk = make_desk("one two three")
    desk.client.finish = "length"
    conversation_id = await desk.chat.new_conversation()
    first = await desk.chat.answer(await desk.chat.send(conversation_id, "Count"))
    assert (first.state, first.finish_reason, first.generated_tokens) == ("done", "length", 3)
    desk.client.script, desk.client.finish = [" four"], "stop"
    await desk.chat.resume(first.id)
    both = await desk.chat.answer(first.id)
    assert (both.text, both.finish_reason, both.generated_tokens) == ("one two three four", "stop", 6)
    assert both.ttft_s == first.ttft_s


async def test_an_engine_that_dies_before_it_goes_on_is_asked_twice_and_loses_nothing(make_desk: MakeDesk) -> None:
    desk = make_desk("Half an", EngineGone("gone"))
    conversation_id = await desk.chat.new_conversation()
    half = await desk.chat.answer(await desk.chat.send(conversation_id, "Hi"))
    assert half.state == "failed"
    desk.client.script = [EngineGone("gone again"), " answer"]
    await desk.chat.resume(half.id)
    assert (await desk.chat.answer(half.id)).text == "Half an answer"


async def test_there_must_be_something_to_go_on_from(make_desk: MakeDesk) -> None:
    desk = make_desk(EngineGone("gone"), EngineGone("gone"))
    conversation_id = await desk.chat.new_conversation()
    nothing = await desk.chat.answer(await desk.chat.send(conversation_id, "Hi"))
    with pytest.raises(UsageError, match="nothing to go on from"):
        await desk.chat.resume(nothing.id)
    desk.client.script = ["word", asyncio.Event()]
    streaming = await desk.chat.send(conversation_id, "Again")
    await desk.heard.until(AnswerDelta, 1)
    with pytest.raises(UsageError, match=r"still being|nothing to go"):
        await desk.chat.resume(streaming)
    await desk.chat.close()


async def test_the_real_model_goes_on_in_the_middle_of_a_sentence(store: Store, engine_server: EngineServer) -> None:
    client = EngineClient(engine_server.base_url, engine_server.api_key)

    async def source() -> EngineClient:
        return client

    chat = Chat(store, EventBus(), source, SETTINGS)
    conversation_id = await chat.new_conversation(
        system_prompt="", settings={"max_tokens": 8, "repetition_penalty": 1.0}
    )
    first = await chat.answer(await chat.send(conversation_id, "Name the days of the week, beginning with Monday."))
    assert first.finish_reason == "length"
    whole = await client.complete(
        [{"role": "user", "content": "Name the days of the week, beginning with Monday."}],
        sampling=ChatSampling(max_tokens=16, repetition_penalty=1.0, top_p=SETTINGS.top_p, top_k=SETTINGS.top_k),
    )
    await chat.resume(first.id)
    both = await chat.answer(first.id)
    assert both.text.startswith(first.text)
    assert both.text == whole.text, "as if it had never been cut"
    await chat.close()
    await client.close()


async def test_what_a_model_thinks_is_kept_apart_and_is_not_sent_again(make_desk: MakeDesk) -> None:
    desk = make_desk(thought("Hm, "), thought("lamps."), "A lamp.")
    conversation_id = await desk.chat.new_conversation(system_prompt="")
    message = await desk.chat.answer(await desk.chat.send(conversation_id, "What is it?"))
    assert (message.text, message.reasoning) == ("A lamp.", "Hm, lamps.")
    assert "".join(event.text for event in desk.heard.of(AnswerThought)) == "Hm, lamps."
    desk.client.script = ["Old."]
    await desk.chat.answer(await desk.chat.send(conversation_id, "How old?"))
    assert [one["content"] for one in desk.client.asked[-1]] == ["What is it?", "A lamp.", "How old?"]


async def test_half_a_thought_survives_a_crash(
    make_desk: MakeDesk, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answer_module, "SAVE_EVERY_S", 0.0)
    desk = make_desk(thought("Hm, "), thought("lam"), asyncio.Event())
    conversation_id = await desk.chat.new_conversation()
    message_id = await desk.chat.send(conversation_id, "What is it?")
    await desk.heard.until(AnswerThought, 2)
    await store.write(lambda _db: None)
    after_crash = make_desk().chat
    assert await after_crash.recover() == 1
    message = await after_crash.answer(message_id)
    assert (message.text, message.reasoning, message.state) == ("", "Hm, lam", "stopped")
    await desk.chat.close()


async def test_thoughts_go_to_a_file_and_come_back(make_desk: MakeDesk, store: Store, tmp_path: Path) -> None:
    desk = make_desk(thought("Hm."), "A lamp.")
    conversation_id = await desk.chat.new_conversation()
    await desk.chat.answer(await desk.chat.send(conversation_id, "What is it?"))
    path = tmp_path / "out.json"
    await store.read(lambda db: export_json(db, [conversation_id], path))
    await store.write(lambda db: import_json(db, path))
    newest = max(row.id for row in await desk.chat.conversations())
    assert newest != conversation_id
    assert (await desk.chat.messages(newest))[-1].reasoning == "Hm."


async def test_the_model_names_the_conversation_once_and_a_persons_name_stays(make_desk: MakeDesk) -> None:
    desk = make_desk("Keepers lit the lamp at dusk.")
    desk.client.titles = ['Title: "The Lighthouse Lamp"\nand more', "Another lamp"]
    conversation_id = await desk.chat.new_conversation()
    before = len(desk.heard.of(ConversationsChanged))
    await desk.chat.answer(await desk.chat.send(conversation_id, "When was the lamp lit?"))
    await desk.heard.until(ConversationsChanged, before + 2)
    assert (await desk.chat.conversation(conversation_id)).title == "The Lighthouse Lamp"
    desk.client.script = ["Yes, the lamp."]
    await desk.chat.answer(await desk.chat.send(conversation_id, "Every day?"))
    theirs = await desk.chat.new_conversation(title="Mine")
    desk.client.script = ["The lamp."]
    await desk.chat.answer(await desk.chat.send(theirs, "The lamp?"))
    await desk.chat.close()
    assert desk.client.titles == ["Another lamp"], "it was not asked again"


@pytest.mark.parametrize(
    ("said", "title"),
    [
        ("Title: **Paying the Overdue Invoice**.", "Paying the Overdue Invoice"),
        ('\n\n"Overdue invoice"\nI hope this helps', "Overdue invoice"),
        ("Sure! Here is a title for the conversation about your overdue invoice:", None),
        ("Gardening in spring", None),
        ("About your invoice:\n\nPay it", None),
        ("Invoice", None),
        ("", None),
    ],
)
async def test_a_title_is_short_and_about_the_conversation_or_it_is_none(said: str, title: str | None) -> None:
    assert made_title(said, "What about my invoice?") == title
