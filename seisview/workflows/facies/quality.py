"""How good a model is on labels that it never saw, class by class, and where it goes wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from seisview.data.geometry import Axis, SectionKey
from seisview.data.volume import Volume
from seisview.errors import LabelError, ModelError
from seisview.labels.facies import FaciesClass
from seisview.labels.snapshot import LabelSnapshot
from seisview.learn.metrics import ConfusionMatrix
from seisview.learn.quality import Cell, ErrorCounter, Place
from seisview.learn.samples.splits import Block
from seisview.learn.segmentation.trained import TrainedSegmenter
from seisview.progress import Progress
from seisview.workflows.facies.evaluate import blank_crossing

ByteArray = npt.NDArray[np.uint8]
Truth = tuple[SectionKey, ByteArray]

CARRIES = "carries"
"""Among the details of a model: ``"yes"`` where it carries the labels that it learnt from, else ``"no"``."""

_UNNAMED_COLOR = "#808080"


@dataclass(frozen=True, slots=True, eq=False)
class QualityReport:
    """What a comparison with labels says.

    Attributes
    ----------
    classes : tuple of FaciesClass
        Those that are true or predicted somewhere.
    matrix : ConfusionMatrix
        Rows (true) and columns (predicted) in the order of `classes`.
    places : mapping of (int, int) to tuple of Place
        By (true, predicted) class id, predicted 0 for nothing: where most such samples are.
    sections : tuple of SectionKey
        The sections compared.
    n_samples : int
        Labelled samples compared.
    n_not_predicted : int
        Labelled samples on traces that were not predicted at all; they are left out.
    """

    classes: tuple[FaciesClass, ...]
    matrix: ConfusionMatrix
    places: Mapping[Cell, tuple[Place, ...]]
    sections: tuple[SectionKey, ...]
    n_samples: int
    n_not_predicted: int

    def to_dict(self) -> dict[str, Any]:
        """Plain data: global scores, scores by class, the matrix."""
        m = self.matrix
        scores = {"iou": m.iou, "precision": m.precision, "recall": m.recall, "f1": m.f1}
        classes = [
            {
                "id": c.id,
                "name": c.name,
                **{k: float(v[i]) for k, v in scores.items()},
                "support": int(m.support[i]),
            }
            for i, c in enumerate(self.classes)
        ]
        counts = {"n_samples": self.n_samples, "n_not_predicted": self.n_not_predicted}
        return {**m.summary(), "classes": classes, "confusion": m.counts.tolist(), **counts}


def assess(
    truths: Sequence[Truth],
    predict: Callable[[SectionKey], ByteArray],
    classes: Sequence[FaciesClass] = (),
    progress: Progress | None = None,
) -> QualityReport:
    """Compare predicted with labelled sections in one confusion matrix; each sample counts once.

    Parameters
    ----------
    truths : sequence of (SectionKey, ndarray of uint8)
        True class ids in section shape; 0 is unlabelled and not compared. See :func:`holdout_truths` and
        :func:`block_truths`.
    predict : callable
        Gives the predicted class ids of a section, in its shape; traces that are 0 throughout were not
        predicted and are left out.
    classes : sequence of FaciesClass
        What the ids are called; ids that are not among them get a number for a name.
    progress : Progress, optional

    Returns
    -------
    QualityReport

    Raises
    ------
    LabelError
        If no labelled sample was predicted.
    Cancelled
        If the job was asked to stop.
    """
    progress = progress or Progress()
    counter, left_out = ErrorCounter(range(1, 256)), 0
    sections: list[SectionKey] = []
    for key, truth in progress.track(list(each_sample_once(truths)), "Comparing with the labels"):
        predicted = predict(key)
        known = np.any(predicted, axis=0, keepdims=True)
        left_out += int(np.count_nonzero(truth * ~known))
        compared = truth * known
        if compared.any():
            counter.add(key, compared, predicted)
            sections.append(key)
    if not sections:
        raise LabelError(
            "No labelled sample was predicted, so there is nothing to compare.",
            "Hold out a labelled section (Label > Hold out this section), then check again.",
        )
    ids, matrix = _occurring(counter.matrix)
    n_samples = int(matrix.support.sum())
    return QualityReport(_named(ids, classes), matrix, counter.places, tuple(sections), n_samples, left_out)


def holdout_truths(labels: LabelSnapshot) -> tuple[Truth, ...]:
    """The labels of held-out sections: no training used them, nor what lies near them."""
    return tuple((key, labels.sections[key]) for key in sorted(labels.holdout) if key in labels.sections)


def block_truths(labels: LabelSnapshot, block: Block) -> tuple[Truth, ...]:
    """The labels inside the block of lines that validated a model; hold-outs are left out."""
    truths = []
    for key in labels.training_sections:
        if key.axis is Axis.SAMPLE:
            continue
        mask = labels.sections[key]
        inside = mask * block.inside(_lines_of(key, mask, block))
        if inside.any():
            truths.append((key, inside))
    return tuple(truths)


def model_answers(
    model_files: Sequence[Path],
    volume: Volume,
    predicted: Callable[[SectionKey], ByteArray] | None,
    progress: Progress,
) -> Callable[[SectionKey], ByteArray]:
    """What a model says on a section: from its facies volume, or by the network where that holds nothing.

    Parameters
    ----------
    model_files : sequence of Path
        Read only if they are needed; several are fused.
    volume : Volume
    predicted : callable or None
        Reads a section of the facies volume.
    progress : Progress

    Raises
    ------
    ModelError
        From the returned function, when a model is needed and cannot be read.
    """
    loaded: list[Any] = []

    def answer(key: SectionKey) -> ByteArray:
        known = None if predicted is None else predicted(key)
        if known is not None and (known.any() or key.axis is Axis.SAMPLE):
            return known
        from seisview.workflows.facies.segment import load_segmenter, predict_section

        if not model_files:
            raise ModelError("This section was not predicted.", "Predict the whole survey first.")
        if not loaded:
            loaded.extend(load_segmenter(path) for path in model_files)
        return predict_section(loaded, volume, key, progress=progress)[0]

    return answer


def unseen_answers(
    model_file: Path, volume: Volume, block: Block, progress: Progress
) -> Callable[[SectionKey], ByteArray]:
    """What a network says when it carries no label from the block that validates it.

    Its facies volume cannot be asked: there, labels of the block were carried to where they are compared.

    Parameters
    ----------
    model_file : Path
    volume : Volume
    block : Block
    progress : Progress

    Raises
    ------
    ModelError
        From the returned function, when the model cannot be read.
    """
    loaded: list[TrainedSegmenter] = []

    def answer(key: SectionKey) -> ByteArray:
        from seisview.workflows.facies.segment import load_segmenter, predict_section

        if not loaded:
            model = load_segmenter(model_file)
            loaded.append(replace(model, labels=labels_beyond(model.labels, block)))
        return predict_section(loaded[0], volume, key, progress=progress)[0]

    return answer


def labels_beyond(labels: Mapping[SectionKey, ByteArray], block: Block) -> dict[SectionKey, ByteArray]:
    """The labels of inlines and crosslines that lie neither in a block nor in its guard band."""
    return {
        key: mask * block.outside(_lines_of(key, mask, block))
        for key, mask in labels.items()
        if key.axis is not Axis.SAMPLE
    }


def _lines_of(key: SectionKey, mask: ByteArray, block: Block) -> npt.NDArray[np.intp]:
    """Index across the axis of the block, for each trace of a section."""
    return np.full(mask.shape[1], key.index) if key.axis is block.axis else np.arange(mask.shape[1])


def each_sample_once(truths: Sequence[Truth]) -> Iterator[Truth]:
    """Labels of sections that cross, without the samples that a section before holds already."""
    seen: list[SectionKey] = []
    for key, labels in truths:
        truth = labels.copy()
        for other in seen:
            blank_crossing(truth, key, other)
        seen.append(key)
        yield key, truth


def _occurring(matrix: ConfusionMatrix) -> tuple[list[int], ConfusionMatrix]:
    """Ids that occur, and the matrix of them alone."""
    found = np.flatnonzero((matrix.support > 0) | (matrix.counts.sum(axis=0) > 0))
    small = ConfusionMatrix(len(found))
    small.counts[:] = matrix.counts[np.ix_(found, found)]
    small.missed[:] = matrix.missed[found]
    return [int(i) + 1 for i in found], small


def _named(ids: Sequence[int], classes: Sequence[FaciesClass]) -> tuple[FaciesClass, ...]:
    known = {c.id: c for c in reversed(list(classes))}
    return tuple(known.get(i) or FaciesClass(i, f"Class {i}", _UNNAMED_COLOR) for i in ids)


__all__ = [
    "CARRIES",
    "QualityReport",
    "assess",
    "block_truths",
    "each_sample_once",
    "holdout_truths",
    "labels_beyond",
    "model_answers",
    "unseen_answers",
]
