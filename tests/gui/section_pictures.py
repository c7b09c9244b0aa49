"""Small sections for tests of the section view, and ways to look at what it drew."""

from __future__ import annotations

import numpy as np
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication

from seisview.data.geometry import Axis, LineNumbers, SectionKey, SurveyGeometry
from seisview.gui.section_picture import SectionPicture, axis_scales

GEOMETRY = SurveyGeometry(LineNumbers.regular(100, 1, 30), LineNumbers.regular(2000, -5, 60), 40, 8.0, 4.0)
RED, GREEN, BLUE = (255, 0, 0), (0, 255, 0), (0, 0, 255)


def palette() -> np.ndarray:
    """Class 1 red, 2 green, 3 blue."""
    colors = np.zeros((256, 3), np.uint8)
    colors[1:4] = [RED, GREEN, BLUE]
    return colors


def picture(axis=Axis.INLINE, index=3, amplitude=None, gaps=None, geometry=GEOMETRY) -> SectionPicture:
    """A section of `geometry`, all zeros unless told otherwise."""
    if amplitude is None:
        amplitude = np.zeros(geometry.section_shape(axis), np.float32)
    key = SectionKey(axis, index)
    return SectionPicture(key, geometry.title(key), amplitude, *axis_scales(geometry, axis), gaps)


def shown(view) -> QImage:
    """What the canvas of a section view shows."""
    QApplication.processEvents()
    return view.canvas.viewport().grab().toImage()


def color_at(view, row, column) -> tuple[int, int, int]:
    """Colour on screen at the centre of an element."""
    pixel = view.pixel_of(row, column)
    color = QColor(shown(view).pixel(pixel))
    return color.red(), color.green(), color.blue()
