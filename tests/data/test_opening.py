from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from seisview.data.opening import open_volume
from seisview.errors import VolumeError
from tests.data.segy.raw_segy import cube, survey


def test_segy_is_known_by_its_content_whatever_its_name(tmp_path: Path) -> None:
    path = survey(cube(), [1, 2, 3, 4], [1, 2, 3, 4, 5]).write(tmp_path / "no suffix at all")
    assert open_volume(str(path)).info.format == "segy"
    assert open_volume(path).geometry.shape == (4, 5, 12)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\x89HDF\r\n\x1a\n", "HDF5"),
        (b"PK\x03\x04", "zip"),
        (b"CDF\x01", "netCDF"),
        (b"\x1f\x8b", "gzip"),
        (b"hello", "no SEG-Y file"),
        (b"plain text " * 1000, "is a text file"),
        (b"not text: \x00\xff" * 1000, "bytes 3225-3226 hold sample format"),
    ],
)
def test_other_files_are_named_for_what_they_are(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "a.sgy"
    path.write_bytes(content)
    with pytest.raises(VolumeError, match=said) as caught:
        open_volume(path)
    assert caught.value.hint


def test_paths_that_hold_nothing(tmp_path: Path) -> None:
    with pytest.raises(VolumeError, match="There is no file"):
        open_volume(tmp_path / "missing.sgy")
    with pytest.raises(VolumeError, match="is a folder"):
        open_volume(tmp_path)
    (tmp_path / "a.su").write_bytes(bytes(5000))
    with pytest.raises(VolumeError, match="Seismic Unix"):
        open_volume(tmp_path / "a.su")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    path = survey(cube(), [1, 2, 3, 4], [1, 2, 3, 4, 5]).write(tmp_path / "a.sgy")
    path.chmod(0)
    with pytest.raises(VolumeError, match="may not be read"):
        open_volume(path)


def test_opening_segy_loads_no_heavy_library(tmp_path: Path) -> None:
    path = survey(cube(), [1, 2, 3, 4], [1, 2, 3, 4, 5]).write(tmp_path / "a.sgy")
    script = (
        "import sys; from seisview.data.opening import open_volume; "
        f"open_volume({str(path)!r}); "
        "print([name for name in ('scipy', 'torch', 'zarr', 'sklearn', 'PySide6') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
