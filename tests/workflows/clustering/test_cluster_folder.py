"""Folders of patches, and everything reference system B got wrong about them."""

from __future__ import annotations

import csv
import json
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file

from seisview.data.patches.collection import PatchCollection
from seisview.data.patches.scale import PatchScale
from seisview.errors import Cancelled, ExportError, ModelError
from seisview.learn.clustering.config import ClusterConfig, ClusterRecipe, PatchFeatureConfig
from seisview.progress import Progress
from seisview.workflows.clustering import patches as cluster_patches
from seisview.workflows.clustering.folder import FolderRequest, cluster_folder
from seisview.workflows.clustering.folder_files import cluster_folder_to_files
from seisview.workflows.clustering.patches import Part, patch_vectors, split_blocks

RECIPE = ClusterRecipe(ClusterConfig(view="pca", n_init=3))
TWO = ClusterRecipe(ClusterConfig(clusters=2, view="pca", n_init=3))
FILES = {
    "cluster_assignments.npy",
    "cluster_to_label_mapping.json",
    "classification_metrics.csv",
    "predictions.csv",
    "anomaly_scores.csv",
    "umap_true_labels.png",
    "umap_kmeans_clusters.png",
    "pipeline",
    "summary.json",
}


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEISVIEW_CACHE_DIR", str(tmp_path / "cache"))


def texture(kind: str, rng: np.random.Generator, strength: float = 100.0) -> np.ndarray:
    rows, columns = np.mgrid[:32, :32]
    phase = rng.uniform(0, 6)
    pattern = {
        "layers": np.sin(rows * 0.9 + phase),
        "steep": np.sin(rows * 0.5 + columns * 0.9 + phase),
        "chaos": rng.normal(size=(32, 32)),
    }[kind]
    return (strength * (pattern + 0.1 * rng.normal(size=(32, 32)))).astype(np.float32)


def write_folder(folder: Path, kinds: tuple[str, ...], each: int = 25, seed: int = 0) -> Path:
    rng = np.random.default_rng(seed)
    for kind in kinds:
        (folder / kind).mkdir(parents=True, exist_ok=True)
        for number in range(each):
            np.save(folder / kind / f"{number:03d}.npy", texture(kind, rng))
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_folder(tmp_path / "patches", ("chaos", "layers", "steep"))


def read_rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_all_files_are_written_with_the_names_and_say_the_truth(folder: Path, tmp_path: Path) -> None:
    (folder / "layers" / "black.npy").write_bytes(b"")
    out = tmp_path / "out"
    summary = cluster_folder_to_files(FolderRequest(folder), out, RECIPE)
    assert {path.name for path in out.iterdir()} == FILES
    assert summary["n_clusters"] == 3  # found, not given
    assert summary["ari"] == pytest.approx(1.0)
    assert summary["hungarian_accuracy"] == pytest.approx(1.0)
    assert summary["n_images"] == 75
    assert [Path(item["file"]).name for item in summary["unreadable"]] == ["black.npy"]
    assert json.loads((out / "summary.json").read_text())["n_unreadable"] == 1
    clusters = np.load(out / "cluster_assignments.npy", allow_pickle=False)
    predictions = read_rows(out / "predictions.csv")
    assert [int(row["cluster"]) for row in predictions] == clusters.tolist()
    assert not any("black" in row["file"] for row in predictions)
    metrics = read_rows(out / "classification_metrics.csv")
    assert [row["class"] for row in metrics] == ["chaos", "layers", "steep"]
    assert {row["f1"] for row in metrics} == {"1"}
    assert sum(int(row["support"]) for row in metrics) == summary["n_scored"] == 36
    anomalies = read_rows(out / "anomaly_scores.csv")
    scores = [float(row["score"]) for row in anomalies]
    assert scores == sorted(scores, reverse=True)
    for file in (out / "pipeline").glob("*.safetensors"):
        load_file(file)


def test_neighbours_of_the_fitted_images_are_not_scored() -> None:
    truth = np.repeat([0, 1], [250, 50])
    parts = split_blocks(truth)
    first = parts[:250]
    assert (first[:120] == Part.FIT).all()
    assert (first[120:130] == Part.GAP).all()
    assert (first[130:] == Part.TEST).all()
    assert (split_blocks(np.full(9, -1)) == Part.FIT).all()


def test_the_label_map_never_sees_the_labels_it_is_scored_on(tmp_path: Path) -> None:
    fitted = write_folder(tmp_path / "fit", ("chaos", "layers"))
    swapped = tmp_path / "swapped"
    for name, other in (("chaos", "layers"), ("layers", "chaos")):
        write_folder(tmp_path / "fresh", (name,), each=12, seed=5)
        swapped.mkdir(exist_ok=True)
        (tmp_path / "fresh" / name).rename(swapped / other)
    result = cluster_folder(FolderRequest(fitted, test=swapped), TWO)
    scored = result.scored
    assert scored.sum() == 24
    assert not (result.predicted[scored] == result.truth[scored]).any()


def test_amplitude_is_kept_unless_per_image_scaling_is_asked_for(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    for name, strength in (("strong", 500.0), ("weak", 20.0)):
        (tmp_path / "p" / name).mkdir(parents=True)
        for number in range(25):
            np.save(tmp_path / "p" / name / f"{number:02d}.npy", texture("layers", rng, strength))
    kept = cluster_folder(FolderRequest(tmp_path / "p"), TWO)
    assert np.mean(kept.predicted[kept.scored] == kept.truth[kept.scored]) == 1.0
    per_image = ClusterRecipe(TWO.clusters, PatchFeatureConfig(per_image=True))
    lost = cluster_folder(FolderRequest(tmp_path / "p"), per_image)
    assert np.mean(lost.predicted[lost.scored] == lost.truth[lost.scored]) < 0.9


def test_a_saved_pipeline_is_applied_to_new_images(folder: Path, tmp_path: Path) -> None:
    cluster_folder_to_files(FolderRequest(folder), tmp_path / "one", RECIPE)
    new = write_folder(tmp_path / "new", ("layers", "steep"), each=8, seed=3)
    summary = cluster_folder_to_files(FolderRequest(new, using=tmp_path / "one"), tmp_path / "two")
    assert summary["accuracy"] == 1.0
    assert {row["part"] for row in read_rows(tmp_path / "two/predictions.csv")} == {"new"}
    again = cluster_folder(FolderRequest(folder, using=tmp_path / "one"))
    before = np.load(tmp_path / "one/cluster_assignments.npy")
    assert np.array_equal(again.found.assignments, before)


def test_a_pipeline_with_a_network_takes_its_weights_along(folder: Path, tmp_path: Path) -> None:
    deep = PatchFeatureConfig("deep", backbone="resnet10", weights="none", seed=7, device="cpu")
    cluster_folder_to_files(FolderRequest(folder), tmp_path / "one", ClusterRecipe(TWO.clusters, deep))
    assert (tmp_path / "one/pipeline/feature_extractor.safetensors").is_file()
    again = cluster_folder(FolderRequest(folder, using=tmp_path / "one/pipeline"))
    assert np.array_equal(again.found.assignments, np.load(tmp_path / "one/cluster_assignments.npy"))
    (tmp_path / "one/pipeline/feature_extractor.safetensors").unlink()
    with pytest.raises(ModelError, match="lost"):
        cluster_folder(FolderRequest(folder, using=tmp_path / "one"))


def test_cached_features_are_those_of_this_data_and_never_others(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = cluster_folder(FolderRequest(folder), TWO)
    made: list[int] = []
    from seisview.learn.features import patch_features

    embed = patch_features.embed_patches

    def count(images, *more):
        made.append(len(images))
        return embed(images, *more)

    monkeypatch.setattr(patch_features, "embed_patches", count)
    again = cluster_folder(FolderRequest(folder), TWO)
    assert made == []
    assert np.array_equal(first.found.assignments, again.found.assignments)
    (folder / "layers" / "000.npy").unlink()
    assert len(cluster_folder(FolderRequest(folder), TWO).files) == 74
    assert made == [74]
    for file in cluster_patches._cache().glob("*.npy"):
        file.write_bytes(file.read_bytes()[:300])
    cluster_folder(FolderRequest(folder), TWO)
    assert made == [74, 74]


def test_memory_does_not_grow_with_the_vectors_of_a_folder(tmp_path: Path) -> None:
    image = np.random.default_rng(0).normal(size=(24, 24)).astype(np.float32)
    np.save(tmp_path / "one.npy", image)

    def peak_mb(count: int) -> float:
        paths, labels = (tmp_path / "one.npy",) * count, np.full(count, -1)
        shapes = (image.shape,) * count
        many = PatchCollection(tmp_path, paths, labels, (), (), shapes, f"{count} times")
        tracemalloc.start()
        vectors = patch_vectors(many, PatchFeatureConfig(), PatchScale(), Progress())
        peak = tracemalloc.get_traced_memory()[1] / 1e6
        tracemalloc.stop()
        assert vectors.shape == (count, 1152)
        assert np.array_equal(vectors[0], vectors[-1])
        assert vectors[0].any()
        return peak

    assert peak_mb(2000) - peak_mb(200) < 1.0, "the vectors of 1800 images more would take 8.3 MB"


def test_without_classes_there_are_clusters_but_no_scores(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    (tmp_path / "flat").mkdir()
    for number in range(30):
        np.save(tmp_path / f"flat/{number:02d}.npy", texture(("layers", "chaos")[number % 2], rng))
    summary = cluster_folder_to_files(FolderRequest(tmp_path / "flat"), tmp_path / "out", TWO)
    assert summary["ari"] is None
    assert summary["sizes"] == [15, 15]
    assert read_rows(tmp_path / "out/classification_metrics.csv") == []
    assert json.loads((tmp_path / "out/cluster_to_label_mapping.json").read_text()) == {"0": None, "1": None}


def test_what_is_cancelled_or_would_overwrite_its_input_leaves_nothing(folder: Path, tmp_path: Path) -> None:
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        cluster_folder_to_files(FolderRequest(folder), tmp_path / "out", TWO, progress)
    assert not (tmp_path / "out").exists()
    with pytest.raises(ExportError, match="input"):
        cluster_folder_to_files(FolderRequest(folder), folder, TWO)
