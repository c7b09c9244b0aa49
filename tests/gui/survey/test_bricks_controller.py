"""The fast copy in the window: built beside the work, used for time slices, and never in the way."""

from __future__ import annotations

import shutil
import threading
from types import SimpleNamespace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from seisview.data.geometry import Axis, SectionKey
from seisview.gui.application import build
from seisview.workflows import bricks as workflow
from tests.gui.survey_fixtures import write_segy

SLICE = SectionKey(Axis.SAMPLE, 20)
TIMEOUT = 15_000


class Scene:
    def __init__(self, qtbot, folder):
        self.qtbot, self.folder = qtbot, folder
        self.app = build()
        self.app.bricks.least_bytes = 0
        self.section = self.app.window.section_view
        self.app.show()
        self.states = []
        self.app.bricks._jobs.progressed.connect(lambda _state: self.states.append(self.status("background")))

    def status(self, name):
        return self.app.window.findChild(QLabel, f"status_{name}").text()

    def open(self):
        self.app.open_path(write_segy(self.folder))
        self.wait(lambda: self.app.session is not None and self.section.key == self.app.state.key)

    def wait(self, condition):
        self.qtbot.waitUntil(condition, timeout=TIMEOUT)

    def bricks(self):
        return self.app.session.fast.bricks

    def show_slice(self):
        self.app.state.set_key(SLICE)
        self.wait(lambda: self.section.key == SLICE)

    def amplitude(self):
        return self.section._picture.amplitude


@pytest.fixture
def scene(qtbot, tmp_path):
    made = Scene(qtbot, tmp_path)
    yield made
    made.app.shutdown()
    made.app.window.deleteLater()


@pytest.fixture
def held(monkeypatch):
    """Holds the build after the coarse level until it is set."""
    release, real = threading.Event(), workflow.build_slab

    def slow(volume, file, slab):
        yield 0.1
        while not release.wait(0.01):
            yield 0.1
        yield from real(volume, file, slab)

    monkeypatch.setattr(workflow, "build_slab", slow)
    yield release
    release.set()


def test_copy_is_built_beside_the_work_and_serves_time_slices(scene):
    scene.open()
    assert scene.app.jobs.busy is None  # the one compute job stays free
    scene.wait(lambda: scene.bricks() is not None and scene.bricks().is_complete)
    scene.wait(lambda: not scene.app.bricks.is_building)
    assert any(text.startswith("fast copy ") and text.endswith(" %") for text in scene.states)
    assert scene.status("background") == ""
    scene.show_slice()
    exact = scene.app.session.volume.read_section(SLICE)
    clip = scene.bricks().clip
    assert not np.array_equal(scene.amplitude(), exact)  # eight bits
    np.testing.assert_allclose(scene.amplitude(), np.clip(exact, -clip, clip), atol=clip / 127)


def test_coarse_slice_is_sharpened_without_breaking_a_stroke(scene, held):
    scene.open()
    scene.wait(lambda: scene.bricks() is not None and scene.bricks().slice_codes(SLICE).is_whole)
    scene.show_slice()
    coarse = scene.amplitude()
    assert SLICE not in scene.app.session.cache
    scene.qtbot.keyClick(scene.section.canvas, Qt.Key.Key_1)
    viewport, place = scene.section.canvas.viewport(), scene.section.pixel_of
    scene.qtbot.mousePress(viewport, Qt.MouseButton.LeftButton, pos=place(4, 3))
    held.set()
    scene.wait(lambda: scene.amplitude() is not coarse)
    scene.wait(lambda: not scene.app.bricks.is_building)
    scene.wait(lambda: scene.app.view._active._data.full == 1)
    scene.qtbot.mouseMove(viewport, place(12, 8))
    scene.qtbot.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=place(12, 8))
    assert scene.app.session.labels.section(SLICE)[12, 8] == 1
    scene.app.labels.undo()
    assert sum(scene.app.session.labels.counts().values()) == 0  # it was one stroke


def test_small_surveys_are_left_alone(qtbot, scene):
    scene.app.bricks.least_bytes = 1 << 20
    scene.open()
    assert not scene.app.bricks._begin_timer.isActive()
    scene.show_slice()
    np.testing.assert_array_equal(scene.amplitude(), scene.app.session.volume.read_section(SLICE))


def test_full_disk_is_only_a_note(scene, monkeypatch):
    usage = shutil.disk_usage("/")
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: SimpleNamespace(**{**usage._asdict(), "free": 0}))
    scene.open()
    scene.wait(lambda: "Free some space" in scene.status("note"))
    assert scene.app.errors.current is None
    assert scene.bricks() is None
    scene.show_slice()
    np.testing.assert_array_equal(scene.amplitude(), scene.app.session.volume.read_section(SLICE))


def test_closing_stops_the_build_and_the_next_start_goes_on(qtbot, scene, held):
    scene.open()
    scene.wait(lambda: scene.bricks() is not None)
    scene.app.shutdown()
    assert not any(t.name == "job: Fast copy" for t in threading.enumerate())
    held.set()
    again = Scene(qtbot, scene.folder)
    again.app.open_path(scene.folder / "small.sgy")
    again.wait(lambda: again.app.session is not None)
    again.wait(lambda: again.bricks() is not None and again.bricks().is_complete)
    again.app.shutdown()


def test_saving_as_keeps_the_copy(scene, tmp_path, monkeypatch):
    scene.open()
    scene.wait(lambda: scene.bricks() is not None and scene.bricks().is_complete)
    before = scene.bricks()
    monkeypatch.setattr(scene.app.prompts, "project_to_save", lambda _name: tmp_path / "copy")
    scene.app.surveys.choose_and_save_as()
    assert scene.app.session.project.folder == tmp_path / "copy"
    assert scene.bricks() is before
    scene.show_slice()
    assert scene.amplitude().shape == (16, 12)
