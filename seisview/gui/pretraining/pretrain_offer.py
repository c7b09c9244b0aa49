"""One line on the training page: let a network learn this survey while the user looks around."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDoubleSpinBox,
    QHBoxLayout,
    QPushButton,
    QToolButton,
    QWidget,
)

from seisview.gui.docks.naming import named
from seisview.gui.widgets.elided_label import ElidedLabel
from seisview.learn.pretext.config import PretextName

DEFAULT_MINUTES = 10.0
TASKS: dict[str, tuple[PretextName, ...]] = {
    "masked reconstruction": ("masked",),
    "rotation": ("rotation",),
    "jigsaw": ("jigsaw",),
    "frame order": ("frame-order",),
    "rotation and jigsaw": ("rotation", "jigsaw"),
}
_HOVER = (
    "A network learns to complete this survey's sections, without labels; training that starts from it "
    "needs fewer of them. Sections that are held out are never used."
)


@dataclass(frozen=True, slots=True)
class PretrainRequest:
    """What the user asked for.

    Attributes
    ----------
    minutes : float
    tasks : tuple of str
    resume : bool
        Go on with what was stopped.
    """

    minutes: float
    tasks: tuple[PretextName, ...]
    resume: bool = False


class PretrainOffer(QWidget):
    """Text, minutes, task, start, go on, dismiss. Passive: setters and signals.

    Signals
    -------
    start_requested(PretrainRequest)
    dismissed()
        The user does not want to see it for this survey.
    """

    start_requested = Signal(object)
    dismissed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("pretrain_offer")
        self.setAccessibleName("Pretraining on this survey")
        self._can_resume = False
        self._text = named(ElidedLabel(_HOVER), "pretrain_text", "", _HOVER)
        self._minutes = named(QDoubleSpinBox(), "pretrain_minutes", "Minutes of pretraining")
        self._minutes.setRange(0.1, 24 * 60)
        self._minutes.setDecimals(1)
        self._minutes.setSuffix(" min")
        self._minutes.setValue(DEFAULT_MINUTES)
        self._task = named(QComboBox(), "pretrain_task", "What the network learns to do", _TASK_HOVER)
        self._task.addItems(list(TASKS))
        self._resume = named(QPushButton("Go on"), "pretrain_resume", "Go on where it was stopped")
        self._resume.clicked.connect(lambda: self._request(resume=True))
        self._start = named(QPushButton("Pretrain"), "pretrain_start", "Pretrain on this survey", _HOVER)
        self._start.clicked.connect(lambda: self._request(resume=False))
        self._dismiss = named(QToolButton(), "pretrain_dismiss", "Do not offer this for this survey")
        self._dismiss.setText("✕")
        self._dismiss.setAutoRaise(True)
        self._dismiss.clicked.connect(self.dismissed)
        row = QHBoxLayout(self)
        row.setContentsMargins(6, 2, 6, 0)
        row.setSpacing(4)
        row.addWidget(self._text, 1)
        for widget in (self._minutes, self._task, self._resume, self._start, self._dismiss):
            row.addWidget(widget)
        self.set_state("", can_resume=False)

    def set_state(self, text: str, can_resume: bool) -> None:
        """Say what there is; offer to go on with what was stopped, or only to begin."""
        self._text.setText(text)
        self._can_resume = can_resume
        self._resume.setVisible(can_resume)
        self._start.setText("Begin anew" if can_resume else "Pretrain")

    def set_ready(self, reason: str) -> None:
        """Allow to start, or forbid it and say why."""
        for button, hover in ((self._start, _HOVER), (self._resume, "Go on where it was stopped")):
            button.setEnabled(not reason)
            button.setToolTip(reason or hover)

    def take_focus(self) -> None:
        """Make it the thing to answer: the keyboard goes to what one would press."""
        (self._resume if self._can_resume else self._start).setFocus()

    def _request(self, resume: bool) -> None:
        tasks = TASKS[self._task.currentText()]
        self.start_requested.emit(PretrainRequest(self._minutes.value(), tasks, resume))


_TASK_HOVER = (
    "Masked reconstruction teaches most: hidden parts of the section are filled in. The others are those of "
    "Monteiro et al. 2022."
)
