"""What a survey is to the rest of the program, and how one is opened."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from seisview.data.geometry import SectionKey, SurveyGeometry

FloatArray = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class HeaderBytes:
    """1-based byte positions in the trace header; None means "detect it".

    Attributes
    ----------
    inline, crossline, x, y : int or None
        For example 189, 193, 181 and 185.
    """

    inline: int | None = None
    crossline: int | None = None
    x: int | None = None
    y: int | None = None


@dataclass(frozen=True, slots=True)
class SourceInfo:
    """How a survey is stored, for people: what ``seisview info`` and the open dialog show.

    Attributes
    ----------
    path : Path
    format : str
        ``"segy"``, ``"npy"`` or ``"zarr"``.
    sample_format : str
        In words, e.g. ``"4-byte IBM float"`` or ``"float32"``.
    byte_order : str
        ``"big"``, ``"little"`` or ``"native"``.
    text_encoding : str
        ``"ebcdic"``, ``"ascii"`` or ``""``.
    text_header : str
        The textual header, 80-character lines joined by newlines; empty when there is none.
    sorting : str
        ``"inline"``, ``"crossline"``, ``"irregular"`` or ``""``.
    header_bytes : HeaderBytes
        The positions that were used.
    n_traces, n_missing_traces : int
        Traces stored, and grid positions without a trace.
    xy_unit : str
        What map coordinates are measured in, ``"m"`` or ``"ft"``; empty when the source does not say.
    warnings : tuple of str
        What the user should know: duplicates, gaps, guesses that were made.
    """

    path: Path
    format: str
    sample_format: str
    byte_order: str = "native"
    text_encoding: str = ""
    text_header: str = field(default="", repr=False)
    sorting: str = ""
    header_bytes: HeaderBytes = field(default_factory=HeaderBytes)
    n_traces: int = 0
    n_missing_traces: int = 0
    xy_unit: str = ""
    warnings: tuple[str, ...] = ()


@runtime_checkable
class Volume(Protocol):
    """An open survey. Reading is safe from several threads at once and never writes to the source."""

    @property
    def geometry(self) -> SurveyGeometry:
        """The grid."""

    @property
    def info(self) -> SourceInfo:
        """How the survey is stored."""

    @property
    def fingerprint(self) -> str:
        """Short hash of size, geometry and sampled content; equal for equal data wherever it lies."""

    def read_section(self, key: SectionKey) -> FloatArray:
        """Read one section at full precision.

        Returns
        -------
        ndarray of float32, shape ``geometry.section_shape(key.axis)``
            Row 0 is shallowest (for a time slice: the first crossline). Missing traces and values that
            are not finite are 0. The array is the caller's own.

        Raises
        ------
        GeometryError
            If there is no such section.
        VolumeError
            If the source cannot be read any more; the hint says what to do.
        """

    def read_traces(
        self, inline_indices: npt.NDArray[np.intp], crossline_indices: npt.NDArray[np.intp]
    ) -> FloatArray:
        """Read single traces, e.g. for statistics or an arbitrary line.

        Parameters
        ----------
        inline_indices, crossline_indices : ndarray of int, shape (n,)

        Returns
        -------
        ndarray of float32, shape (n, n_samples)
            Missing traces and values that are not finite are 0.
        """

    def close(self) -> None:
        """Release the file. Reading afterwards raises :class:`VolumeError`. Closing twice is fine."""


def volume_text(volume: Volume) -> str:
    """What a survey is, for the output of a notebook's cell."""
    geometry = volume.geometry
    sizes = "{} inlines x {} crosslines x {} samples".format(*geometry.shape)
    down = geometry.domain.range_text(geometry.sample_start, geometry.sample_end)
    return f"<{type(volume).__name__} {volume.info.path.name}: {sizes}, {down}>"


__all__ = ["FloatArray", "HeaderBytes", "SourceInfo", "Volume", "volume_text"]
