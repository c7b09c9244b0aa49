"""Pick a patch, see hits, jump, accept three, reject two, label, export; find it all after a restart."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QLabel, QSpinBox

from seisview.data.geometry import Axis, SectionKey
from seisview.data.synthetic import SyntheticConfig, synthesize, write_survey
from seisview.labels.boxes import Box
from seisview.labels.patches import Verdict
from seisview.labels.provenance import Provenance
from seisview.learn.matching.config import MatchTrainConfig, RoundsConfig, SiameseConfig
from tests.journeys.interpreter import Interpreter


@pytest.fixture(scope="module")
def survey_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("survey") / "synthetic.sgy"
    write_survey(synthesize(SyntheticConfig(n_inlines=40, n_crosslines=80, n_samples=96)), path)
    return path


def set_size(interpreter: Interpreter, samples: int, traces: int) -> None:
    for name, value in (("match_samples", samples), ("match_traces", traces)):
        box = interpreter.find(QSpinBox, name)
        box.setFocus()
        box.selectAll()
        interpreter.qtbot.keyClicks(box, str(value))
        interpreter.qtbot.keyClick(box, Qt.Key.Key_Return)
    interpreter.section.canvas.setFocus()


def click_section(
    interpreter: Interpreter, row: float, column: float, button=Qt.MouseButton.LeftButton
) -> None:
    viewport = interpreter.section.canvas.viewport()
    interpreter.qtbot.mouseClick(viewport, button, pos=interpreter.section.pixel_of(row, column))


def wait_for_hits(interpreter: Interpreter, before=None) -> None:
    matches = interpreter.application.matches
    interpreter.wait_until(
        lambda: matches.answer is not None and matches.answer is not before and not matches.answer.is_quick,
        60,
    )


@pytest.mark.slow
def test_pick_judge_label_export_and_find_again(
    interpreter: Interpreter, survey_path: Path, tmp_path: Path
) -> None:
    interpreter.open_survey(survey_path)
    app, page = interpreter.application, interpreter.window.match_page
    matches, gallery = app.matches, page.gallery
    interpreter.key(Qt.Key.Key_1)
    interpreter.paint(Qt.Key.Key_1, [(60, 50), (64, 56)])  # by hand: nothing may overwrite it
    painted = app.session.labels.section(interpreter.section.key).copy()
    interpreter.key(Qt.Key.Key_M)
    assert interpreter.section.tool == "match"
    set_size(interpreter, 16, 16)
    click_section(interpreter, 40, 30)
    wait_for_hits(interpreter)
    assert page.isVisible()  # the page of hits came to the front by itself
    interpreter.wait_until(lambda: not app.similarity.is_building, 90)
    wait_for_hits(interpreter)
    interpreter.wait_until(lambda: len(matches.state.found) >= 5, 60)
    hits = matches.state.found
    scores = [hit.similarity for hit in hits]
    assert scores == sorted(scores, reverse=True)
    assert all(0 < hit.confidence < 1 for hit in hits)
    assert len(gallery.items) == len(matches.state.hits)
    assert any(mark.kind == "match" for mark in app.panes.shown[0].base_map.marks)
    assert interpreter.find(QLabel, "match_notice").text() == ""  # nothing more follows
    interpreter.picture("matching-1-hits")

    number = next(n for n, hit in enumerate(hits) if hit.patch.key != interpreter.section.key)
    interpreter.qtbot.mouseClick(
        gallery.viewport(),
        Qt.MouseButton.LeftButton,
        pos=gallery.visualRect(gallery.model().index(number, 0)).center(),
    )
    interpreter.wait_until(lambda: interpreter.section.key == hits[number].patch.key)
    interpreter.wait_until(lambda: interpreter.section.flashed_box is not None)
    interpreter.picture("matching-2-jumped")

    shown = interpreter.section.key
    for judged, key in enumerate((Qt.Key.Key_A, Qt.Key.Key_A, Qt.Key.Key_A, Qt.Key.Key_R, Qt.Key.Key_R)):
        answer = matches.answer
        gallery.setFocus()
        assert matches.state.hits[gallery.current].verdict is Verdict.OPEN
        interpreter.qtbot.keyClick(gallery, key)
        assert len(matches.state.accepted) + len(matches.state.rejected) == judged + 1
        wait_for_hits(interpreter, answer)  # re-ranked at once
    assert interpreter.section.key == shown  # A did not go to the previous section
    assert (len(matches.state.accepted), len(matches.state.rejected)) == (3, 2)
    judged_places = {hit.patch for hit in (*matches.state.accepted, *matches.state.rejected)}
    assert not judged_places & {hit.patch for hit in matches.state.found}
    interpreter.picture("matching-3-judged")

    interpreter.key(Qt.Key.Key_2)
    before = app.session.labels.counts().get(2, 0)
    interpreter.click("match_label")
    accepted = matches.state.accepted[0].patch
    box = accepted.box.intersection(Box.whole(app.session.geometry.section_shape(accepted.key.axis)))
    labelled = app.session.labels.section(accepted.key, box)
    assert (labelled != 0).all()
    assert app.session.labels.counts()[2] > before
    middle = SectionKey(Axis.INLINE, 20)
    now = app.session.labels.section(middle)
    assert np.array_equal(now[painted == 1], painted[painted == 1])
    assert app.session.labels.provenance_counts()[Provenance.ACCEPTED] > 0
    interpreter.undo()
    assert app.session.labels.counts().get(2, 0) == before  # one step
    interpreter.picture("matching-4-labelled")

    for name in ("hits.csv", "heat.sgy"):
        out = tmp_path / name
        app.prompts.matches_to_export = lambda _name, out=out: out
        interpreter.wait_until(lambda: interpreter.find(QAbstractButton, "match_export").isEnabled())
        interpreter.click("match_export")
        interpreter.wait_until(lambda out=out: out.exists() and app.jobs.busy is None, 30)
    rows = list(csv.DictReader((tmp_path / "hits.csv").read_text().splitlines()))
    assert [row["verdict"] for row in rows[:3]] == ["accepted"] * 3
    assert list(rows[0])[:6] == ["rank", "similarity", "confidence", "axis", "line", "crossline_or_inline"]
    state = matches.state
    interpreter.leave()

    again = Interpreter(interpreter.qtbot, interpreter.screenshots)
    interpreter.application, interpreter.window = again.application, again.window
    interpreter.section = again.section
    again.open_survey(survey_path)
    found = again.application.matches.state
    assert found.accepted == state.accepted
    assert found.rejected == state.rejected
    assert found.found == state.found
    assert len(again.window.match_page.gallery.items) == len(state.hits)
    again.picture("matching-5-restarted")


@pytest.mark.slow
def test_verdicts_are_learnt_from_and_proposals_reviewed_before_they_are_used(
    interpreter: Interpreter, survey_path: Path
) -> None:
    interpreter.open_survey(survey_path)
    app, page = interpreter.application, interpreter.window.match_page
    network = SiameseConfig("resnet10", dimensions=16, patch=(32, 32))
    app.match_learning.config = MatchTrainConfig(network, steps=2, batch_size=12, device="cpu")
    app.match_learning.rounds = RoundsConfig(curated_threshold=1.9, neighbours=2, tiles=24)
    interpreter.key(Qt.Key.Key_M)
    set_size(interpreter, 16, 16)
    click_section(interpreter, 40, 30)
    wait_for_hits(interpreter)
    interpreter.wait_until(lambda: not app.similarity.is_building, 90)
    interpreter.wait_until(lambda: len(app.matches.state.found) >= 12, 60)
    for key in [Qt.Key.Key_A] * 4 + [Qt.Key.Key_R] * 5:
        answer = app.matches.answer
        page.gallery.setFocus()
        interpreter.qtbot.keyClick(page.gallery, key)
        wait_for_hits(interpreter, answer)
    before = [hit.patch for hit in app.matches.state.found]
    rounds = interpreter.find(QSpinBox, "match_rounds")
    rounds.setFocus()
    interpreter.qtbot.keyClick(rounds, Qt.Key.Key_Up)
    interpreter.click("match_learn")
    gallery = page.review.gallery
    interpreter.wait_until(gallery.isVisible, 60)
    proposed = len(page.review.kept)
    assert proposed > 2
    assert all(page.review.kept)
    interpreter.wait_until(lambda: len(gallery.pictures) == proposed)
    interpreter.qtbot.keyClick(gallery, Qt.Key.Key_R)
    interpreter.qtbot.keyClick(gallery, Qt.Key.Key_R)
    assert page.review.kept[:3] == (False, False, True)
    interpreter.picture("matching-6-review")
    interpreter.click("match_review_use")
    interpreter.wait_until(lambda: app.jobs.busy is None, 60)
    manifest = app.session.project.models_folder / "similarity-manifest.csv"
    assert len(list(csv.DictReader(manifest.read_text().splitlines()))) == proposed - 2
    interpreter.wait_until(lambda: app.matches.uses_model)
    interpreter.wait_until(lambda: [hit.patch for hit in app.matches.state.found] != before, 60)
    assert "model" in app.matches.answer.origin
    interpreter.click("match_learnt")  # off again: the order is that of before
    interpreter.wait_until(lambda: [hit.patch for hit in app.matches.state.found] == before, 60)
