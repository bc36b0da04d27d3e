"""The figures of a run, from the database and from what the runner saw."""

from __future__ import annotations

from typing import Any

from app.core.failures import FAILURES, FailureClass
from app.core.queue.costs import Prices, costs
from app.core.queue.tally import Tally
from app.core.store.sqlite import Connection

LISTED = 50  # failed documents named one by one; the rest is in the jobs list


def figures_of(
    conn: Connection, tally: Tally, busy_s: float, width: int, prices: Prices | None = None
) -> dict[str, Any]:
    """Everything the report says. Times in seconds, tokens as counts, rates per second."""
    wall_s = tally.wall_s
    states = dict(
        conn.execute(
            "SELECT state, count(*) FROM job WHERE run_id = ? AND kind = 'document' GROUP BY state", (tally.run_id,)
        ).fetchall()
    )
    tokens = _tokens(conn, tally.run_id)
    together_s = max(busy_s - tally.alone.seconds, 1e-9)
    left = _left(conn)
    return {
        "done": states.get("done", 0),
        "left": left,
        "failed": sum(count for state, count in states.items() if state not in ("done", "ready", "running", "blocked")),
        "failures": _failures(conn, tally.run_id),
        "failed_documents": _failed_documents(conn, tally.run_id),
        "duplicates": _duplicates(conn, tally.run_id),
        **tokens,
        "wall_s": round(wall_s, 3),
        "busy_s": round(busy_s, 3),
        "documents_per_h": round(states.get("done", 0) / max(wall_s, 1e-9) * 3600, 1),
        "tokens_per_s": round(tokens["generated_tokens"] / max(busy_s, 1e-9), 2),
        "width": width,
        "recoveries": tally.recoveries,
        "alone": _alone(tally, together_s),
        "eta": None if left else _eta(tally),
        "costs": costs(prices or Prices(), tokens["prompt_tokens"], tokens["generated_tokens"]),
        "recipes": sorted(tally.recipe_names),
    }


def _left(conn: Connection) -> int:
    (left,) = conn.execute(
        "SELECT count(*) FROM job WHERE kind = 'document' AND state IN ('ready', 'running', 'blocked')"
    ).fetchone()
    return int(left)


def _tokens(conn: Connection, run_id: int) -> dict[str, Any]:
    row = conn.execute(
        "SELECT coalesce(sum(prompt_tokens), 0), coalesce(sum(cached_tokens), 0), coalesce(sum(generated_tokens), 0), "
        "coalesce(sum(kind = 'map'), 0), coalesce(sum(kind = 'document' AND finish_reason = 'length'), 0) "
        "FROM result WHERE run_id = ?",
        (run_id,),
    ).fetchone()
    return dict(zip(("prompt_tokens", "cached_tokens", "generated_tokens", "parts", "cut_answers"), row, strict=True))


def _failures(conn: Connection, run_id: int) -> list[dict[str, Any]]:
    rows = conn.execute(
        "SELECT error_class, count(*) FROM job WHERE run_id = ? AND kind = 'document' AND error_class IS NOT NULL "
        "AND state NOT IN ('done', 'ready', 'running', 'blocked', 'cancelled') GROUP BY error_class "
        "ORDER BY count(*) DESC",
        (run_id,),
    )
    return [
        {"class": name, "count": count, "sentence": rule.sentence, "way_out": rule.way_out}
        for name, count in rows
        for rule in (FAILURES[FailureClass(name)],)
    ]


def _failed_documents(conn: Connection, run_id: int) -> list[dict[str, Any]]:
    rows = conn.execute(
        "SELECT j.id, (SELECT path_text FROM document d WHERE d.sha256 = j.sha256 ORDER BY d.state = 'gone' LIMIT 1), "
        "j.state, j.error_class, j.error FROM job j WHERE j.run_id = ? AND j.kind = 'document' "
        "AND j.error_class IS NOT NULL "
        "AND j.state NOT IN ('done', 'ready', 'running', 'blocked', 'cancelled') ORDER BY j.id LIMIT ?",
        (run_id, LISTED),
    )
    return [dict(zip(("job", "path", "state", "class", "reason"), row, strict=True)) for row in rows]


def _duplicates(conn: Connection, run_id: int) -> int:
    (found,) = conn.execute(
        "SELECT count(DISTINCT path) - count(DISTINCT sha256) FROM document WHERE state = 'ready' AND sha256 IN "
        "(SELECT sha256 FROM job WHERE run_id = ? AND kind = 'document')",
        (run_id,),
    ).fetchone()
    return int(found)


def _alone(tally: Tally, together_s: float) -> dict[str, Any] | None:
    """Generated tokens per second one at a time, together, and their ratio."""
    alone = tally.alone
    if not alone.generated_tokens or not alone.seconds or not tally.together_tokens:
        return None
    one = alone.generated_tokens / alone.seconds
    many = tally.together_tokens / together_s
    return {
        "documents": alone.documents,
        "tokens_per_s": round(one, 2),
        "together_tokens_per_s": round(many, 2),
        "speed_up": round(many / one, 2),
    }


def _eta(tally: Tally) -> dict[str, float] | None:
    if tally.first_eta_s is None:
        return None
    took = tally.wall_s - tally.eta_from
    return {"said_s": round(tally.first_eta_s, 1), "took_s": round(took, 1)}
