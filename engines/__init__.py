"""Requests in, tokens out: the engine process, its scheduler and its backends.

Knows nothing of Qt, of documents or of SQLite.
"""

import os

# llama.cpp's threads meet several hundred times in one step, and GNU OpenMP lets the first ones there spin for
# milliseconds. On a machine that does nothing else that is free; beside one other busy program it made a step of
# 16 rows two to ten times slower (two cores: 71 to 900 ms instead of 35). After a thousand turns the wait is long
# enough for llama.cpp alone (35 ms as before), and a thread that waits for a displaced one gives its core away:
# 87 ms beside the busy program, its fair half. OpenMP reads this when it is loaded, so it stands before any import.
os.environ.setdefault("GOMP_SPINCOUNT", "1000")
