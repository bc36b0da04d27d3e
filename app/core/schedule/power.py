"""Whether the power supply and the machine's temperature let the queue work. No reading here, only the judgement."""

from __future__ import annotations

from dataclasses import dataclass

BATTERY = "battery"
HEAT = "heat"
USED = "used"

RECOVERED_PERCENT = 5  # charge above the limit before work goes on, so that it does not flicker around it
RECOVERED_C = 10.0


@dataclass(frozen=True, slots=True)
class Reading:
    """What the machine tells; None where it does not.

    ``percent`` of charge, ``hottest_c`` in degrees Celsius, ``untouched_s`` seconds since the last key or mouse.
    """

    plugged: bool | None = None
    percent: float | None = None
    hottest_c: float | None = None
    untouched_s: float | None = None


@dataclass(frozen=True, slots=True)
class PowerRules:
    """When to rest: below this charge on battery, on any battery, above this temperature, and while somebody uses
    the machine, until ``used_min`` minutes after the last key or mouse. 0 is never.
    """

    below_percent: int = 30
    mains_only: bool = False
    above_c: int = 0
    used_min: int = 0


def judge(rules: PowerRules, reading: Reading, held: frozenset[str] = frozenset()) -> dict[str, str]:
    """The reasons to rest, by source: ``battery``, ``heat``, ``used``.

    ``held`` are those in force, which end a little later.
    """
    found = {
        BATTERY: _battery(rules, reading, BATTERY in held),
        HEAT: _heat(rules, reading, HEAT in held),
        USED: _used(rules, reading),
    }
    return {source: reason for source, reason in found.items() if reason is not None}


def _battery(rules: PowerRules, reading: Reading, held: bool) -> str | None:
    if reading.plugged is not False:
        return None
    if rules.mains_only:
        return "Running on battery. It goes on when the machine is plugged in."
    limit = rules.below_percent
    if not limit or reading.percent is None or reading.percent >= limit + (RECOVERED_PERCENT if held else 0):
        return None
    return f"The battery is below {limit} %. It goes on when the machine is plugged in."


def _heat(rules: PowerRules, reading: Reading, held: bool) -> str | None:
    if not rules.above_c or reading.hottest_c is None:
        return None
    if reading.hottest_c < rules.above_c - (RECOVERED_C if held else 0.0):
        return None
    return f"The machine is hotter than {rules.above_c} °C. It goes on when it has cooled down."


def _used(rules: PowerRules, reading: Reading) -> str | None:
    if not rules.used_min or reading.untouched_s is None or reading.untouched_s >= rules.used_min * 60:
        return None
    minutes = "a minute" if rules.used_min == 1 else f"{rules.used_min} minutes"
    return f"Somebody is using this machine. It goes on {minutes} after the last key or mouse."
