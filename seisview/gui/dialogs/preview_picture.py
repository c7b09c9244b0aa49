"""A small picture of one section with its ends labelled, for a look before opening."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QSizePolicy, QWidget

_LARGEST_SIDE = 2000
_LEFT, _BOTTOM, _TOP, _RIGHT = 64, 24, 24, 12


@dataclass(frozen=True, slots=True, eq=False)
class PreviewSection:
    """A section reduced to grey values.

    Attributes
    ----------
    title : str
        ``"inline 1355"``.
    grey : ndarray of uint8, shape (rows, columns)
        128 is amplitude zero, positive is lighter; row 0 is shallowest.
    along : tuple of str
        What the columns are, and the numbers at the left and right end.
    down : tuple of str
        What the rows are, and the numbers at the top and bottom, with unit.
    """

    title: str
    grey: npt.NDArray[np.uint8]
    along: tuple[str, str, str]
    down: tuple[str, str, str]


def grey_values(amplitude: npt.NDArray[np.float32]) -> npt.NDArray[np.uint8]:
    """Grey values of a section, clipped at the 98th percentile of its amplitudes, symmetric about zero.

    Sides longer than a screen are thinned out, never averaged: averaging would hide wrong header bytes.

    Parameters
    ----------
    amplitude : ndarray of float32, shape (rows, columns)

    Returns
    -------
    ndarray of uint8, shape (at most 2000, at most 2000)
    """
    rows, columns = (-(-side // _LARGEST_SIDE) for side in amplitude.shape)
    thinned = np.nan_to_num(amplitude[::rows, ::columns], nan=0.0, posinf=0.0, neginf=0.0)
    strengths = np.abs(thinned[thinned != 0])
    limit = float(np.percentile(strengths, 98)) if strengths.size else 1.0
    scaled = np.clip(thinned / (limit or 1.0), -1.0, 1.0)
    grey: npt.NDArray[np.uint8] = np.rint(128.0 + 127.0 * scaled).astype(np.uint8)
    return np.ascontiguousarray(grey)


class PreviewPicture(QWidget):
    """Draws a :class:`PreviewSection`, or says why there is none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("preview_picture")
        self.setAccessibleName("Preview of the middle section")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(360, 280)
        self._section: PreviewSection | None = None
        self._image: QImage | None = None
        self._message = ""

    @property
    def section(self) -> PreviewSection | None:
        """What is drawn, or None."""
        return self._section

    @property
    def message(self) -> str:
        """What is said instead of, or over, the picture."""
        return self._message

    def set_section(self, section: PreviewSection) -> None:
        """Draw this section."""
        rows, columns = section.grey.shape
        self._section = section
        self._image = QImage(section.grey.data, columns, rows, columns, QImage.Format.Format_Grayscale8)
        self._message = ""
        self.update()

    def set_message(self, message: str, keep_picture: bool = False) -> None:
        """Show words; the picture is dropped unless it is to be kept, dimmed, while a new one is read."""
        if not keep_picture:
            self._section = self._image = None
        self._message = message
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the picture, its ends and the message."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), self.palette().color(QPalette.ColorRole.Base))
        painter.setPen(self.palette().color(QPalette.ColorRole.Text))
        plot = self.rect().adjusted(_LEFT, _TOP, -_RIGHT, -_BOTTOM)
        if self._image is not None and self._section is not None:
            painter.setOpacity(0.35 if self._message else 1.0)
            painter.drawImage(plot, self._image)
            painter.drawRect(plot.adjusted(-1, -1, 0, 0))
            self._draw_ends(painter, self._section, plot)
        painter.setOpacity(1.0)
        if self._message:
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.rect().adjusted(24, 24, -24, -24), flags, self._message)

    def _draw_ends(self, painter: QPainter, section: PreviewSection, plot: QRect) -> None:
        line = painter.fontMetrics().height()
        left, center, right = (
            flag | Qt.AlignmentFlag.AlignVCenter
            for flag in (
                Qt.AlignmentFlag.AlignLeft,
                Qt.AlignmentFlag.AlignHCenter,
                Qt.AlignmentFlag.AlignRight,
            )
        )
        head = QRect(plot.left(), 0, plot.width(), _TOP)
        foot = QRect(plot.left(), plot.bottom() + 2, plot.width(), _BOTTOM)
        painter.drawText(head, center, section.title)
        for flags, text in zip((center, left, right), section.along, strict=True):
            painter.drawText(foot, flags, text)
        side = QRect(0, plot.top(), _LEFT - 6, line)
        for top, text in zip(
            (plot.center().y() - line // 2, plot.top(), plot.bottom() - line), section.down, strict=True
        ):
            painter.drawText(QRect(side).translated(0, top - plot.top()), right, text)
