"""The confusion matrix as a table: cells coloured by their share of the true class, scores beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from seisview.gui.docks.color_popup import swatch
from seisview.gui.docks.naming import named

_SCORES = ("IoU", "precision", "recall", "F1", "samples")
_SCORE_HOVER = (
    "Intersection over union",
    "Share of what is predicted as this class that is right",
    "Share of this class that is found",
    "Harmonic mean of precision and recall",
    "Labelled samples of this class that were compared",
)
# Blue for right and vermilion for wrong: told apart by everybody (Okabe and Ito).
_RIGHT, _WRONG = QColor("#0072b2"), QColor("#d55e00")
_CELL = Qt.ItemDataRole.UserRole
_ROW_HEIGHT = 22
_LONGEST_NAME = 20
# With more classes, or longer names, columns show their colours alone, so that all scores stay in sight.
_NAMED_UP_TO = 4
_NAMED_UP_TO_LENGTH = 14
_NARROW = 50


@dataclass(frozen=True, slots=True)
class ConfusionRow:
    """A true class.

    Attributes
    ----------
    class_id : int
    name, color : str
    counts : tuple of (int, int)
        (predicted class id, samples) in the order of the rows, then 0 for what was not predicted, if any was
        not.
    scores : tuple of str
        IoU, precision, recall, F1, samples.
    """

    class_id: int
    name: str
    color: str
    counts: tuple[tuple[int, int], ...]
    scores: tuple[str, ...]


class ConfusionTable(QTableWidget):
    """Rows are what is true, columns what was predicted.

    Signals
    -------
    cell_chosen(int, int)
        (true, predicted) class id of a cell that holds samples.
    """

    cell_chosen = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[ConfusionRow, ...] = ()
        named(self, "quality_matrix", "Confusion matrix: true classes down, predicted classes across")
        self.setToolTip("")
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.horizontalHeader().setHighlightSections(False)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(_ROW_HEIGHT)
        self.verticalHeader().setHighlightSections(False)
        self.itemClicked.connect(self._choose)
        self.itemActivated.connect(self._choose)

    def set_rows(self, rows: Sequence[ConfusionRow]) -> None:
        """Show this matrix; none without rows."""
        self._rows = tuple(rows)
        self.clear()
        self.setVisible(bool(rows))
        names = {row.class_id: row.name for row in rows} | {0: "not predicted"}
        predicted = [class_id for class_id, _ in rows[0].counts] if rows else []
        self.setRowCount(len(rows))
        self.setColumnCount(len(predicted) + len(_SCORES) if rows else 0)
        colors = {row.class_id: row.color for row in rows}
        longest = max((len(row.name) for row in rows), default=0)
        narrow = len(rows) > _NAMED_UP_TO or longest > _NAMED_UP_TO_LENGTH
        for column, class_id in enumerate(predicted):
            header = _header(names[class_id], colors.get(class_id))
            if narrow:
                header.setData(Qt.ItemDataRole.AccessibleTextRole, names[class_id])
                header.setText("" if class_id else "none")
            header.setToolTip(
                f"Predicted as {names[class_id]}" if class_id else "Labelled, but not predicted"
            )
            self.setHorizontalHeaderItem(column, header)
        for column, (text, hover) in enumerate(zip(_SCORES, _SCORE_HOVER, strict=True), len(predicted)):
            header = QTableWidgetItem(text)
            header.setToolTip(hover)
            self.setHorizontalHeaderItem(column, header)
        for index, row in enumerate(rows):
            self._set_row(index, row, names)
        self._set_widths(len(predicted), narrow)

    def _set_widths(self, n_predicted: int, narrow: bool) -> None:
        header = self.horizontalHeader()
        fixed, fitted = QHeaderView.ResizeMode.Fixed, QHeaderView.ResizeMode.ResizeToContents
        for column in range(self.columnCount()):
            is_narrow = narrow and column < n_predicted
            header.setSectionResizeMode(column, fixed if is_narrow else fitted)
            if is_narrow:
                header.resizeSection(column, _NARROW)

    def changeEvent(self, event: QEvent) -> None:
        """Mix the colours again when the system goes dark or light."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange:
            self.set_rows(self._rows)

    def _set_row(self, index: int, row: ConfusionRow, names: dict[int, str]) -> None:
        header = _header(row.name, row.color)
        header.setToolTip(f"Labelled {row.name}")
        self.setVerticalHeaderItem(index, header)
        total = sum(n for _, n in row.counts)
        for column, (class_id, count) in enumerate(row.counts):
            share = count / total if total else 0.0
            cell = _cell(_percent(share) if count else "")
            if count:
                cell.setData(_CELL, (row.class_id, class_id))
                _paint(cell, share, row.class_id == class_id, self.palette())
                cell.setToolTip(_hover(row.name, names[class_id], count, share, row.class_id == class_id))
            self.setItem(index, column, cell)
        for column, text in enumerate(row.scores, len(row.counts)):
            self.setItem(index, column, _cell(text))

    def _choose(self, item: QTableWidgetItem) -> None:
        cell = item.data(_CELL)
        if cell is not None:
            self.cell_chosen.emit(*cell)


def middle_elided(name: str) -> str:
    """A name with its beginning and its end: ``"Slope Muds…, upper A"`` is not ``…B"``."""
    half = (_LONGEST_NAME - 1) // 2
    whole = len(name) <= _LONGEST_NAME
    return name if whole else f"{name[: _LONGEST_NAME - 1 - half].rstrip()}…{name[-half:].lstrip()}"


def _cell(text: str) -> QTableWidgetItem:
    item = QTableWidgetItem(text)
    item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    return item


def _header(name: str, color: str | None) -> QTableWidgetItem:
    short = middle_elided(name)
    return QTableWidgetItem(short) if color is None else QTableWidgetItem(swatch(color), short)


def _percent(share: float) -> str:
    return "< 1 %" if share < 0.01 else f"{min(round(100 * share), 99 if share < 1 else 100)} %"


def _hover(true: str, predicted: str, count: int, share: float, right: bool) -> str:
    what = "right" if right else f"predicted as {predicted}" if predicted != "not predicted" else predicted
    return f"{count:,} samples of {true} ({100 * share:.1f} %) are {what}. Click to see where most are."


def _paint(item: QTableWidgetItem, share: float, right: bool, palette: QPalette) -> None:
    """Mix the colour into the background by the share; text in black or white, whichever shows."""
    color, base = _RIGHT if right else _WRONG, palette.color(QPalette.ColorRole.Base)
    weight = 0.12 + 0.88 * share
    pairs = ((color.red(), base.red()), (color.green(), base.green()), (color.blue(), base.blue()))
    mixed = QColor(*(round(weight * a + (1 - weight) * b) for a, b in pairs))
    item.setBackground(mixed)
    luminance = 0.299 * mixed.red() + 0.587 * mixed.green() + 0.114 * mixed.blue()
    item.setForeground(QColor("black") if luminance > 140 else QColor("white"))
