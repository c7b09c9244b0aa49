"""Where errors become visible: the error box, and the hooks that keep the window alive after a defect."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QWidget

from seisview.errors import SeisviewError
from seisview.gui.dialogs.question import Answer, Icon, Question, Role, ask
from seisview.gui.jobs.failures import as_seisview_error
from seisview.gui.start.time_texts import time_text
from seisview.project.schema import PROJECT_FILE, DamagedProjectError

if TYPE_CHECKING:
    from seisview.gui.dialogs.error_dialog import ErrorDialog


class ErrorBoxes(QObject):
    """Shows errors over a window, one box at a time; errors of other threads come over by a queued signal.

    Parameters
    ----------
    window : QWidget
    """

    _raised = Signal(object)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._waiting: list[SeisviewError] = []
        self._shown: ErrorDialog | None = None
        self._raised.connect(self.show_error, Qt.ConnectionType.QueuedConnection)
        self._hooks = (sys.excepthook, threading.excepthook)

    @property
    def current(self) -> ErrorDialog | None:
        """The box on screen."""
        return self._shown

    def show_error(self, error: SeisviewError) -> None:
        """Show an error without blocking; further ones wait for their turn, the same one is shown once."""
        if any(str(other) == str(error) for other in self._waiting):
            return
        self._waiting.append(error)
        if self._shown is None:
            self._show_next()

    def install(self) -> None:
        """Let exceptions that nobody caught be shown, instead of ending the program."""
        sys.excepthook = self._on_exception
        threading.excepthook = self._on_thread_exception

    def uninstall(self) -> None:
        """Give the hooks back."""
        sys.excepthook, threading.excepthook = self._hooks

    def ask_to_leave(self, running: str, leave: Callable[[], object], stay: Callable[[], object]) -> None:
        """Ask once whether to quit although something runs; does not block.

        Parameters
        ----------
        running : str
            Name of the job.
        leave, stay : callable
            One of them is called with the answer.
        """
        ask(
            self._window,
            Question(
                "leave_question", f"{running} is still running.", "Quitting stops it. Your labels are saved."
            ),
            [
                Answer("Stop it and quit", "leave_quit", Role.DestructiveRole, leave),
                Answer("Go on working", "leave_stay", Role.RejectRole, stay),
            ],
        )

    def ask_to_restore(self, error: DamagedProjectError, restore: Callable[[], object]) -> None:
        """Say that a project is damaged, and offer its last good state.

        Parameters
        ----------
        error : DamagedProjectError
            Its last good state is known.
        restore : callable
            Called when the user wants that.
        """
        text = f"The project {error.folder.name} cannot be read: its file {PROJECT_FILE} is damaged."
        details = (
            "The last good state has the settings, models and facies of that time, and all labels. "
            "The damaged file is kept beside it."
        )
        wanted = f"Open the last good state of {_moment(error.saved)}"
        ask(
            self._window,
            Question("restore_question", text, details, Icon.Warning),
            [
                Answer(wanted, "restore_open", Role.AcceptRole, restore),
                Answer("Leave it as it is", "restore_leave", Role.RejectRole),
            ],
        )

    def ask_for_newer(self, folder: Path, labelled: str, open_it: Callable[[], object]) -> None:
        """Say that a project has newer labels of the survey that was opened, and offer to open that.

        Parameters
        ----------
        folder : Path
            Of the project.
        labelled : str
            What is in it: ``"3 labelled sections, 14:02"``; may be empty.
        open_it : callable
            Called when the user wants that.
        """
        inside = f" ({labelled})" if labelled else ""
        details = (
            f"They are in {folder}{inside}. "
            "Opened by its file, the survey comes with the labels kept behind it, which are older."
        )
        text = f"Newer labels of this survey are in the project {folder.name}."
        ask(
            self._window,
            Question("newer_question", text, details),
            [
                Answer(f"Open {folder.name} instead", "newer_open", Role.AcceptRole, open_it),
                Answer("Stay with the older ones", "newer_stay", Role.RejectRole),
            ],
        )

    def tell_recovered(self, n_edits: int) -> None:
        """Say once that edits were brought back after a crash."""
        edits = "One edit was" if n_edits == 1 else f"{n_edits:,} edits were"
        text = "seisview was not closed properly when this project was open last."
        details = (
            f"{edits} brought back that had not been saved yet. "
            "Your labels are as they were within a second before it stopped."
        )
        told = Question("recovered", text, details, Icon.Information)
        ask(self._window, told, [Answer("Go on working", "recovered_close", Role.AcceptRole)])

    def _show_next(self) -> None:
        if not self._waiting:
            return
        from seisview.gui.dialogs.error_dialog import ErrorDialog

        self._shown = ErrorDialog(self._waiting[0], self._window)
        self._shown.finished.connect(self._on_closed)
        self._shown.open()

    def _on_closed(self) -> None:
        self._shown = None
        self._waiting.pop(0)
        self._show_next()

    def _on_exception(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        self._hooks[0](kind, error, trace)
        if not issubclass(kind, KeyboardInterrupt):
            self._raised.emit(as_seisview_error(error, "What you did last"))

    def _on_thread_exception(self, arguments: threading.ExceptHookArgs) -> None:
        self._hooks[1](arguments)
        if arguments.exc_value is not None:
            self._raised.emit(as_seisview_error(arguments.exc_value, "Work in the background"))


def _moment(saved: str) -> str:
    try:
        return time_text(datetime.fromisoformat(saved))
    except ValueError:
        return "an unknown time"
