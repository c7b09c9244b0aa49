"""Features for similarity are made in the background: after other jobs, both directions, within the room."""

from __future__ import annotations

import threading
from types import SimpleNamespace

import numpy as np
import pytest

from seisview.data.amplitude import measure_amplitudes
from seisview.data.arrays.volumes import open_npy
from seisview.data.geometry import Axis, SectionKey
from seisview.errors import ExportError
from seisview.gui.jobs.job_runner import JobRunner
from seisview.gui.matches.match_search import MatchSearch
from seisview.gui.matches.similarity_features import SimilarityFeatures
from seisview.labels.boxes import Box
from seisview.labels.patches import Patch
from seisview.learn.features.config import FeatureConfig
from seisview.learn.matching.config import SearchConfig
from seisview.progress import Progress
from seisview.workflows.features import survey_features
from seisview.workflows.matching.query import MatchQuery


@pytest.fixture
def session(tmp_path):
    rng = np.random.default_rng(0)
    np.save(tmp_path / "s.npy", np.cumsum(rng.normal(size=(12, 24, 40)), axis=1).astype(np.float32))
    volume = open_npy(tmp_path / "s.npy")
    yield SimpleNamespace(volume=volume, statistics=measure_amplitudes(volume, Progress()))
    volume.close()


@pytest.fixture
def scene(qtbot, session):
    jobs, said = JobRunner(), []
    features = SimilarityFeatures(jobs, said.append)
    features.set_session(session)
    yield SimpleNamespace(jobs=jobs, features=features, said=said, session=session)
    jobs.shutdown()
    features.shutdown()


def done(session, axis):
    found = survey_features(session.volume, session.statistics, FeatureConfig.texture(axis=axis))
    return found is not None and found.complete


def test_both_directions_are_made_one_after_the_other(scene, qtbot):
    with qtbot.waitSignal(scene.features.progressed, timeout=30_000):  # the first one imports torch
        scene.features.want([FeatureConfig.texture(axis=axis) for axis in (Axis.INLINE, Axis.CROSSLINE)])
    qtbot.waitUntil(lambda: done(scene.session, Axis.CROSSLINE) and not scene.features.is_building)
    assert done(scene.session, Axis.INLINE)
    assert any("similarity features" in text for text in scene.said)
    assert scene.said[-1] == ""


def test_what_is_wanted_last_is_made_first(scene, qtbot):
    """A patch picked on a crossline does not wait until all inlines are done."""
    order = []
    axes = {axis: FeatureConfig.texture(axis=axis) for axis in (Axis.INLINE, Axis.CROSSLINE)}

    def note():
        order.extend(axis for axis in axes if axis not in order and done(scene.session, axis))

    scene.features.progressed.connect(note)
    scene.features.want([axes[Axis.INLINE]])
    scene.features.want([axes[Axis.CROSSLINE]])
    qtbot.waitUntil(lambda: len(order) == 2 and not scene.features.is_building, timeout=30_000)
    assert order == [Axis.CROSSLINE, Axis.INLINE]
    assert any("crosslines" in text for text in scene.said)


def test_another_job_goes_first(scene, qtbot):
    gate = threading.Event()
    scene.jobs.start("Training", lambda _progress: gate.wait(20), on_result=lambda _ok: None)
    scene.features.want([FeatureConfig.texture(axis=Axis.INLINE)])
    assert not scene.features.is_building
    gate.set()
    qtbot.waitUntil(lambda: done(scene.session, Axis.INLINE), timeout=30_000)


def test_a_large_survey_keeps_every_nth_line(scene):
    assert scene.features.config.every == 1
    scene.features.max_bytes = 12 * 5 * 3 * 32 * 2 // 3
    scene.features.set_session(scene.session)
    assert scene.features.config.every == 3


def test_what_fails_once_is_not_tried_again(scene, qtbot, monkeypatch):
    calls = []

    def full(*_arguments, **_more):
        calls.append(1)
        raise ExportError("The disk is full.", "Make room.")

    monkeypatch.setattr("seisview.gui.matches.similarity_features.build_feature_volume", full)
    config = FeatureConfig.texture(axis=Axis.INLINE)
    with qtbot.waitSignal(scene.features.failed):
        scene.features.want([config])
    qtbot.waitUntil(lambda: not scene.features.is_building)
    scene.features.want([config])
    assert not scene.features.is_building
    assert len(calls) == 1


def test_a_search_after_a_failure_tries_again_and_does_not_promise_hits_before(scene, qtbot, monkeypatch):
    def full(*_arguments, **_more):
        raise ExportError("The disk is full.", "Make room.")

    search, notices = MatchSearch(scene.features), []
    search.noticed.connect(notices.append)
    search.set_session(scene.session)
    query = MatchQuery((Patch(SectionKey(Axis.INLINE, 4), Box(4, 20, 4, 20)),))
    with monkeypatch.context() as patch:
        patch.setattr("seisview.gui.matches.similarity_features.build_feature_volume", full)
        with qtbot.waitSignal(search.failed):
            assert not search.search(query, SearchConfig())
    assert notices[-1] == "The disk is full. Make room. Then pick the patch again."
    qtbot.waitUntil(lambda: not scene.features.is_building)
    assert not search.search(query, SearchConfig())
    qtbot.waitUntil(lambda: done(scene.session, None), timeout=30_000)
    assert search.shutdown()
