"""The surface a section is drawn on: scene, camera and mapping between pixels and elements."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPalette, QResizeEvent, QTransform, QWheelEvent
from PySide6.QtWidgets import QFrame, QGraphicsScene, QGraphicsView, QWidget

from seisview.gui.section.camera import Camera, Frame
from seisview.gui.section.orientation import UPRIGHT, Orientation


class SectionCanvas(QGraphicsView):
    """Shows the scene through a :class:`~seisview.gui.section.camera.Camera`.

    Scene units are elements: ``[row, column]`` covers ``column..column + 1`` by ``row..row + 1``, whichever
    way they are drawn. Only what changed is repainted. Without a section it shows a message.

    Signals
    -------
    view_changed()
        Another part of the section, or another size, is on screen.
    """

    view_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shape: tuple[int, int] | None = None
        self._orientation = UPRIGHT
        self._camera = Camera(0.5, 0.5, 1.0, 1.0)
        self._fitted = True
        self._exaggeration = 1.0
        self._locked = False
        self._message = ""
        self.setScene(QGraphicsScene(self))
        self.scene().setItemIndexMethod(QGraphicsScene.ItemIndexMethod.NoIndex)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.MinimalViewportUpdate)
        self.setOptimizationFlag(QGraphicsView.OptimizationFlag.DontAdjustForAntialiasing)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setResizeAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setBackgroundRole(QPalette.ColorRole.Dark)
        self.setObjectName("section_canvas")

    @property
    def section_shape(self) -> tuple[int, int] | None:
        """(rows, columns), or None without a section."""
        return self._shape

    @property
    def orientation(self) -> Orientation:
        """Which way rows and columns are drawn."""
        return self._orientation

    @property
    def element_scale(self) -> tuple[float, float]:
        """Logical pixels per column and per row."""
        return element_scale(self.transform())

    @property
    def camera(self) -> Camera | None:
        """Where the user looks; None while the whole section is fitted to the window."""
        return None if self._fitted else self._camera

    def show_section(
        self, shape: tuple[int, int], camera: Camera | None = None, orientation: Orientation = UPRIGHT
    ) -> None:
        """Look at a section of another shape; fitted, unless `camera` says where to look."""
        self._shape, self._message, self._orientation = shape, "", orientation
        self._fitted = camera is None
        self._move_to((camera if camera is not None else self._camera).reshaped(self._frame()))
        self.viewport().update()

    def show_message(self, message: str) -> None:
        """Show a line of text instead of a section."""
        self._shape, self._message = None, message
        self._fitted = True
        self.viewport().update()
        self.view_changed.emit()

    def fit(self) -> None:
        """Show the whole section, and keep doing so when the window changes size."""
        self._fitted = True
        self._move_to(self._camera)

    def zoom(self, factor: float, at: QPointF | None = None) -> None:
        """Enlarge by `factor` around a position of the viewport, by default its centre."""
        if self._shape is None:
            return
        place = self.scene_position(at if at is not None else QPointF(self.viewport().rect().center()))
        anchor = self._turn().map(place)
        self._fitted = False
        self._move_to(self._camera.zoomed(factor, (anchor.x(), anchor.y()), self._frame()))

    def pan(self, delta: QPointF) -> None:
        """Move the picture by so many pixels."""
        if self._shape is None:
            return
        self._fitted = False
        self._move_to(self._camera.panned(delta.x(), delta.y(), self._frame()))

    def center_on(self, row: float | None, column: float | None) -> None:
        """Bring an element to the middle, unless the whole section is shown; None leaves one direction."""
        if self._shape is None or self._fitted:
            return
        place = self._turn().map(QPointF((column or 0) + 0.5, (row or 0) + 0.5))
        across, down = (row, column) if self._orientation.swapped else (column, row)
        x, y = None if across is None else place.x() - 0.5, None if down is None else place.y() - 0.5
        self._move_to(self._camera.centered(y, x, self._frame()))

    def set_aspect(self, *, locked: bool, exaggeration: float) -> None:
        """Lock or free the ratio of height to width of a sample on screen."""
        if (locked, exaggeration) == (self._locked, self._exaggeration):
            return
        self._locked, self._exaggeration = locked, exaggeration
        if self._shape is not None:
            self._move_to(self._camera.reshaped(self._frame()))

    def scene_position(self, pixel: QPointF) -> QPointF:
        """Scene position of a (fractional) position of the viewport."""
        return self.viewportTransform().inverted()[0].map(pixel)

    def pixel_of(self, row: float, column: float) -> QPoint:
        """Pixel of the viewport at the centre of an element."""
        return self.viewportTransform().map(QPointF(column + 0.5, row + 0.5)).toPoint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave keys to the window: Qt would scroll, past the camera, and the axes would stay behind."""
        event.ignore()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to those who watch: Qt would scroll past the camera."""
        event.ignore()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the section fitted, or the centre where it is."""
        super().resizeEvent(event)
        self._move_to(self._camera)

    def drawForeground(self, painter: QPainter, _rect: QRectF | QRect) -> None:
        """Draw the message when there is no section."""
        if self._shape is not None or not self._message:
            return
        painter.save()
        painter.resetTransform()
        painter.setPen(self.palette().color(QPalette.ColorRole.BrightText))
        area = self.viewport().rect().adjusted(24, 24, -24, -24)
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self._message)
        painter.restore()

    def _frame(self) -> Frame:
        rows, columns = self._orientation.shown_shape(self._shape or (1, 1))
        size = self.viewport().size()
        exaggeration = self._exaggeration if self._locked else None
        return Frame(rows, columns, size.width(), size.height(), exaggeration)

    def _turn(self) -> QTransform:
        """From the scene to elements of the screen, which the camera counts in."""
        return QTransform(*self._orientation.matrix(self._shape or (1, 1)))

    def _move_to(self, camera: Camera) -> None:
        if self._shape is None:
            return
        frame = self._frame()
        self._camera = Camera.fitted(frame) if self._fitted else camera.kept_inside(frame)
        camera = self._camera
        # Scrolling must reach every centre on the section, and scenes smaller than the view do not scroll.
        margin_x = max(frame.columns, frame.width / camera.scale_x) * 1.1 + 1
        margin_y = max(frame.rows, frame.height / camera.scale_y) * 1.1 + 1
        seen = QRectF(-margin_x, -margin_y, frame.columns + 2 * margin_x, frame.rows + 2 * margin_y)
        turn = self._turn()
        self.setSceneRect(turn.inverted()[0].mapRect(seen))
        self.setTransform(turn * QTransform.fromScale(camera.scale_x, camera.scale_y))
        # centerOn() truncates: a fitted section would lose a row of pixels on one side.
        self.horizontalScrollBar().setValue(round(camera.center_x * camera.scale_x - frame.width / 2))
        self.verticalScrollBar().setValue(round(camera.center_y * camera.scale_y - frame.height / 2))
        self.view_changed.emit()


def element_scale(transform: QTransform) -> tuple[float, float]:
    """Pixels per column and per row under a transformation that turns by right angles or not at all."""
    return abs(transform.m11()) + abs(transform.m12()), abs(transform.m21()) + abs(transform.m22())
