from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from seisview.data.geometry import Axis, SectionKey
from seisview.data.opening import open_volume
from tests.data.segy.raw_segy import cube, survey


@pytest.fixture
def read_bytes(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Sizes of all positioned reads."""
    if not hasattr(os, "pread"):
        pytest.skip("this system has no pread to count")
    sizes: list[int] = []
    real = os.pread

    def counted(descriptor: int, length: int, offset: int) -> bytes:
        sizes.append(length)
        return real(descriptor, length, offset)

    monkeypatch.setattr(os, "pread", counted)
    return sizes


def test_opening_reads_about_one_header_per_line(tmp_path: Path, read_bytes: list[int]) -> None:
    shape = (60, 80, 300)
    data = np.broadcast_to(cube((1, 1, 300)), shape)
    path = survey(data, list(range(60)), list(range(80))).write(tmp_path / "a.sgy")
    volume = open_volume(path)
    assert volume.geometry.shape == shape
    assert sum(read_bytes) < 0.05 * path.stat().st_size
    assert len(read_bytes) < 2 * 60 + 80 + 64 + 120


def test_the_number_of_reads_grows_with_lines_not_traces(tmp_path: Path, read_bytes: list[int]) -> None:
    counts = []
    for n_crosslines in (200, 400):
        data = np.ones((20, n_crosslines, 4), np.float32)
        path = survey(data, list(range(20)), list(range(n_crosslines))).write(
            tmp_path / f"{n_crosslines}.sgy"
        )
        read_bytes.clear()
        open_volume(path)
        counts.append(len(read_bytes))
    assert counts[1] - counts[0] < 200 + 20


def test_a_section_reads_no_more_than_its_traces(tmp_path: Path, read_bytes: list[int]) -> None:
    volume = open_volume(survey(cube((9, 7, 50)), list(range(9)), list(range(7))).write(tmp_path / "a.sgy"))
    for axis, traces in ((Axis.INLINE, 7), (Axis.CROSSLINE, 9)):
        read_bytes.clear()
        volume.read_section(SectionKey(axis, 3))
        assert sum(read_bytes) <= traces * (240 + 200)


def test_a_survey_with_one_trace_moved_is_not_taken_for_regular(tmp_path: Path) -> None:
    raw = survey(cube(), [1, 2, 3, 4], [1, 2, 3, 4, 5])
    order = np.arange(20)
    order[[4, 9]] = order[[9, 4]]  # the ends of two lines change places
    raw.samples = raw.samples[order]
    raw.traces = {byte: numbers[order] for byte, numbers in raw.traces.items()}
    volume = open_volume(raw.write(tmp_path / "a.sgy"))
    assert volume.info.sorting == "irregular"
    for i in range(4):
        np.testing.assert_array_equal(volume.read_section(SectionKey(Axis.INLINE, i)), cube()[i].T)
