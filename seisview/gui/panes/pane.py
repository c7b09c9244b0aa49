"""A pane: a section or the base map, under a header that says which and lets the user choose."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPixmap
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from seisview.data.geometry import Axis
from seisview.gui.panes.base_map import BaseMap
from seisview.gui.panes.crosshair import AXIS_COLORS, Crosshair
from seisview.gui.panes.line_marks import LineMarks
from seisview.gui.section.section_view import SectionView
from seisview.gui.style import described
from seisview.gui.widgets.elided_label import ElidedLabel

_HOVER = "The section in this pane; click into it to use tools and keys there (F6: next pane)"


class PaneKind(StrEnum):
    """What a pane shows."""

    INLINE = "inline"
    CROSSLINE = "crossline"
    SAMPLE = "sample"
    MAP = "map"
    LINE = "line"

    @property
    def axis(self) -> Axis | None:
        """The axis its sections are cut across; None for what is no section of the grid."""
        return Axis(self.value) if self.value in set(Axis) else None


class Pane(QFrame):
    """One of the linked panes.

    Parameters
    ----------
    number : int
        From 1; for names.

    Attributes
    ----------
    section_view : SectionView
    base_map : BaseMap
    line_view : SectionView
        For the arbitrary line; nothing is painted there.
    line_marks : LineMarks
        Over that.
    crosshair : Crosshair
        Over the section.

    Signals
    -------
    touched()
        The user clicked into the section or moved the keyboard there: this pane should become active.
    picked(int, int)
        Row and column of a click with Shift: the other panes should go there.
    kind_chosen(PaneKind)
    """

    touched = Signal()
    picked = Signal(int, int)
    kind_chosen = Signal(object)

    def __init__(self, number: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(f"pane_{number}")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.section_view = SectionView()
        self.base_map = BaseMap()
        self.line_view = SectionView()
        self.line_marks = LineMarks(self.line_view.canvas)
        self.crosshair = Crosshair(self.section_view.canvas)
        self._swallows_release = False
        self._kind = PaneKind.INLINE
        self._header = self._make_header(number)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.section_view)
        self._stack.addWidget(self.base_map)
        self._stack.addWidget(self.line_view)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._header)
        column.addWidget(self._stack, 1)
        self.set_alone(True)
        canvas = self.section_view.canvas
        canvas.installEventFilter(self)  # after the tools, so that this one sees events first
        canvas.viewport().installEventFilter(self)

    def _make_header(self, number: int) -> QWidget:
        header = QWidget()
        header.setObjectName("pane_header")
        header.setAutoFillBackground(True)
        self._kinds = described(
            QComboBox(), f"pane_{number}_kind", f"What pane {number} shows", "What this pane shows"
        )
        self._kinds.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # as in the section bar
        self._kinds.setIconSize(QSize(4, 14))
        self._kinds.activated.connect(lambda i: self.kind_chosen.emit(PaneKind(self._kinds.itemData(i))))
        self._title = described(
            ElidedLabel(_HOVER), f"pane_{number}_title", f"Title of pane {number}", _HOVER
        )
        row = QHBoxLayout(header)
        row.setContentsMargins(4, 1, 6, 1)
        row.addWidget(self._kinds)
        row.addWidget(self._title, 1)
        return header

    @property
    def kind(self) -> PaneKind:
        """What it shows."""
        return self._kind

    @property
    def title(self) -> str:
        """What the header says."""
        return self._title.text()

    def set_kinds(self, kinds: Sequence[tuple[PaneKind, str]]) -> None:
        """Offer these kinds, as (kind, what the user reads)."""
        self._kinds.clear()
        for kind, text in kinds:
            self._kinds.addItem(text, str(kind))
            if kind.axis is not None:
                swatch = QPixmap(4, 14)
                swatch.fill(QColor(AXIS_COLORS[kind.axis]))
                self._kinds.setItemIcon(self._kinds.count() - 1, swatch)
        self._kinds.setCurrentIndex(self._kinds.findData(str(self._kind)))

    def set_kind(self, kind: PaneKind) -> None:
        """Show a section or the base map."""
        self._kind = kind
        self._kinds.setCurrentIndex(self._kinds.findData(str(kind)))
        other = {PaneKind.MAP: self.base_map, PaneKind.LINE: self.line_view}
        self._stack.setCurrentWidget(other.get(kind, self.section_view))

    def set_title(self, text: str) -> None:
        """Say which section is shown."""
        self._title.setText(text)
        self._title.setToolTip(f"{text}\n{_HOVER}".strip())
        is_line = self._kind is PaneKind.LINE
        self.section_view.canvas.setAccessibleName(f"section, {text}" if text and not is_line else "section")
        self.line_view.canvas.setAccessibleName(text if text and is_line else "arbitrary line")

    def set_alone(self, alone: bool) -> None:
        """Hide the header of the only pane."""
        self._header.setVisible(not alone)
        self._alone = alone

    def set_active(self, active: bool) -> None:
        """Mark the pane that has the tools and keys."""
        self._header.setBackgroundRole(
            self.palette().ColorRole.Highlight if active else self.palette().ColorRole.Window
        )
        role = self.palette().ColorRole.HighlightedText if active else self.palette().ColorRole.WindowText
        self._title.setForegroundRole(role)
        self.setProperty("active", active)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Notice clicks and the keyboard coming; take clicks with Shift."""
        kind = event.type()
        if kind is QEvent.Type.FocusIn:
            self.touched.emit()
        elif isinstance(event, QMouseEvent) and watched is self.section_view.canvas.viewport():
            if kind in (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick):
                self.touched.emit()
                return self._pressed(event)
            if kind is QEvent.Type.MouseButtonRelease and self._swallows_release:
                self._swallows_release = False
                return True
        return False

    def _pressed(self, event: QMouseEvent) -> bool:
        shape = self.section_view.canvas.section_shape
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if self._alone or shape is None or not shift or event.button() is not Qt.MouseButton.LeftButton:
            return False
        place = self.section_view.canvas.scene_position(event.position())
        row, column = int(place.y() // 1), int(place.x() // 1)
        if 0 <= row < shape[0] and 0 <= column < shape[1]:
            self.picked.emit(row, column)
        self._swallows_release = True
        return True
