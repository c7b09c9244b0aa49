"""Building the fast copy of a survey in the background: coarse first, then slab by slab, resumable."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from seisview.data.amplitude import AmplitudeStatistics
from seisview.data.bricks.build import build_coarse, build_slab, plan_layout
from seisview.data.bricks.file import BrickFile, create_brick_file
from seisview.data.bricks.folder import (
    DEFAULT_MAX_BYTES,
    bricks_folder,
    bricks_path,
    clean_bricks,
)
from seisview.data.bricks.opening import open_matching
from seisview.data.bricks.store import BrickReader
from seisview.data.cached_files import building_alone, check_room, mark_used
from seisview.data.volume import Volume
from seisview.errors import VolumeError
from seisview.progress import Progress

CLIP_PERCENTILE = 99.9
"""Percentile of the absolute amplitude at the ends of the 8 bits: beyond what displays usually clip."""

_WHAT = "Quick time slices of this survey"
_INSTEAD = "; without them time slices are read from the survey, only slower."
_MESSAGE = "Preparing quick time slices"


@dataclass(frozen=True, slots=True)
class BricksConfig:
    """How fast copies are kept.

    Attributes
    ----------
    folder : Path or None
        None: in the user's cache folder.
    max_bytes : int
        For all fast copies together; those used least recently are deleted for a new one.
    keep : frozenset of Path
        Never deleted for it: what is open in other windows' tabs.
    """

    folder: Path | None = None
    max_bytes: int = DEFAULT_MAX_BYTES
    keep: frozenset[Path] = frozenset()


@dataclass(frozen=True, slots=True, eq=False)
class BricksOpened:
    """Event: the fast copy can be read from now on; it fills while it is built. Install the reader."""

    bricks: BrickReader


@dataclass(frozen=True, slots=True)
class BricksGrown:
    """Event: more of the fast copy is there (share 0..1); read a coarse time slice again."""

    fraction: float


def can_have_bricks(volume: Volume) -> bool:
    """Whether a fast copy is of use: a 2-D line has no time slices."""
    return not volume.geometry.is_2d and volume.geometry.shape[1] > 1


def build_bricks(
    volume: Volume,
    statistics: AmplitudeStatistics,
    progress: Progress | None = None,
    config: BricksConfig = BricksConfig(),
) -> Path | None:
    """Build, complete or mend the fast copy of a survey. Nothing done is done again.

    Emits :class:`BricksOpened` first and :class:`BricksGrown` after every part, so that the copy serves
    while it grows. Memory stays bounded whatever the size of the survey; cancelling takes a few
    milliseconds and loses one slab at most.

    Parameters
    ----------
    volume : Volume
        The survey itself, not a fast volume over it.
    statistics : AmplitudeStatistics
        Their 99.9th percentile becomes the end of the 8-bit range.
    progress : Progress, optional
    config : BricksConfig

    Returns
    -------
    Path or None
        The complete file; None when another window is building it, or for a 2-D line.

    Raises
    ------
    ExportError
        If the cache folder cannot be written or lacks the room.
    VolumeError
        If the survey can no longer be read, or changed since it was opened.
    Cancelled
        If the job was asked to stop.
    """
    progress = progress or Progress()
    if not can_have_bricks(volume):
        return None
    folder = config.folder or bricks_folder()
    folder.mkdir(parents=True, exist_ok=True)
    path = bricks_path(volume.fingerprint, folder)
    with building_alone(path) as alone:
        if not alone:
            return None
        file = _opened_or_begun(volume, statistics, path, config)
        progress.emit(BricksOpened(BrickReader(BrickFile(path), volume.geometry)))
        _complete(volume, file, progress)
    mark_used(path)
    return path


def _opened_or_begun(
    volume: Volume, statistics: AmplitudeStatistics, path: Path, config: BricksConfig
) -> BrickFile:
    existing = open_matching(volume, path, writable=True)
    if existing is not None:
        mark_used(path)
        return existing
    layout = plan_layout(volume, statistics.clip_limit(CLIP_PERCENTILE))
    with suppress(OSError):
        path.unlink()  # stale or damaged: its room is needed
    clean_bricks(config.max_bytes - layout.file_bytes, path.parent, config.keep)
    check_room(_WHAT, path, layout.file_bytes, config.max_bytes, _INSTEAD)
    create_brick_file(path, layout)
    return BrickFile(path, writable=True)


def _complete(volume: Volume, file: BrickFile, progress: Progress) -> None:
    n_slabs = file.layout.n_slabs
    coarse_first = [n_slabs, *range(n_slabs)]
    missing = [entry for entry in coarse_first if not file.is_complete(entry)]
    n_before = len(coarse_first) - len(missing)
    progress.begin_stage(n_before / len(coarse_first))
    for done, entry in enumerate(missing):
        steps = build_coarse(volume, file) if entry == n_slabs else build_slab(volume, file, entry)
        for share in steps:
            progress.report(_MESSAGE, n_before + done + share, len(coarse_first))
        left = sum(entry < n_slabs for entry in missing[done + 1 :])
        progress.emit(BricksGrown(1 - left / n_slabs))
    if missing:
        file.flush()
        _check_unchanged(volume, file.path)


def _check_unchanged(volume: Volume, path: Path) -> None:
    if open_matching(volume, path) is None:
        raise VolumeError(
            f"{volume.info.path.name} changed while its quick time slices were prepared.",
            "Open the survey again.",
        )
