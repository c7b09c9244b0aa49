from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from seisview.data.amplitude import measure_amplitudes
from seisview.data.geometry import Axis, SectionKey
from seisview.errors import ModelError
from seisview.learn.clustering.config import (
    ClusterConfig,
    ClusterRecipe,
    PatchFeatureConfig,
    SurveyFeatureConfig,
)
from seisview.learn.clustering.store import EXTRACTOR
from seisview.learn.features import extractor as feature_extractor
from seisview.learn.features.config import FeatureConfig
from seisview.learn.features.patch_network import save_extractor
from seisview.progress import Progress
from seisview.project.clusters import PIPELINE, ClusterResult
from seisview.workflows.clustering.places import ClusterPlaces
from seisview.workflows.clustering.survey import cluster_survey
from seisview.workflows.clustering.vectors import PROJECTION
from seisview.workflows.features import build_feature_volume
from tests.learn.surveys import ArrayVolume, textured_survey

RECIPE = ClusterRecipe(ClusterConfig(clusters=2, view="pca", n_init=2))
DENSE = replace(RECIPE, survey=SurveyFeatureConfig("features", device="cpu", detrend=-1))


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEISVIEW_CACHE_DIR", str(tmp_path / "cache"))


def inlines(result: ClusterResult) -> np.ndarray:
    return np.stack([result.section(SectionKey(Axis.INLINE, i)) for i in range(result.shape[0])])


@pytest.fixture
def passes(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """Shapes of the sections that went through the network."""
    seen: list[tuple[int, int]] = []
    plain = feature_extractor.FeatureExtractor.features

    def counted(self, section, *rest):
        seen.append(section.shape)
        return plain(self, section, *rest)

    monkeypatch.setattr(feature_extractor.FeatureExtractor, "features", counted)
    return seen


def test_what_the_preview_prepared_is_used_and_other_sections_are_computed(
    tmp_path: Path, passes: list[tuple[int, int]]
) -> None:
    volume, _ = textured_survey((5, 80, 64))
    statistics = measure_amplitudes(volume)
    build_feature_volume(volume, statistics, FeatureConfig())
    assert len(passes) == 5
    result = cluster_survey(volume, statistics, DENSE, tmp_path / "r", Progress())
    assert len(passes) == 5, "one pass per section, shared with the preview"
    points = result.points()
    assert points is not None
    places = ClusterPlaces(volume, statistics, result)
    one = points.labels == 1
    for key in (SectionKey(Axis.INLINE, 3), SectionKey(Axis.CROSSLINE, 40)):
        mask = places.mask(key, one)
        assert mask is not None
        assert mask.shape == volume.geometry.section_shape(key.axis)
    assert len(passes) == 6
    assert np.mean((places.mask(SectionKey(Axis.INLINE, 3), one) > 0) == (inlines(result)[3] == 1)) > 0.9  # type: ignore[operator]


def test_a_pipeline_of_dense_features_takes_its_projection_to_another_survey(tmp_path: Path) -> None:
    volume, _ = textured_survey((6, 80, 64))
    statistics = measure_amplitudes(volume)
    result = cluster_survey(volume, statistics, DENSE, tmp_path / "one", Progress())
    part = ArrayVolume(volume._amplitude[3:])
    again = cluster_survey(
        part, statistics, DENSE, tmp_path / "two", Progress(), using=result.folder / PIPELINE
    )
    assert np.array_equal(inlines(again), inlines(result)[3:])

    (result.folder / PIPELINE / PROJECTION).unlink()
    with pytest.raises(ModelError, match="damaged"):
        cluster_survey(
            part, statistics, DENSE, tmp_path / "three", Progress(), using=result.folder / PIPELINE
        )


def test_a_pipeline_of_windows_takes_its_weights_along(tmp_path: Path) -> None:
    weights = tmp_path / "mine.safetensors"
    save_extractor(PatchFeatureConfig("deep", backbone="resnet10", weights="none", seed=5), weights)
    config = SurveyFeatureConfig("windows", (32, 32), "resnet10", weights, device="cpu", detrend=-1)
    volume, _ = textured_survey((4, 64, 48))
    statistics = measure_amplitudes(volume)
    recipe = replace(RECIPE, survey=config)
    result = cluster_survey(volume, statistics, recipe, tmp_path / "one", Progress())
    weights.unlink()
    pipeline = result.folder / PIPELINE
    again = cluster_survey(volume, statistics, recipe, tmp_path / "two", Progress(), using=pipeline)
    assert np.array_equal(inlines(again), inlines(result))

    (pipeline / EXTRACTOR).unlink()
    with pytest.raises(ModelError, match="lost"):
        cluster_survey(volume, statistics, recipe, tmp_path / "three", Progress(), using=pipeline)


def test_a_survey_stored_by_crosslines_is_read_across_them(
    tmp_path: Path, passes: list[tuple[int, int]]
) -> None:
    volume, _ = textured_survey((12, 40, 48))
    volume.info = replace(volume.info, sorting="crossline")
    statistics = measure_amplitudes(volume)
    result = cluster_survey(volume, statistics, DENSE, tmp_path / "r", Progress())
    assert passes == [(48, 12)] * 40
    points = result.points()
    assert points is not None
    stored = inlines(result).transpose(0, 2, 1)
    assert np.array_equal(stored[tuple(points.places.T)], points.labels)
