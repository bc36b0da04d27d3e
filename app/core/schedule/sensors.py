"""Reads the battery and the temperature, where the system tells them."""

from __future__ import annotations

import logging

import psutil

from app.core.schedule.power import Reading

log = logging.getLogger(__name__)


def read_sensors() -> Reading:
    """The machine as it is now. Blocks for a moment; a sensor that cannot be read is as one that is not there."""
    plugged, percent = _battery()
    return Reading(plugged, percent, _hottest())


def _battery() -> tuple[bool | None, float | None]:
    try:
        battery = psutil.sensors_battery() if hasattr(psutil, "sensors_battery") else None
    except (OSError, RuntimeError, NotImplementedError) as error:
        log.debug("no battery reading: %s", error)
        return None, None
    return (None, None) if battery is None else (battery.power_plugged, float(battery.percent))


def _hottest() -> float | None:
    try:
        sensors = psutil.sensors_temperatures() if hasattr(psutil, "sensors_temperatures") else {}
    except (OSError, RuntimeError, NotImplementedError) as error:
        log.debug("no temperature reading: %s", error)
        return None
    return max((one.current for group in sensors.values() for one in group if one.current), default=None)
