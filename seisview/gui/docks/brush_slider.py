"""The slider that shows and changes the size of the brush."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSlider

from seisview.gui.docks.naming import named

LARGEST_BRUSH = 200


def brush_slider() -> QSlider:
    """Return the slider, from 1 to `LARGEST_BRUSH` samples."""
    slider = named(QSlider(Qt.Orientation.Horizontal), "brush_size")
    slider.setRange(1, LARGEST_BRUSH)
    slider.setPageStep(5)
    slider.setValue(12)
    slider.setAccessibleName("Brush diameter in samples")
    slider.setToolTip("Diameter of the brush and the eraser in samples of the section ([ and ], Shift+wheel)")
    return slider
