"""LANDMASS-1 retrieval: untrained features, the spectrum, random networks, and what train-match learns."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt

from seisview.benchmarks.matching_cells import Cells
from seisview.benchmarks.report import BenchmarkOptions, Cell
from seisview.data.patches.collection import PatchCollection, open_patches
from seisview.learn.clustering.config import PatchFeatureConfig
from seisview.learn.features.projection import fit_projection
from seisview.learn.matching.config import DEFAULT_MATCH_STEPS, MatchTrainConfig, SiameseConfig
from seisview.learn.matching.retrieval_metrics import retrieval_scores
from seisview.learn.matching.similarity import unit_rows
from seisview.workflows.matching.images import ImageMatchConfig, ImageRanking, rank_images
from seisview.workflows.matching.train_match import MatchTrainingFiles, starting_weights, train_match

Rows = tuple[list[dict[str, Cell]], list[str]]

_NAME = "landmass-1000.npz"


def landmass_rows(options: BenchmarkOptions) -> Rows:
    """Rows of the table; none, and a note, without the data."""
    path = None if options.data is None else options.data / _NAME
    if path is None or not path.is_file():
        return [], [f"{_NAME} is not on this machine (--data): its rows are left out."]
    with tempfile.TemporaryDirectory() as folder:
        return _measured(path, Path(folder), options), []


def _measured(path: Path, folder: Path, options: BenchmarkOptions) -> list[dict[str, Cell]]:
    step = 10 if options.is_quick else 1
    with np.load(path, allow_pickle=False) as content:
        images, labels = content["images"].astype(np.float32), content["classes"]
        names = [str(name) for name in content["class_names"]]
    for part, chosen in (("corpus", range(0, 120, step)), ("queries", range(130, 250, step))):
        _write(folder / part, images, labels, names, chosen)
    asked, known = open_patches(folder / "queries"), open_patches(folder / "corpus")
    rows = []
    cells = Cells(options)
    for name, rank in _methods(folder, asked, known, options).items():
        values = cells.measured(f"LANDMASS-1, {name}", partial(_scores, rank, asked.labels, known.labels))
        rows.append({"data": "LANDMASS-1", "method": name, **values})
    return rows


def _methods(
    folder: Path, asked: PatchCollection, known: PatchCollection, options: BenchmarkOptions
) -> dict[str, Callable[[], ImageRanking]]:
    untrained: dict[str, ImageMatchConfig] = {
        "log spectrum, PCA 64": ImageMatchConfig(method="spectrum"),
        "ResNet-50, random weights": _deep("resnet50", "none"),
        "ResNet-18, random weights": _deep("resnet18", "none"),
    }
    if starting_weights("resnet18") is not None:
        untrained["ResNet-18, shipped weights"] = _deep("resnet18", "default")
    ways: dict[str, Callable[[], ImageRanking]] = {
        "pixels, PCA 64": lambda: _by_pixels(asked.images(), known.images())
    }
    for name, config in untrained.items():
        if not (options.is_quick and "50" in name):
            ways[name] = partial(rank_images, asked, known, config, options.progress)
    network = SiameseConfig("resnet10" if options.is_quick else "resnet18")
    steps = 10 if options.is_quick else DEFAULT_MATCH_STEPS
    ways[f"train-match, {network.backbone}, {steps} steps"] = partial(
        _trained, folder, asked, known, network, steps, options
    )
    return ways


def _trained(
    folder: Path,
    asked: PatchCollection,
    known: PatchCollection,
    network: SiameseConfig,
    steps: int,
    options: BenchmarkOptions,
) -> ImageRanking:
    model = folder / "m.safetensors"
    training = MatchTrainConfig(network, starting_weights(network.backbone), steps=steps)
    train_match(MatchTrainingFiles(folder / "corpus", model), training, progress=options.progress)
    return rank_images(asked, known, ImageMatchConfig(model=model), options.progress)


def _deep(backbone: str, weights: str) -> ImageMatchConfig:
    features = PatchFeatureConfig(channels="deep", backbone=backbone, weights=weights)  # type: ignore[arg-type]
    return ImageMatchConfig(method="deep", features=features)


def _write(
    folder: Path,
    images: npt.NDArray[np.float32],
    labels: npt.NDArray[np.integer],
    names: list[str],
    chosen: range,
) -> None:
    for label, name in enumerate(names):
        place = folder / name
        place.mkdir(parents=True)
        rows = np.flatnonzero(labels == label)
        for number in chosen:
            np.save(place / f"{number:04d}.npy", images[rows[number]])


def _by_pixels(asked: object, known: object) -> ImageRanking:
    queries, corpus = (np.stack([image.ravel() for image in part]) for part in (asked, known))  # type: ignore[attr-defined]
    projection = fit_projection(corpus, [corpus.shape[1]], [min(64, len(corpus) - 1)])
    vectors = [unit_rows(projection.apply(part)) for part in (queries, corpus)]
    similarity = np.asarray(vectors[0] @ vectors[1].T, np.float32)
    return ImageRanking(similarity, np.ones(similarity.shape), "cosine similarity", "")


def _scores(
    rank: Callable[[], ImageRanking], asked: npt.NDArray[np.intp], known: npt.NDArray[np.intp]
) -> dict[str, Cell]:
    ranking = rank()
    scores = retrieval_scores(ranking.similarity, asked, known, (3,), ranking.confidence)
    return {
        "queries": scores.n_queries,
        "P@3": scores.precision[3],
        "mAP": scores.mean_average_precision,
        "R-precision": scores.r_precision,
        "WA@3": scores.weighted_accuracy[3],
    }
