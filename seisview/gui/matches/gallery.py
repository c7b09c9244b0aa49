"""Thumbnails of hits in rank order, judged by keys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QEvent, QItemSelectionModel, QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QImage, QKeyEvent, QPainter, QPen, QPixmap, QStandardItem
from PySide6.QtGui import QStandardItemModel as ItemModel
from PySide6.QtWidgets import QAbstractItemView, QListView, QWidget

from seisview.gui.docks.naming import named
from seisview.gui.section.match_boxes import BOX_COLORS

_SIZE = QSize(64, 64)
_CELL = QSize(104, 92)
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
    """

    text: str
    hover: str
    verdict: str


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
        self.setIconSize(_SIZE)
        self.setGridSize(_CELL)
        self.setUniformItemSizes(True)
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
            shown.setTextAlignment(Qt.AlignmentFlag.AlignHCenter)
            self._model.appendRow(shown)
        for number in range(len(self._items)):
            self._draw(number)

    def set_picture(self, number: int, grey: npt.NDArray[np.uint8]) -> None:
        """Draw the picture of a hit, uint8 (rows, columns)."""
        if 0 <= number < len(self._items):
            self._pictures[number] = np.ascontiguousarray(grey)
            self._draw(number)

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

    def _draw(self, number: int) -> None:
        picture = QPixmap(_SIZE)
        picture.fill(self.palette().color(self.backgroundRole()).darker(108))
        painter = QPainter(picture)
        grey = self._pictures.get(number)
        if grey is not None:
            image = QImage(
                grey.data, grey.shape[1], grey.shape[0], grey.shape[1], QImage.Format.Format_Grayscale8
            )
            mode = Qt.TransformationMode.SmoothTransformation
            painter.drawImage(0, 0, image.scaled(_SIZE, Qt.AspectRatioMode.IgnoreAspectRatio, mode))
        verdict = self._items[number].verdict
        if verdict != "open":
            painter.setPen(QPen(QColor(BOX_COLORS[verdict]), 6))
            painter.drawRect(2, 2, _SIZE.width() - 5, _SIZE.height() - 5)
        if verdict == "rejected":
            painter.drawLine(6, 6, _SIZE.width() - 7, _SIZE.height() - 7)
        painter.end()
        self._model.item(number).setIcon(QIcon(picture))
