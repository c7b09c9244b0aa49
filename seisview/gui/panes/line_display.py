"""What the panes show of a drawn line: its section with layers, marks at ends and bends, and its title."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from seisview.data.geometry import SurveyGeometry
from seisview.data.line_path import LinePath, length_text
from seisview.gui.panes.line_marks import Bend
from seisview.gui.panes.line_reading import LineData, LineLabels, picture_of
from seisview.gui.panes.pane import Pane
from seisview.gui.panes.panes_controller import PanesController
from seisview.gui.section.display_look import settings_for
from seisview.gui.survey.session import Session
from seisview.gui.view.view_state import ViewState

NO_LINE = (
    "No line was drawn yet. Press K, click along it on the base map or on a time or depth slice, and end "
    "with a double click."
)
TITLE = "arbitrary line A\N{EN DASH}A\N{PRIME}"
_NOT_ALONG_LINES = {"clusters": "clusters", "anomaly": "the anomaly", "matches": "matches"}
"""Layers that are known on sections and slices only."""


class LineDisplay:
    """Draws one line in all panes, shown or not.

    Parameters
    ----------
    panes : PanesController
    state : ViewState
        Says which layers are shown and how.
    drawn_layers : callable
        Names of the layers that are switched on and have something to show.
    """

    def __init__(
        self, panes: PanesController, state: ViewState, drawn_layers: Callable[[], Iterable[str]]
    ) -> None:
        self._panes, self._state, self._drawn_layers = panes, state, drawn_layers
        self._line: tuple[LineData, Session] | None = None

    def clear(self) -> None:
        """Show no line, and say how one is drawn."""
        self._line = None
        for pane in self._panes.all_panes:
            pane.line_view.clear(NO_LINE)
            pane.line_marks.clear()
        self._panes.links.set_line((), "")

    def show(self, data: LineData, painted: LineLabels | None, session: Session) -> None:
        """Show what was read along a line."""
        self._line = data, session
        for pane in self._panes.all_panes:
            self.show_in(pane, painted)
        self._panes.links.set_line(data.path.corners, self._title(data.path, session))

    def show_in(self, pane: Pane, painted: LineLabels | None) -> None:
        """Show the line in one pane, which may be new."""
        if self._line is None:
            pane.line_view.clear(NO_LINE)
            return
        data, session = self._line
        pane.line_view.set_section(picture_of(data, session.geometry, session.volume.info.xy_unit))
        pane.line_view.set_facies(data.facies)
        pane.line_view.set_confidence(data.confidence)
        pane.line_view.set_overlay("compared", data.compared)
        pane.line_marks.show(bends_of(data.path, session.geometry))
        self._show_labels_in(pane, data, painted)

    def show_labels(self, painted: LineLabels | None) -> None:
        """Draw the labels, unless they are those of the line before."""
        if self._line is not None:
            for pane in self._panes.all_panes:
                self._show_labels_in(pane, self._line[0], painted)

    def show_settings(self, session: Session) -> None:
        """Draw amplitudes and layers as the view state says."""
        settings = settings_for(self._state.display, session, is_filtered=True)
        palette = session.labels.scheme.color_table()
        for pane in self._panes.all_panes:
            view = pane.line_view
            view.set_palette(palette)
            view.set_display(settings)
            view.set_hidden_classes(self._state.hidden_classes)
            view.set_swipe(self._state.swipe)
            view.set_exaggeration(self._state.exaggeration)
            for name, layer in self._state.layers.items():
                view.set_layer(name, layer.visible, layer.opacity)
        self.show_title()

    def show_title(self) -> None:
        """Say anew what the panes show, and which layers they cannot show."""
        if self._line is not None:
            data, session = self._line
            self._panes.links.set_line(data.path.corners, self._title(data.path, session))

    def _show_labels_in(self, pane: Pane, data: LineData, painted: LineLabels | None) -> None:
        fits = painted is not None and painted.path is data.path
        pane.line_view.set_labels(painted.labels if painted is not None and fits else None)

    def _title(self, path: LinePath, session: Session) -> str:
        title = f"{TITLE}, {length_text(path, session.volume.info.xy_unit)}"
        shown = set(self._drawn_layers())
        absent = [words for name, words in _NOT_ALONG_LINES.items() if name in shown]
        return f"{title} ({' and '.join(absent)}: on sections only)" if absent else title


def bends_of(path: LinePath, geometry: SurveyGeometry) -> tuple[Bend, ...]:
    """Where a line bends, in line numbers."""
    return tuple(
        Bend(
            column,
            geometry.inlines.number_at(int(path.inlines[column])),
            geometry.crosslines.number_at(int(path.crosslines[column])),
        )
        for column in path.bends
    )
