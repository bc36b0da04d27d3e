"""A server that is full, away, slow or strict: documents wait for it, chats go past them, nothing is lost."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from typing import Any

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import NoKeyringError

from app.core.events import EventBus
from app.core.models import remote
from app.core.models.choice import why_chosen
from app.core.models.keys import key_for
from app.core.models.life import EngineLife
from app.core.models.remote import RemoteClient, RemoteServer
from app.core.queue.slots import Slots
from app.core.settings import ModelSettings
from engines.client import ChatSampling
from engines.errors import EngineBusy, EngineGone
from engines.process import EngineState
from engines.request import Priority
from tests.engines.peer import COMPLETION, Peer, chunk, replies, streams

QUESTION = [{"role": "user", "content": "Hello?"}]
SHORT = ChatSampling(max_tokens=3)
FULL = replies(429, {"error": {"message": "There is no room now."}})
HELLO = streams(chunk("Hi."), chunk("", "stop"))
ASKED = "/v1/chat/completions"

pytestmark = pytest.mark.anyio


@pytest.fixture
async def peer() -> AsyncIterator[Peer]:
    """A server of another make."""
    made = Peer()
    await made.open()
    yield made
    await made.close()


@pytest.fixture
async def client(peer: Peer) -> AsyncIterator[RemoteClient]:
    """Our client of it, which waits only a moment between two tries."""
    made = RemoteClient(peer.url, "key", "m")
    made.first_backoff_s = 0.002
    yield made
    await made.close()


async def test_documents_fit_themselves_to_what_the_server_takes(peer: Peer, client: RemoteClient) -> None:
    inside = 0

    async def roomy(path: str, body: dict[str, Any], writer: asyncio.StreamWriter) -> None:
        nonlocal inside
        if inside >= 3:
            await FULL(path, body, writer)
            return
        inside += 1
        await asyncio.sleep(0.005)  # the work of a server
        inside -= 1
        await replies(200, COMPLETION)(path, body, writer)

    peer.answers[ASKED] = roomy
    client.slots = Slots(16)
    asked = [client.complete(QUESTION, sampling=SHORT, priority=Priority.BATCH) for _ in range(40)]
    assert {answer.text for answer in await asyncio.gather(*asked)} == {"Hi."}
    assert client.slots.limit < 16
    assert {body["priority"] for body in peer.bodies} == {1}


async def test_a_chat_goes_past_the_documents_that_wait(peer: Peer, client: RemoteClient) -> None:
    finish = asyncio.Event()

    async def slow_for_documents(path: str, body: dict[str, Any], writer: asyncio.StreamWriter) -> None:
        if "priority" in body:
            await finish.wait()
        await (replies(200, COMPLETION) if "priority" in body else HELLO)(path, body, writer)

    peer.answers[ASKED] = slow_for_documents
    client.slots = Slots(1)
    documents = [
        asyncio.create_task(client.complete(QUESTION, sampling=SHORT, priority=Priority.BATCH)) for _ in range(3)
    ]
    chat = await client.complete(QUESTION, sampling=SHORT)
    assert chat.text == "Hi."
    assert not any(document.done() for document in documents)
    finish.set()
    await asyncio.gather(*documents)


async def test_a_slow_first_word_takes_a_document_away(
    peer: Peer, client: RemoteClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remote, "SLOW_CHAT_S", 0.0)
    peer.answers[ASKED] = HELLO
    client.slots = Slots(8)
    async with client.slots, client.slots, client.slots:
        await client.complete(QUESTION, sampling=SHORT)
        assert client.slots.limit == 2


async def test_a_chat_is_asked_again_only_before_its_first_word(peer: Peer, client: RemoteClient) -> None:
    answers = [FULL, streams(chunk("Hi."), done=False), HELLO]

    async def in_turn(path: str, body: dict[str, Any], writer: asyncio.StreamWriter) -> None:
        await answers.pop(0)(path, body, writer)

    peer.answers[ASKED] = in_turn
    parts = client.stream(QUESTION, sampling=SHORT)
    assert (await anext(parts)).text == "Hi."
    with pytest.raises(EngineGone, match="middle of an answer"):
        await anext(parts)
    assert len(answers) == 1


async def test_a_server_that_is_away_is_no_fault_of_the_document(peer: Peer, client: RemoteClient) -> None:
    peer.answers[ASKED] = hang_up
    with pytest.raises(EngineGone):
        await client.complete(QUESTION, sampling=SHORT, priority=Priority.BATCH)
    assert len(peer.bodies) == remote.TRIES
    peer.answers["/v1/models"] = hang_up
    with pytest.raises(EngineBusy, match="cannot be reached"):
        await client.complete(QUESTION, sampling=SHORT, priority=Priority.BATCH)


async def hang_up(path: str, body: dict[str, Any], writer: asyncio.StreamWriter) -> None:
    """Break the connection."""
    writer.transport.abort()


async def test_a_server_of_its_own_make_is_looked_at_once(peer: Peer) -> None:
    async def obeys(path: str, body: dict[str, Any], writer: asyncio.StreamWriter) -> None:
        text = json.dumps({"mark": "q7"}) if "response_format" in body else "Hello!"
        choice = {"index": 0, "message": {"content": text}, "finish_reason": "stop"}
        refusal = {"error": {"message": "Got priority 1 but priority scheduling is not enabled."}}
        shape = {**COMPLETION, "choices": [choice]}
        await (replies(400, refusal) if "priority" in body else replies(200, shape))(path, body, writer)

    peer.answers["/v1/models"] = replies(200, {"data": [{"id": "m", "owned_by": "vllm", "max_model_len": 99}]})
    peer.answers[ASKED] = obeys
    states: list[EngineState] = []
    server = RemoteServer(ModelSettings(base_url=peer.url), states.append)
    await server.start()
    can = server.capabilities
    assert can is not None
    assert (can.server, can.models, can.priority, can.schema, can.counts) == ("vLLM", ("m",), False, True, False)
    assert "vLLM: no priorities" in states[-1].detail
    peer.answers[ASKED] = replies(200, COMPLETION)
    await server.stop()
    deaf = RemoteServer(ModelSettings(base_url=peer.url), states.append)
    await deaf.start()
    assert deaf.capabilities is not None
    assert deaf.capabilities.schema is False
    await (await deaf.client()).complete(
        QUESTION, sampling=ChatSampling(schema={"type": "object"}), priority=Priority.BATCH
    )
    assert "JSON schema" in peer.bodies[-1]["messages"][-1]["content"]
    await deaf.stop()


class Drawer(KeyringBackend):
    """A keyring in memory."""

    priority = 1  # type: ignore[assignment]

    def set_password(self, service: str, username: str, password: str) -> None:
        """Nothing is put in."""
        raise NotImplementedError

    def get_password(self, service: str, username: str) -> str | None:
        """The one key in it."""
        return "from the keyring" if (service, username) == ("nightdesk", "http://box:8000/v1") else None


class NoDrawer(Drawer):
    """A system without a keyring."""

    def get_password(self, service: str, username: str) -> str | None:
        """Fails."""
        raise NoKeyringError("there is none")


def test_a_key_comes_from_the_settings_or_else_from_the_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    before = keyring.get_keyring()
    settings = ModelSettings(base_url="http://box:8000/v1")
    try:
        keyring.set_keyring(Drawer())
        assert key_for(settings) == "from the keyring"
        assert key_for(ModelSettings(base_url="http://box:8000/v1", api_key="mine")) == "mine"
        assert key_for(ModelSettings(base_url="http://other/v1")) == ""
        keyring.set_keyring(NoDrawer())
        assert key_for(settings) == ""
    finally:
        keyring.set_keyring(before)
    monkeypatch.setitem(sys.modules, "keyring", None)
    assert key_for(settings) == ""


async def test_the_command_line_says_what_answers_and_why(peer: Peer) -> None:
    environment = {**os.environ, "NIGHTDESK_MODEL_BASE_URL": peer.url, "NIGHTDESK_MODEL_API_KEY": "key"}
    command = [sys.executable, "-m", "app", "models", "--json"]
    told = await asyncio.create_subprocess_exec(*command, stdout=PIPE, env=environment)
    listed = json.loads((await told.communicate())[0])
    assert [row["name"] for row in listed if row["chosen"]] == ["other-model"]
    assert peer.url in why_chosen(ModelSettings(base_url=peer.url))
    assert "model.path" in why_chosen(ModelSettings(path="tiny.gguf"))
    assert "embedded" in why_chosen(ModelSettings())


async def test_the_life_of_the_engine_names_the_server_and_not_a_model_of_this_machine(peer: Peer) -> None:
    peer.answers[ASKED] = HELLO
    life = EngineLife(ModelSettings(base_url=peer.url), EventBus())
    await life.start()
    assert (await (await life.client()).complete(QUESTION, sampling=SHORT)).text == "Hi."
    assert (life.view.phase, life.view.model) == ("ready", peer.url)
    await life.stop()
