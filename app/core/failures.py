"""The closed list of reasons why a document has no result, each with its sentence, retry rule and way out."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class FailureClass(StrEnum):
    """Why an attempt failed. The value is what the database keeps."""

    ENGINE_GONE = "engine_gone"
    ENGINE_BUSY = "engine_busy"
    ENGINE_FAILED = "engine_failed"
    OUT_OF_MEMORY = "out_of_memory"
    TIMED_OUT = "timed_out"
    CRASHED = "crashed"
    INTERRUPTED = "interrupted"
    EMPTY = "empty"
    NO_TEXT = "no_text"
    ENCRYPTED = "encrypted"
    DAMAGED = "damaged"
    TOO_BIG = "too_big"
    UNSUPPORTED = "unsupported"
    UNREADABLE = "unreadable"
    TOO_LONG = "too_long"
    BAD_OUTPUT = "bad_output"
    NO_ANSWER = "no_answer"
    REFUSED = "refused"
    INTERNAL = "internal"


@dataclass(frozen=True, slots=True)
class Failure:
    """What a failure class means to people, whether waiting can help, and the state the job ends in."""

    sentence: str
    way_out: str
    retry: bool
    final_state: str


FAILURES: dict[FailureClass, Failure] = {
    FailureClass.ENGINE_GONE: Failure(
        "The engine stopped while working on this document.",
        "Try it again with another model, or leave it out.",
        True,
        "failed",
    ),
    FailureClass.ENGINE_BUSY: Failure(
        "The engine was busy.", "Try it again when the engine has less to do.", True, "failed"
    ),
    FailureClass.ENGINE_FAILED: Failure(
        "The engine met an error of its own.",
        "Try it again; what the engine said is shown with the document.",
        True,
        "failed",
    ),
    FailureClass.OUT_OF_MEMORY: Failure(
        "The engine ran out of memory.", "Retry with a smaller batch or a smaller context.", True, "failed"
    ),
    FailureClass.TIMED_OUT: Failure(
        "Reading or answering took longer than allowed.", "Retry, or allow more time in the recipe.", True, "failed"
    ),
    FailureClass.CRASHED: Failure(
        "The program that reads documents crashed on this one.", "Convert the file to another format.", True, "poison"
    ),
    FailureClass.INTERRUPTED: Failure(
        "Nightdesk stopped three times while working on this document.",
        "Try it again if the power failed or somebody ended Nightdesk; leave it out if Nightdesk stops by itself.",
        True,
        "poison",
    ),
    FailureClass.EMPTY: Failure(
        "The document is empty.", "Nothing to do, or save it again with content.", False, "failed"
    ),
    FailureClass.NO_TEXT: Failure(
        "The document holds pictures of text, and no text.",
        "Run text recognition (OCR) on it first.",
        False,
        "needs_ocr",
    ),
    FailureClass.ENCRYPTED: Failure(
        "The document is protected by a password.", "Save a copy without the password.", False, "needs_password"
    ),
    FailureClass.DAMAGED: Failure(
        "The document is damaged or cut short.", "Get a fresh copy of the file.", False, "failed"
    ),
    FailureClass.TOO_BIG: Failure(
        "The document is larger than the limit.", "Split the file, or raise the limit in the settings.", False, "failed"
    ),
    FailureClass.UNSUPPORTED: Failure(
        "This type of file cannot be read.", "Convert it to PDF, DOCX or text.", False, "failed"
    ),
    FailureClass.UNREADABLE: Failure(
        "The file could not be opened.", "Check that it is still there and that you may read it.", True, "failed"
    ),
    FailureClass.TOO_LONG: Failure(
        "The document does not fit the model's context.", "Use a model with a larger context.", False, "failed"
    ),
    FailureClass.BAD_OUTPUT: Failure(
        "The model's answer did not fit the recipe's columns.",
        "Raise max_tokens in the recipe, or use a larger model.",
        True,
        "failed",
    ),
    FailureClass.NO_ANSWER: Failure(
        "The model's answer was empty.", "Raise max_tokens in the recipe, or use another model.", True, "failed"
    ),
    FailureClass.REFUSED: Failure(
        "The engine refused the request.", "Change the recipe or the model by what the engine said.", False, "failed"
    ),
    FailureClass.INTERNAL: Failure(
        "Nightdesk itself made a mistake here.", "Please report it with the details shown.", True, "failed"
    ),
}


TRIED_AGAIN = "It is tried again by itself."
_GOES_ON = frozenset({"ready", "running", "blocked"})


def way_out(failure: FailureClass, state: str) -> str:
    """What a person can do about a document in this state; nothing while it is tried again by itself."""
    return TRIED_AGAIN if state in _GOES_ON else FAILURES[failure].way_out


class WorkFailed(Exception):
    """One attempt at a job ended without a result; ``detail`` adds to the class's sentence."""

    def __init__(self, failure: FailureClass, detail: str = "") -> None:
        super().__init__(detail or FAILURES[failure].sentence)
        self.failure = failure
        self.detail = detail
