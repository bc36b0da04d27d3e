"""What is under way on the page: a question on its way to the core, and then its answer."""

from __future__ import annotations

from dataclasses import dataclass

from app.ui.chat.question import QuestionView


@dataclass(eq=False, slots=True)
class Turn:
    """From asking until the answer has ended. One that is not on the page any more goes on by itself.

    ``conversation`` is None until a new one has been made, ``answer`` until the core has taken the question.
    """

    conversation: int | None
    text: str = ""
    new: bool = False  # its conversation is made for it
    edited: int | None = None  # the earlier question that ``text`` asks in other words
    question: QuestionView | None = None
    answer: int | None = None
    unwanted: bool = False  # Stop was pressed
