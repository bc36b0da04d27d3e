"""Which splitter goes with a model's template."""

from __future__ import annotations

from collections.abc import Callable

from engines.calls.call import Signatures
from engines.harmony import HarmonySplitter
from engines.template import ChatTemplate, Prompt
from engines.tools import Splitter

AnySplitter = Splitter | HarmonySplitter


def splitter_for(
    template: ChatTemplate, prompt: Prompt, *, in_schema: bool, tools: Signatures | None
) -> Callable[[], AnySplitter]:
    """Makes the splitter of one answer to ``prompt``. One in a schema is neither thought about nor put in channels."""
    if template.has_channels and not in_schema:
        return lambda: HarmonySplitter(tools)
    return lambda: Splitter(template.reasons and not in_schema, prompt.opens_reasoning, tools)
