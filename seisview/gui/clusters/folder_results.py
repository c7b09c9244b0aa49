"""What clusters of a folder of patches look like: map of the images, tables, and the image pointed at."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QTableWidget,
    QTableWidgetItem,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from seisview.gui.clusters.scatter_view import ScatterView
from seisview.gui.docks.naming import named

_PICTURE_PX = 150
_TABLES = {"clusters": "Clusters", "scores": "Scores", "unusual": "Unusual", "left_out": "Left out"}

Rows = Sequence[Sequence[str]]


class FolderResults(QWidget):
    """Passive: setters and signals; the scatter speaks for itself.

    Signals
    -------
    color_by_chosen(str)
        ``"cluster"`` or ``"class"``.
    unusual_chosen(int)
        Row of the table of unusual images.
    """

    color_by_chosen = Signal(str)
    unusual_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.scatter = ScatterView()
        self.scatter.setObjectName("patches_scatter")
        self.scatter.setToolTip("Click a point to see its image, scroll to zoom")
        self._by = named(QComboBox(), "patches_color_by", "What points are coloured by")
        self._by.addItem("coloured by cluster", "cluster")
        self._by.addItem("coloured by class", "class")
        self._picture = named(QLabel(), "patches_picture", "The image of the point")
        self._picture.setFixedSize(_PICTURE_PX, _PICTURE_PX)
        self._picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._about = named(QLabel(), "patches_about")
        self._about.setWordWrap(True)
        self._about.setFixedWidth(_PICTURE_PX)
        self._about.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self._tabs = named(QTabWidget(), "patches_tables")
        self._tables = {name: _table(f"patches_{name}") for name in _TABLES}
        for name, table in self._tables.items():
            self._tabs.addTab(table, _TABLES[name])
        self._arrange()
        self._by.activated.connect(lambda _index: self.color_by_chosen.emit(self.color_by))
        self._tables["unusual"].cellClicked.connect(lambda row, _column: self.unusual_chosen.emit(row))

    def _arrange(self) -> None:
        left, image, row = QVBoxLayout(), QVBoxLayout(), QHBoxLayout(self)
        left.addWidget(self._by, 0, Qt.AlignmentFlag.AlignLeft)
        left.addWidget(self.scatter, 1)
        image.addWidget(self._picture)
        image.addWidget(self._about, 1)
        row.setContentsMargins(0, 0, 0, 0)
        row.addLayout(left, 1)
        row.addLayout(image)
        row.addWidget(self._tabs, 1)

    @property
    def color_by(self) -> str:
        """``"cluster"`` or ``"class"``."""
        return str(self._by.currentData())

    def set_table(self, name: str, columns: Sequence[str], rows: Rows) -> None:
        """Fill ``"clusters"``, ``"scores"``, ``"unusual"`` or ``"left_out"``."""
        table = self._tables[name]
        table.setColumnCount(len(columns))
        table.setHorizontalHeaderLabels(list(columns))
        table.setRowCount(len(rows))
        for row, cells in enumerate(rows):
            for column, text in enumerate(cells):
                table.setItem(row, column, QTableWidgetItem(text))
        table.resizeColumnsToContents()
        self._tabs.setTabText(list(_TABLES).index(name), f"{_TABLES[name]} ({len(rows)})")

    def set_image(self, grey: npt.NDArray[np.uint8] | None, about: str) -> None:
        """Show an image and what is known about it."""
        self._about.setText(about)
        if grey is None:
            self._picture.clear()
            return
        rows, columns = grey.shape
        image = QImage(
            np.ascontiguousarray(grey).data, columns, rows, columns, QImage.Format.Format_Grayscale8
        )
        keep = Qt.AspectRatioMode.KeepAspectRatio
        self._picture.setPixmap(QPixmap.fromImage(image.copy()).scaled(self._picture.size(), keep))


def _table(name: str) -> QTableWidget:
    table = named(QTableWidget(), name)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.verticalHeader().setVisible(False)
    table.verticalHeader().setDefaultSectionSize(table.fontMetrics().height() + 6)
    table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
    table.horizontalHeader().setStretchLastSection(True)
    return table
