"""What the engine process and its supervisor agree on: exit codes and the name of the variable with the token."""

from __future__ import annotations

API_KEY_VARIABLE = "NIGHTDESK_API_KEY"

BAD_ARGUMENTS = 2
BAD_MODEL = 3
PORT_IN_USE = 4
CRASHED = 5
ORPHANED = 6

PERMANENT = frozenset({BAD_ARGUMENTS, BAD_MODEL, PORT_IN_USE})
"""Exit codes after which starting again cannot help."""
