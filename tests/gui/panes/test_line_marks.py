"""What says where a drawn line runs: title, marks at its bends, letters at its ends, on all that show it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF, QSizeF
from PySide6.QtGui import QColor

from seisview.data.line_path import length_text, traces_along
from seisview.gui.panes.drawn_line import end_areas
from seisview.gui.panes.line_marks import END_GROUND
from seisview.gui.panes.line_reading import axis_along
from seisview.gui.panes.pane import PaneKind
from tests.gui.pane_scene import Scene
from tests.gui.panes.test_line_controller import (
    chart,
    draw,
    draw_on_slice,
    line_view,
    wait_for_line,
)
from tests.gui.survey_fixtures import GEOMETRY, write_segy

AA = "arbitrary line A\N{EN DASH}A\N{PRIME}"


@pytest.fixture
def scene(qtbot, tmp_path):
    made = Scene(qtbot, write_segy(tmp_path))
    yield made
    made.app.shutdown()
    made.window.deleteLater()


def line_pane(scene):
    return next(pane for pane in scene.panes if pane.kind is PaneKind.LINE)


def column_at(scene, sign_x):
    return line_view(scene).canvas.scene_position(QPointF(sign_x, 0)).x()


def test_the_pane_has_a_title_with_the_length_and_its_unit(scene):
    scene.four()
    draw(scene, (1, 2), (9, 2))
    wait_for_line(scene)
    assert line_pane(scene).title == f"{AA}, 200 m"  # 8 inlines of 25 m; the file says metres
    assert line_view(scene).canvas.accessibleName() == f"{AA}, 200 m"
    assert line_view(scene).top_ruler._scale.title == "distance from A (m)"


def test_bends_are_marked_with_their_line_numbers(scene):
    scene.four()
    draw(scene, (1, 2), (9, 2), (9, 12), (3, 12))
    path = wait_for_line(scene)
    marks = line_pane(scene).line_marks
    assert marks.columns == path.bends == (8, 18)
    texts = [sign.text for sign in marks.signs]
    assert texts[0].split() in (["inline", "1018", "crossline", "402"], ["1018", "402"])
    assert texts[1].split() in (["inline", "1018", "crossline", "412"], ["1018", "412"])
    for bend in path.bends:  # on the trace it bends at, and drawn
        place = line_view(scene).pixel_of(20, bend)
        assert any(
            marks._lines.path.elementAt(i).x == bend + 0.5 for i in range(marks._lines.path.elementCount())
        )
        image = line_view(scene).canvas.viewport().grab().toImage()
        near = [image.pixelColor(place.x() + dx, place.y()).lightness() for dx in range(-2, 3)]
        assert max(near) > min(near) + 90  # light on dark


def test_numbers_never_cover_each_other_and_come_back_when_there_is_room(scene):
    scene.four()
    draw(scene, (0, 0), (3, 0), (3, 2), (6, 2), (6, 4), (9, 4), (9, 6))
    wait_for_line(scene)
    marks, view = line_pane(scene).line_marks, line_view(scene)
    assert len(marks.columns) == 5
    for _ in range(5):
        boxes = sorted((view.canvas.mapFromScene(s.pos()).x(), s.size.width()) for s in marks.signs)
        starts, ends = [x for x, _ in boxes[1:]], [x + width for x, width in boxes[:-1]]
        assert all(start >= end - 1 for start, end in zip(starts, ends, strict=True))
        assert {len(sign.text.split()) for sign in marks.signs} <= {2, 4}
        view.zoom(1.6)
    assert len(marks.signs) == 5
    assert all("crossline" in sign.text for sign in marks.signs)


def test_letters_stand_at_both_ends_of_the_pane(scene):
    draw(scene, (1, 2), (9, 13))
    wait_for_line(scene)
    marks, canvas = line_pane(scene).line_marks, line_view(scene).canvas
    assert marks.letters == ("A", "A\N{PRIME}")
    left, right = (canvas.mapFromScene(sign.pos()).x() for sign in marks._ends)
    assert left < 10
    assert right + marks._ends[1].size.width() > canvas.viewport().width() - 10


def has_near(image, pixel, color, reach=16):
    x, y = round(pixel.x()), round(pixel.y())
    places = [(x + dx, y + dy) for dx in range(-reach, reach + 1) for dy in range(-reach, reach + 1)]
    return any(image.pixelColor(*place) == color for place in places if image.valid(*place))


def test_letters_stand_beside_the_ends_on_the_map(scene):
    scene.four()
    ends = (2, 3), (9, 12)
    plain = chart(scene).grab().toImage()
    assert not any(has_near(plain, chart(scene).pixel_of(*end), END_GROUND) for end in ends)
    draw(scene, *ends)
    wait_for_line(scene)
    image = chart(scene).grab().toImage()
    assert all(has_near(image, chart(scene).pixel_of(*end), END_GROUND) for end in ends)
    middle = chart(scene).pixel_of(5, 7)
    assert not has_near(image, middle, END_GROUND)
    assert has_near(image, chart(scene).pixel_of(5.5, 7.5), QColor("#9b5de5"), 3)


def test_letters_stand_beside_the_ends_on_the_slice_and_stay_there(scene):
    scene.four()
    view = scene.panes[2].section_view
    draw_on_slice(scene, view, (2, 3), (8, 10))
    path = wait_for_line(scene)
    letters = scene.panes[2].crosshair._drawn.letters
    assert [sign.text for sign in letters] == ["A", "A\N{PRIME}"]
    ends = [(path.crosslines[at], path.inlines[at]) for at in (0, -1)]
    for _ in range(2):
        for sign, end in zip(letters, ends, strict=True):
            middle = view.canvas.mapFromScene(sign.pos()) + QPointF(*sign.size.toTuple()).toPoint() / 2
            away = middle - view.pixel_of(*end)
            assert np.hypot(away.x(), away.y()) < 60
        view.zoom(1.2)
    scene.app.line.set_session(scene.app.session)
    assert scene.panes[2].crosshair._drawn.letters == ()


def test_letters_lie_beyond_the_ends_and_within_the_picture():
    ends, sizes, area = [QPointF(50, 50), QPointF(90, 50)], [QSizeF(10, 14)] * 2, QRectF(0, 0, 100, 100)
    first, last = end_areas(ends, sizes, area)
    assert first.right() <= 50
    assert last.left() >= 90
    assert area.contains(last)
    assert end_areas(ends[:1], sizes, area) == []


def test_lengths_and_axes_have_the_unit_that_is_known():
    along = traces_along([(0, 0), (11, 0)], GEOMETRY)
    plain = traces_along([(0, 0), (11, 0)], replace(GEOMETRY, transform=None))
    wide = replace(along, distance=along.distance * 45.2)
    assert length_text(along, "m") == "275 m"
    assert length_text(wide, "m") == "12.4 km"
    assert length_text(wide, "ft") == "12,430 ft"
    assert length_text(wide, "") == "12,430 m or ft"
    assert length_text(plain, "") == "12 traces"
    assert axis_along(wide, "m").title == "distance from A (km)"
    assert axis_along(wide, "m").numbers[-1] == pytest.approx(12.43)
    assert axis_along(wide, "ft").title == "distance from A (ft)"
    assert axis_along(plain, "").title == "trace along the line, from A"
    np.testing.assert_array_equal(axis_along(plain, "").numbers, np.arange(1, 13))


def test_a_line_is_cut_at_the_edge_of_the_survey_and_knows_its_bends():
    path = traces_along([(-3, 2), (5, 2), (5, 2), (5, 30)], GEOMETRY)
    assert path.corners == ((0, 2), (5, 2), (5, 2), (5, 15))
    assert path.bends == (5,)
    assert (path.inlines[5], path.crosslines[5]) == (5, 2)


def test_the_distance_is_marked_as_densely_as_its_numbers_allow(scene):
    scene.four()
    draw(scene, (0, 0), (5, 7), (11, 15))
    wait_for_line(scene)
    texts = [tick.text for tick in line_view(scene).top_ruler.visible_ticks]
    assert len(texts) >= 4
    assert texts[0] == "0"
    assert all(len(text) <= 4 for text in texts)


def test_letters_on_the_map_stay_off_its_axes(scene):
    scene.four()
    last = GEOMETRY.shape[0] - 1, GEOMETRY.shape[1] - 1
    draw(scene, (0, 0), last)
    wait_for_line(scene)
    image, area = chart(scene).grab().toImage(), chart(scene).frame.area
    inside = QRectF(area.left, area.top, area.width, area.height).adjusted(-1, -1, 1, 1)
    letters = [
        QPointF(x, y)
        for x in range(image.width())
        for y in range(image.height())
        if image.pixelColor(x, y) == END_GROUND
    ]
    assert letters
    assert all(inside.contains(place) for place in letters)
