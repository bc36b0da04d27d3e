"""The engine's figures as Prometheus reads them, under the names that vLLM gave them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from engines.statistics import EngineStats, Histogram

Labels = Mapping[str, str]


def render(stats: EngineStats, model: str) -> str:
    """The text of ``GET /metrics``; ``class`` is "interactive" or "batch"."""
    name = {"model_name": model}
    lines: list[str] = []
    for gauge, text, values in (
        ("vllm:num_requests_running", "Requests that are being computed.", stats.running),
        ("vllm:num_requests_waiting", "Requests that wait for a row.", stats.waiting),
    ):
        lines += _family(gauge, "gauge", text, [({**name, "class": key}, value) for key, value in values.items()])
    used = stats.kv_used / stats.kv_total if stats.kv_total else 0.0
    lines += _family("vllm:kv_cache_usage_perc", "gauge", "Share of the KV memory in use, 0 to 1.", [(name, used)])
    for counter, text, value in (
        ("vllm:prompt_tokens_total", "Tokens of prompts.", stats.prompt_tokens),
        ("vllm:generation_tokens_total", "Tokens generated.", stats.generated_tokens),
        ("vllm:prefix_cache_queries_total", "Prompt tokens looked up in the prefix cache.", stats.prompt_tokens),
        ("vllm:prefix_cache_hits_total", "Prompt tokens found in the prefix cache.", stats.cached_tokens),
        ("vllm:num_preemptions_total", "Requests that lost their row and were computed again.", stats.preemptions),
        ("nightdesk:steps_total", "Steps of the engine.", stats.steps),
        ("nightdesk:steps_interrupted_total", "Steps broken off because a chat came.", stats.interruptions),
        ("nightdesk:step_inside_seconds_total", "Time inside the backend's steps.", stats.inside_s),
        ("nightdesk:step_outside_seconds_total", "Time of steps spent outside the backend.", stats.outside_s),
    ):
        lines += _family(counter, "counter", text, [(name, value)])
    finished = [({**name, "finished_reason": reason}, count) for reason, count in stats.finished.items()]
    lines += _family("vllm:request_success_total", "counter", "Requests that ended, by reason.", finished)
    for family, text, histograms in (
        ("vllm:time_to_first_token_seconds", "From submission to the first token.", stats.ttft),
        ("vllm:inter_token_latency_seconds", "From one token of a request to its next.", stats.itl),
    ):
        lines += _heading(family, "histogram", text)
        for key, histogram in histograms.items():
            lines += _histogram(family, {**name, "class": key}, histogram)
    lines += _heading("nightdesk:step_seconds", "histogram", "One step of the backend.")
    lines += _histogram("nightdesk:step_seconds", name, stats.step)
    return "\n".join(lines) + "\n"


def _family(name: str, kind: str, text: str, samples: Sequence[tuple[Labels, float]]) -> Iterator[str]:
    yield from _heading(name, kind, text)
    for labels, value in samples:
        yield _sample(name, labels, value)


def _heading(name: str, kind: str, text: str) -> Iterator[str]:
    yield f"# HELP {name} {text}"
    yield f"# TYPE {name} {kind}"


def _histogram(name: str, labels: Labels, histogram: Histogram) -> Iterator[str]:
    """Prometheus counts cumulatively: each bucket holds all values up to its bound."""
    so_far = 0
    for bound, count in zip(histogram.bounds, histogram.counts, strict=False):
        so_far += count
        yield _sample(f"{name}_bucket", {**labels, "le": f"{bound:g}"}, so_far)
    total = sum(histogram.counts)
    yield _sample(f"{name}_bucket", {**labels, "le": "+Inf"}, total)
    yield _sample(f"{name}_sum", labels, histogram.total)
    yield _sample(f"{name}_count", labels, total)


def _sample(name: str, labels: Labels, value: float) -> str:
    inside = ",".join(f'{key}="{_escaped(text)}"' for key, text in labels.items())
    return f"{name}{{{inside}}} {value:.10g}"


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
