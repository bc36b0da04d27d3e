"""How long nobody has touched this machine's keyboard, mouse or screen, asked of the system in its own way."""

from __future__ import annotations

import ctypes
import ctypes.util
import logging
import os
import sys
import time
from collections.abc import Callable
from functools import lru_cache
from typing import Any

log = logging.getLogger(__name__)

Way = Callable[[], float | None]


class Presence:
    """Seconds since the last key or mouse. The first way that the system answers is kept; None where none does."""

    def __init__(self, ways: tuple[Way, ...] | None = None) -> None:
        self._ways = ways if ways is not None else ways_of(sys.platform)

    def __call__(self) -> float | None:
        """Ask now. Blocks for a moment; a system that does not tell is as one that nobody touches."""
        for way in self._ways:
            try:
                seconds = way()
            except Exception as error:  # noqa: BLE001 - whatever a desktop answers, the night's work does not depend on it
                log.debug("%s does not tell: %s", way.__name__, error)
                continue
            if seconds is not None:
                self._ways = (way,)
                return seconds
        return None


def ways_of(platform: str) -> tuple[Way, ...]:
    """The ways to ask on this platform, the most telling first."""
    if platform == "win32":
        return (windows_idle_s,)
    if platform == "darwin":
        return (macos_idle_s,)
    # under Wayland an X server sees only the windows of old programs
    x11 = () if os.environ.get("WAYLAND_DISPLAY") else (x11_idle_s,)
    return (mutter_idle_s, *x11, screensaver_idle_s, logind_idle_s)


def windows_idle_s() -> float | None:
    """GetLastInputInfo: milliseconds of the tick counter, which begins anew after 49 days."""

    class LastInput(ctypes.Structure):
        _fields_ = [("size", ctypes.c_uint), ("tick", ctypes.c_uint)]

    windll = getattr(ctypes, "windll")  # noqa: B009 - exists on Windows only, and type checkers know
    last = LastInput(ctypes.sizeof(LastInput), 0)
    if not windll.user32.GetLastInputInfo(ctypes.byref(last)):
        return None
    return float((windll.kernel32.GetTickCount() - last.tick) & 0xFFFFFFFF) / 1000


def macos_idle_s() -> float | None:
    """CGEventSourceSecondsSinceLastEventType, of the hardware, for any input."""
    hardware, any_input = 1, 0xFFFFFFFF
    services = ctypes.CDLL("/System/Library/Frameworks/ApplicationServices.framework/ApplicationServices")
    ask = services.CGEventSourceSecondsSinceLastEventType
    ask.restype, ask.argtypes = ctypes.c_double, [ctypes.c_int32, ctypes.c_uint32]
    return float(ask(hardware, any_input))


class _ScreenSaverInfo(ctypes.Structure):
    _fields_ = [
        ("window", ctypes.c_ulong),
        ("state", ctypes.c_int),
        ("kind", ctypes.c_int),
        ("til_or_since", ctypes.c_ulong),
        ("idle_ms", ctypes.c_ulong),
        ("event_mask", ctypes.c_ulong),
    ]


def x11_idle_s() -> float | None:
    """The X server's screen saver extension."""
    if not os.environ.get("DISPLAY"):
        return None
    x11, saver = _x11_libraries()
    display = x11.XOpenDisplay(None)
    if not display:
        return None
    try:
        info = _ScreenSaverInfo()
        found = saver.XScreenSaverQueryInfo(display, x11.XDefaultRootWindow(display), ctypes.byref(info))
        return info.idle_ms / 1000 if found else None
    finally:
        x11.XCloseDisplay(display)


@lru_cache(maxsize=1)
def _x11_libraries() -> tuple[ctypes.CDLL, ctypes.CDLL]:
    x11 = ctypes.CDLL(ctypes.util.find_library("X11") or "libX11.so.6")
    saver = ctypes.CDLL(ctypes.util.find_library("Xss") or "libXss.so.1")
    x11.XOpenDisplay.restype, x11.XOpenDisplay.argtypes = ctypes.c_void_p, [ctypes.c_char_p]
    x11.XDefaultRootWindow.restype, x11.XDefaultRootWindow.argtypes = ctypes.c_ulong, [ctypes.c_void_p]
    x11.XCloseDisplay.argtypes = [ctypes.c_void_p]
    saver.XScreenSaverQueryInfo.argtypes = [ctypes.c_void_p, ctypes.c_ulong, ctypes.c_void_p]
    return x11, saver


def mutter_idle_s() -> float | None:
    """GNOME's monitor of idleness, under Wayland and X11."""
    name = "org.gnome.Mutter.IdleMonitor"
    return float(_ask_bus("SESSION", name, "/org/gnome/Mutter/IdleMonitor/Core", name, "GetIdletime")) / 1000


def screensaver_idle_s() -> float | None:
    """KDE's screen saver, which counts in milliseconds; other desktops do not have this call."""
    name = "org.freedesktop.ScreenSaver"
    return float(_ask_bus("SESSION", name, "/org/freedesktop/ScreenSaver", name, "GetSessionIdleTime")) / 1000


def logind_idle_s() -> float | None:
    """logind's hint, which says only whether and since when the session is idle, as the desktop has told it."""
    manager, login = "org.freedesktop.login1.Manager", "org.freedesktop.login1"
    properties, place = "org.freedesktop.DBus.Properties", "/org/freedesktop/login1"
    _, idle = _ask_bus("SYSTEM", login, place, properties, "Get", "ss", (manager, "IdleHint"))
    _, since_us = _ask_bus("SYSTEM", login, place, properties, "Get", "ss", (manager, "IdleSinceHint"))
    if not since_us:
        return None  # nobody has ever told logind anything
    return max(0.0, time.time() - since_us / 1e6) if idle else 0.0


def _ask_bus(
    bus: str, name: str, path: str, interface: str, method: str, signature: str = "", values: tuple[str, ...] = ()
) -> Any:
    """The first value of the answer. Raises whatever is wrong with the bus or the service."""
    from jeepney import DBusAddress, new_method_call
    from jeepney.io.blocking import open_dbus_connection

    with open_dbus_connection(bus=bus) as connection:
        address = DBusAddress(path, bus_name=name, interface=interface)
        call = new_method_call(address, method, signature or None, values)
        return connection.send_and_get_reply(call, timeout=2.0).body[0]
