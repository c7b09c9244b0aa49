from __future__ import annotations

import shutil
import threading
from pathlib import Path

import numpy as np
import pytest

from seisview.data.geometry import Axis, SectionKey
from seisview.data.opening import open_volume
from seisview.data.segy.volume import open_segy
from seisview.data.volume import HeaderBytes
from seisview.errors import Cancelled, GeometryError, VolumeError
from seisview.progress import Progress
from tests.data.reading import read_cube
from tests.data.segy.raw_segy import RawSegy, cube, grid_numbers, survey

INLINES, CROSSLINES = [10, 12, 14, 16], [300, 301, 302, 303, 304]


@pytest.mark.parametrize("code", [1, 2, 3, 5, 6, 7, 8, 9, 10, 11, 12, 15, 16])
@pytest.mark.parametrize("order", [">", "<"])
def test_every_sample_format_and_byte_order_gives_the_same_numbers(
    tmp_path: Path, code: int, order: str
) -> None:
    raw = survey(cube(), INLINES, CROSSLINES, code=code, order=order)
    volume = open_volume(raw.write(tmp_path / "a.sgy"))
    assert volume.info.byte_order == ("big" if order == ">" else "little")
    np.testing.assert_array_equal(read_cube(volume), cube())
    volume.close()


@pytest.mark.parametrize("code", [2, 3, 7, 8, 9])
def test_negative_integers_keep_their_sign(tmp_path: Path, code: int) -> None:
    volume = open_volume(survey(-cube(), INLINES, CROSSLINES, code=code).write(tmp_path / "a.sgy"))
    np.testing.assert_array_equal(read_cube(volume), -cube())


@pytest.mark.parametrize("sorting", ["inline", "crossline"])
@pytest.mark.parametrize("pair", [(189, 193), (9, 21), (5, 17), (17, 21), (181, 185)])
def test_header_bytes_and_sorting_are_detected(tmp_path: Path, sorting: str, pair: tuple[int, int]) -> None:
    raw = survey(cube(), INLINES, CROSSLINES, sorting, pair=pair)
    volume = open_volume(raw.write(tmp_path / "a.sgy"))
    assert volume.info.sorting == sorting
    assert (volume.info.header_bytes.inline, volume.info.header_bytes.crossline) == pair
    assert volume.geometry.inlines.numbers == tuple(INLINES)
    assert volume.geometry.crosslines.numbers == tuple(CROSSLINES)
    np.testing.assert_array_equal(read_cube(volume), cube())


@pytest.mark.parametrize("inlines", [[9, 7, 5, 3], [-4, -3, -2, -1], [1, 2, 5, 6]])
@pytest.mark.parametrize("crosslines", [[40, 30, 20, 10, 0], [1, 2, 4, 8, 16]])
def test_decreasing_and_uneven_line_numbers(
    tmp_path: Path, inlines: list[int], crosslines: list[int]
) -> None:
    volume = open_volume(survey(cube(), inlines, crosslines).write(tmp_path / "a.sgy"))
    assert volume.geometry.inlines.numbers == tuple(inlines)
    assert volume.geometry.crosslines.numbers == tuple(crosslines)
    np.testing.assert_array_equal(read_cube(volume), cube())


def test_bytes_can_be_given(tmp_path: Path) -> None:
    i, j = grid_numbers(INLINES, CROSSLINES)
    raw = RawSegy(cube().reshape(-1, 12), {189: i, 193: j, 61: i + 1000, 65: j + 1000})
    path = raw.write(tmp_path / "a.sgy")
    volume = open_volume(path, HeaderBytes(inline=61, crossline=65))
    assert volume.geometry.inlines.first == 1010
    assert volume.geometry.crosslines.first == 1300
    volume = open_volume(path, HeaderBytes(inline=61))
    assert volume.info.header_bytes.inline == 61
    assert volume.info.header_bytes.crossline == 193


def test_bytes_that_make_no_survey_are_refused_with_what_they_hold(tmp_path: Path) -> None:
    path = survey(cube(), INLINES, CROSSLINES).write(tmp_path / "a.sgy")
    with pytest.raises(
        VolumeError, match=r"Bytes 9 \(inline\) and 13 .*byte 9 holds 0 in every trace"
    ) as caught:
        open_volume(path, HeaderBytes(inline=9, crossline=13))
    assert "other bytes" in caught.value.hint
    with pytest.raises(VolumeError, match="byte 239 lies outside"):
        open_volume(path, HeaderBytes(inline=239))
    with pytest.raises(VolumeError, match="both read from byte 189"):
        open_volume(path, HeaderBytes(inline=189, crossline=189))


def test_missing_traces_are_zero_and_counted(tmp_path: Path) -> None:
    i, j = grid_numbers(INLINES, CROSSLINES)
    keep = np.ones(20, bool)
    keep[[0, 7, 19]] = False
    raw = RawSegy(cube().reshape(-1, 12)[keep], {189: i[keep], 193: j[keep]})
    volume = open_volume(raw.write(tmp_path / "a.sgy"))
    expected = cube().reshape(-1, 12) * keep[:, None]
    np.testing.assert_array_equal(read_cube(volume), expected.reshape(4, 5, 12))
    assert volume.info.n_missing_traces == 3
    assert volume.info.n_traces == 17
    assert volume.info.sorting == "irregular"


def test_shuffled_traces_land_in_their_places(tmp_path: Path) -> None:
    i, j = grid_numbers(INLINES, CROSSLINES)
    mixed = np.random.default_rng(3).permutation(20)
    raw = RawSegy(cube().reshape(-1, 12)[mixed], {189: i[mixed], 193: j[mixed]})
    volume = open_volume(raw.write(tmp_path / "a.sgy"))
    whole = read_cube(volume)
    for number in range(20):
        place = (
            volume.geometry.inlines.index_of(int(i[number])),
            volume.geometry.crosslines.index_of(int(j[number])),
        )
        np.testing.assert_array_equal(whole[place], cube().reshape(-1, 12)[number])


def test_of_repeated_traces_the_first_is_shown_and_said_so(tmp_path: Path) -> None:
    i, j = grid_numbers(INLINES, CROSSLINES)
    traces = np.vstack([cube().reshape(-1, 12), np.full((1, 12), 77.0)])
    raw = RawSegy(traces, {189: np.append(i, 12), 193: np.append(j, 302)})
    volume = open_volume(raw.write(tmp_path / "a.sgy"))
    np.testing.assert_array_equal(read_cube(volume), cube())
    assert any("1 traces repeat" in warning for warning in volume.info.warnings)


@pytest.mark.parametrize("offset_is_slowest", [False, True])
def test_of_prestack_data_the_first_offset_is_shown(tmp_path: Path, offset_is_slowest: bool) -> None:
    i, j = grid_numbers(INLINES, CROSSLINES)
    base = cube().reshape(-1, 12)
    repeat = np.tile if offset_is_slowest else np.repeat
    index = repeat(np.arange(20), 3)
    offsets = np.repeat([500, 100, 900], 20) if offset_is_slowest else np.tile([500, 100, 900], 20)
    raw = RawSegy(base[index] + (offsets[:, None] != 500) * 1000, {189: i[index], 193: j[index], 37: offsets})
    volume = open_volume(raw.write(tmp_path / "a.sgy"))
    np.testing.assert_array_equal(read_cube(volume), cube())
    assert any("3 offsets" in warning and "offset 500" in warning for warning in volume.info.warnings)
    assert volume.info.n_missing_traces == 0


def test_a_2d_line_opens_as_one_section(tmp_path: Path) -> None:
    raw = RawSegy(cube((1, 30, 12))[0], {21: np.arange(100, 130), 9: 7})
    volume = open_volume(raw.write(tmp_path / "a.sgy"))
    assert volume.geometry.shape == (1, 30, 12)
    assert volume.geometry.is_2d
    assert volume.geometry.crosslines.first == 100
    section = volume.read_section(SectionKey(Axis.INLINE, 0))
    np.testing.assert_array_equal(section, cube((1, 30, 12))[0].T)


def test_a_file_without_line_numbers_is_a_2d_line_with_a_warning(tmp_path: Path) -> None:
    raw = RawSegy(cube((1, 30, 12))[0], {1: np.arange(1, 31)})
    volume = open_volume(raw.write(tmp_path / "a.sgy"))
    assert volume.geometry.shape == (1, 30, 12)
    assert any("byte 189 holds 0 in every trace" in warning for warning in volume.info.warnings)


def test_not_finite_samples_become_zero(tmp_path: Path) -> None:
    data = cube()
    data[1, 2, 3:6] = np.nan, np.inf, -np.inf
    volume = open_segy(survey(data, INLINES, CROSSLINES).write(tmp_path / "a.sgy"))
    data[1, 2, 3:6] = 0
    np.testing.assert_array_equal(read_cube(volume), data)
    assert volume.nonfinite_fraction(np.array([1, 0]), np.array([2, 0])) == pytest.approx(3 / 24)


def test_single_traces_and_positions_outside(tmp_path: Path) -> None:
    volume = open_volume(survey(cube(), INLINES, CROSSLINES).write(tmp_path / "a.sgy"))
    rows, columns = np.array([3, 0, 0]), np.array([4, 0, 1])
    np.testing.assert_array_equal(volume.read_traces(rows, columns), cube()[rows, columns])
    assert volume.read_traces(rows[:0], columns[:0]).shape == (0, 12)
    with pytest.raises(GeometryError):
        volume.read_traces(np.array([4]), np.array([0]))
    with pytest.raises(GeometryError):
        volume.read_section(SectionKey(Axis.INLINE, 4))


@pytest.mark.parametrize("sorting", ["inline", "crossline"])
def test_blocks_far_smaller_than_a_section_give_the_same(tmp_path: Path, monkeypatch, sorting: str) -> None:
    trace_bytes = 240 + 4 * 12
    monkeypatch.setattr("seisview.data.segy.traces._BLOCK_BYTES", 2 * trace_bytes)
    monkeypatch.setattr("seisview.data.segy.traces._GROUP_BYTES", 3 * 4 * 12)
    volume = open_volume(survey(cube(), INLINES, CROSSLINES, sorting).write(tmp_path / "a.sgy"))
    np.testing.assert_array_equal(read_cube(volume), cube())
    for index in range(12):
        section = volume.read_section(SectionKey(Axis.SAMPLE, index))
        np.testing.assert_array_equal(section, cube()[:, :, index].T)
    rows, columns = np.random.default_rng(0).integers(0, 4, (2, 30))
    np.testing.assert_array_equal(volume.read_traces(rows, columns), cube()[rows, columns])


def test_the_section_is_the_callers_own(tmp_path: Path) -> None:
    volume = open_volume(survey(cube(), INLINES, CROSSLINES).write(tmp_path / "a.sgy"))
    for axis in Axis:
        section = volume.read_section(SectionKey(axis, 0))
        assert section.dtype == np.float32
        assert section.flags.c_contiguous
        section[:] = -1
        assert (volume.read_section(SectionKey(axis, 0)) != -1).all()


def test_the_fingerprint_follows_the_content_not_the_place(tmp_path: Path) -> None:
    path = survey(cube(), INLINES, CROSSLINES).write(tmp_path / "a.sgy")
    first = open_volume(path).fingerprint
    shutil.copy(path, tmp_path / "b.sgy")
    assert open_volume(tmp_path / "b.sgy").fingerprint == first
    changed = survey(cube(seed=1), INLINES, CROSSLINES).write(tmp_path / "c.sgy")
    assert open_volume(changed).fingerprint != first


def test_reading_from_many_threads_and_closing_meanwhile(tmp_path: Path) -> None:
    volume = open_volume(survey(cube(), INLINES, CROSSLINES).write(tmp_path / "a.sgy"))
    failures: list[BaseException] = []

    def read() -> None:
        try:
            for _ in range(40):
                for axis, expected in ((Axis.INLINE, cube()[2].T), (Axis.SAMPLE, cube()[:, :, 2].T)):
                    np.testing.assert_array_equal(volume.read_section(SectionKey(axis, 2)), expected)
        except VolumeError:
            pass  # closed by the main thread
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    threads[0].join()
    volume.close()
    volume.close()
    for thread in threads:
        thread.join()
    assert not failures
    with pytest.raises(VolumeError, match="closed"):
        volume.read_section(SectionKey(Axis.INLINE, 0))


@pytest.mark.parametrize("axis", list(Axis))
def test_a_file_cut_after_opening_is_an_error_not_a_crash(tmp_path: Path, axis: Axis) -> None:
    path = survey(cube(), INLINES, CROSSLINES).write(tmp_path / "a.sgy")
    volume = open_volume(path)
    with path.open("r+b") as file:
        file.truncate(3700)
    with pytest.raises(VolumeError, match="shorter") as caught:
        volume.read_section(SectionKey(axis, volume.geometry.count(axis) - 1))
    assert caught.value.hint


def test_reading_works_where_the_system_has_no_pread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    for name in ("pread", "posix_fadvise"):
        monkeypatch.delattr(os, name, raising=False)
    volume = open_volume(survey(cube(), INLINES, CROSSLINES).write(tmp_path / "a.sgy"))
    np.testing.assert_array_equal(read_cube(volume), cube())


def test_the_full_scan_reports_and_can_be_cancelled(tmp_path: Path) -> None:
    i, j = grid_numbers(INLINES, CROSSLINES)
    path = RawSegy(cube().reshape(-1, 12)[1:], {189: i[1:], 193: j[1:]}).write(tmp_path / "a.sgy")
    seen: list[str] = []
    open_volume(path, progress=Progress(on_report=lambda state: seen.append(state.message)))
    assert any("headers" in message for message in seen)
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        open_volume(path, progress=progress)
