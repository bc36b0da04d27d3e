"""When the queue may work, as the settings wish it."""

from __future__ import annotations

from app.core.schedule.duty import DutyOptions
from app.core.schedule.power import PowerRules
from app.core.schedule.shift import Shift
from app.core.schedule.window import parse_window
from app.core.settings import MEGABYTE, Settings


def duty_options(settings: Settings) -> DutyOptions:
    """When the queue may work, by these settings. Raises UsageError for a run window that is none."""
    schedule, power = settings.schedule, settings.power
    return DutyOptions(
        shift=Shift(parse_window(schedule.window, schedule.days) if schedule.window.strip() else None),
        power=PowerRules(power.pause_below_percent, power.mains_only, power.pause_above_c, power.pause_used_min),
        least_free=settings.queue.least_free_mb * MEGABYTE,
        keep_awake=power.keep_awake,
    )
