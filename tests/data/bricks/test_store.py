"""The fast copy against the survey it was made from: equal, resumable, and never used when it is not."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
import tracemalloc
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from seisview.data.amplitude import AmplitudeStatistics, measure_amplitudes
from seisview.data.bricks import layout as store_layout
from seisview.data.bricks.codes import GAP, ZERO
from seisview.data.bricks.fast_volume import FastVolume
from seisview.data.bricks.file import BrickFile
from seisview.data.bricks.folder import bricks_path, clean_bricks, stored_bricks
from seisview.data.bricks.opening import open_bricks
from seisview.data.bricks.store import BrickReader
from seisview.data.cached_files import building_alone
from seisview.data.geometry import Axis, LineNumbers, SectionKey, SurveyGeometry, section_of
from seisview.data.opening import open_volume
from seisview.data.segy.write import SegyLayout, create_segy
from seisview.data.volume import SourceInfo, Volume
from seisview.errors import Cancelled, ExportError, GeometryError, VolumeError
from seisview.progress import Progress
from seisview.workflows.bricks import BricksConfig, BricksGrown, BricksOpened, build_bricks

SHAPE = (150, 70, 67)


@dataclass
class ArraySurvey:
    """A survey in memory that counts what is read of it."""

    amplitude: np.ndarray
    there: np.ndarray
    info: SourceInfo
    fingerprint: str = "0123456789abcdef"
    traces_read: int = 0
    hooks: list = field(default_factory=list)

    @property
    def geometry(self) -> SurveyGeometry:
        return geometry_of(self.amplitude.shape)

    def read_section(self, key: SectionKey) -> np.ndarray:
        self.geometry.check(key)
        return np.ascontiguousarray(section_of(self.amplitude, key))

    def read_traces(self, inline_indices: np.ndarray, crossline_indices: np.ndarray) -> np.ndarray:
        for hook in self.hooks:
            hook()
        self.traces_read += len(inline_indices)
        return self.amplitude[inline_indices, crossline_indices]

    def present(self, inline_indices: np.ndarray, crossline_indices: np.ndarray) -> np.ndarray:
        return self.there[inline_indices, crossline_indices]

    def close(self) -> None:
        pass


def geometry_of(shape: tuple[int, ...]) -> SurveyGeometry:
    lines = LineNumbers.regular(100, 2, shape[0]), LineNumbers.regular(500, 1, shape[1])
    return SurveyGeometry(*lines, shape[2], 0.0, 4.0)


def amplitudes(shape: tuple[int, int, int], seed: int = 0) -> np.ndarray:
    """Noise with zeros and a few values far beyond the clip."""
    rng = np.random.default_rng(seed)
    values = rng.standard_normal(shape).astype(np.float32) * 1500
    values[rng.random(shape) < 0.1] = 0
    values[rng.random(shape) < 0.01] *= 1e6
    return values


def survey_in(folder: Path, shape: tuple[int, int, int] = SHAPE, **changes: object) -> ArraySurvey:
    there = np.ones(shape[:2], bool)
    options = {"sorting": "inline", "seed": 0, "holes": 0.0} | changes
    there[np.random.default_rng(1).random(shape[:2]) < options["holes"]] = False
    values = amplitudes(shape, options["seed"])
    values[~there] = 0
    missing = int((~there).sum())
    info = SourceInfo(
        folder / "none", "segy", "float32", sorting=options["sorting"], n_missing_traces=missing
    )
    return ArraySurvey(values, there, info)


def statistics_with(clip: float) -> AmplitudeStatistics:
    return AmplitudeStatistics(-clip, clip, 0, 1, 0, 0, (80.0, 100.0), (clip, clip), 1, 0, 0.0)


def built(volume: Volume, folder: Path, clip: float = 4000.0) -> BrickReader:
    assert build_bricks(volume, statistics_with(clip), config=BricksConfig(folder)) is not None
    reader = open_bricks(volume, folder)
    assert reader is not None
    assert reader.is_complete
    return reader


def assert_faithful(values: np.ndarray, expected: np.ndarray, clip: float) -> None:
    step = clip / 127
    held = np.clip(expected, -clip, clip)
    assert values.shape == expected.shape
    assert values.dtype == np.float32
    assert np.abs(values - held).max(initial=0) <= step / 2 * 1.001
    assert not values[expected == 0].any()


def all_keys(shape: tuple[int, ...]) -> Iterator[SectionKey]:
    for axis, count in zip(Axis, shape, strict=True):
        for index in sorted({0, count // 3, count // 2, min(63, count - 1), min(64, count - 1), count - 1}):
            yield SectionKey(axis, index)


# --- what is read is what was there ----------------------------------------------------------------------


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    shape=st.tuples(st.integers(2, 140), st.integers(2, 140), st.integers(1, 140)),
    sorting=st.sampled_from(["inline", "crossline"]),
    holes=st.sampled_from([0.0, 0.2]),
    slab_bytes=st.sampled_from([1, 64 << 20]),
    seed=st.integers(0, 99),
)
def test_every_section_is_the_survey_in_8_bits(
    tmp_path_factory: pytest.TempPathFactory,
    shape: tuple[int, int, int],
    sorting: str,
    holes: float,
    slab_bytes: int,
    seed: int,
) -> None:
    folder, clip = tmp_path_factory.mktemp("bricks"), 4000.0
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(store_layout, "_SLAB_BYTES", slab_bytes)
        volume = survey_in(folder, shape, sorting=sorting, holes=holes, seed=seed)
        reader = built(volume, folder, clip)
        for key in all_keys(shape):
            coded = reader.slice_codes(key)
            assert coded.is_full
            expected = volume.read_section(key)
            assert_faithful(reader.amplitudes(coded.codes), expected, clip)
            gaps = np.broadcast_to(
                ~section_of(volume.there[:, :, None].repeat(shape[2], 2), key), coded.codes.shape
            )
            np.testing.assert_array_equal(coded.codes == GAP, gaps)
            assert (coded.codes[(expected == 0) & ~gaps] == ZERO).all()
        rng = np.random.default_rng(seed)
        rows, columns = rng.integers(0, shape[0], 40), rng.integers(0, shape[1], 40)
        along = reader.amplitudes(reader.line_codes(rows, columns).codes)
        assert_faithful(along, volume.amplitude[rows, columns].T, clip)


@pytest.mark.parametrize("sorting", [Axis.INLINE, Axis.CROSSLINE])
def test_a_segy_file_with_missing_traces(tmp_path: Path, sorting: Axis) -> None:
    shape = (70, 81, 66)
    present = np.random.default_rng(2).random(shape[:2]) > 0.1
    values = amplitudes(shape) / 1e6
    create_segy(tmp_path / "a.sgy", values, geometry_of(shape), (), SegyLayout(5, sorting, present))
    volume = open_volume(tmp_path / "a.sgy")
    build_bricks(volume, measure_amplitudes(volume))
    reader = open_bricks(volume)
    assert reader is not None
    for key in all_keys(shape):
        assert_faithful(reader.read_section(key), volume.read_section(key), reader.clip)
    np.testing.assert_array_equal(reader.slice_codes(SectionKey(Axis.SAMPLE, 5)).codes == GAP, ~present.T)
    volume.close()


@pytest.mark.parametrize("kind", ["npy", "zarr"])
def test_other_sources(tmp_path: Path, kind: str) -> None:
    values = amplitudes((66, 130, 40))
    if kind == "npy":
        np.save(tmp_path / "a.npy", values)
    else:
        import zarr

        zarr.create_array(str(tmp_path / "a.zarr"), data=values, chunks=(32, 32, 32))
    volume = open_volume(tmp_path / f"a.{kind}")
    reader = built(volume, tmp_path)
    for key in all_keys(values.shape):
        assert_faithful(reader.read_section(key), section_of(values, key), reader.clip)


def test_positions_outside_are_refused(tmp_path: Path) -> None:
    reader = built(survey_in(tmp_path), tmp_path)
    with pytest.raises(GeometryError):
        reader.slice_codes(SectionKey(Axis.SAMPLE, SHAPE[2]))
    with pytest.raises(GeometryError):
        reader.line_codes(np.array([0, SHAPE[0]]), np.array([0, 0]))
    reader.close()
    with pytest.raises(VolumeError):
        reader.slice_codes(SectionKey(Axis.SAMPLE, 0))


def test_a_2d_line_gets_no_fast_copy(tmp_path: Path) -> None:
    volume = survey_in(tmp_path, (1, 50, 30))
    assert build_bricks(volume, statistics_with(1.0), config=BricksConfig(tmp_path)) is None
    assert stored_bricks(tmp_path) == []


def test_systems_without_positioned_writes_and_hints(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "posix_fadvise")
    monkeypatch.delattr(os, "pwrite")
    volume = survey_in(tmp_path)
    reader = built(volume, tmp_path)
    for key in all_keys(SHAPE):
        assert_faithful(reader.read_section(key), volume.read_section(key), reader.clip)


# --- while it is built -----------------------------------------------------------------------------------


def test_time_slices_are_there_from_the_coarse_level_first(tmp_path: Path) -> None:
    volume, seen = survey_in(tmp_path), []
    readers: list[BrickReader] = []

    def look(event: object) -> None:
        if isinstance(event, BricksOpened):
            readers.append(event.bricks)
            assert not event.bricks.slice_codes(SectionKey(Axis.SAMPLE, 9)).is_whole
        if isinstance(event, BricksGrown):
            coded = readers[0].slice_codes(SectionKey(Axis.SAMPLE, 9))
            seen.append((event.fraction, coded.full, coded.coarse))
            expected = volume.amplitude[:, :, 9].T
            values = readers[0].amplitudes(coded.codes)
            assert_faithful(values[::8, ::8], expected[::8, ::8], 4000.0)
            sharp = round(coded.full * SHAPE[0])
            assert_faithful(values[:, :sharp], expected[:, :sharp], 4000.0)
            line = np.arange(0, SHAPE[0], 8)
            assert readers[0].line_codes(line, 0 * line).is_whole
            crossline = readers[0].slice_codes(SectionKey(Axis.CROSSLINE, 8))
            assert_faithful(
                readers[0].amplitudes(crossline.codes)[:, ::8], volume.amplitude[::8, 8].T, 4000.0
            )

    build_bricks(volume, statistics_with(4000.0), Progress(on_event=look), BricksConfig(tmp_path))
    assert [fraction for fraction, _, _ in seen] == pytest.approx([0, 1 / 3, 2 / 3, 1])
    assert [full for _, full, _ in seen] == pytest.approx([0, 64 / 150, 128 / 150, 1])
    assert all(full + coarse == pytest.approx(1) for _, full, coarse in seen)


def test_a_cancelled_build_goes_on_where_it_stopped(tmp_path: Path) -> None:
    volume = survey_in(tmp_path)
    progress = Progress(on_event=lambda event: getattr(event, "fraction", 0) > 0.3 and progress.cancel())
    with pytest.raises(Cancelled):
        build_bricks(volume, statistics_with(4000.0), progress, BricksConfig(tmp_path))
    half = open_bricks(volume, tmp_path)
    assert half is not None
    assert half.fraction == pytest.approx(1 / 3)
    volume.traces_read = 0
    reader = built(volume, tmp_path)
    assert volume.traces_read == (SHAPE[0] - 64) * SHAPE[1]
    assert_faithful(reader.read_section(SectionKey(Axis.SAMPLE, 3)), volume.amplitude[:, :, 3].T, 4000.0)
    volume.traces_read = 0
    built(volume, tmp_path)
    assert volume.traces_read == 0


KILLED = """
import os, signal, sys
from pathlib import Path
from tests.data.bricks.test_store import *
folder, kill_at = Path(sys.argv[1]), int(sys.argv[2])
volume = survey_in(folder)
def hook():
    volume.hooks_run = getattr(volume, "hooks_run", 0) + 1
    if volume.hooks_run == kill_at:
        os.kill(os.getpid(), signal.SIGKILL)
volume.hooks.append(hook)
build_bricks(volume, statistics_with(4000.0), config=BricksConfig(folder))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL")
@pytest.mark.parametrize("kill_at", [2, 30, 110])
def test_killed_while_building_then_resumed(tmp_path: Path, kill_at: int) -> None:
    code = subprocess.run(
        [sys.executable, "-c", KILLED, str(tmp_path), str(kill_at)],
        cwd=Path(__file__).parents[3],
        check=False,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])},
    ).returncode
    assert code == -signal.SIGKILL
    volume = survey_in(tmp_path)
    partial = open_bricks(volume, tmp_path)
    assert partial is not None
    assert partial.fraction == pytest.approx(1 / 3 if kill_at == 110 else 0)
    reader = built(volume, tmp_path)
    for key in all_keys(SHAPE):
        assert_faithful(reader.read_section(key), volume.read_section(key), reader.clip)


def test_building_takes_the_same_memory_for_a_longer_survey(tmp_path: Path) -> None:
    peaks = []
    for n_inlines in (128, 512):
        volume = survey_in(tmp_path, (n_inlines, 128, 64))
        volume.fingerprint = str(n_inlines)
        tracemalloc.start()
        build_bricks(volume, statistics_with(1.0), config=BricksConfig(tmp_path))
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.2 * peaks[0]


def test_reading_from_many_threads_while_it_is_built(tmp_path: Path) -> None:
    volume, failures, readers, stop = survey_in(tmp_path), [], [], threading.Event()
    volume.hooks.append(lambda: time.sleep(0.002))

    def read() -> None:
        rng = np.random.default_rng(threading.get_ident() % 1000)
        try:
            while not stop.is_set():
                if readers:
                    axis = list(Axis)[rng.integers(3)]
                    key = SectionKey(axis, int(rng.integers(volume.geometry.count(axis))))
                    coded = readers[0].slice_codes(key)
                    if coded.is_full:
                        assert_faithful(readers[0].amplitudes(coded.codes), volume.read_section(key), 4000.0)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    install = Progress(on_event=lambda e: isinstance(e, BricksOpened) and readers.append(e.bricks))
    build_bricks(volume, statistics_with(4000.0), install, BricksConfig(tmp_path))
    time.sleep(0.1)
    stop.set()
    for thread in threads:
        thread.join()
    assert failures == []
    assert readers[0].is_complete


def test_only_one_builds(tmp_path: Path) -> None:
    volume = survey_in(tmp_path)
    with building_alone(bricks_path(volume.fingerprint, tmp_path)) as alone:
        assert alone
        assert build_bricks(volume, statistics_with(1.0), config=BricksConfig(tmp_path)) is None
        assert clean_bricks(0, tmp_path) == []
    assert build_bricks(volume, statistics_with(1.0), config=BricksConfig(tmp_path)) is not None


# --- damage and change -----------------------------------------------------------------------------------


def overwrite(path: Path, offset: int, content: bytes) -> None:
    with path.open("r+b") as file:
        file.seek(offset)
        file.write(content)


@pytest.mark.parametrize(
    "key", [SectionKey(Axis.SAMPLE, 10), SectionKey(Axis.INLINE, 70), SectionKey(Axis.CROSSLINE, 3)]
)
def test_a_damaged_page_is_found_never_shown_and_mended(tmp_path: Path, key: SectionKey) -> None:
    volume = survey_in(tmp_path)
    built(volume, tmp_path).close()
    path = bricks_path(volume.fingerprint, tmp_path)
    layout = BrickFile(path).layout
    page = (layout.first_brick(1, 0) * 64 + 10) * 4096
    overwrite(path, layout.bricks_offset + page + 100, b"\x07" * 8)
    fast = FastVolume(volume, open_bricks(volume, tmp_path))
    assert fast.bricks is not None
    coded = fast.bricks.slice_codes(key)
    assert not coded.is_full
    assert coded.is_whole
    np.testing.assert_array_equal(fast.read_section(key), volume.read_section(key))
    volume.traces_read = 0
    reader = built(volume, tmp_path)
    assert volume.traces_read == 64 * SHAPE[1]
    assert_faithful(reader.read_section(key), volume.read_section(key), reader.clip)
    assert fast.bricks.slice_codes(key).is_full


def test_lost_writes_are_found(tmp_path: Path) -> None:
    """After a power cut, entries may have reached the disk before what they stand for."""
    volume = survey_in(tmp_path)
    built(volume, tmp_path).close()
    path = bricks_path(volume.fingerprint, tmp_path)
    layout = BrickFile(path).layout
    overwrite(path, layout.bricks_offset, bytes(4096 * 64))
    overwrite(path, layout.sums_offset + layout.first_brick(2, 0) * 64 * 8, bytes(8))
    overwrite(path, layout.coarse_offset + 50, bytes(100))
    reader = open_bricks(volume, tmp_path)
    assert reader is not None
    coded = reader.slice_codes(SectionKey(Axis.SAMPLE, 0))
    assert coded.full == pytest.approx(64 / 150)
    assert not coded.is_whole
    reader = built(volume, tmp_path)
    for key in all_keys(SHAPE):
        assert_faithful(reader.read_section(key), volume.read_section(key), reader.clip)


@pytest.mark.parametrize(
    ("offset", "content"), [(0, b"XXXX"), (8, b"\x63"), (40, b"~~"), (12, b"\xff\xff\xff\xff"), (0, b"")]
)
def test_a_file_that_is_no_fast_copy_is_made_again(tmp_path: Path, offset: int, content: bytes) -> None:
    volume = survey_in(tmp_path)
    built(volume, tmp_path).close()
    path = bricks_path(volume.fingerprint, tmp_path)
    if content:
        overwrite(path, offset, content)
    else:
        os.truncate(path, 5000)
    assert open_bricks(volume, tmp_path) is None
    built(volume, tmp_path)


def test_a_file_that_is_cut_while_open(tmp_path: Path) -> None:
    volume = survey_in(tmp_path)
    fast = FastVolume(volume, built(volume, tmp_path))
    os.truncate(bricks_path(volume.fingerprint, tmp_path), 5000)
    assert fast.bricks is not None
    with pytest.raises(VolumeError):
        fast.bricks.slice_codes(SectionKey(Axis.SAMPLE, 0))
    key = SectionKey(Axis.SAMPLE, 0)
    np.testing.assert_array_equal(fast.read_section(key), volume.read_section(key))


def test_a_changed_segy_is_noticed_beyond_its_fingerprint(tmp_path: Path) -> None:
    path = tmp_path / "a.sgy"
    create_segy(path, amplitudes((40, 41, 20)) / 1e6, geometry_of((40, 41, 20)))
    volume = open_volume(path)
    built(volume, tmp_path)
    volume.close()
    # trace 1 is none of those that the fingerprint looks at
    overwrite(path, 3600 + (240 + 80) + 240 + 8, b"\x41\x10\x00\x00")
    changed = open_volume(path)
    assert changed.fingerprint == volume.fingerprint
    assert open_bricks(changed, tmp_path) is None
    reader = built(changed, tmp_path)
    key = SectionKey(Axis.INLINE, 0)
    assert_faithful(reader.read_section(key), changed.read_section(key), reader.clip)
    changed.close()


def test_a_changed_zarr_is_noticed(tmp_path: Path) -> None:
    import zarr

    array = zarr.create_array(str(tmp_path / "a.zarr"), data=amplitudes((40, 41, 20)), chunks=(20, 20, 20))
    volume = open_volume(tmp_path / "a.zarr")
    built(volume, tmp_path).close()
    assert open_bricks(volume, tmp_path) is not None
    array[:, 1:40] *= -1
    assert open_bricks(volume, tmp_path) is None


def test_a_survey_that_changes_while_it_is_copied(tmp_path: Path) -> None:
    path = tmp_path / "a.sgy"
    create_segy(path, amplitudes((40, 41, 20)) / 1e6, geometry_of((40, 41, 20)))
    volume = open_volume(path)
    touch = Progress(on_event=lambda _: os.utime(path, ns=(1, 1)))
    with pytest.raises(VolumeError, match="changed while"):
        build_bricks(volume, statistics_with(1.0), touch, BricksConfig(tmp_path))
    assert open_bricks(volume, tmp_path) is None
    volume.close()


# --- room ------------------------------------------------------------------------------------------------


def test_the_copies_used_least_recently_are_cleaned(tmp_path: Path) -> None:
    paths = []
    for number in range(4):
        volume = survey_in(tmp_path, (64, 64, 64))
        volume.fingerprint = f"survey{number}"
        built(volume, tmp_path)
        paths.append(bricks_path(volume.fingerprint, tmp_path))
        os.utime(paths[-1], (1000 + number, 1000 + number))
    os.utime(paths[0], (5000, 5000))
    one = stored_bricks(tmp_path)[0].n_bytes
    assert [item.path for item in stored_bricks(tmp_path)] == [paths[1], paths[2], paths[3], paths[0]]
    assert clean_bricks(3 * one + 100, tmp_path, keep=frozenset({paths[1]})) == [paths[2]]
    volume.fingerprint = "another"
    build_bricks(volume, statistics_with(1.0), config=BricksConfig(tmp_path, max_bytes=int(3.5 * one)))
    assert not paths[1].exists()
    assert paths[0].exists()
    assert paths[3].exists()


def test_leftovers_of_killed_programs_are_cleaned(tmp_path: Path) -> None:
    old, young = tmp_path / ".a-0123.bricks", tmp_path / ".b-0123.bricks"
    for path in (old, young, tmp_path / "gone.lock"):
        path.write_bytes(b"x")
    os.utime(old, (1, 1))
    os.utime(tmp_path / "gone.lock", (1, 1))
    clean_bricks(folder=tmp_path)
    assert [path.name for path in sorted(tmp_path.iterdir())] == [young.name]


def test_no_room_is_said_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    volume = survey_in(tmp_path)
    with pytest.raises(ExportError, match="more than"):
        build_bricks(volume, statistics_with(1.0), config=BricksConfig(tmp_path, max_bytes=1000))
    monkeypatch.setattr("shutil.disk_usage", lambda _: os.terminal_size((0, 0)) and _Usage())
    with pytest.raises(ExportError, match="left"):
        build_bricks(volume, statistics_with(1.0), config=BricksConfig(tmp_path))
    assert stored_bricks(tmp_path) == []


class _Usage:
    free = 10_000


def test_a_disk_that_fills_up_is_an_error_and_the_rest_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    volume, write, left = survey_in(tmp_path), os.pwrite, [12]

    def full_soon(number: int, content: memoryview, offset: int) -> int:
        left[0] -= 1
        if left[0] < 0:
            raise OSError(28, "No space left on device")
        return write(number, content, offset)

    monkeypatch.setattr(os, "pwrite", full_soon)
    with pytest.raises(ExportError, match="disk is full"):
        build_bricks(volume, statistics_with(4000.0), config=BricksConfig(tmp_path))
    monkeypatch.setattr(os, "pwrite", write)
    reader = open_bricks(volume, tmp_path)
    assert reader is not None
    assert 0 < reader.fraction < 1
    built(volume, tmp_path)


# --- as a volume -----------------------------------------------------------------------------------------


def test_a_fast_volume_is_the_survey_but_for_time_slices(tmp_path: Path) -> None:
    volume = survey_in(tmp_path, holes=0.1)
    fast = FastVolume(volume)
    assert isinstance(fast, Volume)
    slice_key = SectionKey(Axis.SAMPLE, 20)
    np.testing.assert_array_equal(fast.read_section(slice_key), volume.read_section(slice_key))
    assert fast.read_quick(slice_key).is_final
    fast.use_bricks(built(volume, tmp_path))
    for key in all_keys(SHAPE):
        section, exact = fast.read_section(key), volume.read_section(key)
        if key.axis is Axis.SAMPLE:
            assert_faithful(section, exact, 4000.0)
            np.testing.assert_array_equal(fast.read_quick(key).amplitude, section)
        else:
            np.testing.assert_array_equal(section, exact)
    rows = np.arange(10)
    np.testing.assert_array_equal(fast.read_traces(rows, rows), volume.read_traces(rows, rows))
    np.testing.assert_array_equal(fast.present(rows, rows), volume.present(rows, rows))
    fast.close()
    fast.close()
    assert fast.bricks is None


def test_a_fast_volume_shows_coarse_slices_only_to_those_who_ask(tmp_path: Path) -> None:
    volume = survey_in(tmp_path)
    fast, key, looked = FastVolume(volume), SectionKey(Axis.SAMPLE, 20), []

    def look(event: object) -> None:
        if isinstance(event, BricksOpened):
            fast.use_bricks(event.bricks)
        if getattr(event, "fraction", 1) < 1:
            quick = fast.read_quick(key)
            looked.append(quick.full)
            assert not quick.is_final
            np.testing.assert_array_equal(fast.read_section(key), volume.read_section(key))

    build_bricks(volume, statistics_with(4000.0), Progress(on_event=look), BricksConfig(tmp_path))
    assert len(looked) == 3
    assert fast.read_quick(key).is_final
