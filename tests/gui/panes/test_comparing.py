"""Swipe between raw and predicted, and classes shown and hidden one by one, in the whole window."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel, QTreeWidget

from seisview.gui.docks.facies_rows import EYE
from tests.gui.pane_scene import LEFT, Scene
from tests.gui.survey_fixtures import write_segy


@pytest.fixture
def scene(qtbot, tmp_path):
    made = Scene(qtbot, write_segy(tmp_path))
    yield made
    made.app.shutdown()
    made.window.deleteLater()


def image(scene, number=0):
    return scene.panes[number].section_view.canvas.viewport().grab().toImage()


def predict(scene, **kwargs):
    """A prediction that the actions know of: the window's own result is what they look at."""
    raw = image(scene)
    scene.predict(**kwargs)
    return raw


def differs(before, after, share_x):
    """Whether two pictures differ in a small square at a share of the width, at middle height."""
    x, y = round(before.width() * share_x), before.height() // 2
    return before.copy(x - 4, y - 4, 8, 8) != after.copy(x - 4, y - 4, 8, 8)


def test_prediction_is_drawn_right_of_the_divider_only(scene):
    raw = predict(scene)
    scene.app.state.set_swipe_on(True)
    swiped = image(scene)
    assert not differs(raw, swiped, 0.25)
    assert differs(raw, swiped, 0.75)
    scene.app.state.set_swipe_on(False)
    assert differs(raw, image(scene), 0.25)


def test_divider_is_dragged_with_the_mouse_and_paints_nothing(scene):
    raw = predict(scene)
    scene.key(Qt.Key.Key_1)
    scene.app.state.set_swipe_on(True)
    viewport = scene.panes[0].section_view.canvas.viewport()
    middle = viewport.rect().center()
    target = QPoint(round(viewport.width() * 0.9), middle.y() + 30)
    scene.qtbot.mousePress(viewport, LEFT, pos=QPoint(viewport.width() // 2 + 2, middle.y()))
    scene.qtbot.mouseMove(viewport, target)
    scene.qtbot.mouseRelease(viewport, LEFT, pos=target)
    assert scene.app.state.swipe_at == pytest.approx(0.9, abs=0.01)
    assert not differs(raw, image(scene), 0.75)
    assert sum(scene.app.session.labels.counts().values()) == 0
    scene.click(0, 5, 3)  # away from the divider the brush paints
    assert sum(scene.app.session.labels.counts().values()) > 0


def test_divider_stays_on_screen_while_zooming_and_is_in_all_panes(scene):
    scene.four()
    predict(scene)
    scene.app.state.set_swipe_on(True)
    scene.app.state.set_swipe_at(0.3)
    for pane in scene.panes[:3]:
        view = pane.section_view
        for _ in range(2):
            x = view.canvas.viewportTransform().map(view._swipe._divider.line().p1()).x()
            assert x == pytest.approx(0.3 * view.canvas.viewport().width(), abs=1)
            view.zoom(2.0)


def test_keys_move_the_divider_and_say_why_not_without_it(scene, monkeypatch):
    actions = scene.window.actions_by_id
    assert "no facies prediction" in actions["swipe"].toolTip()
    monkeypatch.setattr(type(scene.app.analysis), "has_result", property(lambda _self: True))
    scene.app.actions.refresh()
    assert "Swipe raw and predicted first" in actions["swipe_left"].toolTip()
    scene.key(Qt.Key.Key_W)
    assert scene.app.state.swipe == 0.5
    assert actions["swipe"].isChecked()
    scene.key(Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert scene.app.state.swipe == pytest.approx(0.45)
    for _ in range(30):
        scene.key(Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    assert scene.app.state.swipe == 1.0
    scene.key(Qt.Key.Key_W)
    assert scene.app.state.swipe is None


def eye(scene, row):
    tree = scene.window.findChild(QTreeWidget, "facies_list")
    return tree, tree.visualRect(tree.model().index(row, EYE)).center()


def test_eye_hides_a_class_in_prediction_and_labels_but_chooses_none(scene):
    raw = predict(scene, class_id=2)
    shown = image(scene)
    active = scene.app.state.active_class
    tree, place = eye(scene, 1)
    scene.qtbot.mouseClick(tree.viewport(), LEFT, pos=place)
    assert scene.app.state.hidden_classes == {2}
    assert scene.app.state.active_class == active
    assert not differs(raw, image(scene), 0.25)
    assert "Hidden" in tree.topLevelItem(1).toolTip(EYE)
    scene.qtbot.mouseClick(tree.viewport(), LEFT, pos=place)
    assert not differs(shown, image(scene), 0.25)


def test_hiding_touches_colour_tables_only(scene):
    predict(scene)
    layer = scene.panes[0].section_view._layers._layers["facies"]
    before, buffer = layer.values, layer._buffer
    scene.key(Qt.Key.Key_2)
    scene.key(Qt.Key.Key_V)
    assert scene.app.state.hidden_classes == {2}
    assert layer._buffer is buffer
    assert layer.values is before or (layer.values == before).all()


def test_painting_with_a_hidden_class_shows_it_again(scene):
    scene.key(Qt.Key.Key_1)
    scene.key(Qt.Key.Key_V)
    assert scene.app.state.hidden_classes == {1}
    scene.click(0, 20, 6)
    assert scene.app.state.hidden_classes == frozenset()


def test_removed_class_does_not_stay_hidden(scene):
    scene.key(Qt.Key.Key_3)
    scene.key(Qt.Key.Key_V)
    scene.window.facies_dock.class_removed.emit(3)
    assert scene.app.state.hidden_classes == frozenset()
    assert scene.window.findChild(QLabel, "status_note") is not None


def test_new_class_begins_with_an_open_eye(scene):
    scene.key(Qt.Key.Key_1)
    scene.key(Qt.Key.Key_V)
    scene.window.actions_by_id["add_class"].trigger()
    tree, _ = eye(scene, 3)
    assert "Drawn" in tree.topLevelItem(3).toolTip(EYE)
    assert "Hidden" in tree.topLevelItem(0).toolTip(EYE)
