"""Similar images in folders: which folders, which model, and the answers to each query."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from seisview.gui.docks.naming import named
from seisview.gui.matches.gallery import GalleryItem, MatchGallery
from seisview.gui.widgets.browse_row import add_browse_row

_SIZE = QSize(760, 460)
_PLACES = {
    "queries": ("&Queries", "Images to find others like, or class folders of them"),
    "corpus": ("&Searched in", "Images to search, or class folders of them"),
    "model": ("&Model", "From Learn or train-match; empty: compare spectra"),
}
_SAVE_HOVER = "Write the answers as answers.json"
_VIEWS_HOVER = "Mosaic, amplitudes and sizes of what is searched, as pictures in a folder beside the answers"


class FolderMatchDialog(QDialog):
    """Passive: a form, its buttons and a gallery.

    Attributes
    ----------
    ask_folder, ask_model : callable
        Ask for a folder and for a model by a title; None when cancelled.

    Signals
    -------
    run_requested(), learn_requested(), cancel_requested(), save_requested()
    query_chosen(int)
    places_changed()
        Another folder or model: the answers that were shown are none of theirs, and are gone.
    """

    run_requested = Signal()
    learn_requested = Signal()
    cancel_requested = Signal()
    save_requested = Signal()
    query_chosen = Signal(int)
    places_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("folder_matches")
        self.setWindowTitle("Similar images in folders")
        self.ask_folder: Callable[[str], Path | None] = lambda _title: None
        self.ask_model: Callable[[str], Path | None] = lambda _title: None
        self._places = {
            name: named(QLineEdit(), f"folder_matches_{name}", text.replace("&", ""), hover)
            for name, (text, hover) in _PLACES.items()
        }
        self._top = named(QSpinBox(), "folder_matches_top", "Images per query")
        self._top.setRange(1, 50)
        self._top.setValue(3)
        self._views = named(
            QCheckBox("with pictures of classes"), "folder_matches_views", "Draw the classes", _VIEWS_HOVER
        )
        self._run = named(QPushButton("Find"), "folder_matches_run", "Find similar images and show them")
        self._save = named(
            QPushButton("Save answers…"), "folder_matches_save", "Save the answers", _SAVE_HOVER
        )
        self._learn = named(
            QPushButton("Learn…"),
            "folder_matches_learn",
            "Learn from the class folders searched in",
        )
        self._cancel = named(QPushButton("Cancel"), "folder_matches_cancel", "Stop at once")
        for button in (self._run, self._learn, self._cancel, self._save):
            button.setAutoDefault(False)  # Enter in a field begins nothing by accident
        self._status = named(QLabel(), "folder_matches_status")
        self._status.setWordWrap(True)
        self._query = named(QComboBox(), "folder_matches_query", "Query whose answers are shown")
        self.gallery = MatchGallery()
        named(self.gallery, "folder_matches_gallery", "Query and answers", "The query comes first")
        self._arrange()
        self._run.clicked.connect(self.run_requested)
        self._learn.clicked.connect(self.learn_requested)
        self._cancel.clicked.connect(self.cancel_requested)
        self._save.clicked.connect(self.save_requested)
        self._query.currentIndexChanged.connect(self.query_chosen)
        self._busy = False
        for place in self._places.values():
            place.textChanged.connect(lambda _text: self._on_place())
        self.set_busy(False)
        self.resize(_SIZE)

    def _arrange(self) -> None:
        form = QFormLayout()
        for name, (text, _hover) in _PLACES.items():
            what = f"Choose {'a model' if name == 'model' else 'a folder'}: {text.replace('&', '')}"
            button = named(QPushButton("…"), f"folder_matches_{name}_browse", what)
            add_browse_row(form, text, self._places[name], button, partial(self._browse, name))
        buttons = QHBoxLayout()
        for widget in (
            QLabel("images per query"),
            self._top,
            self._run,
            self._learn,
            self._cancel,
        ):
            buttons.addWidget(widget)
        buttons.addStretch(1)
        buttons.addWidget(self._views)
        buttons.addWidget(self._save)
        column = QVBoxLayout(self)
        column.addLayout(form)
        column.addLayout(buttons)
        column.addWidget(self._status)
        column.addWidget(self._query)
        column.addWidget(self.gallery, 1)

    @property
    def top(self) -> int:
        """Images per query."""
        return self._top.value()

    @property
    def draws_views(self) -> bool:
        """Whether the classes are drawn beside the answers."""
        return self._views.isChecked()

    def path(self, name: str) -> Path | None:
        """What a field says, ``"queries"``, ``"corpus"`` or ``"model"``; None when it is empty."""
        text = self._places[name].text().strip()
        return Path(text) if text else None

    def set_path(self, name: str, path: Path) -> None:
        """Fill a field."""
        self._places[name].setText(str(path))

    def set_busy(self, busy: bool) -> None:
        """Allow what can be done now."""
        self._busy = busy
        corpus = self.path("corpus") is not None
        self._run.setEnabled(not busy and corpus and self.path("queries") is not None)
        self._learn.setEnabled(not busy and corpus)
        self._cancel.setEnabled(busy)
        self._show_savable()

    def say(self, text: str) -> None:
        """Show one sentence, e.g. the scores."""
        self._status.setText(text)

    def set_queries(self, names: Sequence[str]) -> None:
        """Offer the queries that were answered; the first is chosen."""
        self._query.clear()
        self._query.addItems(list(names))
        self._show_savable()

    def clear_answers(self) -> None:
        """Show no answers and no scores."""
        self.set_queries(())
        self.gallery.set_items(())
        self.say("")

    def show_answers(self, items: Sequence[GalleryItem]) -> None:
        """Show a query and its answers; pictures follow through the gallery."""
        self.gallery.set_items(items)

    def _on_place(self) -> None:
        self.clear_answers()
        self.set_busy(self._busy)
        self.places_changed.emit()

    def _show_savable(self) -> None:
        there = self._query.count() > 0
        self._save.setEnabled(there and not self._busy)
        self._save.setToolTip(_SAVE_HOVER if there else "Find similar images first")
        self._views.setEnabled(there and not self._busy)

    def _browse(self, name: str) -> None:
        ask = self.ask_model if name == "model" else self.ask_folder
        path = ask(_PLACES[name][0].replace("&", ""))
        if path is not None:
            self.set_path(name, path)
