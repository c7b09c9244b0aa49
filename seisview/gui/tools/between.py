"""Between horizons: picks along an upper and a lower horizon; what lies between becomes the active class."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainterPath, QPolygonF

from seisview.gui.tools.corners import CLOSE_KEYS
from seisview.gui.tools.tool import Pointer, Tool, ToolHost, ToolName
from seisview.labels.horizons.between import between_horizons, in_order
from seisview.labels.horizons.following import Rows
from seisview.labels.horizons.picks import Pick

FIRST_HINT = "Click along the upper horizon, Enter ends it (at once: the section's top). Ctrl: straight."
LOWER_HINT = "Now along the lower horizon, Enter fills (at once: down to the section's base)."
NEXT_HINT = "Filled. Click along the next upper horizon, or take another tool."
MORE_HINT = "Click a second place on this horizon; the reflection between is followed."
UPPER_HINT = "Go on, or Enter to end the upper horizon. Backspace takes a pick back."
FILL_HINT = "Go on, or Enter to fill. Backspace takes a pick back."
NOTHING_HINT = "Nothing lies between: the two need traces in common. Go on with the lower one."
NO_HORIZON_HINT = "Pick one horizon at least: from top to base is the whole section."
SLICE_HINT = "A slice has no traces to follow: show an inline or a crossline (Ctrl+1, Ctrl+2)."

_HANDLE_PIXELS = 3.0


class Between(Tool):
    """Follows reflections between clicks; Enter or a double click ends a horizon, the second one fills."""

    name = ToolName.BETWEEN
    cursor = Qt.CursorShape.CrossCursor
    is_bright = True

    def __init__(self) -> None:
        self._picks: list[Pick] = []
        self._upper: list[Pick] | None = None
        self._live: Rows | None = None

    @property
    def busy(self) -> bool:
        """Whether anything was picked, or the upper horizon is ended."""
        return bool(self._picks) or self._upper is not None

    def press(self, host: ToolHost, pointer: Pointer) -> None:
        """Pick a place; the right button takes the last one back."""
        if host.is_slice:
            host.give_hint(SLICE_HINT)
        elif pointer.button == Qt.MouseButton.RightButton:
            self._take_back(host)
        elif pointer.button == Qt.MouseButton.LeftButton and (pick := self._pick_at(host, pointer)):
            self._picks.append(pick)
            self._live = None
            host.give_hint(self._how_to_go_on if len(self._picks) > 1 else MORE_HINT)

    def double_click(self, host: ToolHost, pointer: Pointer) -> None:
        """End the horizon at the pick that the first of the two clicks made."""
        if pointer.button == Qt.MouseButton.LeftButton and self._picks:
            self._end(host)

    def wants(self, key: Qt.Key) -> bool:
        """Enter at any time: without picks it means the end of the section; others once there are any."""
        return key in CLOSE_KEYS or (self.busy and key in (Qt.Key.Key_Backspace, Qt.Key.Key_Escape))

    def key(self, host: ToolHost, key: Qt.Key) -> None:
        """Enter ends the horizon, Backspace takes the last pick back, Esc gives both horizons up."""
        if key in CLOSE_KEYS:
            self._end(host)
        elif key == Qt.Key.Key_Backspace:
            self._take_back(host)
        else:
            self.cancel(host)

    def cancel(self, host: ToolHost) -> None:
        """Forget the picks; nothing has come of them yet."""
        if self.busy:
            self._picks, self._upper, self._live = [], None, None
            host.give_hint(FIRST_HINT)

    def outline(self, host: ToolHost, pointer: Pointer | None) -> QPainterPath:
        """Both horizons, with the picks, and the line that the next click would add."""
        path = QPainterPath()
        for picks in (self._upper or [], self._picks):
            _add_handles(path, picks, host.pixel_scale)
        if self._upper:
            _add_line(path, host.reflections.joined(self._upper))
        if self._picks:
            _add_line(path, self._line_to(host, pointer))
        return path

    @property
    def _how_to_go_on(self) -> str:
        return UPPER_HINT if self._upper is None else FILL_HINT

    def _pick_at(self, host: ToolHost, pointer: Pointer) -> Pick | None:
        (row, column), (rows, columns) = pointer.element, host.section_shape
        if not 0 <= row < rows:
            return None
        column = min(max(column, 0), columns - 1)  # beside the section: on its first or last trace
        first = next((pick for pick in self._picks if not pick.straight), None)
        return host.reflections.snapped(Pick(column, pointer.row, straight=host.is_adding), first)

    def _line_to(self, host: ToolHost, pointer: Pointer | None) -> Rows:
        """The line through picks and pointer; that of a moment ago while it is too soon for another."""
        pick = None if pointer is None else self._pick_at(host, pointer)
        if pick is None:
            self._live = None
            return host.reflections.joined(self._picks)
        line = host.reflections.joined_in_time([*self._picks, pick])
        if line is not None:
            self._live = line
        return host.reflections.joined(self._picks) if self._live is None else self._live

    def _take_back(self, host: ToolHost) -> None:
        self._live = None
        if self._picks:
            self._picks.pop()
        elif self._upper is not None:
            self._picks, self._upper = self._upper, None
        if self._picks:
            host.give_hint(self._how_to_go_on if len(self._picks) > 1 else MORE_HINT)
        else:
            host.give_hint(FIRST_HINT if self._upper is None else LOWER_HINT)

    def _end(self, host: ToolHost) -> None:
        if host.is_slice:
            host.give_hint(SLICE_HINT)
        elif len({pick.trace for pick in self._picks}) == 1:
            host.give_hint(MORE_HINT)
        elif self._upper is None:
            self._upper, self._picks, self._live = self._picks, [], None
            host.give_hint(LOWER_HINT)
        elif not self._upper and not self._picks:
            host.give_hint(NO_HORIZON_HINT)
        else:
            self._fill(host, self._upper)

    def _fill(self, host: ToolHost, upper: list[Pick]) -> None:
        horizons = (host.reflections.joined(picks) if picks else None for picks in (upper, self._picks))
        box, mask = between_horizons(*in_order(*horizons), host.section_shape)
        if box.is_empty:
            host.give_hint(NOTHING_HINT)
            return
        self.cancel(host)
        host.give_hint(NEXT_HINT)
        host.begin_stroke()
        host.paint(box, mask)
        host.end_stroke()


def _add_handles(path: QPainterPath, picks: list[Pick], pixel_scale: tuple[float, float]) -> None:
    scale_x, scale_y = pixel_scale
    for pick in picks:
        at = QPointF(pick.trace + 0.5, pick.sample + 0.5)
        path.addEllipse(at, _HANDLE_PIXELS / scale_x, _HANDLE_PIXELS / scale_y)


def _add_line(path: QPainterPath, rows: Rows) -> None:
    traces = np.flatnonzero(np.isfinite(rows))
    points = zip((traces + 0.5).tolist(), (rows[traces] + 0.5).tolist(), strict=True)
    path.addPolygon(QPolygonF([QPointF(*point) for point in points]))
