"""A tiny open survey for controller tests, in memory, with no project on disk."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import numpy as np

from seisview.data.amplitude import measure_amplitudes
from seisview.data.arrays.volumes import open_npy
from seisview.data.cache import SectionCache
from seisview.data.geometry import LineNumbers, SurveyGeometry
from seisview.data.map_transform import MapTransform
from seisview.data.segy.write import create_segy
from seisview.gui.survey.session import Session
from seisview.labels.facies import FaciesScheme
from seisview.labels.store import LabelStore


def open_session(folder, shape=(6, 8, 10), seed=0) -> Session:
    """A session on a small random volume; its project holds labels and nothing else."""
    path = folder / "small.npy"
    np.save(path, np.random.default_rng(seed).normal(size=shape).astype(np.float32))
    volume = open_npy(path)
    project = SimpleNamespace(labels=LabelStore(volume.geometry, FaciesScheme.named(["Mud", "Sand", "Salt"])))
    return Session(volume, project, measure_amplitudes(volume), SectionCache(volume))


GEOMETRY = SurveyGeometry(
    LineNumbers.regular(1000, 2, 12),
    LineNumbers.regular(400, 1, 16),
    40,
    100.0,
    4.0,
    transform=MapTransform(452_000.0, 6_780_000.0, 0.0, 25.0, 12.5, 0.0),
)


def write_segy(folder, name="small.sgy", seed=0, geometry=GEOMETRY) -> Path:
    """A real SEG-Y file of 12 inlines, 16 crosslines and 40 samples."""
    amplitude = np.random.default_rng(seed).normal(size=geometry.shape).astype(np.float32)
    path = folder / name
    create_segy(path, amplitude, geometry)
    return path
