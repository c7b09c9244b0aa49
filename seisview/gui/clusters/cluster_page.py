"""The CLUSTERS page: settings, the list of clusters, the map of points, what is unusual."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from seisview.gui.clusters.anomaly_panel import AnomalyPanel
from seisview.gui.clusters.cluster_list import ClusterList
from seisview.gui.clusters.cluster_settings import ClusterSettings, shrink_to
from seisview.gui.clusters.scatter_view import ScatterView
from seisview.gui.docks.color_popup import ColorPopup
from seisview.gui.docks.naming import named
from seisview.labels.facies import DEFAULT_PALETTE

# Least and largest width and share of what is left over: settings, list, map, what is unusual.
_WIDTHS = ((228, 260, 1), (205, 360, 3), (244, 16777215, 4), (207, 280, 2))
_SCOPES = ((0, "on this section"), (20, "on every 20th line"), (5, "on every 5th line"), (1, "on every line"))


class ClusterPage(QWidget):
    """Passive: setters and signals; settings, list, scatter and anomalies speak for themselves.

    Signals
    -------
    merge_requested(), send_requested(), unmerge_requested()
        Merge the selected clusters; make labels of what is picked out or selected; take all merges back.
    colored(int, str)
        Id of a cluster and its new colour.
    color_by_chosen(str)
        ``"cluster"`` or ``"label"``: what the points of the map are coloured by.
    section_lasso_switched(bool)
        Polygons on the section pick points out instead of painting.
    """

    merge_requested = Signal()
    unmerge_requested = Signal()
    send_requested = Signal()
    colored = Signal(int, str)
    color_by_chosen = Signal(str)
    section_lasso_switched = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("cluster_page")
        self.setAccessibleName("Clusters")
        self.settings = ClusterSettings()
        self.list = ClusterList()
        self.scatter = ScatterView()
        self._merge = _button("cluster_merge", "Merge", "Show the selected clusters as one")
        self._unmerge = _button("cluster_unmerge", "Unmerge", "Take all merges back")
        self._color = _button("cluster_color", "Colour", "Give the selected cluster another colour")
        self._send = _button("cluster_send", "To class", "")
        self._scope = named(QComboBox(), "cluster_send_scope", "Where labels are made")
        for every, text in _SCOPES:
            self._scope.addItem(text, every)
        self._by = named(QComboBox(), "cluster_color_by", "What points are coloured by")
        self._by.addItem("coloured by cluster", "cluster")
        self._by.addItem("coloured by label", "label")
        hover = "Polygons on the section pick points out of the map, instead of painting"
        self._lasso = named(
            QPushButton("Lasso on section"), "cluster_section_lasso", "Lasso on section", hover
        )
        self._lasso.setCheckable(True)
        self.anomalies = AnomalyPanel()
        self._popup = ColorPopup(DEFAULT_PALETTE, self)
        self._to_color = 0
        self._arrange()
        self._connect()
        self.set_selection_facts(0, "Find clusters first.")

    def _arrange(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(6, 3, 6, 3)
        grid.setVerticalSpacing(3)
        columns = (self.settings, self._list_column(), self._map_column(), self.anomalies)
        for place, (column, (least, most, share)) in enumerate(zip(columns, _WIDTHS, strict=True)):
            column.setMinimumWidth(least)
            column.setMaximumWidth(most)
            grid.addWidget(column, 0, place, 1 if place < 2 else 2, 1)
            grid.setColumnStretch(place, share)
        grid.addWidget(self.settings.note, 1, 0, 1, 2)  # below the form it would have to wrap
        grid.setRowStretch(0, 1)

    def _list_column(self) -> QWidget:
        shrink_to(self._scope, 10)
        column = QWidget()
        grid = QGridLayout(column)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(3)
        grid.addWidget(self.list, 0, 0, 1, 3)
        for place, button in enumerate((self._merge, self._unmerge, self._color)):
            button.setMinimumWidth(button.fontMetrics().horizontalAdvance(button.text()) + 14)
            grid.addWidget(button, 1, place)
            grid.setColumnStretch(place, 1)
        grid.addWidget(self._send, 2, 0)
        grid.addWidget(self._scope, 2, 1, 1, 2)
        return column

    def _map_column(self) -> QWidget:
        shrink_to(self._by, 12)
        column = QWidget()
        rows = QVBoxLayout(column)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(3)
        line = QHBoxLayout()
        line.addWidget(self._by)
        line.addWidget(self._lasso)
        line.addStretch(1)
        rows.addLayout(line)
        rows.addWidget(self.scatter, 1)
        return column

    def _connect(self) -> None:
        self._merge.clicked.connect(self.merge_requested)
        self._unmerge.clicked.connect(self.unmerge_requested)
        self._send.clicked.connect(self.send_requested)
        self._color.clicked.connect(self._choose_color)
        self._popup.color_chosen.connect(lambda color: self.colored.emit(self._to_color, color))
        self._by.activated.connect(lambda _index: self.color_by_chosen.emit(self._by.currentData()))
        self._lasso.toggled.connect(self.section_lasso_switched)

    @property
    def color_by(self) -> str:
        """What points are coloured by: ``"cluster"`` or ``"label"``."""
        return str(self._by.currentData())

    @property
    def send_every(self) -> int:
        """Labels are made on every n-th line; 0: on the section on screen only."""
        return int(self._scope.currentData())

    def set_section_lasso(self, on: bool) -> None:
        """Press or release the lasso button."""
        self._lasso.setChecked(on)

    def set_selection_facts(self, n_selected: int, no_send: str, has_merges: bool = False) -> None:
        """Switch the buttons by how many clusters are selected and why nothing can be sent, if so."""
        self._merge.setEnabled(n_selected > 1)
        self._merge.setToolTip(
            "Show the selected clusters as one" if n_selected > 1 else "Select two or more"
        )
        self._unmerge.setEnabled(has_merges)
        self._color.setEnabled(n_selected == 1)
        self._color.setToolTip("Give it another colour" if n_selected == 1 else "Select one cluster")
        self._send.setEnabled(not no_send)
        self._scope.setEnabled(not no_send)
        hover = "Make labels of the active class from what is selected"
        self._send.setToolTip(no_send or f"{hover}; what was painted by hand stays")

    def _choose_color(self) -> None:
        if len(self.list.selected_ids) != 1:
            return
        chosen = self.list.selected_ids[0]
        self._to_color = chosen
        self._popup.open_at(self._color.mapToGlobal(self._color.rect().bottomLeft()), DEFAULT_PALETTE[0])


def _button(name: str, text: str, hover: str) -> QPushButton:
    button = named(QPushButton(text), name, text, hover or text)
    button.setAutoDefault(False)
    return button
