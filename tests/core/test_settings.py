"""Settings: a file that is checked, and variables that override it."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import UsageError
from app.core.settings import ChatSettings, ModelSettings, Settings, WindowSettings, load_settings, save_settings


def test_without_a_file_everything_has_its_default(tmp_path: Path) -> None:
    assert load_settings(tmp_path / "none.toml", {}) == Settings()


def test_what_was_saved_is_what_is_loaded(tmp_path: Path) -> None:
    settings = replace(
        Settings(),
        model=ModelSettings(path='/models/odd "name"\\x.gguf', rows=12),
        chat=ChatSettings(temperature=0.25, system_prompt="Zeile eins\nZeile zwei\ttab"),
        window=WindowSettings(theme="dark", close_to_tray=False),
    )
    file = tmp_path / "deep" / "settings.toml"
    save_settings(settings, file)
    assert load_settings(file, {}) == settings


@given(prompt=st.text(), key=st.text(max_size=20))
def test_any_text_survives_the_settings_file(tmp_path_factory: pytest.TempPathFactory, prompt: str, key: str) -> None:
    file = tmp_path_factory.getbasetemp() / "any.toml"
    settings = replace(Settings(), chat=ChatSettings(system_prompt=prompt), model=ModelSettings(api_key=key))
    save_settings(settings, file)
    assert load_settings(file, {}) == settings


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[model]\nrow = 3\n", ["[model]", "row", "did you mean rows?"]),
        ("[modell]\n", ["[modell]", "did you mean model?"]),
        ("[model]\nrows = 'many'\n", ["[model] rows", "whole number", "'many'"]),
        ("[model]\nrows = 5000\n", ["[model] rows", "between 0 and 256"]),
        ("[model]\nrows = true\n", ["[model] rows", "whole number"]),
        ("[chat]\ntemperature = 9\n", ["[chat] temperature", "between 0.0 and 2.0"]),
        ("[window]\ntheme = 'pink'\n", ["[window] theme", "system, light, dark"]),
        ("model = 3\n", ["model is a table"]),
        ("[model\n", ["line 1"]),
    ],
)
def test_a_mistake_is_one_sentence_with_the_file_and_the_key(tmp_path: Path, text: str, words: list[str]) -> None:
    file = tmp_path / "settings.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        load_settings(file, {})
    assert all(word in str(caught.value) for word in [str(file), *words])
    assert "\n" not in str(caught.value)


def test_a_file_that_is_not_utf8_is_named(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_bytes(b"[chat]\nsystem_prompt = '\xff'\n")
    with pytest.raises(UsageError, match="not UTF-8"):
        load_settings(file, {})


def test_the_environment_overrides_the_file(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text("[model]\nrows = 4\ncontext = 1024\n", encoding="utf-8")
    settings = load_settings(file, {"NIGHTDESK_MODEL_ROWS": "8", "NIGHTDESK_POWER_KEEP_AWAKE": "no"})
    assert (settings.model.rows, settings.model.context, settings.power.keep_awake) == (8, 1024, False)


def test_a_variable_with_a_mistake_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="NIGHTDESK_MODEL_ROWS must be a whole number, not 'lots'"):
        load_settings(tmp_path / "none.toml", {"NIGHTDESK_MODEL_ROWS": "lots"})


def test_an_integer_is_taken_where_a_number_is_wanted(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text("[watch]\nsettle_s = 3\n", encoding="utf-8")
    assert load_settings(file, {}).watch.settle_s == 3.0


def test_the_settings_that_the_night_shift_page_names_are_there(tmp_path: Path) -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "night-shift.md").read_text(encoding="utf-8")
    examples = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    file = tmp_path / "settings.toml"
    file.write_text("".join(examples), encoding="utf-8")
    loaded = load_settings(file, {})
    assert loaded.schedule.window == "22:00-07:00"
    assert loaded.prices.stream_out == 0.4
    keys = {"pause_below_percent", "mains_only", "pause_above_c", "least_free_mb"}
    assert all(f"`{key}`" in page or f"] {key}`" in page for key in keys)
    assert f"below {Settings().power.pause_below_percent} %" in page
    assert f"above {Settings().power.pause_above_c} °C" in page
