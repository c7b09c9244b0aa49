"""Removing and merging facies classes, done bit by bit: every labelled section is looked through."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from seisview.gui.labelling.edit_stepper import SteppedEdit
from seisview.gui.status.notes import edit_note
from seisview.gui.view.view_state import ViewState
from seisview.labels.store import LabelStore


def removing_class(store: LabelStore, class_id: int, show_note: Callable[[str], object]) -> SteppedEdit:
    """Take a class and its labels away, and say how to get them back."""
    name, samples = store.scheme.name_of(class_id), store.counts()[class_id]
    removed = f"{name} and its {samples:,} labelled samples are removed; Ctrl+Z brings them back."
    done = partial(show_note, edit_note(removed)) if samples else lambda: None
    return SteppedEdit(lambda labels: labels.begin_remove(class_id), f"Removing {name}", done)


def merging_class(
    store: LabelStore, class_id: int, into_id: int, state: ViewState, show_note: Callable[[str], object]
) -> SteppedEdit:
    """Give the labels of a class to another, and say how to get it back."""
    name, kept = store.scheme.name_of(class_id), store.scheme.name_of(into_id)

    def begin(labels: LabelStore) -> None:
        labels.begin_merge(class_id, into_id)
        state.set_active_class(into_id)  # now: what is painted meanwhile must not be of a class that goes

    done = partial(show_note, edit_note(f"{name} is part of {kept} now; Ctrl+Z brings it back."))
    return SteppedEdit(begin, f"Merging {name} into {kept}", done)
