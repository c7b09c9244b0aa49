"""Quality in the window: compared by itself when a volume is complete, out of date when labels change."""

from __future__ import annotations

import threading
from unittest.mock import Mock

import numpy as np
import pytest

from seisview.data.amplitude import measure_amplitudes
from seisview.data.cache import SectionCache
from seisview.data.geometry import Axis, SectionKey
from seisview.data.opening import open_volume
from seisview.gui.jobs.job_runner import JobRunner
from seisview.gui.quality.quality_controller import NO_MODEL, QualityController
from seisview.gui.quality.quality_page import QualityPage
from seisview.gui.quality.quality_texts import OTHER_FACIES, OUT_OF_DATE
from seisview.gui.survey.session import Session
from seisview.labels.boxes import Box
from seisview.labels.facies import FaciesScheme
from seisview.project.results import FaciesProvenance
from seisview.project.schema import ModelRecord
from seisview.project.storage import create_project
from seisview.workflows.facies.quality import CARRIES

SHAPE = (24, 40, 64)
HELD, OTHER = SectionKey(Axis.INLINE, 18), SectionKey(Axis.INLINE, 4)
WRONG = (slice(40, 56), slice(8, 24))


class Scene:
    def __init__(self, qtbot, folder):
        self.qtbot = qtbot
        rng = np.random.default_rng(0)
        np.save(folder / "s.npy", rng.normal(size=SHAPE).astype(np.float32))
        volume = open_volume(folder / "s.npy")
        project = create_project(folder / "project", volume, scheme=FaciesScheme.named(["Calm", "Chaos"]))
        self.session = Session(volume, project, measure_amplitudes(volume), SectionCache(volume))
        self.page, self.jobs, self.errors, self.places = Mock(spec=QualityPage), JobRunner(), [], []
        self.result = None
        self.control = QualityController(self.page, self.jobs, lambda: self.result, self.errors.append)
        self.control.place_chosen.connect(lambda key, box: self.places.append((key, box)))
        self.control.set_session(self.session)

    def paint(self, key, class_id=1, rows=slice(None)):
        mask = np.zeros((SHAPE[2], SHAPE[1]), np.bool_)
        mask[rows] = True
        self.session.labels.apply(key, Box.whole(mask.shape), mask, class_id)

    def add_model(self, name="tuned-1", block="", trained_on="", carries="no"):
        project = self.session.project
        path = project.new_model_path(name)
        path.write_bytes(b"no network")
        details = {"validation_block": block, "trained_on": trained_on, CARRIES: carries}
        project.add_model(ModelRecord(name=name, file=path.name, details=details))

    def add_result(self, title="tuned-1", complete=True, **details):
        project = self.session.project
        labels, fingerprint = project.labels, project.volume.fingerprint
        origin = FaciesProvenance(("id",), labels.revision, labels.scheme, fingerprint, title, details)
        result = project.create_result(origin)
        facies = np.ones((SHAPE[2], SHAPE[1]), np.uint8)
        facies[WRONG] = 2
        for index in range(SHAPE[0]):
            result.write_section(SectionKey(Axis.INLINE, index), facies, np.full(facies.shape, 0.9))
        if complete:
            result.finish()
        project.install_result(result)
        self.result = result

    def notice(self):
        return self.page.set_notice.call_args.args[0]

    def wait_for_report(self):
        self.qtbot.waitUntil(lambda: self.control.report is not None, timeout=10_000)


@pytest.fixture
def scene(qtbot, tmp_path):
    made = Scene(qtbot, tmp_path)
    yield made
    assert made.control.shutdown()
    assert made.jobs.shutdown()
    made.session.project.close()
    made.session.volume.close()


def held_out(scene):
    scene.paint(HELD)
    scene.session.labels.set_holdout(HELD)
    scene.add_model()


def test_a_complete_volume_is_compared_by_itself(scene):
    assert scene.notice() == NO_MODEL
    held_out(scene)
    scene.add_result()
    scene.control.refresh()
    scene.wait_for_report()
    assert scene.jobs.busy is None
    shown = scene.page.set_scores.call_args.args[0]
    assert shown.heading == "tuned-1 on 1 held-out section"
    assert scene.control.report.matrix.counts.tolist() == [[64 * 40 - 256, 256], [0, 0]]
    assert scene.notice() == ""


def test_a_page_without_a_comparison_says_how_to_get_one(scene):
    held_out(scene)
    scene.add_result(complete=False)
    scene.control.refresh()
    assert scene.control.report is None
    assert scene.notice().startswith("Not checked yet. Press Check")


def test_a_check_refused_for_another_job_is_made_once_the_volume_is_complete(scene):
    held_out(scene)
    scene.add_result(complete=False)
    scene.control.refresh()
    go_on = threading.Event()
    scene.jobs.start("Predicting", lambda _progress: go_on.wait(20), on_result=lambda _done: None)
    scene.control.check()
    scene.result.finish()
    scene.control.refresh()
    scene.wait_for_report()
    go_on.set()
    scene.qtbot.waitUntil(lambda: scene.jobs.busy is None, timeout=10_000)


def test_a_network_that_carried_labels_of_the_block_is_asked_again_without_them(scene, monkeypatch):
    scene.paint(HELD)
    scene.add_model(block="crossline 30:40", carries="yes")
    scene.add_result()  # says class 1 everywhere but in a corner: all of the block right
    asked = []

    def unseen(file, _volume, block, _progress):
        asked.append((file.name, str(block)))
        return lambda _key: np.full((SHAPE[2], SHAPE[1]), 2, np.uint8)

    monkeypatch.setattr("seisview.gui.quality.quality_check.unseen_answers", unseen)
    scene.control.refresh()
    assert scene.control.report is None
    assert "without the labels of the block" in scene.notice()
    scene.control.check()
    scene.wait_for_report()
    assert asked == [(scene.session.project.models[0].file, "crossline 30:40")]
    assert scene.control.report.matrix.pixel_accuracy == 0.0
    assert "without the labels of the block" in scene.page.set_scores.call_args.args[0].details


def test_labels_that_change_put_it_out_of_date_and_check_brings_it_up(scene):
    held_out(scene)
    scene.add_result()
    scene.control.refresh()
    scene.wait_for_report()
    scene.paint(HELD, 2, WRONG[0])
    scene.control.refresh()
    assert scene.notice() == OUT_OF_DATE
    scene.control.check()
    scene.qtbot.waitUntil(lambda: scene.notice() == "", timeout=10_000)
    assert scene.control.report.matrix.counts.tolist() == [[48 * 40, 0], [16 * 24, 256]]


def test_scores_of_facies_shown_before_say_so(scene):
    held_out(scene)
    scene.add_result()
    scene.control.refresh()
    scene.wait_for_report()
    scene.add_result("tuned-2", complete=False)
    scene.control.refresh()
    assert scene.notice() == OTHER_FACIES


def test_a_cell_goes_to_the_place_of_its_errors(scene):
    held_out(scene)
    scene.add_result()
    scene.control.refresh()
    scene.wait_for_report()
    scene.control.go_to_cell(1, 2)
    assert scene.places == [(HELD, Box(40, 56, 8, 24))]
    scene.control.go_to_cell(2, 1)
    assert len(scene.places) == 1


def test_the_validation_block_is_what_the_model_remembers(scene):
    scene.paint(OTHER)
    scene.add_model(block="crossline 30:40")
    scene.add_result()
    scene.control.refresh()
    assert scene.control.source == "validation"
    scene.wait_for_report()
    assert scene.control.report.n_samples == 64 * 10
    scene.control.choose_source("holdout")
    assert "No labelled section is held out" in scene.notice()
    assert scene.page.set_ready.call_args.args[0] is False


def test_a_section_held_out_after_training_is_told(scene):
    scene.paint(HELD)
    scene.add_model(block="crossline 30:40", trained_on="inline:4 inline:18")
    scene.add_result()
    scene.control.refresh()
    scene.wait_for_report()
    scene.session.labels.set_holdout(HELD)
    scene.control.refresh()
    assert scene.control.source == "holdout"  # a labelled section is held out now
    assert scene.page.set_scores.call_args.args == (None,)
    scene.wait_for_report()
    assert scene.page.set_scores.call_args.args[0].heading == "tuned-1 on 1 held-out section"
    title = scene.session.geometry.title(HELD)
    assert scene.notice().startswith(f"{title} was trained on before being held out")


def test_a_section_held_out_after_its_labels_were_carried_is_told(scene):
    scene.paint(HELD)
    scene.session.labels.set_holdout(HELD)
    scene.add_result("carried", carried_from="inline:4 inline:18")
    scene.control.refresh()
    scene.wait_for_report()
    assert scene.page.set_scores.call_args.args[0].heading == "carried on 1 held-out section"
    title = scene.session.geometry.title(HELD)
    assert scene.notice().startswith(f"Labels of {title} were carried before it was held out")


def test_a_model_without_block_says_so(scene):
    scene.paint(OTHER)
    scene.add_model()
    scene.add_result()
    scene.control.refresh()
    assert "too few" in scene.notice()


def test_where_the_network_must_answer_a_job_asks_it(scene):
    held_out(scene)
    scene.control.refresh()
    with scene.qtbot.waitSignal(scene.jobs.finished, timeout=20_000):
        scene.control.check()
    assert [type(error).__name__ for error in scene.errors] == ["ModelError"]  # the file is no network
    assert scene.control.report is None


def test_another_survey_forgets_everything(scene):
    held_out(scene)
    scene.add_result()
    scene.control.refresh()
    scene.wait_for_report()
    scene.result = None
    scene.control.set_session(None)
    assert scene.control.report is None
    assert scene.page.set_scores.call_args.args == (None,)
    assert scene.notice() == "Open a survey first."
