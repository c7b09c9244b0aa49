"""Small surveys on disk and ways to paint on them, for the tests of this folder."""

from pathlib import Path

import numpy as np

from seisview.data.geometry import Axis, LineNumbers, SectionKey, SurveyGeometry
from seisview.data.geometry_io import write_npy_geometry
from seisview.data.opening import open_volume
from seisview.data.volume import Volume
from seisview.labels.boxes import Box
from seisview.labels.store import LabelStore

SHAPE = (6, 20, 30)


def write_survey(path: Path, seed: int = 0, shape: tuple[int, int, int] = SHAPE) -> Path:
    """Store random amplitudes as an array with the geometry beside it."""
    np.save(path, np.random.default_rng(seed).normal(size=shape).astype(np.float32))
    geometry = SurveyGeometry(
        LineNumbers.regular(100, 2, shape[0]), LineNumbers.regular(300, 1, shape[1]), shape[2], 0.0, 4.0
    )
    write_npy_geometry(path, geometry)
    return path


def survey(path: Path, seed: int = 0, shape: tuple[int, int, int] = SHAPE) -> Volume:
    """Write a survey and open it."""
    return open_volume(write_survey(path, seed, shape))


def paint(labels: LabelStore, step: int) -> None:
    """Change one sample: edit number `step` + 1, if nothing else is ever painted."""
    n_inlines, n_crosslines, n_samples = labels.geometry.shape
    inline, rest = step % n_inlines, step // n_inlines
    crossline, rest = rest % n_crosslines, rest // n_crosslines
    row, turn = rest % n_samples, rest // n_samples
    box = Box(row, row + 1, crossline, crossline + 1)
    labels.apply(SectionKey(Axis.INLINE, inline), box, np.ones((1, 1), bool), 1 + turn % 3)


def dense(labels: LabelStore) -> np.ndarray:
    """All labels as an array (inline, crossline, sample)."""
    return np.stack([labels.section(SectionKey(Axis.INLINE, i)).T for i in range(labels.geometry.shape[0])])
