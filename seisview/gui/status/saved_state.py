"""When the labels were saved, in words for the status line."""

from __future__ import annotations

from seisview.gui.jobs.failures import duration_text
from seisview.project.project import Project


class SavedState:
    """Watches a project from time to time; the journal saves by itself."""

    def __init__(self) -> None:
        self._project: Project | None = None
        self._revision = 0
        self._saved_at: float | None = None

    def set_project(self, project: Project | None) -> None:
        """Watch another project, or none."""
        self._project = project
        self._revision = 0 if project is None else project.labels.revision
        self._saved_at = None

    def text(self, now: float) -> str:
        """What to show at a moment, in seconds of a clock that only runs forwards.

        Returns
        -------
        str
            For example ``"saved 2 s ago"``; empty without a project.
        """
        project = self._project
        if project is None:
            return ""
        if project.read_only:
            return "read only: nothing is saved"
        if project.journal_failure is not None:
            return f"NOT SAVED: {project.journal_failure.message}"
        if project.n_unsaved_edits:
            return "saving …"
        if project.labels.revision != self._revision:
            self._revision, self._saved_at = project.labels.revision, now
        return "all saved" if self._saved_at is None else f"saved {duration_text(now - self._saved_at)} ago"
