"""Opening and saving: from a path to a session, with the one before kept until the new one is ready."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from seisview.data.volume import HeaderBytes
from seisview.errors import ProjectError, SeisviewError
from seisview.gui.jobs.job_runner import JobRunner
from seisview.gui.prompts import Prompts
from seisview.gui.survey.label_memory import newer_project
from seisview.gui.survey.session import Session
from seisview.gui.survey.session_loader import (
    AlreadyOpen,
    Doubtful,
    OpenRequest,
    close_session,
    load,
    lost_survey,
    saved_elsewhere,
)
from seisview.preferences import Preferences
from seisview.progress import Progress
from seisview.project.project import Project
from seisview.project.schema import DamagedProjectError, restore_backup


class SurveyController(QObject):
    """Holds the open session.

    Parameters
    ----------
    jobs : JobRunner
    prompts : Prompts
    preferences : Preferences
        Recent files are noted here.
    show_error, show_note : callable
        Show an error, or one sentence in the status line.

    Signals
    -------
    session_changed(Session or None)
        Another survey is open. Sent before the old session is closed, so that everybody lets go of it.
    opening_started(str), opening_ended()
        Around an attempt to open something, successful or not.
    bytes_doubted(Path)
        The header bytes could not be told for certain: show the open dialog.
    saved()
        Everything was saved because the user asked for it.
    damage_found(DamagedProjectError, callable)
        The project has a last good state; calling the function opens that.
    newer_found(Path, callable)
        Newer labels of the survey that was opened are in this project; calling the function opens it.
    recovered(int)
        So many edits were brought back that a crash had cut off from saving.
    """

    session_changed = Signal(object)
    opening_started = Signal(str)
    opening_ended = Signal()
    bytes_doubted = Signal(object)
    saved = Signal()
    damage_found = Signal(object, object)
    newer_found = Signal(object, object)
    recovered = Signal(int)

    def __init__(
        self,
        jobs: JobRunner,
        prompts: Prompts,
        preferences: Preferences,
        show_error: Callable[[SeisviewError], object],
        show_note: Callable[[str], object],
    ) -> None:
        super().__init__()
        self._jobs = jobs
        self._prompts = prompts
        self._preferences = preferences
        self._show_error = show_error
        self._show_note = show_note
        self._session: Session | None = None
        self._restored = ""

    @property
    def session(self) -> Session | None:
        """What is open."""
        return self._session

    def choose_and_open(self) -> None:
        """Ask for a survey and open it."""
        if (path := self._prompts.survey_to_open()) is not None:
            self.open_path(path)

    def choose_and_open_folder(self) -> None:
        """Ask for a project or a zarr folder and open it."""
        if (path := self._prompts.folder_to_open()) is not None:
            self.open_path(path)

    def open_path(self, path: Path, header_bytes: HeaderBytes | None = None) -> None:
        """Open a survey or project; header bytes that the user chose are taken as they are."""
        chosen = header_bytes or self._remembered_bytes(path)
        self.open(OpenRequest(path, chosen or HeaderBytes(), confirmed=chosen is not None))

    def open_builtin(self) -> None:
        """Open the built-in survey, made now if need be."""
        self.open(OpenRequest(None))

    def open(self, request: OpenRequest) -> None:
        """Open in the background; what is open now stays open until the new survey is ready."""
        current = None if self._session is None else self._session.project.folder

        def work(progress: Progress) -> Session | Doubtful | AlreadyOpen:
            return load(request, current, progress)

        started = self._jobs.start(
            f"Opening {request.name}",
            work,
            on_result=lambda result: self._on_loaded(request, result),
            on_failure=lambda error: self._on_failure(request, error),
            on_cancelled=self.opening_ended.emit,
        )
        if started:
            self.opening_started.emit(request.name)

    def save(self) -> None:
        """Save the project now."""
        if self._session is not None:
            project = self._session.project
            if self._succeeded(project.save):
                self.saved.emit()

    def choose_and_save_as(self) -> None:
        """Ask for a folder and go on working on a copy of the project there."""
        if self._session is None:
            return
        folder = self._prompts.project_to_save(self._session.name)
        if folder is not None:
            self._succeeded(lambda: self._move_to(folder))

    def close(self) -> None:
        """Close what is open."""
        self._replace(None)

    def _move_to(self, folder: Path) -> None:
        assert self._session is not None
        self._replace(saved_elsewhere(self._session, folder))
        self._preferences.remember_recent(folder)
        self.saved.emit()

    def _on_loaded(self, request: OpenRequest, result: Session | Doubtful | AlreadyOpen) -> None:
        self.opening_ended.emit()
        if isinstance(result, AlreadyOpen):
            self._show_note(f"{request.name} is open already.")
        elif isinstance(result, Doubtful):
            self.bytes_doubted.emit(result.path)
        else:
            if request.path is not None:
                self._preferences.remember_recent(request.path)
                self._remember_bytes(request)
            known = self._preferences.surveys.setdefault(result.volume.fingerprint, {})
            known["path"] = str(result.volume.info.path)
            self._replace(result)
            self._tell(result.project, result.volume.info.warnings)
            self._offer_newer(result)

    def _restore(self, request: OpenRequest, error: DamagedProjectError) -> None:
        """Open the last good state of a project; the damaged file is kept."""

        def restore() -> None:
            aside = restore_backup(error.folder)
            self._restored = f"This is the last good state of the project. The damaged file is {aside.name}."

        if self._succeeded(restore):
            self.open(request)

    def _tell(self, project: Project, warnings: tuple[str, ...]) -> None:
        recovery, restored = project.recovery, self._restored
        self._restored = ""
        if recovery.n_edits and not project.read_only:
            self.recovered.emit(recovery.n_edits)
        if recovery.damaged:
            files = ", ".join(str(path) for path in recovery.damaged)
            self._show_error(
                SeisviewError(" ".join(recovery.messages), f"The damaged files were kept: {files}")
            )
            self._show_note(" ".join(warnings))
        else:
            notes = (restored, *recovery.messages, *warnings)
            self._show_note(" ".join(filter(None, notes)))

    def _offer_newer(self, session: Session) -> None:
        """The survey itself was opened: its labels may have been worked on in a project since."""
        if session.is_working_project and (newer := newer_project(self._preferences, session)) is not None:
            self.newer_found.emit(newer, lambda: self.open_path(newer))

    def _replace(self, session: Session | None) -> None:
        old, self._session = self._session, session
        if old is None and session is None:
            return
        self.session_changed.emit(session)
        if old is not None:
            self._succeeded(lambda: close_session(old, session))

    def _on_failure(self, request: OpenRequest, error: SeisviewError) -> None:
        self.opening_ended.emit()
        lost = None if request.path is None else lost_survey(request.path)
        if isinstance(error, ProjectError) and lost is not None:
            moved = self._prompts.survey_to_relink(lost)
            if moved is not None:
                self.open(replace(request, survey_path=moved))
                return
        if isinstance(error, DamagedProjectError) and error.saved:
            self.damage_found.emit(error, lambda: self._restore(request, error))
            return
        self._show_error(error)

    def _succeeded(self, action: Callable[[], object]) -> bool:
        try:
            action()
        except SeisviewError as error:
            self._show_error(error)
            return False
        return True

    def _remembered_bytes(self, path: Path) -> HeaderBytes | None:
        stored = self._preferences.surveys.get(str(path.resolve()), {}).get("header_bytes")
        try:
            return None if stored is None else HeaderBytes(**stored)
        except TypeError:
            return None

    def _remember_bytes(self, request: OpenRequest) -> None:
        if request.path is not None and request.confirmed:
            known = self._preferences.surveys.setdefault(str(request.path.resolve()), {})
            known["header_bytes"] = asdict(request.header_bytes)
