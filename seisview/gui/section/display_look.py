"""How amplitudes are drawn: through which display filter, in which colours, and how the bar is labelled."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from seisview.data.display_filters import OFF, DisplayFilter, display_filter
from seisview.data.geometry import SurveyGeometry
from seisview.gui.section.section_picture import DisplaySettings
from seisview.gui.survey.session import Session
from seisview.gui.view.view_state import DisplayChoice


class Look:
    """Filters what is drawn of a survey, for looking only; the last one is kept, strokes do not change it."""

    def __init__(self, chosen: DisplayFilter, geometry: SurveyGeometry) -> None:
        self.chosen = chosen
        self._interval = geometry.sample_interval
        self._last: tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]] | None = None

    def __call__(self, amplitude: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """Filter amplitudes whose rows are samples. Called in the thread that reads them."""
        last = self._last
        if last is None or last[0] is not amplitude:
            last = self._last = amplitude, self.chosen.apply(amplitude, self._interval)
        return last[1]


def look_for(display: DisplayChoice, geometry: SurveyGeometry, before: Look | None) -> Look | None:
    """Return the look that was chosen, the one before if it is that, or None without a filter."""
    chosen = display_filter(display.filter)
    if chosen == OFF:
        return None
    return before if before is not None and before.chosen == chosen else Look(chosen, geometry)


def settings_for(display: DisplayChoice, session: Session, *, is_filtered: bool) -> DisplaySettings:
    """Limits and colours, and a label that says when what is drawn is not the survey itself."""
    title = display_filter(display.filter).title(session.geometry.domain) if is_filtered else ""
    label = f"amplitude, {title} (display only)" if title else "amplitude"
    center, limit = session.statistics.color_range(display.clip_percent)
    if is_filtered and display_filter(display.filter).kind == "band":  # what passes swings about zero
        center, limit = 0.0, session.statistics.clip_limit(display.clip_percent)
    return DisplaySettings(limit, display.gain, display.colormap, label, center)
