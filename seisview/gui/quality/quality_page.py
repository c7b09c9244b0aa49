"""The quality page: what was compared, the global scores, and the confusion matrix to click on."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from seisview.gui.docks.naming import named
from seisview.gui.quality.confusion_table import ConfusionRow, ConfusionTable

_LEFT_WIDTH = 310
SOURCES = ("holdout", "validation")
_SOURCE_TEXTS = ("Held-out sections", "Validation block")
_SOURCE_HOVER = (
    "What the prediction is compared with: sections that you hold out of training "
    "(Label > Hold out this section), or the block of labels that training held out by itself"
)


@dataclass(frozen=True, slots=True)
class QualityScores:
    """Figures and words of one comparison.

    Attributes
    ----------
    heading : str
        ``"tuned-3 on 2 held-out sections"``.
    details : str
        How many samples, when.
    scores : tuple of (str, str)
        Short name and value: ``("mIoU", "0.71")``.
    rows : tuple of ConfusionRow
    """

    heading: str
    details: str
    scores: tuple[tuple[str, str], ...]
    rows: tuple[ConfusionRow, ...]


_SCORE_NAMES = {
    "PA": ("accuracy", "Pixel accuracy (PA): share of the labelled samples that are predicted right"),
    "MCA": (
        "class accuracy",
        "Mean class accuracy (MCA): share of each class that is found, mean of the classes",
    ),
    "mIoU": ("mean IoU", "Mean of the classes of their intersection over union (mIoU)"),
    "FWIU": ("weighted IoU", "Intersection over union, classes weighted by their samples (FWIU)"),
}
_SCORES_IN_A_ROW = 2


class QualityPage(QWidget):
    """Shows how good a model is on labels it never saw. Passive: setters and signals.

    Signals
    -------
    check_requested()
    source_chosen(str)
        One of `SOURCES`.
    cell_chosen(int, int)
        (true, predicted) class id; predicted 0: not predicted.
    """

    check_requested = Signal()
    source_chosen = Signal(str)
    cell_chosen = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("quality_page")
        self.setAccessibleName("Quality of the prediction")
        self._source = named(QComboBox(), "quality_source", "What to compare with", _SOURCE_HOVER)
        self._source.addItems(list(_SOURCE_TEXTS))
        self._source.activated.connect(lambda index: self.source_chosen.emit(SOURCES[index]))
        self._check = named(QPushButton("Check"), "quality_check", "Compare the prediction with the labels")
        self._check.clicked.connect(self.check_requested)
        self._heading = _text("quality_heading")
        font = self._heading.font()
        font.setBold(True)
        self._heading.setFont(font)
        self._details = _text("quality_details")
        self._notice = _text("quality_notice")
        self._scores = {name: _score(name, hover) for name, (_, hover) in _SCORE_NAMES.items()}
        self._table = ConfusionTable()
        self._table.cell_chosen.connect(self.cell_chosen)
        self._arrange()
        self.set_scores(None)
        self.set_ready(False, "Open a survey first.")

    def _arrange(self) -> None:
        left = QWidget()
        left.setFixedWidth(_LEFT_WIDTH)
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        top = QHBoxLayout()
        top.addWidget(self._source, 1)
        top.addWidget(self._check)
        column.addLayout(top)
        column.addWidget(self._heading)
        figures = QGridLayout()
        figures.setHorizontalSpacing(16)
        figures.setVerticalSpacing(0)
        for place, label in enumerate(self._scores.values()):
            figures.addWidget(label, *divmod(place, _SCORES_IN_A_ROW))
        figures.setColumnStretch(_SCORES_IN_A_ROW, 1)
        column.addLayout(figures)
        column.addWidget(self._details)
        column.addWidget(self._notice)
        column.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(6, 3, 6, 3)
        row.setSpacing(8)
        row.addWidget(left, 0, Qt.AlignmentFlag.AlignLeft)  # also while there is no table
        row.addWidget(self._table, 1)

    def set_source(self, source: str) -> None:
        """Show what is compared with. Emits nothing."""
        with QSignalBlocker(self._source):
            self._source.setCurrentIndex(SOURCES.index(source))

    def set_ready(self, ready: bool, reason: str = "") -> None:
        """Allow to compare, or forbid it and say why."""
        self._check.setEnabled(ready)
        self._check.setToolTip(reason or "Compare the prediction with these labels now")

    def set_scores(self, shown: QualityScores | None) -> None:
        """Show a comparison, or none."""
        self._heading.setText("" if shown is None else shown.heading)
        self._details.setText("" if shown is None else shown.details)
        for label in (self._heading, self._details):
            label.setVisible(bool(label.text()))
        values = {} if shown is None else dict(shown.scores)
        for name, label in self._scores.items():
            label.setText(f"{_SCORE_NAMES[name][0]} {values[name]}" if name in values else "")
        self._table.set_rows(() if shown is None else shown.rows)

    def set_notice(self, text: str) -> None:
        """Say what is missing, or that the comparison is out of date; empty for nothing."""
        self._notice.setText(text)
        self._notice.setVisible(bool(text))


def _text(name: str) -> QLabel:
    label = named(QLabel(), name)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label


def _score(name: str, hover: str) -> QLabel:
    return named(QLabel(), f"quality_{name}", hover.split(":")[0], hover)
