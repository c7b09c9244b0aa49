"""Thumbnails of hits in rank order, judged by keys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QEvent, QItemSelectionModel, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QResizeEvent, QStandardItem
from PySide6.QtGui import QStandardItemModel as ItemModel
from PySide6.QtWidgets import QAbstractItemView, QListView, QWidget

from seisview.gui.docks.naming import named
from seisview.gui.matches.gallery_cells import COLOR, PICTURE, VERDICT, CellPainter, cell_size

_HOVER = (
    "Click goes there; A accepts, R rejects, U takes the verdict back. "
    "Accepted hits refine the search at once, rejected ones push it away."
)
_VERDICT_KEYS = {Qt.Key.Key_A: "accepted", Qt.Key.Key_R: "rejected", Qt.Key.Key_U: "open"}


@dataclass(frozen=True, slots=True)
class GalleryItem:
    """One hit.

    Attributes
    ----------
    text : str
        Under the picture, e.g. ``"1  0.83  92 %"``.
    hover : str
    verdict : str
        ``"open"``, ``"accepted"`` or ``"rejected"``.
    color : str
        Of the text and of a thin frame, e.g. where it is known that this answer is right; empty: none.
    """

    text: str
    hover: str
    verdict: str
    color: str = ""


class MatchGallery(QListView):
    """Shows hits; passive but for selection and keys.

    Signals
    -------
    chosen(int)
        The user went to a hit, by click or arrow key.
    judged(int, str)
        The user judged a hit.
    """

    chosen = Signal(int)
    judged = Signal(int, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        named(self, "match_gallery", "Matches in rank order", _HOVER)
        self._model = ItemModel(self)
        self.setModel(self._model)
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMovement(QListView.Movement.Static)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setUniformItemSizes(True)
        self.setItemDelegate(CellPainter(self))
        self._pictures: dict[int, npt.NDArray[np.uint8]] = {}
        self._items: tuple[GalleryItem, ...] = ()
        self.clicked.connect(lambda index: self.chosen.emit(index.row()))

    @property
    def items(self) -> tuple[GalleryItem, ...]:
        """What is shown."""
        return self._items

    @property
    def pictures(self) -> Mapping[int, npt.NDArray[np.uint8]]:
        """Pictures that are there, by number of the hit."""
        return self._pictures

    @property
    def current(self) -> int:
        """Number of the hit that keys judge; -1 for none."""
        return self.currentIndex().row()

    def set_items(self, items: Sequence[GalleryItem], keep_pictures: bool = False) -> None:
        """Show these hits; pictures follow by :meth:`set_picture`. Emits nothing."""
        self._items = tuple(items)
        if not keep_pictures:
            self._pictures.clear()
        self._model.clear()
        for item in self._items:
            shown = QStandardItem(item.text)
            shown.setToolTip(item.hover)
            shown.setAccessibleText(f"{item.text}, {item.verdict}")
            shown.setData(item.verdict, VERDICT)
            shown.setData(item.color, COLOR)
            self._model.appendRow(shown)
        for number, grey in self._pictures.items():
            self._draw(number, grey)
        self._fit_cells()

    def set_picture(self, number: int, grey: npt.NDArray[np.uint8]) -> None:
        """Draw the picture of a hit, uint8 (rows, columns)."""
        if 0 <= number < len(self._items):
            self._pictures[number] = np.ascontiguousarray(grey)
            self._draw(number, self._pictures[number])

    def select(self, number: int) -> None:
        """Make a hit the one that keys judge. Emits nothing."""
        index = self._model.index(number, 0)
        self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def event(self, event: QEvent) -> bool:
        """Keep the keys that judge from being shortcuts of the window while the gallery has them."""
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.ShortcutOverride:
            judges = Qt.Key(event.key()) in _VERDICT_KEYS
            if judges and event.modifiers() == Qt.KeyboardModifier.NoModifier:
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Judge by A, R and U; arrows and Enter go to hits."""
        key = Qt.Key(event.key())
        if key in _VERDICT_KEYS and event.modifiers() == Qt.KeyboardModifier.NoModifier:
            if self.current >= 0:
                self.judged.emit(self.current, _VERDICT_KEYS[key])
            return
        before = self.current
        super().keyPressEvent(event)
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) or self.current != before:
            self.chosen.emit(self.current)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fill the height with whole rows, so that the texts of the last one are not cut."""
        super().resizeEvent(event)
        self._fit_cells()

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of the font."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fit_cells()

    def _fit_cells(self) -> None:
        metrics = self.fontMetrics()
        width = max((metrics.horizontalAdvance(item.text) for item in self._items), default=0)
        picture, cell = cell_size(self.viewport().height(), metrics.height(), width)
        if cell != self.gridSize():
            self.setIconSize(picture)
            self.setGridSize(cell)

    def _draw(self, number: int, grey: npt.NDArray[np.uint8]) -> None:
        if 0 <= number < len(self._items):
            rows, columns = grey.shape
            image = QImage(grey.data, columns, rows, columns, QImage.Format.Format_Grayscale8)
            self._model.item(number).setData(image.copy(), PICTURE)
