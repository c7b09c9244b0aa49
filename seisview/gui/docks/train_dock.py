"""Training at a glance: start, settings, device, live curves, keep or discard, the models."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from seisview.events import TrainingStep
from seisview.gui.docks.metrics_text import metrics_text
from seisview.gui.docks.model_list import ModelList, ModelRow
from seisview.gui.docks.naming import named
from seisview.gui.docks.preview_offer import PreviewOffer
from seisview.gui.docks.start_choice import KnownStarts
from seisview.gui.docks.train_settings import TrainSettings
from seisview.gui.docks.train_widgets import FOLD_HOVER, fold_button, page_button, page_text
from seisview.gui.docks.training_plot import TrainingPlot
from seisview.gui.widgets.elided_label import ElidedLabel

_LEFT_WIDTH = 320


class TrainDock(QWidget):
    """The page from which a network is trained; how far it is and how to stop it, the job strip says.

    Signals
    -------
    train_requested(TrainConfig)
        The user pressed Train; carries the settings.
    keep_requested(), discard_requested()
        What to do with the model that was trained last.
    predict_requested(str), show_requested(str)
        Predict with, or show the facies of, the model of that name.
    model_selected(str)
        A model of the list was selected: its curve can be shown.
    fusion_requested(str, str)
        Predict with several models, see :class:`~seisview.gui.docks.model_list.ModelList`.
    settings_opened(), device_chosen(str)
        The settings are shown; another device was chosen in them, as
        :class:`~seisview.learn.config.TrainConfig` calls it.
    """

    train_requested = Signal(object)
    keep_requested = Signal()
    discard_requested = Signal()
    predict_requested = Signal(str)
    show_requested = Signal(str)
    fusion_requested = Signal(str, str)
    model_selected = Signal(str)
    compare_requested = Signal(str, str)
    device_chosen = Signal(str)
    settings_opened = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("train_dock")
        self.setAccessibleName("Training")
        self._running = self._training = False
        self._busy = ""
        self._ready = False
        self._reason = "Open a survey first."
        self._train = page_button("train_start", "Train", "")
        self._train.clicked.connect(self.request_training)
        self._keep = page_button("train_keep", "Keep", "Keep the new model and the facies it predicted")
        self._keep.clicked.connect(self.keep_requested)
        self._discard = page_button(
            "train_discard", "Discard", "Delete the new model and go back to the facies shown before"
        )
        self._discard.clicked.connect(self.discard_requested)
        self._status = page_text("train_status")
        self._why_not = page_text("train_reason")
        self._device = named(ElidedLabel(), "train_device")
        self._device_text = self._device_name = ""
        self._preview = PreviewOffer()
        self._preview.show_requested.connect(self.show_requested)
        self._input = page_text("train_input")
        self._settings = TrainSettings()
        self._settings.device_chosen.connect(self.device_chosen)
        self._fold = fold_button()
        self._fold.toggled.connect(self._show_settings)
        self._plot = TrainingPlot()
        self._pages = QStackedWidget()
        self._models = ModelList()
        self._models.predict_requested.connect(self.predict_requested)
        self._models.show_requested.connect(self.show_requested)
        self._models.fusion_requested.connect(self.fusion_requested)
        self._models.model_selected.connect(self.model_selected)
        self._models.compare_requested.connect(self.compare_requested)
        self._arrange()
        self.set_undecided("")
        self.set_display_filter("")
        self._say("")
        self._enable()

    def _arrange(self) -> None:
        left = QWidget()
        left.setFixedWidth(_LEFT_WIDTH)
        grid = QGridLayout(left)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(2)
        for column, button in enumerate((self._train, self._fold)):
            grid.addWidget(button, 0, column)
            grid.setColumnStretch(column, 1)
        for row, label in enumerate((self._why_not, self._status, self._input, self._device), start=1):
            grid.addWidget(label, row, 0, 1, 2)
        decide = QHBoxLayout()
        decide.addWidget(self._keep, 1)
        decide.addWidget(self._discard, 1)
        grid.addLayout(decide, 5, 0, 1, 2)
        grid.setRowStretch(6, 1)
        settings = QWidget()
        column_of_settings = QVBoxLayout(settings)
        column_of_settings.setContentsMargins(0, 0, 0, 0)
        column_of_settings.addWidget(self._settings)
        column_of_settings.addStretch(1)
        self._pages.addWidget(self._models)
        self._pages.addWidget(settings)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(6, 3, 6, 3)
        whole.setSpacing(8)
        whole.addWidget(left)
        right = QGridLayout()  # the words on the left leave no room for more
        right.addWidget(self._plot, 0, 0)
        right.addWidget(self._pages, 0, 1)
        right.addWidget(self._preview, 1, 0, 1, 2)
        right.setColumnStretch(0, 3)
        right.setColumnStretch(1, 2)
        right.setRowStretch(0, 1)
        whole.addLayout(right, 1)
        self._plot.setMinimumSize(180, 90)

    def set_device(self, text: str, name: str = "") -> None:
        """Show what training computes on and why, e.g. ``"CPU, bfloat16: no CUDA device was found"``.

        Parameters
        ----------
        text : str
        name : str
            As torch calls it; empty while it is not known.
        """
        self._device_text, self._device_name = text, name
        self.set_memory("")

    @property
    def device(self) -> str:
        """Name of the device shown; empty while it is not known."""
        return self._device_name

    def set_memory(self, text: str) -> None:
        """Show beside the device how much of its memory is in use; empty where that does not matter."""
        shown = f"{self._device_text}; {text}" if text else self._device_text
        self._device.setText(shown)
        self._device.setToolTip(shown)

    def set_display_filter(self, title: str) -> None:
        """Say that training does not see the filter that sections are drawn through; empty: there is none."""
        self._input.setText(
            f"Learns from the amplitudes of the file: {title} is for display only." if title else ""
        )
        self._input.setVisible(bool(title))

    def set_ready(self, ready: bool, reason: str = "") -> None:
        """Allow training, or forbid it and say why on the button."""
        self._ready, self._reason = ready, reason
        self._enable()

    def set_busy(self, reason: str) -> None:
        """Forbid new computations while `reason` holds, e.g. an export runs; empty allows them again."""
        self._busy = reason
        self._enable()

    def begin(self) -> None:
        """A training began: empty the curves."""
        self.begin_pretraining()
        self.set_undecided("")

    def begin_prediction(self, what: str) -> None:
        """A prediction of facies began, ``"Predicting with tuned-3"``; the curves stay."""
        self._preview.say("")
        self._running = True
        self._say(f"{what} …")
        self._enable()

    def begin_pretraining(self) -> None:
        """A pretraining began: as :meth:`begin`, but a new model may still be decided on."""
        self._plot.clear()
        self._preview.say("")
        self._running = self._training = True
        self._say("Preparing …")
        self._enable()

    def set_known_starts(self, known: KnownStarts) -> None:
        """Offer these weights for a training to start from."""
        self._settings.set_known_starts(known)

    def add_step(self, step: TrainingStep) -> None:
        """Add one step to the curves."""
        self._plot.add(step)
        figures = metrics_text(step.metrics)
        self._say(f"loss {step.loss:.3f}" + (f", {figures}" if figures else ""))

    def finish(self, summary: str) -> None:
        """Training is over, prediction may still run: show the validation figures, draw the last points."""
        self._training = False
        self._plot.redraw()
        self._preview.say("")
        self._say(summary)

    def say_beside_preview(self, text: str, details: str = "") -> None:
        """Say how the network does beside the preview; `details` on hover. An empty text takes it back."""
        self._preview.say(text, details)

    def offer_preview(self, offered: bool) -> None:
        """Whether there is a preview that is not shown: beside that text, it is one click away."""
        self._preview.offer(offered)

    def end(self, message: str) -> None:
        """Nothing runs any more; `message` says how it ended."""
        self._plot.redraw()
        self._running = self._training = False
        self._say(message)
        self._enable()

    def set_undecided(self, model: str) -> None:
        """Offer to keep or discard the model of that name; an empty name takes the offer back."""
        for button in (self._keep, self._discard):
            button.setVisible(bool(model))
        self._device.setWordWrap(not model)  # beside the buttons there is one line left for it
        self._keep.setText(f"Keep {model}".strip())

    @property
    def selected_model(self) -> str:
        """Name of the model selected in the list; empty when there is none."""
        return self._models.selected

    def request_comparison(self) -> None:
        """Compare two results of the list, for the menu."""
        self._models.request_comparison()

    def show_curve(self, steps: Sequence[TrainingStep]) -> None:
        """Draw the curve of a model of the list, unless one is being trained; none at all: no curve."""
        if not self._training:
            self._plot.show_steps(steps)

    def set_models(self, models: Sequence[ModelRow]) -> None:
        """Show the models of this project, the latest first."""
        self._models.set_models(models)

    def request_training(self) -> None:
        """What the button does, for the menu; nothing while training is not possible."""
        if self._train.isEnabled():
            self.train_requested.emit(self._settings.config())

    def _say(self, text: str) -> None:
        self._status.setText(text)
        self._status.setVisible(bool(text))  # an empty line would take room from the section

    def _show_settings(self, shown: bool) -> None:
        self._pages.setCurrentIndex(1 if shown else 0)
        self._fold.setText("Models" if shown else "Settings")
        self._fold.setToolTip(FOLD_HOVER[shown])
        if shown:
            self.settings_opened.emit()

    def _enable(self) -> None:
        self._train.setEnabled(self._ready and not self._running and not self._busy)
        self._train.setToolTip(self._train_hover())
        self._why_not.setText("" if self._running or self._train.isEnabled() else self._train_hover())
        self._why_not.setVisible(bool(self._why_not.text()))
        self._models.set_busy(
            "Wait for the running job to end, or cancel it (Esc)." if self._running else self._busy
        )

    def _train_hover(self) -> str:
        if self._running:
            return "Training or prediction is running; cancel it first (Esc)."
        if not self._ready or self._busy:
            return self._reason if not self._ready else self._busy
        return "Train on the painted labels; painting can go on meanwhile (Ctrl+T)"


__all__ = ["TrainDock", "metrics_text"]
