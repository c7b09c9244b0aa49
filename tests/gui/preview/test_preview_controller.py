"""The preview in step with labels and features: real features of a tiny survey, a real head, no window."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from seisview.data.amplitude import measure_amplitudes
from seisview.data.cache import SectionCache
from seisview.data.geometry import Axis, SectionKey
from seisview.data.opening import open_volume
from seisview.errors import ExportError, VolumeError
from seisview.gui.jobs.job_runner import JobRunner
from seisview.gui.preview import carried_preview, feature_worker
from seisview.gui.preview.feature_worker import FeatureWorker
from seisview.gui.preview.preview_controller import PreviewController
from seisview.gui.survey.session import Session
from seisview.labels.boxes import Box
from seisview.labels.facies import FaciesScheme
from seisview.learn.features.config import FeatureConfig
from seisview.project.storage import create_project
from seisview.workflows.features import prepare_features

SHAPE = (8, 48, 64)
VISIBLE, OTHER = SectionKey(Axis.INLINE, 3), SectionKey(Axis.INLINE, 6)
LONG_MS = 30_000


class Scene:
    def __init__(self, qtbot, folder):
        self.qtbot = qtbot
        rng = np.random.default_rng(0)
        quiet = np.sin(np.arange(64) / 1.5) + 0.1 * rng.standard_normal(SHAPE)
        rough = 2.0 * rng.standard_normal(SHAPE)
        np.save(folder / "s.npy", np.where(np.arange(64) < 32, quiet, rough).astype(np.float32))
        volume = open_volume(folder / "s.npy")
        project = create_project(folder / "project", volume, scheme=FaciesScheme.named(["Calm", "Chaos"]))
        self.session = Session(volume, project, measure_amplitudes(volume), SectionCache(volume))
        self.jobs, self.states, self.notes = JobRunner(), [], []
        self.features = FeatureWorker(self.jobs, self.states.append)
        self.features.config = FeatureConfig(backbone="resnet10", weights="none", dimensions=16, device="cpu")
        self.control = PreviewController(self.features, self.notes.append)
        self.overlays, self.texts, self.n_refreshes = [], {}, 0
        self.control.overlay_changed.connect(self.overlays.append)
        self.control.refresh_needed.connect(self._count)
        self.control.layer_described.connect(lambda layer, *text: self.texts.update({layer: text}))
        self.control.set_session(self.session)
        self.control.show_section(VISIBLE)

    def _count(self):
        self.n_refreshes += 1
        self.draw()

    def paint(self, key, class_id, rows, columns=slice(None)):
        mask = np.zeros((SHAPE[2], SHAPE[1]), np.bool_)
        mask[rows, columns] = True
        self.session.labels.apply(key, Box.whole(mask.shape), mask, class_id)
        self.control.update_labels()

    def paint_two(self, key=VISIBLE):
        self.paint(key, 1, slice(4, 28), slice(0, 20))
        self.paint(key, 2, slice(36, 60), slice(0, 20))

    def draw(self, key=VISIBLE):
        """As a view does: ask the overlay, and let what it tells arrive."""
        if self.overlays and self.overlays[-1] is not None:
            return self.overlays[-1](key)[0]
        return np.zeros((SHAPE[2], SHAPE[1]), np.uint8)

    def wait(self, condition):
        self.qtbot.waitUntil(condition, timeout=LONG_MS)

    def wait_for_preview(self):
        self.wait(lambda: self.control.n_sections > 0)
        self.draw()

    @property
    def text(self):
        return self.texts["facies"][0]


@pytest.fixture
def scene(qtbot, tmp_path):
    made = Scene(qtbot, tmp_path)
    yield made
    assert made.control.shutdown()
    assert made.jobs.shutdown()
    made.session.project.close()
    made.session.volume.close()


def test_one_class_makes_no_preview_and_two_do(scene):
    scene.paint(VISIBLE, 1, slice(4, 28))
    assert scene.control.last is None
    assert not [t for t in threading.enumerate() if t.name == "job: Preview features"]
    scene.paint(VISIBLE, 2, slice(36, 60))
    scene.wait_for_preview()
    facies = scene.draw()
    assert (facies[8:24] == 1).mean() > 0.9
    assert (facies[40:56] == 2).mean() > 0.9
    scene.wait(lambda: scene.text == "preview, 1 labelled section")


def test_every_stroke_changes_the_section_on_screen(scene):
    scene.paint_two()
    scene.wait_for_preview()
    before, count = scene.draw(), scene.n_refreshes
    scene.paint(VISIBLE, 2, slice(0, 16), slice(0, 40))
    scene.wait(lambda: scene.n_refreshes > count)
    scene.wait(lambda: not np.array_equal(scene.draw(), before))


def test_the_rest_of_the_survey_follows_and_waits_for_a_compute_job(scene, monkeypatch):
    begun, release = threading.Event(), threading.Event()
    real = feature_worker.build_feature_volume

    def held(volume, statistics, config, progress):
        begun.set()
        while not release.wait(0.01):
            progress.report("Preparing features", 1, 4)
        return real(volume, statistics, config, progress)

    monkeypatch.setattr(feature_worker, "build_feature_volume", held)
    scene.paint_two()
    scene.wait(begun.is_set)
    scene.wait(lambda: scene.states[-1] == "preview features 25 %")
    done = threading.Event()
    scene.jobs.start("Training", lambda _p: done.wait(20), on_result=lambda _r: None)
    scene.wait(lambda: not scene.features.is_building)
    assert scene.states[-1] == "preview features 25 % paused"
    release.set()
    done.set()
    scene.wait(lambda: scene.features.volume is not None and scene.features.volume.complete)
    scene.wait(lambda: scene.states[-1] == "")
    assert scene.draw(OTHER).all()


def test_switched_off_it_draws_nothing_and_on_again_it_is_there(scene):
    scene.paint_two()
    scene.wait_for_preview()
    scene.control.set_on(False)
    assert scene.overlays[-1] is None
    assert scene.control.n_sections == 0
    assert scene.text == ""
    scene.paint(VISIBLE, 1, slice(0, 4))
    assert scene.control.last is None
    scene.control.set_on(True)
    scene.wait_for_preview()
    assert scene.draw().any()


def test_the_network_replaces_the_preview_and_says_so(scene):
    scene.paint_two()
    scene.wait_for_preview()

    class Result:
        complete = False

        def along(self, _inlines, _crosslines):
            raise AssertionError("no line is drawn")

    scene.control.set_tuned(lambda _key: (np.ones((64, 48), np.uint8), np.ones((64, 48), np.uint8)), Result())
    scene.control.describe_tuned("facies", "tuned-1, 14:02", "")
    assert (scene.draw() == 1).all()
    scene.wait(lambda: scene.text == "tuned-1, 14:02")
    scene.control.set_tuned(None, None)
    scene.control.describe_tuned("facies", "", "train first")
    assert (scene.draw() == 2).any()
    scene.wait(lambda: scene.text == "preview, 1 labelled section")


def test_held_out_sections_teach_nothing(scene):
    scene.paint_two(OTHER)
    scene.session.labels.set_holdout(OTHER)
    scene.control.update_labels()
    scene.wait(lambda: scene.control.last is not None and scene.control.last.keys == ())
    assert scene.control.n_sections == 0


def test_features_that_cannot_be_made_are_a_note_and_tried_again_later(scene, monkeypatch):
    def full(*_args):
        raise ExportError("The disk is full.", "Free some space.")

    monkeypatch.setattr(feature_worker, "section_features", full)
    scene.paint_two()
    scene.wait(lambda: bool(scene.notes))
    assert scene.notes == ["No instant preview: The disk is full. Free some space."]
    scene.paint(VISIBLE, 1, slice(0, 4))
    scene.wait(lambda: scene.control.last is not None and scene.control.last.keys == (VISIBLE,))
    assert len(scene.notes) == 1  # not at every stroke
    monkeypatch.undo()  # there is room again
    failed = scene.features.clock()
    scene.features.clock = lambda: failed + 60
    scene.paint(VISIBLE, 1, slice(0, 6))
    scene.wait_for_preview()
    assert len(scene.notes) == 1


def cut(monkeypatch, *bad):
    """The file was cut: some sections cannot be read any more, and not the survey as a whole."""
    real = feature_worker.section_features

    def section_features(volume, statistics, config, keys, progress):
        if set(keys) & set(bad):
            prepare_features(volume, statistics, config, progress)  # what all sections need is there
            raise VolumeError("s.sgy is shorter than it was.", "Copy it again.")
        return real(volume, statistics, config, keys, progress)

    def build_feature_volume(*_args):
        raise VolumeError("s.sgy is shorter than it was.", "Copy it again.")

    monkeypatch.setattr(feature_worker, "section_features", section_features)
    monkeypatch.setattr(feature_worker, "build_feature_volume", build_feature_volume)


def test_a_section_that_cannot_be_read_says_so_and_others_have_their_preview(scene, monkeypatch):
    cut(monkeypatch, OTHER)
    scene.paint_two()
    scene.wait_for_preview()
    scene.wait(lambda: bool(scene.notes))
    trouble = "No instant preview of a part of the survey: s.sgy is shorter than it was. Copy it again."
    assert scene.notes == [trouble]
    for _ in range(2):
        scene.control.show_section(OTHER)
        assert not scene.draw(OTHER).any()
        scene.wait(lambda: scene.text == "no preview here: s.sgy is shorter than it was.")
        another = SectionKey(Axis.CROSSLINE, 20)  # at once, not after a while
        scene.control.show_section(another)
        scene.wait(lambda key=another: scene.features.find(key) is not None)
        scene.draw(another)
        scene.wait(lambda: scene.text == "preview, 1 labelled section")
    assert len(scene.notes) == 1
    monkeypatch.undo()  # the file is whole again
    failed = scene.features.clock()
    scene.features.clock = lambda: failed + 60
    scene.control.show_section(OTHER)
    scene.wait(lambda: bool(scene.draw(OTHER).any()))
    scene.wait(lambda: scene.text == "preview, 1 labelled section")


def test_labelled_sections_that_cannot_be_read_are_not_said_to_be_prepared(scene, monkeypatch):
    cut(monkeypatch, VISIBLE, OTHER)
    scene.paint_two()
    scene.wait(lambda: scene.text == "no preview yet: s.sgy is shorter than it was.")
    scene.paint_two(SectionKey(Axis.INLINE, 5))
    scene.wait_for_preview()
    scene.control.show_section(SectionKey(Axis.INLINE, 5))
    scene.draw(SectionKey(Axis.INLINE, 5))
    scene.wait(lambda: scene.text == "preview, 1 of 2 labelled sections")


def test_the_layer_speaks_of_the_section_on_screen_though_it_cannot_be_drawn(scene):
    scene.paint_two()
    scene.wait_for_preview()
    scene.wait(lambda: scene.text == "preview, 1 labelled section")
    scene.control.show_unreadable(OTHER, VolumeError("s.sgy is shorter than it was.", "Copy it again."))
    expected = "nothing here, this section cannot be read: s.sgy is shorter than it was."
    assert scene.text == expected
    scene.control.show_section(VISIBLE)
    assert scene.text == "preview, 1 labelled section"


def test_a_survey_too_large_for_all_its_features_keeps_every_second_section(scene):
    scene.features.max_bytes = 5 * 8 * 6 * 16 * 2  # bytes of five of its eight sections
    scene.control.set_session(scene.session)
    scene.control.show_section(VISIBLE)
    scene.paint_two()
    scene.wait_for_preview()
    assert scene.draw().any()  # section 3 is none of those that are kept
    scene.wait(lambda: scene.features.volume is not None and scene.features.volume.complete)
    assert list(scene.features.volume.lines) == [0, 2, 4, 6]


def test_another_survey_forgets_the_preview(scene):
    scene.paint_two()
    scene.wait_for_preview()
    scene.control.set_session(None)
    assert scene.control.n_sections == 0
    assert scene.control.overlay is None
    assert scene.features.find(VISIBLE) is None


def test_labels_are_carried_once_dips_are_known(scene, monkeypatch):
    """A painted class that the features of other sections do not show arrives there all the same."""
    dips, measure = threading.Event(), carried_preview.survey_dips
    monkeypatch.setattr(carried_preview, "survey_dips", lambda *a: dips.wait(LONG_MS / 1000) and measure(*a))
    scene.paint(VISIBLE, 1, slice(4, 28))
    scene.paint(VISIBLE, 2, slice(36, 60))
    scene.paint(VISIBLE, 1, slice(44, 54), slice(24, 40))  # what features cannot tell from the rest
    scene.wait_for_preview()
    scene.wait(lambda: scene.features.find(OTHER) is not None)
    patch = (slice(46, 52), slice(26, 38))
    before = (scene.draw(OTHER)[patch] == 1).mean()
    dips.set()
    scene.wait(lambda: bool((scene.draw(OTHER)[patch] == 1).mean() > before + 0.3))
    assert not scene.notes


def test_a_survey_that_cannot_be_read_for_dips_is_a_note_and_previews_go_on(scene, monkeypatch):
    def broken(*_):
        raise VolumeError("The file is gone.", "Find it.")

    monkeypatch.setattr(carried_preview, "survey_dips", broken)
    scene.paint_two()
    scene.wait_for_preview()
    scene.wait(lambda: bool(scene.notes))
    assert scene.notes == ["The file is gone. Find it."]
    assert (scene.draw()[8:24] == 1).mean() > 0.9
