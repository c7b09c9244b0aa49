"""The running program: opening, following the survey, what is remembered, and the end."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QDialog

from seisview.data.geometry import SectionKey
from seisview.data.volume import HeaderBytes
from seisview.errors import SeisviewError
from seisview.gui.actions.wiring import WindowActions
from seisview.gui.connections import connect_parts
from seisview.gui.dialogs.survey_preview import SurveyChoice
from seisview.gui.main_window import MainWindow
from seisview.gui.parts import Parts
from seisview.gui.start.frame import Frame, recent_paths, show_recent
from seisview.gui.start.thumbnails import save_thumbnail
from seisview.gui.survey.label_memory import remembered_paths
from seisview.gui.survey.session import Session
from seisview.gui.view.view_state import DisplayChoice
from seisview.preferences import Preferences

_SAVED_EVERY_MS = 1000


class Application(Parts):
    """The running program: parts that are connected, follow the survey that is open, and are remembered."""

    def __init__(self, preferences: Preferences, window: MainWindow) -> None:
        super().__init__(preferences, window)
        self.actions = WindowActions(self)
        self._closing_asked = False
        self._shown: Session | None = None
        self._connect()
        self._saved_timer = QTimer(self)
        self._saved_timer.timeout.connect(self._show_saved)
        self._saved_timer.timeout.connect(self.actions.refresh_running)
        self._saved_timer.start(_SAVED_EVERY_MS)
        self.actions.show_recent(recent_paths(preferences))
        self.actions.refresh()

    def show(self) -> None:
        """Show the window."""
        self.window.show()

    def open_path(self, path: Path, header_bytes: HeaderBytes | None = None) -> None:
        """Open a survey or project in the background; header bytes that are given are taken as they are."""
        self.surveys.open_path(path, header_bytes)

    def shutdown(self) -> None:
        """Save what is remembered, close the survey and join all threads. Doing it twice is fine."""
        self._saved_timer.stop()
        self.preferences.window.update(self.window.layout_state(), panes=self.panes.stored)
        self.jobs.shutdown()
        self._keep_thumbnail()
        for dialog in self.window.findChildren(QDialog):
            if dialog.isVisible():  # those that were closed wait to be deleted
                dialog.done(QDialog.DialogCode.Rejected)  # they join the threads that they started
        self.surveys.close()
        self.survey_watch.shutdown()
        self.reader.shutdown()
        self.view.shutdown()
        self.matches.shutdown()
        self.match_learning.shutdown()
        self.line.shutdown()
        self.clusters.sections.shutdown()
        self.clusters.close()
        self.preview.shutdown()
        self.train_facts.shutdown()
        self.label_next.shutdown()
        self.quality.shutdown()
        self.comparison.shutdown()
        self.map_colors.shutdown()
        self.map_memory.shutdown()
        self._save_preferences()
        self.window.close()

    def show_open_dialog(self, choice: SurveyChoice | None = None) -> None:
        """Open the dialog that chooses header bytes by looking at a preview, of the open survey at first."""
        from seisview.gui.dialogs.open_survey import OpenSurveyDialog

        info = None if self.session is None else self.session.volume.info
        if choice is None and info is not None and info.format == "segy":
            choice = SurveyChoice(info.path, info.header_bytes)
        dialog = OpenSurveyDialog(choice, self.preferences.last_folder, self.window)
        dialog.survey_chosen.connect(lambda chosen: self.surveys.open_path(chosen.path, chosen.header_bytes))
        dialog.open()

    def _connect(self) -> None:
        window, jobs = self.window, self.jobs
        window.may_close = self._may_close
        window.files_dropped.connect(lambda paths: self.open_path(paths[0]) if paths else None)
        window.welcome.recent_requested.connect(self.open_path)
        self.surveys.session_changed.connect(self._on_session_changed)
        self.surveys.bytes_doubted.connect(lambda path: self.show_open_dialog(SurveyChoice(path)))
        self.surveys.saved.connect(self._show_project)
        self.view.section_shown.connect(self._on_section_shown)
        self.view.display_chosen.connect(self._remember_display)
        connect_parts(self)
        self.labels.labels_changed.connect(self._on_labels_changed)
        for changed in (
            self.panes.count_changed,
            self.analysis.facts_changed,
            jobs.started,
            self.clusters.facts_changed,
        ):
            changed.connect(self.actions.refresh)
        jobs.finished.connect(lambda _name: QTimer.singleShot(0, self.actions.refresh))

    def _on_session_changed(self, session: Session | None) -> None:
        self._keep_thumbnail()
        self._shown = None  # until all know the survey: its sections mean nothing in another
        display, key = DisplayChoice(), None
        if session is not None:
            key = session.last_key
            first = {"clip_percent": self.preferences.clip_percent}
            stored = first | self.preferences.surveys.get(session.volume.fingerprint, {})
            display = DisplayChoice.from_dict(stored)
        was_shown = self.window.survey_shown
        self.window.set_survey_shown(session is not None)
        if session is not None and not was_shown:
            self.window.restore_docks(self.preferences.window)
        self.saved.set_project(None if session is None else session.project)
        self.state.set_hidden_classes(())
        self.state.set_swipe_on(False)
        self.panes.forget()
        for follower in self.followers_before_view:
            follower.set_session(session)
        self.view.set_session(session, display, key)
        for follower in self.followers_after_view:
            follower.set_session(session)
        self._shown = session
        self._show_project()
        self._on_labels_changed()
        self._save_preferences()

    def _keep_thumbnail(self) -> None:
        if self._shown is not None and self.window.section_view.key is not None:
            picture = self.window.section_view.canvas.viewport().grab()
            for path in remembered_paths(self._shown):
                save_thumbnail(path, picture)

    def _save_preferences(self) -> None:
        try:
            self.preferences.save()
        except SeisviewError as error:
            self.window.status_line.set_note(f"{error.message} {error.hint}")

    def _on_section_shown(self, key: SectionKey) -> None:
        if self.session is not None:
            self.session.remember_key(key)
        self._show_marks()

    def _on_labels_changed(self) -> None:
        self._show_marks()
        self.actions.refresh()

    def _show_marks(self) -> None:
        store = self.labels.store
        if store is not None and self._shown is not None:
            labelled = store.labelled_sections()
            self.view.set_marks(labelled, store.holdout)
            self.panes.set_marks(labelled, store.holdout)
            self.layers.describe_labels(len(labelled), store.provenance_counts())

    def _remember_display(self, display: dict[str, object]) -> None:
        if self.session is not None:
            self.preferences.surveys.setdefault(self.session.volume.fingerprint, {}).update(display)

    def _show_project(self) -> None:
        self.window.set_title("" if self.session is None else self.session.title)
        self._show_recent()
        self._show_saved()

    def _show_recent(self) -> None:
        self.actions.show_recent(recent_paths(self.preferences))
        show_recent(self.window, self.preferences)

    def _show_saved(self) -> None:
        self.window.status_line.set_saved(self.saved.text(time.monotonic()))

    def _may_close(self) -> bool:
        if self.jobs.busy is None or self._closing_asked:
            return True
        self._closing_asked = True
        self.errors.ask_to_leave(self.jobs.busy, self.window.close, self._forget_closing)
        return False

    def _forget_closing(self) -> None:
        self._closing_asked = False


def build(
    argv: Sequence[str] = (), frame: Frame | None = None, header_bytes: HeaderBytes | None = None
) -> Application:
    """Make everything behind the window, and begin to open what `argv` names.

    Parameters
    ----------
    argv : sequence of str
        At most one path of a survey or project.
    frame : Frame, optional
        The window with its first picture, which may be on screen already; made now by default.
    header_bytes : HeaderBytes, optional
        Of that survey, as the user says.

    Returns
    -------
    Application
        Shown if `frame` is. Needs a QApplication; call :meth:`Application.shutdown` in the end.
    """
    frame = frame or Frame()
    application = Application(frame.preferences, frame.window)
    if argv:
        path = Path(argv[0])
        QTimer.singleShot(0, application, lambda: application.open_path(path, header_bytes))
    return application
