"""A survey whose time slices come from its fast copy, and everything else from the survey itself."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from seisview.data.bricks.build import KnowsGaps
from seisview.data.bricks.store import BrickReader, CodedSection
from seisview.data.geometry import Axis, SectionKey, SurveyGeometry
from seisview.data.volume import FloatArray, SourceInfo, Volume
from seisview.errors import VolumeError


@dataclass(frozen=True, slots=True, eq=False)
class QuickSection:
    """A section for the screen.

    Attributes
    ----------
    amplitude : ndarray of float32, in section shape
    is_final : bool
        False when parts come from the coarse level: read it again when more is built, and keep it nowhere.
    full : float
        Share, 0..1, that is not coarse.
    """

    amplitude: FloatArray
    is_final: bool = True
    full: float = 1.0


class FastVolume:
    """A volume with quick time slices; see :class:`seisview.data.volume.Volume`.

    Inlines, crosslines and traces always come from the source at full precision. Time slices come from the
    fast copy once it is complete, with 8 bits, which is for the eye: networks, picking and export read
    :attr:`source`.

    Parameters
    ----------
    source : Volume
    bricks : BrickReader, optional
        Also set later by :meth:`use_bricks`.
    """

    def __init__(self, source: Volume, bricks: BrickReader | None = None) -> None:
        self._source = source
        self._bricks = bricks

    @property
    def source(self) -> Volume:
        """The survey itself."""
        return self._source

    @property
    def bricks(self) -> BrickReader | None:
        """The fast copy, complete or not; None when there is none."""
        return self._bricks

    @property
    def geometry(self) -> SurveyGeometry:
        """The grid."""
        return self._source.geometry

    @property
    def info(self) -> SourceInfo:
        """How the survey is stored."""
        return self._source.info

    @property
    def fingerprint(self) -> str:
        """Of the survey."""
        return self._source.fingerprint

    def use_bricks(self, bricks: BrickReader | None) -> None:
        """Read time slices from here from now on; None: from the source."""
        previous, self._bricks = self._bricks, bricks
        if previous is not None and previous is not bricks:
            previous.close()

    def read_section(self, key: SectionKey) -> FloatArray:
        """Read a section, never coarse: float32 (n_samples, n_traces), slices (n_crosslines, n_inlines).

        See :meth:`seisview.data.volume.Volume.read_section`.
        """
        bricks = self._bricks
        if key.axis is Axis.SAMPLE and bricks is not None:
            coded = _coded(bricks, key)
            if coded is not None and coded.is_final:
                return coded.amplitude
        return self._source.read_section(key)

    def read_quick(self, key: SectionKey) -> QuickSection:
        """Read a section for the screen: a time slice may be coarse while the fast copy is built."""
        bricks = self._bricks
        if key.axis is Axis.SAMPLE and bricks is not None:
            coded = _coded(bricks, key)
            if coded is not None:
                return coded
        return QuickSection(self._source.read_section(key))

    def read_traces(
        self, inline_indices: npt.NDArray[np.intp], crossline_indices: npt.NDArray[np.intp]
    ) -> FloatArray:
        """Read single traces at full precision; see :meth:`seisview.data.volume.Volume.read_traces`."""
        return self._source.read_traces(inline_indices, crossline_indices)

    def quick_traces(
        self, inline_indices: npt.NDArray[np.intp], crossline_indices: npt.NDArray[np.intp]
    ) -> QuickSection | None:
        """Read a line across the survey for the screen from the fast copy, amplitudes (n_samples, n).

        None without a fast copy, or where nothing is known of a part. 8 bits: never the last word.
        """
        bricks = self._bricks
        if bricks is None:
            return None
        try:
            coded = bricks.line_codes(inline_indices, crossline_indices)
        except VolumeError:
            return None
        return _amplitudes(bricks, coded)

    def present(
        self, inline_indices: npt.NDArray[np.intp], crossline_indices: npt.NDArray[np.intp]
    ) -> npt.NDArray[np.bool_]:
        """Whether the source holds a trace at each position."""
        if isinstance(self._source, KnowsGaps):
            return self._source.present(inline_indices, crossline_indices)
        return np.ones(np.shape(inline_indices), bool)

    def nonfinite_fraction(
        self, inline_indices: npt.NDArray[np.intp], crossline_indices: npt.NDArray[np.intp]
    ) -> float:
        """Share of samples that are stored as infinite or not a number, in the traces at these positions."""
        measure = getattr(self._source, "nonfinite_fraction", None)
        return 0.0 if measure is None else float(measure(inline_indices, crossline_indices))

    def close(self) -> None:
        """Let go of the source and of the fast copy. Closing twice is fine."""
        self.use_bricks(None)
        self._source.close()


def _coded(bricks: BrickReader, key: SectionKey) -> QuickSection | None:
    """From the fast copy; None when nothing is known of a part, or when it can no longer be read."""
    try:
        coded = bricks.slice_codes(key)
    except VolumeError:
        return None
    return _amplitudes(bricks, coded)


def _amplitudes(bricks: BrickReader, coded: CodedSection) -> QuickSection | None:
    if not coded.is_whole:
        return None
    return QuickSection(bricks.amplitudes(coded.codes), coded.is_full, coded.full)
