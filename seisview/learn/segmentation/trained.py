"""A trained segmenter with all that is needed to use it and to say where it came from; imports no torch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from seisview.data.amplitude import AmplitudeStatistics
from seisview.data.geometry import Axis, SectionKey
from seisview.events import TrainingStep
from seisview.labels.facies import FaciesClass
from seisview.learn.config import SegmenterConfig
from seisview.learn.recipes import RECIPES, Recipe
from seisview.learn.samples.targets import Mask

if TYPE_CHECKING:
    from torch import Tensor


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a model came from.

    Attributes
    ----------
    fingerprint : str
        Of the survey it was trained on.
    label_revision : int
        Of the labels it was trained on.
    created : str
        ISO date and time, UTC.
    axis : Axis
        The axis across which most of its training sections were cut.
    training : mapping
        The :class:`~seisview.learn.config.TrainConfig` as plain values, with what came of it
        (``steps_done``, ``best_step``, ``batch_size_used``, ``n_sections``, ``n_labelled_samples``,
        ``computed_on``).
    """

    fingerprint: str
    label_revision: int
    created: str
    axis: Axis = Axis.INLINE
    training: Mapping[str, Any] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True, eq=False)
class TrainedSegmenter:
    """A segmenter that can predict, be saved, and be shown.

    Attributes
    ----------
    model_id : str
        Hash of weights and classes: equal models have equal ids.
    config : SegmenterConfig
        Of the network.
    weights : mapping of str to Tensor
        On the CPU. Not to be changed.
    classes : tuple of FaciesClass
        In the order of the network's outputs. Classes without labels are not among them.
    statistics : AmplitudeStatistics
        Of the survey it was trained on; inputs are normalised by them.
    provenance : Provenance
    metrics : dict of str to float
        ``validation_loss``, ``validation_pixel_accuracy``, ``validation_mean_iou`` of the kept weights,
        over ``validation_samples``, with the id and IoU of the ``validation_worst_class``;
        absent when nothing could be held out. ``training_loss`` is the mean over the last tenth of
        the steps.
    history : tuple of TrainingStep
        The training curve.
    seconds : float
        How long training took.
    temperature : float
        What logits are divided by, so that probabilities are as right as they say
        (:mod:`seisview.learn.segmentation.calibration`); 1 where nothing was held out to fit it on.
    labels : mapping of SectionKey to ndarray of uint8
        Class ids (0 = unlabelled) of the sections it learnt from, where they are carried along the
        reflections of its survey to those it predicts (``config.carried``); empty otherwise.
    """

    model_id: str
    config: SegmenterConfig
    weights: Mapping[str, Tensor]
    classes: tuple[FaciesClass, ...]
    statistics: AmplitudeStatistics
    provenance: Provenance
    metrics: dict[str, float]
    history: tuple[TrainingStep, ...]
    seconds: float
    temperature: float = 1.0
    labels: Mapping[SectionKey, Mask] = field(default_factory=dict)

    def __repr__(self) -> str:
        names = ", ".join(one.name for one in self.classes)
        score = self.metrics.get("validation_mean_iou")
        scored = "" if score is None else f"; validation mean IoU {score:.3f}"
        trained = f"{self.model_id}: {self.config.backbone}, {self.seconds:.0f} s"
        return f"TrainedSegmenter({trained}; {names}{scored})"

    @property
    def class_ids(self) -> tuple[int, ...]:
        """Ids of :attr:`classes`."""
        return tuple(c.id for c in self.classes)

    @property
    def recipe(self) -> Recipe:
        """How it was trained; models of before there were recipes followed the reference."""
        return RECIPES.get(self.provenance.training.get("recipe", "reference"), RECIPES["reference"])

    @property
    def label_revision(self) -> int:
        """Revision of the labels it was trained on."""
        return self.provenance.label_revision

    @property
    def fingerprint(self) -> str:
        """Fingerprint of the survey it was trained on."""
        return self.provenance.fingerprint

    def save(self, path: Path | str) -> None:
        """Write a safetensors file; see :func:`seisview.learn.segmentation.checkpoint.save_segmenter`."""
        from seisview.learn.segmentation.checkpoint import save_segmenter

        save_segmenter(Path(path), self)
