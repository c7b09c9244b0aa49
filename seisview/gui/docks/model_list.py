"""The models of this project: when they were trained, what labels they saw, how good they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from seisview.gui.docks.naming import named

_HEADINGS = ("model", "trained", "labels", "mean IoU")
_FUSION_HOVER = "Add the models' logits and take the best class, or let each model vote for every sample"
_COMPARE_HOVER = "Show the one that is lower in this list left of a divider and the other right (Shift+W)"
_NO_MODEL = "Train a model first (Ctrl+T)."


@dataclass(frozen=True, slots=True)
class ModelRow:
    """One model, in words.

    Attributes
    ----------
    name : str
        ``"tuned-3"``.
    trained : str
        When: ``"14:02"`` today, else with the date.
    labels : str
        What it saw: ``"3 sections"``.
    quality : str
        Validation mean IoU, ``"0.62"``; ``"-"`` when nothing was held out.
    details : str
        All figures, for hovering.
    has_result : bool
        Whether there is a facies volume of it to show.
    shown : bool
        Whether that volume is what the section shows now.
    why_not_predict : str
        Why it cannot predict the survey; empty when it can.
    is_partial : bool
        Whether its prediction was interrupted: predicting goes on there.
    is_live : bool
        Whether its facies follow the labels, section by section, and are nowhere kept.
    """

    name: str
    trained: str = ""
    labels: str = ""
    quality: str = "-"
    details: str = ""
    has_result: bool = False
    shown: bool = False
    why_not_predict: str = ""
    is_partial: bool = False
    is_live: bool = False

    @property
    def is_kept(self) -> bool:
        """Whether there is a facies volume of it that stays as it is."""
        return self.has_result and not self.is_live


class ModelList(QWidget):
    """Table of models with "show" and "predict" for the selected one.

    Signals
    -------
    show_requested(str)
        Show the facies that the model of that name predicted.
    predict_requested(str)
        Predict the survey with the model of that name.
    model_selected(str)
        The user selected this model.
    fusion_requested(str, str)
        Predict with the models of these names, joined by `` + ``, and ``"sum"`` or ``"vote"``.
    compare_requested(str, str)
        Show the facies of the first left of a divider and those of the second right of it.
    """

    fusion_requested = Signal(str, str)
    model_selected = Signal(str)
    show_requested = Signal(str)
    predict_requested = Signal(str)
    compare_requested = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("model_list")
        self._rows: dict[str, ModelRow] = {}
        self._busy_reason = self._shown = ""
        self._table = _table()
        self._table.itemSelectionChanged.connect(self._enable_buttons)
        self._table.itemSelectionChanged.connect(lambda: self.model_selected.emit(self.selected))
        self._show = named(QPushButton("Show"), "model_show")
        self._show.clicked.connect(lambda: self.show_requested.emit(self.selected))
        self._table.itemActivated.connect(self._show.click)
        self._predict = named(QPushButton("Predict"), "model_predict")
        self._predict.clicked.connect(self._request_prediction)
        self._compare = named(QPushButton("Compare"), "model_compare", "Compare two results", _COMPARE_HOVER)
        self._compare.clicked.connect(self.request_comparison)
        self._fusion = named(QComboBox(), "model_fusion", "How several models are combined", _FUSION_HOVER)
        self._fusion.addItems(["sum of logits", "vote"])
        buttons = QHBoxLayout()
        buttons.addWidget(self._fusion)
        buttons.addWidget(self._show)
        buttons.addWidget(self._compare)
        buttons.addWidget(self._predict)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self._table, 1)
        column.addLayout(buttons)
        self._enable_buttons()

    @property
    def selected(self) -> str:
        """Name of the selected model; empty when there is none."""
        item = self._table.currentItem()
        return "" if item is None else str(item.data(0, Qt.ItemDataRole.UserRole))

    @property
    def chosen(self) -> tuple[str, ...]:
        """Names of all selected models that can predict, in the order of the list."""
        items = sorted(self._table.selectedItems(), key=self._table.indexOfTopLevelItem)
        names = (str(item.data(0, Qt.ItemDataRole.UserRole)) for item in items)
        return tuple(name for name in names if not self._rows[name].why_not_predict)

    @property
    def pair(self) -> tuple[str, str] | None:
        """Names of the two selected results, the older first; None unless two are selected."""
        items = sorted(self._table.selectedItems(), key=self._table.indexOfTopLevelItem, reverse=True)
        names = [str(item.data(0, Qt.ItemDataRole.UserRole)) for item in items]
        kept = [name for name in names if self._rows[name].is_kept]
        return (kept[0], kept[1]) if len(kept) == len(names) == 2 else None

    def request_comparison(self) -> None:
        """Compare the two selected results; else the selected one, or the latest other, with that shown."""
        pair = self.pair
        if pair is None:
            kept = [row.name for row in self._rows.values() if row.is_kept]
            shown = self._shown if self._shown in kept else next(iter(kept), "")
            others = [name for name in kept if name != shown]
            left = self.selected if self.selected in others else next(iter(others), "")
            pair = (left, shown)
        self.compare_requested.emit(*pair)

    def set_models(self, rows: Sequence[ModelRow]) -> None:
        """Show these models, the latest first; the selected one stays selected. Emits nothing.

        When other facies are shown than before, the model they come from is selected.
        """
        shown = next((row.name for row in rows if row.shown), "")
        selected = self.selected if shown in ("", self._shown) else shown
        self._shown = shown
        with QSignalBlocker(self._table):
            self._table.clear()
            self._rows = {row.name: row for row in rows}
            items = [_item(row) for row in rows]
            self._table.addTopLevelItems(items)
            chosen = [item for item, row in zip(items, rows, strict=True) if row.name == selected]
            if items:
                self._table.setCurrentItem((chosen or items)[0])
        self._enable_buttons()

    def set_busy(self, reason: str) -> None:
        """Forbid predicting while `reason` holds; an empty reason allows it again."""
        self._busy_reason = reason
        self._enable_buttons()

    def _request_prediction(self) -> None:
        names = self.chosen
        if len(names) > 1:
            fusion = ("sum", "vote")[self._fusion.currentIndex()]
            self.fusion_requested.emit(" + ".join(reversed(names)), fusion)
        else:
            self.predict_requested.emit(self.selected)

    def _enable_buttons(self) -> None:
        several = len(self.chosen) > 1
        self._fusion.setVisible(several)
        self._compare.setVisible(self.pair is not None)
        self._show.setVisible(not several and self.pair is None)
        if several:
            self._enable_fusion(len(self.chosen))
            return
        row = self._rows.get(self.selected)
        why_not = "" if row is None else self._busy_reason or row.why_not_predict
        self._predict.setEnabled(row is not None and not why_not)
        self._show.setEnabled(row is not None and row.has_result and not row.shown)
        self._predict.setText("Go on" if row is not None and row.is_partial else "Predict")
        if row is None:
            self._predict.setToolTip(_NO_MODEL)
            self._show.setToolTip(_NO_MODEL)
            return
        hover = f"Predict this section, then the survey, with {row.name}"
        if row.is_partial:
            hover = f"Go on predicting with {row.name} where it was interrupted"
        self._predict.setToolTip(why_not or hover)
        if row.shown:
            self._show.setToolTip(f"The facies of {row.name} are shown now.")
        elif row.has_result:
            self._show.setToolTip(f"Show the facies that {row.name} predicted (Enter)")
        else:
            self._show.setToolTip(f"{row.name} has not predicted this survey yet: press Predict.")

    def _enable_fusion(self, count: int) -> None:
        self._predict.setEnabled(not self._busy_reason)
        self._predict.setText("Predict with both" if count == 2 else f"Predict with all {count}")
        self._predict.setToolTip(self._busy_reason or "Predict the survey with all of them")


def _table() -> QTreeWidget:
    table = named(QTreeWidget(), "model_table")
    table.setAccessibleName("Models of this project")
    table.setToolTip("Models, the labels each has seen and its validation score; choose one or several")
    table.setHeaderLabels(list(_HEADINGS))
    table.setRootIsDecorated(False)
    table.setIndentation(0)
    table.setUniformRowHeights(True)
    table.setFrameShape(QFrame.Shape.StyledPanel)
    table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    header = table.header()
    header.setStretchLastSection(False)
    header.setMinimumSectionSize(24)
    for column in range(len(_HEADINGS)):
        header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
    header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
    table.setMinimumWidth(280)
    return table


def _item(row: ModelRow) -> QTreeWidgetItem:
    item = QTreeWidgetItem([row.name, row.trained, row.labels, row.quality])
    item.setData(0, Qt.ItemDataRole.UserRole, row.name)
    font = item.font(0)
    font.setBold(row.shown)
    item.setFont(0, font)
    for column in range(len(_HEADINGS)):
        item.setToolTip(column, row.details or row.name)
    return item
