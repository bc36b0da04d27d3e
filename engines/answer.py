"""One request inside the engine: from chosen tokens to the deltas that its caller sees."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from engines.detokenize import TextStream
from engines.generation import Generation
from engines.request import Delta, FinishReason, Request, Timings, TokenLogprob, Usage
from engines.sampling import Choice, Sampler
from engines.tokenizer import Tokenizer

Emit = Callable[[Delta], None]


class Answer:
    """The growing answer to one request. Times are seconds on the engine's monotonic clock."""

    def __init__(
        self, request: Request, emit: Emit, sampler: Sampler, tokenizer: Tokenizer, context: int, now: float
    ) -> None:
        self.request = request
        self.emit = emit
        self.sampler = sampler
        self.generation = generation_of(request, context)
        self._tokenizer = tokenizer
        self._text = TextStream(piece_of(tokenizer, request.shown), request.sampling.stop)
        self.submitted = now
        self.deadline = None if request.deadline_s is None else now + request.deadline_s
        self.admitted: float | None = None
        self.first: float | None = None
        self.last: float | None = None
        self.finished = False

    def accept(self, choice: Choice, now: float) -> Delta:
        """Takes the next token; the delta carries ``finish`` when it was the last one."""
        self.first = now if self.first is None else self.first
        self.last = now
        self.sampler.accept(choice.token)
        if self._tokenizer.is_end(choice.token):
            return self.finish(FinishReason.STOP, now)
        self.generation.tokens.append(choice.token)
        text = self._text.push(choice.token)
        logprobs = (choice.logprob,) if choice.logprob is not None else ()
        reason = self._reason()
        if reason is None:
            return Delta(self.request.id, text, (choice.token,), logprobs)
        return self.finish(reason, now, text, (choice.token,), logprobs)

    def _reason(self) -> FinishReason | None:
        grammar = self.sampler.grammar
        if self._text.stopped or (grammar is not None and grammar.complete):
            return FinishReason.STOP
        if len(self.generation.tokens) >= self.generation.most:
            return FinishReason.LENGTH
        return None

    def finish(
        self,
        reason: FinishReason,
        now: float,
        text: str = "",
        tokens: tuple[int, ...] = (),
        logprobs: tuple[TokenLogprob, ...] = (),
        error: str | None = None,
        code: str | None = None,
    ) -> Delta:
        """The one delta that ends the request."""
        self.finished = True
        return Delta(
            self.request.id,
            text + self._text.finish(),
            tokens,
            logprobs,
            finish=reason,
            error=error,
            usage=self.usage(),
            timings=self.timings(now),
            code=code,
        )

    def usage(self) -> Usage:
        generation = self.generation
        return Usage(generation.prompt, generation.cached or 0, len(generation.tokens) - generation.prompt)

    def timings(self, now: float) -> Timings:
        """The figures of this request so far."""
        admitted = now if self.admitted is None else self.admitted
        first = now if self.first is None else self.first
        last = now if self.last is None else self.last
        usage = self.usage()
        return Timings(
            queued_s=admitted - self.submitted,
            ttft_s=first - self.submitted,
            total_s=now - self.submitted,
            prefill_tokens_per_s=rate(usage.prompt - usage.cached, first - admitted),
            decode_tokens_per_s=rate(usage.generated - 1, last - first),
        )


def piece_of(tokenizer: Tokenizer, shown: Mapping[int, bytes]) -> Callable[[int], bytes]:
    """The text of a token, also of those control tokens that are to be seen."""
    return (lambda token: shown.get(token) or tokenizer.piece(token)) if shown else tokenizer.piece


def rate(count: int, seconds: float) -> float:
    return count / seconds if count > 0 and seconds > 0 else 0.0


def generation_of(request: Request, context: int) -> Generation:
    """The request as the scheduler sees it; the answer ends at ``max_tokens`` or at the end of the context."""
    prompt = len(request.prompt)
    most = context if request.sampling.max_tokens is None else min(context, prompt + request.sampling.max_tokens)
    return Generation(request.id, request.priority, list(request.prompt), prompt, most)
