"""Asks for which class top, base or thickness is to be written, and where to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from seisview.export.surface import SURFACE_SUFFIXES
from seisview.gui.dialogs.file_row import FileRow
from seisview.gui.docks.color_popup import swatch
from seisview.gui.docks.naming import named
from seisview.labels.facies import FaciesScheme
from seisview.workflows.facies.surfaces import SurfaceConfig, SurfaceKind

_KINDS = {
    SurfaceKind.TOP: "Top: its first sample",
    SurfaceKind.BASE: "Base: its last sample",
    SurfaceKind.THICKNESS: "Thickness: all its samples",
}
_FORMATS = {
    ".csv": "table of points (CSV)",
    ".xyz": "points x, y, value (XYZ)",
    ".npy": "numpy array (.npy)",
    ".png": "map (PNG)",
}
_HOVER = "Write the file in the background (Enter)"


@dataclass(frozen=True, slots=True)
class SurfaceSource:
    """Something that surfaces can be measured in.

    Attributes
    ----------
    name : str
        As :class:`~seisview.workflows.facies.surfaces.SurfaceConfig` knows it.
    text : str
        What people call it, e.g. ``"tuned-3, 14:02"``.
    scheme : FaciesScheme
        Its classes.
    """

    name: str
    text: str
    scheme: FaciesScheme


@dataclass(frozen=True, slots=True)
class SurfaceOffer:
    """What there is to be measured; at least one source.

    Attributes
    ----------
    sources : sequence of SurfaceSource
    active_class : int
        The class chosen at first, where a source has it.
    unit : str
        ``"ms"``, ``"m"`` or ``"samples"``.
    has_coordinates : bool
        Whether points have x and y.
    folder : Path
        Where to propose to write.
    survey : str
        File name of the survey.
    """

    sources: Sequence[SurfaceSource]
    active_class: int
    unit: str
    has_coordinates: bool
    folder: Path
    survey: str


@dataclass(frozen=True, slots=True)
class SurfaceRequest:
    """What to measure, where to write it, and whether to show it on the base map."""

    config: SurfaceConfig
    kind: SurfaceKind
    path: Path
    on_map: bool


class SurfaceDialog(QDialog):
    """The form.

    Parameters
    ----------
    offer : SurfaceOffer
    parent : QWidget, optional

    Signals
    -------
    export_requested(SurfaceRequest)
    """

    export_requested = Signal(object)

    def __init__(self, offer: SurfaceOffer, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("surface_dialog")
        self.setAccessibleName("Surfaces of a class")
        self.setWindowTitle("Surfaces of a class")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._offer = offer
        self._source = named(QComboBox(), "surface_source", "What the class is looked for in")
        self._class = named(QComboBox(), "surface_class", "The class")
        self._kind = named(QComboBox(), "surface_kind", "What is measured on every trace")
        self._thickest = named(
            QCheckBox("Only the thickest piece of every trace"),
            "surface_thickest",
            "Only the thickest piece",
            "Where the class comes several times along a trace, take the thickest piece; else all of them",
        )
        self._format = named(QComboBox(), "surface_format", "Kind of file")
        self._file = FileRow("surface")
        self._on_map = named(
            QCheckBox("Show it on the base map too"),
            "surface_on_map",
            "Show it on the base map",
            "Colour the base map of two or four panes by it (Alt+2, Alt+4)",
        )
        self._sentence, self._warning = _wrapped("surface_sentence"), _wrapped("surface_warning")
        self._fill()
        self._arrange()
        self._connect()
        self._propose_path()

    def _fill(self) -> None:
        for source in self._offer.sources:
            self._source.addItem(source.text, source.name)
        for kind, words in _KINDS.items():
            self._kind.addItem(words, str(kind))
        for suffix, words in _FORMATS.items():
            self._format.addItem(words, suffix)
        self._on_map.setChecked(True)
        self._list_classes()

    def _arrange(self) -> None:
        form = QFormLayout()
        form.addRow("In", self._source)
        form.addRow("Class", self._class)
        form.addRow("What", self._kind)
        form.addRow("", self._thickest)
        form.addRow("As", self._format)
        form.addRow("File", self._file)
        form.addRow("", self._on_map)
        self._buttons = QDialogButtonBox()
        self._export = self._buttons.addButton("Export", QDialogButtonBox.ButtonRole.AcceptRole)
        named(self._export, "surface_start", "Export", _HOVER).setDefault(True)
        cancel = self._buttons.addButton(QDialogButtonBox.StandardButton.Cancel)
        named(cancel, "surface_cancel", "Cancel", "Write nothing (Esc)")
        column = QVBoxLayout(self)
        column.addLayout(form)
        column.addWidget(self._sentence)
        column.addWidget(self._warning)
        column.addStretch(1)
        column.addWidget(self._buttons)
        # room for the longest sentence from the start: a wrapping label does not make its dialog grow
        self._sentence.setMinimumHeight(2 * self.fontMetrics().lineSpacing())
        self.setMinimumSize(600, self.sizeHint().height())

    def _connect(self) -> None:
        self._buttons.accepted.connect(self.accept)
        self._buttons.rejected.connect(self.reject)
        self._source.currentIndexChanged.connect(self._list_classes)
        for combo in (self._source, self._class, self._kind, self._format):
            combo.currentIndexChanged.connect(self._propose_path)
        self._thickest.toggled.connect(self._describe)
        self._file.edited.connect(self._follow_suffix)

    def request(self) -> SurfaceRequest:
        """Return the form as it stands."""
        config = SurfaceConfig(
            str(self._class.currentData()), self._thickest.isChecked(), str(self._source.currentData())
        )
        kind = SurfaceKind(self._kind.currentData())
        return SurfaceRequest(config, kind, self._file.path, self._on_map.isChecked())

    def accept(self) -> None:
        """Send the request and close."""
        if not self._export.isEnabled():
            return
        request = self.request()
        super().accept()
        self.export_requested.emit(request)

    def _list_classes(self) -> None:
        chosen = self._class.currentData() or self._offer.active_class
        with QSignalBlocker(self._class):
            self._class.clear()
            for each in self._offer.sources[self._source.currentIndex()].scheme.classes:
                self._class.addItem(swatch(each.color), each.name, each.id)
            self._class.setCurrentIndex(max(self._class.findData(chosen), 0))

    def _propose_path(self) -> None:
        words = re.sub(r"\W+", "-", self._class.currentText().lower())
        name = f"{Path(self._offer.survey).stem}-{words}-{self._kind.currentData()}"
        self._file.propose(self._offer.folder / f"{name}{self._format.currentData()}")
        self._describe()

    def _follow_suffix(self) -> None:
        """The suffix that the user typed says the kind of file as well."""
        with QSignalBlocker(self._format):
            found = self._format.findData(self._file.path.suffix.lower())
            if found >= 0:
                self._format.setCurrentIndex(found)
        self._describe()

    def _describe(self) -> None:
        request = self.request()
        piece = "the thickest piece of " if request.config.thickest_run else ""
        what = f"the {request.kind} of {piece}{self._class.currentText()}"
        words = f"{what} on every trace, in {self._offer.unit}"
        self._sentence.setText(f"Writes {words}; traces without it are {self._absent(request.path)}.")
        reason = self._problem(request.path)
        self._export.setEnabled(not reason)
        self._export.setToolTip(reason or _HOVER)
        self._warning.setText(reason or self._file.warning)

    @staticmethod
    def _absent(path: Path) -> str:
        return {".png": "grey", ".npy": "NaN"}.get(path.suffix.lower(), "left out")

    def _problem(self, path: Path) -> str:
        if self._file.problem:
            return self._file.problem
        if path.suffix.lower() not in SURFACE_SUFFIXES:
            return f"End the name in {', '.join(_FORMATS)}: that says the kind of file."
        if not self._offer.has_coordinates and path.suffix.lower() not in (".csv", ".npy", ".png"):
            return "The survey has no coordinates for x and y: write a table (CSV), which names lines."
        return ""


def _wrapped(name: str) -> QLabel:
    label = named(QLabel(), name)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label
