from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor

from seisview.gui.clusters.scatter_view import ScatterView, inside_polygon


@pytest.fixture
def view(qtbot) -> ScatterView:
    made = ScatterView()
    made.resize(300, 200)
    qtbot.addWidget(made)
    made.show()
    positions = np.array([[0, 0], [1, 0], [0, 1], [1, 1], [0.5, 0.5]], np.float32)
    palette = np.zeros((256, 3), np.uint8)
    palette[1], palette[2] = (255, 0, 0), (0, 0, 255)
    made.set_palette_colors(palette)
    made.set_points(positions, np.array([1, 1, 2, 2, 0]))
    return made


def drag(qtbot, view: ScatterView, corners: list[tuple[float, float]]) -> None:
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=QPoint(*map(int, corners[0])))
    for corner in corners[1:]:
        qtbot.mouseMove(view, QPoint(*map(int, corner)))
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=QPoint(*map(int, corners[-1])))


def color_at(view: ScatterView, place: QPointF) -> QColor:
    return view.grab().toImage().pixelColor(place.toPoint())


def test_points_are_drawn_in_the_colour_of_their_group_with_up_upwards(view: ScatterView) -> None:
    assert color_at(view, view.pixel_of(0)) == QColor(255, 0, 0)
    assert color_at(view, view.pixel_of(3)) == QColor(0, 0, 255)
    assert view.pixel_of(3).y() < view.pixel_of(0).y()
    assert view.pixel_of(1).x() > view.pixel_of(0).x()


def test_a_lasso_picks_what_is_inside_and_darkens_the_rest(qtbot, view: ScatterView) -> None:
    with qtbot.waitSignal(view.lassoed) as caught:
        drag(qtbot, view, [(2, 2), (148, 2), (148, 198), (2, 198)])
    assert caught.args[0].tolist() == [True, False, True, False, False]
    assert color_at(view, view.pixel_of(0)) == QColor(255, 0, 0)
    assert color_at(view, view.pixel_of(1)) != QColor(255, 0, 0)
    with qtbot.waitSignal(view.lassoed) as caught:
        drag(qtbot, view, [(100, 20), (110, 20), (110, 30)])
    assert caught.args[0] is None


def test_a_click_names_the_nearest_point_and_one_beside_all_forgets(qtbot, view: ScatterView) -> None:
    with qtbot.waitSignal(view.point_clicked) as caught:
        qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=view.pixel_of(2).toPoint() + QPoint(2, 1))
    assert caught.args == [2]
    view.set_picked(np.ones(5, bool))
    with qtbot.waitSignal(view.lassoed):
        qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=QPoint(100, 20))
    assert not view.picked.any()


def test_double_clicking_shows_everything_again(qtbot, view: ScatterView) -> None:
    before = view.pixel_of(3)
    view._zoom = 3.0
    view._redraw()
    assert view.pixel_of(3) != before
    qtbot.mouseDClick(view, Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=QPoint(5, 5))  # else Qt believes it is still down
    assert view.pixel_of(3) == before


def test_nothing_and_one_point_can_be_shown(view: ScatterView) -> None:
    view.set_points(None, None)
    view.set_near(3)
    view.grab()
    view.set_points(np.zeros((1, 2), np.float32), None)
    view.grab()
    assert view.n_points == 1


def test_a_polygon_may_be_concave() -> None:
    corners = np.array([[0, 0], [4, 0], [4, 4], [2, 1], [0, 4]], float)
    points = np.array([[2, 0.5], [2, 3], [0.3, 3], [5, 5]], np.float32)
    assert inside_polygon(points, corners).tolist() == [True, False, True, False]
