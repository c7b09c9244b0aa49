from __future__ import annotations

import errno
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from seisview.data.geometry import Axis, SectionKey, SurveyGeometry, section_of
from seisview.data.opening import open_volume
from seisview.errors import ExportError
from seisview.export.arrays import export_npy, export_zarr
from seisview.export.content import ContentKind, SectionCube

Make = Callable[..., Any]


@pytest.mark.parametrize("suffix", [".npy", ".zarr"])
def test_facies_come_back_with_their_geometry(
    suffix: str, content: Make, geometry: SurveyGeometry, values: np.ndarray, tmp_path: Path
) -> None:
    out = tmp_path / f"facies{suffix}"
    (export_npy if suffix == ".npy" else export_zarr)(content(), out)
    volume = open_volume(out)
    assert volume.geometry == geometry
    assert volume.info.sample_format == "uint8"
    np.testing.assert_array_equal(volume.read_section(SectionKey(Axis.INLINE, 3)), values[3].T)


def test_plain_numpy_and_json_read_the_npy(content: Make, values: np.ndarray, tmp_path: Path) -> None:
    out = tmp_path / "confidence.npy"
    export_npy(content(ContentKind.CONFIDENCE), out)
    read = np.load(out)
    assert read.dtype == np.float32
    np.testing.assert_allclose(read, values / 255.0, atol=1e-7)
    beside = json.loads((tmp_path / "confidence.npy.json").read_text())
    assert beside["content"] == "confidence"
    assert [c["name"] for c in beside["classes"]] == ["Shale", "Sand", "Canal d'été"]


def test_zarr_is_read_by_zarr_itself(content: Make, values: np.ndarray, tmp_path: Path) -> None:
    import zarr

    out = tmp_path / "facies.zarr"
    export_zarr(content(), out)
    export_zarr(content(), out)
    array = zarr.open_array(out, mode="r")
    np.testing.assert_array_equal(array[:], values)
    assert array.attrs["seisview"]["provenance"] == {"model": "abc123"}
    assert [p.name for p in tmp_path.iterdir()] == ["facies.zarr"]


def test_zarr_does_not_replace_a_folder_of_something_else(content: Make, tmp_path: Path) -> None:
    (tmp_path / "photos.zarr").mkdir()
    (tmp_path / "photos.zarr" / "cat.jpg").write_bytes(b"miaow")
    with pytest.raises(ExportError, match="not a zarr array"):
        export_zarr(content(), tmp_path / "photos.zarr")
    assert (tmp_path / "photos.zarr" / "cat.jpg").read_bytes() == b"miaow"


def test_a_full_disk_leaves_the_old_array(
    content: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "facies.npy"
    out.write_bytes(b"old")

    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ExportError, match="disk is full"):
        export_npy(content(), out)
    assert out.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir() if p.suffix == ".npy"] == ["facies.npy"]


@pytest.mark.parametrize("axis", list(Axis))
def test_sections_of_sparse_labels_agree_with_their_traces(axis: Axis, geometry: SurveyGeometry) -> None:
    rng = np.random.default_rng(5)
    dense = np.zeros(geometry.shape, np.uint8)
    dense[2] = rng.integers(0, 4, dense[2].shape)
    dense[:, 4] = np.where(dense[:, 4] == 0, rng.integers(0, 4, dense[:, 4].shape), dense[:, 4])
    dense[:, :, 6] = np.where(dense[:, :, 6] == 0, rng.integers(0, 4, dense[:, :, 6].shape), dense[:, :, 6])
    keys = [SectionKey(Axis.INLINE, 2), SectionKey(Axis.CROSSLINE, 4), SectionKey(Axis.SAMPLE, 6)]
    masks = {keys[0]: dense[2].T, keys[1]: dense[:, 4].T, keys[2]: dense[:, :, 6].T}
    cube = SectionCube(geometry, masks)
    for index in range(geometry.count(axis)):
        key = SectionKey(axis, index)
        np.testing.assert_array_equal(cube.section(key), section_of(dense, key))
    inlines, crosslines = (a.ravel() for a in np.indices(geometry.shape[:2]))
    np.testing.assert_array_equal(cube.traces(inlines, crosslines), dense.reshape(-1, geometry.n_samples))


def test_where_painted_sections_cross_a_label_outweighs_none(geometry: SurveyGeometry) -> None:
    inline, crossline, piece = (SectionKey(axis, 2) for axis in Axis)
    empty = {key: np.zeros(geometry.section_shape(key.axis), np.uint8) for key in (inline, crossline, piece)}
    inlines, crosslines = (a.ravel() for a in np.indices(geometry.shape[:2]))
    for painted in empty:
        masks = {**empty, painted: empty[painted] + np.uint8(3)}
        expected = np.zeros(geometry.shape, np.uint8)
        section_of(expected, painted)[...] = 3
        cube = SectionCube(geometry, masks)
        np.testing.assert_array_equal(cube.traces(inlines, crosslines), expected.reshape(35, -1))
        for key in empty:
            np.testing.assert_array_equal(cube.section(key), section_of(expected, key))
