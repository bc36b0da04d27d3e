"""Where answers come from: an engine process of our own, a running owner's engine, or another server."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from app.core.errors import UsageError
from app.core.models.address import EngineAddress
from app.core.settings import ModelSettings
from engines.client import EngineClient
from engines.process import EngineProcess, EngineSpec, EngineState

OnChange = Callable[[EngineState], None]


class EngineSource(Protocol):
    """Something that gives clients; ``client`` waits across restarts and raises EngineError once it has given up."""

    async def start(self) -> None:
        """Make it ready; raises EngineError with a sentence when that cannot be done."""

    async def stop(self) -> None:
        """Let go of it; ends what this process started, and only that."""

    async def client(self) -> EngineClient:
        """A client of the engine, once it answers."""

    def idle_s(self) -> float | None:
        """Seconds without work; None where nothing would be given back, or it cannot be said."""


class ServerSource:
    """The engine of another Nightdesk on this machine, which owns the database."""

    def __init__(self, base_url: str, api_key: str, on_change: OnChange, model: str | None = None) -> None:
        self._client = EngineClient(base_url, api_key, model)
        self._base_url = base_url
        self._on_change = on_change

    async def start(self) -> None:
        """Ask the server for its model, so that a wrong address is a sentence at once."""
        await self._client.model()
        self._on_change(EngineState(phase="ready", detail=f"Using the server at {self._base_url}."))

    async def stop(self) -> None:
        """Close the connections; the server goes on."""
        await self._client.close()

    async def client(self) -> EngineClient:
        """The one client of this server."""
        return self._client

    def idle_s(self) -> None:
        """Its memory is not ours to give back."""


def local_engine(model: Path, settings: ModelSettings, on_change: OnChange) -> EngineSource:
    """An engine process of our own that serves the model file ``model``."""
    spec = EngineSpec(
        model=model,
        rows=settings.rows or None,
        context=settings.context or None,
        threads=settings.threads or None,
        options=card_options(settings),
    )
    return EngineProcess(spec, on_change)


def card_options(settings: ModelSettings) -> dict[str, Any]:
    """What the settings say about graphics cards, as the engine's options. Raises UsageError for a wrong split."""
    options: dict[str, Any] = {} if settings.gpu_layers < 0 else {"gpu_layers": settings.gpu_layers}
    if settings.tensor_split:
        try:
            shares = [float(share) for share in settings.tensor_split.split(",")]
        except ValueError:
            shares = []
        if not shares or min(shares) < 0 or not any(shares):
            raise UsageError(
                f"model.tensor_split must be shares of the cards such as 3,1, not {settings.tensor_split!r}."
            )
        options["tensor_split"] = shares
    return options


def owners_engine(address: EngineAddress, on_change: OnChange) -> EngineSource:
    """The engine of the process that owns the database."""
    return ServerSource(address.base_url, address.api_key, on_change, address.model)
