"""What to label next: sections ranked by how unsure a prediction is, from a window, a script or files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from seisview.data.geometry import Axis, SectionKey, SurveyGeometry
from seisview.data.opening import open_volume
from seisview.data.volume import HeaderBytes, Volume
from seisview.errors import LabelError, ProjectError
from seisview.learn.segmentation.uncertainty import RankingConfig, Suggestion, UncertaintyMap, rank_sections
from seisview.progress import Progress
from seisview.project.project import Project
from seisview.project.storage import is_project, open_project

Confidence = npt.NDArray[np.floating] | npt.NDArray[np.uint8]

_ABOVE_ONE = 1.0 + 1e-3


@dataclass(frozen=True, slots=True)
class Prediction:
    """Where confidences come from.

    Attributes
    ----------
    shape : (int, int, int)
        (inlines, crosslines, samples) of the survey.
    keys : sequence of SectionKey
        Vertical sections to read, each once; they need not be all.
    read : callable
        Gives the confidence of a section in its shape, 0 where nothing was predicted: float 0..1, or uint8
        with 255 for 1.
    """

    shape: tuple[int, int, int]
    keys: Sequence[SectionKey]
    read: Callable[[SectionKey], Confidence]

    @classmethod
    def of_volume(cls, shape: tuple[int, int, int], read: Callable[[SectionKey], Confidence]) -> Prediction:
        """All inlines of a volume."""
        return cls(shape, [SectionKey(Axis.INLINE, index) for index in range(shape[0])], read)


@dataclass(frozen=True, slots=True)
class RankingFiles:
    """What ``seisview label-next`` reads.

    Attributes
    ----------
    survey : Path
        A survey or a project.
    confidence : Path or None
        Confidence volume of the survey's shape, 0..1; None takes that of the project's facies.
    labels : Path or None
        What is labelled already; None takes the project's labels, if it is one.
    header_bytes : HeaderBytes
        Of a SEG-Y survey.
    """

    survey: Path
    confidence: Path | None = None
    labels: Path | None = None
    header_bytes: HeaderBytes = field(default_factory=HeaderBytes)


def label_next(
    prediction: Prediction | Project,
    taken: Iterable[SectionKey] | None = None,
    config: RankingConfig | None = None,
    progress: Progress | None = None,
) -> tuple[Suggestion, ...]:
    """Rank the sections worth labelling next.

    Parameters
    ----------
    prediction : Prediction or Project
        Of an open project the facies shown last.
    taken : iterable of SectionKey, optional
        Sections that are labelled or held out; by default those of the project.
    config : RankingConfig, optional
    progress : Progress, optional

    Returns
    -------
    tuple of Suggestion
        See :func:`seisview.learn.segmentation.uncertainty.rank_sections`.

    Raises
    ------
    ProjectError
        If the project has no facies.
    Cancelled
        If the job was asked to stop.
    """
    if isinstance(prediction, Project):
        project = prediction
        taken = _taken(None, project, project.volume) if taken is None else taken
        prediction = _prediction_of(project)
    uncertainty = measure_uncertainty(prediction, config, progress)
    return rank_sections(uncertainty, taken or (), config)


def measure_uncertainty(
    prediction: Prediction, config: RankingConfig | None = None, progress: Progress | None = None
) -> UncertaintyMap:
    """The first half of :func:`label_next`: it need not be done again when only labels change.

    Raises
    ------
    Cancelled
        If the job was asked to stop.
    """
    config, progress = config or RankingConfig(), progress or Progress()
    uncertainty = UncertaintyMap(prediction.shape, config.block)
    for key in progress.track(prediction.keys, "Looking for unsure sections"):
        uncertainty.add(key, _as_float(prediction.read(key)))
    progress.check()
    return uncertainty


def label_next_from_files(
    files: RankingFiles, config: RankingConfig | None = None, progress: Progress | None = None
) -> dict[str, Any]:
    """Rank sections by a confidence volume on disk.

    Returns
    -------
    dict
        ``confidence`` (where it comes from) and ``sections``: a list of ``rank, axis, line, score,
        uncertainty``; line numbers, not indices.

    Raises
    ------
    LabelError
        If the volume is no confidence of this survey.
    ProjectError
        If there is no confidence to rank by.
    """
    from seisview.workflows.surveys import open_survey

    with ExitStack() as opened:
        project = None
        if is_project(files.survey):
            project = opened.enter_context(open_project(files.survey, open_volume, read_only=True))
            opened.enter_context(closing(project.volume))
            volume = project.volume
        else:
            volume = opened.enter_context(closing(open_survey(files.survey, files.header_bytes, progress)))
        geometry = volume.geometry
        prediction = _prediction(files.confidence, project, geometry, opened)
        suggestions = label_next(prediction, _taken(files.labels, project, volume), config, progress)
    source = "the project" if files.confidence is None else str(files.confidence)
    return {"confidence": source, "sections": suggestion_rows(suggestions, geometry)}


def suggestion_rows(suggestions: Sequence[Suggestion], geometry: SurveyGeometry) -> list[dict[str, Any]]:
    """Plain data of a ranked list, with line numbers."""
    return [
        {
            "rank": rank,
            "axis": str(suggestion.key.axis),
            "line": geometry.number_of(suggestion.key),
            "score": round(suggestion.score, 4),
            "uncertainty": round(suggestion.uncertainty, 4),
        }
        for rank, suggestion in enumerate(suggestions, start=1)
    ]


def _prediction(
    path: Path | None, project: Project | None, geometry: SurveyGeometry, opened: ExitStack
) -> Prediction:
    if path is not None:
        from seisview.workflows.surveys import open_survey

        volume = opened.enter_context(closing(open_survey(path)))
        if volume.geometry.shape != geometry.shape:
            raise LabelError(
                f"{path.name} has shape {volume.geometry.shape}, the survey {geometry.shape}.",
                "Give the confidence that was predicted for this survey.",
            )
        return Prediction.of_volume(geometry.shape, volume.read_section)
    return _prediction_of(project)


def _prediction_of(project: Project | None) -> Prediction:
    result = None if project is None else project.current_result
    if result is None:
        raise ProjectError(
            "There is no prediction to rank sections by.",
            "Give a confidence volume (--confidence), or train in the window first.",
        )
    return Prediction.of_volume(result.shape, lambda key: result.section(key)[1])


def _taken(labels: Path | None, project: Project | None, survey: Volume) -> set[SectionKey]:
    if labels is not None:
        from seisview.workflows.labels import labels_from_path

        snapshot = labels_from_path(labels, survey.geometry, header_bytes=survey.info.header_bytes)
        return {*snapshot.sections, *snapshot.holdout}
    return set() if project is None else {*project.labels.labelled_sections(), *project.labels.holdout}


def _as_float(confidence: Confidence) -> npt.NDArray[np.float32]:
    if confidence.dtype == np.uint8:
        return np.asarray(confidence, np.float32) / np.float32(255)
    values = np.nan_to_num(np.asarray(confidence, np.float32))
    if values.size and (values.max() > _ABOVE_ONE or values.min() < 0):
        raise LabelError(
            f"A confidence lies between 0 and 1; this volume reaches from {values.min():g} to "
            f"{values.max():g}.",
            "Give what `seisview predict --confidence` wrote.",
        )
    return np.minimum(values, np.float32(1))


__all__ = [
    "Prediction",
    "RankingFiles",
    "label_next",
    "label_next_from_files",
    "measure_uncertainty",
    "rank_sections",
    "suggestion_rows",
]
