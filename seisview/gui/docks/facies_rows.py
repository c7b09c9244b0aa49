"""The rows of the facies list: number key, colour, name, share."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTreeWidget, QTreeWidgetItem

from seisview.gui.actions.typed_letters import OWN_LETTERS
from seisview.gui.docks.color_popup import swatch
from seisview.gui.docks.naming import named
from seisview.gui.widgets.eyes import Eyes, set_eye
from seisview.labels.facies import FaciesClass

KEY, COLOR, NAME, SHARE, EYE = range(5)
_HEADINGS = ("key", "", "class", "share", "")
_SWATCH = 16


def share_text(share: float) -> str:
    """A share 0..1 in percent, never ``"0 %"`` for something and never ``"100 %"`` for not all."""
    if share <= 0.0:
        return ""
    if share < 0.01:
        return "< 1 %"
    return f"{min(round(share * 100), 99 if share < 1.0 else 100)} %"


def class_list() -> QTreeWidget:
    """Return the empty list with its columns."""
    tree = named(QTreeWidget(), "facies_list")
    tree.setAccessibleName("Facies classes, number keys 1 to 9")
    tree.setProperty(OWN_LETTERS, "CM")
    tree.setToolTip("Classes to paint with (1 to 9) and their share of the labels here; right click: more")
    tree.setColumnCount(len(_HEADINGS))
    tree.setHeaderLabels(list(_HEADINGS))
    Eyes(tree, EYE)
    tree.setRootIsDecorated(False)
    tree.setIndentation(0)
    tree.setUniformRowHeights(True)
    tree.setFrameShape(QFrame.Shape.NoFrame)
    tree.setTextElideMode(Qt.TextElideMode.ElideMiddle)  # "Slope Mudstone A" and "B" differ at the end
    tree.setIconSize(QSize(_SWATCH, _SWATCH))
    tree.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    tree.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    header = tree.header()
    header.setStretchLastSection(False)
    header.setSectionsMovable(False)
    for column in (KEY, COLOR, SHARE, EYE):
        header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
    header.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
    return tree


def new_item(class_id: int, share: str) -> QTreeWidgetItem:
    """Return the row of a class, empty but for its share."""
    item = QTreeWidgetItem(["", "", "", share, ""])
    item.setFlags(item.flags() | Qt.ItemFlag.ItemIsEditable)
    item.setData(KEY, Qt.ItemDataRole.UserRole, class_id)
    item.setTextAlignment(SHARE, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    return item


def show_class(item: QTreeWidgetItem, facies: FaciesClass, key: int | None) -> None:
    """Fill a row with name, colour and number key of its class."""
    item.setText(KEY, "" if key is None else str(key))
    item.setText(NAME, facies.name)
    item.setData(NAME, Qt.ItemDataRole.UserRole, facies.name)
    item.setData(COLOR, Qt.ItemDataRole.UserRole, facies.color)
    item.setIcon(COLOR, swatch(facies.color))
    pressed = "" if key is None else f"Press {key} to paint with it. "
    for column in (KEY, COLOR, NAME):
        item.setToolTip(
            column, f"{facies.name}: {pressed}F2 renames, C changes the colour, M merges, Del removes."
        )
    item.setToolTip(SHARE, "Share of what is labelled on this section")


def show_eye(item: QTreeWidgetItem, visible: bool, palette: QPalette) -> None:
    """Say by an open or closed eye whether a class is drawn."""
    set_eye(item, EYE, visible, palette)
    item.setToolTip(EYE, "Drawn: click to hide this class (V)" if visible else "Hidden: click to show it (V)")
    item.setData(EYE, Qt.ItemDataRole.AccessibleTextRole, "shown" if visible else "hidden")


def id_of(item: QTreeWidgetItem) -> int:
    """Id of the class of a row."""
    return int(item.data(KEY, Qt.ItemDataRole.UserRole))


def color_of(item: QTreeWidgetItem) -> str:
    """Colour of the class of a row, ``"#rrggbb"``."""
    return str(item.data(COLOR, Qt.ItemDataRole.UserRole))
