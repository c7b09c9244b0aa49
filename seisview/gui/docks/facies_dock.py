"""The facies classes: their number keys, colours, names and shares, and the size of the brush."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPoint, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QToolButton,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from seisview.gui.docks.brush_slider import brush_slider
from seisview.gui.docks.color_popup import ColorPopup
from seisview.gui.docks.facies_menu import class_menu
from seisview.gui.docks.facies_rows import (
    COLOR,
    EYE,
    KEY,
    NAME,
    SHARE,
    class_list,
    color_of,
    id_of,
    new_item,
    share_text,
    show_class,
    show_eye,
)
from seisview.gui.docks.naming import named
from seisview.labels.facies import DEFAULT_PALETTE, MAX_NAME_LENGTH, FaciesScheme


class FaciesDock(QWidget):
    """List of facies classes with the tools that change it, and the brush size.

    Signals
    -------
    class_activated(int)
        The user chose the class of that id to paint with.
    class_added()
    class_renamed(int, str)
    class_recoloured(int, str)
        Colour as ``"#rrggbb"``.
    class_visibility_toggled(int)
        The eye of the class of that id was clicked.
    class_removed(int)
        Nothing is asked: the removal can be undone.
    class_merged(int, int)
        The class that goes, and the one that takes its labels.
    brush_diameter_changed(int)
        In samples of the section.
    """

    class_activated = Signal(int)
    class_added = Signal()
    class_renamed = Signal(int, str)
    class_recoloured = Signal(int, str)
    class_removed = Signal(int)
    class_merged = Signal(int, int)
    class_visibility_toggled = Signal(int)
    brush_diameter_changed = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("facies_dock")
        self.setAccessibleName("Facies classes")
        self._items: dict[int, QTreeWidgetItem] = {}
        self._scheme = FaciesScheme(())
        self._active = 0
        self._popup = ColorPopup(DEFAULT_PALETTE, self)
        self._popup.color_chosen.connect(self._on_color_chosen)
        self._recoloured = 0
        self._list = class_list()
        self._hidden: frozenset[int] = frozenset()
        self._list.installEventFilter(self)
        self._list.viewport().installEventFilter(self)
        self._list.itemChanged.connect(self._on_item_changed)
        self._list.currentItemChanged.connect(self._on_current_changed)
        self._list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._list.customContextMenuRequested.connect(self.open_menu)
        self._list.itemDoubleClicked.connect(self._on_double_click)
        self._brush = brush_slider()
        self._brush.valueChanged.connect(self._on_brush)
        self._brush_text = named(QLabel(), "brush_text")
        self._brush_text.setMinimumWidth(self._brush_text.fontMetrics().horizontalAdvance("200 samples"))
        self._buttons = self._make_buttons()
        self._arrange()
        self._show_brush()
        self._enable_buttons()

    def _make_buttons(self) -> dict[str, QToolButton]:
        table = (
            ("add", "+ add", "Add a class and name it (Ins)", self.add_class),
            ("rename", "rename", "Rename the active class (F2 or double click)", self.rename_active),
            (
                "recolour",
                "colour",
                "Change the colour of the active class (C or double click)",
                self.recolour_active,
            ),
            (
                "remove",
                "remove",
                "Remove the active class and its labels; Ctrl+Z brings both back (Del)",
                self.remove_active,
            ),
        )
        buttons = {}
        for name, text, hover, slot in table:
            button = named(QToolButton(), f"facies_{name}")
            button.setText(text)
            button.setAccessibleName(hover.split(" (")[0])
            button.setToolTip(hover)
            button.setAutoRaise(True)
            button.clicked.connect(slot)
            buttons[name] = button
        return buttons

    def _arrange(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 4, 6, 4)
        column.setSpacing(4)
        column.addWidget(self._list, 1)
        row = QHBoxLayout()
        row.setSpacing(2)
        for button in self._buttons.values():
            row.addWidget(button)
        row.addStretch(1)
        column.addLayout(row)
        brush = QHBoxLayout()
        label = QLabel("&Brush")
        label.setBuddy(self._brush)
        brush.addWidget(label)
        brush.addWidget(self._brush, 1)
        brush.addWidget(self._brush_text)
        column.addLayout(brush)

    def set_scheme(self, scheme: FaciesScheme) -> None:
        """Show the classes of `scheme`; the active one stays active while it exists. Emits nothing."""
        self._scheme = scheme
        with QSignalBlocker(self._list):
            if tuple(self._items) != scheme.ids:
                shares = {class_id: item.text(SHARE) for class_id, item in self._items.items()}
                self._list.clear()
                self._items = {
                    class_id: new_item(class_id, shares.get(class_id, "")) for class_id in scheme.ids
                }
                self._list.addTopLevelItems(list(self._items.values()))
            for facies in scheme:
                show_class(self._items[facies.id], facies, scheme.key_for(facies.id))
        self.set_hidden(self._hidden)
        self.set_active(self._active)

    def set_active(self, class_id: int) -> None:
        """Highlight the class of that id; an id that is not in the list highlights none. Emits nothing."""
        self._active = class_id
        item = self._items.get(class_id)
        with QSignalBlocker(self._list):
            if item is None:
                self._list.clearSelection()
                self._list.setCurrentIndex(QModelIndex())
            else:
                self._list.setCurrentItem(item)
            for other in self._items.values():
                font = other.font(NAME)
                font.setBold(other is item)
                other.setFont(NAME, font)
        self._enable_buttons()

    def set_hidden(self, class_ids: frozenset[int]) -> None:
        """Show by closed eyes which classes are not drawn. Emits nothing."""
        self._hidden = class_ids
        with QSignalBlocker(self._list):
            for class_id, item in self._items.items():
                show_eye(item, class_id not in class_ids, self.palette())

    def set_fractions(self, fractions: Mapping[int, float]) -> None:
        """Show the share of each class among the labels, by id, 0..1; a missing class shows nothing."""
        with QSignalBlocker(self._list):
            for class_id, item in self._items.items():
                item.setText(SHARE, share_text(fractions.get(class_id, 0.0)))

    def set_brush_diameter(self, diameter: int) -> None:
        """Show the brush size, in samples. Emits nothing."""
        with QSignalBlocker(self._brush):
            self._brush.setValue(diameter)
        self._show_brush()

    def add_class(self) -> None:
        """Ask for one more class, and begin to edit its name when it is there."""
        before = set(self._items)
        self.class_added.emit()
        if self._active not in before:
            self.rename_active()

    def rename_active(self) -> None:
        """Begin to edit the name of the active class in place."""
        item = self._items.get(self._active)
        if item is not None:
            self._list.editItem(item, NAME)

    def recolour_active(self) -> None:
        """Open the colours for the active class beside its swatch."""
        item = self._items.get(self._active)
        if item is None:
            return
        self._recoloured = self._active
        corner = self._list.visualItemRect(item).bottomLeft()
        self._popup.open_at(self._list.viewport().mapToGlobal(corner + QPoint(24, 2)), color_of(item))

    def remove_active(self) -> None:
        """Ask for the removal of the active class."""
        if self._active in self._items:
            self.class_removed.emit(self._active)

    def open_menu(self, place: QPoint | None = None) -> None:
        """Open the menu of the active class, at a place of the list or beside its row."""
        item = self._items.get(self._active)
        if item is None:
            return
        names = {"&Rename": "rename", "&Colour": "recolour", "Re&move": "remove"}
        actions = {text: self._buttons[name].click for text, name in names.items()}
        menu = class_menu(self, self._scheme, self._active, actions, self.class_merged.emit)
        corner = self._list.visualItemRect(item).bottomLeft() if place is None else place
        menu.popup(self._list.viewport().mapToGlobal(corner))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keys of the list: F2, C, M, Insert and Delete; clicks on an eye, which choose no class."""
        if watched is self._list.viewport():
            return isinstance(event, QMouseEvent) and self._clicked_eye(event)
        if watched is self._list and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            action = {
                Qt.Key.Key_F2: self.rename_active,
                Qt.Key.Key_C: self.recolour_active,
                Qt.Key.Key_M: self.open_menu,
                Qt.Key.Key_Insert: self.add_class,
                Qt.Key.Key_Delete: self.remove_active,
            }.get(Qt.Key(event.key()))
            if action is not None and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                action()
                return True
        return super().eventFilter(watched, event)

    def _clicked_eye(self, event: QMouseEvent) -> bool:
        index = self._list.indexAt(event.position().toPoint())
        if event.type() is QEvent.Type.MouseMove or not index.isValid() or index.column() != EYE:
            return False
        if event.type() in (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick):
            self.class_visibility_toggled.emit(id_of(self._list.itemFromIndex(index)))
        return True

    def _on_current_changed(self, item: QTreeWidgetItem | None) -> None:
        if item is None:
            return
        self.set_active(id_of(item))
        self.class_activated.emit(self._active)

    def _on_double_click(self, item: QTreeWidgetItem, column: int) -> None:
        if column in (KEY, COLOR):
            self.recolour_active()
        else:
            self._list.editItem(item, NAME)

    def _on_item_changed(self, item: QTreeWidgetItem, column: int) -> None:
        if column != NAME:
            return
        before, after = item.data(NAME, Qt.ItemDataRole.UserRole), " ".join(item.text(NAME).split())
        with QSignalBlocker(self._list):
            item.setText(NAME, before)  # the new name shows once it was accepted: it may be taken already
        if after and after != before:
            self.class_renamed.emit(id_of(item), after[:MAX_NAME_LENGTH])

    def _on_color_chosen(self, color: str) -> None:
        if self._recoloured in self._items:
            self.class_recoloured.emit(self._recoloured, color)

    def _on_brush(self, diameter: int) -> None:
        self._show_brush()
        self.brush_diameter_changed.emit(diameter)

    def _show_brush(self) -> None:
        n = self._brush.value()
        self._brush_text.setText(f"{n} sample{'' if n == 1 else 's'}")

    def _enable_buttons(self) -> None:
        for name in ("rename", "recolour", "remove"):
            self._buttons[name].setEnabled(self._active in self._items)
