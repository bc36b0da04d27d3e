"""GUI time per token while an answer streams, against rendering the whole message at every flush, in the same run.

``python tests/perf/bench_window.py [--json]``. Offscreen: layout and painting count, a graphics card does not.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from time import perf_counter

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

TOKENS_PER_FLUSH = 7  # 200 tokens a second, thirty flushes a second
SAMPLE_EVERY = 40  # the reference is too slow to be run in full: every fortieth flush is measured
SECTION = """## Section {n}

Here is a paragraph with **bold** words, `List<String>` and a [link](https://example.org). It goes on for a while, as
answers do, and then it ends.

- a first point that matters
- a second point, with `code` in it
- a third

```python
def step_{n}(rows: list[dict[str, int]]) -> int:
    \"\"\"Add the values up.\"\"\"
    return sum(row["value"] for row in rows if row["value"] > {n})
```

| name | value |
| --- | ---: |
| first | {n} |
| second | 2 |

"""


def tokens(count: int) -> list[str]:
    """An answer of ``count`` tokens of about four characters, with everything in it that answers have."""
    text = "".join(SECTION.format(n=n) for n in range(count * 4 // 400 + 2))
    return [text[place : place + 4] for place in range(0, count * 4, 4)]


def flushes(pieces: list[str]) -> list[str]:
    """The pieces as they arrive between two looks."""
    return ["".join(pieces[n : n + TOKENS_PER_FLUSH]) for n in range(0, len(pieces), TOKENS_PER_FLUSH)]


def timed(act: Callable[[], None], settle: Callable[[], None]) -> float:
    """Seconds of ``act`` and of the layout and painting that follow from it."""
    began = perf_counter()
    act()
    settle()
    return perf_counter() - began


def main() -> int:
    """Measure and print."""
    from PySide6.QtWidgets import QScrollArea

    from app.ui.application import make_application
    from app.ui.chat.segments import SegmentColumn
    from app.ui.chat.text_view import TextView
    from app.ui.theme import Theme
    from tests.perf.window_gaps import start_ms
    from tests.perf.window_pages import measure

    application = make_application()
    Theme.current()

    def shown(widget: SegmentColumn | TextView) -> QScrollArea:
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(widget)
        area.resize(760, 700)
        area.show()
        return area

    def settle(area: QScrollArea) -> None:
        area.verticalScrollBar().setValue(area.verticalScrollBar().maximum())
        application.processEvents()

    def ours(count: int) -> list[float]:
        column = SegmentColumn()
        area = shown(column)
        return [timed(partial(column.append, text), partial(settle, area)) for text in flushes(tokens(count))]

    def whole(count: int) -> float:
        view = TextView()
        area = shown(view)
        total, text = 0.0, ""
        for number, piece in enumerate(flushes(tokens(count))):
            text += piece
            if number % SAMPLE_EVERY == SAMPLE_EVERY - 1:
                total += SAMPLE_EVERY * timed(partial(view.show_markdown, text), partial(settle, area))
        return total

    ours(200)  # fonts and caches are warm afterwards
    figures = {}
    for count in (500, 8000):
        costs = sorted(ours(count))
        figures[f"ours_{count}_ms_per_token"] = 1000 * sum(costs) / count
        figures[f"ours_{count}_flush_p50_ms"] = 1000 * costs[len(costs) // 2]
        figures[f"ours_{count}_flush_p99_ms"] = 1000 * costs[len(costs) * 99 // 100]
        figures[f"ours_{count}_flush_max_ms"] = 1000 * costs[-1]
    figures["whole_8000_ms_per_token"] = 1000 * whole(8000) / 8000
    figures["times_less"] = figures["whole_8000_ms_per_token"] / figures["ours_8000_ms_per_token"]
    figures["flatness_8000_to_500"] = figures["ours_8000_ms_per_token"] / figures["ours_500_ms_per_token"]
    figures |= measure(application, tokens(4_000))
    figures["start_to_first_frame_ms"] = start_ms()
    if "--json" in sys.argv:
        print(json.dumps(figures, indent=1))
    else:
        for name, value in figures.items():
            print(f"{name:32} {value:10.3f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
