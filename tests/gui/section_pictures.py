"""Small sections for tests of the section view, and ways to look at what it drew."""

from __future__ import annotations

import numpy as np
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication

from seisview.data.geometry import Axis, LineNumbers, SectionKey, SurveyGeometry
from seisview.gui.section.section_picture import AxisScale, SectionPicture, axis_scales

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


def plain(shape, amplitude=0.0) -> SectionPicture:
    """A section of any shape, numbered from 0."""
    axes = [AxisScale("line", "", np.arange(n, dtype=float)) for n in (shape[1], shape[0])]
    return SectionPicture(SectionKey(Axis.INLINE, 0), "plain", np.full(shape, amplitude, np.float32), *axes)


def shown(view) -> QImage:
    """What the canvas of a section view shows."""
    QApplication.processEvents()
    return view.canvas.viewport().grab().toImage()


def on_screen(view) -> QImage:
    """What partial repaints have left on the screen; `shown` draws everything anew."""
    QApplication.processEvents()
    image = view.screen().grabWindow(view.winId()).toImage()
    return image.convertToFormat(QImage.Format.Format_RGB32)


def drawn_anew(view) -> QImage:
    """What the screen should show."""
    return view.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)


def differing(one: QImage, other: QImage) -> float:
    """Fraction of the pixels that are not equal.

    Qt rounds scaled positions a little differently when it repaints a part: samples may be a pixel wider.
    """
    assert one.size() == other.size()
    left, right = (
        np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), -1) for image in (one, other)
    )
    return float((left != right).mean())


def color_at(view, row, column) -> tuple[int, int, int]:
    """Colour on screen at the centre of an element."""
    pixel = view.pixel_of(row, column)
    color = QColor(shown(view).pixel(pixel))
    return color.red(), color.green(), color.blue()
