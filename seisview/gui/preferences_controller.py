"""What the preferences dialog changes: the preferences themselves, and what is kept on disk."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from seisview.gui.jobs.latest_worker import LatestWorker
from seisview.gui.survey.bricks_controller import BricksController
from seisview.gui.survey.session import Session
from seisview.preferences import LIMITS, Preferences

if TYPE_CHECKING:
    from seisview.gui.dialogs.preferences import PreferencesDialog
    from seisview.workflows.caches import CachedItem

_CLEANED_FOR = {"max_bricks_gb", "max_features_gb"}


class PreferencesController(QObject):
    """Opens the dialog and does what it says.

    Parameters
    ----------
    preferences : Preferences
    bricks : BricksController
        Told how much fast copies may take.
    parent : QWidget
        The window.
    """

    def __init__(self, preferences: Preferences, bricks: BricksController, parent: QWidget) -> None:
        super().__init__(parent)
        self._preferences = preferences
        self._bricks = bricks
        self._parent = parent
        self._fingerprint = ""
        self._dialog: PreferencesDialog | None = None
        self._worker: LatestWorker | None = None
        self._waiting: deque[Callable[[], object]] = deque()
        bricks.max_bytes = preferences.max_bricks_bytes

    def set_session(self, session: Session | None) -> None:
        """Delete nothing of this survey."""
        self._fingerprint = "" if session is None else session.volume.fingerprint
        if self._dialog is not None:
            self._list()

    def show(self) -> None:
        """Open the dialog, or bring it to the front."""
        if self._dialog is None:
            from seisview.gui.dialogs.preferences import PreferencesDialog  # not needed to start

            values = {name: float(getattr(self._preferences, name)) for name in LIMITS}
            self._dialog = PreferencesDialog(values, self._parent)
            self._dialog.value_chosen.connect(self._on_value)
            self._dialog.deletion_requested.connect(self._on_deletion)
            self._dialog.finished.connect(self._on_closed)
            self._worker = LatestWorker("Looking at what is kept", self)
            self._worker.answered.connect(self._on_listed)
            self._list()
        self._dialog.show()
        self._dialog.raise_()
        self._dialog.activateWindow()

    def _on_value(self, name: str, value: float) -> None:
        if value == getattr(self._preferences, name):
            return
        setattr(self._preferences, name, value)
        self._bricks.max_bytes = self._preferences.max_bricks_bytes
        if name in _CLEANED_FOR:
            from seisview.workflows.caches import CacheKind, clean_caches

            limits = {
                CacheKind.BRICKS: self._preferences.max_bricks_bytes,
                CacheKind.FEATURES: self._preferences.max_features_bytes,
            }
            fingerprint = self._fingerprint
            self._list(lambda: clean_caches(limits, fingerprint))

    def _on_deletion(self, paths: list[Path]) -> None:
        from seisview.workflows.caches import delete_cached

        fingerprint = self._fingerprint
        self._list(lambda: delete_cached(paths, fingerprint))

    def _list(self, first: Callable[[], object] = lambda: None) -> None:
        """List what is kept, after doing something else first."""
        from seisview.workflows.caches import list_caches

        names, waiting = self._preferences.survey_names, self._waiting
        waiting.append(first)

        def work(_is_stale: Callable[[], bool]) -> tuple[CachedItem, ...]:
            while waiting:  # requests before this one may have been overtaken by it
                waiting.popleft()()
            return list_caches(names)

        if self._worker is not None:
            self._worker.submit(work)

    def _on_listed(self, items: tuple[CachedItem, ...]) -> None:
        if self._dialog is not None:
            self._dialog.set_items(items, self._fingerprint)

    def _on_closed(self) -> None:
        self._dialog = None
        if self._worker is not None:
            self._worker.shutdown()
            self._worker.deleteLater()
            self._worker = None
