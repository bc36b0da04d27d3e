"""The engine of this process: loaded in the background, then handed to the routes."""

from __future__ import annotations

import asyncio
import json
import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engines.errors import ENGINE_STOPPING, EngineError, EngineGone, ModelError
from engines.gguf import control_texts, read_head, token_texts
from engines.server.bridge import Bridge
from engines.server.problems import EngineLoading
from engines.template import ChatTemplate, Prompt

if TYPE_CHECKING:
    from engines.engine import Engine
    from engines.tokenizer import ModelCard, Tokenizer

log = logging.getLogger(__name__)

LONG_TEXT = 2_000
"""Characters above which tokenising leaves the event loop for a thread: a chat must not wait behind a book."""

Progress = Callable[[float], None]


class EngineHost:
    """One model's life inside the server: ``loading``, then ``ok`` or ``failed``."""

    def __init__(self, name: str, load: Callable[[Progress], Engine]) -> None:
        self.name = name
        self.status = "loading"
        self.progress = 0.0
        self.failure: str | None = None
        self.started_at = int(time.time())
        self._load = load
        self._engine: Engine | None = None
        self._template: ChatTemplate | None = None
        self._bridge: Bridge | None = None
        self._closed = threading.Event()
        # One thread, for the compiler works on one schema at a time: more would only keep a chat's tokenising waiting.
        self._compiling = ThreadPoolExecutor(1, thread_name_prefix="schemas")

    def start(self, on_end: Callable[[EngineError | None], None], on_progress: Progress) -> None:
        """Begin to load; ``on_end`` is called on the event loop with None or the reason of the failure."""
        loop = asyncio.get_running_loop()
        self._bridge = Bridge(loop)

        def note(share: float) -> None:
            self.progress = share
            on_progress(share)

        def work() -> None:
            error = self._loaded(note)
            if not self._closed.is_set() and not loop.is_closed():
                loop.call_soon_threadsafe(on_end, error)
            if error is None:
                with suppress(RuntimeError):  # closed in the meantime
                    self._compiling.submit(self._prepare_schemas)

        threading.Thread(target=work, name="load-model", daemon=True).start()

    def _loaded(self, note: Progress) -> EngineError | None:
        try:
            engine = self._load(note)
            engine.on_burst = self.bridge.flush
            self._template = template_of(engine.model, engine.tokenizer)
        except EngineError as error:
            self.status, self.failure = "failed", str(error)
            return error
        except Exception as error:  # noqa: BLE001  (whatever a backend throws must become a sentence)
            self.status, self.failure = "failed", f"The model could not be loaded: {type(error).__name__}: {error}"
            return ModelError(self.failure)
        self._engine, self.status = engine, "ok"
        return None

    def _prepare_schemas(self) -> None:
        try:
            if not self._closed.is_set():
                self.engine.prepare_schemas()
        except Exception:  # a vocabulary without a grammar is told to whoever sends a schema
            log.info("schemas could not be prepared", exc_info=True)

    @property
    def engine(self) -> Engine:
        """The engine. Raises EngineLoading before it is ready, ModelError when loading failed."""
        if self._engine is not None:
            return self._engine
        if self.failure:
            raise ModelError(self.failure)
        raise EngineLoading(f"The model is still loading ({self.progress:.0%}): try again in a moment.")

    @property
    def template(self) -> ChatTemplate:
        """The chat template of the loaded model."""
        assert self._template is not None, "the model has not been loaded"
        return self._template

    @property
    def bridge(self) -> Bridge:
        """The way from the engine's thread to this loop."""
        assert self._bridge is not None, "the host has not been started"
        return self._bridge

    async def prompt_of(
        self,
        messages: Sequence[Mapping[str, Any]],
        tools: Sequence[Mapping[str, Any]] | None = None,
        variables: Mapping[str, Any] | None = None,
        *,
        at_once: bool = False,
    ) -> Prompt:
        """The messages through the model's template, as tokens; with ``at_once`` nothing is thought first."""
        engine, template = self.engine, self.template

        def encode() -> Prompt:
            return template.encode(engine.tokenizer, messages, tools=tools, variables=variables, at_once=at_once)

        length = sum(len(str(message.get("content"))) for message in messages)
        return encode() if length < LONG_TEXT else await asyncio.to_thread(encode)

    async def aside(self, work: Callable[[], None]) -> None:
        """Run what may compile a schema, for up to a second, while the event loop goes on.

        Raises what it raises, and ``EngineGone`` for what has not begun when the model is unloaded.
        """

        def unless_closed() -> None:
            if self._closed.is_set():
                raise EngineGone("The engine has been closed.", ENGINE_STOPPING)
            work()

        try:
            waiting = asyncio.get_running_loop().run_in_executor(self._compiling, unless_closed)
        except RuntimeError as error:  # no thread for it any more
            raise EngineGone("The engine has been closed.", ENGINE_STOPPING) from error
        await waiting

    def close(self) -> None:
        """End every request and free the model; safe to call twice, and while loading."""
        self._closed.set()
        if self.status == "ok":
            self.status = "stopping"  # who was told so and asks where to go on must not be sent here again
        # A schema that is being compiled reads the vocabulary, which is freed with the model.
        self._compiling.shutdown(wait=True)
        if self._engine is not None:
            self._engine.close()


def template_of(model: ModelCard, tokenizer: Tokenizer) -> ChatTemplate:
    """The chat template of a loaded model, with the control texts that must not act inside messages."""
    path = Path(model.path)
    if path.is_dir():
        bos, eos = settings_texts(path, "bos_token", "eos_token")
        specials = getattr(tokenizer, "control_texts", ())
    else:
        head = read_head(path)
        bos, eos = token_texts(head, "tokenizer.ggml.bos_token_id", "tokenizer.ggml.eos_token_id")
        specials = control_texts(head)
    return ChatTemplate(model.chat_template, bos=bos, eos=eos, specials=specials)


def settings_texts(folder: Path, *names: str) -> tuple[str, ...]:
    """Texts of special tokens from a Hugging Face folder, written there as text or as an object."""
    try:
        settings = json.loads((folder / "tokenizer_config.json").read_text("utf-8"))
    except (OSError, ValueError):
        settings = {}
    values = [settings.get(name) for name in names]
    return tuple(str(value.get("content", "") if isinstance(value, dict) else value or "") for value in values)
