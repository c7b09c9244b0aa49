"""An 8-bit indexed image on memory that numpy can write."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PySide6.QtGui import QImage


class IndexedBuffer:
    """An 8-bit indexed image whose pixels are a numpy array.

    Attributes
    ----------
    image : QImage
        Draws `pixels` as they are at that moment. Never to be kept without this object, which keeps the
        memory, nor copied: a copy would be detached from `pixels` by the next change of colours.
    pixels : ndarray of uint8, shape (rows, columns)
    """

    def __init__(self, shape: tuple[int, int], colors: list[int]) -> None:
        rows, columns = shape
        stride = -(-columns // 4) * 4  # Qt wants lines of whole 32-bit words
        self._memory = np.zeros((rows, stride), np.uint8)
        self.pixels: npt.NDArray[np.uint8] = self._memory[:, :columns]
        self.image = QImage(self._memory.data, columns, rows, stride, QImage.Format.Format_Indexed8)
        self.image.setColorTable(colors)

    def set_colors(self, colors: list[int]) -> None:
        """Replace the colour table (256 ARGB values, not premultiplied)."""
        self.image.setColorTable(colors)
