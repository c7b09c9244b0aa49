"""Labels as they were at one moment, for jobs and files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np

from seisview.data.geometry import SectionKey
from seisview.labels.facies import FaciesScheme
from seisview.labels.tiles import Labels, TiledMask


@dataclass(frozen=True, slots=True)
class LabelSnapshot:
    """Frozen labels; safe to read in any thread.

    Attributes
    ----------
    scheme : FaciesScheme
    sections : mapping of SectionKey to ndarray of uint8
        The labelled sections, each of shape ``geometry.section_shape(key.axis)``, 0 = unlabelled; read-only
        arrays. Sections that cross agree on the samples they share.
    revision : int
        Identifies the labelled samples; see :attr:`LabelStore.revision`.
    holdout : frozenset of SectionKey
        Sections to keep out of training, for quality control.
    provenance : mapping of SectionKey to ndarray of uint8
        :class:`~seisview.labels.provenance.Provenance` of every sample of `sections`; empty for labels that
        keep none (read from files other than projects), which then count as painted by hand.
    derived : frozenset of SectionKey
        Those of `sections` on which everything was interpolated, but for lines of sections that cross them.
    """

    scheme: FaciesScheme
    sections: Mapping[SectionKey, Labels] = field(default_factory=lambda: MappingProxyType({}))
    revision: int = 0
    holdout: frozenset[SectionKey] = frozenset()
    provenance: Mapping[SectionKey, Labels] = field(default_factory=lambda: MappingProxyType({}))
    derived: frozenset[SectionKey] = frozenset()

    def __repr__(self) -> str:
        names = ", ".join(one.name for one in self.scheme.classes)
        held = f", {len(self.holdout)} held out" if self.holdout else ""
        return f"LabelSnapshot({len(self.sections)} labelled sections{held}; classes {names})"

    @property
    def painted_sections(self) -> tuple[SectionKey, ...]:
        """Labelled sections that a person painted or accepted predictions on, by axis and index."""
        return tuple(sorted(key for key in self.sections if key not in self.derived))

    @property
    def training_sections(self) -> tuple[SectionKey, ...]:
        """Labelled sections that are not held out, by axis and index."""
        return tuple(sorted(key for key in self.sections if key not in self.holdout))

    def version(self, key: SectionKey) -> int | None:
        """Of a labelled section's samples: equal in two snapshots only if they are; None if not known."""
        return self.sections.version(key) if isinstance(self.sections, TiledSections) else None

    def class_counts(self, keys: tuple[SectionKey, ...] | None = None) -> dict[int, int]:
        """Labelled samples by class id, over some sections (default: all); shared samples count for each."""
        total = np.zeros(256, np.int64)
        for key in self.sections if keys is None else keys:
            total += np.bincount(self.sections[key].ravel(), minlength=256)
        return {int(i): int(total[i]) for i in np.flatnonzero(total) if i != 0}


class TiledSections(Mapping[SectionKey, Labels]):
    """Sections unfolded when they are asked for, so that a snapshot costs next to nothing to take."""

    def __init__(self, tiled: Mapping[SectionKey, TiledMask]) -> None:
        self._tiled = dict(tiled)

    def __getitem__(self, key: SectionKey) -> Labels:
        labels = self._tiled[key].read()
        labels.flags.writeable = False
        return labels

    def version(self, key: SectionKey) -> int:
        """Of the samples of a section; see :attr:`TiledMask.version`."""
        return self._tiled[key].version

    def __contains__(self, key: object) -> bool:
        return key in self._tiled

    def __iter__(self) -> Iterator[SectionKey]:
        return iter(self._tiled)

    def __len__(self) -> int:
        return len(self._tiled)
