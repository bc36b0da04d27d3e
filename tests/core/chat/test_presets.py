"""Presets: built-in ones that stay, and one's own that are kept, renamed and removed."""

from __future__ import annotations

from dataclasses import fields

import pytest

from app.core.chat.presets import BUILT_IN, LONGEST_NAME, Preset, Presets
from app.core.errors import UsageError
from app.core.settings import ChatSettings
from app.core.store.store import Store
from tests.core.chat.conftest import MakeDesk

pytestmark = pytest.mark.anyio


async def test_ones_own_presets_stand_behind_the_built_in_ones_by_name(store: Store) -> None:
    presets = Presets(store)
    assert await presets.save("  Zoo  keeper ", "Speak of animals.", {"temperature": 0.9}) == "Zoo keeper"
    await presets.save("astronomer", "Speak of stars.", {})
    every = await presets.all()
    assert every[: len(BUILT_IN)] == list(BUILT_IN)
    assert every[len(BUILT_IN) :] == [
        Preset("astronomer", "Speak of stars."),
        Preset("Zoo keeper", "Speak of animals.", {"temperature": 0.9}),
    ]


async def test_a_preset_is_replaced_renamed_and_removed(store: Store) -> None:
    presets = Presets(store)
    await presets.save("Stars", "one", {})
    await presets.save("stars", "two", {"top_k": 5})
    assert (await presets.all())[len(BUILT_IN) :] == [Preset("stars", "two", {"top_k": 5})]
    assert await presets.rename("stars", "Skies") == "Skies"
    await presets.save("Other", "three", {})
    with pytest.raises(UsageError, match="already"):
        await presets.rename("Other", "skies")
    await presets.remove("Skies")
    with pytest.raises(UsageError, match="no preset “Skies”"):
        await presets.remove("Skies")
    with pytest.raises(UsageError, match="no preset"):
        await presets.rename("Skies", "Heaven")


@pytest.mark.parametrize("name", ["", "  ", "x" * (LONGEST_NAME + 1), "precise", "EDITOR"])
async def test_a_name_that_cannot_be_is_refused_in_a_sentence(store: Store, name: str) -> None:
    with pytest.raises(UsageError):
        await Presets(store).save(name, "text", {})


async def test_every_built_in_preset_leads_a_conversation(make_desk: MakeDesk) -> None:
    known = {one.name for one in fields(ChatSettings)}
    for preset in BUILT_IN:
        assert set(preset.settings) <= known
        desk = make_desk("ok")
        conversation_id = await desk.chat.new_conversation(system_prompt=preset.system_prompt, settings=preset.settings)
        await desk.chat.answer(await desk.chat.send(conversation_id, "Hi"))
        assert desk.client.samplings[0].temperature == preset.settings["temperature"]
        assert desk.client.asked[0][0]["content"] == preset.system_prompt
