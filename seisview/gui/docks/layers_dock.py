"""What lies over the section: which layers are shown, how strongly, what they show and how old it is."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QGridLayout,
    QLabel,
    QScrollArea,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from seisview.gui.docks.naming import named

_HOVER = {
    "facies": "Facies predicted by a model (X shows and hides, Alt+wheel over the section: opacity)",
    "confidence": "How sure the model is: dark where it is unsure",
    "clusters": "Patterns found without labels (Shift+C shows and hides)",
    "anomaly": "What is unusual: the stronger the further from everything else",
    "matches": "How similar each place is to the patches searched for (Shift+M shows and hides)",
    "labels": "What was painted by hand",
}


@dataclass(frozen=True, slots=True)
class LayerState:
    """What the dock shows for one layer."""

    visible: bool
    opacity: float
    description: str
    disabled_reason: str = ""


class LayersDock(QScrollArea):
    """A row per layer: a checkbox, an opacity, and a line on what the layer shows and how old it is.

    Signals
    -------
    visibility_changed(str, bool)
        The user switched the layer of that name on or off.
    opacity_changed(str, float)
        The user moved the slider; 0..1.
    """

    visibility_changed = Signal(str, bool)
    opacity_changed = Signal(str, float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("layers_dock")
        self.setAccessibleName("Layers over the section")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        page = QWidget()
        self._rows_layout = QVBoxLayout(page)
        self._rows_layout.setContentsMargins(6, 4, 6, 4)
        self._rows_layout.setSpacing(4)
        self._rows_layout.addStretch(1)
        self.setWidget(page)
        self._rows: dict[str, _LayerRow] = {}

    @property
    def layers(self) -> tuple[str, ...]:
        """Names of the layers shown, from top to bottom."""
        return tuple(self._rows)

    def set_layer(
        self, name: str, visible: bool, opacity: float, description: str, disabled_reason: str = ""
    ) -> None:
        """Show a layer; the row is made when the name is new. Emits nothing.

        Parameters
        ----------
        name : str
            ``"facies"``, ``"confidence"``, ``"labels"``, ...
        visible : bool
        opacity : float
            0..1.
        description : str
            What the layer shows and how old it is, e.g. ``"tuned-3, 14:02, labels changed since"``.
        disabled_reason : str, optional
            Why the layer cannot be shown now; shown on hover. Empty: it can.
        """
        if name not in self._rows:
            self._add_row(name)
        self._rows[name].show_state(LayerState(visible, opacity, description, disabled_reason))

    def _add_row(self, name: str) -> None:
        row = _LayerRow(name)
        row.toggled.connect(lambda on, name=name: self.visibility_changed.emit(name, on))
        row.opacity_moved.connect(lambda value, name=name: self.opacity_changed.emit(name, value))
        above = next(reversed(self._rows.values()), None)
        self._rows[name] = row
        self._rows_layout.insertWidget(self._rows_layout.count() - 1, row)
        row.follow_in_tab_order(self if above is None else above.last)


class _LayerRow(QWidget):
    toggled = Signal(bool)
    opacity_moved = Signal(float)

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setObjectName(f"layer_{name}")
        self._hover = _HOVER.get(name, f"The layer {name}")
        self._name = name
        self._box = named(QCheckBox(name.capitalize()), f"layer_{name}_visible")
        self._box.setAccessibleName(f"Show {name}")
        self._slider = named(QSlider(Qt.Orientation.Horizontal), f"layer_{name}_opacity")
        self._slider.setRange(0, 100)
        self._slider.setPageStep(10)
        self._slider.setMinimumWidth(60)
        self._slider.setAccessibleName(f"Opacity of {name} in percent")
        self._percent = named(QLabel(), f"layer_{name}_percent")
        self._percent.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._percent.setMinimumWidth(self._percent.fontMetrics().horizontalAdvance("100 %"))
        self._description = named(QLabel(), f"layer_{name}_description")
        self._description.setWordWrap(True)
        self._description.setTextFormat(Qt.TextFormat.PlainText)
        self._description.setIndent(22)
        self._arrange()
        self._box.toggled.connect(self.toggled)
        self._slider.valueChanged.connect(self._on_slider)

    def _arrange(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(0)
        grid.setColumnStretch(1, 1)
        self._box.setMinimumWidth(self._box.fontMetrics().horizontalAdvance("Confidence") + 28)
        grid.addWidget(self._box, 0, 0)
        grid.addWidget(self._slider, 0, 1)
        grid.addWidget(self._percent, 0, 2)
        grid.addWidget(self._description, 1, 0, 1, 3)

    @property
    def last(self) -> QWidget:
        """What the keyboard reaches last."""
        return self._slider

    def follow_in_tab_order(self, before: QWidget) -> None:
        """Come after another widget, not after everything that was made before this row."""
        self.setTabOrder(before, self._box)
        self.setTabOrder(self._box, self._slider)

    def show_state(self, state: LayerState) -> None:
        usable = not state.disabled_reason
        with QSignalBlocker(self._box), QSignalBlocker(self._slider):
            self._box.setChecked(state.visible)
            self._slider.setValue(round(state.opacity * 100))
        self._show_percent()
        self._description.setText(state.description)
        self._description.setVisible(bool(state.description))
        self._description.setEnabled(usable)
        for widget in (self._box, self._slider, self._percent):
            widget.setEnabled(usable)
            widget.setToolTip(self._hover if usable else state.disabled_reason)
        self._description.setToolTip(state.description if usable else state.disabled_reason)
        self._slider.setToolTip(f"Opacity of {self._name}" if usable else state.disabled_reason)

    def _on_slider(self, value: int) -> None:
        self._show_percent()
        self.opacity_moved.emit(value / 100)

    def _show_percent(self) -> None:
        self._percent.setText(f"{self._slider.value()} %")
