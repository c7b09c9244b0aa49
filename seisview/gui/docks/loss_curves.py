"""The curves of a training, drawn with pyqtgraph: imported when there is something to draw, not before."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QWidget

from seisview.events import TrainingStep

# Both stand out from a white ground and from a dark one.
_TRAINING_COLOR = "#1f8fd6"
_VALIDATION_COLOR = "#d55e00"
_SMOOTHING = 0.9
LEGEND = (
    f'<span style="color:{_TRAINING_COLOR}">━━</span> training &nbsp; '
    f'<span style="color:{_VALIDATION_COLOR}">╍●╍</span> validation'
)
"""What the curves are, for above them: on them it would hide them."""


class StepAxis(pg.AxisItem):
    """An axis of things that are counted: ticks at whole numbers only."""

    def tickSpacing(self, least: float, most: float, size: float) -> list[tuple[float, float]]:
        """Return pyqtgraph's levels of ticks without those that would divide a step."""
        levels = super().tickSpacing(least, most, size)
        return [(spacing, offset) for spacing, offset in levels if spacing >= 1] or [(1.0, 0.0)]


class LossCurves(pg.PlotWidget):
    """Loss against step: every step thin, its running mean thick, validation as joined points."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, axisItems={"bottom": StepAxis("bottom")})
        self.setObjectName("loss_curves")
        self._item = self.getPlotItem()
        self._item.setLabel("bottom", "step")
        self._item.setLabel("left", "loss")
        self._item.setContentsMargins(0, 4, 6, 0)
        self._item.getAxis("bottom").setHeight(2 * self.fontMetrics().height() + 2)
        self._item.setMenuEnabled(False)
        self._item.hideButtons()
        self._item.setMouseEnabled(x=False, y=False)
        for side in ("bottom", "left"):
            self._item.getAxis(side).enableAutoSIPrefix(False)  # neither has a unit that prefixes belong to
        self._each = self._item.plot(pen=pg.mkPen(_TRAINING_COLOR, width=1))
        self._each.setAlpha(0.5, False)
        self._smooth = self._item.plot(name="training loss", pen=pg.mkPen(_TRAINING_COLOR, width=2))
        self._validation = self._item.plot(
            name="validation loss",
            pen=pg.mkPen(_VALIDATION_COLOR, width=2, style=Qt.PenStyle.DashLine),
            symbol="o",
            symbolSize=6,
            symbolBrush=_VALIDATION_COLOR,
            symbolPen=None,
        )
        self._take_palette()

    @property
    def drawn(self) -> dict[str, tuple[np.ndarray, np.ndarray]]:
        """(steps, losses) by the name in the legend."""
        curves = (self._smooth, self._validation)
        return {curve.name(): curve.getOriginalDataset() for curve in curves}

    def draw(self, points: Sequence[TrainingStep]) -> None:
        """Draw all steps of a training; none at all leaves empty axes."""
        steps = np.array([point.step for point in points], np.float64)
        losses = np.array([point.loss for point in points], np.float64)
        known = [(p.step, p.metrics["validation_loss"]) for p in points if "validation_loss" in p.metrics]
        validation = np.array(known, np.float64).reshape(-1, 2)
        smooth = running_mean(losses)
        self._each.setData(steps, losses)
        self._smooth.setData(steps, smooth)
        self._validation.setData(*validation.T)
        if steps.size:
            self._item.setXRange(0.0, max(steps[-1], 1.0), padding=0.02)
            # A single bad step must not press the curve against the axis.
            shown = np.concatenate([smooth, validation[:, 1]])
            top = shown[np.isfinite(shown)].max(initial=0.0)
            if top > 0:
                self._item.setYRange(0.0, 1.05 * top, padding=0.0)

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change between the dark and the light palette."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_validation"):
            self._take_palette()

    def _take_palette(self) -> None:
        colors = self.palette()
        text = colors.color(QPalette.ColorRole.WindowText)
        self.setBackground(colors.color(QPalette.ColorRole.Base))
        for side in ("bottom", "left"):
            axis = self._item.getAxis(side)
            axis.setPen(text)
            axis.setTextPen(text)
            axis.setTickFont(self.font())
            axis.setStyle(tickTextOffset=4, hideOverlappingLabels=True)
            axis.label.setFont(self.font())


def running_mean(values: np.ndarray) -> np.ndarray:
    """Exponential running mean without the bias of a start at zero.

    Parameters
    ----------
    values : ndarray of float, shape (n,)

    Returns
    -------
    ndarray of float, shape (n,)
    """
    smooth = np.empty_like(values)
    total = weight = 0.0
    for index, value in enumerate(values):
        total = _SMOOTHING * total + value
        weight = _SMOOTHING * weight + 1.0
        smooth[index] = total / weight
    return smooth
