"""Takes a note out of the status line once it is no longer true."""

from __future__ import annotations

from PySide6.QtCore import QObject

from seisview.gui.labelling.label_controller import LabelController
from seisview.gui.status.notes import EDIT, TOOL, layer_cause
from seisview.gui.status.status_line import StatusLine
from seisview.gui.view.layers_controller import LayersController
from seisview.gui.view.view_state import ViewState
from seisview.labels.store import LabelStore


class NoteLife(QObject):
    """Watches what notes are about: labels, layers and the tool in hand.

    Parameters
    ----------
    line : StatusLine
    labels : LabelController
    layers : LayersController
    state : ViewState
    """

    def __init__(
        self, line: StatusLine, labels: LabelController, layers: LayersController, state: ViewState
    ) -> None:
        super().__init__(line)
        self._line, self._labels = line, labels
        self._edited = self._state_of_labels()
        labels.labels_changed.connect(self._on_labels)
        layers.replaced.connect(lambda name: line.end_note(layer_cause(name)))
        state.changed.connect(self._on_state)

    def _state_of_labels(self) -> tuple[LabelStore | None, int]:
        store = self._labels.store
        return (store, 0 if store is None else store.state.sequence)

    def _on_labels(self) -> None:
        edited = self._state_of_labels()
        if edited != self._edited:  # a stroke that was refused changed nothing, and its note stays
            self._edited = edited
            self._line.end_note(EDIT)

    def _on_state(self, name: str) -> None:
        if name == "tool":
            self._line.end_note(TOOL)
