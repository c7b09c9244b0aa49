"""A display filter in the window: drawn off the main thread, said on the colour bar, and only for looking."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt

from seisview.data.display_filters import display_filter
from seisview.data.geometry import Axis
from seisview.gui.section.color_bar import ColorBar
from tests.gui.pane_scene import Scene
from tests.gui.survey_fixtures import write_segy

CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def scene(qtbot, tmp_path):
    made = Scene(qtbot, write_segy(tmp_path))
    yield made
    made.app.shutdown()
    made.window.deleteLater()


def choose(scene, name):
    scene.window.actions_by_id[f"filter_{name}"].trigger()


def label(scene):
    return scene.window.section_view.findChild(ColorBar).label


def drawn(scene):
    return scene.window.section_view._amplitude.amplitude


def true_section(scene):
    session = scene.app.session
    return session.volume.read_section(scene.app.state.key)


def test_the_section_is_drawn_filtered_and_says_so(scene):
    expected = display_filter("agc_250").apply(
        true_section(scene), scene.app.session.geometry.sample_interval
    )
    choose(scene, "agc_250")
    scene.wait(lambda: np.array_equal(drawn(scene), expected))
    assert label(scene) == "amplitude, AGC 250 ms (display only)"
    assert scene.window.actions_by_id["filter_agc_250"].isChecked()
    choose(scene, "off")
    scene.wait(lambda: np.array_equal(drawn(scene), true_section(scene)))
    assert label(scene) == "amplitude"


def test_what_is_read_under_the_cursor_and_by_training_is_the_survey_itself(scene, qtbot):
    choose(scene, "band_10_40")
    scene.wait(lambda: not np.array_equal(drawn(scene), true_section(scene)))
    view = scene.window.section_view
    with qtbot.waitSignal(scene.app.view.readout_changed) as told:
        qtbot.mouseMove(view.canvas.viewport(), view.pixel_of(20, 5))
    assert told.args[0].amplitude == pytest.approx(float(true_section(scene)[20, 5]))
    cached = scene.app.session.cache.section(scene.app.state.key)
    np.testing.assert_array_equal(cached, true_section(scene))


def test_every_section_that_follows_is_filtered_and_slices_are_not(scene):
    choose(scene, "agc_500")
    scene.key(Qt.Key.Key_D)
    scene.wait(scene.drawn)
    assert not np.array_equal(drawn(scene), true_section(scene))
    scene.key(Qt.Key.Key_3, CONTROL)
    scene.wait(lambda: scene.app.state.key.axis is Axis.SAMPLE and scene.drawn())
    np.testing.assert_array_equal(drawn(scene), true_section(scene))
    assert label(scene) == "amplitude"
    scene.key(Qt.Key.Key_1, CONTROL)
    scene.wait(lambda: scene.app.state.key.axis is Axis.INLINE and scene.drawn())
    assert "display only" in label(scene)


def test_it_is_remembered_for_the_survey(scene, qtbot):
    choose(scene, "agc_250")
    path = scene.app.session.volume.info.path
    scene.app.shutdown()
    again = Scene(qtbot, path)
    again.wait(lambda: "AGC 250 ms" in label(again))
    assert again.window.actions_by_id["filter_agc_250"].isChecked()
    again.wait(lambda: not np.array_equal(drawn(again), true_section(again)))
    again.app.shutdown()
    again.window.deleteLater()


def test_frequencies_need_time(scene, qtbot, tmp_path):
    np.save(tmp_path / "s.npy", np.random.default_rng(0).normal(size=(6, 8, 40)).astype(np.float32))
    assert scene.window.actions_by_id["filter_band_10_40"].isEnabled()
    choose(scene, "band_10_40")
    scene.app.open_path(tmp_path / "s.npy")
    scene.wait(lambda: scene.app.session.name == "s" and scene.drawn())
    action = scene.window.actions_by_id["filter_band_10_40"]
    assert not action.isEnabled()
    assert "Frequencies are those of time" in action.toolTip()
    assert scene.app.state.display.filter == "off"
    np.testing.assert_array_equal(drawn(scene), true_section(scene))
