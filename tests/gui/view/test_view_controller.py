"""Navigation, display and read-out, with stand-ins for the widgets and a real reader on a real survey."""

from __future__ import annotations

import threading
import warnings
from unittest.mock import Mock

import numpy as np
import pytest

from seisview.data.geometry import Axis, SectionKey
from seisview.errors import VolumeError
from seisview.gui.section.section_picture import CursorPosition
from seisview.gui.section.section_reader import SectionReader, SectionRequest
from seisview.gui.section.section_view import SectionView
from seisview.gui.view.section_bar import SectionBar
from seisview.gui.view.view_controller import ViewController
from seisview.gui.view.view_state import DisplayChoice, ViewState
from tests.gui.survey_fixtures import open_session


class Scene:
    def __init__(self, folder, qtbot):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self.session = open_session(folder)
        self.qtbot = qtbot
        self.section, self.bar = Mock(spec=SectionView), Mock(spec=SectionBar)
        self.state, self.reader = ViewState(), SectionReader()
        self.view = ViewController(self.section, self.bar, self.state, self.reader)
        self.readouts, self.chosen = [], []
        self.view.readout_changed.connect(self.readouts.append)
        self.view.display_chosen.connect(self.chosen.append)

    def open(self, display=DisplayChoice()):
        with self.qtbot.waitSignal(self.view.section_shown):
            self.view.set_session(self.session, display)

    def point(self, position):
        self.section.cursor_moved.connect.call_args.args[0](position)

    def shown(self):
        return self.section.set_section.call_args.args[0]


@pytest.fixture
def scene(tmp_path, qtbot):
    made = Scene(tmp_path, qtbot)
    yield made
    assert made.reader.shutdown()


def test_opens_on_the_middle_inline_with_survey_numbers(scene):
    scene.open()
    picture = scene.shown()
    assert picture.key == SectionKey(Axis.INLINE, 3)
    np.testing.assert_array_equal(picture.amplitude, scene.session.volume.read_section(picture.key))
    assert picture.title == scene.session.geometry.title(picture.key)
    settings = scene.section.set_display.call_args.args[0]
    assert settings.clip_limit == scene.session.statistics.clip_limit(98.0)


def test_unknown_stored_colour_map_falls_back(scene):
    scene.open(DisplayChoice(90.0, 2.0, "no such map"))
    settings = scene.section.set_display.call_args.args[0]
    assert (settings.gain, settings.colormap) == (2.0, "grey")
    assert scene.chosen == []


def test_steps_stop_at_the_ends(scene):
    scene.open()
    with scene.qtbot.waitSignal(scene.view.section_shown):
        scene.view.step(100)
    assert scene.state.key == SectionKey(Axis.INLINE, 5)
    with scene.qtbot.waitSignal(scene.view.section_shown):
        scene.view.step(-100)
    assert scene.state.key == SectionKey(Axis.INLINE, 0)


def test_axis_comes_back_to_where_it_was(scene):
    scene.open()
    scene.view.step(1)
    scene.view.show_axis(Axis.SAMPLE)
    assert scene.state.key == SectionKey(Axis.SAMPLE, 5)
    scene.view.show_axis(Axis.INLINE)
    with scene.qtbot.waitSignal(scene.view.section_shown):
        pass
    assert scene.state.key == SectionKey(Axis.INLINE, 4)


def test_fast_scrolling_shows_the_last_section_wanted(scene):
    scene.open()
    scene.section.set_section.reset_mock()
    for index in (0, 1, 2, 4, 5, 2, 1):
        scene.state.set_key(SectionKey(Axis.INLINE, index))
    scene.qtbot.waitUntil(lambda: scene.section.set_section.called)
    assert [c.args[0].key.index for c in scene.section.set_section.call_args_list] == [1]


def test_next_sections_are_read_in_advance(scene):
    scene.open()
    scene.view.step(-1)
    wanted = [SectionKey(Axis.INLINE, i) for i in (1, 0)]
    scene.qtbot.waitUntil(lambda: all(key in scene.session.cache for key in wanted))


def test_display_choices_are_announced_for_remembering(scene):
    scene.open()
    scene.view.choose_display(clip_percent=91.0)
    assert scene.chosen == [{"clip_percent": 91.0, "gain": 1.0, "colormap": "grey", "filter": "off"}]
    limit = scene.session.statistics.clip_limit(91.0)
    assert scene.section.set_display.call_args.args[0].clip_limit == limit


def test_readout_is_in_survey_units(scene):
    scene.open()
    scene.view.label_at = lambda key, row, column: 2
    scene.point(CursorPosition(4, 6))
    readout = scene.readouts[-1]
    geometry = scene.session.geometry
    assert readout.inline == geometry.inlines.number_at(3)
    assert readout.crossline == geometry.crosslines.number_at(6)
    assert readout.position == "sample 4"  # an array without a geometry
    assert readout.amplitude == pytest.approx(float(scene.shown().amplitude[4, 6]))
    assert (readout.facies, readout.confidence) == ("Sand", None)
    scene.point(None)
    assert scene.readouts[-1] is None


def test_prediction_is_drawn_and_read_out_with_its_confidence(scene):
    scene.open()
    scene.section.set_section.reset_mock()

    def overlay(key):
        shape = scene.session.geometry.section_shape(key.axis)
        return np.full(shape, 3, np.uint8), np.full(shape, 51, np.uint8)

    scene.view.set_overlay(overlay)
    scene.qtbot.waitUntil(lambda: scene.section.set_facies.call_args.args[0] is not None)
    scene.section.set_section.assert_not_called()  # the amplitudes stay: zoom and strokes are left alone
    scene.point(CursorPosition(0, 0))
    assert scene.readouts[-1].facies == "Salt"
    assert scene.readouts[-1].confidence == pytest.approx(0.2)


def test_marks_of_the_axis_on_screen(scene):
    scene.open()
    labelled = (SectionKey(Axis.INLINE, 1), SectionKey(Axis.CROSSLINE, 2), SectionKey(Axis.INLINE, 4))
    scene.view.set_marks(labelled, frozenset({SectionKey(Axis.INLINE, 4)}))
    marks = scene.bar.set_marks.call_args.args[0]
    assert [(m.index, m.kind) for m in marks] == [(1, "labelled"), (4, "holdout")]


def test_section_that_cannot_be_read_says_so_in_its_place(scene):
    scene.open()
    scene.session.volume.read_section = Mock(side_effect=VolumeError("The file is gone.", "Mount it again."))
    scene.session.cache.clear()
    scene.section.clear.reset_mock()
    scene.view.refresh()
    scene.qtbot.waitUntil(lambda: scene.section.clear.called)
    assert scene.section.clear.call_args.args[0] == "The file is gone. Mount it again."


def test_gain_keys_and_opacity_wheel(scene):
    scene.open()
    scene.view.step_gain(1)
    scene.view.step_opacity(2)
    assert scene.state.display.gain == 1.25
    assert scene.state.layers["facies"].opacity == pytest.approx(0.55)


def test_reader_never_blocks_the_main_thread(qtbot, scene):
    release = threading.Event()
    cache = Mock()
    cache.section.side_effect = lambda key: (release.wait(10), np.zeros((2, 2), np.float32))[1]
    ready = []
    scene.reader.section_ready.connect(ready.append)
    scene.reader.request(SectionRequest(cache, SectionKey(Axis.INLINE, 0), 1))
    assert ready == []
    with qtbot.waitSignal(scene.reader.section_ready):
        release.set()
