"""How a trained network does beside the instant preview it replaces, on labels that neither learnt from."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from seisview.data.geometry import SectionKey
from seisview.data.volume import Volume
from seisview.errors import LabelError
from seisview.labels.snapshot import LabelSnapshot
from seisview.learn.config import PredictConfig
from seisview.learn.features.store import FeatureArray
from seisview.learn.metrics import ConfusionMatrix
from seisview.learn.samples.labelled import LabelRequest, vertical_masks
from seisview.learn.samples.splits import Block
from seisview.learn.segmentation.trained import TrainedSegmenter
from seisview.progress import Progress
from seisview.workflows.facies.dips import survey_dips
from seisview.workflows.facies.preview import carried_to_preview, fit_preview, preview_section
from seisview.workflows.facies.quality import ByteArray, Truth, block_truths, each_sample_once, labels_beyond

LEAST_SAMPLES = 200
"""Fewer labelled samples, about one trace, tell no model from another."""

MAX_SECTIONS = 6
"""Most sections that are compared, those with most labels in the block: it is to take a moment only."""

LEAST_OF_A_CLASS = 16
"""Classes with fewer samples are left out of the mean, and one class alone tells nothing."""

_CLOSE = 0.02

Answer = Callable[[SectionKey], ByteArray]


@dataclass(frozen=True, slots=True)
class PreviewComparison:
    """Scores of a network and of the preview on the same samples.

    Attributes
    ----------
    network_iou, preview_iou : float
        Mean IoU over the classes that are labelled there, 0..1.
    network_accuracy, preview_accuracy : float
        Share of samples that are right, 0..1.
    n_samples, n_sections : int
        How much was compared.
    """

    network_iou: float
    preview_iou: float
    network_accuracy: float
    preview_accuracy: float
    n_samples: int
    n_sections: int

    @property
    def better(self) -> str:
        """``"network"``, ``"preview"``, or ``"neither"`` where their mean IoU hardly differs."""
        ahead = self.network_iou - self.preview_iou
        if abs(ahead) < _CLOSE:
            return "neither"
        return "network" if ahead > 0 else "preview"

    def to_dict(self) -> dict[str, float | int | str]:
        """Plain data."""
        return {
            "network_mean_iou": self.network_iou,
            "preview_mean_iou": self.preview_iou,
            "network_pixel_accuracy": self.network_accuracy,
            "preview_pixel_accuracy": self.preview_accuracy,
            "n_samples": self.n_samples,
            "n_sections": self.n_sections,
            "better": self.better,
        }


def compare_with_preview(
    model: TrainedSegmenter,
    volume: Volume,
    labels: LabelSnapshot,
    features: Mapping[SectionKey, FeatureArray],
    config: PredictConfig = PredictConfig(),
    progress: Progress | None = None,
) -> PreviewComparison | None:
    """Compare a network with the preview on the block of labels that validated its training.

    Neither has learnt from labels of that block, nor are they carried there: the preview is fitted again to
    the labels beyond the block and its guard band, and the network carries only those.

    Parameters
    ----------
    model : TrainedSegmenter
    volume : Volume
        The survey that it was trained on.
    labels : LabelSnapshot
        Those that it was trained on.
    features : mapping of SectionKey to ndarray of float16
        As :func:`seisview.workflows.facies.preview.fit_preview` takes them; sections without are left out.
    config : PredictConfig
        Where the network computes.
    progress : Progress, optional

    Returns
    -------
    PreviewComparison or None
        None where nothing validated the model, or too little is labelled there to tell.

    Raises
    ------
    ModelError
        If memory does not suffice.
    VolumeError
        If the survey can no longer be read.
    Cancelled
        If the job was asked to stop.
    """
    progress = progress or Progress()
    block = Block.parse(str(model.provenance.training.get("validation_block", "")))
    if block is None:
        return None
    truths = _most_labelled(labels, block, features)
    if sum(int(np.count_nonzero(truth)) for _, truth in truths) < LEAST_SAMPLES:
        return None
    preview = _preview_without(block, volume, labels, features, progress)
    if preview is None:
        return None
    network = _network_without(block, model, volume, config, progress)
    return _compared(truths, network, preview, progress)


def _most_labelled(
    labels: LabelSnapshot, block: Block, features: Mapping[SectionKey, FeatureArray]
) -> list[Truth]:
    inside = [(key, truth) for key, truth in block_truths(labels, block) if key in features]
    inside.sort(key=lambda found: (-int(np.count_nonzero(found[1])), found[0]))
    return list(each_sample_once(inside[:MAX_SECTIONS]))


def _preview_without(
    block: Block,
    volume: Volume,
    labels: LabelSnapshot,
    features: Mapping[SectionKey, FeatureArray],
    progress: Progress,
) -> Answer | None:
    """The preview as if nothing were labelled in the block; None where too little is left to fit it to."""
    geometry = volume.geometry
    masks = labels_beyond(vertical_masks(LabelRequest(labels.sections, labels.holdout), geometry), block)
    left = replace(labels, sections={key: mask for key, mask in masks.items() if mask.any()})
    try:
        fitted = fit_preview(features, left, geometry)
    except LabelError:
        return None
    dips = None if geometry.is_2d else survey_dips(volume, progress)

    def answer(key: SectionKey) -> ByteArray:
        carried = None if dips is None else carried_to_preview(fitted, dips, key)
        return preview_section(fitted, features[key], geometry.section_shape(key.axis), carried)[0]

    return answer


def _network_without(
    block: Block, model: TrainedSegmenter, volume: Volume, config: PredictConfig, progress: Progress
) -> Answer:
    from seisview.workflows.facies.segment import predict_section

    unseeing = replace(model, labels=labels_beyond(model.labels, block))
    return lambda key: predict_section(unseeing, volume, key, config, progress)[0]


def _compared(
    truths: Sequence[Truth], network: Answer, preview: Answer, progress: Progress
) -> PreviewComparison | None:
    by_network, by_preview, n_sections = ConfusionMatrix(255), ConfusionMatrix(255), 0
    for key, truth in progress.track(truths, "Comparing with the preview"):
        said, before = network(key), preview(key)
        # A trace without any answer is missing or dead for one of them: both are judged on the same samples.
        both = np.any(said, axis=0) & np.any(before, axis=0)
        compared = (truth * both).astype(np.int16) - 1
        by_network.add(compared, said.astype(np.int16) - 1)
        by_preview.add(compared, before.astype(np.int16) - 1)
        n_sections += bool((compared >= 0).any())
    n_samples, known = int(by_network.support.sum()), by_network.support >= LEAST_OF_A_CLASS
    if n_samples < LEAST_SAMPLES or np.count_nonzero(known) < 2:
        return None
    return PreviewComparison(
        float(by_network.iou[known].mean()),
        float(by_preview.iou[known].mean()),
        by_network.pixel_accuracy,
        by_preview.pixel_accuracy,
        n_samples,
        n_sections,
    )


__all__ = ["PreviewComparison", "compare_with_preview"]
