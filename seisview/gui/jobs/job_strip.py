"""The one line that tells about work in progress: what runs, how far it is, how long it takes, cancel."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QSizePolicy, QToolButton, QWidget

from seisview.gui.docks.naming import named
from seisview.gui.jobs.failures import duration_text
from seisview.gui.widgets.elided_label import ElidedLabel
from seisview.progress import ProgressState

_BAR_STEPS = 1000
_BACKGROUND_HOVER = "Goes on by itself, and gives way to what you start"


class JobStrip(QWidget):
    """Shows the running job; empty and quiet otherwise.

    Signals
    -------
    cancel_requested()
        The user wants the job to stop.
    """

    cancel_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("job_strip")
        self.setAccessibleName("Work in progress")
        self._job: str | None = None
        self._name = named(QLabel(), "job_name")
        self._name.setTextFormat(Qt.TextFormat.PlainText)
        self._name.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._bar = named(QProgressBar(), "job_progress")
        self._bar.setAccessibleName("Progress of the running job")
        self._bar.setRange(0, _BAR_STEPS)
        self._bar.setTextVisible(False)
        self._bar.setMaximumHeight(10)
        self._remaining = named(QLabel(), "job_remaining")
        self._background = named(ElidedLabel(_BACKGROUND_HOVER), "job_background", "Made in the background")
        self._background.hide()
        self._cancel = named(QToolButton(), "job_cancel")
        self._cancel.setText("Cancel")
        self._cancel.setAccessibleName("Cancel the running job")
        self._cancel.clicked.connect(self.request_cancel)
        self._arrange()
        self.set_job(None)

    def _arrange(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(6, 2, 6, 2)
        row.addWidget(self._name, 2)
        row.addWidget(self._bar, 2)
        row.addWidget(self._remaining)
        row.addWidget(self._background, 3)  # words need more room than a bar
        row.addWidget(self._cancel)

    def set_job(self, name: str | None) -> None:
        """Show that the job `name` began, or with None that nothing runs."""
        self._job = name
        running = name is not None
        self._name.setText(name or "Nothing is running.")
        self._name.setEnabled(running)
        self._bar.setVisible(running)
        self._remaining.setVisible(running)
        self._remaining.setText("")
        self._bar.setRange(0, 0 if running else _BAR_STEPS)
        self._cancel.setEnabled(running)
        self._cancel.setText("Cancel")
        self._cancel.setToolTip("Stop the running job (Esc)" if running else "Nothing is running.")

    def rename_job(self, name: str) -> None:
        """Show that the running job does something else now; asked to stop it still stops."""
        if self._job is not None:
            self._job = name
            self._show_name(name)

    def set_progress(self, state: ProgressState) -> None:
        """Show how far the job is; ignored when no job was announced by :meth:`set_job`."""
        if self._job is None:
            return
        self._show_name(_name_text(self._job, state.message))
        if state.fraction is None:
            self._bar.setRange(0, 0)
        else:
            self._bar.setRange(0, _BAR_STEPS)
            self._bar.setValue(round(state.fraction * _BAR_STEPS))
        self._remaining.setText(_time_text(state))

    def set_background(self, text: str) -> None:
        """Show what is made beside the job, ``"similarity features 61 %"``; empty when nothing is."""
        self._background.setText(f"In the background: {text}")
        self._background.setVisible(bool(text))

    def _show_name(self, text: str) -> None:
        self._name.setText(text)
        self._name.setToolTip(text)

    def request_cancel(self) -> bool:
        """What the button does, for the key; False when nothing runs."""
        if self._job is None:
            return False
        if self._cancel.isEnabled():
            self._cancel.setEnabled(False)
            self._cancel.setText("Stopping …")
            self._cancel.setToolTip("The job stops at its next step.")
            self.cancel_requested.emit()
        return True


def _time_text(state: ProgressState) -> str:
    if state.remaining_s is None:
        return f"{duration_text(state.elapsed_s)} so far"
    share = "" if state.fraction is None else f"{state.fraction:.0%}, "
    return f"{share}{duration_text(state.remaining_s)} left"


def _name_text(job: str, message: str) -> str:
    """Job and what it does now, without saying "Training tuned-1: Training: step 3"."""
    head, colon, tail = message.partition(": ")
    if colon and job.startswith(head):
        return f"{job}: {tail}"
    is_the_same = message.split(" ", 1)[0] == job.split(" ", 1)[0]  # "Carrying labels: Carrying labels"
    return job if is_the_same else f"{job}: {message}"
