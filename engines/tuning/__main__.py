"""``python -m engines.tuning --model PATH``: tunes one model in a process of its own, which may be ended at any time.

Standard output carries one JSON line for each trial, ``{"setting", "value", "tokens_per_s", "kept"}``, and at the end
``{"settings", "explanation", "kept_in"}``. What was measured before an end is not measured again. It works at the
lowest priority and leaves when standard input ends.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psutil

from engines.errors import ModelError
from engines.exits import BAD_MODEL, ORPHANED
from engines.hardware import Machine, this_machine
from engines.models import inspect_model
from engines.offload import planned
from engines.options import EngineOptions
from engines.pressure import available_bytes, reserve_bytes
from engines.server.parent import watch_parent
from engines.tuning.descent import Trial
from engines.tuning.tune import SECONDS, tune
from engines.tuning.words import explain

TOO_LITTLE_MEMORY = 7


def main(arguments: Sequence[str] | None = None) -> int:
    """Tune; gives back the exit code."""
    given = parser().parse_args(arguments)
    watch_parent(lambda: os._exit(ORPHANED))
    lowest_priority()
    options = EngineOptions(**given.options)
    try:
        if not room_for(given.model, options, this_machine()):
            print(f"There is too little memory to tune {given.model.name} now.", file=sys.stderr)
            return TOO_LITTLE_MEMORY
        tuning, file = tune(given.model, options, seconds=given.seconds, resume=True, on_trial=say_trial)
    except (ModelError, OSError) as error:
        print(error, file=sys.stderr)
        return BAD_MODEL
    say(settings=tuning.values, explanation=explain(tuning), kept_in=str(file))
    return 0


def parser() -> argparse.ArgumentParser:
    """The arguments of the tuner."""
    result = argparse.ArgumentParser(prog="python -m engines.tuning", description="Tune one model on this machine.")
    result.add_argument("--model", type=Path, required=True)
    result.add_argument("--seconds", type=float, default=SECONDS)
    result.add_argument("--options", type=json.loads, default={}, help="engine options to begin with, as JSON")
    return result


def room_for(path: Path, options: EngineOptions, machine: Machine) -> bool:
    """Whether a second copy of the model fits beside the one that is served. Raises ModelError.

    On cards it needs as much of them as it would have for itself: measured half on the processor it tells nothing.
    """
    plan = planned(path, options, machine)
    if plan is not None and not plan.fits:
        return False
    beside = 1.0 if plan is None else 1.0 - plan.share
    return available_bytes() - reserve_bytes() > 2 * beside * inspect_model(path).bytes


def lowest_priority() -> None:
    """Whatever else the machine does goes first."""
    with contextlib.suppress(psutil.Error, OSError):
        psutil.Process().nice(19 if os.name == "posix" else psutil.IDLE_PRIORITY_CLASS)


def say_trial(trial: Trial) -> None:
    """One line for the one who started this."""
    say(setting=trial.setting, value=trial.value, tokens_per_s=trial.throughput, kept=trial.kept)


def say(**line: Any) -> None:
    """One JSON line; nobody may be reading any more."""
    with contextlib.suppress(OSError):
        print(json.dumps(line), flush=True)


if __name__ == "__main__":
    sys.exit(main())
