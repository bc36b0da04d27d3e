"""The ways of writing tool calls that are understood, one a row. A model learns its own; all are looked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engines.calls import gemma, readers
from engines.calls.call import Signatures, ToolCall
from engines.calls.readers import Reader

TO_THE_END = ""
"""Closes nothing: all that follows the marker belongs to the calls."""


@dataclass(frozen=True, slots=True)
class Format:
    """Calls stand between ``opener`` and ``closer``; the first of ``readers`` that finds some has read them.

    ``kept``: the opener is a part of what the readers need. ``inside``: further markers between the two, which some
    vocabularies have control tokens for.
    """

    opener: str
    closer: str
    readers: tuple[Reader, ...]
    kept: bool = False
    inside: tuple[str, ...] = ()


FORMATS = (
    # Hermes, Qwen 2.5 and 3, SmolLM3, Granite 4; Qwen3-Coder and later; GLM-4.5 and later
    Format("<tool_call>", "</tool_call>", (readers.json_calls, readers.function_calls, readers.key_value_calls)),
    # Qwen3-Coder where it forgets the marker above; Llama 3.1 with functions of one's own
    Format("<function=", "</function>", (readers.function_calls,), kept=True),
    # Mistral, before and since version 11 of its tokenizer
    Format(
        readers.LIST_MARKER,
        TO_THE_END,
        (readers.json_calls, readers.named_calls),
        inside=(readers.ARGUMENTS_MARKER, readers.ID_MARKER),
    ),
    # Llama 3.1 to 3.3
    Format("<|python_tag|>", TO_THE_END, (readers.json_calls, readers.python_calls)),
    # Phi-4-mini; Granite 3, which does not close it
    Format("<|tool_call|>", "<|/tool_call|>", (readers.json_calls,)),
    # Phi-4-mini without its tokens
    Format("functools[", TO_THE_END, (lambda text, known: readers.json_calls(f"[{text}", known),)),
    # LFM2
    Format("<|tool_call_start|>", "<|tool_call_end|>", (readers.json_calls, readers.python_calls)),
    # OLMo 3
    Format("<function_calls>", "</function_calls>", (readers.python_calls,)),
    # Nemotron Nano 2
    Format("<TOOLCALL>", "</TOOLCALL>", (readers.json_calls,)),
    # Hunyuan, Jamba
    Format("<tool_calls>", "</tool_calls>", (readers.json_calls,)),
    # DeepSeek V3 and R1, and what was distilled from them
    Format(
        "<｜tool▁calls▁begin｜>",
        "<｜tool▁calls▁end｜>",
        (readers.separated_calls,),
        inside=(readers.ONE_BEGINS, readers.ONE_ENDS, readers.SEPARATOR),
    ),
    # FunctionGemma
    Format("<start_function_call>", "<end_function_call>", (gemma.gemma_calls,), inside=gemma.QUOTES[:1]),
    # Gemma 4
    Format("<|tool_call>", "<tool_call|>", (gemma.gemma_calls,), inside=gemma.QUOTES[1:]),
)

BARE = Format("", TO_THE_END, (readers.bare_json_calls, readers.bare_python_calls))
"""Llama's own way, and that of models which learnt none: an answer that is nothing but a call."""

BY_OPENER = {one.opener: one for one in FORMATS}

STRAY = "</tool_call>"
"""Where Qwen3-Coder forgets the marker that opens a call, it may still close it."""

MARKERS = tuple(dict.fromkeys(text for one in FORMATS for text in (one.opener, one.closer, *one.inside) if text))
"""Everything that calls are known by."""


def read(text: str, form: Format, signatures: Signatures, *, cut: bool = False) -> Sequence[ToolCall]:
    """The calls in ``text``, which stood between the markers of ``form``; none where it is something else.

    ``cut``: the answer ended before the closer because it had no more room. Only JSON then shows whether a call is
    whole; in any other way it could be one with half of its arguments.
    """
    if cut and form.closer:
        return _found(readers.json_calls, text, signatures)
    inside = form.opener + text if form.kept else text
    return next((calls for reader in form.readers if (calls := _found(reader, inside, signatures))), ())


def _found(reader: Reader, text: str, signatures: Signatures) -> Sequence[ToolCall]:
    """What a reader finds; a text that is too much for it is none that it can read, and the answer goes on."""
    try:
        return reader(text, signatures)
    except (ValueError, RecursionError, MemoryError):
        return ()
