"""Choosing the trace header bytes of a SEG-Y file: four boxes, and what other bytes would give."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QGridLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QSpinBox,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from seisview.data.volume import HeaderBytes
from seisview.gui.docks.naming import named

if TYPE_CHECKING:
    from seisview.data.segy.describe import ByteCandidate

_FIELDS = ("inline", "crossline", "x", "y")
_LAST_BYTE = 237
_SETTLE_MS = 250


class HeaderBytesForm(QWidget):
    """Boxes for the four bytes; 0 stands for "detected".

    Signals
    -------
    bytes_edited()
        At every change: what is shown of the survey is out of date.
    bytes_changed(HeaderBytes)
        Some time after the last change, so that typing 193 does not try 1 and 19.
    """

    bytes_edited = Signal()
    bytes_changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("header_bytes_form")
        self._boxes = {field: _byte_box(field) for field in _FIELDS}
        self._candidates = _candidate_table()
        self._candidates.itemActivated.connect(self._take_candidate)
        self._candidates.itemClicked.connect(self._take_candidate)
        self._detect = named(
            QPushButton("Detect again"), "bytes_detect", "Forget these bytes and detect them"
        )
        self._detect.setAutoDefault(False)
        self._detect.clicked.connect(lambda: self.set_bytes(HeaderBytes(), announce=True))
        self._settled = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._settled.timeout.connect(lambda: self.bytes_changed.emit(self.header_bytes()))
        for box in self._boxes.values():
            box.valueChanged.connect(self._on_edited)
        self._arrange()

    def _arrange(self) -> None:
        grid = QGridLayout()
        grid.setVerticalSpacing(3)
        for place, (field, box) in enumerate(self._boxes.items()):
            row, half = divmod(place, 2)
            grid.addWidget(QLabel(field.upper() if field in "xy" else field), row, 2 * half)
            grid.addWidget(box, row, 2 * half + 1)
            grid.setColumnStretch(2 * half + 1, 1)
        self._tried = QLabel("What pairs of bytes would give:")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(grid)
        column.addWidget(self._detect)
        column.addWidget(self._tried)
        column.addWidget(self._candidates, 1)

    def header_bytes(self) -> HeaderBytes:
        """Return the bytes as they stand; None where detection decides."""
        return HeaderBytes(**{field: box.value() or None for field, box in self._boxes.items()})

    def set_bytes(self, header_bytes: HeaderBytes, announce: bool = False) -> None:
        """Show these bytes; `announce` tells about them like a change by the user."""
        for field, box in self._boxes.items():
            with QSignalBlocker(box):
                box.setValue(getattr(header_bytes, field) or 0)
        if announce:
            self._on_edited()

    def set_detected(self, used: HeaderBytes) -> None:
        """Say in the boxes that detect which byte that came to."""
        for field, box in self._boxes.items():
            byte = getattr(used, field)
            box.setSpecialValueText("detected: none" if byte is None else f"detected: {byte}")

    def set_candidates(self, candidates: Sequence[ByteCandidate]) -> None:
        """Show what pairs of bytes would give."""
        self._candidates.clear()
        self._candidates.addTopLevelItems([_candidate_item(candidate) for candidate in candidates])
        self._candidates.setVisible(bool(candidates))
        self._tried.setVisible(bool(candidates))

    def _on_edited(self) -> None:
        self.bytes_edited.emit()
        self._settled.start()

    def _take_candidate(self, item: QTreeWidgetItem) -> None:
        inline, crossline = item.data(0, Qt.ItemDataRole.UserRole)
        now = self.header_bytes()
        self.set_bytes(HeaderBytes(inline, crossline, now.x, now.y), announce=True)


def _byte_box(field: str) -> QSpinBox:
    what = f"{field.upper()} coordinate" if field in "xy" else f"{field} number"
    box = named(QSpinBox(), f"byte_{field}", f"Trace header byte of the {what}")
    box.setToolTip(f"First byte, 1 to {_LAST_BYTE}, of the {what} in the trace header; 0 detects it")
    box.setRange(0, _LAST_BYTE)
    box.setSpecialValueText("detected")
    return box


def _candidate_item(candidate: ByteCandidate) -> QTreeWidgetItem:
    pair = candidate.inline_byte, candidate.crossline_byte
    count = f"{candidate.n_inlines} x {candidate.n_crosslines}" + ("+" if candidate.is_estimate else "")
    item = QTreeWidgetItem([f"{pair[0]} / {pair[1]}", count, f"{candidate.plausibility:.0%}", candidate.note])
    item.setData(0, Qt.ItemDataRole.UserRole, pair)
    inlines, crosslines = candidate.inline_range, candidate.crossline_range
    for column in range(4):
        item.setToolTip(
            column,
            f"Inlines {inlines[0]} to {inlines[1]}, crosslines {crosslines[0]} to {crosslines[1]}: "
            f"{candidate.note}. Click or press Enter to use these bytes.",
        )
    return item


def _candidate_table() -> QTreeWidget:
    table = named(QTreeWidget(), "byte_candidates", "What other header bytes would give")
    table.setHeaderLabels(["bytes", "lines", "plausible", "because"])
    table.setRootIsDecorated(False)
    table.setIndentation(0)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    for column in range(3):
        table.header().setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
    table.header().setSectionResizeMode(3, QHeaderView.ResizeMode.Stretch)
    return table
