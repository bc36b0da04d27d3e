"""Requests in, tokens out: the engine process, its scheduler and its backends.

Knows nothing of Qt, of documents or of SQLite.
"""

import os

# llama.cpp's threads meet several hundred times in one step, and GNU OpenMP lets the first ones there spin for
# milliseconds. On a machine that does nothing else that is free (36 ms for 16 rows on two cores); beside one other
# busy program most steps take twice as long, and one in twenty six times and more (227 ms; up to 900 were seen). After
# a thousand turns the wait is long enough for llama.cpp alone, and a thread that waits for a displaced one gives its
# core away: 84 ms, and 89 in one step of twenty. OpenMP reads this when it is loaded, so it stands before any import.
os.environ.setdefault("GOMP_SPINCOUNT", "1000")
