"""The status line: where the cursor is, what lies there, what runs, and when the labels were saved."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QLabel, QProgressBar, QStatusBar, QWidget

from seisview.gui.status.notes import LASTS_MS, StatusNote
from seisview.gui.status.warning_mark import WarningMark
from seisview.gui.style import described
from seisview.gui.widgets.elided_label import ElidedLabel
from seisview.progress import ProgressState


@dataclass(frozen=True, slots=True)
class CursorReadout:
    """What lies under the cursor, in survey units; a part that is not known is None.

    Attributes
    ----------
    inline, crossline : int
        Line numbers.
    position : str
        Time or depth with its unit, e.g. ``"1284 ms"``.
    xy : (float, float) or None
        Map coordinates.
    amplitude : float or None
    facies : str
        Name of the labelled or predicted class; empty when there is none.
    confidence : float or None
        Of the prediction, 0..1; None for a painted label.
    """

    inline: int
    crossline: int
    position: str
    xy: tuple[float, float] | None = None
    amplitude: float | None = None
    facies: str = ""
    confidence: float | None = None


class StatusLine(QStatusBar):
    """Shows a :class:`CursorReadout`, a thin progress bar and the saved state; speaks of nothing.

    Attributes
    ----------
    warnings : WarningMark
        Stays while the survey has something wrong with it.

    Signals
    -------
    background_changed(str)
        What is made in the background, for others who show it.
    """

    background_changed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("status_line")
        self.setSizeGripEnabled(False)
        self._cells = {name: described(QLabel(), f"status_{name}", text) for name, text in _NAMES.items()}
        for name, cell in self._cells.items():
            cell.setMinimumWidth(cell.fontMetrics().horizontalAdvance(_WIDEST[name]) + 10)
            self.addWidget(cell)
        self._note = described(ElidedLabel("Messages"), "status_note", "Message")
        self.addWidget(self._note, 1)
        self._ended_by = ""
        self._note_timer = QTimer(self, singleShot=True)
        self._note_timer.timeout.connect(lambda: self.set_note(""))
        self._progress = described(QProgressBar(), "status_progress", "Progress of the running job")
        self._progress.setTextVisible(False)
        self._progress.setFixedWidth(140)
        self._progress.hide()
        self.addPermanentWidget(self._progress)
        hover = "Being made in the background; the survey can be used meanwhile"
        self._background = described(QLabel(), "status_background", "Made in the background", hover)
        self._background_texts: dict[str, str] = {}
        self._background.hide()
        self.addPermanentWidget(self._background)
        self.warnings = WarningMark()
        self.addPermanentWidget(self.warnings)
        saved_hover = "Labels are saved by themselves while you paint"
        self._saved = described(QLabel(), "status_saved", "When the labels were saved", saved_hover)
        self.addPermanentWidget(self._saved)

    def set_readout(self, readout: CursorReadout | None) -> None:
        """Show what is under the cursor; None when it is not on the section."""
        texts = {} if readout is None else _texts(readout)
        for name, cell in self._cells.items():
            cell.setText(texts.get(name, ""))
        self._make_room()

    def set_note(self, text: str) -> None:
        """Show one sentence for a while; empty to clear it.

        A :class:`~seisview.gui.status.notes.StatusNote` goes earlier: see :meth:`end_note`.
        """
        self._ended_by = text.ended_by if isinstance(text, StatusNote) else ""
        self._note.setText(str(text))
        if text:
            self._note_timer.start(text.lasts_ms if isinstance(text, StatusNote) else LASTS_MS)
        self._make_room()

    def end_note(self, cause: str) -> None:
        """Take the note away if this makes it untrue."""
        if self._ended_by == cause:
            self.set_note("")

    def set_saved(self, text: str) -> None:
        """Show when the labels were saved, e.g. ``"saved 2 s ago"``."""
        self._saved.setText(text)

    def set_background(self, text: str, source: str = "fast copy") -> None:
        """Show what `source` makes in the background, e.g. ``"fast copy 40 %"``; empty to clear it."""
        self._background_texts[source] = text
        texts = [each for each in self._background_texts.values() if each]
        self._background.setText(", ".join(texts))
        self._background.setVisible(bool(texts))
        self.background_changed.emit(self._background.text())

    def _make_room(self) -> None:
        """Give a message all the room while the cursor is not on the section."""
        read = any(cell.text() for cell in self._cells.values())
        for cell in self._cells.values():
            cell.setVisible(read or not self._note.text())

    def set_progress(self, state: ProgressState | None) -> None:
        """Show how far the running job is; None when nothing runs."""
        self._progress.setVisible(state is not None)
        if state is None:
            return
        self._progress.setRange(0, 0 if state.fraction is None else 1000)
        self._progress.setToolTip(state.message)
        if state.fraction is not None:
            self._progress.setValue(round(state.fraction * 1000))


_NAMES = {
    "inline": "Inline under the cursor",
    "crossline": "Crossline under the cursor",
    "position": "Two-way time or depth under the cursor",
    "xy": "Map coordinates under the cursor, in metres or feet: the base map says which, if the survey does",
    "amplitude": "Amplitude under the cursor",
    "facies": "Class under the cursor, and how sure the prediction is (0 to 1)",
}
_WIDEST = {
    "inline": "inline 00000",
    "crossline": "crossline 00000",
    "position": "0000.0 ms",
    "xy": "X 0000000  Y 0000000",
    "amplitude": "amp -0.000e+00",
    "facies": "Layered shale 0.00",
}


def _texts(readout: CursorReadout) -> dict[str, str]:
    sure = "" if readout.confidence is None else f" {readout.confidence:.2f}"
    return {
        "inline": f"inline {readout.inline}",
        "crossline": f"crossline {readout.crossline}",
        "position": readout.position,
        "xy": "" if readout.xy is None else f"X {readout.xy[0]:.0f}  Y {readout.xy[1]:.0f}",
        "amplitude": "" if readout.amplitude is None else f"amp {readout.amplitude:.4g}",
        "facies": f"{readout.facies}{sure}" if readout.facies else "",
    }
