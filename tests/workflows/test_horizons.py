"""Labels between two maps, on sections of both axes: each takes its own line of the maps."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from seisview.data.geometry import Axis, LineNumbers, SectionKey, SurveyGeometry, section_of
from seisview.data.geometry_io import write_npy_geometry
from seisview.data.opening import open_volume
from seisview.errors import LabelError
from seisview.project.project import Project
from seisview.project.storage import create_project
from seisview.workflows.horizons import FillConfig, fill_between

SHAPE = (7, 9, 40)
KEYS = [SectionKey(Axis.INLINE, 0), SectionKey(Axis.INLINE, 5), SectionKey(Axis.CROSSLINE, 0)]
KEYS += [SectionKey(Axis.CROSSLINE, 3), SectionKey(Axis.CROSSLINE, 8)]


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    np.save(tmp_path / "s.npy", np.random.default_rng(0).normal(size=SHAPE).astype(np.float32))
    lines = LineNumbers.regular(100, 2, 7), LineNumbers.regular(300, -1, 9)
    write_npy_geometry(tmp_path / "s.npy", SurveyGeometry(*lines, 40, 1000.0, 4.0))
    with create_project(tmp_path / "p", open_volume(tmp_path / "s.npy")) as made:
        yield made


@pytest.mark.parametrize("key", KEYS, ids=lambda key: f"{key.axis}-{key.index}")
def test_every_section_is_filled_between_its_own_lines(project: Project, key: SectionKey) -> None:
    rng = np.random.default_rng(1)
    top, base = rng.integers(2, 15, SHAPE[:2]), rng.integers(20, 38, SHAPE[:2])
    samples = np.arange(40)
    expected = (samples >= top[:, :, None]) & (samples <= base[:, :, None])
    to_time = project.labels.geometry.sample_at
    fill_between(project, "2", [key], to_time(top), to_time(base), FillConfig(straight=True))
    np.testing.assert_array_equal(project.labels.section(key) == 2, section_of(expected, key))


def test_held_out_sections_stay_free_although_the_maps_cover_them(project: Project) -> None:
    labels, held = project.labels, SectionKey(Axis.INLINE, 5)
    labels.set_holdout(held)
    top = np.full(SHAPE[:2], 1040.0)
    result = fill_between(project, "2", [SectionKey(Axis.INLINE, 2), held], top, top + 20)
    assert (result.held_out, result.filled) == ((held,), (SectionKey(Axis.INLINE, 2),))
    assert not labels.section(held).any()
    with pytest.raises(LabelError, match="Nothing lies between") as told:
        fill_between(project, "2", [held], top, top + 20)
    assert "measure the model" in told.value.hint
