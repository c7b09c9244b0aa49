"""A display filter in the window: drawn off the main thread, said on the colour bar, and only for looking."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt

from seisview.data.display_filters import display_filter
from seisview.data.geometry import Axis
from seisview.data.segy.write import create_segy
from seisview.gui.panes.pane import PaneKind
from seisview.gui.section.color_bar import ColorBar
from tests.gui.pane_scene import Scene
from tests.gui.survey_fixtures import GEOMETRY, write_segy

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


def line_view(scene):
    return next(pane.line_view for pane in scene.panes if pane.kind is PaneKind.LINE)


def draw_a_line(scene, qtbot):
    """With keys and mouse on the base map: K, a click, a double click."""
    scene.key(Qt.Key.Key_K)
    chart = next(pane.base_map for pane in scene.panes if pane.kind is PaneKind.MAP)
    first, last = (chart.pixel_of(*place).toPoint() for place in ((1, 1), (10, 14)))
    for place in (first, last):
        qtbot.mouseClick(chart, Qt.MouseButton.LeftButton, pos=place)
    qtbot.mouseDClick(chart, Qt.MouseButton.LeftButton, pos=last)
    scene.wait(lambda: any(p.kind is PaneKind.LINE and p.line_view.key is not None for p in scene.panes))
    scene.wait(lambda: scene.app.line._data is not None and scene.app.line._data.is_exact)


def test_the_line_that_was_drawn_is_filtered_along_samples_as_well(scene, qtbot):
    draw_a_line(scene, qtbot)
    view, data = line_view(scene), scene.app.line._data
    np.testing.assert_array_equal(view._amplitude.amplitude, data.amplitude)
    for name, title in (("agc_250", "AGC 250 ms"), ("band_10_40", "band-pass 10 to 40 Hz")):
        choose(scene, name)
        interval = scene.app.session.geometry.sample_interval
        expected = display_filter(name).apply(data.amplitude, interval)
        scene.wait(lambda expected=expected: np.array_equal(view._amplitude.amplitude, expected))
        assert view.findChild(ColorBar).label == f"amplitude, {title} (display only)"
    with qtbot.waitSignal(scene.app.line.readout_changed) as told:
        qtbot.mouseMove(view.canvas.viewport(), view.pixel_of(20, 5))
    assert told.args[0].amplitude == pytest.approx(float(data.amplitude[20, 5]))
    choose(scene, "off")
    scene.wait(lambda: np.array_equal(view._amplitude.amplitude, data.amplitude))
    assert view.findChild(ColorBar).label == "amplitude"


def test_a_line_drawn_later_is_filtered_at_once(scene, qtbot):
    choose(scene, "agc_250")
    draw_a_line(scene, qtbot)
    data, interval = scene.app.line._data, scene.app.session.geometry.sample_interval
    expected = display_filter("agc_250").apply(data.amplitude, interval)
    scene.wait(lambda: np.array_equal(line_view(scene)._amplitude.amplitude, expected))


def test_on_a_slice_the_menu_says_that_filters_do_nothing_there(scene):
    action = scene.window.actions_by_id["filter_agc_250"]
    scene.key(Qt.Key.Key_3, CONTROL)
    scene.wait(lambda: scene.app.state.key.axis is Axis.SAMPLE and scene.drawn())
    assert not action.isEnabled()
    assert "slices are drawn as they are" in action.toolTip()
    scene.key(Qt.Key.Key_1, CONTROL)
    scene.wait(lambda: scene.app.state.key.axis is Axis.INLINE and scene.drawn())
    assert action.isEnabled()


def test_beside_a_slice_a_section_can_be_filtered(scene):
    scene.four()
    scene.click(2, 5, 5)
    assert scene.app.state.key.axis is Axis.SAMPLE
    assert scene.window.actions_by_id["filter_agc_250"].isEnabled()


def test_a_survey_of_unsigned_bytes_takes_all_colours_unless_a_band_is_passed(qtbot, tmp_path):
    values = np.random.default_rng(0).integers(0, 256, GEOMETRY.shape).astype(np.float32)
    create_segy(tmp_path / "bytes.sgy", values, GEOMETRY)
    made = Scene(qtbot, tmp_path / "bytes.sgy")
    try:
        bar = made.window.section_view.findChild(ColorBar)
        (top, middle, bottom) = (float(text) for _, text in bar.ticks[::2])
        assert (top, middle, bottom) == pytest.approx((250, 126, 2), abs=4)
        choose(made, "band_20_80")
        made.wait(lambda: "display only" in bar.label)
        assert bar.ticks[2][1] == "0"
    finally:
        made.app.shutdown()
        made.window.deleteLater()
