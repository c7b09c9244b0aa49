"""What is remembered of the panes and of the colours of the base map, for each survey between sessions."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from seisview.errors import SeisviewError
from seisview.export.surface import Surface
from seisview.gui.jobs.latest_worker import LatestWorker
from seisview.gui.panes.map_colors import MapColoring, MapColors
from seisview.gui.panes.panes_controller import PanesController
from seisview.gui.survey.session import Session
from seisview.preferences import Preferences
from seisview.progress import Progress

if TYPE_CHECKING:
    from seisview.gui.dialogs.surface_dialog import SurfaceRequest

_PANES, _COLORING, _SURFACE = "panes", "map_colouring", "map_surface"


class PaneMemory(QObject):
    """Brings back how many panes a survey was looked at in and what they showed.

    Parameters
    ----------
    preferences : Preferences
    panes : PanesController
        Told of a survey after this one.
    """

    def __init__(self, preferences: Preferences, panes: PanesController) -> None:
        super().__init__(panes)
        self._preferences, self._panes = preferences, panes
        self._fingerprint = ""
        panes.count_changed.connect(self._note)
        panes.kinds_changed.connect(self._note)

    def set_session(self, session: Session | None) -> None:
        """Another survey is open, or none; one that was never open is looked at as the one before."""
        self._fingerprint = "" if session is None else session.volume.fingerprint
        stored = self._preferences.surveys.get(self._fingerprint, {}).get(_PANES)
        if stored is None:
            self._panes.leave_line()
        else:
            self._panes.restore(str(stored))

    def _note(self) -> None:
        if self._fingerprint and self._panes.has_survey:
            self._preferences.surveys.setdefault(self._fingerprint, {})[_PANES] = self._panes.stored


class MapMemory(QObject):
    """Brings back what the base map of a survey was coloured by.

    What is not there any more is not asked for again: the map then has no colours.

    Parameters
    ----------
    preferences : Preferences
    colors : MapColors
        Told of a survey before this one.
    """

    def __init__(self, preferences: Preferences, colors: MapColors) -> None:
        super().__init__(colors)
        self._preferences, self._colors = preferences, colors
        self._session: Session | None = None
        self._worker = LatestWorker("The surface on the base map", self)
        self._worker.answered.connect(self._on_measured)
        self._worker.failed.connect(lambda _error: None)  # what cannot be measured any more is not missed
        colors.chosen.connect(self._note)

    def set_session(self, session: Session | None) -> None:
        """Another survey is open, or none."""
        self._worker.forget()
        self._session = session
        if session is None:
            return
        stored = self._preferences.surveys.get(session.volume.fingerprint, {})
        coloring = stored.get(_COLORING)
        if coloring == MapColoring.UNCERTAINTY and session.project.current_result is not None:
            self._colors.restore(MapColoring.UNCERTAINTY)
        elif coloring == MapColoring.SURFACE and isinstance(stored.get(_SURFACE), dict):
            self._measure(session, stored[_SURFACE])

    def note_surface(self, request: SurfaceRequest) -> None:
        """The map is coloured by a surface that was asked for like this."""
        config = request.config
        self._store(
            {
                _SURFACE: {
                    "kind": str(request.kind),
                    "class": config.facies_class,
                    "thickest_run": config.thickest_run,
                    "source": config.source,
                }
            }
        )

    def shutdown(self) -> bool:
        """Stop and join the thread."""
        return self._worker.shutdown()

    def _note(self) -> None:
        self._worker.forget()  # the user was faster
        self._store({_COLORING: str(self._colors.coloring)})

    def _store(self, known: dict[str, Any]) -> None:
        if self._session is not None:
            self._preferences.surveys.setdefault(self._session.volume.fingerprint, {}).update(known)

    def _measure(self, session: Session, stored: dict[str, Any]) -> None:
        labels = session.labels.snapshot()

        def work(is_stale: Callable[[], bool]) -> Surface | None:
            from seisview.workflows.facies.surfaces import SurfaceConfig, SurfaceKind, project_surfaces

            progress = Progress(lambda _state: progress.cancel() if is_stale() else None)
            name, source = str(stored.get("class", "")), str(stored.get("source", ""))
            config = SurfaceConfig(name, bool(stored.get("thickest_run")), source)
            try:
                kind = SurfaceKind(str(stored.get("kind", "")))
                return project_surfaces(session.project, config, progress, labels).surface(kind)
            except (SeisviewError, ValueError):
                return None

        self._worker.submit(work)

    def _on_measured(self, surface: Surface | None) -> None:
        if surface is not None:
            self._colors.restore(MapColoring.SURFACE, surface)
