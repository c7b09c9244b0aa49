"""Carried labels from the window: like a prediction, without a model."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from seisview.data.geometry import Axis, SectionKey
from seisview.data.opening import open_volume
from seisview.gui.analysis.analysis_texts import why_not_carry
from seisview.gui.quality.quality_texts import seen_text
from seisview.labels.boxes import Box
from seisview.labels.facies import FaciesScheme
from seisview.labels.store import LabelStore
from seisview.learn.carrying.carried import CarriedLabels, carry_labels
from seisview.project.storage import open_project
from seisview.workflows.facies import carry as workflow
from tests.gui.analysis.test_analysis_controller import (
    SHAPE,
    VISIBLE,
    Bench,
    bench,
    run,
    session,
    train,
)

__all__ = ["bench", "session"]  # the same scene


def carry(qtbot: QtBot, bench: Bench) -> None:
    run(qtbot, bench, bench.control.carry)
    assert bench.errors == []


def test_labels_are_facies_of_the_whole_survey_at_once(qtbot: QtBot, bench: Bench) -> None:
    carry(qtbot, bench)
    result = bench.control.result
    assert result is not None
    assert result.complete
    assert set(np.unique(bench.drawn(VISIBLE))) == {0, 1, 2}
    assert (bench.drawn(VISIBLE)[:20] == 1).mean() > 0.9
    assert bench.texts["facies"][0].startswith("carried from 2 sections, ")
    assert [(row.name, row.labels, row.quality, row.shown) for row in bench.models] == [
        ("carried", "2 sections", "-", True)
    ]
    assert bench.said("begin_prediction") == ["Carrying labels"]
    assert bench.said("end")[-1] == "The labels were carried from 2 sections to the whole survey."
    assert bench.session.project.models == ()
    assert not bench.control.is_undecided
    assert not bench.session.labels.can_redo


@pytest.mark.parametrize("key", [SectionKey(Axis.INLINE, 2), SectionKey(Axis.CROSSLINE, 60)])
def test_the_section_on_screen_is_there_first(qtbot: QtBot, bench: Bench, key: SectionKey) -> None:
    seen: list[tuple[bool, bool]] = []

    def look(overlay: Callable[[SectionKey], tuple[np.ndarray, object]] | None) -> None:
        if overlay is not None and not seen:
            far = SectionKey(key.axis, 30 if key.axis is Axis.CROSSLINE else 23)
            seen.append((overlay(key)[0].all(axis=0).any(), bool(overlay(far)[0].all(axis=0).any())))

    upper = np.ones((64, 64), np.bool_)
    bench.session.labels.apply(SectionKey(Axis.INLINE, 10), Box.whole((64, 64)), upper, 1)
    bench.control.show_section(key)
    bench.control.overlay_changed.connect(look)
    bench.control.overlay_changed.connect(lambda _overlay: bench.jobs.cancel())
    carry(qtbot, bench)
    assert seen[0][0]
    result = bench.control.result
    assert result is not None
    assert key in result.sections_done


def test_labels_that_change_put_it_out_of_date_and_carrying_again_replaces_it(
    qtbot: QtBot, bench: Bench
) -> None:
    carry(qtbot, bench)
    before = bench.control.result
    bench.session.labels.apply(
        SectionKey(Axis.INLINE, 12), Box.whole((64, 64)), np.ones((64, 64), np.bool_), 2
    )
    bench.control.update_labels()
    assert bench.texts["facies"][0].endswith("labels changed since")
    carry(qtbot, bench)
    result = bench.control.result
    assert result is not before
    assert (bench.drawn(VISIBLE) == 2).all()
    assert bench.texts["facies"][0].startswith("carried from 3 sections, ")
    assert "changed" not in bench.texts["facies"][0]
    assert bench.project_files == {result.id} if result is not None else False


def _stopped(qtbot: QtBot, bench: Bench) -> None:
    """Stop as soon as something is shown; sections take long enough for that to be in time."""

    def slowly(*given: Any, **named: Any) -> CarriedLabels:
        threading.Event().wait(0.05)
        return carry_labels(*given, **named)

    stop = lambda overlay: bench.jobs.cancel() if overlay is not None else None  # noqa: E731
    bench.control.overlay_changed.connect(stop)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(workflow, "carry_labels", slowly)
        carry(qtbot, bench)
    bench.control.overlay_changed.disconnect(stop)


def test_what_was_stopped_stays_and_goes_on_while_the_labels_are_the_same(qtbot: QtBot, bench: Bench) -> None:
    _stopped(qtbot, bench)
    partial = bench.control.result
    assert partial is not None
    assert 0 < partial.n_sections_done < SHAPE[0]
    assert "partial: " in bench.texts["facies"][0]
    assert bench.models[0].is_partial
    assert f"{partial.n_sections_done} predicted sections stay" in str(bench.said("end")[-1])
    carry(qtbot, bench)
    assert bench.control.result is partial
    assert partial.complete
    assert "carried goes on where it stopped" in bench.notes[-1]


def test_other_labels_are_never_mixed_with_what_was_stopped(qtbot: QtBot, bench: Bench) -> None:
    _stopped(qtbot, bench)
    partial = bench.control.result
    all_of_it = np.ones((64, 64), np.bool_)
    for index in (5, 20):
        bench.session.labels.apply(SectionKey(Axis.INLINE, index), Box.whole((64, 64)), all_of_it, 2)
    carry(qtbot, bench)
    result = bench.control.result
    assert result is not None
    assert result is not partial
    assert set(np.unique(result.facies)) - {0} == {2}
    assert bench.project_files == {result.id}


def test_facies_of_a_model_can_be_looked_at_again(qtbot: QtBot, bench: Bench) -> None:
    carry(qtbot, bench)
    carried = bench.drawn(VISIBLE).copy()
    train(qtbot, bench)
    assert [(row.name, row.shown) for row in bench.models] == [("scratch-1", True), ("carried", False)]
    bench.control.discard()
    assert np.array_equal(bench.drawn(VISIBLE), carried)
    train(qtbot, bench)
    bench.control._facies.show_model("carried")
    assert np.array_equal(bench.drawn(VISIBLE), carried)
    assert [row.name for row in bench.models if row.shown] == ["carried"]


def test_it_is_there_when_the_project_is_opened_again(qtbot: QtBot, bench: Bench, tmp_path: Path) -> None:
    carry(qtbot, bench)
    facies = bench.drawn(VISIBLE).copy()
    bench.session.project.close()
    with open_project(tmp_path / "project", open_volume) as project:
        assert project.current_result is not None
        assert project.current_result.title == "carried"
        assert np.array_equal(project.current_result.section(VISIBLE)[0], facies)
        project.volume.close()


def test_held_out_sections_are_said_and_start_nothing(bench: Bench) -> None:
    for index in (5, 20):
        bench.session.labels.set_holdout(SectionKey(Axis.INLINE, index))
    bench.control.carry()
    assert bench.jobs.busy is None
    assert bench.notes[-1] == "All labelled sections are held out: paint on another one."


def test_without_a_model_predicting_says_so(qtbot: QtBot, bench: Bench) -> None:
    carry(qtbot, bench)
    bench.control.predict_survey()
    assert bench.jobs.busy is None
    assert "no model" in bench.notes[-1]


def test_why_nothing_is_carried(bench: Bench) -> None:
    nothing = LabelStore(bench.session.geometry, FaciesScheme.named(["Calm"]))
    assert "paint on a section" in why_not_carry(nothing, is_2d=False)
    assert "2-D line" in why_not_carry(bench.session.labels, is_2d=True)
    assert why_not_carry(bench.session.labels, is_2d=False) == ""
    bench.control.set_session(None)
    bench.control.carry()
    assert bench.jobs.busy is None


def test_scores_on_what_was_carried_from_are_called_too_good() -> None:
    assert seen_text(["inline 3"], carried=True).startswith("Labels of inline 3 were carried")
