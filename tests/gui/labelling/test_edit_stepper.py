"""Undo, merging and removing a class on the whole survey leave the window alive, and are one step."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QLabel

from seisview.data.geometry import Axis, SectionKey
from seisview.labels.boxes import Box
from tests.gui.pane_scene import Scene
from tests.gui.survey_fixtures import write_segy

CONTROL = Qt.KeyboardModifier.ControlModifier
N_LINES, N_SAMPLES = 12, 12 * 16 * 40


@pytest.fixture
def scene(qtbot, tmp_path, monkeypatch):
    monkeypatch.setattr("seisview.gui.labelling.edit_stepper._TURN_S", 0.0)
    made = Scene(qtbot, write_segy(tmp_path))
    label_everything(made)
    yield made
    made.app.shutdown()
    made.window.deleteLater()


def label_everything(scene) -> None:
    """As sending a cluster to a class does: every inline, one step."""

    def write(store) -> None:
        with store.grouped():
            for index in range(N_LINES):
                key = SectionKey(Axis.INLINE, index)
                store.apply(key, Box.whole((40, 16)), np.ones((40, 16), bool), 1)

    scene.app.labels.edit(write)
    assert labelled(scene) == N_SAMPLES


def labelled(scene) -> int:
    return sum(scene.app.session.labels.counts().values())


def test_the_window_gets_its_turn_between_the_sections(scene) -> None:
    seen: list[int] = []
    beat = QTimer()
    beat.timeout.connect(lambda: seen.append(labelled(scene)))
    beat.start(0)
    scene.key(Qt.Key.Key_Z, CONTROL)
    assert labelled(scene) > 0  # the key press itself did a part of it
    scene.wait(lambda: labelled(scene) == 0)
    beat.stop()
    assert len(set(seen) - {0, N_SAMPLES}) > N_LINES // 2
    assert not scene.app.session.labels.can_undo


def test_everybody_is_told_once_when_it_is_complete(scene) -> None:
    told: list[int] = []
    store = scene.app.session.labels
    scene.app.labels.labels_changed.connect(lambda: told.append(sum(store.counts().values())))
    scene.key(Qt.Key.Key_Z, CONTROL)
    scene.wait(lambda: bool(told))
    assert told == [0]
    assert not scene.window.actions_by_id["undo"].isEnabled()
    assert scene.window.actions_by_id["redo"].isEnabled()


def test_steps_asked_for_meanwhile_follow_in_turn(scene) -> None:
    for _ in range(2):
        scene.app.labels.undo()
        scene.app.labels.redo()
    assert labelled(scene) > 0
    store = scene.app.session.labels
    scene.wait(lambda: store.moved is None and labelled(scene) == N_SAMPLES and store.can_undo)
    assert not store.can_redo


def test_painting_meanwhile_is_a_step_of_its_own(scene) -> None:
    scene.key(Qt.Key.Key_B)
    scene.key(Qt.Key.Key_2)
    scene.key(Qt.Key.Key_Z, CONTROL)
    scene.click(0, 20, 8)
    counts = scene.app.session.labels.counts()
    assert counts[1] == 0
    assert counts[2] > 0
    scene.key(Qt.Key.Key_Z, CONTROL)
    scene.wait(lambda: labelled(scene) == 0)


def test_closing_meanwhile_keeps_the_whole_undo(scene) -> None:
    scene.key(Qt.Key.Key_Z, CONTROL)
    store = scene.app.session.labels
    assert store.moved is not None
    scene.app.shutdown()
    assert store.moved is None
    assert sum(store.counts().values()) == 0


def merge(scene) -> None:
    """From the menu of the class in the facies list."""
    scene.window.facies_dock.class_merged.emit(1, 2)


def remove(scene) -> None:
    scene.window.facies_dock.class_removed.emit(1)


@pytest.mark.parametrize(("change", "left"), [(merge, N_SAMPLES), (remove, 0)])
def test_the_window_gets_its_turn_while_a_class_goes(scene, change, left) -> None:
    store, seen, told = scene.app.session.labels, [], []
    beat = QTimer()
    beat.timeout.connect(lambda: seen.append(store.counts().get(1)))
    beat.start(0)
    scene.app.labels.labels_changed.connect(lambda: told.append(sum(store.counts().values())))
    change(scene)
    assert 1 in store.scheme
    scene.wait(lambda: 1 not in store.scheme)
    beat.stop()
    assert len(set(seen) - {0, N_SAMPLES, None}) > N_LINES // 2
    scene.wait(lambda: told[:1] == [left])
    assert "Ctrl+Z" in scene.window.status_line.findChild(QLabel, "status_note").text()
    scene.key(Qt.Key.Key_Z, CONTROL)
    scene.wait(lambda: store.counts().get(1) == N_SAMPLES)


def test_painting_while_a_class_is_merged_paints_with_the_one_that_stays(scene) -> None:
    scene.key(Qt.Key.Key_B)
    merge(scene)
    assert scene.app.session.labels.moved is not None
    scene.click(0, 20, 8)
    assert scene.app.session.labels.counts() == {2: N_SAMPLES, 3: 0}
    assert scene.app.state.active_class == 2


@pytest.mark.parametrize(("change", "left"), [(merge, N_SAMPLES), (remove, 0)])
def test_closing_while_a_class_goes_keeps_the_whole_change(scene, change, left) -> None:
    store = scene.app.session.labels
    change(scene)
    assert store.moved is not None
    scene.app.shutdown()
    assert store.scheme.ids == (2, 3)
    assert sum(store.counts().values()) == left


def test_what_saving_completed_is_announced_too(scene) -> None:
    """A snapshot finishes what is under way; the preview and the marks must hear of it."""
    merge(scene)
    scene.app.session.labels.snapshot()
    with scene.qtbot.waitSignal(scene.app.labels.labels_changed):
        pass
    assert not scene.app.session.labels.counts().get(1)
