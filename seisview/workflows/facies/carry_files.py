"""Labels carried from files to files, for the command line and for scripts; loads no torch."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from seisview.data.geometry import SurveyGeometry
from seisview.data.volume import HeaderBytes, Volume
from seisview.labels.snapshot import LabelSnapshot
from seisview.learn.config import PredictConfig
from seisview.progress import Progress
from seisview.workflows.facies.carry import carried_from, carried_origin, carried_prediction
from seisview.workflows.facies.predict import PredictionFiles, write_prediction
from seisview.workflows.labels import LabelChoice, labels_from_path
from seisview.workflows.surveys import open_survey


@dataclass(frozen=True, slots=True)
class CarryFiles:
    """What to carry, and onto which survey.

    Attributes
    ----------
    survey : Path
    labels : Path
        Project, label volume or folder of masks; see :func:`seisview.workflows.labels.labels_from_path`.
    out : PredictionFiles
    header_bytes : HeaderBytes
        Of a SEG-Y survey.
    choice : LabelChoice
        Which of the labels are carried.
    """

    survey: Path
    labels: Path
    out: PredictionFiles
    header_bytes: HeaderBytes = field(default_factory=HeaderBytes)
    choice: LabelChoice = field(default_factory=LabelChoice)

    def __post_init__(self) -> None:
        for name in ("survey", "labels"):
            object.__setattr__(self, name, Path(getattr(self, name)))


def carry_to_files(
    files: CarryFiles,
    config: Callable[[SurveyGeometry], PredictConfig] | None = None,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Carry labels from files and write the facies, and the confidence when asked for.

    Parameters
    ----------
    files : CarryFiles
    config : callable, optional
        What to carry to, once the lines of the survey are known: axis and lines count, others are 0.
    progress : Progress, optional

    Returns
    -------
    dict
        As :func:`seisview.workflows.facies.predict.predict_to_files`, with the labelled sections.

    Raises
    ------
    VolumeError, LabelError, GeometryError
        As the steps it is made of.
    ExportError
        If the disk fails; nothing half-written is left behind.
    """
    progress = progress or Progress()
    with closing(open_survey(files.survey, files.header_bytes, progress)) as volume:
        labels = labels_from_path(files.labels, volume.geometry, files.choice, volume.info.header_bytes)
        wanted = None if config is None else config(volume.geometry)
        return carry_into_files(labels, volume, files.out, wanted, progress)


def carry_into_files(
    labels: LabelSnapshot,
    volume: Volume,
    files: PredictionFiles,
    config: PredictConfig | None = None,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Carry labels to a survey that is open; see :func:`carry_to_files`."""
    prediction = carried_prediction(labels, volume.geometry)
    provenance = {
        "model": prediction.model_ids[0],
        **carried_origin(prediction.details),
        "labels": f"revision {labels.revision}",
        "predicted": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
    }
    written = write_prediction(prediction, volume, files, config or PredictConfig(), provenance, progress)
    titles = [volume.geometry.title(key) for key in carried_from(prediction.details)]
    return {**written, "sections": titles}
