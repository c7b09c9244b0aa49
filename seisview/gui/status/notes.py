"""Sentences for the status line that know how long they are true.

They are plain strings to whoever passes them on, so that a controller needs no more than a function that
shows one sentence.
"""

from __future__ import annotations

LASTS_MS = 30_000
REFUSAL_LASTS_MS = 7_000
EDIT = "edit"
TOOL = "tool"
COMPARISON = "comparison"


class StatusNote(str):
    """A sentence with an end.

    Parameters
    ----------
    text : str
    ended_by : str
        What makes it untrue: :data:`EDIT` of the labels, another :data:`TOOL`, the end of a
        :data:`COMPARISON`, or :func:`layer_cause`.
    lasts_ms : int
        After this it goes by itself.
    """

    ended_by: str
    lasts_ms: int

    def __new__(cls, text: str, ended_by: str, lasts_ms: int = LASTS_MS) -> StatusNote:
        made = super().__new__(cls, text)
        made.ended_by, made.lasts_ms = ended_by, lasts_ms
        return made


def edit_note(text: str) -> StatusNote:
    """Say what an edit did, until labels are edited again or the edit is undone."""
    return StatusNote(text, EDIT)


def refusal(text: str) -> StatusNote:
    """Say why nothing was done; that need not stay, and another edit may change it."""
    return StatusNote(text, EDIT, REFUSAL_LASTS_MS)


def tool_hint(text: str) -> StatusNote:
    """Say how the tool in hand is used."""
    return StatusNote(text, TOOL)


def layer_note(text: str, layer: str) -> StatusNote:
    """Say what came of a computation, until its layer shows something else."""
    return StatusNote(text, layer_cause(layer))


def layer_cause(layer: str) -> str:
    """What ends notes about a layer."""
    return f"layer {layer}"
