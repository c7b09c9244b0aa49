"""Dips kept on disk, a small file for each survey; they can be measured again."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from seisview.atomic import replacing
from seisview.data.cached_files import CachedFile, cache_subfolder, make_room, mark_used, stored_files
from seisview.data.geometry import Axis, SurveyGeometry
from seisview.learn.carrying.dip_field import STEP, DipField

MAX_BYTES = 1 << 30
"""How much the dips of all surveys may take together."""

_VERSION = 1  # raise it whenever dips are measured otherwise


def dips_folder() -> Path:
    """Folder of all dips in the user's cache folder; made when it is missing."""
    return cache_subfolder("dips")


def load_dips(fingerprint: str, geometry: SurveyGeometry) -> DipField | None:
    """Dips of a survey, memory-mapped; None when there are none that fit it."""
    path = _path(fingerprint)
    shape = (geometry.count(Axis.INLINE), *geometry.section_shape(Axis.INLINE))
    try:
        found = np.load(path, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError, EOFError):
        return None
    if found.dtype != np.float16 or found.shape != (2, *(-(-n // STEP) for n in shape)):
        return None
    mark_used(path)
    return DipField(shape, found[0], found[1])


def save_dips(fingerprint: str, field: DipField) -> None:
    """Keep the dips of a survey; those used least recently make room.

    Raises
    ------
    ExportError
        If the disk is full or the folder not writable.
    """
    clean_dips(MAX_BYTES - field.inline.nbytes - field.crossline.nbytes)
    with replacing(_path(fingerprint)) as temporary, temporary.open("wb") as file:
        np.save(file, np.stack([field.inline, field.crossline]), allow_pickle=False)


def stored_dips() -> list[CachedFile]:
    """Dips in the cache, those used least recently first."""
    return stored_files(dips_folder(), "[!.]*.npy")


def clean_dips(max_bytes: int, keep: frozenset[Path] = frozenset()) -> list[Path]:
    """Delete what was used least recently until the rest fits; returns what was deleted."""
    return make_room({d.path: d.n_bytes for d in stored_dips()}, max_bytes, keep, Path.unlink)


def dips_fingerprint(path: Path) -> str:
    """Return the fingerprint of the survey that a file of dips belongs to."""
    return path.stem.rpartition("-")[0]


def _path(fingerprint: str) -> Path:
    return dips_folder() / f"{fingerprint}-{_VERSION}.npy"
