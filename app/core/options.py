"""What the settings mean for the parts of the core; the window and every command build them here."""

from __future__ import annotations

from dataclasses import asdict

from app.core.documents.extractor import ExtractLimits
from app.core.queue.costs import Prices
from app.core.queue.options import QueueOptions
from app.core.schedule.duty import DutyOptions
from app.core.schedule.power import PowerRules
from app.core.schedule.shift import Shift
from app.core.schedule.window import parse_window
from app.core.settings import MEGABYTE, Settings
from app.core.watch.folder import WatchOptions
from engines.options import EngineOptions


def watch_options(settings: Settings, settle_s: float | None = None) -> WatchOptions:
    """Which files are taken and how; ``settle_s`` 0 takes what lies there now."""
    watch = settings.watch
    return WatchOptions(
        settle_s=watch.settle_s if settle_s is None else settle_s,
        rescan_s=watch.rescan_s,
        largest_bytes=watch.max_file_mb * MEGABYTE,
        pictures=watch.ocr,
    )


def extract_limits(settings: Settings) -> ExtractLimits:
    """How much of a document is read, and whether pictures are."""
    watch = settings.watch
    return ExtractLimits(file_bytes=watch.max_file_mb * MEGABYTE, ocr=watch.ocr, ocr_languages=watch.ocr_languages)


def queue_options(settings: Settings) -> QueueOptions:
    """How wide the queue works, how far it reads ahead, and what its reports count with."""
    queue = settings.queue
    return QueueOptions(
        width=queue.width or settings.model.rows or EngineOptions().batch_rows,
        follow=not queue.width,  # tuning and memory decide how many rows the engine has
        lookahead=queue.lookahead,
        alone=queue.alone,
        prices=Prices(**asdict(settings.prices)),
        ocr=settings.watch.ocr,
    )


def duty_options(settings: Settings) -> DutyOptions:
    """When the queue may work, by these settings. Raises UsageError for a run window that is none."""
    schedule, power = settings.schedule, settings.power
    return DutyOptions(
        shift=Shift(parse_window(schedule.window, schedule.days) if schedule.window.strip() else None),
        power=PowerRules(power.pause_below_percent, power.mains_only, power.pause_above_c, power.pause_used_min),
        least_free=settings.queue.least_free_mb * MEGABYTE,
        keep_awake=power.keep_awake,
    )
