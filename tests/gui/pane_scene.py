"""The whole window on a small real file, with helpers for several panes."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt

from seisview.gui.application import build

SHIFT = Qt.KeyboardModifier.ShiftModifier
NONE = Qt.KeyboardModifier.NoModifier
LEFT = Qt.MouseButton.LeftButton


class Scene:
    def __init__(self, qtbot, path):
        self.qtbot = qtbot
        self.app = build((str(path),))
        self.window = self.app.window
        self.window.resize(1200, 800)
        self.app.show()
        qtbot.waitExposed(self.window)
        self.wait(lambda: self.app.session is not None and self.drawn())

    def wait(self, condition):
        self.qtbot.waitUntil(condition, timeout=10_000)

    def drawn(self):
        """Whether every section pane shows what it was asked for."""
        view = self.app.view
        sections = [p.section_view for p in self.panes if p.kind.axis is not None]
        return all(s.key is not None and s.key == view.key_of(s) for s in sections)

    @property
    def panes(self):
        return self.window.panes.panes

    def key(self, key, modifier=NONE):
        self.qtbot.keyClick(self.window.section_view.canvas, key, modifier)

    def four(self):
        self.key(Qt.Key.Key_4, Qt.KeyboardModifier.AltModifier)
        self.wait(self.drawn)

    def keys(self):
        return [p.section_view.key for p in self.panes]

    def click(self, number, row, column, modifier=NONE):
        section = self.panes[number].section_view
        place = section.pixel_of(row, column)
        self.qtbot.mouseClick(section.canvas.viewport(), LEFT, modifier, place)

    def labels_on(self, number):
        layer = self.panes[number].section_view._layers._layers["labels"]
        return layer.values

    def predict(self, class_id=2):
        """Draw a prediction of one class everywhere."""

        def overlay(key):
            shape = self.app.session.geometry.section_shape(key.axis)
            return np.full(shape, class_id, np.uint8), np.full(shape, 255, np.uint8)

        self.app.view.set_overlay(overlay)
        layers = [p.section_view._layers._layers["facies"] for p in self.panes if p.kind.axis is not None]
        self.wait(lambda: all(layer.values is not None for layer in layers))
