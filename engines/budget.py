"""What a step costs on this machine, learnt while it runs: so many rows, so many prompt tokens, so many seconds."""

from __future__ import annotations

from bisect import bisect_left

LEARN = 0.2
FIRST_ROW_S = 0.008
EACH_ROW_S = 0.002
PREFILL_TOKEN_S = 0.001
# A step that took far longer than the same step before met another busy program; it says little about the next.
OUTLIER = 3.0


class StepBudget:
    """Predicts step times in seconds; ``observe`` corrects it after every step."""

    def __init__(self) -> None:
        self._prompts_read = 0
        self._decode: dict[int, float] = {}
        self._known: list[int] = []
        self._token_s = PREFILL_TOKEN_S

    def decode_s(self, rows: int) -> float:
        """Seconds of a step that continues ``rows`` answers by one token each."""
        if rows <= 0:
            return 0.0
        if rows in self._decode:
            return self._decode[rows]
        at = bisect_left(self._known, rows)
        above = self._known[at] if at < len(self._known) else None
        below = self._known[at - 1] if at > 0 else None
        return self._between(rows, below, above)

    def _between(self, rows: int, below: int | None, above: int | None) -> float:
        guess = FIRST_ROW_S + EACH_ROW_S * rows
        if below is None and above is None:
            return guess
        if below is None or above is None:
            nearest = above if below is None else below
            assert nearest is not None
            return guess * self._decode[nearest] / (FIRST_ROW_S + EACH_ROW_S * nearest)
        share = (rows - below) / (above - below)
        return self._decode[below] + share * (self._decode[above] - self._decode[below])

    def prefill_s(self, tokens: int) -> float:
        """Seconds that ``tokens`` prompt tokens add to a step."""
        return tokens * self._token_s

    def prefill_tokens(self, seconds: float) -> int:
        """Prompt tokens that fit in ``seconds``; 0 when there is no time left."""
        return max(0, int(seconds / self._token_s))

    def observe(self, decode_rows: int, prefill_tokens: int, seconds: float) -> None:
        """Learns from a step that has been taken; nothing from one too short for the clock."""
        if seconds <= 0:
            return
        if prefill_tokens == 0:
            self._learn_decode(decode_rows, seconds)
        elif prefill_tokens >= 8:
            rest = max(seconds - self.decode_s(decode_rows), 0.1 * seconds)
            self._learn_prefill(prefill_tokens, rest / prefill_tokens)

    def _learn_prefill(self, tokens: int, token_s: float) -> None:
        """The first step sets the rate, for machines and models differ a thousandfold; then the mean of all of them
        until that is as firm as LEARN, since the first one may have been slow for reasons of its own."""
        self._prompts_read += 1
        if self._prompts_read == 1:
            self._token_s = token_s
            return
        weight = max(LEARN, 1 / self._prompts_read) * min(1.0, tokens / 64)
        self._token_s += weight * (min(token_s, OUTLIER * self._token_s) - self._token_s)

    def _learn_decode(self, rows: int, seconds: float) -> None:
        if rows <= 0:
            return
        before = self._decode.get(rows)
        if before is None:
            self._decode[rows] = seconds
            self._known = sorted(self._decode)
        else:
            self._decode[rows] = before + LEARN * (min(seconds, OUTLIER * before) - before)
