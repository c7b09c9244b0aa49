"""What an action is, and the facts that decide whether it may run."""

from __future__ import annotations

from dataclasses import dataclass

from seisview.gui.actions.texts import HOVER


@dataclass(frozen=True, slots=True)
class ActionSpec:
    """One action.

    Attributes
    ----------
    id : str
        The QAction is called ``action_<id>``.
    menu : str
        ``"File"``, ``"File/Export"``, ...
    section : int
        A separator stands between sections of a menu.
    text : str
        With ``&`` before the letter that picks it in the menu.
    keys : tuple of str
        Shortcuts; the first is shown.
    needs : tuple of str
        Facts (fields of :class:`Facts`) that must hold.
    icon : str
        Name of a shipped icon.
    group : str
        Actions of one group exclude each other; ``"toggle"`` switches on and off by itself.
    gesture : str
        Further keys and mouse gestures that the section itself answers to.
    """

    id: str
    menu: str
    section: int
    text: str
    keys: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    icon: str = ""
    group: str = ""
    gesture: str = ""

    @property
    def hover(self) -> str:
        """What it does: one sentence without a full stop."""
        if self.id.startswith("class_"):
            return f"Paint with class number {self.id[-1]}"
        return HOVER[self.id]

    @property
    def name(self) -> str:
        """The text without its menu letter and dots."""
        return self.text.replace("&", "").rstrip("…")

    @property
    def all_keys(self) -> str:
        """Keys and gestures for people, e.g. ``"D, Right, wheel"``."""
        return ", ".join((*self.keys, *filter(None, (self.gesture,))))


@dataclass(frozen=True, slots=True)
class Facts:
    """What is the case in the window now; empty reasons and True mean that an action may run.

    `running` is one sentence with what runs and how long it takes: why what needs the computer idle is off.
    `vertical` is about any of the panes, `upright` about the section that has the tools.
    """

    survey: bool = False
    three_d: bool = False
    vertical: bool = False
    upright: bool = False
    in_time: bool = False
    panes: bool = False
    swipe: bool = False
    undo: bool = False
    redo: bool = False
    idle: bool = True
    running: str = ""
    job: bool = False
    painted: bool = False
    labels: bool = False
    result: bool = False
    classified: bool = False
    two_results: bool = False
    undecided: bool = False
    clusters: bool = False
    writable: bool = False
    classes: int = 0


SURVEY = ("survey",)
VOLUME = ("survey", "three_d")
IDLE = ("idle",)
EXPORT = ("survey", "result", "idle")
