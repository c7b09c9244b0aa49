"""The base map: the survey from above, with the sections on screen and those that matter."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from types import MappingProxyType

from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QColor, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QToolTip, QWidget

from seisview.data.geometry import Axis, SectionKey, SurveyGeometry
from seisview.gui.panes.crosshair import AXIS_COLORS, CURSOR_COLOR
from seisview.gui.panes.drawn_line import draw_line
from seisview.gui.panes.map_axes import draw_axes
from seisview.gui.panes.map_frame import MapFrame, Point, outline
from seisview.gui.panes.map_layer import MapLayer
from seisview.gui.panes.map_layout import lay_out
from seisview.gui.panes.map_marks import Legend, MapMark, draw_place, ends_of
from seisview.gui.section.orientation import orientation_of
from seisview.gui.style import described

_HOVER = "Click or drag to go there; arrow keys go on line by line"
_REACH_PX = 6.0
_CURSOR_PX = 7
_STEPS = MappingProxyType(
    {Qt.Key.Key_Left: (0, -1), Qt.Key.Key_Right: (0, 1), Qt.Key.Key_Down: (1, 0), Qt.Key.Key_Up: (-1, 0)}
)


class BaseMap(QWidget):
    """The survey from above, north up. Passive: setters and signals.

    Signals
    -------
    position_chosen(int, int)
        Inline and crossline index the user clicked, dragged or stepped to.
    line_drawn(list)
        (inline index, crossline index) of the corners of a line that the user drew.
    drawing_ended()
        The line was ended by a double click or Enter, or given up by Esc.
    pointed(object)
        (inline index, crossline index) under the pointer, or None.
    """

    position_chosen = Signal(int, int)
    pointed = Signal(object)
    line_drawn = Signal(list)
    drawing_ended = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        described(self, "base_map", "Base map", _HOVER)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setMinimumSize(160, 120)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self._geometry: SurveyGeometry | None = None
        self._sections: tuple[SectionKey, ...] = ()
        self._marks: tuple[MapMark, ...] = ()
        self._cursor: Point | None = None
        self._frame: MapFrame | None = None
        self._legend = Legend(((),), 0.0)
        self._line: list[Point] = []
        self._layer: MapLayer | None = None
        self._xy_unit = ""
        self._begun: list[Point] | None = None

    @property
    def frame(self) -> MapFrame | None:
        """Where things are on the widget; None without a survey."""
        if self._frame is None and self._geometry is not None:
            kinds = {mark.kind for mark in self._marks}
            self._frame, self._legend = lay_out(
                self._geometry, self.size(), self.fontMetrics(), kinds, self._layer
            )
        return self._frame

    @property
    def marks(self) -> tuple[MapMark, ...]:
        """The marks shown."""
        return self._marks

    @property
    def sections(self) -> tuple[SectionKey, ...]:
        """The sections drawn as lines."""
        return self._sections

    def set_geometry(self, geometry: SurveyGeometry | None, xy_unit: str = "") -> None:
        """Show another survey, or none; `xy_unit` is that of its coordinates, where it says so."""
        self._geometry, self._frame, self._xy_unit = geometry, None, xy_unit
        self._sections, self._marks, self._cursor, self._line = (), (), None, []
        self._layer = None
        self.update()

    def set_sections(self, keys: Iterable[SectionKey]) -> None:
        """Draw the sections on screen; slices are not drawn."""
        shown = tuple(keys)
        if shown != self._sections:
            self._sections = shown
            self.update()

    def set_marks(self, marks: Sequence[MapMark]) -> None:
        """Draw these marks instead of the ones before, later ones on top."""
        if tuple(marks) != self._marks:
            self._marks, self._frame = tuple(marks), None
            self.update()

    def set_layer(self, layer: MapLayer | None) -> None:
        """Colour the survey by a value on every trace, or by nothing."""
        if layer is not self._layer:
            self._layer, self._frame = layer, None
            self.update()

    def set_line(self, vertices: Sequence[Point]) -> None:
        """Draw the arbitrary line that is on screen; none without corners."""
        self._line = list(vertices)
        self.update()

    def set_drawing(self, drawing: bool) -> None:
        """Take clicks as corners of a line, or as places to go to."""
        self._begun = [] if drawing else None
        hover = "Click along the line; double click or Enter ends it, Esc gives it up" if drawing else _HOVER
        self.setToolTip(hover)
        if drawing and self.isVisible():
            self.setFocus()
        self.update()

    def set_cursor(self, position: Point | None) -> None:
        """Show where the cursor of a section is; repaints no more than that."""
        if position != self._cursor:
            self._update_cursor()
            self._cursor = position
            self._update_cursor()

    def pixel_of(self, inline: float, crossline: float) -> QPointF:
        """Position on the widget of a grid position. The survey must be there."""
        assert self.frame is not None
        return QPointF(*self.frame.pixel(inline, crossline))

    def mark_at(self, pixel: QPointF) -> MapMark | None:
        """Return the mark nearest to a pixel, if it is within reach; later ones win."""
        near = [(self._distance(mark, pixel), -i, mark) for i, mark in enumerate(self._marks)]
        reached = [found for found in near if found[0] <= _REACH_PX]
        return min(reached, key=lambda found: found[:2])[2] if reached else None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go to the place under the mouse, or set a corner of the line there."""
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        if self._begun is not None and (place := self._grid_at(event.position())) is not None:
            self._begun.append(place)
            self.update()
        elif self._begun is None:
            self._choose(event.position())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """End the line that is being drawn."""
        if self._begun is None:
            self.mousePressEvent(event)
        else:
            self._end_line()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Say where the pointer is; while the button is held, go there."""
        self.pointed.emit(self._grid_at(event.position()))
        if event.buttons() & Qt.MouseButton.LeftButton and self._begun is None:
            self._choose(event.position())

    def leaveEvent(self, event: QEvent) -> None:
        """Say that the pointer left."""
        super().leaveEvent(event)
        self.pointed.emit(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go on by one line in the direction of an arrow key, as far as lines run in it."""
        if self._begun is not None and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._end_line()
            return
        if self._begun is not None and event.key() == Qt.Key.Key_Escape:
            self.drawing_ended.emit()
            return
        step = _STEPS.get(Qt.Key(event.key()))
        if step is None or self._geometry is None:
            super().keyPressEvent(event)
            return
        now = {key.axis: key.index for key in self._sections}
        counts = self._geometry.shape
        crosslines, inlines = orientation_of(Axis.SAMPLE, self._geometry).elements(*step)
        inline = now.get(Axis.INLINE, counts[0] // 2) + inlines
        crossline = now.get(Axis.CROSSLINE, counts[1] // 2) + crosslines
        self.position_chosen.emit(min(max(inline, 0), counts[0] - 1), min(max(crossline, 0), counts[1] - 1))

    def event(self, event: QEvent) -> bool:
        """Say on hover what is there."""
        if event.type() is QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            mark = self.mark_at(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), self.toolTip() if mark is None else mark.text, self)
            return True
        return super().event(event)

    def resizeEvent(self, _event: QEvent) -> None:
        """Fit the survey again."""
        self._frame = None

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw axes, outline, sections, marks with what they mean, and cursor."""
        geometry, frame = self._geometry, self.frame
        painter = QPainter(self)
        painter.fillRect(self.rect(), self.palette().color(QPalette.ColorRole.Base))
        if geometry is None or frame is None:
            return
        draw_axes(painter, frame, self.palette(), self._xy_unit)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Text), 1.2))
        painter.setBrush(self.palette().color(QPalette.ColorRole.AlternateBase))
        painter.drawPolygon([QPointF(*frame.pixel(*corner)) for corner in outline(geometry)])
        if self._layer is not None:
            self._layer.draw(painter, frame)
        for key in self._sections:
            if (ends := ends_of(key, geometry)) is not None:
                painter.setPen(QPen(QColor(AXIS_COLORS[key.axis]), 5))
                painter.drawLine(*(self.pixel_of(*end) for end in ends))
        for mark in self._marks:
            draw_place(painter, mark.kind, self.pixel_of(*mark.start), self.pixel_of(*mark.end))
        if self._layer is not None:
            self._layer.draw_scale(painter, frame, self.palette())
        self._legend.draw(painter, frame.area.top + frame.area.height + 3, self.palette())
        line, is_drawn = (self._line, True) if self._begun is None else (self._begun, False)
        pixels = [self.pixel_of(*corner) for corner in line]
        draw_line(painter, pixels, frame.area, with_letters=is_drawn)
        if self._cursor is not None:
            painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Text), 1))
            painter.setBrush(QColor(CURSOR_COLOR))
            painter.drawEllipse(self.pixel_of(*self._cursor), 4, 4)

    def _end_line(self) -> None:
        vertices, self._begun = self._begun or [], []
        if len(vertices) > 1:
            self.line_drawn.emit(vertices)
        self.drawing_ended.emit()

    def _update_cursor(self) -> None:
        if self._cursor is not None and self.frame is not None:
            place = self.pixel_of(*self._cursor).toPoint()
            self.update(place.x() - _CURSOR_PX, place.y() - _CURSOR_PX, 2 * _CURSOR_PX, 2 * _CURSOR_PX)

    def _grid_at(self, pixel: QPointF) -> tuple[int, int] | None:
        if self._geometry is None or self.frame is None:
            return None
        inline, crossline = (round(value) for value in self.frame.grid(pixel.x(), pixel.y()))
        inside = 0 <= inline < self._geometry.shape[0] and 0 <= crossline < self._geometry.shape[1]
        return (inline, crossline) if inside else None

    def _choose(self, pixel: QPointF) -> None:
        if (position := self._grid_at(pixel)) is not None:
            self.position_chosen.emit(*position)

    def _distance(self, mark: MapMark, pixel: QPointF) -> float:
        start, end = self.pixel_of(*mark.start), self.pixel_of(*mark.end)
        along = end - start
        length = QPointF.dotProduct(along, along)
        share = QPointF.dotProduct(pixel - start, along) / length if length else 0.0
        away = pixel - (start + along * min(max(share, 0.0), 1.0))
        return float(QPointF.dotProduct(away, away) ** 0.5)
