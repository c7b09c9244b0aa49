"""What the base map is coloured by: how unsure the facies are, a surface of a class, or nothing."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from PySide6.QtCore import QObject, QPoint, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu

from seisview.errors import SeisviewError
from seisview.export.surface import UNCERTAINTY, Surface
from seisview.gui.jobs.latest_worker import LatestWorker
from seisview.gui.panes.base_map import BaseMap
from seisview.gui.panes.map_layer import MapLayer
from seisview.gui.panes.pane import Pane, PaneKind
from seisview.gui.panes.panes_controller import PanesController
from seisview.gui.status.notes import refusal
from seisview.gui.survey.session import Session
from seisview.progress import Progress
from seisview.project.results import FaciesResult

NO_RESULT = "There is no facies prediction yet: train first (Ctrl+T)."
NO_MAP = "The base map is in two or four panes (Alt+2, Alt+4)."


class MapColoring(StrEnum):
    """What colours stand for."""

    NONE = "none"
    UNCERTAINTY = UNCERTAINTY
    SURFACE = "surface"


class MapColors(QObject):
    """Colours all base maps, and gives them a menu.

    Parameters
    ----------
    panes : PanesController
    show_note : callable
        Show one sentence in the status line.
    parent : QObject, optional

    Signals
    -------
    changed()
        The maps are coloured by something else.
    chosen()
        The user said by what.
    """

    changed = Signal()
    chosen = Signal()

    def __init__(
        self, panes: PanesController, show_note: Callable[[str], object], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._panes, self._show_note = panes, show_note
        self._session: Session | None = None
        self._result: FaciesResult | None = None
        self._measured: tuple[str, int] | None = None
        self._layers: dict[MapColoring, MapLayer | None] = {}
        self._coloring = MapColoring.NONE
        self._worker = LatestWorker("Uncertainty on the base map", self)
        self._worker.answered.connect(self._on_measured)
        self._worker.failed.connect(self._on_failed)
        for pane in panes.all_panes:
            self._add_menu(pane)
        panes.pane_connected.connect(self._add_menu)

    @property
    def coloring(self) -> MapColoring:
        """What the maps are to be coloured by."""
        return self._coloring

    @property
    def layer(self) -> MapLayer | None:
        """The colours drawn; None while there are none, or none yet."""
        return self._layers.get(self._coloring)

    def set_session(self, session: Session | None) -> None:
        """Colour the map of another survey: by nothing, as long as nobody says by what."""
        self._session, self._result = session, None
        self._worker.forget()
        self._layers, self._measured = {}, None
        self._coloring = MapColoring.NONE
        self._show()

    def restore(self, coloring: MapColoring, surface: Surface | None = None) -> None:
        """Colour as the last time, without a word about it."""
        if surface is not None:
            self._layers[MapColoring.SURFACE] = MapLayer.of(surface)
        self._coloring = coloring
        self._measure_if_wanted()
        self._show()

    def follow(self, result: FaciesResult | None) -> None:
        """Other facies are on screen, or there is more of them."""
        self._result = result
        if result is None:
            self._worker.forget()
            self._measured = None
            if self._layers.pop(MapColoring.UNCERTAINTY, None) is not None:
                self._show()
        else:
            self._measure_if_wanted()

    def choose(self, coloring: MapColoring) -> None:
        """Colour by something else because the user said so."""
        self._coloring = coloring
        self._measure_if_wanted()
        self._say_where()
        self._show()
        self.chosen.emit()

    def set_uncertainty_on(self, on: bool) -> None:
        """Colour by uncertainty, or by nothing."""
        self.choose(MapColoring.UNCERTAINTY if on else MapColoring.NONE)

    def show_surface(self, surface: Surface) -> None:
        """Colour by a surface that was just measured."""
        self._layers[MapColoring.SURFACE] = MapLayer.of(surface)
        self._coloring = MapColoring.SURFACE
        self._say_where()
        self._show()
        self.chosen.emit()

    def shutdown(self) -> bool:
        """Stop and join the thread."""
        return self._worker.shutdown()

    def _say_where(self) -> None:
        is_shown = any(pane.kind is PaneKind.MAP for pane in self._panes.shown)
        if self._coloring is not MapColoring.NONE and not is_shown:
            self._show_note(refusal(NO_MAP))

    def _measure_if_wanted(self) -> None:
        if self._coloring is MapColoring.UNCERTAINTY and self._result is not None:
            self._measure(self._result)

    def _measure(self, result: FaciesResult) -> None:
        """Measure in the background, unless that was done since the result grew."""
        session, state = self._session, (result.id, result.n_sections_done)
        if session is None or state == self._measured:
            return
        self._measured = state
        geometry = session.geometry

        def work(is_stale: Callable[[], bool]) -> MapLayer | None:
            from seisview.workflows.facies.uncertainty_map import result_uncertainty

            progress = Progress(lambda _state: progress.cancel() if is_stale() else None)
            return MapLayer.of(result_uncertainty(result, geometry, progress))

        self._worker.submit(work)

    def _on_measured(self, layer: MapLayer | None) -> None:
        self._layers[MapColoring.UNCERTAINTY] = layer
        self._show()

    def _on_failed(self, error: SeisviewError) -> None:
        self._measured = None
        self._layers.pop(MapColoring.UNCERTAINTY, None)
        self._show()
        self._show_note(refusal(f"{error.message} {error.hint}".strip()))

    def _show(self) -> None:
        self._panes.links.set_map_layer(self.layer)
        self.changed.emit()

    def _add_menu(self, pane: Pane) -> None:
        chart = pane.base_map
        chart.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        chart.customContextMenuRequested.connect(lambda place: self._open_menu(chart, place))

    def _open_menu(self, chart: BaseMap, place: QPoint) -> None:
        menu = QMenu(chart)
        menu.setObjectName("map_menu")
        menu.setToolTipsVisible(True)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        group = QActionGroup(menu)
        for coloring, text in self._choices().items():
            action = group.addAction(text)
            action.setObjectName(f"map_{coloring}")
            action.setCheckable(True)
            action.setChecked(coloring is self._coloring)
            action.triggered.connect(lambda _on, chosen=coloring: self.choose(chosen))
            if coloring is MapColoring.UNCERTAINTY and self._result is None:
                _disable(action, NO_RESULT)
            menu.addAction(action)
        menu.popup(chart.mapToGlobal(place))

    def _choices(self) -> dict[MapColoring, str]:
        title = "the facies" if self._result is None else self._result.title
        found = {
            MapColoring.NONE: "No colours",
            MapColoring.UNCERTAINTY: f"{UNCERTAINTY.capitalize()} of {title}",
        }
        surface = self._layers.get(MapColoring.SURFACE)
        if surface is not None:
            found[MapColoring.SURFACE] = surface.title[0].upper() + surface.title[1:]
        return {coloring: text.replace("&", "&&") for coloring, text in found.items()}


def _disable(action: QAction, reason: str) -> None:
    action.setEnabled(False)
    action.setToolTip(reason)
