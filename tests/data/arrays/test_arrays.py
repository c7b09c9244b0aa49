from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import zarr

from seisview.data.arrays.volumes import NpyVolume, ZarrVolume
from seisview.data.geometry import Axis, Domain, LineNumbers, SectionKey, SurveyGeometry
from seisview.data.geometry_io import ZARR_ATTRIBUTE, geometry_from_dict, geometry_to_dict, write_npy_geometry
from seisview.data.opening import open_volume
from seisview.data.volume import Volume
from seisview.errors import GeometryError, VolumeError

SHAPE = (5, 6, 7)
GEOMETRY = SurveyGeometry(LineNumbers.regular(100, -2, 5), LineNumbers.regular(40, 1, 6), 7, 1000.0, 4.0)


def cube(dtype: str = "float32") -> np.ndarray:
    return np.random.default_rng(0).integers(0, 100, SHAPE).astype(dtype)


def save_npy(folder: Path, data: np.ndarray) -> Path:
    path = folder / "cube.npy"
    np.save(path, data)
    return path


def save_zarr(folder: Path, data: np.ndarray, **options: Any) -> Path:
    path = folder / "cube.zarr"
    array = zarr.create_array(
        str(path), shape=data.shape, chunks=(2, 4, 3)[: data.ndim], dtype=data.dtype, **options
    )
    array[...] = data
    return path


def assert_reads_like(volume: Volume, data: np.ndarray) -> None:
    for axis in volume.geometry.axes:
        for index in range(volume.geometry.count(axis)):
            position = (slice(None),) * list(Axis).index(axis) + (index,)
            section = volume.read_section(SectionKey(axis, index))
            assert section.dtype == np.float32
            assert section.flags.c_contiguous
            np.testing.assert_array_equal(section, data[position].T)
    rows, columns = np.array([4, 0, 4, 2]), np.array([5, 0, 5, 3])
    np.testing.assert_array_equal(volume.read_traces(rows, columns), data[rows, columns])


@pytest.mark.parametrize("dtype", ["float32", "float64", "int8", "uint8", "int16", ">f4", "bool"])
def test_npy_of_any_real_type(tmp_path: Path, dtype: str) -> None:
    volume = open_volume(save_npy(tmp_path, cube(dtype)))
    assert isinstance(volume, NpyVolume)
    assert isinstance(volume, Volume)
    assert_reads_like(volume, cube(dtype).astype(np.float32))
    volume.close()
    volume.close()
    with pytest.raises(VolumeError, match="closed"):
        volume.read_section(SectionKey(Axis.INLINE, 0))


def test_npy_in_fortran_order(tmp_path: Path) -> None:
    assert_reads_like(open_volume(save_npy(tmp_path, np.asfortranarray(cube()))), cube())


@pytest.mark.parametrize("dtype", ["float32", "uint8"])
@pytest.mark.parametrize("zarr_format", [2, 3])
def test_zarr(tmp_path: Path, dtype: str, zarr_format: int) -> None:
    volume = open_volume(save_zarr(tmp_path, cube(dtype), zarr_format=zarr_format))
    assert isinstance(volume, ZarrVolume)
    assert_reads_like(volume, cube(dtype).astype(np.float32))
    assert volume.info.format == "zarr"


def test_zarr_group_with_one_survey(tmp_path: Path) -> None:
    group = zarr.open_group(str(tmp_path / "g.zarr"), mode="w")
    group.create_array("amplitude", shape=SHAPE, dtype="float32")[...] = cube()
    group.create_array("other", shape=SHAPE, dtype="float32")
    group.attrs[ZARR_ATTRIBUTE] = geometry_to_dict(GEOMETRY)
    volume = open_volume(tmp_path / "g.zarr")
    assert volume.geometry == GEOMETRY
    assert_reads_like(volume, cube())
    empty = zarr.open_group(str(tmp_path / "e.zarr"), mode="w")
    empty.create_array("first", shape=SHAPE, dtype="float32")
    empty.create_array("second", shape=SHAPE, dtype="float32")
    with pytest.raises(VolumeError, match="first, second"):
        open_volume(tmp_path / "e.zarr")


def test_stored_geometry_is_used(tmp_path: Path) -> None:
    path = save_npy(tmp_path, cube())
    assert any("geometry is unknown" in warning for warning in open_volume(path).info.warnings)
    assert open_volume(path).geometry.inlines.numbers == (1, 2, 3, 4, 5)
    write_npy_geometry(path, GEOMETRY)
    assert open_volume(path).geometry == GEOMETRY
    assert open_volume(path).info.warnings == ()
    path = save_zarr(tmp_path, cube(), attributes={ZARR_ATTRIBUTE: geometry_to_dict(GEOMETRY)})
    assert open_volume(path).geometry == GEOMETRY


def test_stored_geometry_of_another_survey_is_refused(tmp_path: Path) -> None:
    path = save_npy(tmp_path, cube()[:4])
    write_npy_geometry(path, GEOMETRY)
    with pytest.raises(VolumeError, match=r"\(4, 6, 7\).*\(5, 6, 7\)"):
        open_volume(path)


@pytest.mark.parametrize("save", [save_npy, save_zarr])
def test_two_axes_are_one_line(tmp_path: Path, save: Any) -> None:
    volume = open_volume(save(tmp_path, cube()[0]))
    assert volume.geometry.shape == (1, 6, 7)
    assert any("(traces, samples)" in warning for warning in volume.info.warnings)
    np.testing.assert_array_equal(volume.read_section(SectionKey(Axis.INLINE, 0)), cube()[0].T)
    traces = volume.read_traces(np.array([0, 0]), np.array([5, 2]))
    np.testing.assert_array_equal(traces, cube()[0][[5, 2]])


@pytest.mark.parametrize("save", [save_npy, save_zarr])
def test_not_finite_values_become_zero(tmp_path: Path, save: Any) -> None:
    data = cube()
    data[0, 1, 2:4] = np.nan, np.inf
    volume = open_volume(save(tmp_path, data))
    assert volume.nonfinite_fraction(np.array([0]), np.array([1])) == pytest.approx(2 / 7)
    data[0, 1, 2:4] = 0
    assert_reads_like(volume, data)


@pytest.mark.parametrize(
    "data", [np.zeros(5), np.zeros((2, 2, 2, 2)), np.zeros((0, 2, 2)), np.zeros((2, 2, 2), complex)]
)
def test_arrays_that_are_no_survey(tmp_path: Path, data: np.ndarray) -> None:
    with pytest.raises(VolumeError) as caught:
        open_volume(save_npy(tmp_path, data))
    assert caught.value.hint


def test_damaged_and_pickled_arrays_are_refused(tmp_path: Path) -> None:
    path = save_npy(tmp_path, cube())
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(VolumeError, match="not a readable"):
        open_volume(path)
    np.save(path, np.array([{"a": 1}], object), allow_pickle=True)
    with pytest.raises(VolumeError):
        open_volume(path)
    path = save_zarr(tmp_path, cube())
    (path / "zarr.json").write_text("{ no json")
    with pytest.raises(VolumeError, match="not a readable zarr"):
        open_volume(path)


def test_a_file_cut_after_opening_is_an_error_not_a_crash(tmp_path: Path) -> None:
    path = save_npy(tmp_path, np.zeros((20, 30, 40), np.float32))
    volume = open_volume(path)
    with path.open("r+b") as file:
        file.truncate(200)
    with pytest.raises(VolumeError, match="shorter"):
        volume.read_section(SectionKey(Axis.INLINE, 19))
    with pytest.raises(VolumeError, match="shorter"):
        volume.read_traces(np.array([19]), np.array([0]))


def test_positions_outside_are_refused(tmp_path: Path) -> None:
    volume = open_volume(save_npy(tmp_path, cube()))
    for rows, columns in (([5], [0]), ([-1], [0]), ([0, 1], [0])):
        with pytest.raises(GeometryError):
            volume.read_traces(np.array(rows), np.array(columns))
    with pytest.raises(GeometryError):
        volume.read_section(SectionKey(Axis.SAMPLE, 7))


def test_fingerprints_follow_the_content(tmp_path: Path) -> None:
    first = open_volume(save_npy(tmp_path, cube())).fingerprint
    other = tmp_path / "other"
    other.mkdir()
    assert open_volume(save_npy(other, cube())).fingerprint == first
    assert open_volume(save_npy(other, cube() + 1)).fingerprint != first


def test_an_array_of_unknown_geometry_claims_no_time(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.ones((3, 4, 50), np.float32))
    geometry = open_volume(tmp_path / "a.npy").geometry
    assert geometry.domain is Domain.SAMPLE
    assert geometry.domain.axis_title == "sample"
    assert geometry.title(SectionKey(Axis.SAMPLE, 12)) == "sample 12"
    assert geometry.domain.range_text(0.0, geometry.sample_end) == "0 to 49"
    assert geometry_from_dict(geometry_to_dict(geometry)) == geometry
    assert Domain.TIME.text(1284.0) == "1284 ms"
