"""Arrays of MATLAB files that scipy wrote, read without scipy."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy.io import loadmat, savemat

from seisview.data.patches.mat_file import read_mat_array

KINDS = ("f8", "f4", "i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8")


def anything(_shape: tuple[int, ...]) -> None:
    return None


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("compressed", [True, False])
@pytest.mark.parametrize("shape", [(5, 7), (1, 1), (3, 4, 3), (1, 300)])
def test_arrays_come_back(tmp_path: Path, kind: str, compressed: bool, shape: tuple[int, ...]) -> None:
    values = np.random.default_rng(0).integers(0, 100, shape).astype(kind)
    path = tmp_path / "a.mat"
    content = {"before": "text", "img": values, "cell": np.array([1, "x"], object), "s": {"a": 1}}
    savemat(path, content, do_compression=compressed)
    found = read_mat_array(path, "img", anything)
    assert found.dtype == values.dtype
    assert np.array_equal(found, values)
    assert np.array_equal(found, loadmat(path)["img"])


@pytest.mark.parametrize("kind", ["f8", "f4", "i4", "i2", "u2", "u1"])
def test_version_4_comes_back(tmp_path: Path, kind: str) -> None:
    values = np.arange(12).reshape(3, 4).astype(kind)
    savemat(tmp_path / "a.mat", {"other": np.eye(2), "img": values}, format="4")
    assert np.array_equal(read_mat_array(tmp_path / "a.mat", "img", anything), values)


@pytest.mark.parametrize(
    ("name", "said"), [("none", "no array called none .but img, text"), ("text", "no real")]
)
def test_what_is_not_there_is_said(tmp_path: Path, name: str, said: str) -> None:
    savemat(tmp_path / "a.mat", {"img": np.eye(3), "text": "abc"})
    with pytest.raises(ValueError, match=said):
        read_mat_array(tmp_path / "a.mat", name, anything)


def test_complex_numbers_and_version_7_3_are_refused(tmp_path: Path) -> None:
    savemat(tmp_path / "a.mat", {"img": np.eye(3) * 1j})
    with pytest.raises(ValueError, match="no real numbers"):
        read_mat_array(tmp_path / "a.mat", "img", anything)
    (tmp_path / "b.mat").write_bytes(b"MATLAB 7.3".ljust(124) + b"\x00\x02IM" + bytes(400))
    with pytest.raises(NotImplementedError):
        read_mat_array(tmp_path / "b.mat", "img", anything)


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    def refuse(shape: tuple[int, ...]) -> None:
        raise OverflowError(shape)

    savemat(tmp_path / "a.mat", {"img": np.zeros((3000, 3000))}, do_compression=True)
    assert (tmp_path / "a.mat").stat().st_size < 100_000
    with pytest.raises(OverflowError):
        read_mat_array(tmp_path / "a.mat", "img", refuse)


def test_every_cut_is_an_error_and_no_crash(tmp_path: Path) -> None:
    path = tmp_path / "a.mat"
    for compressed in (True, False):
        savemat(path, {"img": np.eye(4)}, do_compression=compressed)
        content = path.read_bytes()
        for length in range(0, len(content), 3):
            path.write_bytes(content[:length])
            with pytest.raises(ValueError):  # noqa: PT011 - whichever
                read_mat_array(path, "img", anything)
