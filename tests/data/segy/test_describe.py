from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from seisview.data.geometry import Domain
from seisview.data.segy import describe as segy_describe
from seisview.data.segy.describe import describe_segy
from seisview.data.volume import HeaderBytes
from seisview.errors import VolumeError
from tests.data.segy.raw_segy import RawSegy, cube, ebcdic, grid_numbers, survey

INLINES, CROSSLINES = [10, 12, 14, 16], [300, 301, 302, 303, 304]


def test_what_is_in_the_file(tmp_path: Path) -> None:
    text = ebcdic("C 1 A LINE".ljust(80) + "C 2 SAMPLE INTERVAL: 5 M")
    raw = survey(cube(), INLINES, CROSSLINES, text=text, interval_us=5000, order="<", traces={109: 20})
    path = raw.write(tmp_path / "a.sgy")
    found = describe_segy(path)
    assert found.path == path
    assert found.n_bytes == path.stat().st_size
    assert (found.n_traces, found.n_samples) == (20, 12)
    assert (found.byte_order, found.sample_format) == ("little", "4-byte IEEE float")
    assert (found.sample_start, found.sample_interval, found.domain) == (20, 5, Domain.DEPTH)
    assert found.text_header.splitlines() == ["C 1 A LINE", "C 2 SAMPLE INTERVAL: 5 M"]
    assert found.suggestion == HeaderBytes(189, 193)
    best = found.candidates[0]
    assert (best.n_inlines, best.n_crosslines, best.plausibility) == (4, 5, 1.0)
    assert (best.inline_range, best.crossline_range) == ((10, 16), (300, 304))
    assert {(c.inline_byte, c.crossline_byte) for c in found.candidates} >= {(189, 193), (9, 21), (181, 185)}


def test_gaps_lower_the_plausibility_and_are_told(tmp_path: Path) -> None:
    i, j = grid_numbers(INLINES, CROSSLINES)
    path = RawSegy(cube().reshape(-1, 12)[2:], {9: i[2:], 21: j[2:]}).write(tmp_path / "a.sgy")
    found = describe_segy(path)
    assert found.suggestion == HeaderBytes(9, 21)
    assert 0.8 < found.candidates[0].plausibility < 1
    assert "2 places without a trace" in found.candidates[0].note


def test_chosen_bytes_come_first_even_when_they_are_wrong(tmp_path: Path) -> None:
    path = survey(cube(), INLINES, CROSSLINES).write(tmp_path / "a.sgy")
    found = describe_segy(path, HeaderBytes(inline=13, crossline=17))
    assert (found.candidates[0].inline_byte, found.candidates[0].crossline_byte) == (13, 17)
    assert found.candidates[0].plausibility == 0
    assert "holds 0 and 0" in found.candidates[0].note
    assert found.suggestion == HeaderBytes(189, 193)
    with pytest.raises(VolumeError, match="outside the trace header"):
        describe_segy(path, HeaderBytes(inline=500))


def test_a_line_without_numbers_has_no_suggestion(tmp_path: Path) -> None:
    path = RawSegy(cube((1, 9, 12))[0]).write(tmp_path / "a.sgy")
    found = describe_segy(path)
    assert found.suggestion == HeaderBytes()
    assert all(candidate.plausibility < 0.3 for candidate in found.candidates)


def test_large_irregular_files_are_judged_from_some_traces(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(segy_describe, "_SCAN_UP_TO", 10)
    monkeypatch.setattr(segy_describe, "scan_headers", lambda *_: pytest.fail("read every header"))
    i, j = grid_numbers(INLINES, CROSSLINES)
    mixed = np.random.default_rng(0).permutation(20)
    path = RawSegy(cube().reshape(-1, 12)[mixed], {189: i[mixed], 193: j[mixed]}).write(tmp_path / "a.sgy")
    best = describe_segy(path).candidates[0]
    assert best.is_estimate
    assert (best.inline_byte, best.n_inlines, best.n_crosslines) == (189, 4, 5)
    assert best.plausibility == pytest.approx(0.5)
