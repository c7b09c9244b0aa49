"""The section bar speaks line numbers and times in whatever order they come, and its marks can be clicked."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QComboBox, QDoubleSpinBox

from seisview.data.geometry import Axis, LineNumbers, SectionKey, SurveyGeometry
from seisview.gui.view.marked_slider import MarkedSlider, SliderMark
from seisview.gui.view.section_bar import SectionBar
from seisview.gui.view.view_state import DisplayChoice

GEOMETRY = SurveyGeometry(
    LineNumbers((1010, 1008, 1006, 1004, 1000)), LineNumbers.regular(400, 1, 60), 50, 100.0, 2.5
)


@pytest.fixture
def bar(qtbot):
    widget = SectionBar()
    qtbot.addWidget(widget)
    widget.resize(1000, 40)
    widget.set_colormaps([("grey", "Grey"), ("seismic", "Red white blue")])
    widget.set_geometry(GEOMETRY)
    widget.set_key(SectionKey(Axis.INLINE, 2))
    widget.show()
    return widget


def number_box(bar) -> QDoubleSpinBox:
    return bar.findChild(QDoubleSpinBox, "section_number")


def slider(bar) -> MarkedSlider:
    return bar.findChild(MarkedSlider, "section_slider")


def type_number(qtbot, bar, text):
    box = number_box(bar)
    box.setFocus()
    box.selectAll()
    qtbot.keyClicks(box, text)
    qtbot.keyClick(box, Qt.Key.Key_Return)


def test_shows_line_numbers_not_indices(bar):
    assert number_box(bar).text() == "1006"
    bar.set_key(SectionKey(Axis.SAMPLE, 1))
    assert number_box(bar).text().replace(",", ".") == "102.5 ms"
    assert bar.findChild(QComboBox, "section_axis").currentText() == "time slice"


def test_typed_number_goes_to_that_line_once(qtbot, bar):
    asked = []
    bar.key_requested.connect(asked.append)
    with qtbot.waitSignal(bar.left):
        type_number(qtbot, bar, "1010")
    assert asked == [SectionKey(Axis.INLINE, 0)]


def test_typed_number_between_lines_goes_to_the_nearest(qtbot, bar):
    asked = []
    bar.key_requested.connect(asked.append)
    type_number(qtbot, bar, "1001")
    assert asked == [SectionKey(Axis.INLINE, 4)]
    assert number_box(bar).text() == "1000"


@pytest.mark.parametrize("typed", ["1500", "99999", "3"])
def test_a_number_beyond_the_survey_is_refused_with_those_that_there_are(qtbot, bar, typed):
    asked = []
    bar.key_requested.connect(asked.append)
    with qtbot.waitSignal(bar.refused) as refused:
        type_number(qtbot, bar, typed)
    assert refused.args == [f"There is no inline {typed}: they go from 1000 to 1010."]
    assert asked == []
    assert number_box(bar).text() == "1006"


def test_a_time_beyond_the_survey_is_refused_with_units(qtbot, bar):
    bar.set_key(SectionKey(Axis.SAMPLE, 1))
    with qtbot.waitSignal(bar.refused) as refused:
        type_number(qtbot, bar, "900 ms")
    assert refused.args == ["There is no time slice 900 ms: they go from 100.0 ms to 222.5 ms."]


def test_letters_are_no_number(qtbot, bar):
    with qtbot.assertNotEmitted(bar.refused):
        type_number(qtbot, bar, "abc")
    assert number_box(bar).text() == "1006"


def test_arrow_of_the_number_steps_sections_not_numbers(qtbot, bar):
    with qtbot.waitSignal(bar.step_requested) as stepped:
        qtbot.keyClick(number_box(bar), Qt.Key.Key_Up)
    assert stepped.args == [1]


def test_setters_emit_nothing(qtbot, bar):
    with qtbot.assertNotEmitted(bar.key_requested), qtbot.assertNotEmitted(bar.clip_changed):
        bar.set_key(SectionKey(Axis.CROSSLINE, 59))
        bar.set_display(DisplayChoice(90.0, 2.0, "seismic"))
    assert bar.findChild(QComboBox, "display_colormap").currentText() == "Red white blue"


def test_click_on_a_mark_goes_exactly_there(qtbot, bar):
    bar.set_key(SectionKey(Axis.CROSSLINE, 30))
    bar.set_marks([SliderMark(7, "labelled", "crossline 407: labelled")])
    place = QPoint(slider(bar).position_of(7) + 3, slider(bar).height() // 2)
    with qtbot.waitSignal(bar.key_requested) as asked:
        qtbot.mouseClick(slider(bar), Qt.MouseButton.LeftButton, pos=place)
    assert asked.args == [SectionKey(Axis.CROSSLINE, 7)]
    assert slider(bar).mark_at(place.x()).text == "crossline 407: labelled"


def test_click_beside_the_marks_goes_where_it_was_made(qtbot, bar):
    bar.set_key(SectionKey(Axis.CROSSLINE, 30))
    place = QPoint(slider(bar).position_of(50), slider(bar).height() // 2)
    with qtbot.waitSignal(bar.key_requested) as asked:
        qtbot.mouseClick(slider(bar), Qt.MouseButton.LeftButton, pos=place)
    assert abs(asked.args[0].index - 50) <= 1


def test_mark_is_drawn(bar):
    bar.set_key(SectionKey(Axis.CROSSLINE, 30))
    before = slider(bar).grab().toImage()
    bar.set_marks([SliderMark(7, "labelled", "")])
    after = slider(bar).grab().toImage()
    spot = (slider(bar).position_of(7), slider(bar).height() - 4)
    assert before.pixelColor(*spot) != after.pixelColor(*spot)


def test_a_labelled_section_is_seen_among_matches(bar):
    bar.set_key(SectionKey(Axis.CROSSLINE, 30))
    bar.set_marks([SliderMark(7, "labelled", "")])
    spot = (slider(bar).position_of(7), slider(bar).height() - 5)
    alone = slider(bar).grab().toImage().pixelColor(*spot)
    matches = [SliderMark(index, "match", "") for index in range(5, 10)]
    bar.set_marks([SliderMark(7, "labelled", ""), *matches])
    assert slider(bar).grab().toImage().pixelColor(*spot) == alone


def test_a_line_survey_offers_one_axis(bar):
    bar.set_geometry(SurveyGeometry(LineNumbers((1,)), LineNumbers.regular(1, 1, 30), 20, 0, 4))
    assert bar.findChild(QComboBox, "section_axis").count() == 1
    bar.set_geometry(None)
    assert not bar.isEnabled()


def test_hovering_a_mark_says_what_is_in_the_section(bar):
    bar.set_marks([SliderMark(3, "labelled", "inline 1004: labelled")])
    bar.set_describe_mark(lambda key: "Salt, Channel" if key == SectionKey(Axis.INLINE, 3) else "")
    at = slider(bar).position_of
    assert slider(bar).hover_text(at(3)) == "inline 1004: labelled (Salt, Channel)"
    assert slider(bar).hover_text(at(1)) == "inline 1008"
    bar.set_describe_mark(lambda _key: "")
    assert slider(bar).hover_text(at(3)) == "inline 1004: labelled"
