"""Labels of clusters all over the survey: what happens when the project goes away meanwhile."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from seisview.data.geometry import Axis, LineNumbers, SectionKey, SurveyGeometry
from seisview.errors import ModelError
from seisview.gui.clusters.survey_sender import SendOrder, SurveySender
from seisview.labels.boxes import Box
from seisview.labels.edits import SectionEdit
from seisview.labels.facies import FaciesScheme
from seisview.labels.store import LabelStore

GEOMETRY = SurveyGeometry(LineNumbers.regular(1, 1, 6), LineNumbers.regular(1, 1, 8), 10, 0.0, 4.0)


class Jobs:
    """A job runner whose callbacks the test calls."""

    def __init__(self) -> None:
        self.free = True

    def start(self, _name, _work, **callbacks):
        self.callbacks = SimpleNamespace(**callbacks)
        return self.free


@pytest.fixture
def bench():
    jobs, notes, errors = Jobs(), [], []
    labels = SimpleNamespace(announce=lambda: None)
    sender = SurveySender(jobs, labels, notes.append, errors.append)
    store = LabelStore(GEOMETRY, FaciesScheme.named(["Mud", "Sand"]))
    order = SendOrder(store, [], 2, lambda: lambda _key: None, frozenset(), "every inline")
    return SimpleNamespace(jobs=jobs, notes=notes, errors=errors, sender=sender, store=store, order=order)


def edit(index: int) -> SectionEdit:
    mask = np.ones((10, 8), bool)
    return SectionEdit(
        SectionKey(Axis.INLINE, index), Box.whole((10, 8)), mask, np.full((10, 8), 2, np.uint8)
    )


def test_what_came_before_the_project_closed_is_one_step_and_the_rest_is_dropped(bench):
    bench.sender.start(bench.order)
    bench.jobs.callbacks.on_event(edit(0))
    bench.jobs.callbacks.on_event(edit(3))
    bench.sender.leave()
    bench.jobs.callbacks.on_event(edit(4))
    bench.jobs.callbacks.on_result(None)
    assert {key.index for key in bench.store.labelled_sections()} == {0, 3}
    assert bench.notes == []
    bench.store.undo()
    assert not bench.store.labelled_sections()


def test_a_failure_is_told_and_leaves_one_step(bench):
    bench.sender.start(bench.order)
    bench.jobs.callbacks.on_event(edit(1))
    bench.jobs.callbacks.on_failure(ModelError("The disk is gone.", ""))
    assert bench.errors[0].message == "The disk is gone."
    assert "80 samples on every inline are Sand now" in bench.notes[0]
    bench.store.undo()
    assert not bench.store.can_undo


def test_while_another_job_runs_nothing_begins(bench):
    bench.jobs.free = False
    bench.sender.start(bench.order)
    bench.store.apply(SectionKey(Axis.INLINE, 2), Box(0, 1, 0, 1), np.ones((1, 1), bool), 1)
    bench.store.undo()
    assert not bench.store.can_undo, "no step was left open"


def test_a_class_removed_meanwhile_takes_no_more_labels(bench):
    bench.sender.start(bench.order)
    bench.jobs.callbacks.on_event(edit(0))
    bench.store.remove_class(2)
    bench.jobs.callbacks.on_event(edit(1))
    bench.jobs.callbacks.on_result(None)
    assert not bench.store.labelled_sections()
    assert "Nothing to add" in bench.notes[0]
