"""What every job that trains tells on the training page: steps, the device, notes."""

from __future__ import annotations

from collections.abc import Callable

from seisview.events import DeviceChosen, Note, TrainingStep
from seisview.gui.analysis.analysis_texts import device_text
from seisview.gui.analysis.beside_preview import (
    PreviewCompared,
    beside_preview_details,
    beside_preview_text,
)
from seisview.gui.docks.train_dock import TrainDock


def show_learning_event(dock: TrainDock, event: object, show_note: Callable[[str], object]) -> None:
    """Show an event of :mod:`seisview.events`; others are left alone."""
    if isinstance(event, TrainingStep):
        dock.add_step(event)
    elif isinstance(event, DeviceChosen):
        dock.set_device(device_text(event), event.device)
    elif isinstance(event, PreviewCompared):
        found = event.comparison
        dock.say_beside_preview(beside_preview_text(found), beside_preview_details(found))
    elif isinstance(event, Note):
        show_note(event.text)
