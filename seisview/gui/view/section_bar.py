"""The bar above the section: which section is shown, and how its amplitudes are drawn."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QValidator
from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QHBoxLayout, QLabel, QWidget

from seisview.data.geometry import Axis, SectionKey, SurveyGeometry
from seisview.gui.style import described
from seisview.gui.view.marked_slider import MarkedSlider, SliderMark
from seisview.gui.view.view_state import CLIP_RANGE, GAIN_RANGE, DisplayChoice

_NUMBER_HOVER = "Line number, time or depth of the section; type one and press Enter (Ctrl+G: go to)"
_CLIP_HOVER = "Amplitudes above this percentile of the survey saturate the colours"
_GAIN_HOVER = "Amplitudes are multiplied by this for display (Shift+Up, Shift+Down)"


def axis_label(axis: Axis, geometry: SurveyGeometry) -> str:
    """What the user calls an axis: ``"inline"``, ``"crossline"``, ``"time slice"`` or ``"depth slice"``."""
    return f"{geometry.domain} slice" if axis is Axis.SAMPLE else str(axis)


class SectionNumberBox(QDoubleSpinBox):
    """Shows a line number, time or depth; steps go to the next section that exists.

    Signals
    -------
    stepped(int)
        By how many sections the user stepped.
    refused(str)
        A number was entered that lies beyond the first or last section; the one before shows again.
    """

    stepped = Signal(int)
    refused = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setKeyboardTracking(False)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)

    def stepBy(self, steps: int) -> None:
        """Ask for another section instead of adding to the number: lines may be irregular or decreasing."""
        self.stepped.emit(steps)

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        """Let every number be typed: one that is out of range is refused aloud, not letter by letter."""
        state, checked, place = super().validate(text, position)
        known = state is not QValidator.State.Invalid or self._number_in(text) is None
        return (state if known else QValidator.State.Intermediate), checked, place

    def fixup(self, text: str) -> str:
        """Tell that the number that was entered is none of this survey."""
        number = self._number_in(text)
        if number is not None and not self.minimum() <= number <= self.maximum():
            self.refused.emit(text.strip())
        return text

    def _number_in(self, text: str) -> float | None:
        number, is_number = self.locale().toDouble(text.removesuffix(self.suffix()).strip())
        return number if is_number else None

    def stepEnabled(self) -> QDoubleSpinBox.StepEnabledFlag:
        """Both directions: which end is the last one depends on the survey, not on the number."""
        return QDoubleSpinBox.StepEnabledFlag.StepUpEnabled | QDoubleSpinBox.StepEnabledFlag.StepDownEnabled


class SectionBar(QWidget):
    """Axis, number, slider with marks, clip, gain and colour map. Setters emit nothing.

    Signals
    -------
    key_requested(SectionKey)
    axis_requested(Axis)
    step_requested(int)
        By how many sections to go on.
    clip_changed(float), gain_changed(float), colormap_changed(str)
    left()
        The user finished typing: the section should get the keyboard again.
    refused(str)
        What was typed is no section of the survey: one sentence with those that there are.
    """

    key_requested = Signal(object)
    axis_requested = Signal(object)
    step_requested = Signal(int)
    clip_changed = Signal(float)
    gain_changed = Signal(float)
    colormap_changed = Signal(str)
    left = Signal()
    refused = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("section_bar")
        self._geometry: SurveyGeometry | None = None
        self._axis = Axis.INLINE
        self._axes = described(
            QComboBox(),
            "section_axis",
            "Direction of the section",
            "Direction of the section (Ctrl+1, Ctrl+2, Ctrl+3)",
        )
        self._number = described(SectionNumberBox(), "section_number", "Section number", _NUMBER_HOVER)
        self._slider = described(MarkedSlider(), "section_slider", "Section")
        self._clip = described(
            _number_box(CLIP_RANGE, 0.5, " %"), "display_clip", "Clip percentile", _CLIP_HOVER
        )
        self._gain = described(_number_box(GAIN_RANGE, 0.1, ""), "display_gain", "Gain", _GAIN_HOVER)
        self._maps = described(QComboBox(), "display_colormap", "Colour map", "Colour map of the amplitudes")
        for box in (self._axes, self._maps):
            box.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # after a click, keys are still those of the section
        self._arrange()
        self._connect()
        self.setEnabled(False)

    def _arrange(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(4, 0, 4, 0)
        row.setSpacing(6)
        row.addWidget(self._axes)
        row.addWidget(self._number)
        row.addWidget(self._slider, 1)
        self._number.setMinimumWidth(self.fontMetrics().horizontalAdvance("000000.0 ms") + 34)
        self._axes.setMinimumWidth(self.fontMetrics().horizontalAdvance("depth slice") + 44)
        self._maps.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._maps.setMinimumContentsLength(11)
        self._maps.view().setTextElideMode(Qt.TextElideMode.ElideNone)
        for text, widget in (("clip", self._clip), ("gain", self._gain), ("map", self._maps)):
            label = QLabel(text)
            label.setBuddy(widget)
            row.addSpacing(4)
            row.addWidget(label)
            row.addWidget(widget)

    def _connect(self) -> None:
        self._axes.activated.connect(self._on_axis)
        self._number.valueChanged.connect(self._on_number)
        self._number.stepped.connect(self.step_requested)
        self._number.refused.connect(self._refuse)
        self._slider.valueChanged.connect(
            lambda index: self.key_requested.emit(SectionKey(self._axis, index))
        )
        self._clip.valueChanged.connect(self.clip_changed)
        self._gain.valueChanged.connect(self.gain_changed)
        self._maps.activated.connect(self._on_map)
        for box in (self._number, self._clip, self._gain):
            box.lineEdit().returnPressed.connect(self.left)

    def set_colormaps(self, maps: Sequence[tuple[str, str]]) -> None:
        """Offer these colour maps, as (name, what the user reads)."""
        self._maps.clear()
        for name, label in maps:
            self._maps.addItem(label, name)

    def set_geometry(self, geometry: SurveyGeometry | None) -> None:
        """Offer the axes of this survey; None while no survey is open."""
        self._geometry = geometry
        self.setEnabled(geometry is not None)
        self._axes.clear()
        self._slider.set_marks(())
        if geometry is not None:
            for axis in geometry.axes:
                self._axes.addItem(axis_label(axis, geometry), axis)
            self._slider.set_describe(lambda i: geometry.title(SectionKey(self._axis, i)))

    def set_key(self, key: SectionKey) -> None:
        """Show that this section is on screen."""
        geometry = self._geometry
        if geometry is None:
            return
        self._axis = key.axis
        with QSignalBlocker(self._slider), QSignalBlocker(self._number):
            self._axes.setCurrentIndex(geometry.axes.index(key.axis))
            self._slider.setRange(0, geometry.count(key.axis) - 1)
            self._slider.setPageStep(max(geometry.count(key.axis) // 20, 1))
            self._slider.setValue(key.index)
            unit = geometry.domain.unit
            self._number.setDecimals(_decimals(key.axis, geometry))
            self._number.setSuffix(f" {unit}" if key.axis is Axis.SAMPLE and unit else "")
            self._number.setRange(*_number_range(key.axis, geometry))
            self._number.setValue(geometry.number_of(key))

    def set_marks(self, marks: Sequence[SliderMark]) -> None:
        """Mark the sections that matter on the axis shown."""
        self._slider.set_marks(marks)

    def set_describe_mark(self, describe: Callable[[SectionKey], str]) -> None:
        """Say by `describe` what is in a marked section, e.g. ``"Salt, Channel"``; asked on hover only."""
        self._slider.set_describe_mark(lambda index: describe(SectionKey(self._axis, index)))

    def set_display(self, display: DisplayChoice) -> None:
        """Show clip, gain and colour map."""
        with QSignalBlocker(self._clip), QSignalBlocker(self._gain):
            self._clip.setValue(display.clip_percent)
            self._gain.setValue(display.gain)
        self._maps.setCurrentIndex(self._maps.findData(display.colormap))

    def _on_axis(self, index: int) -> None:
        self.axis_requested.emit(self._axes.itemData(index))
        self._leave(self._axes)

    def _on_number(self, number: float) -> None:
        if self._geometry is not None:
            key = self._geometry.key_for(self._axis, number)
            self.set_key(key)  # a number between two lines becomes the nearest line at once
            self.key_requested.emit(key)

    def _refuse(self, typed: str) -> None:
        if self._geometry is not None:
            low, high = (
                f"{n:.{self._number.decimals()}f}" for n in _number_range(self._axis, self._geometry)
            )
            unit, what = self._number.suffix(), axis_label(self._axis, self._geometry)
            self.refused.emit(f"There is no {what} {typed}: they go from {low}{unit} to {high}{unit}.")

    def _on_map(self, index: int) -> None:
        self.colormap_changed.emit(self._maps.itemData(index))
        self._leave(self._maps)

    def _leave(self, box: QComboBox) -> None:
        """Give the keyboard back after a click; whoever chooses by keys may want the next entry."""
        if not box.hasFocus():
            self.left.emit()


def _number_box(limits: tuple[float, float], step: float, suffix: str) -> QDoubleSpinBox:
    box = QDoubleSpinBox()
    box.setKeyboardTracking(False)
    box.setAlignment(Qt.AlignmentFlag.AlignRight)
    box.setDecimals(1)
    box.setRange(*limits)
    box.setSingleStep(step)
    box.setSuffix(suffix)
    return box


def _number_range(axis: Axis, geometry: SurveyGeometry) -> tuple[float, float]:
    if axis is Axis.SAMPLE:
        return geometry.sample_start, geometry.sample_end
    numbers = geometry.lines(axis).numbers
    return min(numbers), max(numbers)


def _decimals(axis: Axis, geometry: SurveyGeometry) -> int:
    if axis is not Axis.SAMPLE:
        return 0
    values = (geometry.sample_start, geometry.sample_interval)
    return next((n for n in range(3) if all(round(v, n) == v for v in values)), 3)
