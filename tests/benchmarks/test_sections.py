"""The benchmark of reading at a tiny size: what it measures, beside whom, and that it cleans up."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import numpy as np
import pytest
import segyio

from seisview.benchmarks import survey_files
from seisview.benchmarks.report import BenchmarkOptions
from seisview.benchmarks.sections import run
from seisview.benchmarks.survey_files import written_survey
from seisview.benchmarks.timing import can_forget, forget
from seisview.data.geometry import Axis, SectionKey
from seisview.data.opening import open_volume
from seisview.errors import Cancelled, ExportError
from seisview.progress import Progress


def test_every_target_is_measured_beside_its_peers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(survey_files.tempfile, "tempdir", str(tmp_path))
    report = run(BenchmarkOptions(budget="quick"))
    found = {(row[0], row[4]) for row in report.rows}
    assert {row[0] for row in report.rows} >= {"A1", "A2", "A3", "A4", "A5", "export"}
    for target in (("A1", "segyio.open with geometry, nothing read"), ("A2", "segyio")):
        assert target in found
    assert {("A3", "segyio"), ("A3", "segyio mmap"), ("", "zarr")} <= found
    assert all(row[3] for row in report.rows), "something was not measured"
    assert {row[-1] for row in report.rows} == {None}, "a tiny survey proves no target"
    assert not list(tmp_path.iterdir()), "the temporary folder stays"


def test_the_survey_is_kept_in_a_folder_that_is_named(tmp_path: Path) -> None:
    shape = (70, 20, 30)
    path = written_survey(tmp_path, shape, Progress())
    written = path.stat().st_mtime_ns
    assert written_survey(tmp_path, shape, Progress()).stat().st_mtime_ns == written
    volume = open_volume(path)
    assert volume.geometry.shape == shape
    assert volume.geometry.transform is not None
    with segyio.open(path) as file:
        assert list(file.ilines) == list(range(1000, 1070))
        for index in (0, 69):
            section = volume.read_section(SectionKey(Axis.INLINE, index))
            np.testing.assert_allclose(section, file.iline[1000 + index].T, rtol=1e-6)
            assert section.any()
    volume.close()


def test_without_room_it_says_so_and_interrupted_it_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        written_survey(tmp_path, (10, 10, 10), progress)
    assert not list(tmp_path.iterdir())
    usage = shutil.disk_usage(tmp_path)._replace(free=1000)
    monkeypatch.setattr(survey_files.shutil, "disk_usage", lambda _path: usage)
    with pytest.raises(ExportError, match="free space"):
        written_survey(tmp_path, (10, 10, 10), Progress())


def test_a_forgotten_file_still_reads_the_same(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"x" * 100_000)
    forget(path)
    assert isinstance(can_forget(path), bool)
    assert path.read_bytes() == b"x" * 100_000


@pytest.mark.skipif(sys.platform != "linux", reason="other file systems may not know holes")
def test_the_sparse_survey_opens_and_takes_little_room(tmp_path: Path) -> None:
    path = survey_files.written_sparse(tmp_path / "sparse.sgy", Progress())
    volume = open_volume(path)
    assert path.stat().st_size > 19e9
    assert path.stat().st_blocks * 512 < 1e9
    assert (volume.geometry.shape, volume.geometry.inlines.first) == ((250, 305, 32_767), 1000)
    volume.close()
