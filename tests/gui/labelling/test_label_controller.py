"""What tools and facies list say becomes labels, and labels become pixels: with stand-ins for the widgets."""

from __future__ import annotations

import warnings
from unittest.mock import Mock

import numpy as np
import pytest

from seisview.data.geometry import Axis, SectionKey
from seisview.gui.docks.facies_dock import FaciesDock
from seisview.gui.labelling.label_controller import LabelController
from seisview.gui.section.section_view import SectionView
from seisview.gui.view.view_state import ViewState
from seisview.labels.boxes import Box
from tests.gui.survey_fixtures import open_session

INLINE_3 = SectionKey(Axis.INLINE, 3)
BOX = Box(2, 5, 1, 4)
FULL = np.ones((3, 3), bool)


class Scene:
    def __init__(self, folder):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self.session = open_session(folder)
        self.section, self.facies = Mock(spec=SectionView), Mock(spec=FaciesDock)
        self.state = ViewState()
        self.notes, self.errors, self.announced = [], [], []
        self.labels = LabelController(
            self.section, self.facies, self.state, self.notes.append, self.errors.append
        )
        self.labels.labels_changed.connect(lambda: self.announced.append(1))
        self.labels.set_session(self.session)
        self.state.set_key(INLINE_3)
        self.labels.show_section(INLINE_3)
        self.section.reset_mock()
        self.announced.clear()

    def slot(self, signal):
        """The function the controller connected to a signal of a stand-in."""
        return signal.connect.call_args.args[0]

    def stroke(self, box=BOX, mask=FULL, class_id=1):
        self.labels._on_stroke_started()
        self.labels._on_stroke_painted(box, mask, class_id)
        self.labels._on_stroke_finished()


@pytest.fixture
def scene(tmp_path, qapp):
    return Scene(tmp_path)


def test_session_shows_its_classes_and_colours(scene):
    assert scene.facies.set_scheme.call_args.args[0].ids == (1, 2, 3)


def test_stroke_is_stored_and_only_its_box_is_patched(scene):
    scene.stroke(class_id=2)
    assert (scene.session.labels.section(INLINE_3)[BOX.slices] == 2).all()
    (box, patch), _ = scene.section.patch_labels.call_args
    assert box == BOX
    assert (patch == 2).all()
    scene.section.set_labels.assert_not_called()
    assert scene.facies.set_fractions.call_args.args[0] == {1: 0, 2: 1, 3: 0}
    assert scene.announced == [1]


def test_one_stroke_of_many_dabs_is_one_undo(scene):
    scene.labels._on_stroke_started()
    for column in range(4):
        scene.labels._on_stroke_painted(Box(0, 1, column, column + 1), np.ones((1, 1), bool), 1)
    scene.labels._on_stroke_finished()
    scene.labels.undo()
    assert not scene.session.labels.section(INLINE_3).any()
    scene.labels.redo()
    assert scene.session.labels.section(INLINE_3).sum() == 4


def test_undo_goes_to_the_section_it_changed(scene):
    scene.stroke()
    other = SectionKey(Axis.INLINE, 5)
    scene.state.set_key(other)
    scene.labels.show_section(other)
    scene.labels.undo()
    assert scene.state.key == INLINE_3


def test_painting_an_inline_patches_the_crossline_on_screen(scene):
    crossline = SectionKey(Axis.CROSSLINE, 2)
    scene.labels.show_section(crossline)
    scene.session.labels.apply(INLINE_3, BOX, FULL, 1)
    (box, patch), _ = scene.section.patch_labels.call_args
    assert box == Box(2, 5, 3, 4)
    assert (patch == 1).all()


def test_eraser_takes_labels_away(scene):
    scene.stroke()
    scene.state.set_tool("eraser")
    scene.stroke(class_id=0)
    assert not scene.session.labels.section(INLINE_3).any()


def test_brush_without_a_class_paints_nothing_and_says_so(scene):
    scene.state.set_active_class(0)
    scene.stroke(class_id=0)
    assert not scene.session.labels.section(INLINE_3).any()
    assert "Choose a class" in scene.notes[0]


def test_fill_stops_at_other_labels(scene):
    wall = np.ones((10, 1), bool)
    scene.stroke(Box(0, 10, 4, 5), wall, 1)
    scene.state.set_active_class(2)
    scene.labels._on_fill(0, 0)
    labels = scene.session.labels.section(INLINE_3)
    assert (labels[:, :4] == 2).all()
    assert (labels[:, 4] == 1).all()
    assert (labels[:, 5:] == 0).all()


def test_pick_takes_the_class_and_the_brush(scene):
    scene.stroke(class_id=3)
    scene.state.set_tool("pick")
    scene.labels._on_pick(3, 2)
    assert (scene.state.active_class, scene.state.tool) == (3, "brush")
    scene.labels._on_pick(9, 7)
    assert "no label here" in scene.notes[-1]


def test_added_class_becomes_active_and_can_be_undone(scene):
    scene.labels.add_class()
    assert scene.state.active_class == 4
    scene.labels.undo()
    assert scene.session.labels.scheme.ids == (1, 2, 3)
    assert scene.state.active_class == 1


def test_name_taken_is_an_error_and_the_list_shows_the_truth_again(scene):
    rename = scene.slot(scene.facies.class_renamed)
    scene.facies.set_scheme.reset_mock()
    rename(1, "Sand")
    assert "same name" in scene.errors[0].message
    assert scene.facies.set_scheme.call_args.args[0].name_of(1) == "Mud"


def test_removing_a_class_clears_it_and_undo_brings_both_back(scene):
    scene.stroke(class_id=2)
    scene.slot(scene.facies.class_removed)(2)
    assert not scene.session.labels.section(INLINE_3).any()
    scene.labels.undo()
    assert (scene.session.labels.section(INLINE_3)[BOX.slices] == 2).all()


def test_merged_class_is_painted_over_and_undo_brings_it_back(scene):
    scene.stroke(class_id=2)
    scene.slot(scene.facies.class_merged)(2, 3)
    assert (scene.session.labels.section(INLINE_3)[BOX.slices] == 3).all()
    assert scene.state.active_class == 3
    assert "Ctrl+Z" in scene.notes[-1]
    scene.labels.undo()
    assert (scene.session.labels.section(INLINE_3)[BOX.slices] == 2).all()


def test_number_keys_choose_classes_that_exist(scene):
    scene.labels.choose_class(3)
    scene.labels.choose_class(9)
    assert scene.state.active_class == 3


def test_hold_out_marks_the_section_on_screen(scene):
    scene.labels.hold_out(True)
    assert scene.session.labels.holdout == {INLINE_3}
    scene.labels.undo()
    assert scene.session.labels.holdout == frozenset()


def test_old_project_is_not_listened_to_any_more(scene):
    scene.labels.set_session(None)
    scene.session.labels.apply(INLINE_3, BOX, FULL, 1)
    scene.section.patch_labels.assert_not_called()
