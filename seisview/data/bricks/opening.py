"""Opening the fast copy that belongs to a survey as it is now, and no other."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from seisview.data.bricks.build import as_inline_crossline, source_stamp, trace_codes
from seisview.data.bricks.file import BrickFile
from seisview.data.bricks.folder import bricks_path
from seisview.data.bricks.store import BrickReader
from seisview.data.cached_files import mark_used
from seisview.data.volume import Volume
from seisview.errors import VolumeError

_COMPARED_TRACES = 64


def open_bricks(volume: Volume, folder: Path | None = None) -> BrickReader | None:
    """Open the fast copy of a survey for reading, complete or not.

    Parameters
    ----------
    volume : Volume
    folder : Path, optional
        Where fast copies are kept; default in the user's cache folder.

    Returns
    -------
    BrickReader or None
        None when there is none, or when it is damaged, of another version, or of other data.
    """
    path = bricks_path(volume.fingerprint, folder)
    file = open_matching(volume, path)
    if file is None:
        return None
    mark_used(path)
    return BrickReader(file, volume.geometry)


def open_matching(volume: Volume, path: Path, writable: bool = False) -> BrickFile | None:
    """Open the file at `path` if it is sound and was made from this survey as it is now.

    The fingerprint tells surveys apart by a few traces; that none of the others was rewritten since shows
    in the size and time of the file. A folder (zarr) has no such time: there, traces are compared.
    """
    try:
        file = BrickFile(path, writable)
    except VolumeError:
        return None
    layout = file.layout
    if layout.fingerprint != volume.fingerprint or layout.shape != volume.geometry.shape:
        return None
    if volume.info.path.is_dir():
        return file if _holds_the_same(volume, file) else None
    return file if layout.stamp == source_stamp(volume) else None


def _holds_the_same(volume: Volume, file: BrickFile) -> bool:
    """Compare traces that both the bricks and the coarse level hold; with neither, nothing can be wrong."""
    layout = file.layout
    _, n_major, n_minor = layout.coarse_grid
    draw = np.random.default_rng(0).random((2, _COMPARED_TRACES))
    major = (draw[0] * n_major).astype(np.intp) * layout.coarse_step
    minor = (draw[1] * n_minor).astype(np.intp) * layout.coarse_step
    stored = BrickReader(file, volume.geometry).line_codes(*as_inline_crossline(layout, major, minor))
    if not stored.is_whole:
        return stored.full + stored.coarse == 0
    return np.array_equal(stored.codes, trace_codes(volume, layout, major, minor).T)
