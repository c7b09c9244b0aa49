"""Two results on one section: left and right of the divider, their names, and how far they agree."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QTreeWidget

from seisview.data.geometry import Axis, SectionKey, section_of
from seisview.gui.analysis.comparison import agreement_text
from seisview.project.results import FaciesProvenance
from seisview.workflows.facies.agreement import Agreement
from tests.gui.pane_scene import LEFT, SHIFT, Scene
from tests.gui.survey_fixtures import GEOMETRY, write_segy

CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def scene(qtbot, tmp_path):
    made = Scene(qtbot, write_segy(tmp_path))
    yield made
    made.app.shutdown()
    made.window.deleteLater()


def add_result(scene, title: str, facies: np.ndarray) -> None:
    project = scene.app.session.project
    origin = FaciesProvenance(
        ("m",), 0, project.labels.scheme, scene.app.session.volume.fingerprint, f"{title} + x (sum)"
    )
    result = project.create_result(origin)
    for index in range(len(facies)):
        key = SectionKey(Axis.INLINE, index)
        mask = section_of(facies, key)
        result.write_section(key, mask, np.full(mask.shape, 0.9, np.float32))
    result.finish()
    project.install_result(result)
    scene.app.analysis.set_session(scene.app.session)


@pytest.fixture
def two(scene):
    """``a``: class 1 everywhere; ``b``: class 2, but class 1 on every fourth crossline. ``b`` is shown."""
    one = np.ones(GEOMETRY.shape, np.uint8)
    other = np.full(GEOMETRY.shape, 2, np.uint8)
    other[:, ::4] = 1
    add_result(scene, "a", one)
    add_result(scene, "b", other)
    scene.wait(lambda: layer(scene, "facies") is not None)
    return scene


def layer(scene, name, number=0):
    return scene.panes[number].section_view._layers._layers[name].values


def click_row(scene, row, modifier=Qt.KeyboardModifier.NoModifier):
    table = scene.window.findChild(QTreeWidget, "model_table")
    place = table.visualItemRect(table.topLevelItem(row)).center()
    scene.qtbot.mouseClick(table.viewport(), LEFT, modifier, place)


def compare_by_mouse(scene):
    scene.window.show_train_page()
    click_row(scene, 0)
    click_row(scene, 1, CONTROL)
    button = scene.window.findChild(QPushButton, "model_compare")
    assert button.isVisible()
    scene.qtbot.mouseClick(button, LEFT)
    scene.wait(lambda: layer(scene, "compared") is not None)


def color(scene, share_x):
    viewport = scene.panes[0].section_view.canvas.viewport()
    image = viewport.grab().toImage()
    x, y = round(share_x * viewport.width()), round(0.6 * viewport.height())
    pixels = [image.pixelColor(x + dx, y + dy) for dx in range(0, 12, 3) for dy in range(0, 12, 3)]
    return np.mean([[p.red(), p.green(), p.blue()] for p in pixels], axis=0)


def note(scene) -> str:
    return scene.window.findChild(QLabel, "status_note").text()


def test_the_older_is_left_and_the_newer_right_with_their_names(two):
    view = two.panes[0].section_view
    compare_by_mouse(two)
    assert (layer(two, "compared") == 1).all()
    assert (layer(two, "facies")[:, 1] == 2).all()
    assert two.app.comparison.names == ("a + x (sum)", "b + x (sum)")
    signs = two.app.comparison._names[view]
    assert signs.names == ("a + x (sum)", "b + x (sum)")
    left, right = (view.canvas.mapFromScene(sign.pos()).x() for sign in signs._signs)
    assert left < view.canvas.viewport().width() / 2 < right
    # the left is drawn in the colours of class 1 although class 2 is on screen right of the divider
    two.app.state.set_swipe_at(0.9)
    with_a = color(two, 0.46)
    two.app.state.set_swipe_at(0.1)
    with_b = color(two, 0.46)
    assert np.abs(with_a - with_b).max() > 20


def test_agreement_is_told_for_every_section_that_is_shown(two):
    compare_by_mouse(two)
    two.wait(lambda: "25.0 %" in note(two))
    assert note(two).startswith("inline ")
    two.app.state.set_key(SectionKey(Axis.CROSSLINE, 4))
    two.wait(lambda: "crossline 404" in note(two) and "100 %" in note(two))
    two.app.state.set_key(SectionKey(Axis.CROSSLINE, 5))
    two.wait(lambda: "crossline 405" in note(two) and " 0.0 %" in note(two))


@pytest.mark.parametrize("key", [Qt.Key.Key_W, Qt.Key.Key_Escape])
def test_keys_end_it_and_the_result_on_screen_stays(two, key):
    compare_by_mouse(two)
    two.wait(lambda: "25.0 %" in note(two))
    two.window.activateWindow()
    two.window.section_view.canvas.setFocus()
    two.key(key)
    assert two.app.comparison.names is None
    assert layer(two, "compared") is None
    assert not two.app.state.swipe_on
    assert note(two) == ""
    assert (layer(two, "facies")[:, 1] == 2).all()
    assert two.app.comparison._names[two.panes[0].section_view].names == ()


def test_escape_ends_it_right_after_it_was_begun_in_the_list(two):
    two.window.activateWindow()
    two.wait(two.window.isActiveWindow)
    compare_by_mouse(two)
    two.qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
    assert two.app.comparison.names is None


def test_escape_ends_it_in_each_of_several_panes(two):
    two.four()
    for pane in two.panes[:2]:
        two.app.comparison.compare("a + x (sum)", "b + x (sum)")
        two.window.activateWindow()
        pane.section_view.canvas.setFocus()
        two.qtbot.keyClick(pane.section_view.canvas, Qt.Key.Key_Escape)
        assert two.app.comparison.names is None


def test_escape_first_gives_up_what_a_tool_has_begun(two):
    compare_by_mouse(two)
    two.window.activateWindow()
    two.window.section_view.canvas.setFocus()
    two.key(Qt.Key.Key_P)
    two.click(0, 20, 12)
    two.click(0, 30, 14)
    two.key(Qt.Key.Key_Escape)
    assert two.app.comparison.names is not None
    two.key(Qt.Key.Key_Escape)
    assert two.app.comparison.names is None


def test_the_menu_compares_the_result_on_screen_with_the_other(two):
    action = two.window.actions_by_id["compare"]
    two.app.actions.refresh()
    assert action.isEnabled()
    two.key(Qt.Key.Key_W, SHIFT)
    two.wait(lambda: layer(two, "compared") is not None)
    assert two.app.comparison.names == ("a + x (sum)", "b + x (sum)")


def test_all_panes_compare_and_painting_goes_on_left_of_the_divider(two):
    two.four()
    compare_by_mouse(two)
    two.wait(lambda: all(layer(two, "compared", n) is not None for n in range(3)))
    two.key(Qt.Key.Key_3)
    two.key(Qt.Key.Key_B)
    two.click(0, 20, 3)
    two.wait(lambda: (two.labels_on(0) is not None) and (two.labels_on(0) == 3).any())
    painted = two.labels_on(0) == 3
    assert (layer(two, "compared")[painted] == 0).all()  # colours are not mixed


def test_the_cursor_reads_what_is_drawn_under_it(two):
    compare_by_mouse(two)
    viewport = two.panes[0].section_view.canvas.viewport()
    cell = two.window.findChild(QLabel, "cursor_facies") or two.window.findChild(QLabel, "status_facies")
    names = [each.name for each in two.app.session.labels.scheme.classes]
    two.qtbot.mouseMove(viewport, two.panes[0].section_view.pixel_of(20, 2))
    assert cell.text() == names[0]
    two.qtbot.mouseMove(viewport, two.panes[0].section_view.pixel_of(20, 13))
    assert cell.text() == f"{names[1]} 0.90"


def test_showing_something_else_ends_it(two):
    compare_by_mouse(two)
    two.app.analysis.show_model("a + x (sum)")
    assert two.app.comparison.names is None
    assert not two.app.state.swipe_on


def test_one_result_alone_is_not_compared(scene):
    add_result(scene, "a", np.ones(GEOMETRY.shape, np.uint8))
    scene.app.actions.refresh()
    assert "no two predictions" in scene.window.actions_by_id["compare"].toolTip()
    scene.window.train_dock.request_comparison()
    assert scene.app.comparison.names is None
    assert "Choose two" in note(scene)


def test_names_stay_at_the_divider_while_zooming(two):
    compare_by_mouse(two)
    view = two.panes[0].section_view
    sign = two.app.comparison._names[view]._signs[1]
    for _ in range(2):
        place = view.canvas.viewportTransform().map(sign.pos())
        assert place.toPoint() == QPoint(round(view.canvas.viewport().width() / 2) + 6, 6)
        view.zoom(2.0)


def test_words_when_nothing_was_predicted_by_both():
    none, some = Agreement(0, 0), Agreement(8, 7)
    assert "the same class to 87.5 % of the 8 samples that both predicted" in agreement_text(
        "inline 1", ("a", "b"), some
    )
    assert "no sample in common" in agreement_text("inline 1", ("a", "b"), none)
    assert "along the line to 87.5 % (" in agreement_text("inline 1", ("a", "b"), some, some)
    assert "along the line they have none in common" in agreement_text("inline 1", ("a", "b"), some, none)
