"""The drawn line of each survey, remembered between sessions."""

from __future__ import annotations

import math

from PySide6.QtCore import QObject

from seisview.data.line_path import Vertex
from seisview.gui.panes.line_controller import LineController
from seisview.gui.survey.session import Session
from seisview.preferences import Preferences

_LINE = "line"


class LineMemory(QObject):
    """Brings back the line that was drawn across a survey.

    Parameters
    ----------
    preferences : Preferences
    line : LineController
        Told of a survey before this one.
    """

    def __init__(self, preferences: Preferences, line: LineController) -> None:
        super().__init__(line)
        self._preferences, self._line = preferences, line
        self._fingerprint = ""
        line.drawn.connect(self._note)

    def set_session(self, session: Session | None) -> None:
        """Another survey is open, or none."""
        self._fingerprint = "" if session is None else session.volume.fingerprint
        corners = _corners(self._preferences.surveys.get(self._fingerprint, {}).get(_LINE))
        if corners:
            self._line.restore(corners)

    def _note(self, corners: tuple[Vertex, ...]) -> None:
        known = self._preferences.surveys.setdefault(self._fingerprint, {})
        known[_LINE] = [list(corner) for corner in corners]


def _corners(stored: object) -> list[Vertex]:
    """Corners read from the preferences; none when they are not readable."""
    if not isinstance(stored, list):
        return []
    try:
        corners = [(float(inline), float(crossline)) for inline, crossline in stored]
    except (TypeError, ValueError, OverflowError):
        return []
    return corners if all(math.isfinite(place) for corner in corners for place in corner) else []
