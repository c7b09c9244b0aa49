"""Every action of the program: where it stands, what it is called, its keys, and what it needs."""

from __future__ import annotations

from seisview.data.display_filters import DISPLAY_FILTERS
from seisview.gui.actions.explore import EXPLORE_ACTIONS
from seisview.gui.actions.learn import LEARN_ACTIONS
from seisview.gui.actions.spec import EXPORT, IDLE, SURVEY, VOLUME, ActionSpec, Facts
from seisview.gui.view.view_state import EXAGGERATIONS

_ASPECT = "Vertical exaggeration"
_LAYERS = "View/Layers"
_FILTERS = "View/Display filter"


_FILTER_TEXTS = {
    "off": "&None",
    "agc_250": "AGC &250 (ms, m or samples)",
    "agc_500": "AGC &500 (ms, m or samples)",
    "band_5_25": "&Band-pass 5 to 25 Hz",
    "band_10_40": "Band-pass &10 to 40 Hz",
    "band_20_80": "Band-pass 20 to &80 Hz",
}


def _ratio_text(exaggeration: float) -> str:
    text = f"{exaggeration:g}"
    return f"{text[:-1]}&{text[-1]} : 1"


ACTIONS: tuple[ActionSpec, ...] = (
    ActionSpec("open_survey", "File", 0, "&Open survey…", keys=("Ctrl+O",), needs=IDLE, icon="open"),
    ActionSpec("open_with_bytes", "File", 0, "Open with &header bytes…", keys=("Ctrl+Shift+O",), needs=IDLE),
    ActionSpec("open_builtin", "File", 0, "Open the &built-in survey", needs=IDLE, icon="builtin"),
    ActionSpec("open_project", "File", 0, "Open &project…", needs=IDLE, icon="project"),
    ActionSpec("survey_information", "File", 0, "Survey &information…", keys=("Ctrl+Shift+I",), needs=SURVEY),
    ActionSpec("save", "File", 1, "&Save", keys=("Ctrl+S",), needs=SURVEY, icon="save"),
    ActionSpec("save_as", "File", 1, "Save &as…", keys=("Ctrl+Shift+S",), needs=SURVEY),
    ActionSpec(
        "export_facies_segy",
        "File/Export",
        0,
        "&Facies as SEG-Y…",
        keys=("Ctrl+E",),
        needs=EXPORT,
        icon="export",
    ),
    ActionSpec("export_confidence_segy", "File/Export", 0, "&Confidence as SEG-Y…", needs=EXPORT),
    ActionSpec(
        "export_labels_segy", "File/Export", 0, "&Labels as SEG-Y…", needs=("survey", "painted", "idle")
    ),
    ActionSpec("export_clusters_segy", "File/Export", 0, "Clusters &as SEG-Y…", needs=("clusters", "idle")),
    ActionSpec("export_facies_npy", "File/Export", 1, "Facies as &npy…", needs=EXPORT),
    ActionSpec("export_facies_zarr", "File/Export", 1, "Facies as &zarr…", needs=EXPORT),
    ActionSpec(
        "export_png", "File/Export", 2, "&Picture of the section…", keys=("Ctrl+P",), needs=("survey", "idle")
    ),
    ActionSpec("export_csv", "File/Export", 2, "Class &shares as CSV…", needs=EXPORT),
    ActionSpec(
        "export_surfaces",
        "File/Export",
        2,
        "S&urfaces of a class…",
        keys=("Ctrl+Shift+E",),
        needs=("survey", "classified", "idle"),
    ),
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
        needs=SURVEY,
        icon="next",
        gesture="Right, wheel",
    ),
    ActionSpec(
        "previous_section",
        "View",
        0,
        "&Previous section",
        keys=("A",),
        needs=SURVEY,
        icon="previous",
        gesture="Left, wheel",
    ),
    ActionSpec(
        "next_10", "View", 0, "Ten &sections on", keys=("Shift+D",), needs=SURVEY, gesture="Shift+Right"
    ),
    ActionSpec(
        "previous_10", "View", 0, "Ten sections &back", keys=("Shift+A",), needs=SURVEY, gesture="Shift+Left"
    ),
    ActionSpec("go_to", "View", 0, "&Go to…", keys=("Ctrl+G",), needs=SURVEY, icon="go_to"),
    ActionSpec("axis_inline", "View", 1, "&Inlines", keys=("Ctrl+1",), needs=SURVEY, group="axis"),
    ActionSpec("axis_crossline", "View", 1, "&Crosslines", keys=("Ctrl+2",), needs=VOLUME, group="axis"),
    ActionSpec(
        "axis_sample", "View", 1, "&Time or depth slices", keys=("Ctrl+3",), needs=VOLUME, group="axis"
    ),
    ActionSpec("fit", "View", 2, "&Fit", keys=("F", "Home"), needs=SURVEY, icon="fit"),
    ActionSpec(
        "zoom_in", "View", 2, "&Zoom in", keys=("Ctrl++", "Ctrl+="), needs=SURVEY, gesture="Ctrl+wheel"
    ),
    ActionSpec("zoom_out", "View", 2, "Zoom o&ut", keys=("Ctrl+-",), needs=SURVEY, gesture="Ctrl+wheel"),
    ActionSpec(
        "tool_pan",
        "View",
        2,
        "Loo&k without painting",
        keys=("N",),
        needs=SURVEY,
        icon="pan",
        group="tool",
    ),
    ActionSpec("aspect_fill", f"View/{_ASPECT}", 0, "&Fill the window", needs=SURVEY, group="aspect"),
    *(
        ActionSpec(f"aspect_{n}", f"View/{_ASPECT}", 0, _ratio_text(n), needs=SURVEY, group="aspect")
        for n in EXAGGERATIONS
    ),
    ActionSpec("gain_up", "View", 3, "&More gain", keys=("Shift+Up",), needs=SURVEY),
    ActionSpec("gain_down", "View", 3, "&Less gain", keys=("Shift+Down",), needs=SURVEY),
    *(
        ActionSpec(
            f"filter_{chosen.name}",
            _FILTERS,
            0,
            _FILTER_TEXTS[chosen.name],
            needs=("survey", "vertical", *(("in_time",) if chosen.kind == "band" else ())),
            group="filter",
        )
        for chosen in DISPLAY_FILTERS
    ),
    ActionSpec(
        "toggle_overlay",
        _LAYERS,
        0,
        "Facies o&verlay",
        keys=("X",),
        needs=SURVEY,
        icon="overlay",
        group="toggle",
    ),
    ActionSpec(
        "toggle_confidence", _LAYERS, 0, "Con&fidence", keys=("Shift+X",), needs=SURVEY, group="toggle"
    ),
    ActionSpec("toggle_clusters", _LAYERS, 0, "&Clusters", keys=("Shift+C",), needs=SURVEY, group="toggle"),
    ActionSpec("toggle_anomaly", _LAYERS, 0, "&Anomaly", keys=("Shift+Y",), needs=SURVEY, group="toggle"),
    ActionSpec("toggle_matches", _LAYERS, 0, "&Matches", keys=("Shift+M",), needs=SURVEY, group="toggle"),
    ActionSpec("toggle_labels", _LAYERS, 0, "&Labels", keys=("Ctrl+L",), needs=SURVEY, group="toggle"),
    ActionSpec(
        "map_uncertainty",
        _LAYERS,
        0,
        "&Uncertainty on the base map",
        keys=("Shift+U",),
        needs=("survey", "three_d", "result"),
        group="toggle",
    ),
    ActionSpec(
        "overlay_stronger",
        _LAYERS,
        1,
        "&Stronger overlay",
        keys=("Alt+Up",),
        needs=SURVEY,
        gesture="Alt+wheel",
    ),
    ActionSpec(
        "overlay_weaker", _LAYERS, 1, "Weaker &overlay", keys=("Alt+Down",), needs=SURVEY, gesture="Alt+wheel"
    ),
    ActionSpec(
        "toggle_class", _LAYERS, 1, "Sho&w the active class", keys=("V",), needs=SURVEY, gesture="eye"
    ),
    ActionSpec(
        "swipe",
        _LAYERS,
        2,
        "Swi&pe raw and predicted",
        keys=("W",),
        needs=("survey", "result"),
        group="toggle",
    ),
    ActionSpec(
        "swipe_left",
        _LAYERS,
        2,
        "Swipe &to the left",
        keys=("Alt+Left",),
        needs=("survey", "swipe"),
        gesture="drag",
    ),
    ActionSpec(
        "swipe_right",
        _LAYERS,
        2,
        "Swipe to the &right",
        keys=("Alt+Right",),
        needs=("survey", "swipe"),
        gesture="drag",
    ),
    ActionSpec("tool_line", "View", 5, "Draw &a line", keys=("K",), needs=VOLUME, icon="line", group="tool"),
    ActionSpec("panes_1", "View", 5, "&One pane", keys=("Alt+1",), needs=SURVEY, group="panes"),
    ActionSpec("panes_2", "View", 5, "T&wo panes", keys=("Alt+2",), needs=VOLUME, group="panes"),
    ActionSpec("panes_4", "View", 5, "Fou&r panes", keys=("Alt+4",), needs=VOLUME, group="panes"),
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
    ActionSpec("tool_brush", "Label", 0, "&Brush", keys=("B",), needs=SURVEY, icon="brush", group="tool"),
    ActionSpec("tool_eraser", "Label", 0, "&Eraser", keys=("E",), needs=SURVEY, icon="eraser", group="tool"),
    ActionSpec(
        "tool_polygon", "Label", 0, "&Polygon", keys=("P",), needs=SURVEY, icon="polygon", group="tool"
    ),
    ActionSpec(
        "tool_between",
        "Label",
        0,
        "Be&tween horizons",
        keys=("T",),
        needs=("survey", "upright"),
        icon="between",
        group="tool",
    ),
    ActionSpec("tool_fill", "Label", 0, "&Fill", keys=("G",), needs=SURVEY, icon="fill", group="tool"),
    ActionSpec("tool_wand", "Label", 0, "Magic &wand", keys=("Z",), needs=SURVEY, icon="wand", group="tool"),
    ActionSpec("tool_pick", "Label", 0, "P&ick class", keys=("I",), needs=SURVEY, icon="pick", group="tool"),
    ActionSpec(
        "brush_smaller", "Label", 1, "&Smaller brush", keys=("[",), needs=SURVEY, gesture="Shift+wheel"
    ),
    ActionSpec("brush_larger", "Label", 1, "&Larger brush", keys=("]",), needs=SURVEY, gesture="Shift+wheel"),
    *(
        ActionSpec(f"class_{n}", "Label/Class", 0, f"Class &{n}", keys=(str(n),), needs=SURVEY)
        for n in range(1, 10)
    ),
    ActionSpec("add_class", "Label/Class", 1, "&Add a class", needs=SURVEY),
    ActionSpec(
        "interpolate",
        "Label",
        2,
        "I&nterpolate to the next labelled section",
        keys=("Ctrl+I",),
        needs=("survey", "three_d", "painted", "idle"),
    ),
    ActionSpec("import_labels", "Label", 2, "I&mport labels…", needs=("survey", "idle")),
    ActionSpec(
        "accept_prediction",
        "Label",
        2,
        "Accept the p&rediction here…",
        keys=("Ctrl+Shift+A",),
        needs=("survey", "result"),
    ),
    ActionSpec("hold_out", "Label", 2, "&Hold out this section", needs=SURVEY, group="toggle"),
    *LEARN_ACTIONS,
    *EXPLORE_ACTIONS,
    ActionSpec("shortcuts", "Help", 0, "&Keys and mouse", keys=("F1",), icon="help"),
    ActionSpec("about", "Help", 1, "&About seisview"),
)

__all__ = ["ACTIONS", "ActionSpec", "Facts"]
