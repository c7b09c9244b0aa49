"""What a time or depth slice, or a line, cuts out of the dense features of a survey; free of torch.

Features are made of vertical sections. A slice cuts a row of cells out of each of them: side by side, those
of the sections that are there show the slice before anything else is computed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from seisview.data.geometry import Axis, SectionKey
from seisview.learn.features.store import FeatureArray
from seisview.learn.features.volume import FeatureVolume

_BLOCKS = (1, 2, 4, 8, 16)
_MOST_CELLS = 8000
"""About what a vertical section has: more would not be instant."""


@dataclass(frozen=True, slots=True, eq=False)
class FeatureSlice:
    """Features of the cells that a slice cuts, of the sections that are there.

    Attributes
    ----------
    features : ndarray of float16, shape (cells along a section, columns, dimensions)
        A column for each block of neighbouring sections of which at least one is there.
    depth : float
        Of the slice, from -1 at the top of the survey to 1 at its bottom.
    nearest : ndarray of int, shape (n_blocks,)
        The column that is nearest to each block.
    covered : ndarray of bool, shape (n_blocks,)
        Blocks that have a column of their own.
    cell : (float, float)
        Traces of a cell, and sections of a block.
    shape : (int, int)
        (traces of a section, sections).
    axis : Axis
        Of the sections.
    """

    features: FeatureArray
    depth: float
    nearest: npt.NDArray[np.intp]
    covered: npt.NDArray[np.bool_]
    cell: tuple[float, float]
    shape: tuple[int, int]
    axis: Axis

    @property
    def share(self) -> float:
        """Share of the slice that can be shown, 0..1."""
        return float(self.covered.mean())

    def shown(self) -> npt.NDArray[np.bool_]:
        """Where the slice has live features; shape :attr:`shape`."""
        live = np.any(np.asarray(self.features != 0), axis=2)[:, self.nearest] & self.covered
        rows, columns = (np.arange(n) for n in self.shape)
        row_cells = np.minimum(rows // int(self.cell[0]), live.shape[0] - 1)
        column_cells = np.minimum(columns // int(self.cell[1]), live.shape[1] - 1)
        return np.asarray(live[np.ix_(row_cells, column_cells)])


def chosen_lines(volume: FeatureVolume) -> tuple[tuple[int, ...], int]:
    """Which sections stand for a slice, as places in ``volume.lines``, and how many share one.

    Of each block of neighbouring sections the one nearest to its middle that is there; -1 where none is.
    """
    n_lines, n_cells = len(volume.lines), volume.grid[1]
    block = next((b for b in _BLOCKS if -(-n_lines // b) * n_cells <= _MOST_CELLS), _BLOCKS[-1])
    done = volume.done
    chosen = []
    for start in range(0, n_lines, block):
        there = start + np.flatnonzero(done[start : start + block])
        by_distance = sorted(there.tolist(), key=lambda place: abs(place - start - (block - 1) / 2))
        sound = (place for place in by_distance if volume.has(_key(volume, place)))
        chosen.append(next(sound, -1))
    return tuple(chosen), block


def cut_slice(
    volume: FeatureVolume, sample_index: int, chosen: tuple[int, ...], block: int
) -> FeatureSlice | None:
    """Cut a slice out of the sections that are there.

    Parameters
    ----------
    volume : FeatureVolume
    sample_index : int
    chosen, block
        From :func:`chosen_lines`.

    Returns
    -------
    FeatureSlice or None
        None when no section is there.
    """
    covered = np.array(chosen) >= 0
    if not covered.any():
        return None
    n_rows = volume.grid[0]
    place = min(max((sample_index + 0.5) / volume.cell[0] - 0.5, 0.0), n_rows - 1.0)
    upper = int(place)
    lower, share = min(upper + 1, n_rows - 1), np.float32(place - upper)
    array = volume.array()
    columns = [array[line, upper] * (1 - share) + array[line, lower] * share for line in chosen if line >= 0]
    own = np.flatnonzero(covered)
    blocks = np.arange(len(covered))
    return FeatureSlice(
        features=np.stack(columns, axis=1).astype(np.float16),
        depth=place * 2.0 / max(n_rows - 1, 1) - 1.0,
        nearest=np.abs(blocks[:, None] - own).argmin(axis=1),
        covered=covered,
        cell=(float(volume.cell[1]), float(block * volume.lines.step)),
        shape=_slice_shape(volume),
        axis=volume.axis,
    )


def cut_line(
    volume: FeatureVolume,
    inlines: npt.NDArray[np.intp],
    crosslines: npt.NDArray[np.intp],
    chosen: tuple[int, ...],
    block: int,
) -> FeatureArray | None:
    """Cut the section along a line out of the sections that are there.

    Parameters
    ----------
    volume : FeatureVolume
    inlines, crosslines : ndarray of int, shape (n,)
        Grid indices of the traces along the line.
    chosen, block
        From :func:`chosen_lines`.

    Returns
    -------
    ndarray of float16, shape (cell rows, cells along the line, dimensions), or None
        Zeros where no section is there; None when none is anywhere along the line.
    """
    width = volume.cell[1]
    middles = np.minimum(np.arange(0, len(inlines), width) + width // 2, len(inlines) - 1)
    across, along = (inlines, crosslines) if volume.axis is Axis.INLINE else (crosslines, inlines)
    blocks = np.minimum(across[middles] // (volume.lines.step * block), len(chosen) - 1)
    lines = np.array(chosen)[blocks]
    if (lines < 0).all():
        return None
    array = volume.array()
    features = np.zeros((volume.grid[0], len(middles), volume.dimensions), np.float16)
    for column, (line, trace) in enumerate(zip(lines, along[middles], strict=True)):
        if line >= 0:
            features[:, column] = array[line, :, trace // width]
    return features


def _slice_shape(volume: FeatureVolume) -> tuple[int, int]:
    n_inlines, n_crosslines, _n_samples = volume.shape
    return (n_crosslines, n_inlines) if volume.axis is Axis.INLINE else (n_inlines, n_crosslines)


def _key(volume: FeatureVolume, place: int) -> SectionKey:
    return SectionKey(volume.axis, volume.lines[place])
