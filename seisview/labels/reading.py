"""What can be asked of the labels of a survey; changing them is in the classes built on this one."""

from __future__ import annotations

import numpy as np

from seisview.data.geometry import SectionKey, SurveyGeometry
from seisview.labels.boxes import Box
from seisview.labels.facies import FaciesScheme
from seisview.labels.provenance import Provenance, provenance_of
from seisview.labels.snapshot import LabelSnapshot
from seisview.labels.state import LabelState
from seisview.labels.tiles import Labels


class ReadableLabels:
    """Answers questions about a :class:`LabelState`.

    Parameters
    ----------
    state : LabelState
    """

    def __init__(self, state: LabelState) -> None:
        self._state = state

    @property
    def state(self) -> LabelState:
        """What is stored in files; to be read, not changed."""
        return self._state

    @property
    def geometry(self) -> SurveyGeometry:
        """The grid of the survey."""
        return self._state.geometry

    @property
    def scheme(self) -> FaciesScheme:
        """The classes."""
        return self._state.scheme

    @property
    def holdout(self) -> frozenset[SectionKey]:
        """Sections kept out of training."""
        return self._state.holdout

    @property
    def revision(self) -> int:
        """Identity of the labelled samples: equal means that no sample differs.

        Renaming, recolouring and hold-outs leave it alone; undo returns to the earlier revision, so compare
        with ``!=``, never with ``<``.
        """
        return self._state.revision

    @property
    def nbytes(self) -> int:
        """Bytes held by the labels and their provenance, without the history."""
        return self._state.samples.nbytes + self._state.origins.nbytes

    def section(self, key: SectionKey, box: Box | None = None) -> Labels:
        """Labels of a section.

        Parameters
        ----------
        key : SectionKey
            Any section, painted on or not.
        box : Box, optional
            A part of it.

        Returns
        -------
        ndarray of uint8, shape ``geometry.section_shape(key.axis)`` or the box's
            The caller's own copy; 0 = unlabelled.

        Raises
        ------
        GeometryError
            If there is no such section.
        """
        self.geometry.check(key)
        return self._state.samples.read(key, box)

    def provenance(self, key: SectionKey, box: Box | None = None) -> Labels:
        """Who labelled the samples of a section, as :class:`~seisview.labels.provenance.Provenance`.

        Returns
        -------
        ndarray of uint8, shape ``geometry.section_shape(key.axis)`` or the box's
            0 unlabelled, 1 by hand, 2 interpolated, 3 accepted; the caller's own copy.

        Raises
        ------
        GeometryError
            If there is no such section.
        """
        return provenance_of(self.section(key, box), self._state.origins.read(key, box))

    def labelled_sections(self) -> tuple[SectionKey, ...]:
        """Sections that were painted on or interpolated and hold labels, by axis and index; for training."""
        return self._state.samples.labelled()

    def painted_sections(self) -> tuple[SectionKey, ...]:
        """Labelled sections that a person painted or accepted predictions on, by axis and index."""
        return tuple(key for key in self.labelled_sections() if key not in self._state.derived)

    def class_fractions(self, key: SectionKey) -> dict[int, float]:
        """Share of a section's samples labelled as each class of the scheme, 0..1."""
        counts = np.bincount(self.section(key).ravel(), minlength=256)
        return {class_id: float(counts[class_id] / counts.sum()) for class_id in self.scheme.ids}

    def counts(self) -> dict[int, int]:
        """Labelled samples of the survey by class of the scheme, each sample counted once."""
        return {class_id: int(self._state.counts[class_id]) for class_id in self.scheme.ids}

    def provenance_counts(self) -> dict[Provenance, int]:
        """Labelled samples of the survey by who labelled them, each sample counted once."""
        labelled = (Provenance.HAND, Provenance.INTERPOLATED, Provenance.ACCEPTED)
        return {origin: int(self._state.provenance_counts[origin]) for origin in labelled}

    def snapshot(self) -> LabelSnapshot:
        """Freeze the labels for a job; takes next to no time, whatever is painted."""
        return self._state.snapshot()
