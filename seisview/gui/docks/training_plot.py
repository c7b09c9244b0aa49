"""Where the training curves are drawn while training runs, and what is said there before the first one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QVBoxLayout, QWidget

from seisview.events import TrainingStep
from seisview.gui.docks.naming import named

if TYPE_CHECKING:
    from seisview.gui.docks.loss_curves import LossCurves

_REDRAW_MS = 200
_BEFORE = "The loss of the training is drawn here: it should fall."


class TrainingPlot(QWidget):
    """Loss against step, from the first training on.

    Points are collected at once and drawn at most five times a second, so that a fast training does not
    slow the window down.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("training_plot")
        self.setAccessibleName("Training curves: loss and validation loss against steps")
        self.setToolTip("Loss while training: lower is better. Thin: every step; thick: their running mean.")
        self._steps: list[TrainingStep] = []
        self._curves: LossCurves | None = None
        self._before = named(QLabel(_BEFORE), "training_plot_empty")
        self._before.setFrameShape(QFrame.Shape.StyledPanel)
        self._before.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._before.setWordWrap(True)
        self._before.setEnabled(False)
        self._redraw_timer = QTimer(self, singleShot=True, interval=_REDRAW_MS)
        self._redraw_timer.timeout.connect(self.redraw)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(self._before)
        self._legend = named(QLabel(), "training_plot_legend")
        self._legend.setAlignment(Qt.AlignmentFlag.AlignRight)
        self._legend.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._legend.hide()
        self._column.addWidget(self._legend)

    @property
    def n_points(self) -> int:
        """Number of steps collected since :meth:`clear`."""
        return len(self._steps)

    @property
    def curves(self) -> LossCurves | None:
        """The curves, from the first training on."""
        return self._curves

    def clear(self) -> None:
        """Forget all points, and show empty axes for a training that begins."""
        if self._curves is None:
            from seisview.gui.docks.loss_curves import LEGEND, LossCurves

            self._curves = LossCurves()
            self._before.hide()
            self._legend.setText(LEGEND)
            self._legend.show()
            self._column.addWidget(self._curves, 1)
        self._steps.clear()
        self.redraw()

    def show_steps(self, steps: Sequence[TrainingStep]) -> None:
        """Show a whole curve at once; without points, empty axes if there were any curves before."""
        if not steps and self._curves is None:
            return
        self.clear()
        self._steps.extend(steps)
        self.redraw()

    def add(self, step: TrainingStep) -> None:
        """Collect one step; it is drawn with the next redraw."""
        if self._curves is None:
            self.clear()
        self._steps.append(step)
        if not self._redraw_timer.isActive():
            self._redraw_timer.start()

    def redraw(self) -> None:
        """Draw all collected points now."""
        self._redraw_timer.stop()
        if self._curves is not None:
            self._curves.draw(self._steps)
