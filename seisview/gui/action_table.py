"""Every action of the program: where it stands, what it is called, its keys, and what it needs."""

from __future__ import annotations

from dataclasses import dataclass


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
        return _HOVER[self.id]

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
    undo: bool = False
    redo: bool = False
    idle: bool = True
    job: bool = False
    painted: bool = False
    labels: bool = False
    result: bool = False
    undecided: bool = False
    classes: int = 0


WHY_NOT = {
    "survey": "Open a survey first.",
    "three_d": "A 2-D line has only one section.",
    "undo": "There is nothing to undo.",
    "redo": "There is nothing to redo.",
    "idle": "Another job is running: wait for it to end, or cancel it.",
    "job": "Nothing is running.",
    "painted": "Nothing was painted yet.",
    "labels": "Paint at least two classes first.",
    "result": "There is no facies prediction yet: train first (Ctrl+T).",
    "undecided": "There is no new prediction to decide on.",
}

_SURVEY = ("survey",)
_VOLUME = ("survey", "three_d")
_IDLE = ("idle",)
_EXPORT = ("survey", "result", "idle")

_HOVER = {
    "open_survey": "Open a SEG-Y, npy or zarr survey",
    "open_with_bytes": "Open a SEG-Y survey and choose its header bytes, with a preview",
    "open_builtin": "Open the synthetic survey that comes with the program",
    "open_project": "Open a project folder",
    "save": "Save the project now; labels are saved by themselves while you paint",
    "save_as": "Save the project in another folder",
    "export_facies_segy": "Write the predicted facies with the survey's headers",
    "export_confidence_segy": "Write the confidence of the prediction with the survey's headers",
    "export_labels_segy": "Write what was painted by hand with the survey's headers",
    "export_facies_npy": "Write the predicted facies as a numpy array",
    "export_facies_zarr": "Write the predicted facies as a zarr array",
    "export_png": "Write the section on screen as a PNG with axes and legend",
    "export_csv": "Write the share of each class on every section",
    "quit": "Close the program; everything is saved",
    "undo": "Undo the last change of the labels, on whichever section it was",
    "redo": "Redo what was undone",
    "next_section": "Go to the next section",
    "previous_section": "Go to the previous section",
    "next_10": "Go ten sections on",
    "previous_10": "Go ten sections back",
    "go_to": "Go to a line number, time or depth",
    "axis_inline": "Show inlines",
    "axis_crossline": "Show crosslines",
    "axis_sample": "Show time or depth slices",
    "fit": "Fit the section into the window",
    "zoom_in": "Zoom in",
    "zoom_out": "Zoom out",
    "lock_aspect": "Draw a sample as high as a trace is wide",
    "gain_up": "Draw amplitudes stronger",
    "gain_down": "Draw amplitudes weaker",
    "toggle_overlay": "Show or hide the predicted facies",
    "toggle_confidence": "Show or hide how sure the prediction is",
    "toggle_labels": "Show or hide what was painted by hand",
    "overlay_stronger": "Draw the facies less transparent",
    "overlay_weaker": "Draw the facies more transparent",
    "tool_brush": "Paint the active class",
    "tool_eraser": "Take labels away",
    "tool_polygon": "Fill a polygon with the active class: click its corners, double-click to close it",
    "tool_fill": "Fill the area under the cursor up to other labels",
    "tool_pick": "Take the class under the cursor",
    "brush_smaller": "Make the brush smaller",
    "brush_larger": "Make the brush larger",
    "add_class": "Add a facies class",
    "hold_out": "Keep the labels of this section out of training, to check the model on them",
    "train": "Train on the labels in the background, then predict the survey",
    "predict": "Predict the facies of every section with the last model",
    "cancel_job": "Stop what is running",
    "keep_result": "Keep the new prediction",
    "discard_result": "Throw the new prediction away and show the one before",
    "shortcuts": "Show all keys and mouse gestures",
    "about": "Version and licence",
}

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
