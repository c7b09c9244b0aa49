"""What is drawn in the drawing benchmark, and proof that it was painted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QEvent, QObject
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from seisview.errors import SeisviewError

Bytes = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Case:
    """Two sections to alternate between, so that nothing is cached, with facies and labels."""

    amplitudes: tuple[npt.NDArray[np.float32], ...]
    facies: tuple[Bytes, ...]
    labels: tuple[Bytes, ...]
    palette: Bytes

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns of a section."""
        rows, columns = self.labels[0].shape
        return rows, columns


def make_case(shape: tuple[int, int]) -> Case:
    """Noise smoothed along the traces, layered facies, labels on a quarter of the section; seeded."""
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


def draw() -> None:
    """Let Qt paint what was marked for painting, and no more; a forced repaint would redraw everything."""
    QApplication.processEvents()


class PaintCounter(QObject):
    """Counts paint events of widgets, so that nothing is timed that was never drawn.

    Parameters
    ----------
    viewports : sequence of QWidget
        Shown already.
    """

    def __init__(self, viewports: Sequence[QWidget]) -> None:
        super().__init__()
        self._viewports = viewports
        self._painted: set[int] = set()
        for viewport in viewports:
            if not QTest.qWaitForWindowExposed(viewport.window()):
                raise SeisviewError(
                    "The window of the benchmark was not shown.", "Run it on another display."
                )
            viewport.installEventFilter(self)
        draw()
        self._painted.clear()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Note who was painted."""
        if event.type() == QEvent.Type.Paint:
            self._painted.add(id(watched))
        return False

    def check(self) -> None:
        """Make sure that every widget was painted since the last check.

        Raises
        ------
        SeisviewError
            If one was not.
        """
        missing = len(self._viewports) - len(self._painted)
        self._painted.clear()
        if missing:
            raise SeisviewError(
                f"{missing} of the pictures were not painted.", "This is a fault of seisview."
            )

    def stop(self) -> None:
        """Count no more."""
        for viewport in self._viewports:
            viewport.removeEventFilter(self)
