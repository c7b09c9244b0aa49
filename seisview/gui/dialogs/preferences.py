"""Preferences: disk space for what makes the program quick, and how surveys look at first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFormLayout,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from seisview.data.cached_files import size_text
from seisview.gui.docks.naming import named
from seisview.preferences import LIMITS
from seisview.workflows.caches import CachedItem, CacheKind

_PATH = Qt.ItemDataRole.UserRole
_FIELDS = {
    "max_bricks_gb": ("Fast copies of surveys, at most", " GB", "pref_bricks"),
    "max_features_gb": ("Features of surveys, at most", " GB", "pref_features"),
    "clip_percent": ("Clip of a survey seen for the first time", " %", "pref_clip"),
}
_HOVER = {
    "max_bricks_gb": "They make time slices and drawn lines quick. Beyond it, those not used for longest go",
    "max_features_gb": "They make preview, clusters and matches quick. Beyond it, those not used longest go",
    "clip_percent": "Amplitudes above this percentile saturate the colours; each survey remembers its own",
}


class PreferencesDialog(QDialog):
    """Shows limits and what is kept; takes effect at once and does not block.

    Signals
    -------
    value_chosen(str, float)
        Field of the preferences and its new value, once the user is done with it.
    deletion_requested(list of Path)
    """

    value_chosen = Signal(str, float)
    deletion_requested = Signal(list)

    def __init__(self, values: dict[str, float], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("preferences_dialog")
        self.setWindowTitle("Preferences")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._boxes = {name: self._box(name, values[name]) for name in _FIELDS}
        self._list = _list()
        self._list.itemSelectionChanged.connect(self._enable)
        self._total = named(QLabel(), "pref_total")
        self._delete = named(QPushButton("&Delete"), "pref_delete", "Delete what is selected")
        self._delete.setAutoDefault(False)
        self._delete.clicked.connect(self._request_deletion)
        self._arrange()
        self._enable()
        self.resize(560, 420)

    def set_items(self, items: Sequence[CachedItem], open_fingerprint: str) -> None:
        """List what is kept; what belongs to the open survey cannot be deleted."""
        self._list.clear()
        for item in items:
            self._list.addTopLevelItem(_row(item, bool(item.fingerprint == open_fingerprint)))
        totals = {kind: sum(item.n_bytes for item in items if item.kind is kind) for kind in CacheKind}
        self._total.setText(", ".join(f"{_PLURAL[kind]} {size_text(n)}" for kind, n in totals.items()))
        self._enable()

    def _arrange(self) -> None:
        form = QFormLayout()
        for name, (text, _, _) in _FIELDS.items():
            form.addRow(text, self._boxes[name])
        below = QHBoxLayout()
        below.addWidget(self._total, 1)
        below.addWidget(self._delete)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        # Enter ends what is typed into a box, and leaves the dialog open
        buttons.button(QDialogButtonBox.StandardButton.Close).setAutoDefault(False)
        column = QVBoxLayout(self)
        column.addLayout(form)
        column.addWidget(QLabel("Kept on disk; all of it can be made again"))
        column.addWidget(self._list, 1)
        column.addLayout(below)
        column.addWidget(buttons)

    def _box(self, name: str, value: float) -> QDoubleSpinBox:
        text, suffix, object_name = _FIELDS[name]
        box = named(QDoubleSpinBox(), object_name, text, _HOVER[name])
        box.setRange(*LIMITS[name])
        box.setDecimals(1)
        box.setSuffix(suffix)
        box.setKeyboardTracking(False)
        box.setValue(value)
        # not while it is stepped through: a smaller limit deletes
        box.editingFinished.connect(lambda: self.value_chosen.emit(name, box.value()))
        return box

    def _enable(self) -> None:
        chosen = bool(self._list.selectedItems())
        self._delete.setEnabled(chosen)
        self._delete.setToolTip(
            "Delete what is selected" if chosen else "Select something in the list first."
        )

    def _request_deletion(self) -> None:
        self.deletion_requested.emit([item.data(0, _PATH) for item in self._list.selectedItems()])


_PLURAL = {CacheKind.BRICKS: "fast copies", CacheKind.FEATURES: "features", CacheKind.DIPS: "dips"}


def _list() -> QTreeWidget:
    tree = named(QTreeWidget(), "pref_kept", "What is kept on disk, by survey")
    tree.setHeaderLabels(["survey", "what", "size", "last used"])
    tree.setRootIsDecorated(False)
    tree.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
    tree.header().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
    tree.header().setStretchLastSection(False)
    return tree


def _row(item: CachedItem, is_open: bool) -> QTreeWidgetItem:
    used = "open" if is_open else f"{datetime.fromtimestamp(item.last_used):%Y-%m-%d %H:%M}"
    row = QTreeWidgetItem([item.survey or "unknown", str(item.kind), size_text(item.n_bytes), used])
    row.setTextAlignment(2, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    row.setData(0, _PATH, item.path)
    row.setToolTip(0, str(item.path))
    if is_open:
        row.setFlags(row.flags() & ~Qt.ItemFlag.ItemIsSelectable)
        row.setToolTip(3, "The survey is open: close it first to delete this.")
    return row
