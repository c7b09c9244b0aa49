"""The network beside the instant preview, while it predicts: when that is found out, and in what words."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from seisview.data.geometry import SectionKey
from seisview.data.volume import Volume
from seisview.errors import SeisviewError
from seisview.labels.snapshot import LabelSnapshot
from seisview.learn.config import PredictConfig
from seisview.learn.features.volume import FeatureVolume
from seisview.progress import Progress
from seisview.workflows.facies.facies_sections import Confidence, Facies, FaciesSink
from seisview.workflows.facies.predict_resumably import Prediction

if TYPE_CHECKING:
    from seisview.learn.segmentation.trained import TrainedSegmenter
    from seisview.workflows.facies.beside_preview import PreviewComparison

_WHO_IS_BETTER = {
    "network": "The network is better.",
    "neither": "Both are about as good.",
    "preview": "The preview is better so far: train longer, or show it again.",
}


@dataclass(frozen=True, slots=True)
class PreviewCompared:
    """Event: it is known how a network does beside the preview."""

    comparison: PreviewComparison


def beside_preview_text(found: PreviewComparison) -> str:
    """``"On the validation block: network 0.62, preview 0.78 mean IoU. The preview is better so far: …"``."""
    figures = f"network {found.network_iou:.2f}, preview {found.preview_iou:.2f} mean IoU"
    return f"On the validation block: {figures}. {_WHO_IS_BETTER[found.better]}"


def beside_preview_details(found: PreviewComparison) -> str:
    """On what it was found."""
    plural = "" if found.n_sections == 1 else "s"
    return (
        f"{found.n_samples:,} labelled samples on {found.n_sections} section{plural}, from which neither "
        f"learnt nor carried labels. Accuracy: network {found.network_accuracy:.2f}, "
        f"preview {found.preview_accuracy:.2f}."
    )


def compared_after_first(prediction: Prediction, compare: Callable[[], None]) -> Prediction:
    """The same prediction, comparing once: after its first section, which is on screen and must not wait."""

    def predict(
        volume: Volume,
        sink: FaciesSink,
        progress: Progress,
        *,
        first: SectionKey | None,
        config: PredictConfig,
        done: Collection[SectionKey],
    ) -> None:
        comparing = _ComparingSink(sink, compare)
        prediction.predict(volume, comparing, progress, first=first, config=config, done=done)
        comparing.finish()

    return replace(prediction, predict=predict)


def tell_beside_preview(
    model: TrainedSegmenter,
    volume: Volume,
    labels: LabelSnapshot,
    features: FeatureVolume | None,
    config: PredictConfig,
    progress: Progress,
) -> None:
    """Compare and emit :class:`PreviewCompared`; nothing where it cannot be told.

    Raises
    ------
    Cancelled
        If the job was asked to stop.
    """
    from seisview.workflows.facies.beside_preview import compare_with_preview
    from seisview.workflows.facies.preview import preview_keys

    if features is None:
        return
    there = features.find_all(preview_keys(labels, volume.geometry))
    try:
        with progress.preparing():
            found = compare_with_preview(model, volume, labels, there, config, progress)
    except SeisviewError:  # the facies are what counts, and they are still being predicted
        return
    if found is not None:
        progress.emit(PreviewCompared(found))


class _ComparingSink:
    """Passes sections on; before the second, the first is on screen."""

    def __init__(self, sink: FaciesSink, compare: Callable[[], None]) -> None:
        self._sink, self._compare = sink, compare
        self._is_begun = self._is_compared = False

    def write_section(self, key: SectionKey, facies: Facies, confidence: Confidence) -> None:
        """Pass a section on."""
        if self._is_begun:
            self.finish()
        self._is_begun = True
        self._sink.write_section(key, facies, confidence)

    def finish(self) -> None:
        """Compare, unless that was done."""
        if not self._is_compared:
            self._is_compared = True
            self._compare()
