from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from io import BufferedWriter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import segyio

from seisview.data.geometry import Axis, LineNumbers, SurveyGeometry
from seisview.data.opening import open_volume
from seisview.data.segy.write import SegyLayout, create_segy
from seisview.errors import Cancelled, ExportError
from seisview.export.content import ArrayCube, Content, ContentKind
from seisview.export.samples import choose_format, sample_coding
from seisview.export.segy import _values, export_segy
from seisview.labels.facies import FaciesClass, FaciesScheme
from seisview.progress import Progress, ProgressState
from tests.export.raw_segy import read_raw

Make = Callable[..., Any]


def exported(content: Content, survey: Path, out: Path, sample_format: int | None = None) -> str:
    volume = open_volume(survey)
    try:
        return export_segy(content, volume, out, sample_format)
    finally:
        volume.close()


def expected_traces(values: np.ndarray, sorting: Axis, present: np.ndarray | None) -> np.ndarray:
    mask = np.ones(values.shape[:2], bool) if present is None else present
    if sorting is Axis.CROSSLINE:
        return values.transpose(1, 0, 2)[mask.T]
    return values[mask]


@pytest.mark.parametrize("sorting", [Axis.INLINE, Axis.CROSSLINE])
@pytest.mark.parametrize("sample_format", [1, 2, 3, 5, 8])
def test_facies_keep_format_headers_and_order(
    sorting: Axis, sample_format: int, content: Make, survey_file: Make, values: np.ndarray, tmp_path: Path
) -> None:
    survey = survey_file(sample_format, sorting)
    out = tmp_path / "facies.sgy"
    said = exported(content(), survey, out)
    before, after = read_raw(survey), read_raw(out)
    assert f"format {sample_format}" in said
    assert after.binary == before.binary
    np.testing.assert_array_equal(after.headers, before.headers)
    np.testing.assert_array_equal(after.samples, expected_traces(values, sorting, None))
    assert out.stat().st_size == survey.stat().st_size


def test_segyio_reads_geometry_and_classes(
    content: Make, survey_file: Make, values: np.ndarray, tmp_path: Path
) -> None:
    out = tmp_path / "facies.sgy"
    exported(content(), survey_file(1), out)
    with segyio.open(out, iline=189, xline=193) as file:
        assert list(file.ilines) == [100, 102, 104, 106, 108]
        assert sorted(file.xlines) == list(range(301, 308))
        np.testing.assert_allclose(file.samples, 40 + 4 * np.arange(16))
        np.testing.assert_array_equal(file.iline[102].T, values[1].T)
        text = segyio.tools.wrap(file.text[0]).upper()
    color = content().scheme.get(2).color.upper()
    assert f"CLASS   2 {color}  SAND" in text
    assert "MODEL: ABC123" in text
    assert "CANAL D'ETE" in text
    assert "A SURVEY OF TESTS" in text


def test_missing_traces_stay_missing(
    content: Make, survey_file: Make, values: np.ndarray, tmp_path: Path
) -> None:
    present = np.ones(values.shape[:2], bool)
    present[1, 2:5] = present[4, 6] = present[0, 0] = False
    survey = survey_file(5, Axis.INLINE, present)
    exported(content(), survey, tmp_path / "facies.sgy")
    before, after = read_raw(survey), read_raw(tmp_path / "facies.sgy")
    np.testing.assert_array_equal(after.headers, before.headers)
    np.testing.assert_array_equal(after.samples, values[present])


def test_shuffled_and_repeated_traces_keep_the_order_of_the_source(
    content: Make, geometry: SurveyGeometry, survey_file: Make, values: np.ndarray, tmp_path: Path
) -> None:
    survey = survey_file()
    raw = survey.read_bytes()
    traces = np.frombuffer(raw[3600:], np.uint8).reshape(35, -1)
    order = np.random.default_rng(3).permutation(35)
    order = np.concatenate([order, order[:2]])
    survey.write_bytes(raw[:3600] + traces[order].tobytes())
    volume = open_volume(survey)
    assert volume.info.sorting == "irregular"
    rows = [geometry.inlines.index_of(number) for number in volume.geometry.inlines.numbers]
    columns = [geometry.crosslines.index_of(number) for number in volume.geometry.crosslines.numbers]
    arranged = replace(content(), geometry=volume.geometry, cube=ArrayCube(values[np.ix_(rows, columns)]))
    export_segy(arranged, volume, tmp_path / "facies.sgy")
    after = read_raw(tmp_path / "facies.sgy")
    np.testing.assert_array_equal(after.headers, traces[order][:, :240])
    np.testing.assert_array_equal(after.samples, values.reshape(35, -1)[order])


def test_little_endian_ascii_and_extended_header_survive(
    content: Make, survey_file: Make, values: np.ndarray, tmp_path: Path
) -> None:
    source = read_raw(survey_file())
    survey = tmp_path / "little.sgy"
    binary = bytearray(np.frombuffer(source.binary, ">u2").astype("<u2").tobytes())
    for at in (0, 4, 8):
        binary[at : at + 4] = source.binary[at : at + 4][::-1]
    binary[304:306] = (1).to_bytes(2, "little")
    headers = source.headers.copy()
    for byte, width in [(1, 4), (5, 4), (9, 4), (21, 4), (189, 4), (193, 4), (181, 4), (185, 4), (71, 2)] + [
        (b, 2) for b in (29, 109, 115, 117)
    ]:
        headers[:, byte - 1 : byte - 1 + width] = headers[:, byte - 1 : byte - 1 + width][:, ::-1]
    samples = np.ascontiguousarray(source.samples.astype("<f4")).view(np.uint8)
    extended = b"((SEG: EndText))".ljust(3200)
    text = b"C01 LITTLE AND ASCII".ljust(80) + b" " * 3120
    survey.write_bytes(text + bytes(binary) + extended + np.concatenate([headers, samples], axis=1).tobytes())
    exported(content(), survey, tmp_path / "facies.sgy")
    after = (tmp_path / "facies.sgy").read_bytes()
    assert after[:80].startswith(b"C01 SEISVIEW")
    assert b"LITTLE AND ASCII" in after[:3200]
    assert after[3200:6800] == bytes(binary) + extended
    traces = np.frombuffer(after[6800:], np.uint8).reshape(35, -1)
    np.testing.assert_array_equal(traces[:, :240], headers)
    read = np.ascontiguousarray(traces[:, 240:]).view("<f4")
    np.testing.assert_array_equal(read, values.reshape(35, -1))


@pytest.mark.parametrize(
    ("code", "scale", "tolerance"), [(1, 1, 1e-6), (5, 1, 1e-6), (8, 100, 0.51), (None, 1, 1e-6)]
)
def test_confidence_is_a_fraction_or_a_percentage(
    code: int | None,
    scale: int,
    tolerance: float,
    content: Make,
    survey_file: Make,
    values: np.ndarray,
    tmp_path: Path,
) -> None:
    out = tmp_path / "confidence.sgy"
    said = exported(content(ContentKind.CONFIDENCE), survey_file(3), out, code)
    after = read_raw(out)
    assert after.format_code == (code or 5)
    assert ("percent" in said) == (scale == 100)
    np.testing.assert_allclose(after.samples, values.reshape(35, -1) / 255 * scale, atol=tolerance)


def test_only_the_format_code_of_the_binary_header_changes(
    content: Make, survey_file: Make, tmp_path: Path
) -> None:
    survey = survey_file(5)
    exported(content(), survey, tmp_path / "facies.sgy", 8)
    before, after = read_raw(survey), read_raw(tmp_path / "facies.sgy")
    assert after.format_code == 8
    changed = [i for i in range(400) if before.binary[i] != after.binary[i]]
    assert changed == [25]
    np.testing.assert_array_equal(after.headers, before.headers)


def test_a_class_that_a_byte_cannot_hold_is_refused(content: Make, survey_file: Make, tmp_path: Path) -> None:
    scheme = FaciesScheme((FaciesClass(200, "High", "#112233"),))
    with pytest.raises(ExportError, match="200"):
        exported(content(scheme=scheme), survey_file(), tmp_path / "facies.sgy", 8)
    exported(content(scheme=scheme), survey_file(8), tmp_path / "facies.sgy")
    assert read_raw(tmp_path / "facies.sgy").format_code == 5


def test_a_signed_byte_holds_classes_up_to_127() -> None:
    assert choose_format(ContentKind.FACIES, 8, 127) == 8
    assert choose_format(ContentKind.FACIES, 8, 128) == 5
    assert choose_format(ContentKind.FACIES, 1, 255, wanted=16) == 16
    with pytest.raises(ExportError, match="up to 127, but there is a class 128"):
        choose_format(ContentKind.FACIES, 1, 128, wanted=8)


@pytest.mark.parametrize(("trailing", "kept"), [(3200, 3200), (6400, 6400), (3000, 0)])
def test_trailer_stanzas_of_revision_2_are_copied_and_half_a_trace_is_not(
    content: Make, geometry: SurveyGeometry, tmp_path: Path, trailing: int, kept: int
) -> None:
    deep = replace(geometry, n_samples=2000)
    survey, out = tmp_path / "survey.sgy", tmp_path / "facies.sgy"
    create_segy(survey, np.ones(deep.shape, np.float32), deep, [], SegyLayout())
    whole = bytearray(survey.read_bytes())
    whole[3500:3502] = b"\2\0"
    stanzas = np.random.default_rng(3).integers(0, 256, trailing, dtype=np.uint8).tobytes()
    survey.write_bytes(whole + stanzas)
    facies = replace(content(), cube=ArrayCube(np.ones(deep.shape, np.uint8)), geometry=deep)
    exported(facies, survey, out)
    assert out.read_bytes()[len(whole) :] == stanzas[:kept]


@pytest.mark.parametrize("how", ["same", "symlink", "hard link", "dotted"])
def test_the_input_is_never_overwritten(how: str, content: Make, survey_file: Make, tmp_path: Path) -> None:
    survey = survey_file()
    before = survey.read_bytes()
    out = tmp_path / "out.sgy"
    if how == "symlink":
        out.symlink_to(survey)
    elif how == "hard link":
        out.hardlink_to(survey)
    else:
        out = survey if how == "same" else tmp_path / "x" / ".." / survey.name
        (tmp_path / "x").mkdir()
    with pytest.raises(ExportError, match="never overwritten"):
        exported(content(), survey, out)
    assert survey.read_bytes() == before


class _FullDisk:
    """Lets `room` bytes through, then there is no space left on the device."""

    def __init__(self, room: int) -> None:
        self.room = room

    def open(self, path: Path, mode: str = "r", *args: Any, **kwargs: Any) -> Any:
        file = open(path, mode, *args, **kwargs)  # noqa: PTH123, SIM115 - Path.open is replaced by this
        if "w" not in mode:
            return file
        disk = self

        class Limited(BufferedWriter):
            def write(self, data: Any) -> int:
                disk.room -= memoryview(data).nbytes
                if disk.room < 0:
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
                return super().write(data)

        return Limited(file.detach())


def test_a_full_disk_leaves_nothing_behind_and_keeps_what_was_there(
    content: Make, survey_file: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    survey = survey_file()
    out = tmp_path / "facies.sgy"
    out.write_bytes(b"the last good result")
    disk = _FullDisk(4000)
    volume = open_volume(survey)
    monkeypatch.setattr(Path, "open", lambda self, mode="r", *a, **k: disk.open(self, mode, *a, **k))
    with pytest.raises(ExportError, match="disk is full") as caught:
        export_segy(content(), volume, out)
    monkeypatch.undo()
    assert caught.value.hint
    assert disk.room < 0
    assert out.read_bytes() == b"the last good result"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["facies.sgy", "survey.sgy"]


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_permission_is_an_export_error(
    content: Make, survey_file: Make, tmp_path: Path
) -> None:
    folder = tmp_path / "locked"
    folder.mkdir()
    folder.chmod(0o555)
    with pytest.raises(ExportError, match="not permitted"):
        exported(content(), survey_file(), folder / "facies.sgy")


def test_a_missing_folder_is_an_export_error(content: Make, survey_file: Make, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="does not exist"):
        exported(content(), survey_file(), tmp_path / "nowhere" / "facies.sgy")


def test_cancelling_leaves_nothing_behind(content: Make, survey_file: Make, tmp_path: Path) -> None:
    def stop(state: ProgressState) -> None:
        reached.append(sorted(path.name for path in tmp_path.iterdir()))
        progress.cancel()

    reached: list[list[str]] = []
    progress = Progress(stop)
    volume = open_volume(survey_file())
    with pytest.raises(Cancelled):
        export_segy(content(), volume, tmp_path / "facies.sgy", progress=progress)
    assert len(reached[0]) == 2, "the temporary file was there when the job was cancelled"
    assert [p.name for p in tmp_path.iterdir()] == ["survey.sgy"]


def test_memory_is_bounded_by_blocks(
    content: Make, survey_file: Make, values: np.ndarray, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("seisview.export.segy._BLOCK_BYTES", 1000)
    exported(content(), survey_file(), tmp_path / "facies.sgy")
    np.testing.assert_array_equal(read_raw(tmp_path / "facies.sgy").samples, values.reshape(35, -1))


def test_a_cut_source_exports_its_whole_traces(
    content: Make, survey_file: Make, values: np.ndarray, tmp_path: Path
) -> None:
    survey = survey_file()
    whole = survey.read_bytes()
    survey.write_bytes(whole[:-100])
    volume = open_volume(survey)
    assert volume.info.n_traces == 34
    export_segy(content(), volume, tmp_path / "facies.sgy")
    np.testing.assert_array_equal(read_raw(tmp_path / "facies.sgy").samples, values.reshape(35, -1)[:34])


def test_a_survey_of_another_shape_is_refused(content: Make, geometry: Any, tmp_path: Path) -> None:
    other = tmp_path / "other.sgy"
    small = type(geometry)(geometry.inlines, geometry.crosslines, 8, 0.0, 4.0)
    create_segy(other, np.zeros((5, 7, 8), np.float32), small, [], SegyLayout())
    with pytest.raises(ExportError, match="shape"):
        exported(content(), other, tmp_path / "facies.sgy")


def test_a_trace_outside_the_survey_holds_nothing(content: Make, values: np.ndarray) -> None:
    found = _values(content(), np.array([-1, 2, -1]), np.array([3, 4, 0]))
    np.testing.assert_array_equal(found, [np.zeros(16), values[2, 4], np.zeros(16)])


@pytest.mark.parametrize("kind", [ContentKind.FACIES, ContentKind.CONFIDENCE])
@pytest.mark.parametrize("byte_order", ["big", "little"])
def test_every_stored_byte_is_the_ibm_number_it_means(kind: ContentKind, byte_order: str) -> None:
    words = sample_coding(kind, 1, byte_order).table.astype(np.int64)
    numbers = (words & 0xFFFFFF) * 16.0 ** ((words >> 24 & 0x7F) - 64 - 6)
    expected = np.arange(256) / (255 if kind.is_share else 1)
    np.testing.assert_allclose(numbers, expected, rtol=2.0**-20)
    assert ((words[1:] & 0xF00000) != 0).all(), "normalised, as programs expect"


def test_a_survey_with_other_line_numbers_is_refused(
    content: Make, survey_file: Make, tmp_path: Path
) -> None:
    made = content()
    other = replace(made.geometry, inlines=LineNumbers.regular(200, 2, 5))
    with pytest.raises(ExportError, match="other line numbers"):
        exported(replace(made, geometry=other), survey_file(), tmp_path / "facies.sgy")
    assert [path.name for path in tmp_path.iterdir()] == ["survey.sgy"]


def test_copying_twice_gives_the_same_bytes(content: Make, survey_file: Make, tmp_path: Path) -> None:
    survey = survey_file()
    copy = tmp_path / "copy.sgy"
    shutil.copy(survey, copy)
    exported(content(), survey, tmp_path / "a.sgy")
    exported(content(), copy, tmp_path / "b.sgy")
    assert (tmp_path / "a.sgy").read_bytes() == (tmp_path / "b.sgy").read_bytes()
