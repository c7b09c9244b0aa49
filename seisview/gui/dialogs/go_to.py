"""Going to a section, or to one point of it, by the numbers that interpreters use."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from seisview.data.geometry import Axis, LineNumbers, SectionKey, SurveyGeometry
from seisview.errors import GeometryError
from seisview.gui.docks.naming import named


@dataclass(frozen=True, slots=True)
class Target:
    """Where to go: a section, and the element to bring to the middle, when one was given.

    Attributes
    ----------
    key : SectionKey
    row, column : int or None
        Element of the section's array; None leaves the view of that direction alone.
    """

    key: SectionKey
    row: int | None = None
    column: int | None = None


class GoToDialog(QDialog):
    """Asks for an axis and a number, and for a point on that section if wanted.

    Parameters
    ----------
    geometry : SurveyGeometry
    key : SectionKey
        The section on screen.
    parent : QWidget, optional

    Signals
    -------
    target_chosen(Target)
        The user pressed Enter on numbers that exist.
    """

    target_chosen = Signal(object)

    def __init__(self, geometry: SurveyGeometry, key: SectionKey, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("go_to_dialog")
        self.setAccessibleName("Go to a section")
        self.setWindowTitle("Go to")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._geometry = geometry
        self._axis = named(QComboBox(), "go_to_axis", "Kind of section")
        for axis in geometry.axes:
            self._axis.addItem(_axis_name(geometry, axis), str(axis))
        self._number = _number_edit("go_to_number", "Number of the section")
        self._column = _number_edit("go_to_column", "Position along the section, may be empty")
        self._row = _number_edit("go_to_row", "Position down the section, may be empty")
        self._column_label, self._row_label, self._range = QLabel(), QLabel(), QLabel()
        self._problem = named(QLabel(), "go_to_problem")
        self._problem.setWordWrap(True)
        self._problem.setTextFormat(Qt.TextFormat.PlainText)
        self._arrange()
        self._axis.currentIndexChanged.connect(self._show_axis)
        self._axis.setCurrentIndex(geometry.axes.index(key.axis))
        self._show_axis()
        self._number.setText(f"{geometry.number_of(key):g}")
        self._number.selectAll()
        self._number.setFocus()

    def _arrange(self) -> None:
        grid = QGridLayout()
        grid.addWidget(self._axis, 0, 0)
        grid.addWidget(self._number, 0, 1)
        grid.addWidget(self._range, 0, 2)
        grid.addWidget(self._column_label, 1, 0)
        grid.addWidget(self._column, 1, 1)
        grid.addWidget(QLabel("may stay empty"), 1, 2)
        grid.addWidget(self._row_label, 2, 0)
        grid.addWidget(self._row, 2, 1)
        buttons = QDialogButtonBox()
        go = buttons.addButton("Go", QDialogButtonBox.ButtonRole.AcceptRole)
        named(go, "go_to_go", "Go there", "Go there (Enter)").setDefault(True)
        named(
            buttons.addButton(QDialogButtonBox.StandardButton.Cancel),
            "go_to_cancel",
            "Cancel",
            "Cancel (Esc)",
        )
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addLayout(grid)
        column.addWidget(self._problem)
        column.addWidget(buttons)

    def target(self) -> Target:
        """Where the numbers lead.

        Raises
        ------
        GeometryError
            If a number is missing, malformed or outside the survey.
        """
        axis = Axis(self._axis.currentData())
        along, down = _element_axes(axis)
        return Target(
            SectionKey(axis, self._index(axis, self._number.text())),
            row=self._index(down, self._row.text()) if self._row.text().strip() else None,
            column=self._index(along, self._column.text()) if self._column.text().strip() else None,
        )

    def accept(self) -> None:
        """Send the target and close, or say what is wrong and stay open."""
        try:
            target = self.target()
        except GeometryError as error:
            self._problem.setText(f"{error.message} {error.hint}".strip())
            return
        super().accept()
        self.target_chosen.emit(target)

    def _index(self, axis: Axis, text: str) -> int:
        number = _number(text)
        if axis is not Axis.SAMPLE:
            return self._line_index(self._geometry.lines(axis), number)
        first, last = self._geometry.sample_start, self._geometry.sample_end
        if not first <= number <= last:
            domain = self._geometry.domain
            text = domain.text(number)
            raise GeometryError(
                f"{text[0].upper()}{text[1:]} is outside the survey.",
                f"It covers {domain.range_text(first, last)}.",
            )
        return self._geometry.nearest_sample(number)

    def _line_index(self, lines: LineNumbers, number: float) -> int:
        if number != int(number):
            raise GeometryError(f"There is no line {number:g}.", "Line numbers are whole numbers.")
        return lines.index_of(int(number))

    def _show_axis(self) -> None:
        axis = Axis(self._axis.currentData())
        along, down = _element_axes(axis)
        self._column_label.setText(_axis_name(self._geometry, along))
        self._row_label.setText(_axis_name(self._geometry, down))
        self._range.setText(_range_text(self._geometry, axis))
        for edit in (self._number, self._column, self._row):
            edit.clear()
        self._problem.clear()


def _element_axes(axis: Axis) -> tuple[Axis, Axis]:
    """Return the axes along the columns and down the rows of a section cut across `axis`."""
    if axis is Axis.INLINE:
        return Axis.CROSSLINE, Axis.SAMPLE
    return Axis.INLINE, Axis.SAMPLE if axis is Axis.CROSSLINE else Axis.CROSSLINE


def _number(text: str) -> float:
    try:
        number = float(text.strip().replace(",", "."))
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise GeometryError(f"{text.strip() or 'Nothing'} is not a number.", "Give digits only.")
    return number


def _axis_name(geometry: SurveyGeometry, axis: Axis) -> str:
    if axis is Axis.SAMPLE:
        return geometry.domain.axis_title
    return "trace" if geometry.is_2d and axis is Axis.CROSSLINE else str(axis)


def _range_text(geometry: SurveyGeometry, axis: Axis) -> str:
    if axis is Axis.SAMPLE:
        return geometry.domain.range_text(geometry.sample_start, geometry.sample_end)
    numbers = geometry.lines(axis).numbers
    return f"{min(numbers)} to {max(numbers)}"


def _number_edit(name: str, accessible: str) -> QLineEdit:
    edit = named(QLineEdit(), name, accessible)
    edit.setMaximumWidth(140)
    return edit
