"""A tiny open survey for controller tests, in memory, with no project on disk."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np

from seisview.data.amplitude import measure_amplitudes
from seisview.data.arrays import open_npy
from seisview.data.cache import SectionCache
from seisview.gui.session import Session
from seisview.labels.facies import FaciesScheme
from seisview.labels.store import LabelStore


def open_session(folder, shape=(6, 8, 10), seed=0) -> Session:
    """A session on a small random volume; its project holds labels and nothing else."""
    path = folder / "small.npy"
    np.save(path, np.random.default_rng(seed).normal(size=shape).astype(np.float32))
    volume = open_npy(path)
    project = SimpleNamespace(labels=LabelStore(volume.geometry, FaciesScheme.named(["Mud", "Sand", "Salt"])))
    return Session(volume, project, measure_amplitudes(volume), SectionCache(volume))
