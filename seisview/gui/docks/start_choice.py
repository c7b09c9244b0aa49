"""What a training starts from: what was pretrained on this survey, shipped weights, a file, or nothing."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import QComboBox, QFileDialog, QLabel, QSizePolicy, QVBoxLayout, QWidget

from seisview.gui.docks.naming import named


class Start(IntEnum):
    """The entries of the list, in their order."""

    SURVEY = 0
    SHIPPED = 1
    FILE = 2
    RANDOM = 3


_TEXTS = {
    Start.SURVEY: "this survey's pretraining",
    Start.SHIPPED: "shipped weights",
    Start.FILE: "a file …",
    Start.RANDOM: "random weights",
}
_WHY_NOT = {
    Start.SURVEY: "Pretrain on this survey first (Learn menu).",
    Start.SHIPPED: "This installation comes without weights.",
}
_HOVER = (
    "Weights to start from: pretrained on this survey (best), those that come with the program, a file "
    "(.safetensors or a torch checkpoint), or random ones"
)


@dataclass(frozen=True, slots=True)
class KnownStarts:
    """Weights that are there; None where there are none."""

    survey: Path | None = None
    shipped: Path | None = None


class StartChoice(QWidget):
    """A list of what to start from and a line that says which file that is.

    Until the user chooses, the best that is there is taken: the survey's own, else shipped, else random.

    Signals
    -------
    changed()
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._known = KnownStarts()
        self._file: Path | None = None
        self._chosen: Start | None = None
        self._last_folder = ""
        self._list = named(QComboBox(), "train_start_from", "Starting weights", _HOVER)
        self._list.addItems([_TEXTS[start] for start in Start])
        self._list.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._list.setMinimumContentsLength(6)
        self._list.activated.connect(lambda index: self._on_chosen(Start(index)))
        self._text = named(QLabel(), "train_backbone_file")
        self._text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self._list)
        column.addWidget(self._text)
        self._show()

    @property
    def path(self) -> Path | None:
        """The weights to start from; None for random ones."""
        paths = {Start.SURVEY: self._known.survey, Start.SHIPPED: self._known.shipped, Start.FILE: self._file}
        return paths.get(self.start)

    @property
    def start(self) -> Start:
        """What is chosen, or taken while nothing is."""
        if self._chosen is not None and self._is_there(self._chosen):
            return self._chosen
        return next((s for s in (Start.SURVEY, Start.SHIPPED) if self._is_there(s)), Start.RANDOM)

    def set_known(self, known: KnownStarts) -> None:
        """Offer these weights. Emits nothing."""
        self._known = known
        if self._chosen is Start.SURVEY and known.survey is None:
            self._chosen = None
        self._show()

    def choose(self, path: Path | None) -> None:
        """Choose a file, or with None random weights."""
        known = {self._known.survey: Start.SURVEY, self._known.shipped: Start.SHIPPED}
        if path is None:
            self._chosen = Start.RANDOM
        elif path in known:
            self._chosen = known[path]
        else:
            self._file, self._chosen = path, Start.FILE
        self._show()
        self.changed.emit()

    def _is_there(self, start: Start) -> bool:
        paths = {Start.SURVEY: self._known.survey, Start.SHIPPED: self._known.shipped, Start.FILE: self._file}
        return start is Start.RANDOM or paths[start] is not None

    def _on_chosen(self, start: Start) -> None:
        if start is Start.FILE:
            self._ask()
            return
        self._chosen = start
        self._show()
        self.changed.emit()

    def _ask(self) -> None:
        kinds = "Weights (*.safetensors *.pt *.pth);;All files (*)"
        dialog = QFileDialog(self, "Starting weights", self._last_folder, kinds)
        dialog.setObjectName("backbone_dialog")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self._on_file)
        dialog.rejected.connect(self._show)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _on_file(self, chosen: str) -> None:
        self._last_folder = str(Path(chosen).parent)
        self.choose(Path(chosen))

    def _show(self) -> None:
        entries = self._list.model()
        for start, reason in _WHY_NOT.items():
            if isinstance(entries, QStandardItemModel) and (item := entries.item(start)) is not None:
                item.setEnabled(self._is_there(start))
                item.setToolTip("" if self._is_there(start) else reason)
        self._list.setCurrentIndex(self.start)
        path = self.path
        self._text.setText("" if path is None else path.name)
        self._text.setVisible(path is not None)
        self._text.setToolTip("" if path is None else str(path))


__all__ = ["KnownStarts", "Start", "StartChoice"]
