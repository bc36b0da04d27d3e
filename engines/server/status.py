"""What ``GET /health`` says."""

from __future__ import annotations

from typing import Any

from engines.server.host import EngineHost


def health_of(host: EngineHost) -> dict[str, Any]:
    """Status, and the counters by which a watchdog tells work from a standstill."""
    shape: dict[str, Any] = {
        "status": host.status,
        "model": host.name,
        "progress": round(host.progress, 3),
        "error": host.failure,
        "steps": 0,
        "generated_tokens": 0,
        "running": 0,
        "waiting": 0,
    }
    if host.status == "ok":
        stats = host.engine.stats()
        shape["steps"] = stats.steps
        shape["generated_tokens"] = stats.generated_tokens
        shape["running"] = sum(stats.running.values())
        shape["waiting"] = sum(stats.waiting.values())
    return shape
