from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import segyio

from seisview.data.amplitude import measure_amplitudes
from seisview.data.geometry import Axis, SectionKey
from seisview.data.opening import open_volume
from seisview.data.synthetic import SyntheticConfig, synthesize, write_survey
from seisview.errors import Cancelled, ModelError
from seisview.learn.clustering.config import ClusterConfig, ClusterRecipe, SurveyFeatureConfig
from seisview.progress import Progress
from seisview.project.clusters import ANOMALOUS
from seisview.workflows.clustering.anomalies import level_for, ranked_anomalies, share_above
from seisview.workflows.clustering.places import ClusterPlaces
from seisview.workflows.clustering.survey import cluster_survey
from seisview.workflows.clustering.survey_files import SurveyRequest, cluster_survey_to_files
from tests.learn.surveys import textured_survey

RECIPE = ClusterRecipe(ClusterConfig(clusters=2, view="pca", n_init=3))


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEISVIEW_CACHE_DIR", str(tmp_path / "cache"))


def agreement(a: np.ndarray, b: np.ndarray) -> float:
    from sklearn.metrics import adjusted_rand_score

    return float(adjusted_rand_score(a.ravel(), b.ravel()))


def test_a_survey_is_mapped_where_its_textures_are(tmp_path: Path) -> None:
    volume, facies = textured_survey()
    result = cluster_survey(volume, measure_amplitudes(volume), RECIPE, tmp_path, Progress())
    assert result.complete
    found = np.stack([result.section(SectionKey(Axis.INLINE, i)).T for i in range(24)])
    assert found.shape == facies.shape
    assert set(np.unique(found)) == {1, 2}
    assert agreement(facies, found) > 0.7
    cross = result.section(SectionKey(Axis.CROSSLINE, 70))
    assert np.array_equal(cross, found[:, 70].T)
    points = result.points()
    assert points is not None
    at = tuple(points.places.T)
    assert np.array_equal(found[at], points.labels)
    anomalous = np.mean(result.anomaly_volume() >= ANOMALOUS)
    assert 0.002 < anomalous < 0.08


def test_the_most_unusual_places_of_all_sections_are_kept_and_the_threshold_says_its_share(
    tmp_path: Path,
) -> None:
    volume, _ = textured_survey((90, 64, 64))
    volume._amplitude[14, 20:36, 24:40] *= 6  # on a section that is not among those sampled for the fit
    assert 14 not in np.unique(np.linspace(0, 89, 40).astype(int))
    result = cluster_survey(volume, measure_amplitudes(volume), RECIPE, tmp_path, Progress())
    first = ranked_anomalies(result.unusual())[0]
    assert first.place[0] == 14
    assert 20 <= first.place[1] < 40
    assert 20 <= first.place[2] < 44
    stored = result.anomaly_volume()
    for share in (0.005, 0.02, 0.1):
        level = level_for(result, share)
        assert share_above(result, level) == pytest.approx(np.mean(stored >= level * ANOMALOUS))
        assert share_above(result, level) <= share < share_above(result, level - 1 / ANOMALOUS) + 1e-9
    assert len(ranked_anomalies(result.unusual(), level_for(result, 0.1))) > len(
        ranked_anomalies(result.unusual(), level_for(result, 0.005))
    )


def test_places_like_picked_points_are_found_on_any_section(tmp_path: Path) -> None:
    volume, _ = textured_survey()
    statistics = measure_amplitudes(volume)
    result = cluster_survey(volume, statistics, RECIPE, tmp_path, Progress())
    points = result.points()
    assert points is not None
    places = ClusterPlaces(volume, statistics, result)
    picked = points.labels == 1
    for key in (SectionKey(Axis.INLINE, 5), SectionKey(Axis.CROSSLINE, 33)):
        mask = places.mask(key, picked)
        assert mask.shape == volume.geometry.section_shape(key.axis)
        assert np.mean((mask > 0) == (result.section(key) == 1)) > 0.9
    slice_ = SectionKey(Axis.SAMPLE, 43)
    lit = places.mask(slice_, picked)
    assert lit.shape == volume.geometry.section_shape(Axis.SAMPLE)
    assert np.mean((lit > 0) == (result.section(slice_) == 1)) > 0.8
    line = min(4, volume.geometry.count(Axis.INLINE) - 1)  # one that the slice was put together from
    assert np.array_equal(lit[:, line], places.mask(SectionKey(Axis.INLINE, line), picked)[43])


def test_a_slice_is_not_searched_to_the_end_when_nobody_waits(tmp_path: Path) -> None:
    volume, _ = textured_survey()
    statistics = measure_amplitudes(volume)
    result = cluster_survey(volume, statistics, RECIPE, tmp_path, Progress())
    places = ClusterPlaces(volume, statistics, result)

    def give_up() -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        places.mask(SectionKey(Axis.SAMPLE, 3), np.ones(len(result.points().labels), bool), give_up)


def test_dead_traces_belong_to_no_cluster(tmp_path: Path) -> None:
    volume, _ = textured_survey()
    volume._amplitude[:, 64:80] = 0
    result = cluster_survey(volume, measure_amplitudes(volume), RECIPE, tmp_path, Progress())
    section = result.section(SectionKey(Axis.INLINE, 3))
    assert not section[:, 64:80].any()
    assert section[:, :64].all()
    assert not result.anomaly_section(SectionKey(Axis.INLINE, 3))[:, 64:80].any()


@pytest.mark.parametrize("source", ["features", "windows"])
def test_features_and_windows_serve_as_well(tmp_path: Path, source: str) -> None:
    volume, facies = textured_survey((6, 80, 64))
    features = SurveyFeatureConfig(source, (32, 32), "resnet10", "none", device="cpu", detrend=-1)  # type: ignore[arg-type]
    recipe = replace(RECIPE, survey=features)
    result = cluster_survey(volume, measure_amplitudes(volume), recipe, tmp_path / "r", Progress())
    found = np.stack([result.section(SectionKey(Axis.INLINE, i)).T for i in range(6)])
    assert found.shape == facies.shape
    assert found.all()
    assert result.cell == (8 if source == "features" else 16)


def test_clusters_by_density_are_mapped_by_a_vote_of_neighbours(tmp_path: Path) -> None:
    volume, _ = textured_survey()
    recipe = replace(RECIPE, clusters=ClusterConfig(method="hdbscan", view="pca", max_fit_points=1500))
    result = cluster_survey(volume, measure_amplitudes(volume), recipe, tmp_path, Progress())
    found = np.stack([result.section(SectionKey(Axis.INLINE, i)).T for i in range(24)])
    n_clusters = len(result.scheme)
    assert found.max() <= n_clusters
    assert [int((found == n).sum()) for n in range(1, n_clusters + 1)] == result.record.figures["samples"]
    assert result.record.figures["counts_tried"] == []


def test_cancelling_leaves_nothing_behind(tmp_path: Path) -> None:
    volume, _ = textured_survey()
    progress = Progress()
    progress._on_report = lambda state: progress.cancel() if "Mapping" in state.message else None
    with pytest.raises(Cancelled):
        cluster_survey(volume, measure_amplitudes(volume), RECIPE, tmp_path / "r", progress)
    assert list((tmp_path / "r").iterdir()) == []


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("survey")
    survey, facies = folder / "s.sgy", folder / "f.sgy"
    write_survey(synthesize(SyntheticConfig.tiny(seed=3)), survey, facies)
    return survey, facies


def test_the_files_of_a_survey_and_the_pipeline_applied_again(
    files: tuple[Path, Path], tmp_path: Path
) -> None:
    survey, facies = files
    before = survey.read_bytes()
    summary = cluster_survey_to_files(SurveyRequest(survey, labels=facies), tmp_path / "one", RECIPE)
    out = tmp_path / "one"
    assert {path.name for path in out.iterdir()} == {
        "cluster_map.sgy", "anomaly.sgy", "cluster_to_label_mapping.json", "classification_metrics.csv",
        "predictions.csv", "anomaly_scores.csv", "umap_true_labels.png", "umap_kmeans_clusters.png",
        "pipeline", "summary.json",
    }  # fmt: skip
    assert survey.read_bytes() == before
    with segyio.open(str(out / "cluster_map.sgy")) as ours, segyio.open(str(survey)) as theirs:
        clusters = segyio.tools.cube(ours)
        assert np.array_equal(ours.ilines, theirs.ilines)
        assert set(np.unique(clusters)) == {1, 2}
        assert [int(np.sum(clusters == n)) for n in (1, 2)] == summary["samples"]
    with segyio.open(str(out / "anomaly.sgy")) as anomaly:
        values = segyio.tools.cube(anomaly)
        assert values.min() > 0
        assert values.max() <= 1
    with (out / "anomaly_scores.csv").open() as file:
        ranked = list(csv.DictReader(file))
    scores = [float(row["score"]) for row in ranked]
    assert scores == sorted(scores, reverse=True)
    assert scores[-1] >= 1
    first = ranked[0]
    at = int(first["inline"]) - 1000, int(first["crossline"]) - 2000, round(float(first["position"]) / 4)
    assert values[at] == pytest.approx(values.max())
    with (out / "predictions.csv").open() as file:
        rows = list(csv.DictReader(file))
    first = rows[0]
    at = int(first["inline"]) - 1000, int(first["crossline"]) - 2000, round(float(first["position"]) / 4)
    assert clusters[at] == int(first["cluster"])
    assert first["part"] == "fit"
    assert set(json.loads((out / "cluster_to_label_mapping.json").read_text())) == {"1", "2"}
    assert -1 <= summary["ari"] <= 1

    cluster_survey_to_files(SurveyRequest(survey, using=out), tmp_path / "two")
    with segyio.open(str(tmp_path / "two/cluster_map.sgy")) as again:
        assert np.array_equal(segyio.tools.cube(again), clusters)


def test_a_pipeline_of_patches_is_refused(files: tuple[Path, Path], tmp_path: Path) -> None:
    from tests.workflows.clustering.test_cluster_folder import TWO, write_folder

    folder = write_folder(tmp_path / "patches", ("chaos", "layers"), each=10)
    from seisview.workflows.clustering.folder import FolderRequest
    from seisview.workflows.clustering.folder_files import cluster_folder_to_files

    cluster_folder_to_files(FolderRequest(folder), tmp_path / "p", TWO)
    with pytest.raises(ModelError, match="patches"):
        cluster_survey_to_files(SurveyRequest(files[0], using=tmp_path / "p"), tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.slow
def test_anomalies_are_where_the_bodies_are(tmp_path: Path) -> None:
    from sklearn.metrics import roc_auc_score

    survey = synthesize(SyntheticConfig(seed=11))
    facies = survey.facies[::8]
    np.save(tmp_path / "s.npy", survey.amplitude[::8])
    volume = open_volume(tmp_path / "s.npy")
    result = cluster_survey(volume, measure_amplitudes(volume), RECIPE, tmp_path / "r", Progress())
    bodies = np.isin(facies, [survey.class_names.index(n) + 1 for n in ("Channel", "Salt", "Chaotic")])
    auc = roc_auc_score(bodies[:, ::2, ::2].ravel(), result.anomaly_volume()[:, ::2, ::2].ravel())
    assert auc > 0.65
