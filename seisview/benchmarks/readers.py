"""Ways of reading a section: seisview's own, and those of segyio and zarr, behind one shape."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import segyio

from seisview.data.bricks.fast_volume import FastVolume
from seisview.data.bricks.opening import open_bricks
from seisview.data.bricks.store import BrickReader
from seisview.data.geometry import Axis, SectionKey
from seisview.data.opening import open_volume
from seisview.data.volume import Volume
from seisview.errors import VolumeError

Read = Callable[[int], object]
Opened = AbstractContextManager[Read]

_AXES = (Axis.INLINE, Axis.CROSSLINE, Axis.SAMPLE)


def complete_bricks(source: Volume, folder: Path) -> BrickReader:
    """Return the fast copy of a survey in a folder.

    Raises
    ------
    VolumeError
        If it is not there or not complete: it would not be what is measured.
    """
    bricks = open_bricks(source, folder)
    if bricks is None or not bricks.is_complete:
        raise VolumeError(f"The fast copy of {source.info.path.name} is not complete.", "Build it first.")
    return bricks


@contextmanager
def by_seisview(path: Path, folder: Path, axis: Axis) -> Iterator[Read]:
    """What the window reads from: float32, time slices from the fast copy."""
    source = open_volume(path)
    volume = FastVolume(source, complete_bricks(source, folder))
    try:
        yield lambda index: volume.read_section(SectionKey(axis, index))
    finally:
        volume.close()


@contextmanager
def by_bricks(path: Path, folder: Path, axis: Axis) -> Iterator[Read]:
    """All directions from the fast copy, as bytes for the screen."""
    source = open_volume(path)
    bricks = complete_bricks(source, folder)
    try:
        yield lambda index: bricks.slice_codes(SectionKey(axis, index))
    finally:
        bricks.close()
        source.close()


@contextmanager
def by_segyio(path: Path, mmap: bool, axis: Axis) -> Iterator[Read]:
    """Segyio's own reading."""
    with segyio.open(str(path)) as file:
        if mmap and not file.mmap():
            raise VolumeError("segyio cannot map the file into memory here.", "Measure on another system.")
        first = {Axis.INLINE: file.ilines[0], Axis.CROSSLINE: file.xlines[0], Axis.SAMPLE: 0}[axis]
        lines = {Axis.INLINE: file.iline, Axis.CROSSLINE: file.xline, Axis.SAMPLE: file.depth_slice}[axis]
        yield lambda index: lines[int(first + index)]


@contextmanager
def by_zarr(path: Path, axis: Axis) -> Iterator[Read]:
    """Zarr's own reading."""
    import zarr

    array = zarr.open_array(str(path), mode="r")
    place = _AXES.index(axis)
    yield lambda index: array[(slice(None),) * place + (index,)]
