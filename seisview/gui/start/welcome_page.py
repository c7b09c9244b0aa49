"""What the first start shows: three ways in, and three lines on how it works."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon, QPixmap
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from seisview.gui.style import described
from seisview.progress import ProgressState

_STEPS = (
    "<b>1.</b> Open a survey and scroll to a section you know.",
    "<b>2.</b> Paint a few facies on two or three sections, then press <b>Train</b> (Ctrl+T).",
    "<b>3.</b> Watch the facies appear, correct them where they are wrong, train again, export to SEG-Y.",
)
_MOST_RECENT = 5
_ICON_SIZE = QSize(80, 45)  # five of them, and all above them, fit a screen of 768 lines
_LONGEST_DETAIL = 90


@dataclass(frozen=True, slots=True)
class RecentItem:
    """A survey or project opened before.

    Attributes
    ----------
    path : Path
    detail : str
        What it is, where, and what is labelled: ``"project in /data/north, 3 labelled sections"``.
    picture : QPixmap or None
        What it looked like when it was closed.
    """

    path: Path
    detail: str
    picture: QPixmap | None = None


class WelcomePage(QWidget):
    """Passive: told what was opened lately, says what the user wants. Scrolls where it does not fit.

    Signals
    -------
    open_requested(), builtin_requested(), cancel_requested()
    recent_requested(Path)
    """

    open_requested = Signal()
    builtin_requested = Signal()
    cancel_requested = Signal()
    recent_requested = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("welcome_page")
        self._drop = QFrame()
        self._drop.setObjectName("drop_target")
        self._open = described(QPushButton("Open a survey…"), "welcome_open", "Open a survey", _OPEN_HOVER)
        self._builtin = described(
            QPushButton("Try the built-in survey"),
            "welcome_builtin",
            "Try the built-in survey",
            _BUILTIN_HOVER,
        )
        self._open.setDefault(True)
        self._open.clicked.connect(self.open_requested)
        self._builtin.clicked.connect(self.builtin_requested)
        self._recent_box = QVBoxLayout()
        self._recent_box.setSpacing(2)
        self._note = _text("", "welcome_note")
        self._progress = described(QProgressBar(), "welcome_progress", "Progress of opening")
        self._progress.setTextVisible(False)
        self._cancel = described(QPushButton("Cancel"), "welcome_cancel", "Stop opening")
        self._cancel.clicked.connect(self.cancel_requested)
        self._arrange()
        self.set_progress(None)
        self.set_recent(())

    def set_recent(self, items: Sequence[RecentItem]) -> None:
        """List what was opened lately, the latest first."""
        while (item := self._recent_box.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        if not items:
            return
        self._recent_box.addWidget(_text("Recent", "welcome_heading"))
        for number, recent in enumerate(items[:_MOST_RECENT], start=1):
            button = _recent_button(recent, number)
            button.clicked.connect(lambda _checked=False, path=recent.path: self.recent_requested.emit(path))
            self._recent_box.addWidget(button)

    def set_progress(self, state: ProgressState | None) -> None:
        """Show how far opening is and offer to cancel it; None when nothing runs."""
        running = state is not None
        for widget in (self._open, self._builtin):
            widget.setEnabled(not running)
        for part in (self._progress, self._cancel):
            part.setVisible(running)
        self._note.setText(_DROP_HINT if state is None else state.message)
        if state is not None:
            self._progress.setRange(0, 0 if state.fraction is None else 1000)
            self._progress.setValue(round((state.fraction or 0.0) * 1000))

    def set_drop_shown(self, over: bool) -> None:
        """Show that what is dragged may be dropped here."""
        self._drop.setProperty("over", over)
        self._drop.style().unpolish(self._drop)
        self._drop.style().polish(self._drop)

    def _arrange(self) -> None:
        drop = QVBoxLayout(self._drop)
        drop.setContentsMargins(28, 24, 28, 20)
        drop.setSpacing(12)
        buttons = QHBoxLayout()
        buttons.setSpacing(12)
        buttons.addWidget(self._open)
        buttons.addWidget(self._builtin)
        drop.addLayout(buttons)
        drop.addWidget(_centred(self._note))
        progress = QHBoxLayout()
        progress.addWidget(self._progress, 1)
        progress.addWidget(self._cancel)
        drop.addLayout(progress)
        column = QVBoxLayout()
        column.setSpacing(14)
        column.addWidget(_text("seisview", "welcome_title"))
        column.addWidget(_text("Interpret 3-D seismic with few labels", "welcome_subtitle"))
        column.addSpacing(8)
        column.addWidget(self._drop)
        column.addSpacing(8)
        for number, step in enumerate(_STEPS, start=1):
            column.addWidget(_text(step, f"welcome_step_{number}"))
        column.addSpacing(8)
        column.addLayout(self._recent_box)
        self._place(column)

    def _place(self, column: QVBoxLayout) -> None:
        """Put the column into the middle of what scrolls: it must not decide how small the window can be."""
        content = QWidget()
        outer = QHBoxLayout(content)
        middle = QVBoxLayout()
        middle.addStretch(2)
        middle.addLayout(column)
        middle.addStretch(3)
        outer.addStretch(1)
        outer.addLayout(middle)
        outer.addStretch(1)
        scroll = QScrollArea()
        scroll.setObjectName("welcome_scroll")
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidgetResizable(True)
        scroll.setWidget(content)
        for drawn in (scroll.viewport(), content):
            drawn.setAutoFillBackground(False)  # the page itself is painted, see gui.beginning
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scroll)


_DROP_HINT = "or drop a SEG-Y, npy or zarr survey, or a project, here"
_OPEN_HOVER = "Open a SEG-Y, npy or zarr survey (Ctrl+O)"
_BUILTIN_HOVER = "A synthetic survey with folds, faults, a channel and salt; made once, in less than a minute"


def _recent_button(recent: RecentItem, number: int) -> QPushButton:
    detail = recent.detail
    if len(detail) > _LONGEST_DETAIL:
        half = _LONGEST_DETAIL // 2
        detail = f"{detail[:half]}…{detail[-half:]}"
    button = QPushButton(f"{recent.path.name}\n{detail}")
    hover = f"{recent.path}: {recent.detail}"
    described(button, f"welcome_recent_{number}", f"Open {recent.path.name}, {recent.detail}", hover)
    button.setFlat(True)
    if recent.picture is not None:
        button.setIcon(QIcon(recent.picture))
        button.setIconSize(_ICON_SIZE)
    button.setStyleSheet("text-align: left; padding: 4px;")
    return button


def _text(text: str, name: str) -> QLabel:
    label = QLabel(text)
    label.setObjectName(name)
    return label


def _centred(label: QLabel) -> QLabel:
    label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
    return label
