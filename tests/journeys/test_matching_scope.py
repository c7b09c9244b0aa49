"""Where a search looks, what pushes it away, what its overlay shows, what happens when it cannot go on."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QComboBox

from seisview.data.geometry import Axis, SectionKey
from seisview.errors import ExportError
from seisview.learn.matching.config import MatchTrainConfig, SiameseConfig
from tests.journeys.interpreter import CONTROL, Interpreter
from tests.journeys.test_matching import click_section, set_size, wait_for_hits

RIGHT = Qt.MouseButton.RightButton


@pytest.fixture(scope="module")
def survey_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from seisview.data.synthetic import SyntheticConfig, synthesize, write_survey

    path = tmp_path_factory.mktemp("survey") / "synthetic.sgy"
    write_survey(synthesize(SyntheticConfig(n_inlines=40, n_crosslines=80, n_samples=96)), path)
    return path


def searched(interpreter: Interpreter, survey_path: Path) -> None:
    interpreter.open_survey(survey_path)
    interpreter.key(Qt.Key.Key_M)
    set_size(interpreter, 16, 16)
    click_section(interpreter, 40, 30)
    wait_for_hits(interpreter)
    interpreter.wait_until(lambda: not interpreter.application.similarity.is_building, 90)
    interpreter.wait_until(lambda: len(interpreter.application.matches.state.found) == 50, 60)


def again(interpreter: Interpreter, act) -> None:
    before = interpreter.application.matches.answer
    act()
    wait_for_hits(interpreter, before)


@pytest.mark.slow
def test_directions_regions_and_patches_that_push_away(interpreter: Interpreter, survey_path: Path) -> None:
    searched(interpreter, survey_path)
    matches = interpreter.application.matches
    assert {hit.patch.key.axis for hit in matches.state.found} == {Axis.INLINE}

    interpreter.click("match_both")
    interpreter.wait_until(
        lambda: {hit.patch.key.axis for hit in matches.state.found} == {Axis.INLINE, Axis.CROSSLINE}, 90
    )
    interpreter.wait_until(lambda: not interpreter.application.similarity.is_building, 90)

    query = matches.state.positives[0]
    region = interpreter.find(QComboBox, "match_region")
    region.setFocus()
    again(interpreter, lambda: interpreter.qtbot.keyClick(region, Qt.Key.Key_Down))
    assert all(abs(hit.patch.centre[2] - query.centre[2]) <= 33 for hit in matches.state.found)
    again(interpreter, lambda: interpreter.qtbot.keyClick(region, Qt.Key.Key_Up))

    first = matches.state.found[0].patch
    interpreter.application.places.show(first.key, first.box)
    interpreter.wait_until(lambda: interpreter.section.key == first.key)
    middle = (first.box.row0 + first.box.row1) / 2, (first.box.column0 + first.box.column1) / 2
    again(interpreter, lambda: click_section(interpreter, *middle, RIGHT))
    assert len(matches.state.negatives) == 1
    assert matches.state.positives == (query,)
    assert first not in {hit.patch for hit in matches.state.found}

    viewport, pixel = interpreter.section.canvas.viewport(), interpreter.section.pixel_of(60, 20)
    again(
        interpreter,
        lambda: interpreter.qtbot.mouseClick(viewport, Qt.MouseButton.LeftButton, CONTROL, pos=pixel),
    )
    assert len(matches.state.positives) == 2  # several combine
    again(interpreter, lambda: click_section(interpreter, 30, 20))
    assert len(matches.state.positives) == 1  # a plain click begins anew
    assert not matches.state.negatives


@pytest.mark.slow
def test_the_overlay_is_where_it_is_sure_and_a_slice_can_be_picked_on(
    interpreter: Interpreter, survey_path: Path
) -> None:
    searched(interpreter, survey_path)
    app = interpreter.application
    plain = interpreter.section_picture()
    app.state.set_layer("matches", visible=True)
    interpreter.wait_until(lambda: interpreter.section_picture() != plain)
    heat = app.matches.answer.heat.section(interpreter.section.key)
    assert heat[40, 30] > 0.85 * 255
    assert np.median(heat) < 0.35 * 255

    slice_ = SectionKey(Axis.SAMPLE, 50)
    app.state.set_key(slice_)
    interpreter.wait_until(lambda: interpreter.section.key == slice_)
    again(interpreter, lambda: click_section(interpreter, 60, 10))  # crossline, inline
    picked = app.matches.state.positives[0]
    assert picked.key == SectionKey(Axis.INLINE, 10)
    assert picked.box.shape == (16, 16)
    assert picked.centre[1:] == pytest.approx((60, 50), abs=1)


@pytest.mark.slow
def test_learning_can_be_cancelled_and_the_search_stays(interpreter: Interpreter, survey_path: Path) -> None:
    searched(interpreter, survey_path)
    app, page = interpreter.application, interpreter.window.match_page
    network = SiameseConfig("resnet10", dimensions=16, patch=(32, 32))
    app.match_learning.config = MatchTrainConfig(network, steps=100_000, batch_size=12, device="cpu")
    state = app.matches.state
    interpreter.click("match_learn")  # no verdicts, no labels: neighbouring sections teach
    interpreter.wait_until(lambda: page._plot.isVisible() and len(page._plot._steps) > 2, 60)
    assert not interpreter.find(QAbstractButton, "match_learn").isEnabled()
    app.jobs.cancel()
    interpreter.wait_until(lambda: app.jobs.busy is None, 10)
    assert page.gallery.isVisible()
    assert app.matches.state.positives == state.positives
    assert len(app.matches.state.found) == 50
    assert not (app.session.project.models_folder / "similarity.safetensors").exists()
    assert interpreter.find(QAbstractButton, "match_learn").isEnabled()


def test_features_that_cannot_be_made_are_told_and_tried_again_with_the_next_pick(
    interpreter: Interpreter, survey_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = []

    def full(*_arguments, **_more):
        tried.append(1)
        raise ExportError("The disk is full.", "Make room.")

    monkeypatch.setattr("seisview.gui.matches.similarity_features.build_feature_volume", full)
    told = []
    interpreter.application.matches._searching.failed.connect(told.append)
    monkeypatch.setattr(interpreter.application.errors, "show_error", told.append)
    interpreter.open_survey(survey_path)
    interpreter.key(Qt.Key.Key_M)
    interpreter.wait_until(lambda: bool(told))
    assert "disk is full" in told[0].message
    set_size(interpreter, 16, 16)
    assert len(tried) == 1
    click_section(interpreter, 40, 30)
    interpreter.wait_until(lambda: len(tried) == 2)
    assert len(interpreter.application.matches.state.positives) == 1  # the pick is not lost


@pytest.mark.slow
def test_a_patch_of_a_crossline_finds_crosslines_and_hits_are_seen_where_they_are_cut(
    interpreter: Interpreter, survey_path: Path
) -> None:
    searched(interpreter, survey_path)
    app, page = interpreter.application, interpreter.window.match_page
    told, shown = [], []
    app.matches._searching.noticed.connect(told.append)
    app.matches.state_changed.connect(lambda: shown.append(len(page.gallery.items)))
    interpreter.key(Qt.Key.Key_2, CONTROL)
    interpreter.wait_until(lambda: interpreter.section.key.axis is Axis.CROSSLINE)
    cut = interpreter.section._boxes.boxes
    assert len(cut) > 0
    assert all(box.box.shape[1] == 1 for box in cut)  # hits on inlines, where this crossline cuts them

    interpreter.key(Qt.Key.Key_M)
    click_section(interpreter, 40, 20)
    interpreter.wait_until(lambda: any("the crosslines" in text for text in told))
    assert 0 in shown  # inline hits do not stand there as if they were those of the new patch
    interpreter.wait_until(lambda: len(app.matches.state.found) == 50, 90)
    interpreter.wait_until(lambda: not app.similarity.is_building, 90)
    assert {hit.patch.key.axis for hit in app.matches.state.found} == {Axis.CROSSLINE}
    found = app.matches.state.found[0].patch
    app.places.show(found.key, found.box)
    interpreter.wait_until(lambda: interpreter.section.key == found.key)
    interpreter.wait_until(lambda: any(box.box == found.box for box in interpreter.section._boxes.boxes))
