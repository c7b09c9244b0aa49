"""What an exported file holds: facies, confidence or labels, read trace by trace or by section."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

import numpy as np
import numpy.typing as npt

from seisview.data.geometry import Axis, SectionKey, SurveyGeometry, section_of
from seisview.labels.facies import FaciesScheme

ByteArray = npt.NDArray[np.uint8]
IndexArray = npt.NDArray[np.intp]

CARRIED_FROM = "carried from"
"""Entry of a provenance that only facies have that are carried labels: the labelled sections."""


class ContentKind(StrEnum):
    """What the values mean."""

    FACIES = "facies"
    CONFIDENCE = "confidence"
    LABELS = "labels"
    SIMILARITY = "similarity"
    CLUSTERS = "clusters"
    ANOMALY = "anomaly"

    @property
    def is_share(self) -> bool:
        """Whether the bytes mean 0..1, rather than classes."""
        return self in (ContentKind.CONFIDENCE, ContentKind.SIMILARITY, ContentKind.ANOMALY)


class Cube(Protocol):
    """Bytes for every sample of a survey, wherever they are kept."""

    def traces(self, inline_indices: IndexArray, crossline_indices: IndexArray) -> ByteArray:
        """Values of single traces, uint8, shape (n, n_samples)."""

    def section(self, key: SectionKey) -> ByteArray:
        """Values of one section, uint8, shape as :meth:`SurveyGeometry.section_shape`."""


@dataclass(frozen=True, slots=True)
class ArrayCube:
    """A cube held in an array or memory map.

    Parameters
    ----------
    values : ndarray of uint8, shape (n_inlines, n_crosslines, n_samples)
    """

    values: ByteArray

    def traces(self, inline_indices: IndexArray, crossline_indices: IndexArray) -> ByteArray:
        """Values of single traces, uint8, shape (n, n_samples)."""
        return np.asarray(self.values[inline_indices, crossline_indices])

    def section(self, key: SectionKey) -> ByteArray:
        """Values of one section, uint8, shape as :meth:`SurveyGeometry.section_shape`."""
        return np.ascontiguousarray(section_of(self.values, key))


@dataclass(frozen=True, slots=True)
class SectionCube:
    """A cube known on a few sections only, such as painted labels; 0 everywhere else.

    Parameters
    ----------
    geometry : SurveyGeometry
    sections : mapping of SectionKey to ndarray of uint8
        Masks in section shape. Where two of them cross, a value other than 0 wins.
    """

    geometry: SurveyGeometry
    sections: Mapping[SectionKey, ByteArray]

    def traces(self, inline_indices: IndexArray, crossline_indices: IndexArray) -> ByteArray:
        """Values of single traces, uint8, shape (n, n_samples)."""
        inlines, crosslines = np.asarray(inline_indices), np.asarray(crossline_indices)
        values = np.zeros((len(inlines), self.geometry.n_samples), np.uint8)
        for key, mask in self.sections.items():
            if key.axis is Axis.SAMPLE:
                found = mask[crosslines, inlines]
                values[:, key.index] = np.where(found > 0, found, values[:, key.index])
                continue
            across, along = (inlines, crosslines) if key.axis is Axis.INLINE else (crosslines, inlines)
            hit = np.flatnonzero(across == key.index)
            found = mask[:, along[hit]].T
            values[hit] = np.where(found > 0, found, values[hit])
        return values

    def section(self, key: SectionKey) -> ByteArray:
        """Values of one section, uint8, shape as :meth:`SurveyGeometry.section_shape`."""
        n_inlines, n_crosslines, _ = self.geometry.shape
        if key.axis is Axis.INLINE:
            return self.traces(np.full(n_crosslines, key.index), np.arange(n_crosslines)).T
        if key.axis is Axis.CROSSLINE:
            return self.traces(np.arange(n_inlines), np.full(n_inlines, key.index)).T
        values = np.zeros((n_crosslines, n_inlines), np.uint8)
        for other, mask in self.sections.items():
            if other.axis is Axis.INLINE:
                target, found = values[:, other.index], mask[key.index]
            elif other.axis is Axis.CROSSLINE:
                target, found = values[other.index], mask[key.index]
            elif other == key:
                target, found = values, mask
            else:
                continue
            np.copyto(target, found, where=found > 0)
        return values


@dataclass(frozen=True, slots=True)
class Content:
    """One thing to export, with what a reader must know about it.

    Attributes
    ----------
    kind : ContentKind
        Facies and labels are class ids (0 = none); confidence and similarity are 0..255 for 0..1.
    cube : Cube
    geometry : SurveyGeometry
    scheme : FaciesScheme
        The classes; they go into text headers, attributes, legends and column names.
    provenance : mapping of str to str
        Where it came from, e.g. ``{"model": ..., "survey": ..., "created": ...}``; in files as written here.
    """

    kind: ContentKind
    cube: Cube
    geometry: SurveyGeometry
    scheme: FaciesScheme
    provenance: Mapping[str, str] = field(default_factory=dict)

    def class_table(self) -> list[dict[str, object]]:
        """The classes as plain data: ``[{"id": 1, "name": ..., "color": "#rrggbb"}, ...]``."""
        return self.scheme.to_dicts()

    def values(self, stored: ByteArray) -> npt.NDArray[np.generic]:
        """What the stored bytes mean: class ids (uint8) as they are, shares as float32 in 0..1."""
        if self.kind.is_share:
            return stored.astype(np.float32) / np.float32(255.0)
        return stored
