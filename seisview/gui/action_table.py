"""Every action of the program: where it stands, what it is called, its keys, and what it needs."""

from __future__ import annotations

from dataclasses import dataclass

from seisview.gui.action_texts import HOVER


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
    """What is the case in the window now; empty reasons and True mean that an action may run."""

    survey: bool = False
    three_d: bool = False
    panes: bool = False
    swipe: bool = False
    undo: bool = False
    redo: bool = False
    idle: bool = True
    job: bool = False
    painted: bool = False
    labels: bool = False
    result: bool = False
    undecided: bool = False
    classes: int = 0


_SURVEY = ("survey",)
_VOLUME = ("survey", "three_d")
_IDLE = ("idle",)
_EXPORT = ("survey", "result", "idle")

ACTIONS: tuple[ActionSpec, ...] = (
    ActionSpec("open_survey", "File", 0, "&Open survey…", keys=("Ctrl+O",), needs=_IDLE, icon="open"),
    ActionSpec("open_with_bytes", "File", 0, "Open with &header bytes…", keys=("Ctrl+Shift+O",), needs=_IDLE),
    ActionSpec("open_builtin", "File", 0, "Open the &built-in survey", needs=_IDLE, icon="builtin"),
    ActionSpec("open_project", "File", 0, "Open &project…", needs=_IDLE, icon="project"),
    ActionSpec("save", "File", 1, "&Save", keys=("Ctrl+S",), needs=_SURVEY, icon="save"),
    ActionSpec("save_as", "File", 1, "Save &as…", keys=("Ctrl+Shift+S",), needs=_SURVEY),
    ActionSpec(
        "export_facies_segy",
        "File/Export",
        0,
        "&Facies as SEG-Y…",
        keys=("Ctrl+E",),
        needs=_EXPORT,
        icon="export",
    ),
    ActionSpec("export_confidence_segy", "File/Export", 0, "&Confidence as SEG-Y…", needs=_EXPORT),
    ActionSpec(
        "export_labels_segy", "File/Export", 0, "&Labels as SEG-Y…", needs=("survey", "painted", "idle")
    ),
    ActionSpec("export_facies_npy", "File/Export", 1, "Facies as &npy…", needs=_EXPORT),
    ActionSpec("export_facies_zarr", "File/Export", 1, "Facies as &zarr…", needs=_EXPORT),
    ActionSpec(
        "export_png", "File/Export", 2, "&Picture of the section…", keys=("Ctrl+P",), needs=("survey", "idle")
    ),
    ActionSpec("export_csv", "File/Export", 2, "Class &shares as CSV…", needs=_EXPORT),
    ActionSpec("quit", "File", 3, "&Quit", keys=("Ctrl+Q",)),
    ActionSpec("undo", "Edit", 0, "&Undo", keys=("Ctrl+Z",), needs=("undo",), icon="undo"),
    ActionSpec("redo", "Edit", 0, "&Redo", keys=("Ctrl+Shift+Z", "Ctrl+Y"), needs=("redo",), icon="redo"),
    ActionSpec("preferences", "Edit", 1, "&Preferences…", keys=("Ctrl+,",)),
    ActionSpec(
        "next_section",
        "View",
        0,
        "&Next section",
        keys=("D",),
        needs=_SURVEY,
        icon="next",
        gesture="Right, wheel",
    ),
    ActionSpec(
        "previous_section",
        "View",
        0,
        "&Previous section",
        keys=("A",),
        needs=_SURVEY,
        icon="previous",
        gesture="Left, wheel",
    ),
    ActionSpec(
        "next_10", "View", 0, "Ten sections on", keys=("Shift+D",), needs=_SURVEY, gesture="Shift+Right"
    ),
    ActionSpec(
        "previous_10", "View", 0, "Ten sections back", keys=("Shift+A",), needs=_SURVEY, gesture="Shift+Left"
    ),
    ActionSpec("go_to", "View", 0, "&Go to…", keys=("Ctrl+G",), needs=_SURVEY, icon="go_to"),
    ActionSpec("axis_inline", "View", 1, "&Inlines", keys=("Ctrl+1",), needs=_SURVEY, group="axis"),
    ActionSpec("axis_crossline", "View", 1, "&Crosslines", keys=("Ctrl+2",), needs=_VOLUME, group="axis"),
    ActionSpec(
        "axis_sample", "View", 1, "&Time or depth slices", keys=("Ctrl+3",), needs=_VOLUME, group="axis"
    ),
    ActionSpec("fit", "View", 2, "&Fit", keys=("F", "Home"), needs=_SURVEY, icon="fit"),
    ActionSpec(
        "zoom_in", "View", 2, "Zoom &in", keys=("Ctrl++", "Ctrl+="), needs=_SURVEY, gesture="Ctrl+wheel"
    ),
    ActionSpec("zoom_out", "View", 2, "Zoom &out", keys=("Ctrl+-",), needs=_SURVEY, gesture="Ctrl+wheel"),
    ActionSpec("lock_aspect", "View", 2, "Lock the &aspect ratio", needs=_SURVEY, group="toggle"),
    ActionSpec("gain_up", "View", 3, "More gain", keys=("Shift+Up",), needs=_SURVEY),
    ActionSpec("gain_down", "View", 3, "Less gain", keys=("Shift+Down",), needs=_SURVEY),
    ActionSpec(
        "toggle_overlay",
        "View",
        4,
        "Facies o&verlay",
        keys=("X",),
        needs=_SURVEY,
        icon="overlay",
        group="toggle",
    ),
    ActionSpec(
        "toggle_confidence", "View", 4, "Con&fidence", keys=("Shift+X",), needs=_SURVEY, group="toggle"
    ),
    ActionSpec("toggle_labels", "View", 4, "&Labels", keys=("Ctrl+L",), needs=_SURVEY, group="toggle"),
    ActionSpec(
        "overlay_stronger",
        "View",
        4,
        "Stronger overlay",
        keys=("Alt+Up",),
        needs=_SURVEY,
        gesture="Alt+wheel",
    ),
    ActionSpec(
        "overlay_weaker", "View", 4, "Weaker overlay", keys=("Alt+Down",), needs=_SURVEY, gesture="Alt+wheel"
    ),
    ActionSpec(
        "toggle_class", "View", 4, "Sho&w the active class", keys=("V",), needs=_SURVEY, gesture="eye"
    ),
    ActionSpec(
        "swipe",
        "View",
        4,
        "S&wipe raw and predicted",
        keys=("W",),
        needs=("survey", "result"),
        group="toggle",
    ),
    ActionSpec(
        "swipe_left",
        "View",
        4,
        "Swipe to the left",
        keys=("Alt+Left",),
        needs=("survey", "swipe"),
        gesture="drag",
    ),
    ActionSpec(
        "swipe_right",
        "View",
        4,
        "Swipe to the right",
        keys=("Alt+Right",),
        needs=("survey", "swipe"),
        gesture="drag",
    ),
    ActionSpec("tool_line", "View", 5, "&Draw a line", keys=("K",), needs=_VOLUME, icon="line", group="tool"),
    ActionSpec("panes_1", "View", 5, "&One pane", keys=("Alt+1",), needs=_SURVEY, group="panes"),
    ActionSpec("panes_2", "View", 5, "&Two panes", keys=("Alt+2",), needs=_VOLUME, group="panes"),
    ActionSpec("panes_4", "View", 5, "&Four panes", keys=("Alt+4",), needs=_VOLUME, group="panes"),
    ActionSpec(
        "next_pane", "View", 5, "Ne&xt pane", keys=("F6",), needs=("survey", "panes"), gesture="click"
    ),
    ActionSpec(
        "link_panes",
        "View",
        5,
        "S&how this point in the other panes",
        keys=("H",),
        needs=("survey", "panes"),
        gesture="Shift+click",
    ),
    ActionSpec("tool_brush", "Label", 0, "&Brush", keys=("B",), needs=_SURVEY, icon="brush", group="tool"),
    ActionSpec("tool_eraser", "Label", 0, "&Eraser", keys=("E",), needs=_SURVEY, icon="eraser", group="tool"),
    ActionSpec(
        "tool_polygon", "Label", 0, "&Polygon", keys=("P",), needs=_SURVEY, icon="polygon", group="tool"
    ),
    ActionSpec("tool_fill", "Label", 0, "&Fill", keys=("G",), needs=_SURVEY, icon="fill", group="tool"),
    ActionSpec("tool_pick", "Label", 0, "P&ick class", keys=("I",), needs=_SURVEY, icon="pick", group="tool"),
    ActionSpec(
        "brush_smaller", "Label", 1, "Smaller brush", keys=("[",), needs=_SURVEY, gesture="Shift+wheel"
    ),
    ActionSpec("brush_larger", "Label", 1, "Larger brush", keys=("]",), needs=_SURVEY, gesture="Shift+wheel"),
    *(
        ActionSpec(f"class_{n}", "Label/Class", 0, f"Class &{n}", keys=(str(n),), needs=_SURVEY)
        for n in range(1, 10)
    ),
    ActionSpec("add_class", "Label/Class", 1, "&Add a class", needs=_SURVEY),
    ActionSpec(
        "interpolate",
        "Label",
        2,
        "&Interpolate to the next labelled section",
        keys=("Ctrl+I",),
        needs=("survey", "three_d", "painted", "idle"),
    ),
    ActionSpec(
        "accept_prediction",
        "Label",
        2,
        "Accept the p&rediction here…",
        keys=("Ctrl+Shift+A",),
        needs=("survey", "result"),
    ),
    ActionSpec("hold_out", "Label", 2, "&Hold out this section", needs=_SURVEY, group="toggle"),
    ActionSpec(
        "train", "Learn", 0, "&Train", keys=("Ctrl+T",), needs=("survey", "labels", "idle"), icon="train"
    ),
    ActionSpec("predict", "Learn", 0, "&Predict the whole survey", needs=_EXPORT, icon="predict"),
    ActionSpec(
        "cancel_job",
        "Learn",
        1,
        "&Cancel the running job",
        needs=("job",),
        icon="cancel",
        gesture="Esc in the job panel",
    ),
    ActionSpec("keep_result", "Learn", 2, "&Keep the prediction", needs=("undecided",)),
    ActionSpec("discard_result", "Learn", 2, "&Discard the prediction", needs=("undecided",)),
    ActionSpec("shortcuts", "Help", 0, "&Keys and mouse", keys=("F1",), icon="help"),
    ActionSpec("about", "Help", 1, "&About seisview"),
)
