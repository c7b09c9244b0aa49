"""All keys and mouse gestures on one sheet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QLineEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from seisview.gui.actions.table import ACTIONS
from seisview.gui.docks.naming import named


@dataclass(frozen=True, slots=True)
class ShortcutRow:
    """One line of the sheet.

    Attributes
    ----------
    group : str
        Heading: ``"File"``, ``"Label"``, ...
    action : str
        What it does.
    keys : str
        How it is reached, e.g. ``"Ctrl+Shift+Z, Ctrl+Y"``.
    """

    group: str
    action: str
    keys: str


_OTHER_ROWS = (
    ShortcutRow("Mouse over the section", "Move the picture", "Middle drag, Space+drag"),
    ShortcutRow("Mouse over the section", "Zoom at the pointer", "Ctrl+wheel"),
    ShortcutRow("Mouse over the section", "Next or previous section", "Wheel"),
    ShortcutRow("Mouse over the section", "Brush size", "Shift+wheel"),
    ShortcutRow("Mouse over the section", "Opacity of the facies", "Alt+wheel"),
    ShortcutRow("Mouse over the section", "Close a polygon, leave it", "Double click, Esc"),
    ShortcutRow("Mouse over the section", "End a horizon, take a pick back", "Double click, right click"),
    ShortcutRow("Mouse over the section", "Join a pick of a horizon straight", "Ctrl+click"),
    ShortcutRow("Keys over the section", "Move the picture", "Up, Down, Ctrl+arrows"),
    ShortcutRow("Keys over the section", "Show and move a cross-hair", "Ctrl+Shift+arrows"),
    ShortcutRow("Keys over the section", "… by one sample or trace", "Ctrl+Shift+Alt+arrows"),
    ShortcutRow("Keys over the section", "Click at the cross-hair with the tool in hand", "Enter"),
    ShortcutRow("Keys over the section", "… with Ctrl, with the right button", "Ctrl+Enter, Shift+Enter"),
    ShortcutRow("Keys over the section", "Close a polygon: click its last corner again", "Enter"),
    ShortcutRow("Keys over the section", "Take the cross-hair away", "Esc"),
    ShortcutRow("Base map", "Move the position", "Arrows"),
    ShortcutRow("Facies list", "Rename, colour, add, remove", "F2, C, Ins, Del"),
    ShortcutRow("Facies list", "Menu of the class, e.g. to merge it", "M"),
    ShortcutRow("Clusters", "Rename the cluster", "F2, Enter"),
    ShortcutRow("Matches", "Accept, reject, leave open", "A, R, U"),
    ShortcutRow("Matches", "Go to the place", "Enter"),
    ShortcutRow("Job panel", "Stop what runs", "Esc"),
)


def shortcut_rows() -> tuple[ShortcutRow, ...]:
    """Every action that has a key or gesture, by menu."""
    return tuple(
        ShortcutRow(spec.menu.split("/")[0], spec.name, spec.all_keys) for spec in ACTIONS if spec.all_keys
    )


class ShortcutSheet(QDialog):
    """The sheet that F1 opens; it may stay open while working.

    Parameters
    ----------
    rows : iterable of ShortcutRow, optional
        The actions; by default all of the action table. What has no action is added.
    parent : QWidget, optional
    """

    def __init__(self, rows: Iterable[ShortcutRow] | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("shortcut_sheet")
        self.setAccessibleName("Keys and mouse")
        self.setWindowTitle("Keys and mouse")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._search = named(
            QLineEdit(), "shortcut_search", "Search the keys", "Show only what contains this"
        )
        self._search.setPlaceholderText("search")
        self._search.setClearButtonEnabled(True)
        self._search.textChanged.connect(self._filter)
        self._tree, self._groups = _sheet((*(shortcut_rows() if rows is None else rows), *_OTHER_ROWS))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addWidget(self._search)
        column.addWidget(self._tree, 1)
        column.addWidget(buttons)
        self.resize(560, 640)

    def _filter(self, text: str) -> None:
        wanted = text.casefold()
        for heading, items in self._groups:
            for item in items:
                item.setHidden(wanted not in f"{item.text(0)} {item.text(1)}".casefold())
            heading.setHidden(all(item.isHidden() for item in items))


_Group = tuple[QTreeWidgetItem, list[QTreeWidgetItem]]


def _sheet(rows: Iterable[ShortcutRow]) -> tuple[QTreeWidget, list[_Group]]:
    tree = named(QTreeWidget(), "shortcut_list", "Actions and their keys")
    tree.setToolTip("")
    tree.setHeaderLabels(["action", "keys"])
    tree.setRootIsDecorated(False)
    tree.setIndentation(12)
    tree.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
    tree.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    groups: dict[str, _Group] = {}
    for row in rows:
        if row.group not in groups:
            groups[row.group] = _heading(tree, row.group), []
        heading, items = groups[row.group]
        items.append(QTreeWidgetItem(heading, [row.action, row.keys]))
    tree.expandAll()
    tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
    return tree, list(groups.values())


def _heading(tree: QTreeWidget, text: str) -> QTreeWidgetItem:
    heading = QTreeWidgetItem(tree, [text])
    heading.setFirstColumnSpanned(True)
    font = heading.font(0)
    font.setBold(True)
    heading.setFont(0, font)
    return heading
