"""A tuning in plain words."""

from __future__ import annotations

from engines.tuning.descent import Trial, Tuning

NAMES = {
    "attention": "KV type and flash attention",
    "weights": "form of the weights",
    "kv_layout": "KV memory layout",
    "threads": "threads",
    "step_tokens": "tokens in a step",
    "batch_rows": "documents at once",
}


def explain(tuning: Tuning) -> list[str]:
    """One sentence for each setting, and one for the whole."""
    sentences = []
    for setting, name in NAMES.items():
        trials = [trial for trial in tuning.trials if trial.setting == setting]
        if trials:
            sentences.append(sentence(name, trials))
    first, rows = tuning.trials[0], tuning.values["batch_rows"]
    now = tuning.measured.throughput(rows)
    if first.throughput:
        share = now / first.throughput
        gain = f"{share:.2f} times the {first.throughput:,.0f}" if abs(share - 1) > 0.03 else "as much as"
        sentences.append(f"In all {now:,.0f} generated tokens per second, {gain} that the first guess gave.")
    if not tuning.complete:
        sentences.append("The time was up before everything had been tried: tune again while the machine is idle.")
    return sentences


def sentence(name: str, trials: list[Trial]) -> str:
    """What was tried for one setting, and what came of it."""
    kept = [trial for trial in trials if trial.kept]
    refused = [trial.value for trial in trials if trial.throughput is None]
    tried = ", ".join(f"{trial.value} ({trial.throughput:,.0f} tok/s)" for trial in trials if trial.throughput)
    verdict = f"{kept[-1].value} is kept" if kept else "the first guess stays"
    end = f"; not possible here: {', '.join(refused)}" if refused else ""
    return f"{name[0].upper()}{name[1:]}: {verdict}; tried {tried or 'nothing'}{end}."
