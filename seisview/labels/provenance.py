"""Where a label comes from, and which labels give way to which."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from seisview.data.geometry import SectionKey
from seisview.labels.samples import SharedSamples
from seisview.labels.tiles import Labels


class Provenance(IntEnum):
    """Who said that a sample belongs to its class; the values are those of provenance arrays."""

    NONE = 0
    """The sample is unlabelled."""
    HAND = 1
    """Painted by hand, or imported."""
    INTERPOLATED = 2
    """Interpolated between two labelled sections."""
    ACCEPTED = 3
    """Predicted, and accepted by a person."""


# What is stored: painted by hand and unlabelled both cost nothing, which keeps hand-painted projects small.
ORIGINS = (0, int(Provenance.INTERPOLATED), int(Provenance.ACCEPTED))


def origin_of(provenance: Provenance) -> int:
    """Return the stored form of a provenance: 0 for painted by hand (or unlabelled), else its value."""
    return int(provenance) if provenance in ORIGINS else 0


def provenance_of(labels: Labels, origins: Labels) -> Labels:
    """Return the :class:`Provenance` of every sample, uint8, from its label and the stored origin."""
    found: Labels = np.maximum(origins, (labels != 0).view(np.uint8))
    return found


def may_change(labels: Labels, origins: Labels, provenance: Provenance) -> npt.NDArray[np.bool_]:
    """Which samples a write may change: interpolated labels give way to accepted ones, both to the hand.

    Parameters
    ----------
    labels, origins : ndarray of uint8
        As they are before the write.
    provenance : Provenance
        Of what is written.
    """
    weaker = {
        Provenance.INTERPOLATED: origins == Provenance.INTERPOLATED,
        Provenance.ACCEPTED: origins != 0,
    }.get(provenance, labels != 0)
    free: npt.NDArray[np.bool_] = (labels == 0) | weaker
    return free


class TiledProvenance(Mapping[SectionKey, Labels]):
    """Provenance of sections, unfolded when it is asked for.

    Parameters
    ----------
    labels : mapping of SectionKey to ndarray of uint8
    origins : SharedSamples
        Frozen; 0 for unlabelled and painted by hand.
    """

    def __init__(self, labels: Mapping[SectionKey, Labels], origins: SharedSamples) -> None:
        self._labels = labels
        self._origins = origins

    def __getitem__(self, key: SectionKey) -> Labels:
        found = provenance_of(self._labels[key], self._origins.read(key))
        found.flags.writeable = False
        return found

    def __contains__(self, key: object) -> bool:
        return key in self._labels

    def __iter__(self) -> Iterator[SectionKey]:
        return iter(self._labels)

    def __len__(self) -> int:
        return len(self._labels)
