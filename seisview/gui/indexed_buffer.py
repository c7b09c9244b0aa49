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
        Never copied or handed out for keeping: a second reference would detach it from `pixels`.
    pixels : ndarray of uint8, shape (rows, columns)
        The image's own memory.
    """

    def __init__(self, shape: tuple[int, int], colors: list[int]) -> None:
        rows, columns = shape
        self.image = QImage(columns, rows, QImage.Format.Format_Indexed8)
        self.image.setColorTable(colors)
        memory = np.frombuffer(self.image.bits(), np.uint8)
        self.pixels: npt.NDArray[np.uint8] = memory.reshape(rows, self.image.bytesPerLine())[:, :columns]

    def set_colors(self, colors: list[int]) -> None:
        """Replace the colour table (256 ARGB values, not premultiplied)."""
        self.image.setColorTable(colors)
