"""The layers over the section: their switches, and the line that says what each shows and how old it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from seisview.gui.actions.qactions import Actions
from seisview.gui.docks.layers_dock import LayersDock
from seisview.gui.view.view_state import ViewState
from seisview.labels.provenance import Provenance

NO_PREDICTION = "There is no facies prediction yet: train first (Ctrl+T)."
NO_CLUSTERS = "There are no clusters yet: find some on the Clusters page."
NO_MATCHES = "Nothing was searched for yet: pick a patch with the match tool (M)."
_BY_WHOM = {
    Provenance.HAND: "samples by hand",
    Provenance.INTERPOLATED: "interpolated",
    Provenance.ACCEPTED: "accepted",
}
_SWITCHES = {"facies": "toggle_overlay", "confidence": "toggle_confidence"}
_SWITCHES |= {"clusters": "toggle_clusters", "anomaly": "toggle_anomaly"}
_SWITCHES |= {"matches": "toggle_matches", "labels": "toggle_labels"}


@dataclass(frozen=True, slots=True)
class LayerText:
    """What a layer shows and how old it is, and why it cannot be shown (empty: it can)."""

    description: str = ""
    disabled_reason: str = ""


class LayersController(QObject):
    """Keeps layers dock, menu switches and view state in step.

    Parameters
    ----------
    dock : LayersDock
    actions : Actions
    state : ViewState

    Signals
    -------
    replaced(str)
        The layer of that name shows something else.
    """

    replaced = Signal(str)

    def __init__(self, dock: LayersDock, actions: Actions, state: ViewState) -> None:
        super().__init__()
        self._dock = dock
        self._actions = actions
        self._state = state
        self._texts = {name: LayerText(disabled_reason=NO_PREDICTION) for name in state.layers}
        self._texts |= dict.fromkeys(("clusters", "anomaly"), LayerText(disabled_reason=NO_CLUSTERS))
        self._texts["matches"] = LayerText(disabled_reason=NO_MATCHES)
        self._texts["labels"] = LayerText("nothing painted yet")
        dock.visibility_changed.connect(lambda name, on: state.set_layer(name, visible=on))
        dock.opacity_changed.connect(lambda name, opacity: state.set_layer(name, opacity=opacity))
        actions.connect_switches({action_id: self._switch(name) for name, action_id in _SWITCHES.items()})
        state.changed.connect(self._on_state_changed)
        self._show()

    def _switch(self, name: str) -> Callable[[bool], None]:
        return lambda visible: self._state.set_layer(name, visible=visible)

    @property
    def drawn(self) -> tuple[str, ...]:
        """Layers that are switched on and have something to show."""
        layers = self._state.layers.items()
        return tuple(n for n, layer in layers if layer.visible and not self._texts[n].disabled_reason)

    def describe(self, name: str, description: str, disabled_reason: str = "") -> None:
        """Say what a layer shows now, e.g. ``"tuned-3, 14:02, labels changed since"``."""
        before, self._texts[name] = self._texts[name], LayerText(description, disabled_reason)
        self._show()
        if self._texts[name] != before:
            self.replaced.emit(name)

    def describe_labels(self, n_sections: int, samples: Mapping[Provenance, int]) -> None:
        """Say how many sections carry labels, and how many samples by whom."""
        if not n_sections:
            self.describe("labels", "nothing painted yet")
            return
        plural = "" if n_sections == 1 else "s"
        parts = [f"{_short(count)} {_BY_WHOM[origin]}" for origin, count in samples.items() if count]
        self.describe("labels", f"{n_sections} labelled section{plural}: {', '.join(parts)}")

    def _on_state_changed(self, name: str) -> None:
        if name == "layers":
            self._show()

    def _show(self) -> None:
        for name, layer in self._state.layers.items():
            text = self._texts[name]
            self._dock.set_layer(name, layer.visible, layer.opacity, text.description, text.disabled_reason)
            self._actions.set_checked(_SWITCHES[name], layer.visible)


def _short(count: int) -> str:
    """Return a count in three or four digits, e.g. ``"1,234"``, ``"12k"``, ``"3.4M"``."""
    if count < 10_000:
        return f"{count:,}"
    return f"{count / 1000:.0f}k" if count < 999_500 else f"{count / 1e6:.1f}M"
