"""The fast copy of a survey: time slices and arbitrary lines in milliseconds, also while it is being built.

A single uncompressed file of 64^3 bricks of one byte per sample, mapped into memory. What lies where is told
in :mod:`seisview.data.bricks.layout`, how it is made in :mod:`seisview.workflows.bricks`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from seisview.data.bricks.build import IntArray, as_inline_crossline
from seisview.data.bricks.codes import CodeArray, decode
from seisview.data.bricks.file import BrickFile
from seisview.data.bricks.layout import EDGE
from seisview.data.bricks.trust import BoolArray, TrustedBricks
from seisview.data.checks import check_positions
from seisview.data.geometry import Axis, SectionKey, SurveyGeometry
from seisview.data.volume import FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class CodedSection:
    """A section as bytes, and how good it is.

    Attributes
    ----------
    codes : ndarray of uint8, in section shape
        0 for a missing trace, else ``128 + 127 * amplitude / clip``, held to 1..255.
    full : float
        Share, 0..1, that comes from bricks.
    coarse : float
        Share that comes from the coarse level, every 8th trace or fewer; the rest is 0: not built yet.
    """

    codes: CodeArray
    full: float
    coarse: float

    @property
    def is_full(self) -> bool:
        """Whether all of it comes from bricks."""
        return self.full == 1

    @property
    def is_whole(self) -> bool:
        """Whether something is known everywhere."""
        return self.full == 1 or self.coarse > 0


class BrickReader:
    """Reads a fast copy, whole or still being built; safe from several threads.

    Parameters
    ----------
    file : BrickFile
    geometry : SurveyGeometry
        Of the survey; its shape is the file's.
    """

    def __init__(self, file: BrickFile, geometry: SurveyGeometry) -> None:
        self._file = file
        self._geometry = geometry
        self._layout = file.layout
        self._trusted = TrustedBricks(file)

    @property
    def path(self) -> Path:
        """The file."""
        return self._file.path

    @property
    def clip(self) -> float:
        """Absolute amplitude at codes 1 and 255."""
        return self._layout.clip

    @property
    def fraction(self) -> float:
        """Share of the survey that bricks are there for."""
        return float(self._trusted.slabs().mean())

    @property
    def is_complete(self) -> bool:
        """Whether bricks are there for the whole survey."""
        return bool(self._trusted.slabs().all())

    def slice_codes(self, key: SectionKey) -> CodedSection:
        """Read a section across any axis as bytes, each part as well as it is there.

        Raises
        ------
        GeometryError
            If there is no such section.
        VolumeError
            If the file was closed or cut.
        """
        self._geometry.check(key)
        self._file.check_whole()
        if key.axis is Axis.SAMPLE:
            return self._sample_slice(key.index)
        along_major = key.axis == self._layout.major
        count = self._layout.grid[1 if along_major else 0]
        fixed, free = np.full(count, key.index), np.arange(count)
        major, minor = (fixed, free) if along_major else (free, fixed)
        there = self._trusted.checked_columns(major, minor)
        if not there.all():
            return self._along(major, minor, there)
        block, inside = divmod(key.index, EDGE)
        bricks = self._file.views.bricks
        part = bricks[block][..., inside, :] if along_major else bricks[:, block][..., inside]
        codes = part.transpose(1, 2, 0, 3).reshape(part.shape[1] * EDGE, -1)
        return CodedSection(np.ascontiguousarray(codes[: self._layout.grid[2], :count]), 1.0, 0.0)

    def line_codes(self, inline_indices: IntArray, crossline_indices: IntArray) -> CodedSection:
        """Read an arbitrary line as bytes.

        Parameters
        ----------
        inline_indices, crossline_indices : ndarray of int, shape (n,)

        Returns
        -------
        CodedSection
            Codes of shape (n_samples, n).

        Raises
        ------
        GeometryError
            If a position lies outside the survey.
        VolumeError
            If the file was closed or cut.
        """
        rows, columns = np.asarray(inline_indices, np.intp), np.asarray(crossline_indices, np.intp)
        check_positions(self._geometry, rows, columns)
        self._file.check_whole()
        major, minor = as_inline_crossline(self._layout, rows, columns)
        return self._along(major, minor, self._trusted.checked_columns(major, minor))

    def read_section(self, key: SectionKey) -> FloatArray:
        """Read a section as amplitudes, float32; see :meth:`slice_codes`."""
        return self.amplitudes(self.slice_codes(key).codes)

    def amplitudes(self, codes: CodeArray) -> FloatArray:
        """Amplitude of every code, float32, held to -clip..clip; 0 for missing traces."""
        return decode(codes, self.clip)

    def close(self) -> None:
        """Let go of the file. Closing twice is fine."""
        self._file.close()

    def _sample_slice(self, index: int) -> CodedSection:
        layout = self._layout
        pages, there = self._trusted.checked_pages(index)
        planes = pages.view(np.uint8).reshape(*there.shape, EDGE, EDGE).transpose(0, 2, 1, 3)
        codes = planes.reshape(there.shape[0] * EDGE, -1)[: layout.grid[0], : layout.grid[1]]
        full, coarse = 1.0, 0.0
        if not there.all():
            sharp = there.repeat(EDGE, 0).repeat(EDGE, 1)[: codes.shape[0], : codes.shape[1]]
            known = self._trusted.coarse(index)
            codes = np.where(sharp, codes, self._coarse_slice(index) if known else np.uint8(0))
            full = float(sharp.mean())
            coarse = 1.0 - full if known else 0.0
        in_section_order = codes.T if layout.major == Axis.INLINE else codes
        return CodedSection(np.ascontiguousarray(in_section_order), full, coarse)

    def _along(self, major: IntArray, minor: IntArray, there: BoolArray) -> CodedSection:
        """Single traces: bricks where they are there, else the coarse level."""
        views, n_samples = self._file.views, self._layout.grid[2]
        codes = np.zeros((len(major), n_samples), np.uint8)
        i, j = major[there], minor[there]
        traces = views.bricks[i // EDGE, j // EDGE, :, :, i % EDGE, j % EDGE]
        codes[there] = traces.reshape(len(i), self._layout.bricks[2] * EDGE)[:, :n_samples]
        full = float(there.mean()) if len(there) else 1.0
        known = full < 1 and self._trusted.coarse()
        if known:
            rest, step = ~there, self._layout.coarse_step
            codes[rest] = views.coarse[:, major[rest] // step, minor[rest] // step].T
        return CodedSection(np.ascontiguousarray(codes.T), full, 1.0 - full if known else 0.0)

    def _coarse_slice(self, index: int) -> CodeArray:
        """One sample of the coarse level on the grid of the survey, every trace held until the next."""
        step, (n_major, n_minor, _) = self._layout.coarse_step, self._layout.grid
        plane = self._file.views.coarse[index]
        return np.asarray(plane.repeat(step, 0)[:n_major].repeat(step, 1)[:, :n_minor])
