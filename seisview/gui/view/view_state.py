"""What the window shows and with which tool: the third mutable document beside the project and the labels.

Only the main thread changes it. Each change is announced by `changed` with the name of the field, so that
controllers set only what differs.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from psygnal import Signal

from seisview.data.display_filters import OFF, display_filter
from seisview.data.geometry import Axis, SectionKey

CLIP_RANGE = (80.0, 100.0)
GAIN_RANGE = (0.1, 10.0)
BRUSH_RANGE = (1, 200)
EXAGGERATIONS = (1, 2, 5, 10)
"""How many times as high as a trace is wide a sample can be drawn."""
TOOLS = ("pan", "brush", "eraser", "polygon", "fill", "pick", "wand", "between", "line", "match")


@dataclass(frozen=True, slots=True)
class DisplayChoice:
    """How amplitudes are drawn; remembered for each survey.

    Attributes
    ----------
    clip_percent : float
        Percentile of the absolute amplitude at which the colours saturate, 80..100.
    gain : float
        Amplitudes are multiplied by this before they are clipped, 0.1..10.
    colormap : str
        Name of a shipped colour map.
    filter : str
        Name of one of :data:`seisview.data.display_filters.DISPLAY_FILTERS`; for looking only.
    """

    clip_percent: float = 98.0
    gain: float = 1.0
    colormap: str = "grey"
    filter: str = OFF.name

    @classmethod
    def from_dict(cls, stored: dict[str, Any]) -> DisplayChoice:
        """Read stored settings; what is missing or out of range keeps its default."""
        choice = cls()
        clip, gain = stored.get("clip_percent"), stored.get("gain")
        if isinstance(clip, int | float) and CLIP_RANGE[0] <= clip <= CLIP_RANGE[1]:
            choice = replace(choice, clip_percent=float(clip))
        if isinstance(gain, int | float) and GAIN_RANGE[0] <= gain <= GAIN_RANGE[1]:
            choice = replace(choice, gain=float(gain))
        if isinstance(stored.get("colormap"), str):
            choice = replace(choice, colormap=stored["colormap"])
        return replace(choice, filter=display_filter(str(stored.get("filter"))).name)

    def to_dict(self) -> dict[str, Any]:
        """Plain values for the preferences."""
        return {
            "clip_percent": self.clip_percent,
            "gain": self.gain,
            "colormap": self.colormap,
            "filter": self.filter,
        }


@dataclass(frozen=True, slots=True)
class LayerChoice:
    """Whether a layer is drawn and how strongly (opacity 0..1)."""

    visible: bool
    opacity: float


AREA_LAYERS = frozenset({"facies", "clusters", "anomaly", "matches"})
"""Each colours the whole section: shown together none of them can be read, so one is shown at a time."""

DEFAULT_LAYERS = MappingProxyType(
    {
        "facies": LayerChoice(True, 0.45),
        "confidence": LayerChoice(False, 0.6),
        "clusters": LayerChoice(False, 0.45),
        "anomaly": LayerChoice(False, 0.6),
        "matches": LayerChoice(False, 0.5),
        "labels": LayerChoice(True, 0.7),
    }
)


class ViewState:
    """The section on screen, its display, the layers over it, and the tool in hand.

    Attributes
    ----------
    key : SectionKey or None
        The section on screen; None while no survey is open.
    direction : int
        +1 or -1: the way the user last scrolled, for prefetching.
    display : DisplayChoice
    layers : dict of str to LayerChoice
    tool : str
        One of `TOOLS`.
    brush_diameter : int
        In samples, 1..200.
    active_class : int
        The class painted with; 0 when there is none.
    exaggeration : float or None
        How many times as high as a trace is wide a sample is drawn; None fills the view.
    hidden_classes : frozenset of int
        Classes that are not drawn.
    swipe_on : bool
        Whether the prediction is drawn only right of a divider.
    swipe_at : float
        Where the divider is, 0..1 of the width of a view.
    """

    changed = Signal(str)

    def __init__(self) -> None:
        self.key: SectionKey | None = None
        self.direction = 1
        self.display = DisplayChoice()
        self.layers = dict(DEFAULT_LAYERS)
        self.tool = "brush"
        self.brush_diameter = 12
        self.active_class = 1
        self.exaggeration: float | None = None
        self.hidden_classes: frozenset[int] = frozenset()
        self.swipe_on = False
        self.swipe_at = 0.5
        self._last_index: dict[Axis, int] = {}

    def set_key(self, key: SectionKey | None) -> None:
        """Show another section; remembers which way this went and where each axis was left."""
        if key is None:
            self._last_index.clear()
        elif self.key is not None and key.axis is self.key.axis and key.index != self.key.index:
            self.direction = 1 if key.index > self.key.index else -1
        if key is not None:
            self._last_index[key.axis] = key.index
        self._set("key", key)

    def last_index(self, axis: Axis, default: int) -> int:
        """Index of the section last shown across `axis`, or `default`."""
        return self._last_index.get(axis, default)

    def set_display(self, **values: Any) -> None:
        """Change some fields of `display`; values out of range are brought to the nearest allowed."""
        if "clip_percent" in values:
            values["clip_percent"] = _within(values["clip_percent"], CLIP_RANGE)
        if "gain" in values:
            values["gain"] = _within(values["gain"], GAIN_RANGE)
        self._set("display", replace(self.display, **values))

    def set_layer(self, name: str, *, visible: bool | None = None, opacity: float | None = None) -> None:
        """Change one layer; showing one of :data:`AREA_LAYERS` hides the others."""
        old = self.layers[name]
        new = LayerChoice(
            old.visible if visible is None else visible,
            old.opacity if opacity is None else _within(opacity, (0.0, 1.0)),
        )
        if new != old:
            self.layers[name] = new
            if name in AREA_LAYERS and new.visible and not old.visible:
                for other in AREA_LAYERS - {name}:
                    self.layers[other] = replace(self.layers[other], visible=False)
            self.changed.emit("layers")

    def set_tool(self, tool: str) -> None:
        """Take another tool in hand."""
        if tool not in TOOLS:
            raise ValueError(f"unknown tool {tool!r}")
        self._set("tool", tool)

    def set_brush_diameter(self, diameter: int) -> None:
        """Change the brush size in samples, kept within `BRUSH_RANGE`."""
        self._set("brush_diameter", int(_within(diameter, BRUSH_RANGE)))

    def step_brush(self, steps: int) -> None:
        """Make the brush larger (positive) or smaller, by about a tenth and at least one sample."""
        self.set_brush_diameter(self.brush_diameter + steps * max(1, round(self.brush_diameter * 0.1)))

    def set_active_class(self, class_id: int) -> None:
        """Choose the class to paint with."""
        self._set("active_class", class_id)

    def set_exaggeration(self, exaggeration: float | None) -> None:
        """Choose the ratio of height to width of a sample, or fill the view with None."""
        self._set("exaggeration", exaggeration)

    def set_hidden_classes(self, class_ids: Iterable[int]) -> None:
        """Choose the classes that are not drawn."""
        self._set("hidden_classes", frozenset(class_ids))

    def toggle_class(self, class_id: int) -> None:
        """Draw a class no more, or again."""
        self.set_hidden_classes(self.hidden_classes ^ {class_id})

    @property
    def swipe(self) -> float | None:
        """Where the divider is; None while the prediction is drawn everywhere."""
        return self.swipe_at if self.swipe_on else None

    def set_swipe_on(self, on: bool) -> None:
        """Draw the prediction only right of a divider, or everywhere."""
        self._set("swipe_on", on)

    def set_swipe_at(self, at: float) -> None:
        """Move the divider."""
        self._set("swipe_at", _within(at, (0.0, 1.0)))

    def _set(self, name: str, value: Any) -> None:
        if getattr(self, name) != value:
            setattr(self, name, value)
            self.changed.emit(name)


def _within(value: float, limits: tuple[float, float]) -> float:
    return min(max(value, limits[0]), limits[1])
