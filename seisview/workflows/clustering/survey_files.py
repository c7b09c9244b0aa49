"""The files of a run on a survey."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from seisview.atomic import replacing, scratch_folder
from seisview.data.amplitude import measure_amplitudes
from seisview.data.volume import HeaderBytes, Volume
from seisview.errors import LabelError
from seisview.export.content import ContentKind
from seisview.export.guard import refuse_overwriting
from seisview.labels.snapshot import LabelSnapshot
from seisview.learn.clustering.config import ClusterRecipe
from seisview.progress import Progress
from seisview.project.clusters import PIPELINE, ClusterPoints, ClusterResult
from seisview.workflows.clustering.anomalies import ranked_anomalies
from seisview.workflows.clustering.output import (
    ANOMALIES,
    MAPPING,
    METRIC_COLUMNS,
    METRICS,
    PREDICTIONS,
    SUMMARY,
    plain,
    write_json,
    write_rows,
    write_views,
)
from seisview.workflows.clustering.survey import cluster_survey
from seisview.workflows.export import cluster_content, export_content

CLUSTER_MAP = "cluster_map.sgy"
ANOMALY_MAP = "anomaly.sgy"
_FIT_SHARE, _TEST_FROM = 0.48, 0.52
_COLUMNS = ("inline", "crossline", "position", "true_label", "predicted_label", "cluster", "anomaly", "part")

Bytes = npt.NDArray[np.uint8]
_ANOMALY_COLUMNS = ("rank", "inline", "crossline", "position", "score")
_Pairs = tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]


@dataclass(frozen=True, slots=True)
class SurveyRequest:
    """What a run on a survey reads.

    Attributes
    ----------
    survey : Path
    using : Path or None
        A saved pipeline to apply instead of fitting one.
    labels : Path or None
        Known facies, by which clusters are named and scored.
    header_bytes : HeaderBytes
    """

    survey: Path
    using: Path | None = None
    labels: Path | None = None
    header_bytes: HeaderBytes = field(default_factory=HeaderBytes)


@dataclass(frozen=True, slots=True, eq=False)
class _Known:
    """Clusters beside labels, sample by sample.

    The map from clusters to classes is learnt on the inlines before 48 % of the survey, and scored on those
    after 52 %.
    """

    names: tuple[str, ...]
    mapping: npt.NDArray[np.intp]
    truth: npt.NDArray[np.intp]
    clusters: npt.NDArray[np.intp]


def cluster_survey_to_files(
    request: SurveyRequest, out: Path, recipe: ClusterRecipe | None = None, progress: Progress | None = None
) -> dict[str, Any]:
    """Cluster a survey and write everything into a new folder, whole or not at all.

    Parameters
    ----------
    request : SurveyRequest
    out : Path
        Replaced when it exists.
    recipe : ClusterRecipe, optional
    progress : Progress, optional

    Returns
    -------
    dict
        What ``summary.json`` holds.

    Raises
    ------
    VolumeError
        If the survey cannot be read.
    ModelError, ExportError, Cancelled
        As :func:`~seisview.workflows.clustering.survey.cluster_survey`.
    LabelError
        If the labels do not fit the survey.
    """
    from seisview.workflows.surveys import open_survey

    recipe, progress, started = recipe or ClusterRecipe(), progress or Progress(), time.monotonic()
    refuse_overwriting(out, [request.survey, request.using, request.labels])
    with closing(open_survey(request.survey, request.header_bytes, progress)) as volume:
        labels = _labels(request, volume)
        statistics = measure_amplitudes(volume, progress)
        with replacing(out) as folder, scratch_folder(out) as scratch:
            folder.mkdir()
            result = cluster_survey(volume, statistics, recipe, scratch, progress, request.using)
            with closing(result):
                summary = _write(folder, result, volume, labels, progress)
                summary["seconds"] = round(time.monotonic() - started, 2)
                write_json(folder / SUMMARY, summary)
    return {"out": str(out), **plain(summary)}


def _write(
    folder: Path, result: ClusterResult, volume: Volume, labels: LabelSnapshot | None, progress: Progress
) -> dict[str, Any]:
    for kind, name in ((ContentKind.CLUSTERS, CLUSTER_MAP), (ContentKind.ANOMALY, ANOMALY_MAP)):
        content = cluster_content(kind, result, volume)
        export_content(content, volume, folder / name, progress=progress)
    known = None if labels is None else _compare(result, labels)
    names = () if known is None else known.names
    mapping = np.full(len(result.scheme), -1, np.intp) if known is None else known.mapping
    write_json(
        folder / MAPPING, {str(c + 1): _name(names, number) for c, number in enumerate(mapping.tolist())}
    )
    metrics, figures = _scores(known)
    write_rows(folder / METRICS, METRIC_COLUMNS, metrics)
    write_rows(folder / ANOMALIES, _ANOMALY_COLUMNS, _anomalies(result, volume))
    points = result.points()
    if points is not None:
        truth = _point_truth(points, labels)
        write_rows(folder / PREDICTIONS, _COLUMNS, _predictions(points, truth, names, mapping, volume))
        groups = truth, points.labels.astype(np.intp) - 1
        cluster_names = [c.name for c in result.scheme.classes]
        view = str(result.record.figures.get("view", "pca"))
        write_views(folder, points.positions, view, groups, names, cluster_names)
    shutil.copytree(result.folder / PIPELINE, folder / PIPELINE)
    return {
        "what": "survey",
        "survey": str(volume.info.path),
        "n_clusters": len(result.scheme),
        "clusters": result.scheme.to_dicts(),
        **result.record.settings,
        **{name: value for name, value in result.record.figures.items() if name != "anomaly_samples"},
        **figures,
        "anomaly_threshold": result.record.threshold,
    }


def _anomalies(result: ClusterResult, volume: Volume) -> Iterator[dict[str, Any]]:
    geometry = volume.geometry
    for rank, found in enumerate(ranked_anomalies(result.unusual(), result.record.unusual_from), start=1):
        inline, crossline, sample = found.place
        yield {
            "rank": rank,
            "inline": geometry.inlines.number_at(inline),
            "crossline": geometry.crosslines.number_at(crossline),
            "position": geometry.sample_at(sample),
            "score": found.score,
        }


def _labels(request: SurveyRequest, volume: Volume) -> LabelSnapshot | None:
    if request.labels is None:
        return None
    from seisview.workflows.labels import labels_from_path

    return labels_from_path(request.labels, volume.geometry, header_bytes=volume.info.header_bytes)


def _compare(result: ClusterResult, labels: LabelSnapshot) -> _Known:
    from seisview.learn.clustering.metrics import contingency, majority_classes

    names = tuple(c.name for c in labels.scheme.classes)
    number = np.full(256, -1, np.intp)
    number[list(labels.scheme.ids)] = np.arange(len(names))
    first: list[_Pairs] = []
    last: list[_Pairs] = []
    for key, mask in labels.sections.items():
        clusters = result.section(key)
        lines = _inline_share(key.axis.value, key.index, mask.shape, result.shape[0])
        for part, chosen in ((first, lines < _FIT_SHARE), (last, lines > _TEST_FROM)):
            used = chosen & (mask > 0) & (clusters > 0)
            part.append((number[mask[used]], clusters[used].astype(np.intp) - 1))
    if not first:
        raise LabelError("There are no labels to compare with.", "Give labels that hold some classes.")
    fitted, test = _joined(first), _joined(last)
    table = contingency(fitted[0], fitted[1], len(names), len(result.scheme))
    return _Known(names, majority_classes(table), *test)


def _joined(pairs: list[_Pairs]) -> _Pairs:
    return np.concatenate([pair[0] for pair in pairs]), np.concatenate([pair[1] for pair in pairs])


def _inline_share(axis: str, index: int, shape: tuple[int, int], n_inlines: int) -> npt.NDArray[np.float64]:
    """Inline of every sample of a section, as a share of the survey."""
    if axis == "inline":
        return np.full(shape, index / n_inlines)
    return np.broadcast_to(np.arange(shape[1]) / n_inlines, shape)


def _scores(known: _Known | None) -> tuple[list[dict[str, Any]], dict[str, float]]:
    if known is None:
        return [], {}
    from seisview.learn.clustering.metrics import agreement, class_scores, table_rows

    predicted = known.mapping[known.clusters]
    figures = agreement(known.truth, known.clusters, len(known.names))
    return table_rows(class_scores(known.truth, predicted, known.names)), figures


def _point_truth(points: ClusterPoints, labels: LabelSnapshot | None) -> npt.NDArray[np.intp]:
    truth = np.full(len(points.labels), -1, np.intp)
    if labels is None:
        return truth
    order = {class_id: number for number, class_id in enumerate(labels.scheme.ids)}
    for place, (inline, crossline, sample) in enumerate(points.places.tolist()):
        for key, mask in labels.sections.items():
            at = {"inline": (inline, crossline), "crossline": (crossline, inline)}.get(key.axis.value)
            if at is not None and at[0] == key.index:
                truth[place] = order.get(int(mask[sample, at[1]]), -1)
                break
    return truth


def _predictions(
    points: ClusterPoints,
    truth: npt.NDArray[np.intp],
    names: tuple[str, ...],
    mapping: npt.NDArray[np.intp],
    volume: Volume,
) -> Iterator[dict[str, Any]]:
    geometry = volume.geometry
    for place in range(len(points.labels)):
        inline, crossline, sample = (int(n) for n in points.places[place])
        cluster = int(points.labels[place])
        share = inline / geometry.shape[0]
        yield {
            "inline": geometry.inlines.number_at(inline),
            "crossline": geometry.crosslines.number_at(crossline),
            "position": geometry.sample_at(sample),
            "true_label": _name(names, int(truth[place])),
            "predicted_label": _name(names, int(mapping[cluster - 1]) if cluster else -1),
            "cluster": cluster,
            "anomaly": float(points.scores[place]),
            "part": "fit" if share < _FIT_SHARE else "test" if share > _TEST_FROM else "gap",
        }


def _name(names: tuple[str, ...], number: int) -> str | None:
    return names[number] if number >= 0 else None
