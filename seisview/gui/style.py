"""How the program looks: one style everywhere, icons in the text colour, dark and light as the system."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtCore import QByteArray, QObject, QRectF, Qt, QTimer
from PySide6.QtGui import QColor, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication, QWidget

from seisview.resources import resource

AnyWidget = TypeVar("AnyWidget", bound=QWidget)

SMALLEST_POINT_SIZE = 9.5
# Between the light and the dark window: as legible on both. What a style takes by itself is 1.6 : 1 on light.
DISABLED_TEXT = "#7f7f7f"
_TEXT_ROLES = (
    QPalette.ColorRole.WindowText,
    QPalette.ColorRole.Text,
    QPalette.ColorRole.ButtonText,
)
_ICON_SIZES = (24, 48)
_PROGRAM_ICON_SIZES = (16, 32, 64, 128, 256)


def apply_style(app: QApplication) -> None:
    """Give the application its style, legible disabled text, a font of at least 9 pt, and the style sheet."""
    app.setStyle("Fusion")
    app.setPalette(_legible_where_disabled())
    font = app.font()
    if font.pointSizeF() < SMALLEST_POINT_SIZE:
        font.setPointSizeF(SMALLEST_POINT_SIZE)
        app.setFont(font)
    sheet = resource("style", "seisview.qss").read_text(encoding="utf-8")
    app.setStyleSheet(sheet.replace("@icons", resource("icons").as_posix()))


def _legible_where_disabled() -> QPalette:
    """Only these colours: every other one goes on following the system."""
    palette = QPalette()
    for role in _TEXT_ROLES:
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(DISABLED_TEXT))
    return palette


class StyledPalette(QObject):
    """Applies the style sheet again when the system goes dark or light.

    Widgets that a style sheet has touched keep their old colours otherwise: black text on a dark window.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._palette = QApplication.palette()
        self._later = QTimer(self, singleShot=True, interval=0)
        self._later.timeout.connect(_polish_again)

    def follow(self, palette: QPalette) -> None:
        """Make everything look as `palette` says, if it is another one than before."""
        if palette != self._palette:
            self._palette = QPalette(palette)
            self._later.start()


def _polish_again() -> None:
    app = QApplication.instance()
    if isinstance(app, QApplication):
        app.setStyleSheet(app.styleSheet())


def icon(name: str, palette: QPalette) -> QIcon:
    """Return a shipped icon in the colours of `palette`: text, disabled text, highlighted text when on."""
    group = QPalette.ColorGroup
    normal = palette.color(group.Active, QPalette.ColorRole.ButtonText)
    disabled = palette.color(group.Disabled, QPalette.ColorRole.ButtonText)
    checked = palette.color(group.Active, QPalette.ColorRole.HighlightedText)
    drawing = _drawing(name)
    result = QIcon()
    for size in _ICON_SIZES:
        result.addPixmap(_painted(drawing, normal, size), QIcon.Mode.Normal, QIcon.State.Off)
        result.addPixmap(_painted(drawing, checked, size), QIcon.Mode.Normal, QIcon.State.On)
        result.addPixmap(_painted(drawing, disabled, size), QIcon.Mode.Disabled, QIcon.State.Off)
    return result


def program_icon() -> QIcon:
    """Return what the program is known by in task bars and window lists; in its own colours."""
    drawing = _drawing("seisview")
    result = QIcon()
    for size in _PROGRAM_ICON_SIZES:
        result.addPixmap(_drawn(drawing, size))
    return result


def _drawing(name: str) -> QSvgRenderer:
    return QSvgRenderer(QByteArray(resource("icons", f"{name}.svg").read_bytes()))


def _drawn(drawing: QSvgRenderer, size: int) -> QPixmap:
    pixmap = QPixmap(size, size)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    drawing.render(painter, QRectF(0, 0, size, size))
    painter.end()
    return pixmap


def _painted(drawing: QSvgRenderer, color: QColor, size: int) -> QPixmap:
    pixmap = _drawn(drawing, size)
    painter = QPainter(pixmap)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
    painter.fillRect(pixmap.rect(), color)
    painter.end()
    return pixmap


def described(widget: AnyWidget, object_name: str, accessible_name: str, hover: str = "") -> AnyWidget:
    """Name a widget for tests, for screen readers and for the mouse, and return it."""
    widget.setObjectName(object_name)
    widget.setAccessibleName(accessible_name)
    widget.setToolTip(hover or accessible_name)
    return widget
