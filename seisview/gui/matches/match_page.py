"""The MATCHES page: what is searched for, the gallery of hits, and what to do with them."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSpinBox,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from seisview.events import TrainingStep
from seisview.gui.docks.naming import named
from seisview.gui.docks.training_plot import TrainingPlot
from seisview.gui.matches.gallery import MatchGallery
from seisview.gui.matches.match_review import MatchReview
from seisview.learn.matching.config import DEFAULT_PATCH

REGIONS = ("everywhere", "depth", "lines")
_REGION_TEXTS = ("Whole survey", "Same depth", "Lines near by")
_REGION_HOVER = (
    "Where hits may lie: the whole survey, within two patches above and below the query, "
    "or within 50 lines of it"
)
_ROUNDS_HOVER = (
    "While it learns, places of the survey that look alike are proposed, round by round; "
    "you say which to learn from"
)
_LEFT_WIDTH, _RIGHT_WIDTH = 264, 190
_BEFORE = "Take the match tool (M) and click on a place, or drag a box around it: what is similar shows here."


class MatchPage(QWidget):
    """Passive: setters and signals.

    Signals
    -------
    size_changed(int, int)
        Samples and traces of the patch that a click picks.
    scope_changed()
        The region, the directions or the model to use were chosen.
    label_requested(), export_requested(), learn_requested(), forget_requested()
        Make labels of the accepted hits; write the hits; learn from the verdicts; begin anew.
    """

    size_changed = Signal(int, int)
    scope_changed = Signal()
    label_requested = Signal()
    export_requested = Signal()
    learn_requested = Signal()
    forget_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("match_page")
        self.setAccessibleName("Matches")
        self._samples = _side("match_samples", "Height of the patch in samples")
        self._traces = _side("match_traces", "Width of the patch in traces")
        self._region = named(QComboBox(), "match_region", "Where to search", _REGION_HOVER)
        self._region.addItems(list(_REGION_TEXTS))
        self._both = named(
            QCheckBox("Both directions"),
            "match_both",
            "Search inlines and crosslines",
            "Search inlines and crosslines; the features of the other direction are made first",
        )
        self._learnt = named(
            QCheckBox("Learnt similarity"), "match_learnt", "Rank the hits again by what was learnt"
        )
        self._summary = _text("match_summary")
        self._notice = _text("match_notice")
        self.gallery = MatchGallery()
        self._before = _text("match_before")
        self._before.setText(_BEFORE)
        self._before.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._plot = TrainingPlot()
        self._hits_page: QWidget = self._before
        self._is_learning = False
        self._middle = QStackedWidget()
        self.review = MatchReview()
        for page in (self._before, self.gallery, self._plot, self.review):
            self._middle.addWidget(page)
        self._accept = _button("match_accept", "Accept (A)", "This hit is right: look for more like it")
        self._reject = _button("match_reject", "Reject (R)", "This hit is wrong: keep away from it")
        self._label = _button("match_label", "Label accepted", "Make labels of the accepted hits")
        self._learn = _button("match_learn", "Learn from verdicts", "Train the similarity in the background")
        self._rounds = named(QSpinBox(), "match_rounds", "Rounds of proposals", _ROUNDS_HOVER)
        self._rounds.setRange(0, 5)
        self._rounds.setSpecialValueText("No proposals")
        self._rounds.setPrefix("Rounds of proposals: ")
        self._export = _button("match_export", "Export…", "Write the hits as CSV or JSON, or the heat map")
        self._forget = _button("match_forget", "New search", "Forget the query and its hits")
        self._arrange()
        self._connect()
        self.set_hits(False)
        self.set_model("")

    def _arrange(self) -> None:
        left, right = QWidget(), QWidget()
        left.setFixedWidth(_LEFT_WIDTH)
        right.setFixedWidth(_RIGHT_WIDTH)
        grid = QGridLayout(left)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(3)
        grid.addWidget(self._samples, 0, 0)
        grid.addWidget(self._traces, 0, 1)
        grid.addWidget(self._region, 1, 0, 1, 2)
        grid.addWidget(self._both, 2, 0)
        grid.addWidget(self._learnt, 2, 1)
        grid.addWidget(self._summary, 3, 0, 1, 2)
        grid.addWidget(self._notice, 4, 0, 1, 2)
        grid.setRowStretch(5, 1)
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        for pair in ((self._accept, self._reject), (self._export, self._forget)):
            line = QHBoxLayout()
            for button in pair:
                line.addWidget(button, 1)
            column.addLayout(line)
        column.addWidget(self._label)
        column.addWidget(self._learn)
        column.addWidget(self._rounds)
        column.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(6, 3, 6, 3)
        row.setSpacing(8)
        row.addWidget(left)
        row.addWidget(self._middle, 1)
        row.addWidget(right)

    def _connect(self) -> None:
        for box in (self._samples, self._traces):
            box.valueChanged.connect(lambda _value: self.size_changed.emit(*self.size_chosen))
        self._region.activated.connect(lambda _index: self.scope_changed.emit())
        self._both.clicked.connect(lambda _on: self.scope_changed.emit())
        self._learnt.clicked.connect(lambda _on: self.scope_changed.emit())
        self._accept.clicked.connect(lambda: self._judge("accepted"))
        self._reject.clicked.connect(lambda: self._judge("rejected"))
        self._label.clicked.connect(self.label_requested)
        self._learn.clicked.connect(self.learn_requested)
        self._export.clicked.connect(self.export_requested)
        self._forget.clicked.connect(self.forget_requested)

    @property
    def size_chosen(self) -> tuple[int, int]:
        """Samples and traces of the patch that a click picks."""
        return self._samples.value(), self._traces.value()

    @property
    def region(self) -> str:
        """One of :data:`REGIONS`."""
        return REGIONS[self._region.currentIndex()]

    @property
    def both_directions(self) -> bool:
        """Whether inlines and crosslines are searched."""
        return self._both.isChecked()

    @property
    def rounds(self) -> int:
        """Rounds of proposals to review while the similarity is learnt."""
        return self._rounds.value()

    @property
    def uses_model(self) -> bool:
        """Whether hits are ranked again by the model that was learnt."""
        return self._learnt.isChecked() and self._learnt.isEnabled()

    def set_size(self, size: tuple[int, int]) -> None:
        """Show the size of the patch. Emits nothing."""
        with QSignalBlocker(self._samples), QSignalBlocker(self._traces):
            self._samples.setValue(size[0])
            self._traces.setValue(size[1])

    def set_is_2d(self, is_2d: bool) -> None:
        """Offer one direction only."""
        self._both.setEnabled(not is_2d)
        self._both.setToolTip("A 2-D line has only one section." if is_2d else self._both.accessibleName())

    def set_hits(self, there: bool, summary: str = "") -> None:
        """Show the gallery, or how to begin."""
        self._hits_page = self.gallery if there else self._before
        if not self._is_learning:  # the curve or the proposals stay until that is over
            self._middle.setCurrentWidget(self._hits_page)
        for button in (self._accept, self._reject, self._export, self._forget):
            button.setEnabled(there)
        self._summary.setText(summary)

    def set_labelling(self, text: str, reason: str = "") -> None:
        """Say what the label button does, or why it cannot."""
        self._label.setText(text)
        self._label.setEnabled(not reason)
        self._label.setToolTip(reason or "Make labels of the accepted hits; hand-painted labels stay")

    def set_learning(self, reason: str = "") -> None:
        """Allow learning, or say why not."""
        self._learn.setEnabled(not reason)
        self._learn.setToolTip(reason or "Train the similarity on the verdicts, in the background")

    def set_model(self, text: str) -> None:
        """Offer the model that was learnt, and say which; empty: there is none."""
        self._learnt.setEnabled(bool(text))
        self._learnt.setToolTip(text or "Nothing was learnt yet: judge some hits, then learn from them")

    def use_model(self) -> None:
        """Switch the model on. Emits nothing."""
        with QSignalBlocker(self._learnt):
            self._learnt.setChecked(True)

    def set_notice(self, text: str) -> None:
        """Say something about the search, e.g. that features are being made."""
        self._notice.setText(text)
        self._notice.setVisible(bool(text))

    def begin_training(self) -> None:
        """Show the training curve instead of the gallery."""
        self._is_learning = True
        self._plot.clear()
        self._middle.setCurrentWidget(self._plot)

    def add_step(self, step: TrainingStep) -> None:
        """Add one step to the curve."""
        self._plot.add(step)

    def begin_review(self) -> None:
        """Show what a round proposes instead of the curve."""
        self._middle.setCurrentWidget(self.review)

    def end_review(self) -> None:
        """Show the curve again."""
        self._middle.setCurrentWidget(self._plot)

    def end_training(self) -> None:
        """Show the gallery again."""
        self._is_learning = False
        self._plot.redraw()
        self._middle.setCurrentWidget(self._hits_page)

    def _judge(self, verdict: str) -> None:
        if self.gallery.current >= 0:
            self.gallery.judged.emit(self.gallery.current, verdict)
            self.gallery.setFocus()


def _side(object_name: str, hover: str) -> QSpinBox:
    box = named(QSpinBox(), object_name, hover)
    box.setRange(8, 512)
    box.setSingleStep(8)
    box.setValue(DEFAULT_PATCH[0 if object_name.endswith("samples") else 1])
    box.setSuffix(" samples" if object_name.endswith("samples") else " traces")
    return box


def _button(object_name: str, text: str, hover: str) -> QPushButton:
    return named(QPushButton(text), object_name, text, hover)


def _text(object_name: str) -> QLabel:
    label = QLabel()
    label.setObjectName(object_name)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label
