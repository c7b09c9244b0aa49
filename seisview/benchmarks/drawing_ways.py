"""Ways of drawing a section with facies and labels: two with pyqtgraph's image items, and seisview's."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtWidgets import QApplication, QWidget

from seisview.benchmarks.drawing_case import Bytes, Case, draw
from seisview.data.geometry import Axis, SectionKey
from seisview.errors import SeisviewError
from seisview.gui.section.section_view import AxisScale, DisplaySettings, SectionPicture, SectionView
from seisview.labels.boxes import Box

CANVAS = (1200, 800)
"""Pixels of all canvases together, width and height."""

OPACITY = 0.45
_CLIP = 3.0
_DAB = 24


class PyqtgraphViews:
    """What most programs do: a float32 image with levels, an RGBA picture of facies and labels over it."""

    def __init__(self, case: Case, n_panes: int) -> None:
        self.case = case
        self.window = QWidget()
        width, height = pane_size(n_panes)
        self.graphics = [pg.GraphicsView(self.window) for _ in range(n_panes)]
        place(self.window, self.graphics, (width, height))
        self.images: list[Any] = []
        self.overlays: list[Any] = []
        self.boxes = [self._filled(graphics) for graphics in self.graphics]
        self.table = np.zeros((256, 4), np.uint8)
        self.table[1:, :3] = case.palette[1:]
        self.table[1:, 3] = round(255 * OPACITY)
        self.solid = self.table.copy()
        self.solid[1:, 3] = 255
        self.show_section(0)
        rows, columns = case.shape
        for box in self.boxes:
            box.setRange(xRange=(0, columns), yRange=(0, rows), padding=0)
        self.window.show()

    def _filled(self, graphics: Any) -> Any:
        box = pg.ViewBox(invertY=True, enableMenu=False)
        graphics.setCentralItem(box)
        for items in (self.images, self.overlays):
            items.append(pg.ImageItem(axisOrder="row-major"))
            box.addItem(items[-1])
        return box

    @property
    def viewports(self) -> list[QWidget]:
        """What is painted."""
        return [graphics.viewport() for graphics in self.graphics]

    def rebuilt_overlay(self, turn: int) -> Bytes:
        """RGBA of facies with labels on top."""
        facies, labels = self.case.facies[turn % 2], self.case.labels[turn % 2]
        return np.where((labels > 0)[..., None], self.solid[labels], self.table[facies])

    def show_section(self, turn: int) -> None:
        """New section, facies and labels, drawn."""
        for image, overlay in zip(self.images, self.overlays, strict=True):
            image.setImage(self.case.amplitudes[turn % 2], levels=(-_CLIP, _CLIP), autoLevels=False)
            overlay.setImage(self.rebuilt_overlay(turn), autoLevels=False)
        draw()

    def stroke(self, turn: int) -> None:
        """A stroke by rebuilding the RGBA picture."""
        for overlay in self.overlays:
            overlay.setImage(self.rebuilt_overlay(turn), autoLevels=False)
        draw()


class MaskUploads(PyqtgraphViews):
    """pyqtgraph at its best: uint8 images with lookup tables, the mask uploaded as a whole on each stroke."""

    def __init__(self, case: Case, n_panes: int) -> None:
        super().__init__(case, n_panes)
        amplitudes = np.clip(case.amplitudes[0] * 42 + 128, 0, 255).astype(np.uint8)
        self.masks = []
        for image, overlay, box in zip(self.images, self.overlays, self.boxes, strict=True):
            image.setImage(amplitudes, levels=(0, 255))
            overlay.setImage(case.facies[0], lut=self.table, levels=(0, 255), autoLevels=False)
            self.masks.append(pg.ImageItem(axisOrder="row-major"))
            box.addItem(self.masks[-1])
            self.masks[-1].setImage(case.labels[0], lut=self.solid, levels=(0, 255), autoLevels=False)

    def stroke(self, turn: int) -> None:
        """Upload the mask and redraw."""
        for mask in self.masks:
            mask.setImage(self.case.labels[turn % 2], autoLevels=False)
        draw()


class SectionViews:
    """The program's own section views, rulers and colour bars included."""

    def __init__(self, case: Case, n_panes: int) -> None:
        self.case = case
        self.window = QWidget()
        self.views = [SectionView(self.window) for _ in range(n_panes)]
        self.pictures = _pictures(case)
        for view in self.views:
            view.set_palette(case.palette)
            view.set_display(DisplaySettings(clip_limit=_CLIP))
        width, height = pane_size(n_panes)
        place(self.window, self.views, (width, height))
        self.window.show()
        self.show_section(0)
        first = self.views[0]  # rulers and bar come beside the canvas: they know their size by now
        beside = first.left_ruler.sizeHint().width() + first.color_bar.sizeHint().width()
        place(self.window, self.views, (width + beside, height + first.top_ruler.sizeHint().height()))
        QApplication.sendPostedEvents()
        size = first.canvas.viewport().size()
        if (size.width(), size.height()) != (width, height):
            raise SeisviewError(f"The canvas has {size.width()} x {size.height()} pixels.", "Report this.")
        self.show_section(1)

    @property
    def viewports(self) -> list[QWidget]:
        """What is painted."""
        return [view.canvas.viewport() for view in self.views]

    def show_section(self, turn: int) -> None:
        """New section, facies and labels, drawn."""
        for view in self.views:
            view.set_section(self.pictures[turn % 2])
            view.set_facies(self.case.facies[turn % 2])
            view.set_labels(self.case.labels[turn % 2])
        draw()

    def stroke(self, turn: int) -> None:
        """One dab of 24 x 24 samples on the first pane, its crossing samples on the others, all repainted."""
        rows, columns = self.case.shape
        row, column = rows // 3 + 5 * (turn % 2), columns // 3
        for number, view in enumerate(self.views):
            width = _DAB if number == 0 else 1
            patch = np.full((_DAB, width), 3, np.uint8)
            view.patch_labels(Box(row, row + _DAB, column, column + width), patch)
        draw()


def _pictures(case: Case) -> list[SectionPicture]:
    rows, columns = case.shape
    x = AxisScale("crossline", "", np.arange(columns, dtype=float))
    y = AxisScale("time", "ms", np.arange(0.0, 4.0 * rows, 4.0), continuous=True)
    return [
        SectionPicture(SectionKey(Axis.INLINE, number), f"inline {number}", amplitudes, x, y)
        for number, amplitudes in enumerate(case.amplitudes)
    ]


def pane_size(n_panes: int) -> tuple[int, int]:
    """Width and height of one of one or four canvases."""
    side = math.isqrt(n_panes)
    return CANVAS[0] // side, CANVAS[1] // side


def place(window: QWidget, panes: Sequence[QWidget], size: tuple[int, int]) -> None:
    """Put panes of that size side by side into a window that they fill."""
    side = math.isqrt(len(panes))
    for number, pane in enumerate(panes):
        row, column = divmod(number, side)
        pane.setGeometry(column * size[0], row * size[1], *size)
    window.resize(side * size[0], side * size[1])
