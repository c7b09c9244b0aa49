"""How good predicted facies are: one confusion matrix over all labelled samples."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from seisview.data.geometry import Axis, SectionKey, SurveyGeometry, section_of
from seisview.data.labels_io import read_label_volume
from seisview.data.opening import is_zarr
from seisview.data.volume import HeaderBytes
from seisview.errors import LabelError
from seisview.learn.metrics import ConfusionMatrix
from seisview.progress import Progress
from seisview.project.storage import is_project
from seisview.workflows.labels import LabelChoice, labels_from_path
from seisview.workflows.surveys import open_survey

ByteArray = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class Evaluation:
    """Scores of a prediction.

    Attributes
    ----------
    matrix : ConfusionMatrix
        Class id ``i`` is row and column ``i - 1``.
    n_samples : int
        Labelled samples that were compared.
    n_not_predicted : int
        Labelled samples on traces that were not predicted at all (0 throughout); they are left out.
    """

    matrix: ConfusionMatrix
    n_samples: int
    n_not_predicted: int

    def to_dict(self) -> dict[str, Any]:
        """Scores by name as plain data; those of classes that do not occur are left out."""
        m = self.matrix
        occurring = np.flatnonzero((m.support > 0) | (m.counts.sum(axis=0) > 0))
        classes = [
            {
                "id": int(i) + 1,
                "iou": float(m.iou[i]),
                "precision": float(m.precision[i]),
                "recall": float(m.recall[i]),
                "f1": float(m.f1[i]),
                "support": int(m.support[i]),
            }
            for i in occurring
        ]
        counts = {"n_samples": self.n_samples, "n_not_predicted": self.n_not_predicted}
        return {**m.summary(), "classes": classes, **counts}


def evaluate_sections(facies: ByteArray, truths: Iterable[tuple[SectionKey, ByteArray]]) -> Evaluation:
    """Compare a facies volume with labelled sections in one confusion matrix; each sample counts once.

    Parameters
    ----------
    facies : ndarray of uint8, shape (n_inlines, n_crosslines, n_samples)
        Predicted class ids.
    truths : iterable of (SectionKey, ndarray of uint8)
        True class ids in section shape. 0 is unlabelled and not compared. A prediction of 0 on a labelled
        sample is a miss, unless its whole trace is 0: such a trace was not predicted (missing from the
        survey, or beyond the lines asked for) and is left out.

    Raises
    ------
    LabelError
        If no labelled sample was predicted.
    """
    matrix, compared, left_out = ConfusionMatrix(255), 0, 0
    answered = np.any(facies, axis=2, keepdims=True)
    seen: list[SectionKey] = []
    for key, labels in truths:
        truth = labels.copy()
        for other in seen:
            blank_crossing(truth, key, other)
        seen.append(key)
        known = _answered(answered, key)
        left_out += int(np.count_nonzero(truth * ~known))
        truth *= known
        compared += int(np.count_nonzero(truth))
        matrix.add(truth.astype(np.int16) - 1, section_of(facies, key).astype(np.int16) - 1)
    if not compared:
        raise LabelError(
            "No labelled sample was predicted, so there is nothing to compare.",
            "Check that both belong to the same survey and cover the same lines.",
        )
    return Evaluation(matrix, compared, left_out)


def _answered(answered: npt.NDArray[np.bool_], key: SectionKey) -> npt.NDArray[np.bool_]:
    """Which traces were predicted, in a shape that broadcasts with the section."""
    return section_of(answered, SectionKey(key.axis, 0) if key.axis is Axis.SAMPLE else key)


def blank_crossing(truth: ByteArray, key: SectionKey, other: SectionKey) -> None:
    """Clear from `truth` the samples that the section `other` holds as well."""
    if key.axis is other.axis:
        return
    if key.axis is Axis.SAMPLE:
        truth[(slice(None), other.index) if other.axis is Axis.INLINE else (other.index,)] = 0
    elif other.axis is Axis.SAMPLE:
        truth[other.index] = 0
    else:
        truth[:, other.index] = 0


def evaluate_files(
    predicted: Path | str,
    labels: Path | str,
    choice: LabelChoice | None = None,
    survey: Path | str | None = None,
    progress: Progress | None = None,
    header_bytes: HeaderBytes = HeaderBytes(),
) -> Evaluation:
    """Compare a facies volume with labels.

    Parameters
    ----------
    predicted : Path or str
        Facies volume: SEG-Y, ``.npy`` or zarr.
    labels : Path or str
        Label volume of the same shape, folder of masks, or project.
    choice : LabelChoice, optional
        Compare these lines only.
    survey : Path or str, optional
        The survey, for its line numbers when neither file knows them.
    progress : Progress, optional
    header_bytes : HeaderBytes
        Of all that is SEG-Y, where detection errs.

    Returns
    -------
    Evaluation

    Raises
    ------
    LabelError
        If the shapes differ or nothing is labelled.
    """
    progress, choice = progress or Progress(), choice or LabelChoice()
    predicted, labels = Path(predicted), Path(labels)
    survey = None if survey is None else Path(survey)
    geometry = _geometry((survey, predicted, labels), header_bytes)
    facies = read_label_volume(predicted, geometry, header_bytes=header_bytes)
    truths = _truths(labels, geometry, choice, header_bytes)
    return evaluate_sections(facies, progress.track(truths, "Comparing"))


def _truths(
    labels: Path, geometry: SurveyGeometry, choice: LabelChoice, header_bytes: HeaderBytes
) -> list[tuple[SectionKey, ByteArray]]:
    if not _is_volume(labels):
        snapshot = labels_from_path(labels, geometry, choice, header_bytes)
        return sorted(snapshot.sections.items(), key=lambda item: item[0])
    truth = read_label_volume(labels, geometry, header_bytes=header_bytes)
    everything = [SectionKey(Axis.INLINE, index) for index in range(geometry.shape[0])]
    keys = everything if choice.takes_all else sorted(choice.keys(geometry))
    return [(key, section_of(truth, key)) for key in keys]


def _geometry(paths: tuple[Path | None, Path, Path], header_bytes: HeaderBytes) -> SurveyGeometry:
    """Geometry of whichever file knows its line numbers; the first of the volumes otherwise."""
    candidates = [path for path in paths if path is not None and _opens(path)]
    volumes = []
    for path in candidates:
        volume = open_survey(path, header_bytes)
        volumes.append((not volume.info.warnings, volume.info.format == "segy", volume.geometry))
        volume.close()
    known = [geometry for sure, is_segy, geometry in volumes if sure or is_segy]
    return known[0] if known else volumes[0][2]


def _is_volume(path: Path) -> bool:
    return is_zarr(path) or not path.is_dir()


def _opens(path: Path) -> bool:
    return _is_volume(path) or is_project(path)
