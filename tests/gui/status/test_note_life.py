"""What the status line says goes once it is no longer true: the whole window, by keys."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QLabel

from seisview.gui.status.notes import REFUSAL_LASTS_MS, edit_note, layer_note, refusal, tool_hint
from seisview.gui.status.status_line import StatusLine
from seisview.labels.boxes import Box
from seisview.labels.provenance import Provenance
from tests.gui.pane_scene import Scene
from tests.gui.survey_fixtures import write_segy

CONTROL = Qt.KeyboardModifier.ControlModifier
LABELLED = "14,464 samples on every 20th inline are Facies 1 now; Ctrl+Z takes them back."


@pytest.fixture
def scene(qtbot, tmp_path):
    made = Scene(qtbot, write_segy(tmp_path))
    yield made
    made.app.shutdown()
    made.window.deleteLater()


def note(scene) -> str:
    return scene.window.findChild(QLabel, "status_note").text()


def say(scene, text) -> None:
    scene.window.status_line.set_note(text)


def paint(scene) -> None:
    scene.key(Qt.Key.Key_B)
    scene.key(Qt.Key.Key_1)
    scene.click(0, 20, 8)


def send_a_cluster(scene) -> None:
    """As the clusters page does: labels are written, then a note says so."""
    key, shape = scene.app.state.key, (40, 16)
    mask, values = np.ones(shape, bool), np.ones(shape, np.uint8)
    scene.app.labels.edit(lambda s: s.write(key, Box.whole(shape), mask, values, Provenance.ACCEPTED))
    say(scene, edit_note(LABELLED))


def test_what_an_edit_did_goes_with_undo(scene) -> None:
    send_a_cluster(scene)
    scene.key(Qt.Key.Key_2, CONTROL)  # another axis changes no labels
    assert note(scene) == LABELLED
    scene.key(Qt.Key.Key_Z, CONTROL)
    assert sum(scene.app.session.labels.counts().values()) == 0
    assert note(scene) == ""


def test_what_an_edit_did_goes_with_the_next_edit(scene) -> None:
    send_a_cluster(scene)
    scene.key(Qt.Key.Key_2)
    scene.key(Qt.Key.Key_E)
    assert note(scene) == LABELLED
    scene.click(0, 20, 8)
    assert note(scene) == ""


def test_a_merge_says_so_until_it_is_undone(scene) -> None:
    paint(scene)
    scene.app.labels.merge_class(1, 2)
    assert note(scene) == "Facies 1 is part of Facies 2 now; Ctrl+Z brings it back."
    scene.key(Qt.Key.Key_Z, CONTROL)
    assert note(scene) == ""


def test_a_refusal_goes_by_itself_soon_and_with_an_edit_that_makes_it_untrue(scene) -> None:
    scene.key(Qt.Key.Key_Z, CONTROL)
    assert note(scene) == "There is nothing to undo."
    timer = next(t for t in scene.window.status_line.findChildren(QTimer) if t.isActive())
    assert timer.interval() == REFUSAL_LASTS_MS < 10_000
    paint(scene)
    assert note(scene) == ""


def test_a_stroke_without_a_class_keeps_the_reason_why_nothing_was_painted(scene) -> None:
    scene.app.state.set_active_class(0)
    scene.key(Qt.Key.Key_B)
    scene.click(0, 20, 8)
    assert note(scene) == "Choose a class in the facies list first, or add one."


def test_a_note_about_a_layer_goes_when_the_layer_is_another(scene) -> None:
    layers = scene.app.layers
    layers.describe("clusters", "4 clusters, silhouette 0.31")
    say(scene, layer_note("4 clusters, 21 Nov 09:00.", "clusters"))
    layers.describe("clusters", "4 clusters, silhouette 0.31")
    layers.describe("matches", "12 hits")
    assert note(scene).startswith("4 clusters")
    layers.describe("clusters", "3 clusters, silhouette 0.35")
    assert note(scene) == ""


def test_a_hint_goes_with_its_tool(scene) -> None:
    scene.key(Qt.Key.Key_P)
    say(scene, tool_hint("Draw a polygon on the section."))
    scene.key(Qt.Key.Key_B)
    assert note(scene) == ""


def test_other_notes_stay_whatever_is_edited(scene) -> None:
    say(scene, "The file ends in the middle of a trace.")
    paint(scene)
    assert note(scene) == "The file ends in the middle of a trace."


def test_the_note_that_follows_another_is_timed_by_itself(qtbot) -> None:
    line = StatusLine()
    qtbot.addWidget(line)
    line.set_note(refusal("Nothing is running."))
    line.set_note("It is open already.")
    (timer,) = (t for t in line.findChildren(QTimer) if t.isActive())
    assert timer.interval() > REFUSAL_LASTS_MS
    line.end_note("edit")
    assert line.findChild(QLabel, "status_note").text() == "It is open already."
