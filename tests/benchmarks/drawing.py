"""Drawing targets B1 and B2: the section view against pyqtgraph's float32 image with a rebuilt RGBA overlay.

Run ``QT_QPA_PLATFORM=offscreen python -m tests.benchmarks.drawing``. Prints medians in milliseconds (smallest
in brackets) and the ratios that count. Both sides draw into a canvas of 1200 x 800 pixels, and have painted
before the clock stops.

B1: a new section with new facies and labels, drawn. Target <= 0.7 at 700 x 900, <= 0.3 at 1500 x 3000.
B2: the repaint of one brush dab against re-uploading and redrawing the whole mask. Target <= 0.1.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QObject
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from seisview.data.geometry import Axis, SectionKey
from seisview.gui.section.section_view import AxisScale, DisplaySettings, SectionPicture, SectionView
from seisview.labels.strokes import Box

CANVAS = (1200, 800)
SHAPES = ((700, 900), (1500, 3000))
REPEATS = 21
OPACITY = 0.45


@dataclass(frozen=True)
class Case:
    """Two sections to alternate between, so that nothing is cached, with facies and labels."""

    amplitudes: tuple[np.ndarray, np.ndarray]
    facies: tuple[np.ndarray, np.ndarray]
    labels: tuple[np.ndarray, np.ndarray]
    palette: np.ndarray


def make_case(shape: tuple[int, int]) -> Case:
    """Noise smoothed along the traces, layered facies, labels on a quarter of the section."""
    rng = np.random.default_rng(7)
    amplitudes, facies, labels = [], [], []
    rows, columns = np.indices(shape, sparse=True)
    for shift in (0, 9):
        noise = rng.standard_normal(shape).astype(np.float32)
        amplitudes.append(noise + np.roll(noise, 1, 1) + np.roll(noise, 2, 1))
        layers = (rows + shift + 20 * np.sin(columns / 90)) // 60 % 6 + 1
        facies.append(layers.astype(np.uint8))
        painted = (rows // (shape[0] // 4) + columns // (shape[1] // 4)) % 4 == 0
        labels.append(np.where(painted, facies[-1], 0).astype(np.uint8))
    palette = np.zeros((256, 3), np.uint8)
    palette[1:] = rng.integers(0, 256, (255, 3))
    return Case(tuple(amplitudes), tuple(facies), tuple(labels), palette)


class PaintCounter(QObject):
    """Counts paint events, so that nothing is timed that was never drawn."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.count = 0
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        self.count += event.type() == QEvent.Type.Paint
        return False


def measured(action: Callable[[int], None], viewport: QWidget) -> tuple[float, float]:
    """(median, smallest) duration in milliseconds; the first two calls warm up."""
    assert QTest.qWaitForWindowExposed(viewport.window())
    QApplication.processEvents()
    paints = PaintCounter(viewport)
    durations = []
    for turn in range(REPEATS + 2):
        start = time.perf_counter()
        action(turn % 2)
        durations.append((time.perf_counter() - start) * 1e3)
    assert paints.count == REPEATS + 2, f"{paints.count} paints"
    return float(np.median(durations[2:])), min(durations[2:])


def draw() -> None:
    """Let Qt paint what was marked for painting, and no more; a forced repaint would redraw everything."""
    QApplication.processEvents()


class PyqtgraphView:
    """What most programs do: a float32 image with levels, an RGBA picture of facies and labels over it."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.widget = pg.GraphicsView()
        self.widget.resize(*CANVAS)
        box = pg.ViewBox(invertY=True, enableMenu=False)
        self.widget.setCentralItem(box)
        self.image = pg.ImageItem(axisOrder="row-major")
        self.overlay = pg.ImageItem(axisOrder="row-major")
        box.addItem(self.image)
        box.addItem(self.overlay)
        self.table = np.zeros((256, 4), np.uint8)
        self.table[1:, :3] = case.palette[1:]
        self.table[1:, 3] = round(255 * OPACITY)
        self.solid = self.table.copy()
        self.solid[1:, 3] = 255
        self.show_section(0)
        box.setRange(xRange=(0, case.labels[0].shape[1]), yRange=(0, case.labels[0].shape[0]), padding=0)
        self.widget.show()

    def rebuilt_overlay(self, turn: int) -> np.ndarray:
        """RGBA of facies with labels on top."""
        facies, labels = self.case.facies[turn], self.case.labels[turn]
        return np.where((labels > 0)[..., None], self.solid[labels], self.table[facies])

    def show_section(self, turn: int) -> None:
        """New section, facies and labels, drawn."""
        self.image.setImage(self.case.amplitudes[turn], levels=(-3.0, 3.0), autoLevels=False)
        self.overlay.setImage(self.rebuilt_overlay(turn), autoLevels=False)
        draw()

    def stroke_rgba(self, turn: int) -> None:
        """A stroke by rebuilding the RGBA picture."""
        self.overlay.setImage(self.rebuilt_overlay(turn), autoLevels=False)
        draw()


class MaskUpload:
    """pyqtgraph at its best: uint8 images with lookup tables, the mask uploaded as a whole on each stroke."""

    def __init__(self, case: Case) -> None:
        self.case = case
        base = PyqtgraphView(case)
        self.widget, self.image, self.overlay, self.table = base.widget, base.image, base.overlay, base.table
        self.mask = pg.ImageItem(axisOrder="row-major")
        self.image.getViewBox().addItem(self.mask)
        self.image.setImage(np.clip(case.amplitudes[0] * 42 + 128, 0, 255).astype(np.uint8), levels=(0, 255))
        self.overlay.setImage(case.facies[0], lut=self.table, levels=(0, 255), autoLevels=False)
        self.mask.setImage(case.labels[0], lut=base.solid, levels=(0, 255), autoLevels=False)

    def stroke(self, turn: int) -> None:
        """Upload the mask and redraw."""
        self.mask.setImage(self.case.labels[turn], autoLevels=False)
        draw()


class SeisviewView:
    """The section view itself."""

    def __init__(self, case: Case) -> None:
        self.case = case
        rows, columns = case.labels[0].shape
        x = AxisScale("crossline", "", np.arange(columns, dtype=float))
        y = AxisScale("time", "ms", np.arange(rows) * 4.0, continuous=True)
        self.pictures = [
            SectionPicture(SectionKey(Axis.INLINE, i), f"inline {i}", a, x, y)
            for i, a in enumerate(case.amplitudes)
        ]
        self.view = SectionView()
        self.view.set_palette(case.palette)
        self.view.set_display(DisplaySettings(clip_limit=3.0))
        self.view.show()
        self.show_section(0)
        rulers = (self.view.left_ruler.sizeHint().width(), self.view.top_ruler.sizeHint().height())
        bar = self.view.color_bar.sizeHint().width()
        self.view.resize(CANVAS[0] + rulers[0] + bar, CANVAS[1] + rulers[1])
        QApplication.sendPostedEvents()
        size = self.view.canvas.viewport().size()
        assert (size.width(), size.height()) == CANVAS, size
        self.show_section(1)

    def show_section(self, turn: int) -> None:
        """New section, facies and labels, drawn; rulers and colour bar included."""
        self.view.set_section(self.pictures[turn])
        self.view.set_facies(self.case.facies[turn])
        self.view.set_labels(self.case.labels[turn])
        draw()

    def stroke(self, turn: int) -> None:
        """One dab of 24 x 24 samples, and the repaint it causes."""
        rows, columns = self.case.labels[0].shape
        row, column = rows // 3 + 5 * turn, columns // 3
        self.view.patch_labels(Box(row, row + 24, column, column + 24), np.full((24, 24), 3, np.uint8))
        draw()


def main() -> None:
    """Print all medians and ratios."""
    app = QApplication.instance() or QApplication([])
    for shape in SHAPES:
        case = make_case(shape)
        reference, upload, ours = PyqtgraphView(case), MaskUpload(case), SeisviewView(case)
        results = {
            "pyqtgraph float32 + rebuilt RGBA": measured(reference.show_section, reference.widget.viewport()),
            "section view": measured(ours.show_section, ours.view.canvas.viewport()),
            "stroke: RGBA rebuilt": measured(reference.stroke_rgba, reference.widget.viewport()),
            "stroke: whole mask uploaded": measured(upload.stroke, upload.widget.viewport()),
            "stroke: section view": measured(ours.stroke, ours.view.canvas.viewport()),
        }
        print(f"{shape[0]} x {shape[1]}, canvas {CANVAS[0]} x {CANVAS[1]}")
        for name, (median, least) in results.items():
            print(f"  {name:34s} {median:8.2f} ({least:.2f}) ms")
        medians = {name: median for name, (median, _) in results.items()}
        b1 = medians["section view"] / medians["pyqtgraph float32 + rebuilt RGBA"]
        b2 = medians["stroke: section view"] / medians["stroke: whole mask uploaded"]
        print(
            f"  B1 {b1:.3f}x (target <= {0.7 if shape == SHAPES[0] else 0.3})   B2 {b2:.4f}x (target <= 0.1)"
        )
        for widget in (reference.widget, upload.widget, ours.view):
            widget.close()
    del app


if __name__ == "__main__":
    main()
