"""The list of what to label next: ranked off the main thread, marked, and measured once for a prediction."""

from __future__ import annotations

from unittest.mock import Mock

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QTreeWidget

from seisview.data.geometry import Axis, SectionKey
from seisview.gui.label_next import basis as basis_module
from seisview.gui.label_next.basis import Basis
from seisview.gui.label_next.label_next_controller import NOTHING_YET, LabelNextController
from seisview.gui.label_next.label_next_dock import LabelNextDock, NextRow
from seisview.gui.view.section_marks import SectionMark, SectionMarks
from seisview.labels.boxes import Box
from seisview.workflows.facies.label_next import Prediction
from tests.gui.survey_fixtures import open_session

SHAPE = (24, 20, 32)
UNSURE = SectionKey(Axis.INLINE, 17)


class Scene:
    def __init__(self, qtbot, folder):
        self.qtbot = qtbot
        self.session = open_session(folder, SHAPE)
        self.view, self.marks = Mock(spec=LabelNextDock), Mock(spec=SectionMarks)
        self.control = LabelNextController(self.view, self.marks)
        self.control._wait.setInterval(0)
        self.control.set_session(self.session)
        self.reads: list[SectionKey] = []

    def basis(self, token="tuned-1", unsure=UNSURE):
        confidence = np.full(SHAPE, 230, np.uint8)
        confidence[unsure.index] = 60

        def read(key):
            self.reads.append(key)
            return confidence[key.index].T

        return Basis(token, "tuned-1, 14:02", Prediction.of_volume(SHAPE, read))

    @property
    def rows(self) -> list[NextRow]:
        return list(self.view.set_rows.call_args.args[0])

    @property
    def state(self) -> str:
        return self.view.set_state.call_args.args[0]

    def wait_for_rows(self):
        self.view.set_rows.reset_mock()
        self.qtbot.waitUntil(lambda: self.view.set_rows.called, timeout=10_000)


@pytest.fixture
def scene(qtbot, tmp_path):
    made = Scene(qtbot, tmp_path)
    yield made
    assert made.control.shutdown()
    made.session.volume.close()


def test_sections_are_listed_and_marked_with_their_score(scene):
    assert scene.state == NOTHING_YET
    scene.control.set_basis(scene.basis())
    scene.wait_for_rows()
    first = scene.rows[0]
    assert first.key == UNSURE
    assert first.name == scene.session.geometry.title(UNSURE)
    assert float(first.score) == pytest.approx(1 - 60 / 255, abs=0.01)
    source, marks = scene.marks.set_sections.call_args.args
    assert source == "next"
    assert marks[0] == SectionMark(UNSURE, "next", f"{first.name}: label next, number 1, score {first.score}")
    assert scene.state == "by tuned-1, 14:02"


def test_a_labelled_section_leaves_the_list_and_nothing_is_read_again(scene):
    scene.control.set_basis(scene.basis())
    scene.wait_for_rows()
    n_reads = len(scene.reads)
    mask = np.ones((SHAPE[2], SHAPE[1]), np.bool_)
    scene.session.labels.apply(UNSURE, Box.whole(mask.shape), mask, 1)
    scene.control.update_labels()
    assert "labels changed" in scene.state
    assert scene.view.set_state.call_args.kwargs == {"current": False}
    scene.wait_for_rows()
    assert all(row.key != UNSURE for row in scene.rows)
    assert len(scene.reads) == n_reads


def test_another_prediction_is_read_and_the_same_one_is_not(scene):
    scene.control.set_basis(scene.basis())
    scene.wait_for_rows()
    scene.control.set_basis(scene.basis())
    assert not scene.control._wait.isActive()
    scene.control.set_basis(scene.basis("tuned-2", SectionKey(Axis.INLINE, 3)))
    scene.wait_for_rows()
    assert scene.rows[0].key == SectionKey(Axis.INLINE, 3)


def test_without_a_prediction_the_list_is_empty_and_says_why(scene):
    scene.control.set_basis(scene.basis())
    scene.wait_for_rows()
    scene.control.set_basis(None)
    assert scene.rows == []
    assert scene.state == NOTHING_YET
    scene.control.set_session(None)
    assert scene.marks.set_sections.call_args.args == ("next", [])


def test_a_damaged_volume_is_said_in_the_list(scene):
    def read(_key):
        raise OSError("gone")

    scene.control.set_basis(Basis("x", "x", Prediction.of_volume(SHAPE, read)))
    scene.qtbot.waitUntil(lambda: "gone" in scene.state, timeout=10_000)


def test_the_list_is_stale_while_a_prediction_is_under_way(scene):
    scene.control.set_stale()
    assert scene.view.set_state.call_args.kwargs == {"current": False}
    scene.control.set_basis(scene.basis())
    scene.wait_for_rows()
    scene.control.set_stale()
    assert scene.state == "by tuned-1, 14:02; a new prediction is under way …"
    assert scene.view.set_state.call_args.kwargs == {"current": False}
    scene.control.set_basis(scene.basis())
    scene.wait_for_rows()
    assert scene.state == "by tuned-1, 14:02"


def test_rows_are_sorted_by_the_score_they_show(scene):
    scene.control.set_basis(scene.basis())
    scene.wait_for_rows()
    scores = [float(row.score) for row in scene.rows]
    assert len(scores) > 3
    assert scores == sorted(scores, reverse=True)


def test_a_stale_list_is_faint_and_can_be_clicked(qtbot):
    dock = LabelNextDock()
    qtbot.addWidget(dock)
    dock.resize(250, 200)
    dock.show()
    dock.set_rows([NextRow(SectionKey(Axis.INLINE, 3), "inline 3", "0.5")])
    shown = dock.findChild(QTreeWidget, "label_next_list")
    dock.set_state("by tuned-1")
    plain = shown.grab().toImage()
    dock.set_state("by tuned-1; a new prediction is under way", current=False)
    assert shown.grab().toImage() != plain
    place = shown.visualItemRect(shown.topLevelItem(0)).center()
    with qtbot.waitSignal(dock.section_chosen):
        qtbot.mouseClick(shown.viewport(), Qt.MouseButton.LeftButton, pos=place)


def test_click_and_enter_go_there(qtbot):
    dock = LabelNextDock()
    qtbot.addWidget(dock)
    dock.resize(250, 200)
    dock.show()
    rows = [NextRow(SectionKey(Axis.INLINE, i), f"inline {i}", f"0.{9 - i}") for i in range(3)]
    dock.set_rows(rows)
    dock.set_state("by tuned-1")
    assert dock.findChild(QLabel, "label_next_state").text() == "by tuned-1"
    shown = dock.findChild(QTreeWidget, "label_next_list")
    place = shown.visualItemRect(shown.topLevelItem(1)).center()
    with qtbot.waitSignal(dock.section_chosen) as chosen:
        qtbot.mouseClick(shown.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert chosen.args == [SectionKey(Axis.INLINE, 1)]
    qtbot.keyClick(shown, Qt.Key.Key_Down)
    with qtbot.waitSignal(dock.section_chosen) as chosen:
        qtbot.keyClick(shown, Qt.Key.Key_Return)
    assert chosen.args == [SectionKey(Axis.INLINE, 2)]


def test_the_selected_section_stays_selected_when_the_list_changes(qtbot):
    dock = LabelNextDock()
    qtbot.addWidget(dock)
    rows = [NextRow(SectionKey(Axis.INLINE, i), f"inline {i}", "0.5") for i in range(4)]
    dock.set_rows(rows)
    shown = dock.findChild(QTreeWidget, "label_next_list")
    shown.setCurrentItem(shown.topLevelItem(2))
    dock.set_rows([rows[2], rows[0]])
    assert (shown.currentItem().text(0), shown.currentItem().text(1)) == ("1", "inline 2")


def test_marks_of_several_sources_are_shown_together(tmp_path):
    bar, base_map = Mock(), Mock()
    marks = SectionMarks(bar, base_map)
    session = open_session(tmp_path, SHAPE)
    marks.set_session(session)
    one = SectionMark(UNSURE, "next", "inline: label next")
    slice_mark = SectionMark(SectionKey(Axis.SAMPLE, 4), "match", "a hit")
    marks.set_sections("next", [one])
    marks.set_sections("matches", [slice_mark])
    assert bar.set_extra_marks.call_args.args[0] == [one, slice_mark]
    (drawn,) = base_map.set_extra_marks.call_args.args[0]  # a slice is everywhere on the map
    assert (drawn.kind, drawn.start, drawn.end) == ("next", (17, 0), (17, 19))
    marks.set_session(None)
    assert bar.set_extra_marks.call_args.args[0] == []
    session.volume.close()


@pytest.mark.parametrize(
    ("carried", "with_preview", "chosen"),
    [(False, True, "network"), (True, True, "preview"), (True, False, "network")],
)
def test_a_network_comes_before_the_preview_and_that_before_carried_labels(
    monkeypatch, carried, with_preview, chosen
):
    share = 0.25 if carried else 0.0
    network, preview = Basis("a", "network", Mock(), share), Basis("b", "preview", Mock())
    monkeypatch.setattr(basis_module, "result_basis", lambda _result: network)
    monkeypatch.setattr(basis_module, "preview_basis", lambda *_: preview if with_preview else None)
    assert basis_module.best_basis(Mock(), Mock(), Mock()).name == chosen
