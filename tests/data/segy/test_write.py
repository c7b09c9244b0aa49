"""Files written as SEG-Y are read back by segyio and by a second reader made of struct and numpy."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import segyio

from seisview.data.geometry import Axis, Domain, LineNumbers, SurveyGeometry
from seisview.data.map_transform import MapTransform
from seisview.data.segy.write import SegyLayout, create_segy
from seisview.errors import ExportError

TRANSFORM = MapTransform(452_000.25, 6_780_000.5, 25.0, 3.0, -1.5, 12.5)
GEOMETRY = SurveyGeometry(
    LineNumbers.regular(100, 2, 4), LineNumbers.regular(60, -3, 5), 12, 8.0, 4.0, transform=TRANSFORM
)


@pytest.fixture
def volume() -> np.ndarray:
    return np.random.default_rng(0).normal(0, 30, GEOMETRY.shape).astype(np.float32)


def _ibm_to_float(words: np.ndarray) -> np.ndarray:
    sign = np.where(words >> 31, -1.0, 1.0)
    exponent = ((words >> 24) & 0x7F).astype(int) - 64
    return sign * (words & 0xFFFFFF) / 2.0**24 * 16.0**exponent


_DECODE = {
    1: lambda raw: _ibm_to_float(np.frombuffer(raw, ">u4")),
    2: lambda raw: np.frombuffer(raw, ">i4"),
    3: lambda raw: np.frombuffer(raw, ">i2"),
    5: lambda raw: np.frombuffer(raw, ">f4"),
    8: lambda raw: np.frombuffer(raw, "i1"),
    16: lambda raw: np.frombuffer(raw, "u1"),
}
_WIDTH = {1: 4, 2: 4, 3: 2, 5: 4, 8: 1, 16: 1}


class PlainSegy:
    """The second reader: big-endian SEG-Y by byte position, as the standard numbers them from 1."""

    def __init__(self, path: Path) -> None:
        self.content = path.read_bytes()
        self.text = self.content[:3200].decode("cp037")
        self.interval, self.n_samples, self.format = (self._binary(n) for n in (3217, 3221, 3225))
        self.length = 240 + self.n_samples * _WIDTH[self.format]
        self.n_traces, rest = divmod(len(self.content) - 3600, self.length)
        assert rest == 0

    def _binary(self, byte: int) -> int:
        return int(struct.unpack_from(">H", self.content, byte - 1)[0])

    def header(self, trace: int, byte: int, code: str = ">i") -> int:
        return int(struct.unpack_from(code, self.content, 3600 + trace * self.length + byte - 1)[0])

    def samples(self, trace: int) -> np.ndarray:
        start = 3600 + trace * self.length + 240
        return _DECODE[self.format](self.content[start : start + self.length - 240])


@pytest.mark.parametrize("sample_format", [1, 2, 3, 5, 8, 16])
def test_samples_read_back_by_both_readers(tmp_path: Path, volume: np.ndarray, sample_format: int) -> None:
    path = tmp_path / "a.sgy"
    if sample_format not in (1, 5):
        volume = np.rint(np.clip(volume, 0 if sample_format == 16 else -128, 127))
    create_segy(path, volume, GEOMETRY, layout=SegyLayout(sample_format))
    plain = PlainSegy(path)
    assert (plain.format, plain.n_traces) == (sample_format, 20)
    read = np.stack([plain.samples(n) for n in range(20)]).reshape(volume.shape)
    np.testing.assert_allclose(read, volume, rtol=1e-6)
    with segyio.open(path) as file:
        np.testing.assert_allclose(segyio.tools.cube(file), volume, rtol=1e-6)
        assert tuple(file.ilines) == GEOMETRY.inlines.numbers
        assert tuple(file.xlines) == GEOMETRY.crosslines.numbers
        np.testing.assert_allclose(file.samples, 8 + 4 * np.arange(12))


def test_headers_follow_revision_1(tmp_path: Path, volume: np.ndarray) -> None:
    path = tmp_path / "a.sgy"
    create_segy(path, volume, GEOMETRY, ["FIRST LINE", "a line that is far too long " * 5, "Ünïcode"])
    plain = PlainSegy(path)
    lines = [plain.text[n : n + 80] for n in range(0, 3200, 80)]
    assert [line[:4] for line in lines] == [f"C{n:02d} " for n in range(1, 41)]
    assert lines[0].rstrip() == "C01 FIRST LINE"
    assert lines[38].rstrip() == "C39 SEG Y REV1"
    assert lines[39].rstrip() == "C40 END TEXTUAL HEADER"
    assert plain.interval == 4000
    assert plain.content[3500:3502] == b"\x01\x00"  # revision 1.0
    assert plain._binary(3503) == 1  # fixed trace length
    assert plain._binary(3505) == 0  # no extended text headers
    assert plain._binary(3255) == 1  # metres


def test_trace_headers(tmp_path: Path, volume: np.ndarray) -> None:
    path = tmp_path / "a.sgy"
    create_segy(path, volume, GEOMETRY)
    plain = PlainSegy(path)
    trace = 7  # second inline, third crossline
    assert [plain.header(trace, byte) for byte in (1, 5, 9, 13, 21, 189, 193)] == [8, 8, 102, 54, 54, 102, 54]
    assert [plain.header(trace, byte, ">h") for byte in (29, 71, 109, 115, 117)] == [1, -100, 8, 12, 4000]
    x, y = TRANSFORM.xy(1, 2)
    for byte_x, byte_y in ((181, 185), (73, 77), (81, 85)):
        assert plain.header(trace, byte_x) / 100 == pytest.approx(x, abs=0.006)
        assert plain.header(trace, byte_y) / 100 == pytest.approx(y, abs=0.006)


def test_sections_are_taken_one_at_a_time_and_sorted_by_crossline(tmp_path: Path, volume: np.ndarray) -> None:
    path = tmp_path / "a.sgy"
    taken: list[int] = []

    def sections() -> Iterator[np.ndarray]:
        for index in range(5):
            taken.append(index)
            yield volume[:, index].T

    create_segy(path, sections(), GEOMETRY, layout=SegyLayout(sorting=Axis.CROSSLINE))
    assert taken == list(range(5))
    with segyio.open(path) as file:
        assert file.sorting == segyio.TraceSortingFormat.CROSSLINE_SORTING
        np.testing.assert_array_equal(segyio.tools.cube(file).transpose(1, 0, 2), volume)
    plain = PlainSegy(path)
    assert [plain.header(n, 189) for n in range(4)] == [100, 102, 104, 106]
    assert {plain.header(n, 193) for n in range(4)} == {60}


@pytest.mark.parametrize("sorting", [Axis.INLINE, Axis.CROSSLINE])
def test_missing_traces_are_left_out(tmp_path: Path, volume: np.ndarray, sorting: Axis) -> None:
    path = tmp_path / "a.sgy"
    present = np.ones(GEOMETRY.shape[:2], bool)
    present[1, 2:] = False
    present[:, 4] = False
    create_segy(path, volume, GEOMETRY, layout=SegyLayout(sorting=sorting, present=present))
    plain = PlainSegy(path)
    assert plain.n_traces == present.sum()
    for n in range(plain.n_traces):
        i = GEOMETRY.inlines.index_of(plain.header(n, 189))
        j = GEOMETRY.crosslines.index_of(plain.header(n, 193))
        assert present[i, j]
        np.testing.assert_array_equal(plain.samples(n), volume[i, j])


def test_depth_and_fractional_start(tmp_path: Path) -> None:
    geometry = SurveyGeometry(
        LineNumbers.regular(1, 1, 1), LineNumbers.regular(1, 1, 2), 4, 1000.5, 12.5, Domain.DEPTH
    )
    path = tmp_path / "a.sgy"
    create_segy(path, np.zeros((1, 2, 4), np.float32), geometry)
    plain = PlainSegy(path)
    assert plain.interval == 12_500
    assert plain.header(1, 109, ">h") / -plain.header(1, 215, ">h") == 1000.5
    assert plain.header(1, 181) == 0
    assert "DOMAIN DEPTH: 4 SAMPLES FROM 1000.5 M EVERY 12.5 M" in plain.text


@pytest.mark.parametrize(
    ("make_bad", "layout"),
    [
        (lambda v: v[:, :, :-1], SegyLayout()),
        (lambda v: [v[0].T], SegyLayout()),
        (lambda v: [line.T for line in v] + [v[0].T], SegyLayout()),
        (lambda v: list(v), SegyLayout()),
        (lambda v: v + 200, SegyLayout(8)),
        (lambda v: v * np.nan, SegyLayout(3)),
        (lambda v: v * np.nan, SegyLayout(1)),
        (lambda v: v, SegyLayout(4)),
        (lambda v: v, SegyLayout(sorting=Axis.SAMPLE)),
        (lambda v: v, SegyLayout(present=np.ones((2, 2), bool))),
        (lambda v: v, SegyLayout(present=np.zeros(GEOMETRY.shape[:2], bool))),
    ],
)
def test_a_failure_leaves_the_old_file(tmp_path: Path, volume: np.ndarray, make_bad, layout) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "a.sgy"
    path.write_bytes(b"the old file")
    with pytest.raises(ExportError):
        create_segy(path, make_bad(volume), GEOMETRY, layout=layout)
    assert path.read_bytes() == b"the old file"
    assert list(tmp_path.iterdir()) == [path]


def test_a_missing_folder_is_an_export_error(tmp_path: Path, volume: np.ndarray) -> None:
    with pytest.raises(ExportError, match="folder does not exist"):
        create_segy(tmp_path / "nowhere" / "a.sgy", volume, GEOMETRY)


def test_an_interval_that_does_not_fit_is_refused(tmp_path: Path) -> None:
    geometry = SurveyGeometry(LineNumbers.regular(1, 1, 1), LineNumbers.regular(1, 1, 1), 4, 0.0, 50.0)
    with pytest.raises(ExportError, match="cannot hold"):
        create_segy(tmp_path / "a.sgy", np.zeros((1, 1, 4), np.float32), geometry)
