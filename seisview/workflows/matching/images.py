"""Folders of images: for every query the most similar images of a corpus, and how good the ranking is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from seisview.data.patches.collection import PatchCollection, open_patches
from seisview.errors import VolumeError
from seisview.events import Note
from seisview.learn.clustering.config import PatchFeatureConfig
from seisview.learn.matching.confidence import Calibration, background_calibration, fit_calibration
from seisview.learn.matching.retrieval_metrics import retrieval_scores
from seisview.learn.matching.similarity import unit_rows
from seisview.progress import Progress, shares_of
from seisview.workflows.matching.image_answers import ImageAnswers, write_answers
from seisview.workflows.matching.views import write_views

Floats = npt.NDArray[np.float32]
Method = Literal["spectrum", "deep"]

_COMPONENTS = 64
_NEIGHBOURS_LEFT_OUT = 0.06


@dataclass(frozen=True, slots=True)
class ImageMatchConfig:
    """How images are compared.

    Attributes
    ----------
    top : int
        Images per query.
    model : Path or None
        A Siamese model; without one, `method`.
    method : {"spectrum", "deep"}
        Log-magnitude spectrum reduced to 64 principal components, or pooled activations of a network.
    features : PatchFeatureConfig
        Network and weights of ``"deep"``.
    key : str
        Array of ``.mat`` files.
    device : str
    views : Path or None
        Folder for pictures of the corpus.
    """

    top: int = 3
    model: Path | None = None
    method: Method = "spectrum"
    features: PatchFeatureConfig = field(
        default_factory=lambda: PatchFeatureConfig(channels="deep", backbone="resnet18")
    )
    key: str = "img"
    device: str = "auto"
    views: Path | None = None

    def __post_init__(self) -> None:
        if self.model is not None:
            object.__setattr__(self, "model", Path(self.model))
        if self.views is not None:
            object.__setattr__(self, "views", Path(self.views))


@dataclass(frozen=True, slots=True, eq=False)
class ImageRanking:
    """Similarities of all queries to the whole corpus.

    Attributes
    ----------
    similarity : ndarray of float32, shape (n_queries, n_corpus)
        The larger the more similar; negative distances for Euclidean networks.
    confidence : ndarray of float64, same shape
        Calibrated probability of the same class.
    measure : str
        ``"cosine similarity"`` or ``"euclidean distance"``.
    calibration : str
        What the confidence was fitted on.
    """

    similarity: Floats
    confidence: npt.NDArray[np.float64]
    measure: str
    calibration: str


def find_similar_images(
    queries: Path, corpus: Path, config: ImageMatchConfig | None = None, progress: Progress | None = None
) -> ImageAnswers:
    """Find for every query image the most similar images of a corpus, and write nothing but views.

    Parameters
    ----------
    queries, corpus, config, progress
        As in :func:`match_image_folders`.

    Raises
    ------
    VolumeError, ModelError, ExportError
        As the steps it is made of.
    """
    config, progress = config or ImageMatchConfig(), progress or Progress()
    asked, known = (open_patches(folder, config.key, progress) for folder in (queries, corpus))
    for collection in (asked, known):
        if collection.unreadable:
            names = ", ".join(item.path.name for item in collection.unreadable[:3])
            progress.emit(Note(f"{len(collection.unreadable)} files are left out, e.g. {names}."))
    ranking = rank_images(asked, known, config, progress)
    figures = {
        "n_queries": len(asked),
        "n_corpus": len(known),
        "n_unreadable": len(asked.unreadable) + len(known.unreadable),
        "measure": ranking.measure,
        "confidence": ranking.calibration,
    }
    if config.views is not None:
        figures["views"] = write_views(known, config.views, progress)
    figures |= image_scores(asked, known, ranking, config.top)
    classes = {
        name: asked.class_names[label]
        for name, label in zip(asked.names, asked.labels, strict=True)
        if label >= 0
    }
    return ImageAnswers(_answers(asked, known, ranking, config.top), classes, figures)


def match_image_folders(
    queries: Path | str,
    corpus: Path | str,
    out: Path | str,
    config: ImageMatchConfig | None = None,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Find for every query image the most similar images of a corpus.

    Writes ``{query: [{"label": image, "confidence": c} x k]}``; entries also say ``similarity`` (or
    ``distance``) and, in a corpus of class folders, ``class``. An image that lies in both folders is never
    its own answer.

    Parameters
    ----------
    queries, corpus : Path or str
        Folders of images, or of class folders.
    out : Path or str
        ``answers.json``.
    config : ImageMatchConfig, optional
    progress : Progress, optional

    Returns
    -------
    dict
        What was done; with class folders P@k, recall@k, mAP, R-precision and the declared WA@k.

    Raises
    ------
    VolumeError, ModelError, ExportError
        As the steps it is made of.
    """
    out = Path(out)
    found = find_similar_images(Path(queries), Path(corpus), config, progress)
    write_answers(out, found)
    return found.figures | {"out": str(out)}


def rank_images(
    asked: PatchCollection, known: PatchCollection, config: ImageMatchConfig, progress: Progress
) -> ImageRanking:
    """Compare all queries with the whole corpus; images that are the same file are left out (-inf)."""
    if config.model is not None:
        similarity, calibration, measure = _by_model(asked, known, config, progress)
    else:
        similarity, calibration = _untrained(asked, known, config, progress)
        measure = "cosine similarity"
    same = {path.resolve(): column for column, path in enumerate(known.paths)}
    for row, path in enumerate(asked.paths):
        if (column := same.get(path.resolve())) is not None:
            similarity[row, column] = -np.inf
    if not np.isfinite(similarity).any(axis=1).all():
        raise VolumeError("The corpus holds nothing but the query itself.", "Give a corpus of more images.")
    if calibration is None:
        each = [background_calibration(row[np.isfinite(row)], len(known)) for row in similarity]
        confidence = np.stack([c.confidence(row) for c, row in zip(each, similarity, strict=True)])
        return ImageRanking(similarity, confidence, measure, each[0].source)
    return ImageRanking(similarity, calibration.confidence(similarity), measure, calibration.source)


def image_scores(
    asked: PatchCollection, known: PatchCollection, ranking: ImageRanking, top: int
) -> dict[str, Any]:
    """Scores of a ranking; empty unless both folders have classes of the same names."""
    names = {name: number for number, name in enumerate(known.class_names)}
    if not names or not set(names) & set(asked.class_names):
        return {}
    labels = np.array(
        [names.get(asked.class_names[label], -1) if label >= 0 else -1 for label in asked.labels]
    )
    ks = tuple(sorted({1, 3, 5, 10, top}))
    scores = retrieval_scores(ranking.similarity, labels, known.labels, ks, ranking.confidence)
    return {"scores": scores.to_dict(), "weights of WA@k": "1 / log2(rank + 1), times confidence"}


def _answers(
    asked: PatchCollection, known: PatchCollection, ranking: ImageRanking, top: int
) -> dict[str, list[dict[str, Any]]]:
    answers = {}
    for row, name in enumerate(asked.names):
        order = np.argsort(-ranking.similarity[row], kind="stable")[: min(top, len(known))]
        answers[name] = [
            _answer(known, ranking, row, int(column))
            for column in order
            if np.isfinite(ranking.similarity[row, column])
        ]
    return answers


def _answer(known: PatchCollection, ranking: ImageRanking, row: int, column: int) -> dict[str, Any]:
    value = float(ranking.similarity[row, column])
    found: dict[str, Any] = {
        "label": known.names[column],
        "confidence": round(float(ranking.confidence[row, column]), 4),
    }
    if ranking.measure == "euclidean distance":
        found["distance"] = round(-value, 6)
    else:
        found["similarity"] = round(value, 6)
    if known.labels[column] >= 0:
        found["class"] = known.class_names[known.labels[column]]
    return found


def _by_model(
    asked: PatchCollection, known: PatchCollection, config: ImageMatchConfig, progress: Progress
) -> tuple[Floats, Calibration | None, str]:
    from seisview.learn.device import choose_device
    from seisview.learn.matching.model import load_siamese
    from seisview.learn.matching.siamese import embed_images, similarity_matrix

    assert config.model is not None
    model = load_siamese(config.model)
    device = choose_device(config.device, 0)
    network = model.network(device)
    embedded = []
    for collection, share in zip((asked, known), shares_of([len(asked), len(known)]), strict=True):
        with progress.part(*share):
            images = collection.images()
            embedded.append(embed_images(network, images, device, _embedding(progress), progress.check))
    similarity = similarity_matrix(embedded[0], embedded[1], model.config)
    measure = "cosine similarity" if model.config.distance == "cosine" else "euclidean distance"
    return similarity, model.calibration, measure


def _embedding(progress: Progress) -> Callable[[int, int], None]:
    return lambda done, total: progress.report("Embedding images", done, total)


def _untrained(
    asked: PatchCollection, known: PatchCollection, config: ImageMatchConfig, progress: Progress
) -> tuple[Floats, Calibration | None]:
    from seisview.learn.features.patch_features import embed_patches
    from seisview.learn.features.projection import fit_projection

    features = PatchFeatureConfig(channels="spectrum") if config.method == "spectrum" else config.features
    of_corpus, of_queries = shares_of([len(known), len(asked)])
    with progress.part(*of_corpus):
        corpus = embed_patches(known.images(), features, progress)
    with progress.part(*of_queries):
        queries = embed_patches(asked.images(), features, progress)
    if config.method == "spectrum":
        projection = fit_projection(corpus, [corpus.shape[1]], [min(_COMPONENTS, len(corpus) - 1 or 1)])
        corpus, queries = projection.apply(corpus), projection.apply(queries)
    corpus, queries = unit_rows(corpus), unit_rows(queries)
    return np.asarray(queries @ corpus.T, np.float32), _corpus_calibration(corpus, known)


def _corpus_calibration(corpus: Floats, known: PatchCollection) -> Calibration | None:
    """From pairs of the corpus, near copies left out; None where the corpus has no classes."""
    if len(known.class_names) < 2 or not known.is_labelled:
        return None
    similarity = corpus @ corpus.T
    same = known.labels[:, None] == known.labels[None]
    place = np.arange(len(known))
    apart = max(1, round(_NEIGHBOURS_LEFT_OUT * len(known) / len(known.class_names)))
    far = np.abs(place[:, None] - place[None]) > apart
    matching, other = similarity[same & far], similarity[~same & far]
    if not len(matching) or not len(other):
        return None
    share = len(matching) / (len(matching) + len(other))
    return fit_calibration(matching, other, f"pairs of the corpus more than {apart} images apart", share)
