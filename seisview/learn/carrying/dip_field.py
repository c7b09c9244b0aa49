"""How the reflections of a survey dip, measured once, in one pass, on a coarse grid."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from seisview.data.geometry import Axis, SectionKey
from seisview.data.volume import Volume
from seisview.progress import Progress

FloatArray = npt.NDArray[np.float32]
Dips = npt.NDArray[np.float16]

STEP = 4
"""Lines, traces and samples to a cell."""

_STEEPEST = 3.0
_SMOOTH_SAMPLES = 1.0
# Cells over which gradients are gathered before they are divided by each other.
_WINDOW_LINES, _WINDOW_ROWS, _WINDOW_COLUMNS = 0.75, 1.25, 0.75
_RADIUS = 2
_PERCENTILE = 95.0


@dataclass(frozen=True, slots=True, eq=False)
class DipField:
    """Dips of a survey, one value per cell of 4 x 4 x 4 samples.

    Attributes
    ----------
    shape : (int, int, int)
        Of the survey: inlines, samples, crosslines.
    inline : ndarray of float16, shape (n_inlines / 4, n_samples / 4, n_crosslines / 4), rounded up
        How many samples deeper a reflection lies on the next inline.
    crossline : ndarray of float16, same shape
        The same for the next crossline.
    """

    shape: tuple[int, int, int]
    inline: Dips
    crossline: Dips

    def along(self, axis: Axis) -> Dips:
        """Dips from one section of a vertical axis to the next, lines of that axis first."""
        return self.inline if axis is Axis.INLINE else self.crossline.transpose(2, 1, 0)

    def count(self, axis: Axis) -> int:
        """Sections of a vertical axis."""
        return self.shape[0] if axis is Axis.INLINE else self.shape[2]

    @property
    def steepest(self) -> float:
        """The 95th percentile of the absolute dip, samples per trace, along inlines and crosslines alike.

        Cells without signal count as flat.
        """
        dips = np.concatenate([self.inline.ravel(), self.crossline.ravel()]).astype(np.float32)
        return float(np.percentile(np.abs(dips), _PERCENTILE)) if dips.size else 0.0


def measure_dips(volume: Volume, progress: Progress) -> DipField:
    """Measure the dips of a survey from its amplitudes alone.

    Least squares of the amplitude gradients over windows of about 8 lines, traces and samples (Lucas and
    Kanade 1981; as a structure tensor in Fehmers and Hoecker 2003). Two neighbouring inlines of every four
    are read, so that memory stays bounded by some sections and time by half of a pass.

    Parameters
    ----------
    volume : Volume
    progress : Progress

    Raises
    ------
    VolumeError
        If the survey can no longer be read.
    Cancelled
        If the job was asked to stop.
    """
    geometry = volume.geometry
    rows, columns = geometry.section_shape(Axis.INLINE)
    n_lines = geometry.count(Axis.INLINE)
    cells = tuple(-(-n // STEP) for n in (n_lines, rows, columns))
    inline, crossline = np.zeros(cells, np.float16), np.zeros(cells, np.float16)
    gathered = _gathered(volume, cells[0], progress)
    for line, (vertical, across, along) in enumerate(_smoothed(gathered)):
        steady = vertical + 1e-3 * vertical.mean() + np.float32(1e-12)
        inline[line] = np.clip(-across / steady, -_STEEPEST, _STEEPEST)
        crossline[line] = np.clip(-along / steady, -_STEEPEST, _STEEPEST)
    return DipField((n_lines, rows, columns), inline, crossline)


def _gathered(volume: Volume, n_cells: int, progress: Progress) -> Iterator[FloatArray]:
    """Products of gradients, mean over each cell of one row of cells: (3, cell rows, cell columns)."""
    last = volume.geometry.count(Axis.INLINE) - 1
    for cell in progress.track(range(n_cells), "Measuring dips"):
        second = min(STEP * cell + STEP // 2, last)
        first = max(second - 1, 0)
        one, other = (_prepared(volume, index) for index in (first, second))
        middle = np.float32(0.5) * (one + other)
        down, along = (_gradient(middle, axis) for axis in (0, 1))
        yield np.stack([_cell_means(down * other_) for other_ in (down, other - one, along)])


def _prepared(volume: Volume, index: int) -> FloatArray:
    from scipy.ndimage import gaussian_filter1d

    section = volume.read_section(SectionKey(Axis.INLINE, index))
    # Aliasing turns dips of steep high frequencies round: they are smoothed away first.
    smooth: FloatArray = gaussian_filter1d(section, _SMOOTH_SAMPLES, axis=0)
    return smooth


def _gradient(section: FloatArray, axis: int) -> FloatArray:
    if section.shape[axis] < 2:
        return np.zeros_like(section)
    return np.asarray(np.gradient(section, axis=axis), np.float32)


def _cell_means(values: FloatArray) -> FloatArray:
    missing = [(0, -n % STEP) for n in values.shape]
    padded = np.pad(values, missing, mode="edge")
    rows, columns = (n // STEP for n in padded.shape)
    means: FloatArray = padded.reshape(rows, STEP, columns, STEP).mean(axis=(1, 3))
    return means


def _smoothed(products: Iterator[FloatArray]) -> Iterator[FloatArray]:
    """Smooth along all three directions; only some rows of cells are held at a time."""
    from scipy.ndimage import gaussian_filter

    held: deque[FloatArray] = deque(maxlen=2 * _RADIUS + 1)
    first = 0  # the row of cells that is the first one held
    wanted = 0
    for line, product in enumerate(products):
        first = max(0, line - 2 * _RADIUS)
        held.append(gaussian_filter(product, (0, _WINDOW_ROWS, _WINDOW_COLUMNS)))
        if line >= _RADIUS:
            yield _mean_around(held, wanted - first)
            wanted += 1
    while held and wanted < first + len(held):
        yield _mean_around(held, wanted - first)
        wanted += 1


def _mean_around(held: deque[FloatArray], middle: int) -> FloatArray:
    apart = np.arange(len(held)) - middle
    weights = np.exp(-0.5 * (apart / _WINDOW_LINES) ** 2) * (np.abs(apart) <= _RADIUS)
    weights /= weights.sum()
    total = sum(weight * product for weight, product in zip(weights, held, strict=True))
    return np.asarray(total, np.float32)
