"""The base map: where things are, what is drawn, and what a click means."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor

from seisview.data.geometry import Axis, LineNumbers, SectionKey, SurveyGeometry
from seisview.data.map_transform import MapTransform
from seisview.gui.panes.base_map import BaseMap
from seisview.gui.panes.crosshair import AXIS_COLORS
from seisview.gui.panes.map_axes import round_numbers, titles
from seisview.gui.panes.map_frame import Area, MapFrame
from seisview.gui.panes.map_marks import MapMark, section_mark
from seisview.gui.view.mark_symbols import MARK_COLORS

ROTATED = SurveyGeometry(
    LineNumbers.regular(1000, 2, 40),
    LineNumbers.regular(400, 1, 60),
    20,
    0.0,
    4.0,
    transform=MapTransform(1_700_000.0, 5_600_000.0, 15.0, 20.0, -16.0, 12.0),
)
PLAIN = replace(ROTATED, transform=None)
AREA = Area(70, 40, 400, 300)


@pytest.mark.parametrize("geometry", [ROTATED, PLAIN], ids=["coordinates", "line numbers"])
@pytest.mark.parametrize("place", [(0, 0), (39, 59), (12.5, 31.25)])
def test_pixels_and_grid_are_inverse(geometry, place):
    frame = MapFrame.fitted(geometry, AREA)
    assert frame.grid(*frame.pixel(*place)) == pytest.approx(place, abs=1e-6)


def test_north_is_up_east_is_right_and_both_have_one_scale():
    frame = MapFrame.fitted(ROTATED, AREA)
    x, y = frame.pixel_of_map(1_700_000, 5_600_000)
    east, north = frame.pixel_of_map(1_700_100, 5_600_000), frame.pixel_of_map(1_700_000, 5_600_100)
    assert east[0] > x
    assert east[1] == y
    assert north[1] < y
    assert east[0] - x == pytest.approx(y - north[1])


def test_whole_survey_fits_into_the_area():
    for geometry in (ROTATED, PLAIN):
        frame = MapFrame.fitted(geometry, AREA)
        for corner in ((0, 0), (39, 0), (39, 59), (0, 59)):
            x, y = frame.pixel(*corner)
            assert AREA.left <= x <= AREA.left + AREA.width
            assert AREA.top <= y <= AREA.top + AREA.height


def test_without_coordinates_line_numbers_are_the_axes():
    frame = MapFrame.fitted(PLAIN, AREA)
    assert titles(frame, "m") == ("inline", "crossline")
    assert frame.transform.xy(39, 59) == (1078, 459)
    assert not frame.has_coordinates


def test_coordinates_have_the_unit_that_the_survey_says():
    frame = MapFrame.fitted(ROTATED, AREA)
    assert titles(frame, "ft") == ("X (ft)", "Y (ft)")
    assert "m or ft" in titles(frame, "")[0]


def test_coordinates_that_all_lie_on_one_line_are_no_map():
    flat = replace(ROTATED, transform=MapTransform(0.0, 0.0, 10.0, 0.0, 20.0, 0.0))
    assert not MapFrame.fitted(flat, AREA).has_coordinates


def test_decreasing_and_single_lines_have_a_map_too():
    odd = replace(PLAIN, inlines=LineNumbers((9,)), crosslines=LineNumbers.regular(50, -1, 60))
    frame = MapFrame.fitted(odd, AREA)
    assert frame.grid(*frame.pixel(0, 30)) == pytest.approx((0, 30), abs=1e-6)


def test_axes_are_marked_at_round_numbers():
    assert round_numbers(103.0, 1210.0, 180.0) == [200, 400, 600, 800, 1000, 1200]


@pytest.fixture
def chart(qtbot):
    made = BaseMap()
    made.resize(500, 400)
    qtbot.addWidget(made)
    made.set_geometry(ROTATED)
    made.show()
    return made


def color_at(chart, inline, crossline):
    place = chart.pixel_of(inline, crossline).toPoint()
    return chart.grab().toImage().pixelColor(place)


def test_click_and_drag_go_there(qtbot, chart):
    with qtbot.waitSignal(chart.position_chosen) as chosen:
        qtbot.mousePress(chart, Qt.MouseButton.LeftButton, pos=chart.pixel_of(12, 33).toPoint())
    assert chosen.args == pytest.approx([12, 33], abs=1)
    places = []
    chart.position_chosen.connect(lambda *place: places.append(place))
    qtbot.mouseMove(chart, chart.pixel_of(20, 40).toPoint())
    assert places == [(20, 40)]
    qtbot.mouseRelease(chart, Qt.MouseButton.LeftButton)


def test_click_outside_the_survey_goes_nowhere(qtbot, chart):
    with qtbot.assertNotEmitted(chart.position_chosen):
        qtbot.mouseClick(chart, Qt.MouseButton.LeftButton, pos=chart.rect().bottomLeft())


def test_arrow_keys_go_on_by_a_line_and_stop_at_the_edge(qtbot, chart):
    chart.set_geometry(PLAIN)
    chart.set_sections([SectionKey(Axis.INLINE, 39), SectionKey(Axis.CROSSLINE, 7)])
    places = []
    chart.position_chosen.connect(lambda *place: places.append(place))
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_Up, Qt.Key.Key_Down):
        qtbot.keyClick(chart, key)
    assert places == [(39, 7), (38, 7), (39, 8), (39, 6)]


@pytest.mark.parametrize("geometry", [ROTATED, PLAIN], ids=["coordinates", "line numbers"])
def test_arrow_keys_go_where_they_point(qtbot, chart, geometry):
    chart.set_geometry(geometry)
    start = (20, 30)
    chart.set_sections([SectionKey(Axis.INLINE, start[0]), SectionKey(Axis.CROSSLINE, start[1])])
    ways = {
        Qt.Key.Key_Right: (1, 0),
        Qt.Key.Key_Left: (-1, 0),
        Qt.Key.Key_Up: (0, -1),
        Qt.Key.Key_Down: (0, 1),
    }
    for key, way in ways.items():
        with qtbot.waitSignal(chart.position_chosen) as chosen:
            qtbot.keyClick(chart, key)
        gone = chart.pixel_of(*chosen.args) - chart.pixel_of(*start)
        assert QPointF.dotProduct(gone, QPointF(*way)) > 0.7 * QPointF.dotProduct(gone, gone) ** 0.5


def test_sections_and_marks_are_drawn_where_they_are(chart):
    plain = color_at(chart, 20, 30)
    chart.set_sections([SectionKey(Axis.INLINE, 20), SectionKey(Axis.SAMPLE, 3)])
    assert color_at(chart, 20, 30) != plain
    assert color_at(chart, 20, 30) == QColor(AXIS_COLORS[Axis.INLINE])
    chart.set_marks(
        [
            section_mark(SectionKey(Axis.CROSSLINE, 10), ROTATED, "labelled", "crossline 410: labelled"),
            MapMark((30, 50), (30, 50), "match", "match 0.9"),
        ]
    )
    assert color_at(chart, 5, 10) == QColor(MARK_COLORS["labelled"])
    assert color_at(chart, 30, 50) == QColor(MARK_COLORS["match"])


def test_what_the_marks_mean_stands_below_the_map(chart):
    def below():
        left, bottom = int(chart.frame.area.left), int(chart.frame.area.top + chart.frame.area.height) + 2
        return chart.grab().toImage().copy(left, bottom, 400, chart.height() - bottom)

    def has(color):
        image = below()
        pixels = ((x, y) for x in range(image.width()) for y in range(image.height()))
        return any(image.pixelColor(*pixel) == QColor(color) for pixel in pixels)

    assert not any(has(color) for color in MARK_COLORS.values())
    chart.set_marks([section_mark(SectionKey(Axis.CROSSLINE, 10), ROTATED, "next", "label next")])
    assert has(MARK_COLORS["next"])
    assert not has(MARK_COLORS["labelled"])
    nothing = below()
    chart.set_marks([*chart.marks, MapMark((3, 3), (3, 3), "labelled", "labelled")])
    assert has(MARK_COLORS["labelled"])
    assert below() != nothing


def test_hover_finds_the_mark_that_was_drawn_last(chart):
    mark = section_mark(SectionKey(Axis.CROSSLINE, 10), ROTATED, "next", "crossline 410: label next, 0.41")
    point = MapMark((30, 10), (30, 10), "match", "match 0.9")
    chart.set_marks([mark, point])
    assert chart.mark_at(chart.pixel_of(5, 10) + QPointF(2, 2)) is mark
    assert chart.mark_at(chart.pixel_of(30, 10)) is point
    assert chart.mark_at(chart.pixel_of(5, 40)) is None


def test_slices_have_no_mark():
    assert section_mark(SectionKey(Axis.SAMPLE, 3), ROTATED, "labelled", "12 ms") is None


def test_cursor_repaints_only_around_itself(qtbot, chart):
    regions = []
    real = chart.paintEvent
    chart.paintEvent = lambda event: (regions.append(event.rect()), real(event))
    chart.repaint()
    regions.clear()
    chart.set_cursor((10, 10))
    qtbot.waitUntil(lambda: regions != [])
    assert all(r.width() <= 20 and r.height() <= 20 for r in regions)


def test_no_survey_draws_nothing_and_survives_the_mouse(qtbot, chart):
    chart.set_geometry(None)
    assert chart.frame is None
    with qtbot.assertNotEmitted(chart.position_chosen):
        qtbot.mouseClick(chart, Qt.MouseButton.LeftButton)
    chart.grab()
