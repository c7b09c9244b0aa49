"""The QActions of the action table: one place that makes them, names them and says why they are off."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QActionGroup, QKeySequence, QPalette
from PySide6.QtWidgets import QMenu, QMenuBar, QToolBar, QToolButton

from seisview.gui.actions.table import ACTIONS, ActionSpec, Facts
from seisview.gui.actions.texts import WHY_NOT
from seisview.gui.style import icon

_TITLES = {
    "Learn": "Le&arn",
    "Explore": "E&xplore",
    "File/Export": "&Export",
    "View/Vertical exaggeration": "&Vertical exaggeration",
    "View/Display filter": "&Display filter",
    "View/Layers": "La&yers",
    "Label/Class": "&Class",
}
MENUS = ("File", "Edit", "View", "Label", "Learn", "Explore", "Help")


class Actions(QObject):
    """All actions by id.

    Parameters
    ----------
    parent : QObject
        The window; shortcuts work while it has the keyboard. Icons come with :meth:`set_palette`.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._specs = {spec.id: spec for spec in ACTIONS}
        self._groups: dict[str, QActionGroup] = {}
        self._actions = {spec.id: self._make(spec) for spec in ACTIONS}
        self.set_facts(Facts())

    def __getitem__(self, action_id: str) -> QAction:
        return self._actions[action_id]

    def spec(self, action_id: str) -> ActionSpec:
        """What the action table says about an action."""
        return self._specs[action_id]

    def __iter__(self) -> Iterator[tuple[ActionSpec, QAction]]:
        return ((spec, self._actions[spec.id]) for spec in self._specs.values())

    def connect_slots(self, slots: dict[str, Callable[[], object]]) -> None:
        """Call these functions, without arguments, when the actions of those ids are triggered."""
        for action_id, slot in slots.items():
            self._actions[action_id].triggered.connect(lambda _checked=False, slot=slot: slot())

    def connect_switches(self, slots: dict[str, Callable[[bool], object]]) -> None:
        """Call these functions with on or off when the user switches the actions of those ids."""
        for action_id, slot in slots.items():
            self._actions[action_id].triggered.connect(slot)

    def set_facts(self, facts: Facts) -> None:
        """Switch actions on and off by what is the case; a disabled action says why on hover."""
        for spec, action in self:
            reason = _why_not(spec, facts) or _beyond_the_classes(spec, facts)
            action.setEnabled(not reason)
            keys = f" ({spec.all_keys})" if spec.all_keys else ""
            action.setToolTip(f"{spec.hover}{keys}" if not reason else f"{spec.name}{keys}: {reason}")
            action.setStatusTip(reason)

    def set_checked(self, action_id: str, checked: bool) -> None:
        """Show an action as switched on; triggers nothing."""
        self._actions[action_id].setChecked(checked)

    def make_reachable(self, bar: QToolBar) -> None:
        """Give the buttons of a bar names, and put them into the tab order; clicks move no focus."""
        for spec, action in self:
            button = bar.widgetForAction(action)
            if isinstance(button, QToolButton):
                button.setAccessibleName(spec.name)
                button.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def set_palette(self, palette: QPalette) -> None:
        """Draw the icons in these colours: at first, and after the system went dark or light."""
        for spec, action in self:
            if spec.icon:
                action.setIcon(icon(spec.icon, palette))

    def _make(self, spec: ActionSpec) -> QAction:
        action = QAction(spec.text, self)
        action.setObjectName(f"action_{spec.id}")
        action.setShortcuts([QKeySequence(key) for key in spec.keys])
        action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        action.setIconVisibleInMenu(False)
        action.setMenuRole(QAction.MenuRole.NoRole)
        if spec.group:
            action.setCheckable(True)
        if spec.group not in {"", "toggle"}:
            group = self._groups.setdefault(spec.group, QActionGroup(self))
            group.addAction(action)
        return action


@dataclass(frozen=True, slots=True)
class Menus:
    """The menu bar's menus by path, and the ones filled while the program runs."""

    by_path: dict[str, QMenu]
    recent: QMenu


def build_menus(bar: QMenuBar, actions: Actions) -> Menus:
    """Fill `bar` from the action table; the recent files get a submenu of their own."""
    menus: dict[str, QMenu] = {}
    sections: dict[str, int] = {}
    for path in MENUS:
        menus[path] = _menu(bar.addMenu(_TITLES.get(path, f"&{path}")), path)
    recent: QMenu | None = None
    for spec, action in actions:
        if spec.menu not in menus:
            parent = menus[spec.menu.split("/")[0]]
            parent.addSeparator()
            menus[spec.menu] = _menu(parent.addMenu(_TITLES[spec.menu]), spec.menu)
        menu = menus[spec.menu]
        if sections.setdefault(spec.menu, spec.section) != spec.section:
            sections[spec.menu] = spec.section
            if recent is None:
                recent = _menu(menu.addMenu("&Recent"), "File/Recent")
            menu.addSeparator()
        menu.addAction(action)
    assert recent is not None
    return Menus(menus, recent)


def fill_recent(menu: QMenu, paths: list[Path], opened: Callable[[Path], object]) -> None:
    """List the recent surveys and projects in `menu`."""
    menu.clear()
    menu.setEnabled(bool(paths))
    for number, path in enumerate(paths, start=1):
        name = path.name.replace("&", "&&")  # a single one would be taken for a menu letter
        action = menu.addAction(f"&{number}  {name}" if number < 10 else name)
        action.setObjectName(f"action_recent_{number}")
        action.setToolTip(str(path))
        action.triggered.connect(lambda _checked=False, path=path: opened(path))


def _menu(menu: QMenu, path: str) -> QMenu:
    menu.setObjectName(f"menu_{path.lower().replace('/', '_')}")
    menu.setToolTipsVisible(True)
    return menu


def _why_not(spec: ActionSpec, facts: Facts) -> str:
    """What is missing first; empty when nothing is."""
    missing = next((need for need in spec.needs if not getattr(facts, need)), "")
    return (facts.running if missing == "idle" else "") or WHY_NOT.get(missing, "")


def _beyond_the_classes(spec: ActionSpec, facts: Facts) -> str:
    number = spec.id.removeprefix("class_")
    if spec.menu == "Label/Class" and number.isdigit() and int(number) > facts.classes:
        return "There is no class with that number yet."
    return ""
