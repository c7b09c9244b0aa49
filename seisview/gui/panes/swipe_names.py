"""What is left and right of the divider of a swipe, written beside it."""

from __future__ import annotations

from PySide6.QtCore import QPointF

from seisview.gui.panes.sign import Sign
from seisview.gui.section.section_canvas import SectionCanvas

_LEVEL = 13  # above the divider
_GAP = 6.0


class SwipeNames:
    """Two signs at the top of the divider; they keep their place and size on the screen.

    Parameters
    ----------
    canvas : SectionCanvas
    """

    def __init__(self, canvas: SectionCanvas) -> None:
        self._canvas = canvas
        self._at: float | None = None
        self._signs = self._left, self._right = Sign(canvas, _LEVEL), Sign(canvas, _LEVEL)
        canvas.view_changed.connect(self._place)

    @property
    def names(self) -> tuple[str, ...]:
        """What is written; empty when there is nothing."""
        return tuple(sign.text for sign in self._signs if sign.isVisible())

    def show_names(self, left: str, right: str) -> None:
        """Write other names."""
        self._left.set_text(left)
        self._right.set_text(right)

    def set_at(self, at: float | None) -> None:
        """Follow the divider, a share of the width of the view; None: nothing is written."""
        self._at = at
        self._place()

    def _place(self) -> None:
        if self._at is None or self._canvas.section_shape is None:
            self._left.place(None)
            self._right.place(None)
            return
        x = self._at * self._canvas.viewport().width()
        self._left.place(QPointF(x - _GAP - self._left.size.width(), _GAP))
        self._right.place(QPointF(x + _GAP, _GAP))
