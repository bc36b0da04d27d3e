"""The settings: a TOML file, checked against typed defaults, with overrides from the environment."""

from __future__ import annotations

import dataclasses
import difflib
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar, get_args, get_type_hints

from app.core.errors import UsageError

PREFIX = "NIGHTDESK_"
MEGABYTE = 1_000_000
Changes = Mapping[str, Mapping[str, Any]]  # by section and key
Section = TypeVar("Section")


def _setting(default: Any, low: float | None = None, high: float | None = None, *choices: str) -> Any:
    return field(default=default, metadata={"low": low, "high": high, "choices": choices})


@dataclass(frozen=True, slots=True)
class ModelSettings:
    """Which model is served and how wide. Zero or an empty text means: chosen for this machine.

    ``path``: a GGUF file. ``rows``: sequences in one batch. ``context``: tokens one request may use.
    ``gpu_layers``: layers that go onto CUDA cards; -1 is as many as fit. ``tensor_split``: shares of several cards,
    such as ``3,1``; empty is by their free memory.
    ``unload_after_min``: minutes without work after which the model's memory is given back; 0 never does.
    ``tune``: while nothing is to do, find out once which settings are fastest for the model on this machine.
    ``base_url`` and ``api_key``: another OpenAI-compatible server, used in place of an engine of our own; a key
    that is not here is looked for in the system's keyring.
    """

    path: str = ""
    rows: int = _setting(0, 0, 256)
    context: int = _setting(0, 0, 1_048_576)
    threads: int = _setting(0, 0, 512)
    gpu_layers: int = _setting(-1, -1, 10_000)
    tensor_split: str = ""
    unload_after_min: int = _setting(30, 0, 10_080)
    tune: bool = True
    base_url: str = ""
    api_key: str = ""


@dataclass(frozen=True, slots=True)
class ChatSettings:
    """How chat answers are made, unless a conversation says otherwise. ``max_tokens`` bounds one answer.

    ``repetition_penalty`` above 1 makes tokens that stand there already less likely: small models else go in circles.
    """

    system_prompt: str = "You are a helpful assistant. Answer clearly and briefly."
    temperature: float = _setting(0.6, 0.0, 2.0)
    top_p: float = _setting(0.9, 0.0, 1.0)
    top_k: int = _setting(40, 0, 1_000)
    min_p: float = _setting(0.0, 0.0, 1.0)
    repetition_penalty: float = _setting(1.1, 0.5, 2.0)
    max_tokens: int = _setting(1024, 1, 1_048_576)


@dataclass(frozen=True, slots=True)
class QueueSettings:
    """How the queue works. ``width``: requests in flight at once; 0 means as many as the engine has rows for them.

    ``lookahead``: documents read ahead of these. ``alone``: documents that a longer run begins with one at a time,
    as the yardstick of its speed-up. ``least_free_mb``: it rests while the disk has less; 0 never rests for that.
    """

    width: int = _setting(0, 0, 512)
    lookahead: int = _setting(8, 0, 512)
    alone: int = _setting(2, 0, 32)
    least_free_mb: int = _setting(1_000, 0, 1_000_000)


@dataclass(frozen=True, slots=True)
class ScheduleSettings:
    """When the queue may work: ``window`` such as ``22:00-07:00`` (empty: always), begun on ``days``.

    ``days`` are such as ``mon-thu, sun``; empty is every day.
    """

    window: str = ""
    days: str = ""


@dataclass(frozen=True, slots=True)
class WatchSettings:
    """How watched folders are read. Times in seconds, sizes in megabytes.

    ``ocr``: recognise the text of scanned documents and pictures with tesseract, where that is installed, in the
    languages ``ocr_languages``, such as ``deu+eng``.
    """

    settle_s: float = _setting(5.0, 0.0, 3_600.0)
    rescan_s: float = _setting(60.0, 1.0, 86_400.0)
    max_file_mb: int = _setting(200, 1, 100_000)
    ocr: bool = False
    ocr_languages: str = "eng"


@dataclass(frozen=True, slots=True)
class PowerSettings:
    """When the queue rests. ``pause_below_percent``: battery charge; 0 never pauses on battery.

    ``mains_only`` rests on battery whatever its charge, ``pause_above_c`` above that temperature (0 never),
    ``pause_used_min`` while somebody uses the machine, until so many minutes after the last key or mouse (0 never).
    """

    keep_awake: bool = True
    pause_below_percent: int = _setting(30, 0, 100)
    mains_only: bool = False
    pause_above_c: int = _setting(100, 0, 150)
    pause_used_min: int = _setting(0, 0, 1_440)


@dataclass(frozen=True, slots=True)
class PriceSettings:
    """What a service would ask for a million tokens, for the comparison in the morning report; 0 leaves it out.

    ``batch_*``: its batch interface, ``stream_*``: its usual one. ``currency`` is only shown.
    """

    batch_in: float = _setting(0.0, 0.0, 100_000.0)
    batch_out: float = _setting(0.0, 0.0, 100_000.0)
    stream_in: float = _setting(0.0, 0.0, 100_000.0)
    stream_out: float = _setting(0.0, 0.0, 100_000.0)
    currency: str = "USD"


@dataclass(frozen=True, slots=True)
class WindowSettings:
    """How the window looks and what closing it does."""

    theme: str = _setting("system", None, None, "system", "light", "dark")
    language: str = _setting("system", None, None, "system", "en", "de")
    close_to_tray: bool = True


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything a person can set; the field names are the tables and keys of the settings file."""

    model: ModelSettings = ModelSettings()
    chat: ChatSettings = ChatSettings()
    queue: QueueSettings = QueueSettings()
    watch: WatchSettings = WatchSettings()
    schedule: ScheduleSettings = ScheduleSettings()
    power: PowerSettings = PowerSettings()
    prices: PriceSettings = PriceSettings()
    window: WindowSettings = WindowSettings()


def load_settings(path: Path, environment: Mapping[str, str] | None = None) -> Settings:
    """Settings from the file at ``path`` (defaults where it does not exist), then from ``NIGHTDESK_TABLE_KEY``.

    Raises UsageError with one sentence that names the file or variable, and the key.
    """
    return _with_environment(_stored(path), os.environ if environment is None else environment)


def store_changes(changes: Changes, path: Path) -> None:
    """Change these keys in the file at ``path`` and no other: what holds for one start only never comes into it.

    Raises UsageError for a value that is not allowed, or a mistake in the file, which is then left as it is.
    """
    save_settings(with_changes(_stored(path), changes, str(path)), path)


def with_changes(settings: Settings, changes: Changes, source: str) -> Settings:
    """The settings with other values at these keys; raises UsageError, naming ``source``, for one not allowed."""
    known = _sections(settings)
    sections: dict[str, Any] = {}
    for name, table in changes.items():
        if name not in known:
            raise UsageError(f"{source}: there is no table [{name}]{_suggestion(name, known)}.")
        if not isinstance(table, Mapping):
            raise UsageError(f"{source}: {name} is a table; write [{name}] on a line of its own.")
        sections[name] = _section(known[name], table, f"{source}: [{name}]")
    return dataclasses.replace(settings, **sections)


def save_settings(settings: Settings, path: Path) -> None:
    """Write what differs from the defaults to ``path``, all or nothing."""
    lines = ["# Nightdesk settings. What is not here has its default."]
    for name, default in _sections(Settings()).items():
        changed = _changed(getattr(settings, name), default)
        if changed:
            lines += ["", f"[{name}]", *(f"{key} = {_toml(value)}" for key, value in changed.items())]
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".toml.part")
    partial.touch(mode=0o600)  # an API key may be inside
    partial.write_text("\n".join(lines) + "\n", encoding="utf-8")
    partial.replace(path)


def _sections(settings: Settings) -> dict[str, Any]:
    return {one.name: getattr(settings, one.name) for one in dataclasses.fields(settings)}


def _changed(section: Any, default: Any) -> dict[str, Any]:
    pairs = ((one.name, getattr(section, one.name)) for one in dataclasses.fields(section))
    return {name: value for name, value in pairs if value != getattr(default, name)}


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return '"' + "".join(_escaped(character) for character in value) + '"'
    return str(value)


def _escaped(character: str) -> str:
    if character in '"\\':
        return "\\" + character
    return character if character.isprintable() else f"\\U{ord(character):08x}"


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise UsageError(f"The settings file {path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"The settings file {path} is not UTF-8 text; save it again as UTF-8.") from error
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"The settings file {path} has a mistake: {error}.") from error


def _stored(path: Path) -> Settings:
    return with_changes(Settings(), _read(path), str(path))


def _section(before: Section, table: Mapping[str, Any], where: str) -> Section:
    fields = {one.name: one for one in dataclasses.fields(before)}  # type: ignore[arg-type]
    types = get_type_hints(type(before))
    for key in table:
        if key not in fields:
            raise UsageError(f"{where} has no key {key}{_suggestion(key, fields)}.")
    values = {key: _checked(value, types[key], fields[key], f"{where} {key}") for key, value in table.items()}
    return dataclasses.replace(before, **values)  # type: ignore[type-var]


def _checked(value: Any, kind: type, key: dataclasses.Field[Any], where: str) -> Any:
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    if type(value) is not kind:
        raise UsageError(f"{where} must be {_kind_name(kind)}, not {value!r}.")
    low, high = key.metadata.get("low"), key.metadata.get("high")
    if low is not None and high is not None and not low <= value <= high:
        raise UsageError(f"{where} must lie between {low} and {high}, not {value}.")
    choices = key.metadata.get("choices", ())
    if choices and value not in choices:
        raise UsageError(f"{where} must be one of {', '.join(choices)}, not {value!r}.")
    return value


def _kind_name(kind: type) -> str:
    names = {bool: "true or false", int: "a whole number", float: "a number", str: "a text in quotes"}
    return names.get(kind, " or ".join(str(one) for one in get_args(kind)))


def _suggestion(word: str, known: Mapping[str, Any]) -> str:
    close = difflib.get_close_matches(word, list(known), n=1)
    return f"; did you mean {close[0]}?" if close else f"; known are {', '.join(known)}"


def _with_environment(settings: Settings, environment: Mapping[str, str]) -> Settings:
    for name, section in _sections(settings).items():
        types = get_type_hints(type(section))
        for key in dataclasses.fields(section):
            variable = f"{PREFIX}{name}_{key.name}".upper()
            if variable in environment:
                value = _checked(_parsed(environment[variable], types[key.name]), types[key.name], key, variable)
                section = dataclasses.replace(section, **{key.name: value})
        settings = dataclasses.replace(settings, **{name: section})
    return settings


def _parsed(text: str, kind: type) -> Any:
    """The value a variable's text stands for, or the text itself where it stands for none (then refused by name)."""
    try:
        if kind is bool:
            return {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}[text.lower()]
        return kind(text)
    except (KeyError, ValueError):
        return text
