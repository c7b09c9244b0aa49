"""No job of the window runs to its end and starts again: each kind, very small, told from its beginning."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from seisview.data.amplitude import AmplitudeStatistics, measure_amplitudes
from seisview.data.opening import open_volume
from seisview.errors import Cancelled
from seisview.events import TrainingStep
from seisview.labels.snapshot import LabelSnapshot
from seisview.learn.clustering.config import ClusterConfig, ClusterRecipe
from seisview.learn.config import TrainConfig
from seisview.learn.features.config import FeatureConfig
from seisview.learn.pretext.config import PretrainConfig
from seisview.progress import Progress, ProgressState
from seisview.workflows.bricks import BricksConfig, BricksGrown, build_bricks
from seisview.workflows.clustering.folder import FolderRequest, cluster_folder
from seisview.workflows.clustering.survey import cluster_survey
from seisview.workflows.facies.carry import carry_facies
from seisview.workflows.facies.facies_sections import FaciesInMemory
from seisview.workflows.facies.segment import predict_facies, train_segmenter
from seisview.workflows.features import FeaturesReady, build_feature_volume
from seisview.workflows.pretrain import pretrain
from tests.learn.surveys import ArrayVolume, inline, labels_of, random_segmenter, snapshot, textured_survey

RECIPE = ClusterRecipe(ClusterConfig(clusters=None, view="pca", n_init=2))
TRAIN = TrainConfig(backbone="resnet10", steps=3, crop=(32, 64), batch_size=1, device="cpu")
PRETRAIN = PretrainConfig(backbone="resnet10", steps=3, batch_size=1, crop=(64, 64), device="cpu")

Job = Callable[[Progress], object]


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEISVIEW_CACHE_DIR", str(tmp_path / "cache"))


@pytest.fixture(scope="module")
def survey() -> tuple[ArrayVolume, AmplitudeStatistics, LabelSnapshot]:
    volume, facies = textured_survey((16, 72, 64))
    return volume, measure_amplitudes(volume), snapshot(labels_of(facies, inline(4)))


def told(job: Job, *, until: Callable[[object], bool] | None = None) -> list[ProgressState]:
    """All that a job reports; it is stopped by the first event that `until` names."""
    states: list[ProgressState] = []

    def look(event: object) -> None:
        if until is not None and until(event):
            progress.cancel()

    progress = Progress(states.append, look)
    try:
        job(progress)
    except Cancelled:
        assert until is not None
    return states


def shares(states: list[ProgressState]) -> list[float]:
    return [state.fraction for state in states if state.fraction is not None]


def assert_runs_once(states: list[ProgressState]) -> None:
    found = shares(states)
    assert len(found) > 2
    falls = [f"{a:.2f} -> {b:.2f}" for a, b in pairwise(found) if b < a]
    assert falls == [], [(state.message, state.fraction) for state in states]
    too_soon = [s.message for s in states if s.remaining_s == 0 and (s.fraction or 0) < 1]
    assert too_soon == []


def test_pretraining_by_steps(survey, tmp_path: Path) -> None:
    volume, statistics, _ = survey
    states = told(lambda p: pretrain([volume], [statistics], PRETRAIN, tmp_path / "b.safetensors", p))
    assert_runs_once(states)
    assert states[0].message.startswith("Reading sections, 1 of ")
    assert states[-1].message == "Pretraining: step 3 of 3"


def test_pretraining_by_time_counts_down_and_promises_no_number_of_steps(survey, tmp_path: Path) -> None:
    volume, statistics, _ = survey
    config, out = replace(PRETRAIN, steps=None, minutes=10.0), tmp_path / "b.safetensors"

    def third(event: object) -> bool:
        return isinstance(event, TrainingStep) and event.step % 3 == 0

    for again in (False, True):
        mine = replace(config, resume=again)
        states = told(lambda p, mine=mine: pretrain([volume], [statistics], mine, out, p), until=third)
        assert_runs_once(states)
        assert all(state.fraction is not None and state.fraction < 0.2 for state in states)
        assert all(state.remaining_s is not None and 400 < state.remaining_s <= 600 for state in states)
        steps = [state.message for state in states if "step" in state.message]
        assert all(re.fullmatch(r"Pretraining: step \d+", message) for message in steps)
        left = [state.remaining_s for state in states]
        assert left[0] == max(left)


@pytest.mark.parametrize("config", [TRAIN, replace(TRAIN, steps=None, minutes=5.0)])
def test_training(survey, config: TrainConfig) -> None:
    volume, statistics, labels = survey
    states = told(
        lambda p: train_segmenter(volume, labels, statistics, config, p),
        until=lambda event: isinstance(event, TrainingStep) and event.step == 3,
    )
    assert_runs_once(states)


def test_predicting(survey) -> None:
    volume, statistics, _ = survey
    assert_runs_once(
        told(lambda p: predict_facies(random_segmenter(volume, statistics), volume, FaciesInMemory(), p))
    )


def test_carrying(survey) -> None:
    volume, _, labels = survey
    states = told(lambda p: carry_facies(labels, volume, FaciesInMemory(), p))
    assert_runs_once(states)
    assert any(state.message.startswith("Measuring dips, 2 of ") for state in states)


def test_clusters_of_a_survey(survey, tmp_path: Path) -> None:
    volume, statistics, _ = survey
    states = told(lambda p: cluster_survey(volume, statistics, RECIPE, tmp_path, p))
    assert_runs_once(states)
    assert shares(states)[-1] == 1.0


def test_clusters_of_a_folder(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    for kind in range(3):
        (tmp_path / str(kind)).mkdir()
        for number in range(12):
            np.save(tmp_path / str(kind) / f"{number}.npy", rng.normal(size=(16, 16)).cumsum(kind % 2))
    assert_runs_once(told(lambda p: cluster_folder(FolderRequest(tmp_path), RECIPE, p)))


@pytest.mark.parametrize("config", [FeatureConfig(), FeatureConfig.texture()])
def test_features_go_on_where_they_were_stopped(survey, config: FeatureConfig) -> None:
    volume, statistics, _ = survey

    def build(progress: Progress) -> object:
        return build_feature_volume(volume, statistics, config, progress, inline(3))

    n_ready = 0

    def fifth(event: object) -> bool:
        nonlocal n_ready
        n_ready += isinstance(event, FeaturesReady)
        return n_ready == 5

    first = told(build, until=fifth)
    rest = told(build)
    assert_runs_once(first)
    assert_runs_once(rest)
    assert shares(rest)[0] >= shares(first)[-1] > 0
    assert shares(rest)[-1] == 1.0


def test_the_fast_copy_goes_on_where_it_was_stopped(tmp_path: Path) -> None:
    path = tmp_path / "s.npy"
    np.save(path, np.random.default_rng(0).normal(size=(40, 300, 40)).astype(np.float32))
    volume = open_volume(path)
    statistics = measure_amplitudes(volume)

    def build(progress: Progress) -> object:
        return build_bricks(volume, statistics, progress, BricksConfig(tmp_path))

    first = told(build, until=lambda event: isinstance(event, BricksGrown))
    rest = told(build)
    assert_runs_once(first + rest)
    assert shares(rest)[0] > 0
    volume.close()
