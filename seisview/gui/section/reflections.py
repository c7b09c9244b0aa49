"""The reflections of the section on screen: what a click means, and the line through some picks."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from time import perf_counter

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal

from seisview.gui.section.amplitude_layer import AmplitudeLayer
from seisview.labels.horizons.following import Place, Rows, follow_reflection, straight_line
from seisview.labels.horizons.picks import Joining, Pick, join_picks, polarity_at, snapped
from seisview.labels.horizons.strips import FloatArray

_REMEMBERED = 64
_LONGEST_LIVE = 3000  # traces: further away the line is straight until the click
_SHORTEST_PAUSE_MS = 16
# Following takes a third of the time at most while the mouse moves; the window has the rest.
_PAUSES = 2.0


class Reflections(QObject):
    """Follows reflections in what is drawn, remembers them, and leaves pauses while the mouse moves.

    Parameters
    ----------
    amplitude : AmplitudeLayer
        Its amplitudes are asked for at every click: others of the same section may have come.

    Signals
    -------
    caught_up()
        A line that was asked for too soon can be asked for again.
    """

    caught_up = Signal()

    def __init__(self, amplitude: AmplitudeLayer, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._layer = amplitude
        self._seen: FloatArray | None = None
        self._joining: Joining = follow_in(np.zeros((1, 1), np.float32))
        self._asked_too_soon = False
        self._pause = QTimer(self, singleShot=True)
        self._pause.timeout.connect(self._on_pause_over)

    def snapped(self, pick: Pick, first: Pick | None) -> Pick:
        """Move a pick to the nearest peak or trough, to that which the first pick of the horizon is on."""
        section = self._section()
        return snapped(section, pick, 0 if first is None else polarity_at(section, first))

    def joined(self, picks: Sequence[Pick]) -> Rows:
        """Sample on every trace of the horizon through some picks, NaN where it is not."""
        section = self._section()
        return join_picks(picks, section.shape[1], self._joining)

    def joined_in_time(self, picks: Sequence[Pick]) -> Rows | None:
        """As :meth:`joined` while the mouse moves, with what lies under it as the last pick.

        None when it is too soon after the last time; :attr:`caught_up` follows.
        """
        if self._pause.isActive():
            self._asked_too_soon = True
            return None
        start, section = perf_counter(), self._section()
        under_way = picks[-1].trace

        def joining(first: Place, last: Place) -> Rows:
            is_long = under_way in (first[0], last[0]) and last[0] - first[0] > _LONGEST_LIVE
            return straight_line(first, last) if is_long else self._joining(first, last)

        rows = join_picks(picks, section.shape[1], joining)
        took_ms = 1000 * (perf_counter() - start)
        self._pause.start(max(_SHORTEST_PAUSE_MS, round(_PAUSES * took_ms)))
        return rows

    def _section(self) -> FloatArray:
        section = self._layer.amplitude
        assert section is not None, "a horizon on a section that is not there"
        if section is not self._seen:
            self._seen, self._joining = section, follow_in(section)
        return section

    def _on_pause_over(self) -> None:
        if self._asked_too_soon:
            self._asked_too_soon = False
            self.caught_up.emit()


def follow_in(section: FloatArray) -> Joining:
    """Follow reflections in a section, from memory where they were followed lately."""

    @lru_cache(_REMEMBERED)
    def joining(first: Place, last: Place) -> Rows:
        return follow_reflection(section, first, last)

    return joining
