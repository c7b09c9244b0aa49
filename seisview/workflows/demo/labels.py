"""Which inlines the demo labels and which it scores, and the painting of them from the known truth."""

from __future__ import annotations

from seisview.data.geometry import Axis, SectionKey, SurveyGeometry, section_of
from seisview.export.content import ByteArray
from seisview.labels.store import LabelStore
from seisview.workflows.projects import paint_section

_LABELLED = (0.08, 0.28, 0.72, 0.92)
"""Where the labelled inlines lie, as shares of the survey."""
_TESTED = (0.42, 0.58)
"""The block of inlines that are scored: a broad gap parts it from the labels on either side."""


def demo_sections(geometry: SurveyGeometry) -> tuple[tuple[SectionKey, ...], tuple[SectionKey, ...]]:
    """(labelled, tested) inlines of the demo; far apart, because neighbouring lines are near copies."""
    count = geometry.count(Axis.INLINE)
    labelled = sorted({round(share * (count - 1)) for share in _LABELLED})
    first, last = (round(share * (count - 1)) for share in _TESTED)
    return (
        tuple(SectionKey(Axis.INLINE, index) for index in labelled),
        tuple(SectionKey(Axis.INLINE, index) for index in range(first, last + 1)),
    )


def label_sections(labels: LabelStore, truth: ByteArray, keys: tuple[SectionKey, ...]) -> None:
    """Paint whole sections with the true facies, as a patient interpreter would.

    Parameters
    ----------
    labels : LabelStore
    truth : ndarray of uint8, shape (n_inlines, n_crosslines, n_samples)
    keys : tuple of SectionKey
    """
    for key in keys:
        paint_section(labels, key, section_of(truth, key))
