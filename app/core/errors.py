"""Errors that people see: one sentence that names the thing and the way out."""

from __future__ import annotations


class NightdeskError(Exception):
    """Base of every error shown to people. ``str()`` is the sentence; ``exit_code`` ends the command line."""

    exit_code = 1


class UsageError(NightdeskError):
    """What was asked for cannot be done as asked: a folder that is not there, a recipe with a mistake."""

    exit_code = 2


class StoreError(NightdeskError):
    """The database cannot be opened or written: it is newer than we are, locked, damaged, or the disk is full."""

    exit_code = 3
