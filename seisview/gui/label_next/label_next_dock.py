"""The list of sections that are most worth labelling next; a click goes there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QLabel,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from seisview.data.geometry import SectionKey
from seisview.gui.docks.naming import named

_RANK, _SECTION, _SCORE = 0, 1, 2
_HEADINGS = ("", "section", "score")
_HOVER = "Sections on which the prediction is least sure, away from labelled ones and from each other"
_SCORE_HOVER = "How unsure a section is (0 to 1), less what labelled and listed sections teach about it"


@dataclass(frozen=True, slots=True)
class NextRow:
    """One section of the list.

    Attributes
    ----------
    key : SectionKey
    name : str
        ``"inline 1290"``.
    score : str
        What the list is sorted by: ``"0.41"``.
    hover : str
        What the score means.
    """

    key: SectionKey
    name: str
    score: str
    hover: str = ""


class LabelNextDock(QWidget):
    """A ranked list and a line that says what it rests on. Passive: setters and a signal.

    Signals
    -------
    section_chosen(SectionKey)
        The user clicked a section, or pressed Enter on it.
    """

    section_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("label_next_dock")
        self.setAccessibleName("What to label next")
        self._rows: tuple[NextRow, ...] = ()
        self._state = named(QLabel(), "label_next_state")
        self._state.setWordWrap(True)
        self._state.setTextFormat(Qt.TextFormat.PlainText)
        self._list = _list()
        self._list.itemClicked.connect(self._choose)
        self._list.itemActivated.connect(self._choose)
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 3, 6, 3)
        column.setSpacing(3)
        column.addWidget(self._state)
        column.addWidget(self._list, 1)
        self.setMinimumHeight(90)

    @property
    def rows(self) -> tuple[NextRow, ...]:
        """The sections listed, the best first."""
        return self._rows

    def set_state(self, text: str, current: bool = True) -> None:
        """Say what the list rests on, or why it is empty; one that is not `current` is drawn faint.

        It can still be clicked: while a network trains, the list before is what there is to go by.
        """
        self._state.setText(text)
        self._state.setToolTip(text)
        palette = QPalette()
        if not current:
            roles = QPalette.ColorRole
            faint = self.palette().color(QPalette.ColorGroup.Disabled, roles.Text)
            palette.setColor(roles.Text, faint)
        self._list.setPalette(palette)

    def set_rows(self, rows: Sequence[NextRow]) -> None:
        """List these sections; the selected one stays selected. Emits nothing."""
        if tuple(rows) == self._rows:
            return
        item = self._list.currentItem()
        selected = None if item is None else item.data(_SECTION, Qt.ItemDataRole.UserRole)
        self._rows = tuple(rows)
        self._list.clear()
        items = {row.key: _item(rank, row) for rank, row in enumerate(rows, start=1)}
        self._list.addTopLevelItems(list(items.values()))
        if selected in items:
            self._list.setCurrentItem(items[selected])

    def _choose(self, item: QTreeWidgetItem) -> None:
        self.section_chosen.emit(item.data(_SECTION, Qt.ItemDataRole.UserRole))


def _list() -> QTreeWidget:
    made = named(QTreeWidget(), "label_next_list", "Sections to label next, the most useful first", _HOVER)
    made.setHeaderLabels(list(_HEADINGS))
    made.headerItem().setToolTip(_SCORE, _SCORE_HOVER)
    made.setRootIsDecorated(False)
    made.setIndentation(0)
    made.setUniformRowHeights(True)
    made.setFrameShape(QFrame.Shape.StyledPanel)
    made.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    header = made.header()
    header.setStretchLastSection(False)
    header.setSectionResizeMode(_SECTION, QHeaderView.ResizeMode.Stretch)
    for column in (_RANK, _SCORE):
        header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
    return made


def _item(rank: int, row: NextRow) -> QTreeWidgetItem:
    item = QTreeWidgetItem([str(rank), row.name, row.score])
    item.setData(_SECTION, Qt.ItemDataRole.UserRole, row.key)
    for column in (_RANK, _SCORE):
        item.setTextAlignment(column, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    for column in (_RANK, _SECTION, _SCORE):
        item.setToolTip(column, row.hover or row.name)
    return item
