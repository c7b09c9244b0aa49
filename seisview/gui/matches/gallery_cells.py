"""One cell of a gallery: the picture as it is, frames around it, and its text below."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QImage, QPainter, QPalette, QPen
from PySide6.QtWidgets import QListView, QStyledItemDelegate, QStyleOptionViewItem

from seisview.gui.section.match_boxes import BOX_COLORS

VERDICT, COLOR, PICTURE = (int(Qt.ItemDataRole.UserRole) + n for n in range(3))
"""Roles under which a model keeps verdict, colour of the text, and picture (QImage) of a cell."""

_PICTURE, _LEAST_PICTURE = 64, 44
_LEAST_WIDTH, _MOST_WIDTH = 104, 132
_FRAME = 3
_GAP = 2
_Index = QModelIndex | QPersistentModelIndex


def cell_size(height: int, line: int, width: int = 0) -> tuple[QSize, QSize]:
    """Sizes of picture and cell of which whole rows fill a height: the last row's texts are not cut.

    Parameters
    ----------
    height : int
        Of the gallery.
    line : int
        Height of a line of text.
    width : int
        Of the widest text; numbers are never cut, names of files may be.
    """
    around = 2 * _FRAME + _GAP + line + _GAP
    rows = max(1, -(-height // (_PICTURE + around)))
    if rows > 1 and height // rows - around < _LEAST_PICTURE:
        rows -= 1
    side = min(max(height // rows - around, _LEAST_PICTURE), _PICTURE)
    return QSize(side, side), QSize(min(max(width + 2 * _GAP, _LEAST_WIDTH), _MOST_WIDTH), side + around)


class CellPainter(QStyledItemDelegate):
    """Draws cells; what is selected gets a frame, and nothing of the selection's colour over its picture.

    Parameters
    ----------
    view : QListView
        Its icon size is that of the pictures.
    """

    def __init__(self, view: QListView) -> None:
        super().__init__(view)
        self._view = view

    def sizeHint(self, _option: QStyleOptionViewItem, _index: _Index) -> QSize:
        """All cells are alike."""
        return self._view.gridSize()

    def picture_area(self, cell: QRect) -> QRect:
        """Where the picture of a cell is drawn."""
        side = self._view.iconSize().width()
        return QRect(cell.x() + (cell.width() - side) // 2, cell.y() + _FRAME, side, side)

    def text_area(self, cell: QRect) -> QRect:
        """Where the text of a cell is drawn."""
        top = self.picture_area(cell).bottom() + 1 + _FRAME + _GAP
        return QRect(cell.x() + 1, top, cell.width() - 2, self._view.fontMetrics().height())

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Draw picture, frames and text."""
        cell = QRect(option.rect)
        is_current = index.row() == self._view.currentIndex().row()
        color = str(index.data(COLOR) or "")
        painter.save()
        at = self.picture_area(cell)
        self._paint_picture(painter, at, index.data(PICTURE))
        _paint_verdict(painter, at, str(index.data(VERDICT)), color)
        if is_current:
            highlight = self._view.palette().color(QPalette.ColorRole.Highlight)
            painter.setPen(_pen(highlight, _FRAME))
            painter.drawRect(at.adjusted(-2, -2, 1, 1))
        self._paint_text(painter, self.text_area(cell), str(index.data()), is_current, color)
        painter.restore()

    def _paint_picture(self, painter: QPainter, at: QRect, picture: QImage | None) -> None:
        if picture is None:
            painter.fillRect(at, self._view.palette().color(QPalette.ColorRole.Base).darker(108))
        else:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(at, picture)

    def _paint_text(self, painter: QPainter, area: QRect, text: str, is_current: bool, color: str) -> None:
        palette = self._view.palette()
        pen = QColor(color) if color else palette.color(QPalette.ColorRole.Text)
        if is_current:
            painter.fillRect(area, palette.color(QPalette.ColorRole.Highlight))
            pen = palette.color(QPalette.ColorRole.HighlightedText)
        painter.setPen(pen)
        shown = QFontMetrics(self._view.font()).elidedText(text, Qt.TextElideMode.ElideMiddle, area.width())
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter, shown)


def _paint_verdict(painter: QPainter, at: QRect, verdict: str, color: str) -> None:
    if color:
        painter.setPen(_pen(QColor(color), 2))
        painter.drawRect(at.adjusted(1, 1, -1, -1))
    if verdict in ("accepted", "rejected"):
        painter.setPen(_pen(BOX_COLORS[verdict], 4))
        painter.drawRect(at.adjusted(2, 2, -2, -2))
    if verdict == "rejected":
        painter.drawLine(at.topLeft(), at.bottomRight())


def _pen(color: QColor, width: int) -> QPen:
    pen = QPen(color, width)
    pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
    return pen
