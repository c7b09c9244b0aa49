"""What a run of clusters is asked for, and starting it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QLabel, QPushButton, QWidget

from seisview.gui.clusters.kept_box import KeptBox
from seisview.gui.docks.naming import named
from seisview.gui.widgets.elided_label import ElidedLabel
from seisview.learn.clustering.config import (
    MOST_CLUSTERS,
    ClusterConfig,
    ClusterRecipe,
    PresetName,
    SurveySource,
)

_SOURCES: tuple[tuple[SurveySource, str], ...] = (
    ("attributes", "Energy, frequency, continuity"),
    ("features", "Dense features"),
    ("windows", "Windows"),
)
_WINDOWS = tuple((side, f"{side} x {side}") for side in (32, 64, 96, 128))
_METHODS = (("kmeans", "K-Means"), ("hdbscan", "HDBSCAN (by density)"))
_EMBEDDINGS = (("pca", "on principal components"), ("umap", "on a UMAP embedding"))
_PRESETS: tuple[tuple[PresetName, str], ...] = (
    ("default", "Default"),
    ("system-b", "ResNet-50, UMAP, K-Means"),
)


class ClusterSettings(QWidget):
    """Passive: a form and its button.

    Attributes
    ----------
    note : QWidget
        One line about what was found, with numbers to try; the page gives it the room it needs.
    kept : KeptBox
        At its end: the results that are kept.

    Signals
    -------
    run_requested(ClusterRecipe)
        With the settings in the form, or with another number of clusters that is worth trying.
    """

    run_requested = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._count = named(
            QComboBox(), "cluster_count", "How many clusters", "How many clusters; Auto finds out"
        )
        self._count.addItem("Auto", None)
        for number in range(2, min(MOST_CLUSTERS, 20) + 1):
            self._count.addItem(str(number), number)
        self._preset = _box("cluster_preset", "Settings to begin with", _PRESETS)
        self._source = _box("cluster_source", "What stands for a place of the survey", _SOURCES)
        self._method = _box("cluster_method", "How clusters are found", _METHODS)
        self._embedding = _box("cluster_embedding", "Where clusters are looked for", _EMBEDDINGS)
        self._window = _box("cluster_window", "Size of the windows", _WINDOWS)
        self._tries = QHBoxLayout()
        self._tries.setSpacing(3)
        self._run = named(QPushButton("Find clusters"), "cluster_run", "Find clusters in the survey")
        self._status = named(ElidedLabel(), "cluster_status")
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(3)
        grid.addWidget(self._count, 0, 0)
        grid.addWidget(self._run, 0, 1)
        grid.setColumnStretch(1, 1)
        places = QHBoxLayout()
        places.addWidget(self._source, 1)
        places.addWidget(self._window)
        grid.addWidget(self._preset, 1, 0, 1, 2)
        grid.addLayout(places, 2, 0, 1, 2)
        grid.addWidget(self._method, 3, 0, 1, 2)
        grid.addWidget(self._embedding, 4, 0, 1, 2)
        grid.setRowStretch(5, 1)
        self.note = QWidget()
        found = QHBoxLayout(self.note)
        found.setContentsMargins(0, 0, 0, 0)
        found.addWidget(self._status, 3)
        found.addLayout(self._tries)
        self.kept = KeptBox()
        found.addWidget(self.kept, 2)
        self._source.currentIndexChanged.connect(self._show_window)
        self.set_recipe(ClusterRecipe())
        self._show_window()
        self._run.clicked.connect(lambda: self.run_requested.emit(self.recipe))
        self._preset.activated.connect(
            lambda _index: self.set_recipe(ClusterRecipe.of(self._preset.currentData()))
        )

    @property
    def recipe(self) -> ClusterRecipe:
        """The settings as they are in the form."""
        recipe = ClusterRecipe.of(self._preset.currentData())
        clusters: ClusterConfig = replace(
            recipe.clusters,
            clusters=self._count.currentData(),
            method=self._method.currentData(),
            embedding=self._embedding.currentData(),
        )
        survey = replace(recipe.survey, source=self._source.currentData())
        if recipe.survey.source != survey.source:
            survey = replace(ClusterRecipe().survey, source=survey.source)
        survey = replace(survey, window=(self._window.currentData(), self._window.currentData()))
        return replace(recipe, clusters=clusters, survey=survey)

    def set_recipe(self, recipe: ClusterRecipe) -> None:
        """Fill the form."""
        for box, value in (
            (self._count, recipe.clusters.clusters),
            (self._source, recipe.survey.source),
            (self._window, recipe.survey.window[0]),
            (self._method, recipe.clusters.method),
            (self._embedding, recipe.clusters.embedding),
        ):
            box.setCurrentIndex(max(0, box.findData(value)))

    def set_tries(self, tries: list[tuple[int, str]]) -> None:
        """Offer numbers of clusters as buttons: the number and what speaks for it, on hover."""
        while (taken := self._tries.takeAt(0)) is not None:
            if (widget := taken.widget()) is not None:
                widget.deleteLater()
        if not tries:
            return
        self._tries.addWidget(QLabel("try"))
        for number, hover in tries:
            button = named(QPushButton(str(number)), f"cluster_try_{number}", f"{number} clusters", hover)
            button.setAutoDefault(False)
            button.setFixedWidth(button.fontMetrics().horizontalAdvance("000") + 12)
            button.clicked.connect(lambda _on, number=number: self._try(number))
            self._tries.addWidget(button)

    def _try(self, number: int) -> None:
        if self._run.isEnabled():
            self._count.setCurrentIndex(self._count.findData(number))
            self.run_requested.emit(self.recipe)

    def _show_window(self) -> None:
        self._window.setVisible(self._source.currentData() == "windows")

    def set_ready(self, ready: bool, reason: str) -> None:
        """Allow a run, or say on hover why there is none now."""
        self._run.setEnabled(ready)
        self._run.setToolTip("Find clusters in the survey, in the background" if ready else reason)

    def set_status(self, text: str, hover: str = "") -> None:
        """Say what was found, or how it is going."""
        self._status.setText(text)
        self._status.setToolTip(hover or text)


def _box(name: str, hover: str, items: Sequence[tuple[object, str]]) -> QComboBox:
    box = named(QComboBox(), name, hover)
    for value, text in items:
        box.addItem(text, value)
    shrink_to(box, 12)
    return box


def shrink_to(box: QComboBox, characters: int) -> None:
    """Let a drop-down list be narrower than its longest entry, which the opened list shows whole."""
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(characters)
