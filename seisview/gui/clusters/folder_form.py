"""What a run of clusters on a folder of patches reads, and how."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QWidget,
)

from seisview.gui.docks.naming import named
from seisview.gui.widgets.browse_row import add_browse_row
from seisview.learn.clustering.config import MOST_CLUSTERS, ClusterRecipe
from seisview.workflows.clustering.folder import FolderRequest

_PRESETS = (("default", "Default: spectrum, K-Means"), ("system-b", "ResNet-50, per image, UMAP, K-Means"))
_PLACES = {
    "folder": ("&Folder", "Class folders of .mat, .npy, PNG or TIFF images, or images without classes"),
    "test": ("&Scored on", "Another folder to score on; empty: the later part of each class"),
    "using": ("&Pipeline", "Apply the pipeline of an earlier run instead of fitting one; empty: fit one"),
}


class FolderForm(QWidget):
    """Passive: a form and its buttons.

    Attributes
    ----------
    ask_folder : callable
        Asks for a folder by a title; None when cancelled.

    Signals
    -------
    run_requested(), cancel_requested(), save_requested()
    """

    run_requested = Signal()
    cancel_requested = Signal()
    save_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.ask_folder: Callable[[str], Path | None] = lambda _title: None
        self._places = {
            name: named(QLineEdit(), f"patches_{name}", text.replace("&", ""), hover)
            for name, (text, hover) in _PLACES.items()
        }
        self._key = named(QLineEdit("img"), "patches_key", "Array in .mat files")
        self._count = named(QComboBox(), "patches_count", "How many clusters; Auto finds out")
        self._count.addItem("Auto", None)
        for number in range(2, min(MOST_CLUSTERS, 20) + 1):
            self._count.addItem(str(number), number)
        self._preset = named(QComboBox(), "patches_preset", "Settings")
        for value, text in _PRESETS:
            self._preset.addItem(text, value)
        hover = "Scale every image by itself; amplitude no longer tells images apart"
        self._per_image = named(QCheckBox("scale each image"), "patches_per_image", "Scale each image", hover)
        self._run = named(QPushButton("Find clusters"), "patches_run", "Find clusters in the folder")
        self._cancel = named(QPushButton("Cancel"), "patches_cancel", "Stop at once")
        self._save = named(
            QPushButton("Save results …"), "patches_save", "Write tables, pictures and pipeline into a folder"
        )
        self._status = named(QLabel(), "patches_status")
        self._status.setWordWrap(True)
        self._arrange()
        self._run.clicked.connect(self.run_requested)
        self._cancel.clicked.connect(self.cancel_requested)
        self._save.clicked.connect(self.save_requested)
        self._places["folder"].textChanged.connect(lambda _text: self._show_ready())
        self._places["using"].textChanged.connect(lambda _text: self._show_ready())
        self._busy, self._has_result = "", False
        self.set_state("", False)

    def _arrange(self) -> None:
        form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        for name, (text, _hover) in _PLACES.items():
            button = named(QPushButton("…"), f"patches_{name}_browse", "Choose a folder")
            add_browse_row(form, text, self._places[name], button, partial(self._browse, name))
        settings = QHBoxLayout()
        for widget in (self._count, self._preset, self._per_image, QLabel("array"), self._key):
            settings.addWidget(widget)
        self._key.setMaximumWidth(70)
        settings.addStretch(1)
        label = QLabel("&Clusters")
        label.setBuddy(self._count)
        form.addRow(label, settings)
        buttons = QHBoxLayout()
        for button in (self._run, self._cancel, self._save):
            buttons.addWidget(button)
        buttons.addWidget(self._status, 1)
        form.addRow(buttons)

    @property
    def request(self) -> FolderRequest:
        """What is read."""
        folder, test, using = (self._places[name].text().strip() for name in ("folder", "test", "using"))
        other = None if not test or using else Path(test)
        key = self._key.text().strip() or "img"
        return FolderRequest(Path(folder), other, Path(using) if using else None, key)

    @property
    def recipe(self) -> ClusterRecipe:
        """How."""
        recipe = ClusterRecipe.of(self._preset.currentData())
        patches = replace(recipe.patches, per_image=recipe.patches.per_image or self._per_image.isChecked())
        clusters = replace(recipe.clusters, clusters=self._count.currentData())
        return replace(recipe, clusters=clusters, patches=patches)

    def set_state(self, busy: str, has_result: bool) -> None:
        """Say what runs (empty: nothing), and whether there is something to save."""
        self._busy, self._has_result = busy, has_result
        self._show_ready()

    def set_status(self, text: str) -> None:
        """Say what was found, or how it is going."""
        self._status.setText(text)

    def _show_ready(self) -> None:
        reason = self._busy or ("" if self._places["folder"].text().strip() else "Choose a folder first.")
        self._run.setEnabled(not reason)
        self._run.setToolTip(reason or "Find clusters in the folder, in the background")
        self._cancel.setEnabled(bool(self._busy))
        self._save.setEnabled(self._has_result and not self._busy)
        is_fitted = not self._places["using"].text().strip()
        for widget in (self._count, self._preset, self._per_image, self._places["test"]):
            widget.setEnabled(is_fitted)

    def _browse(self, name: str) -> None:
        chosen = self.ask_folder(_PLACES[name][1])
        if chosen is not None:
            self._places[name].setText(str(chosen))
