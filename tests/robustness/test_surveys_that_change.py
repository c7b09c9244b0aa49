"""A survey that disappears, changes, is cut or answers slowly while it is open."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import zarr

from seisview.data.amplitude import measure_amplitudes
from seisview.data.geometry import Axis, SectionKey
from seisview.data.opening import open_volume
from seisview.data.volume import Volume
from seisview.errors import Cancelled, VolumeError
from seisview.export.content import ContentKind
from seisview.labels.facies import FaciesScheme
from seisview.progress import Progress
from seisview.workflows.export import export_content, facies_content
from tests.data.segy.raw_segy import cube, survey

SHAPE = (6, 8, 40)
FIRST = SectionKey(Axis.INLINE, 0)
LAST = SectionKey(Axis.INLINE, SHAPE[0] - 1)


def written(path: Path, seed: int = 0) -> Path:
    lines = [list(range(n)) for n in SHAPE[:2]]
    return survey(cube(SHAPE, seed), [10 + n for n in lines[0]], [50 + n for n in lines[1]]).write(path)


@pytest.fixture
def segy(tmp_path: Path) -> Volume:
    volume = open_volume(written(tmp_path / "s.sgy"))
    assert volume.fingerprint
    return volume


def export(volume: Volume, out: Path, progress: Progress | None = None) -> None:
    facies = np.ones(volume.geometry.shape, np.uint8)
    scheme = FaciesScheme.named(["A"])
    content = facies_content(ContentKind.FACIES, facies, volume, scheme, {})
    export_content(content, volume, out, progress=progress)


def overwrite(path: Path, at: int, content: bytes) -> None:
    with path.open("r+b") as file:
        file.seek(at)
        file.write(content)
    os.utime(path, ns=(0, 12345))


def test_a_survey_that_is_deleted_while_open_stays_readable(segy: Volume, tmp_path: Path) -> None:
    before = segy.read_section(LAST)
    segy.info.path.unlink()
    assert np.array_equal(segy.read_section(LAST), before)
    with pytest.raises(VolumeError, match="There is no file"):
        open_volume(segy.info.path)
    export(segy, tmp_path / "out.sgy")
    assert open_volume(tmp_path / "out.sgy").read_section(LAST).all()


def test_a_survey_written_over_is_noticed_at_the_next_read(segy: Volume, tmp_path: Path) -> None:
    written(tmp_path / "other.sgy", seed=1)
    overwrite(segy.info.path, 0, (tmp_path / "other.sgy").read_bytes())
    reads: list[Callable[[], object]] = [
        lambda: segy.read_section(FIRST),
        lambda: segy.read_section(SectionKey(Axis.SAMPLE, 3)),
        lambda: segy.read_traces(np.array([0]), np.array([0])),
        lambda: export(segy, tmp_path / "out.sgy"),
    ]
    for read in reads:
        with pytest.raises(VolumeError, match="changed by another program") as caught:
            read()
        assert caught.value.hint
    assert not (tmp_path / "out.sgy").exists()


def test_a_survey_that_was_only_touched_goes_on(segy: Volume) -> None:
    before = segy.read_section(LAST)
    os.utime(segy.info.path, ns=(0, 999))
    assert np.array_equal(segy.read_section(LAST), before)


def test_a_survey_changed_during_an_export_leaves_no_file(segy: Volume, tmp_path: Path) -> None:
    def change(_state: object) -> None:
        overwrite(segy.info.path, 3600, bytes(4000))

    with pytest.raises(VolumeError, match="changed by another program"):
        export(segy, tmp_path / "out.sgy", Progress(on_report=change))
    assert [path.name for path in tmp_path.iterdir()] == ["s.sgy"]


def test_a_survey_replaced_by_another_file_keeps_giving_the_one_that_was_opened(
    segy: Volume, tmp_path: Path
) -> None:
    before = segy.read_section(LAST)
    written(tmp_path / "other.sgy", seed=1).replace(segy.info.path)
    assert np.array_equal(segy.read_section(LAST), before)


@pytest.mark.parametrize("n_bytes", [100, 3600, 5000, -1, -200])
def test_a_survey_cut_while_open_is_an_error_for_readers_and_exports(
    segy: Volume, tmp_path: Path, n_bytes: int
) -> None:
    with segy.info.path.open("r+b") as file:
        file.truncate(n_bytes if n_bytes > 0 else segy.info.path.stat().st_size + n_bytes)
    for axis in Axis:
        with pytest.raises(VolumeError, match="shorter"):
            segy.read_section(SectionKey(axis, 0))
    with pytest.raises(VolumeError, match="shorter"):
        export(segy, tmp_path / "out.sgy")
    assert [path.name for path in tmp_path.iterdir()] == ["s.sgy"]


def test_an_array_cut_by_less_than_its_header_is_an_error_not_the_end(tmp_path: Path) -> None:
    # 128 bytes of header and 4096 of numbers: the last 128 numbers' bytes lie on a page of their own.
    np.save(tmp_path / "a.npy", np.ones((2, 8, 64), np.float32))
    volume = open_volume(tmp_path / "a.npy")
    with (tmp_path / "a.npy").open("r+b") as file:
        file.truncate(4096)
    with pytest.raises(VolumeError, match="shorter"):
        volume.read_section(SectionKey(Axis.INLINE, 1))


class SlowVolume:
    """A survey on a slow network: every read takes a while."""

    def __init__(self, volume: Volume, seconds: float) -> None:
        self._volume, self._seconds, self.n_reads = volume, seconds, 0

    def __getattr__(self, name: str) -> object:
        return getattr(self._volume, name)

    def read_section(self, key: SectionKey) -> np.ndarray:
        self.n_reads += 1
        time.sleep(self._seconds)
        return self._volume.read_section(key)

    def read_traces(self, inlines: np.ndarray, crosslines: np.ndarray) -> np.ndarray:
        self.n_reads += 1
        time.sleep(self._seconds)
        return self._volume.read_traces(inlines, crosslines)


def test_jobs_on_a_slow_survey_stop_after_the_read_they_are_in(segy: Volume) -> None:
    from seisview.learn.config import PredictConfig
    from seisview.workflows.facies.segment import predict_facies
    from tests.learn.surveys import random_segmenter

    statistics = measure_amplitudes(segy)
    segmenter = random_segmenter(segy, statistics)  # type: ignore[arg-type]
    slow = SlowVolume(segy, 0.05)
    progress = Progress()

    class Sink:
        n_sections = 0

        def write_section(self, key: SectionKey, facies: object, confidence: object) -> None:
            self.n_sections += 1
            progress.cancel()

    sink = Sink()
    with pytest.raises(Cancelled):
        predict_facies(segmenter, slow, sink, progress, config=PredictConfig(device="cpu"))  # type: ignore[arg-type]
    assert (sink.n_sections, slow.n_reads) == (1, 1)
    with pytest.raises(Cancelled):
        measure_amplitudes(slow, progress)  # type: ignore[arg-type]
    assert slow.n_reads <= 2


@pytest.fixture(params=["npy", "zarr"])
def array(request: pytest.FixtureRequest, tmp_path: Path) -> Volume:
    amplitudes = np.random.default_rng(0).normal(size=SHAPE).astype(np.float32)
    if request.param == "npy":
        np.save(tmp_path / "a.npy", amplitudes)
        volume = open_volume(tmp_path / "a.npy")
    else:
        zarr.save_array(str(tmp_path / "a.zarr"), amplitudes)
        volume = open_volume(tmp_path / "a.zarr")
        volume._watch.every_s = 0.0
    assert volume.fingerprint
    return volume


def test_an_array_written_over_is_noticed_at_the_next_read(array: Volume) -> None:
    path = array.info.path
    if array.info.format == "npy":
        np.load(path, mmap_mode="r+")[:] = 7.0
        os.utime(path, ns=(0, 12345))
    else:
        zarr.open(str(path), mode="r+")[:] = 7.0
    reads: list[Callable[[], object]] = [
        lambda: array.read_section(FIRST),
        lambda: array.read_section(SectionKey(Axis.SAMPLE, 3)),
        lambda: array.read_traces(np.array([0]), np.array([0])),
    ]
    for read in reads:
        with pytest.raises(VolumeError, match="changed by another program") as caught:
            read()
        assert caught.value.hint


def test_an_array_of_which_only_the_time_changed_is_read_on(array: Volume) -> None:
    before = array.read_section(LAST)
    path = array.info.path
    os.utime(path if path.is_file() else path / "zarr.json", ns=(0, 12345))
    assert np.array_equal(array.read_section(LAST), before)
    assert np.array_equal(array.read_section(FIRST), array.read_section(FIRST))


def test_an_npy_file_that_is_replaced_or_removed_is_read_on_as_it_was(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.ones(SHAPE, np.float32))
    volume = open_volume(tmp_path / "a.npy")
    assert volume.fingerprint
    np.save(tmp_path / "b.npy", np.zeros((2, 2, 2), np.float32))
    (tmp_path / "b.npy").replace(tmp_path / "a.npy")
    assert volume.read_section(LAST).all()
    (tmp_path / "a.npy").unlink()
    assert volume.read_section(LAST).all()


def test_chunks_are_looked_at_from_time_to_time_only(tmp_path: Path) -> None:
    zarr.save_array(str(tmp_path / "a.zarr"), np.ones(SHAPE, np.float32))
    volume = open_volume(tmp_path / "a.zarr")
    assert volume.fingerprint
    looks: list[int] = []
    volume._hash = lambda: (looks.append(1), volume.fingerprint)[1]
    for _ in range(5):
        volume.read_section(FIRST)
    assert looks == []
    volume._watch._looked_at -= 11
    for _ in range(5):
        volume.read_section(FIRST)
    assert len(looks) == 1
