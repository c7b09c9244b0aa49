"""The training curves: loss per step and the validation figures, drawn while training runs."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QVBoxLayout, QWidget

from seisview.events import TrainingStep

_REDRAW_MS = 200
_TRAINING_COLOR = "#0072b2"
_VALIDATION_COLOR = "#d55e00"
_SMOOTHING = 0.9


class TrainingPlot(QWidget):
    """Loss against step: every step thin, its running mean thick, validation as joined points.

    Points are collected at once and drawn at most five times a second, so that a fast training does not
    slow the window down.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("training_plot")
        self.setAccessibleName("Training curves: loss and validation loss against steps")
        self.setToolTip("Loss while training; lower is better. Right click for the view of the plot.")
        self._steps: list[TrainingStep] = []
        self._plot = pg.PlotWidget()
        self._item = self._plot.getPlotItem()
        self._item.setLabel("bottom", "step")
        self._item.setLabel("left", "loss")
        self._item.setContentsMargins(0, 4, 6, 0)
        self._item.getAxis("bottom").setHeight(2 * self.fontMetrics().height() + 2)
        self._item.setMenuEnabled(False)
        self._item.hideButtons()
        self._item.setMouseEnabled(x=False, y=False)
        self._legend = self._item.addLegend(offset=(-4, 1), verSpacing=-8)
        self._each = self._item.plot(pen=pg.mkPen(_TRAINING_COLOR, width=1))
        self._each.setAlpha(0.35, False)
        self._smooth = self._item.plot(name="training loss", pen=pg.mkPen(_TRAINING_COLOR, width=2))
        self._validation = self._item.plot(
            name="validation loss",
            pen=pg.mkPen(_VALIDATION_COLOR, width=2, style=Qt.PenStyle.DashLine),
            symbol="o",
            symbolSize=6,
            symbolBrush=_VALIDATION_COLOR,
            symbolPen=None,
        )
        self._redraw_timer = QTimer(self, singleShot=True, interval=_REDRAW_MS)
        self._redraw_timer.timeout.connect(self.redraw)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._plot)
        self._take_palette()

    @property
    def n_points(self) -> int:
        """Number of steps collected since :meth:`clear`."""
        return len(self._steps)

    def clear(self) -> None:
        """Forget all points, for a new training."""
        self._steps.clear()
        self.redraw()

    def add(self, step: TrainingStep) -> None:
        """Collect one step; it is drawn with the next redraw."""
        self._steps.append(step)
        if not self._redraw_timer.isActive():
            self._redraw_timer.start()

    def redraw(self) -> None:
        """Draw all collected points now."""
        self._redraw_timer.stop()
        steps = np.array([step.step for step in self._steps], np.float64)
        losses = np.array([step.loss for step in self._steps], np.float64)
        self._each.setData(steps, losses)
        self._smooth.setData(steps, running_mean(losses))
        known = [
            (s.step, s.metrics["validation_loss"]) for s in self._steps if "validation_loss" in s.metrics
        ]
        self._validation.setData(*np.array(known, np.float64).reshape(-1, 2).T)
        if steps.size:
            self._item.setXRange(0.0, max(steps[-1], 1.0), padding=0.02)

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change between the dark and the light palette."""
        if event.type() == QEvent.Type.PaletteChange:
            self._take_palette()
        super().changeEvent(event)

    def _take_palette(self) -> None:
        colors = self.palette()
        text = colors.color(QPalette.ColorRole.WindowText)
        self._plot.setBackground(colors.color(QPalette.ColorRole.Base))
        for side in ("bottom", "left"):
            axis = self._item.getAxis(side)
            axis.setPen(text)
            axis.setTextPen(text)
            axis.setTickFont(self.font())
            axis.setStyle(tickTextOffset=4)
            axis.label.setFont(self.font())
        self._legend.setLabelTextColor(text)
        for _, label in self._legend.items:
            label.setText(label.text, color=text)
        self._legend.setLabelTextSize(f"{max(self.font().pointSize(), 9)}pt")


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
