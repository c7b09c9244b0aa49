"""A fitted preview with what is needed to use it again; free of torch."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType

from seisview.data.amplitude import AmplitudeStatistics
from seisview.data.geometry import Axis, SectionKey
from seisview.labels.facies import FaciesClass
from seisview.learn.features.config import FeatureConfig
from seisview.learn.features.projection import Projection
from seisview.learn.preview.cells import PaintedCells
from seisview.learn.preview.head import PreviewHead
from seisview.learn.samples.targets import Mask


@dataclass(frozen=True, slots=True, eq=False)
class FeatureSource:
    """How the features of a preview are made from amplitudes.

    Attributes
    ----------
    config : FeatureConfig
    weights_hash : str
        Of the backbone's weights.
    projection : Projection
    statistics : AmplitudeStatistics
        Of the survey it was fitted on.
    fingerprint : str
        Of that survey.
    axis : Axis
        Across which most of the labelled sections are cut.
    """

    config: FeatureConfig
    weights_hash: str
    projection: Projection = field(repr=False)
    statistics: AmplitudeStatistics
    fingerprint: str
    axis: Axis = Axis.INLINE


@dataclass(frozen=True, eq=False)
class PreviewModel:
    """A preview that can predict; with a source it can also be saved.

    Attributes
    ----------
    head : PreviewHead
    classes : tuple of FaciesClass
        In the order of the head's classes.
    label_revision : int
        Of the labels it was fitted to.
    source : FeatureSource or None
    painted : mapping of SectionKey to PaintedCells
        What it was fitted to, so that the next fit only looks at what changed; not saved.
    labels : mapping of SectionKey to ndarray of uint8
        Class ids (0 = unlabelled) of inlines and crosslines, to be carried to other sections.
    versions : mapping of SectionKey to int
        Of the sections that `labels` were read from, where they are known; not saved.
    holdout : frozenset of SectionKey
        What was left out of `labels`, with its surroundings; not saved.
    """

    head: PreviewHead
    classes: tuple[FaciesClass, ...]
    label_revision: int
    source: FeatureSource | None = None
    painted: Mapping[SectionKey, PaintedCells] = field(
        default_factory=lambda: MappingProxyType({}), repr=False
    )
    labels: Mapping[SectionKey, Mask] = field(default_factory=lambda: MappingProxyType({}), repr=False)
    versions: Mapping[SectionKey, int] = field(default_factory=lambda: MappingProxyType({}), repr=False)
    holdout: frozenset[SectionKey] = frozenset()

    @property
    def class_ids(self) -> tuple[int, ...]:
        """Ids of :attr:`classes`."""
        return self.head.ids

    @cached_property
    def model_id(self) -> str:
        """12 hexadecimal digits: equal previews have equal ids."""
        digest = hashlib.blake2b(repr(self.class_ids).encode(), digest_size=6)
        for array in (self.head.mean, self.head.scale, self.head.weights):
            digest.update(array.tobytes())
        for key in sorted(self.labels):
            digest.update(repr((key.axis.value, key.index)).encode() + self.labels[key].tobytes())
        return digest.hexdigest()
