"""The list of clusters: colour, name, size, whether they are drawn."""

from __future__ import annotations

from PySide6.QtCore import (
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QSignalBlocker,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from seisview.gui.docks.color_popup import swatch
from seisview.gui.docks.facies_rows import share_text
from seisview.gui.widgets.eyes import Eyes, set_eye
from seisview.labels.facies import FaciesClass

COLOR, NAME, SHARE, EYE = range(4)
_RENAMES = (Qt.Key.Key_F2, Qt.Key.Key_Return, Qt.Key.Key_Enter)


class ClusterList(QTreeWidget):
    """Shows clusters; several can be selected.

    Signals
    -------
    renamed(int, str)
        Id of a cluster and its new name.
    visibility_toggled(int)
    """

    renamed = Signal(int, str)
    visibility_toggled = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("cluster_list")
        self.setAccessibleName("Clusters")
        self.setColumnCount(4)
        self.setHeaderLabels(["", "cluster", "share", ""])
        Eyes(self, EYE)
        self.setRootIsDecorated(False)
        self.setIndentation(0)
        self.setUniformRowHeights(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setIconSize(QSize(16, 16))
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)  # keys are taken below
        self.setItemDelegate(_OnlyNames(self))
        header = self.header()
        header.setStretchLastSection(False)
        for column in (COLOR, SHARE, EYE):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
        self.itemChanged.connect(self._on_changed)
        self.itemClicked.connect(self._on_clicked)
        self.itemDoubleClicked.connect(lambda item, column: self._rename(item) if column == NAME else None)

    @property
    def selected_ids(self) -> tuple[int, ...]:
        """Ids of the selected clusters, from top to bottom."""
        items = (self.topLevelItem(row) for row in range(self.topLevelItemCount()))
        return tuple(_id(item) for item in items if item is not None and item.isSelected())

    def set_clusters(
        self, clusters: tuple[FaciesClass, ...], shares: dict[int, float], hidden: frozenset[int]
    ) -> None:
        """Show clusters with their share 0..1; the selection and the row that keys act on are kept."""
        selected, before = set(self.selected_ids), self.currentItem()
        current = 0 if before is None else _id(before)
        with QSignalBlocker(self):
            self.clear()
            for cluster in clusters:
                self.addTopLevelItem(self._row(cluster, shares.get(cluster.id, 0.0), cluster.id in hidden))
            for row in range(self.topLevelItemCount()):
                item = self.topLevelItem(row)
                if item is not None and _id(item) in selected:
                    item.setSelected(True)
                if item is not None and _id(item) == current:
                    self.setCurrentItem(item, NAME, QItemSelectionModel.SelectionFlag.NoUpdate)
        self.itemSelectionChanged.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Rename by F2 or Enter, whichever column is the current one."""
        item = self.currentItem()
        is_editing = self.state() == QAbstractItemView.State.EditingState  # Enter ends it and comes here too
        if item is not None and event.key() in _RENAMES and not is_editing:
            self._rename(item)
        else:
            super().keyPressEvent(event)

    def _rename(self, item: QTreeWidgetItem) -> None:
        self.setCurrentItem(item, NAME, QItemSelectionModel.SelectionFlag.NoUpdate)
        self.editItem(item, NAME)

    def _row(self, cluster: FaciesClass, share: float, is_hidden: bool) -> QTreeWidgetItem:
        item = QTreeWidgetItem(["", cluster.name, share_text(share), ""])
        item.setFlags(item.flags() | Qt.ItemFlag.ItemIsEditable)
        item.setData(COLOR, Qt.ItemDataRole.UserRole, cluster.id)
        item.setData(NAME, Qt.ItemDataRole.UserRole, cluster.name)
        item.setIcon(COLOR, swatch(cluster.color))
        item.setToolTip(NAME, f"{cluster.name}: F2 renames")
        item.setToolTip(SHARE, "Share of the survey")
        item.setTextAlignment(SHARE, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        set_eye(item, EYE, not is_hidden, self.palette())
        item.setToolTip(EYE, "Hidden: click to show it" if is_hidden else "Drawn: click to hide it")
        return item

    def _on_changed(self, item: QTreeWidgetItem, column: int) -> None:
        before = str(item.data(NAME, Qt.ItemDataRole.UserRole))
        if column == NAME and item.text(NAME) != before:
            name = item.text(NAME)
            with QSignalBlocker(self):
                item.setText(NAME, before)
            self.renamed.emit(_id(item), name)

    def _on_clicked(self, item: QTreeWidgetItem, column: int) -> None:
        if column == EYE:
            self.visibility_toggled.emit(_id(item))


class _OnlyNames(QStyledItemDelegate):
    """Edits the name and nothing else: colour and share are shown, not typed."""

    def createEditor(
        self, parent: QWidget, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QWidget:
        """Return a line of text for the name, and no editor for the other columns."""
        if index.column() != NAME:
            return None  # type: ignore[return-value]
        return super().createEditor(parent, option, index)


def _id(item: QTreeWidgetItem) -> int:
    return int(item.data(COLOR, Qt.ItemDataRole.UserRole))
