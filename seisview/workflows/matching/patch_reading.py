"""Amplitudes of patches, ready for networks and pictures."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from seisview.data.amplitude import AmplitudeStatistics
from seisview.data.volume import Volume
from seisview.labels.boxes import Box
from seisview.labels.patches import Patch
from seisview.progress import Progress


def read_patches(
    volume: Volume, statistics: AmplitudeStatistics, patches: Sequence[Patch], progress: Progress
) -> list[npt.NDArray[np.float32]]:
    """Amplitudes of patches in -1..1, read section by section; parts beyond the survey are mirrored."""
    found: dict[Patch, npt.NDArray[np.float32]] = {}
    for key in sorted({patch.key for patch in patches}):
        progress.check()
        section = statistics.normalise(volume.read_section(key))
        for patch in patches:
            if patch.key == key:
                found[patch] = _cut(section, patch.box)
    return [found[patch] for patch in patches]


def _cut(section: npt.NDArray[np.float32], box: Box) -> npt.NDArray[np.float32]:
    rows, columns = section.shape
    inside = section[max(0, box.row0) : min(rows, box.row1), max(0, box.column0) : min(columns, box.column1)]
    missing = [
        (max(0, -box.row0), max(0, box.row1 - rows)),
        (max(0, -box.column0), max(0, box.column1 - columns)),
    ]
    return np.pad(inside, missing, mode="symmetric")
