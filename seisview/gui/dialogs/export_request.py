"""What can be exported, as what, and in one sentence what an export will write; free of Qt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from seisview.data.geometry import SurveyGeometry
from seisview.export.content import ContentKind


class ExportFormat(StrEnum):
    """Kind of file to write."""

    SEGY = "segy"
    NPY = "npy"
    ZARR = "zarr"
    PNG = "png"
    CSV = "csv"

    @property
    def suffix(self) -> str:
        """Suffix of the file or folder."""
        return ".sgy" if self is ExportFormat.SEGY else f".{self}"

    @property
    def words(self) -> str:
        """What people call it."""
        return {
            ExportFormat.SEGY: "SEG-Y volume",
            ExportFormat.NPY: "numpy array (.npy)",
            ExportFormat.ZARR: "zarr array (folder)",
            ExportFormat.PNG: "picture of this section (PNG)",
            ExportFormat.CSV: "table of class shares (CSV)",
        }[self]


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """What to write, and where.

    Attributes
    ----------
    kind : ContentKind
    format : ExportFormat
    path : Path
    sample_format : int or None
        SEG-Y sample format code; None keeps the survey's where it can hold the values.
    """

    kind: ContentKind
    format: ExportFormat
    path: Path
    sample_format: int | None = None


@dataclass(frozen=True, slots=True)
class ExportOffer:
    """What the open project has to export.

    Attributes
    ----------
    reasons : mapping of ContentKind to str
        Why something cannot be exported now; empty where it can.
    sources : mapping of ContentKind to str
        Where it comes from, e.g. ``"facies of tuned-3, 14:02"``.
    geometry : SurveyGeometry
    survey : str
        File name of the survey.
    survey_sample_format : str
        In words; empty when the survey is not a SEG-Y file.
    section_title : str
        Of the section on screen.
    drawn : str
        What is drawn of it: ``"amplitudes, facies and labels"``.
    folder : Path
        Where to propose to write.
    """

    reasons: Mapping[ContentKind, str]
    sources: Mapping[ContentKind, str]
    geometry: SurveyGeometry
    survey: str
    survey_sample_format: str
    section_title: str
    drawn: str
    folder: Path

    def proposed_path(self, kind: ContentKind, format_: ExportFormat) -> Path:
        """Return a file name that says what is in it."""
        stem = Path(self.survey).stem
        if format_ is ExportFormat.PNG:
            return self.folder / f"{stem}-{self.section_title.replace(' ', '-')}{format_.suffix}"
        return self.folder / f"{stem}-{kind}{format_.suffix}"

    def problem(self, kind: ContentKind, format_: ExportFormat) -> str:
        """Why this cannot be exported; empty when it can. A picture of the section always can."""
        return "" if format_ is ExportFormat.PNG else self.reasons.get(kind, "")


OFFERED: tuple[ContentKind, ...] = tuple(kind for kind in ContentKind if kind is not ContentKind.SIMILARITY)
"""What the dialog offers; similarity is exported from its own page."""


def formats_of(kind: ContentKind) -> tuple[ExportFormat, ...]:
    """The kinds of files that `kind` can be written as; shares have no classes to count."""
    every = tuple(ExportFormat)
    return tuple(f for f in every if f is not ExportFormat.CSV) if kind.is_share else every


def sentence(request: ExportRequest, offer: ExportOffer) -> str:
    """Say what an export will write."""
    source = offer.sources.get(request.kind, str(request.kind))
    if request.format is ExportFormat.PNG:
        return f"Writes {offer.section_title} as drawn now: {offer.drawn}, axes with units and a legend."
    if request.format is ExportFormat.CSV:
        return f"Writes the share of each class on every inline and crossline, and of the survey: {source}."
    inlines, crosslines, samples = offer.geometry.shape
    size = f"{inlines} inlines x {crosslines} crosslines x {samples} samples"
    if request.format is ExportFormat.SEGY:
        return f"Writes the {source} as SEG-Y, {size}, {_segy_words(request, offer)}"
    values = f"{request.kind} 0 to 1 as float32" if request.kind.is_share else "class ids as uint8, 0 = none"
    return f"Writes the {source}, {size}, {values}; line numbers and classes go with it."


def _segy_words(request: ExportRequest, offer: ExportOffer) -> str:
    headers = (
        f"with all headers of {offer.survey}"
        if offer.survey_sample_format
        else "with new headers, because the survey is not a SEG-Y file"
    )
    kept = "samples as 4-byte IEEE float"
    if request.sample_format is not None:
        kept = f"samples in format {request.sample_format}"
    elif offer.survey_sample_format:
        kept = f"samples as in the survey where they fit ({offer.survey_sample_format})"
    return f"{headers}; {kept}; class table and provenance in the text header."
