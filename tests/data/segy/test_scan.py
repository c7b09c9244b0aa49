from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from seisview.data.opening import open_volume
from seisview.data.segy.scan import HeaderTable, fit_irregular
from seisview.data.volume import HeaderBytes
from seisview.errors import VolumeError
from tests.data.segy.raw_segy import RawSegy, cube, grid_numbers, survey

INLINES, CROSSLINES = [10, 12, 14, 16], [300, 301, 302, 303, 304]


def table(i: np.ndarray, j: np.ndarray, **columns: np.ndarray) -> HeaderTable:
    zeros = np.zeros(len(i), np.int32)
    counted = dict.fromkeys((1, 5, 9, 13, 17, 21, 37), zeros)
    named = {int(name[1:]): values.astype(np.int32) for name, values in columns.items()}
    return HeaderTable({**counted, **named, 189: i.astype(np.int32), 193: j.astype(np.int32)})


def test_padding_traces_without_numbers_are_left_out(tmp_path: Path) -> None:
    i, j = grid_numbers(INLINES, CROSSLINES)
    traces = np.vstack([cube().reshape(-1, 12), np.zeros((15, 12))])
    zeros = np.zeros(15, int)
    raw = RawSegy(traces, {189: np.append(i, zeros), 193: np.append(j, zeros)})
    volume = open_volume(raw.write(tmp_path / "a.sgy"))
    assert volume.geometry.inlines.numbers == tuple(INLINES)
    assert volume.geometry.crosslines.numbers == tuple(CROSSLINES)
    assert any("15 traces carry no line numbers" in warning for warning in volume.info.warnings)


def test_a_line_numbered_zero_is_not_padding() -> None:
    i, j = grid_numbers([0, 1, 2], [0, 1, 2])
    grid = fit_irregular(table(i[1:], j[1:]), (189, 193))
    assert grid is not None
    assert grid.inlines.numbers == (0, 1, 2)
    grid = fit_irregular(table(i, j), (189, 193))
    assert grid is not None
    assert grid.n_missing == 0


def test_directions_are_kept_though_the_first_line_starts_late() -> None:
    i, j = grid_numbers([9, 7, 5], [40, 30, 20, 10])
    keep = np.ones(12, bool)
    keep[[0, 1, 11]] = False
    grid = fit_irregular(table(i[keep], j[keep]), (189, 193))
    assert grid is not None
    assert grid.inlines.numbers == (9, 7, 5)
    assert grid.crosslines.numbers == (40, 30, 20, 10)
    assert grid.n_missing == 3


def test_shots_and_cdps_of_a_2d_line_are_no_survey() -> None:
    shots, channels = np.meshgrid(np.arange(200), np.arange(24), indexing="ij")
    cdps = (2 * shots + channels).ravel()
    both = table(np.zeros(4800), np.zeros(4800), b9=shots.ravel(), b21=cdps, b37=channels.ravel())
    assert fit_irregular(both, (9, 21), 0.3) is None


def test_a_diagonal_is_no_survey() -> None:
    numbers = np.arange(50)
    assert fit_irregular(table(numbers, numbers), (189, 193)) is None


def test_gathers_with_uneven_offsets_show_their_first_trace() -> None:
    i, j = (np.repeat(numbers, 4) for numbers in grid_numbers(INLINES, CROSSLINES))
    offsets = np.random.default_rng(0).permutation(80) * 25
    grid = fit_irregular(table(i, j, b37=offsets), (189, 193))
    assert grid is not None
    np.testing.assert_array_equal(grid.traces(np.array([0, 1]), np.array([1, 0])), [4, 20])
    assert any("first trace of each gather" in warning for warning in grid.warnings)


def test_one_shot_with_offsets_is_not_collapsed_to_a_trace(tmp_path: Path) -> None:
    raw = RawSegy(cube((1, 24, 12))[0], {9: 1, 13: np.arange(1, 25), 37: np.arange(24) * 25})
    assert open_volume(raw.write(tmp_path / "a.sgy")).geometry.shape == (1, 24, 12)


def test_chosen_bytes_without_coordinates_are_told(tmp_path: Path) -> None:
    path = survey(cube(), INLINES, CROSSLINES).write(tmp_path / "a.sgy")
    volume = open_volume(path, HeaderBytes(x=201, y=205))
    assert volume.geometry.transform is None
    assert any("bytes 201 and 205" in warning for warning in volume.info.warnings)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(VolumeError, match="device or pipe"):
        open_volume(tmp_path / "pipe")
