"""Keeps the search of the page in the project while it goes on, and finds it again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject

from seisview.errors import ProjectError, SeisviewError
from seisview.gui.jobs.latest_worker import LatestWorker
from seisview.gui.matches.match_work import kept
from seisview.gui.survey.session import Session
from seisview.project.matches import MatchSet, list_matches, load_matches, new_match_name, save_matches
from seisview.project.schema import now_text


class MatchKeeper(QObject):
    """Writes the latest state in a thread of its own; what was not written when a survey is left is then.

    Parameters
    ----------
    show_note : callable
        Says why a search cannot be kept.
    """

    def __init__(self, show_note: Callable[[str], object], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._show_note = show_note
        self._session: Session | None = None
        self._name = self._created = ""
        self._pending: MatchSet | None = None
        self._heat: object = None
        self._worker = LatestWorker("Keeping the search", self)
        self._worker.answered.connect(self._on_kept)
        self._worker.failed.connect(self._on_failed)

    def set_session(self, session: Session | None) -> MatchSet | None:
        """Leave a survey, and find the newest search of another one."""
        self.flush()
        self._session = session
        self._name = self._created = ""
        self._heat = None
        if session is None:
            return None
        names = list_matches(session.project.folder)
        try:
            found = (
                None
                if not names
                else load_matches(
                    session.project.folder, names[-1], session.geometry, session.volume.fingerprint
                )
            )
        except ProjectError as error:
            self._show_note(f"{error.message} {error.hint}")
            return None
        if found is not None:
            self._name, self._created, self._heat = found.name, found.created, found.heat
        return found

    def begin(self) -> None:
        """The next search is another one: the one before stays as it is."""
        self.flush()
        self._name = ""

    def keep(self, matches: MatchSet) -> None:
        """Write a search soon, instead of its state before."""
        session = self._session
        if session is None or session.project.read_only:
            return
        if not self._name:
            self._name, self._created = new_match_name(session.project.folder), now_text()
        named = replace(matches, name=self._name, created=self._created)
        folder, with_heat = session.project.folder, named.heat is not self._heat
        self._pending = named
        self._worker.submit(lambda _stale: kept(folder, named, with_heat))

    def flush(self) -> None:
        """Write now what waits to be written."""
        pending, self._pending = self._pending, None
        if pending is None or self._session is None:
            return
        self._worker.forget()
        try:
            save_matches(self._session.project.folder, pending, pending.heat is not self._heat)
        except SeisviewError as error:
            self._show_note(f"{error.message} {error.hint}")

    def shutdown(self) -> bool:
        """Write what waits, and join the thread."""
        self.flush()
        return self._worker.shutdown()

    def _on_kept(self, matches: MatchSet) -> None:
        self._heat = matches.heat
        if self._pending is matches:
            self._pending = None

    def _on_failed(self, error: SeisviewError) -> None:
        self._pending = None
        self._show_note(f"{error.message} {error.hint}")
