"""A section canvas with rulers along two sides and a colour bar."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from seisview.gui.section.color_bar import ColorBar
from seisview.gui.section.navigation import ZOOM_PER_NOTCH
from seisview.gui.section.overlay_scale import LayerScale, OverlayScale
from seisview.gui.section.section_axes import Ruler
from seisview.gui.section.section_canvas import SectionCanvas
from seisview.gui.section.section_picture import AxisScale, CursorPosition


class FramedCanvas(QWidget):
    """Canvas, rulers and colour bar, kept in step.

    Attributes
    ----------
    canvas : SectionCanvas
    top_ruler, left_ruler : Ruler
    color_bar : ColorBar
    overlay_scale : OverlayScale
        Above the colour bar, which becomes shorter: the canvas stays as wide.

    Signals
    -------
    view_changed()
        Another part of the section, or another size, is on screen.
    """

    view_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bar_wanted, self._has_axes = True, False
        self.canvas = SectionCanvas()
        self.color_bar, self.overlay_scale = ColorBar(), OverlayScale()
        self.top_ruler = Ruler(Qt.Orientation.Horizontal)
        self.left_ruler = Ruler(Qt.Orientation.Vertical)
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.top_ruler, 0, 1)
        layout.addWidget(self.left_ruler, 1, 0)
        layout.addWidget(self.canvas, 1, 1)
        bars = QVBoxLayout()
        bars.addWidget(self.overlay_scale)
        bars.addWidget(self.color_bar, 1)
        layout.addLayout(bars, 1, 2)
        self.overlay_scale.hide()
        layout.setColumnStretch(1, 1)
        layout.setRowStretch(1, 1)
        self.setFocusProxy(self.canvas)
        self.canvas.view_changed.connect(self._follow_view)

    def fit(self) -> None:
        """Show the whole section."""
        self.canvas.fit()

    def zoom(self, factor: float = ZOOM_PER_NOTCH) -> None:
        """Enlarge around the centre (below 1: shrink)."""
        self.canvas.zoom(factor)

    def center_on(self, row: float | None, column: float | None) -> None:
        """Bring an element to the middle where the section is zoomed; None leaves that direction alone."""
        self.canvas.center_on(row, column)

    def set_exaggeration(self, exaggeration: float | None) -> None:
        """Draw a sample so many times as high as a trace is wide; None stretches both to fill the view."""
        self.canvas.set_aspect(locked=exaggeration is not None, exaggeration=exaggeration or 1.0)

    def pixel_of(self, row: float, column: float) -> QPoint:
        """Position on ``canvas.viewport()`` of the centre of an element."""
        return self.canvas.pixel_of(row, column)

    def set_axes(self, x_axis: AxisScale | None, y_axis: AxisScale | None) -> None:
        """Mark other axes, of columns and rows; None marks nothing and hides the colour bar."""
        is_swapped = self.canvas.orientation.swapped
        self.top_ruler.set_scale(y_axis if is_swapped else x_axis)
        self.left_ruler.set_scale(x_axis if is_swapped else y_axis)
        self._has_axes = x_axis is not None
        self._show_bars()

    def set_overlay_scale(self, scale: LayerScale | None) -> None:
        """Say what the colours of the layer on top mean; None: there is no such layer."""
        self.overlay_scale.set_scale(scale)
        self._show_bars()

    def set_color_bar_wanted(self, wanted: bool) -> None:
        """Show the colour bar, or leave it to another pane that has the same one."""
        self._bar_wanted = wanted
        self._show_bars()

    def _show_bars(self) -> None:
        shown = self._has_axes and self._bar_wanted
        self.color_bar.setVisible(shown)
        self.overlay_scale.setVisible(shown and self.overlay_scale.scale is not None)

    def mark_cursor(self, position: CursorPosition | None) -> None:
        """Point at an element on both rulers."""
        place = (None, None) if position is None else (position.column, position.row)
        across, down = reversed(place) if self.canvas.orientation.swapped else place
        self.top_ruler.set_marker(across)
        self.left_ruler.set_marker(down)

    def _follow_view(self) -> None:
        transform = self.canvas.viewportTransform()
        # one of each pair is 0: the one that the axis does not run along
        self.top_ruler.set_view(transform.dx(), transform.m11() + transform.m21())
        self.left_ruler.set_view(transform.dy(), transform.m22() + transform.m12())
        self.view_changed.emit()
