"""The project document: a survey, its labels, models and results, in one folder."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from seisview.data.volume import Volume
from seisview.errors import ExportError
from seisview.labels.store import LabelStore
from seisview.project.catalog import ProjectCatalog
from seisview.project.label_files import LabelFiles, Recovery
from seisview.project.lock import ProjectLock
from seisview.project.schema import ProjectFile
from seisview.project.undo_file import MOST_BYTES


class Project(ProjectCatalog):
    """An open project. Only the main thread changes it.

    Made by :mod:`seisview.project.storage`. Edits of labels reach the disk within a second by themselves;
    models and results are stored when they are added; :meth:`save` stores the rest and makes the next start
    quick. Usable as a context manager, which closes it (and the survey stays open).

    Attributes
    ----------
    folder : Path
    volume : Volume
        The survey.
    labels : LabelStore
    recovery : Recovery
        What was found when the project was opened, to be told to the user.
    view : dict
        What the window wants to find again: JSON values only.
    keeps_steps : bool
        Whether what was done to labels can be undone in the next session, too: for commands and scripts,
        which have no other. A window ends with what it leaves.
    """

    def __init__(
        self,
        folder: Path,
        content: ProjectFile,
        volume: Volume,
        labels: LabelStore,
        recovery: Recovery,
    ) -> None:
        super().__init__(folder, content, volume.geometry)
        self.volume = volume
        self.labels = labels
        self.recovery = recovery
        self._files = LabelFiles(folder)
        self._closed = False
        self.keeps_steps = False
        labels.read_only = True

    def take_charge(self, lock: ProjectLock, files: LabelFiles) -> None:
        """Become the one program that writes this project (called when it is opened or saved elsewhere)."""
        self._lock, self._files = lock, files
        self.labels.read_only = False
        self.labels.recall(files.steps(self.labels.state))

    def __repr__(self) -> str:
        sections = f"{len(self.labels.labelled_sections())} labelled sections"
        held = f"{sections}, {len(self.models)} models, {len(self.results)} facies volumes"
        return f"<Project {self.name} in {self.folder}: {held}{', read only' if self.read_only else ''}>"

    def __enter__(self) -> Project:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    @property
    def n_unsaved_edits(self) -> int:
        """Edits of labels that are not on disk yet; they get there by themselves."""
        return 0 if self._files.journal is None else self._files.journal.n_pending

    @property
    def journal_failure(self) -> ExportError | None:
        """Why edits cannot be written at present; None when all is well."""
        return None if self._files.journal is None else self._files.journal.failure

    def save_settings(self) -> None:
        """Store everything but labels; :class:`ExportError` when the folder cannot be written."""
        self._content.classes = self.labels.scheme.to_dicts()
        super().save_settings()

    def save(self) -> None:
        """Store everything.

        Raises
        ------
        ExportError
            If the disk is full or the folder not writable; nothing that was stored before is lost.
        ProjectError
            If another window has the project.
        """
        self._check_writable()
        self.labels.proceed()  # never a half of a step: a copy of the project would stay like that
        self.labels.end_stroke()
        self._files.save(self.labels.state)
        self.save_settings()

    def close(self) -> None:
        """Save, stop the journal and give the lock back. Closing twice is fine.

        Raises
        ------
        ExportError
            If something could not be stored; the project is closed all the same.
        """
        if self._closed:
            return
        self._closed = True
        try:
            if not self.read_only:
                self.save()
            if not self.read_only and self.keeps_steps:
                with suppress(ExportError):  # the labels are safe
                    self._files.keep_steps(self.labels.state, self.labels.latest_steps(MOST_BYTES))
        finally:
            self._let_go()

    def _let_go(self) -> None:
        for result in self._results:
            result.close()
        try:
            self._files.close(self.labels.state)
        finally:
            self.labels.read_only = True
            lock, self._lock = self._lock, None
            if lock is not None:
                lock.release()
