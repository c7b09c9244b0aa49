"""Patches of sections, and the hits of a search: where something lies that can become a label."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from seisview.data.geometry import Axis, SectionKey, SurveyGeometry
from seisview.labels.boxes import Box


class Verdict(StrEnum):
    """What a person said about a hit."""

    OPEN = "open"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Patch:
    """A rectangle of an inline or crossline.

    Attributes
    ----------
    key : SectionKey
    box : Box
        Rows are samples, columns traces.
    """

    key: SectionKey
    box: Box

    @property
    def centre(self) -> tuple[float, float, float]:
        """(inline, crossline, sample) indices of the middle."""
        row = (self.box.row0 + self.box.row1 - 1) / 2
        column = (self.box.column0 + self.box.column1 - 1) / 2
        if self.key.axis is Axis.INLINE:
            return float(self.key.index), column, row
        return column, float(self.key.index), row

    @classmethod
    def around(
        cls, key: SectionKey, place: tuple[int, int], size: tuple[int, int], shape: tuple[int, int]
    ) -> Patch:
        """Patch of `size` around (row, column), moved and cut so that it lies on a section of `shape`."""
        rows, columns = (min(side, whole) for side, whole in zip(size, shape, strict=True))
        row0 = min(max(place[0] - rows // 2, 0), shape[0] - rows)
        column0 = min(max(place[1] - columns // 2, 0), shape[1] - columns)
        return cls(key, Box(row0, row0 + rows, column0, column0 + columns))

    def describe(self, geometry: SurveyGeometry) -> dict[str, str | float]:
        """Middle in survey units: ``axis, line, crossline_or_inline, time_ms`` (or ``depth_m``)."""
        inline, crossline, sample = self.centre
        along = crossline if self.key.axis is Axis.INLINE else inline
        other = Axis.CROSSLINE if self.key.axis is Axis.INLINE else Axis.INLINE
        vertical = {"ms": "time_ms", "m": "depth_m"}.get(geometry.domain.unit, "sample")
        return {
            "axis": str(self.key.axis),
            "line": geometry.number_of(self.key),
            "crossline_or_inline": geometry.lines(other).number_at(int(along)),
            vertical: geometry.sample_at(sample),
        }


@dataclass(frozen=True, slots=True)
class Hit:
    """A patch that was found.

    Attributes
    ----------
    patch : Patch
    similarity : float
        Cosine similarity, -1..1; for networks trained on Euclidean distances their negative distance.
    confidence : float
        Calibrated, 0..1, never exactly either.
    verdict : Verdict
    """

    patch: Patch
    similarity: float
    confidence: float
    verdict: Verdict = Verdict.OPEN
