"""Colours on the base map: uncertainty and surfaces, where they are drawn, read and switched."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QRectF, QSizeF, Qt
from PySide6.QtGui import QContextMenuEvent, QPolygonF
from PySide6.QtWidgets import QApplication, QLabel, QMenu

from seisview.data.geometry import Axis, SectionKey
from seisview.export.surface import Surface
from seisview.gui.panes.base_map import BaseMap
from seisview.gui.panes.map_colors import NO_MAP, MapColoring
from seisview.gui.panes.map_frame import Area
from seisview.gui.panes.map_layer import MapLayer, _roomiest
from seisview.project.results import FaciesProvenance
from tests.gui.pane_scene import LEFT, SHIFT, Scene
from tests.gui.survey_fixtures import GEOMETRY, write_segy

SHAPE = GEOMETRY.shape


@pytest.fixture
def scene(qtbot, tmp_path):
    made = Scene(qtbot, write_segy(tmp_path))
    yield made
    made.app.shutdown()
    made.window.deleteLater()


def begin_result(scene, title="tuned-1"):
    project = scene.app.session.project
    origin = FaciesProvenance(
        ("m",), 0, project.labels.scheme, scene.app.session.volume.fingerprint, f"{title} + x (sum)"
    )
    return project.create_result(origin)


def write_inlines(result, inlines, confidence=1.0):
    """Unsure on inlines below 6: confidence 0.2 there, else as given."""
    for index in inlines:
        sure = 0.2 if index < 6 else confidence
        mask = np.full((SHAPE[2], SHAPE[1]), 2, np.uint8)
        result.write_section(SectionKey(Axis.INLINE, index), mask, np.full(mask.shape, sure, np.float32))


def show(scene, result):
    scene.app.session.project.install_result(result)
    scene.app.analysis.set_session(scene.app.session)


@pytest.fixture
def predicted(scene):
    result = begin_result(scene)
    write_inlines(result, range(SHAPE[0]))
    result.finish()
    show(scene, result)
    return scene


def chart(scene) -> BaseMap:
    return next(pane.base_map for pane in scene.panes if pane.kind == "map")


def color_at(scene, inline, crossline):
    place = chart(scene).pixel_of(inline, crossline).toPoint()
    return chart(scene).grab().toImage().pixelColor(place)


def uncertainty(scene):
    layer = scene.app.map_colors.layer
    return None if layer is None else layer.surface.values


def test_the_key_colours_where_the_facies_are_unsure(predicted):
    predicted.four()
    plain = color_at(predicted, 2, 12)
    predicted.key(Qt.Key.Key_U, SHIFT)
    predicted.wait(lambda: uncertainty(predicted) is not None)
    expected = np.where(np.arange(SHAPE[0]) < 6, 0.8, 0.0)[:, None] * np.ones(SHAPE[1])
    np.testing.assert_allclose(uncertainty(predicted), expected, atol=0.003)
    unsure, sure = color_at(predicted, 2, 12), color_at(predicted, 9, 12)
    assert unsure.lightness() > sure.lightness() + 50
    assert plain not in (unsure, sure)
    assert predicted.window.actions_by_id["map_uncertainty"].isChecked()
    predicted.key(Qt.Key.Key_U, SHIFT)
    assert uncertainty(predicted) is None
    assert color_at(predicted, 2, 12) == plain


def test_it_is_measured_again_when_the_prediction_is_complete(scene):
    result = begin_result(scene)
    write_inlines(result, range(4))
    show(scene, result)
    scene.app.map_colors.set_uncertainty_on(True)
    scene.wait(lambda: uncertainty(scene) is not None)
    assert np.isnan(uncertainty(scene)[4:]).all()
    write_inlines(result, range(4, SHAPE[0]), confidence=0.6)
    result.finish()
    scene.app.analysis.facts_changed.emit()
    scene.wait(lambda: not np.isnan(uncertainty(scene)).any())
    np.testing.assert_allclose(uncertainty(scene)[8], 0.4, atol=0.003)


def test_it_follows_the_result_on_screen_and_goes_with_it(predicted):
    predicted.app.map_colors.set_uncertainty_on(True)
    predicted.wait(lambda: uncertainty(predicted) is not None)
    other = begin_result(predicted, "tuned-2")
    write_inlines(other, range(SHAPE[0]), confidence=0.2)
    other.finish()
    show(predicted, other)
    predicted.wait(lambda: uncertainty(predicted) is not None and uncertainty(predicted)[9, 0] > 0.7)
    predicted.app.analysis.overlay_changed.emit(None)
    assert uncertainty(predicted) is None


def test_nothing_is_measured_while_it_is_off(predicted):
    assert predicted.app.map_colors._measured is None
    assert predicted.app.map_colors.layer is None


def open_menu(scene) -> QMenu:
    place = chart(scene).rect().center()
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, chart(scene).mapToGlobal(place))
    QApplication.sendEvent(chart(scene), event)
    menu = chart(scene).findChild(QMenu, "map_menu")
    scene.qtbot.waitExposed(menu)
    return menu


def click(scene, menu, name):
    action = next(each for each in menu.actions() if each.objectName() == name)
    scene.qtbot.mouseClick(menu, LEFT, pos=menu.actionGeometry(action).center())


def test_the_map_has_a_menu_of_its_own(predicted):
    predicted.four()
    menu = open_menu(predicted)
    assert [action.text() for action in menu.actions()] == ["No colours", "Uncertainty of tuned-1 + x (sum)"]
    click(predicted, menu, "map_uncertainty")
    predicted.wait(lambda: uncertainty(predicted) is not None)
    assert predicted.window.actions_by_id["map_uncertainty"].isChecked()
    click(predicted, open_menu(predicted), "map_none")
    assert predicted.app.map_colors.coloring is MapColoring.NONE
    assert not predicted.window.actions_by_id["map_uncertainty"].isChecked()


def test_without_facies_the_menu_says_why(scene):
    scene.four()
    menu = open_menu(scene)
    action = menu.actions()[1]
    assert not action.isEnabled()
    assert "train first" in action.toolTip()
    menu.close()


def surface(values=None) -> Surface:
    grid = np.full(SHAPE[:2], np.nan, np.float32)
    grid[3:8] = np.linspace(120, 180, SHAPE[1]) if values is None else values
    return Surface(grid, "top of Sand", "time", GEOMETRY)


def test_a_surface_is_drawn_where_it_is_and_read_under_the_pointer(scene):
    scene.four()
    plain = color_at(scene, 0, 12)
    scene.app.map_colors.show_surface(surface())
    assert color_at(scene, 0, 12) == plain
    assert color_at(scene, 4, 1) != color_at(scene, 4, 12)
    cell = scene.window.findChild(QLabel, "status_position")
    scene.qtbot.mouseMove(chart(scene), chart(scene).pixel_of(5, 0).toPoint())
    scene.wait(lambda: cell.text() == "top of Sand 120 ms")
    scene.qtbot.mouseMove(chart(scene), chart(scene).pixel_of(10, 0).toPoint())
    scene.wait(lambda: cell.text() == "")
    menu = open_menu(scene)
    assert menu.actions()[2].text() == "Top of Sand (ms)"
    assert menu.actions()[2].isChecked()
    menu.close()


def test_colours_without_a_map_say_where_it_is(scene):
    scene.app.map_colors.show_surface(surface())
    assert scene.window.findChild(QLabel, "status_note").text() == NO_MAP
    scene.four()
    assert color_at(scene, 4, 1) != color_at(scene, 4, 12)


def test_another_survey_has_no_surface(scene, tmp_path):
    scene.app.map_colors.show_surface(surface())
    (tmp_path / "b").mkdir()
    before = scene.app.session
    scene.app.open_path(write_segy(tmp_path / "b", "other.sgy", seed=2))
    scene.wait(lambda: scene.app.session is not None and scene.app.session is not before and scene.drawn())
    assert scene.app.map_colors.layer is None
    scene.four()
    assert chart(scene)._layer is None


def test_values_are_written_with_digits_that_matter():
    assert MapLayer.of(surface()).text_at(5, 0) == "top of Sand 120 ms"
    close = MapLayer.of(surface(np.linspace(120, 130, SHAPE[1])))
    assert close.text_at(5, 1) == "top of Sand 120.7 ms"
    assert close.text_at(0, 0) == ""
    assert MapLayer.of(surface(np.nan)) is None


def test_the_scale_stands_where_it_covers_least_of_the_survey():
    lower_right = QPolygonF(QRectF(60, 60, 40, 40))
    assert _roomiest(Area(0, 0, 100, 100), QSizeF(30, 20), lower_right).topLeft().toTuple() == (0, 80)
    lower = QPolygonF(QRectF(0, 60, 100, 40))
    assert _roomiest(Area(0, 0, 100, 100), QSizeF(30, 20), lower).topLeft().toTuple() == (0, 0)
