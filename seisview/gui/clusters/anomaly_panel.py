"""What is unusual: from which share of the survey on, and where, the most unusual first."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDoubleSpinBox,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from seisview.gui.docks.naming import named


class AnomalyPanel(QWidget):
    """Passive: setters and signals.

    Signals
    -------
    share_chosen(float)
        Share of the survey that counts as unusual, 0..1.
    chosen(int)
        Place in the ranked list.
    """

    share_chosen = Signal(float)
    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        hover = "Share of the survey that counts as unusual: the anomaly layer and this list follow"
        self._share = named(QDoubleSpinBox(), "cluster_unusual_share", "Unusual share", hover)
        self._share.setRange(0.1, 20.0)
        self._share.setDecimals(1)
        self._share.setSingleStep(0.5)
        self._share.setPrefix("unusual: ")
        self._share.setSuffix(" %")
        self._share.setKeyboardTracking(False)
        self._level = named(QLabel(), "cluster_unusual_level")
        self._list = named(QListWidget(), "cluster_anomalies", "What is unusual, the most unusual first")
        self._list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        line = QHBoxLayout()
        line.addWidget(self._share)
        line.addStretch(1)
        line.addWidget(self._level)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        column.addLayout(line)
        column.addWidget(self._list, 1)
        self._share.valueChanged.connect(lambda percent: self.share_chosen.emit(percent / 100))
        self._list.itemClicked.connect(self._on_item)
        self._list.itemActivated.connect(self._on_item)
        self.set_anomalies([], None, None)

    def set_anomalies(
        self, rows: list[tuple[str, str]], share: float | None, threshold: float | None
    ) -> None:
        """Show the ranked list: text and hover of each place, the share 0..1 and the score from which on."""
        with QSignalBlocker(self._share):
            self._share.setEnabled(share is not None)
            if share is not None:
                self._share.setValue(100 * share)
        self._level.setText("" if threshold is None else f"\u2265 {threshold:.2f}")
        self._level.setToolTip("Score from which on a place counts as unusual; 1 is usual")
        self._list.clear()
        for text, hover in rows:
            item = QListWidgetItem(text)
            item.setToolTip(hover)
            self._list.addItem(item)

    def _on_item(self, item: QListWidgetItem) -> None:
        self.chosen.emit(self._list.row(item))
