"""The headers of an irregular file are read once; what is kept of them is never believed blindly."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import numpy as np
import pytest

from seisview.data.geometry import Axis, LineNumbers, SectionKey
from seisview.data.opening import open_volume
from seisview.data.segy import detect as segy_detect
from seisview.data.segy import index as segy_index
from seisview.data.segy.grid import INLINE_SORTED, TraceGrid
from seisview.data.segy.index import clean_indexes, index_folder, stored_indexes
from seisview.data.volume import HeaderBytes
from tests.data.segy.raw_segy import RawSegy, cube, grid_numbers

INLINES, CROSSLINES = list(range(10, 22, 2)), list(range(300, 309))


@pytest.fixture(autouse=True)
def small_files_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(segy_index, "LEAST_TRACES", 2)


@pytest.fixture
def survey(tmp_path: Path) -> Path:
    """A survey with holes, in which nothing can be told by arithmetic."""
    return _write(tmp_path / "holes.sgy")


def _write(path: Path, first_inline: int = 10) -> Path:
    i, j = grid_numbers([n - 10 + first_inline for n in INLINES], CROSSLINES)
    keep = np.ones(len(i), bool)
    keep[[3, 4, 17, 30]] = False
    traces = cube((len(INLINES), len(CROSSLINES), 12)).reshape(-1, 12)
    return RawSegy(traces[keep], {189: i[keep], 193: j[keep]}).write(path)


@pytest.fixture
def no_scan(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: object) -> None:
        raise AssertionError("the headers were read again")

    monkeypatch.setattr(segy_detect, "scan_headers", refuse)


def _everything(path: Path, **bytes_: int) -> tuple[object, ...]:
    volume = open_volume(path, HeaderBytes(**bytes_))
    sections = [volume.read_section(SectionKey(Axis.INLINE, i)) for i in range(len(INLINES))]
    facts = volume.geometry, volume.info.warnings, volume.info.n_missing_traces, volume.fingerprint
    volume.close()
    return (*facts, np.stack(sections).tobytes())


def test_second_opening_reads_no_headers_and_finds_the_same(
    survey: Path, request: pytest.FixtureRequest
) -> None:
    first = _everything(survey)
    assert first[2] == 4
    request.getfixturevalue("no_scan")
    assert _everything(survey) == first


def test_copy_of_the_file_needs_no_reading_either(
    survey: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    first = _everything(survey)
    copy = Path(shutil.copyfile(survey, tmp_path / "copy.sgy"))
    os.utime(copy, (1, 1))
    request.getfixturevalue("no_scan")
    assert _everything(copy) == first


def test_bytes_that_the_user_chose_have_an_index_of_their_own(survey: Path) -> None:
    first = _everything(survey)
    assert _everything(survey, inline=189, crossline=193)[0] == first[0]
    assert len(stored_indexes()) == 2


def test_other_line_numbers_in_the_same_places_are_noticed(survey: Path) -> None:
    """The worst case: size, file header and the traces that are sampled stay as they were."""
    _everything(survey)
    content = bytearray(survey.read_bytes())
    traces = (len(content) - 3600) // (240 + 48)
    sampled = set(np.linspace(0, traces - 1, 16).astype(int).tolist())
    changed = [trace for trace in range(traces) if trace not in sampled]
    for trace in changed:
        start = 3600 + trace * 288 + 192
        number = int.from_bytes(content[start : start + 4], "big") + 1000
        content[start : start + 4] = number.to_bytes(4, "big")
    survey.write_bytes(bytes(content))
    os.utime(survey, (5, 5))
    volume = open_volume(survey)
    assert max(volume.geometry.crosslines.numbers) > 1000


@pytest.mark.parametrize("place", ["magic", "version", "body", "exchanged", "cut", "empty", "longer"])
def test_damaged_index_is_made_again(survey: Path, place: str) -> None:
    first = _everything(survey)
    (stored,) = stored_indexes()
    good = stored.path.read_bytes()
    bad = {
        "magic": b"X" + good[1:],
        "version": good[:8] + b"\x63" + good[9:],
        "body": good[:-5] + bytes([good[-5] ^ 1]) + good[-4:],
        "exchanged": good[:-8] + good[-4:] + good[-8:-4],  # two traces, each in the place of the other
        "cut": good[: len(good) // 2],
        "empty": b"",
        "longer": good + b"\0",
    }[place]
    assert bad != good
    stored.path.write_bytes(bad)
    assert _everything(survey) == first
    assert stored.path.read_bytes() == good


def test_an_index_of_another_number_of_traces_is_not_believed() -> None:
    lines = LineNumbers.regular(1, 1, 3), LineNumbers.regular(1, 1, 4)
    grid = TraceGrid(*lines, INLINE_SORTED, (189, 193), 12)
    stamp = 12, 34
    assert segy_index._decoded(segy_index._encoded(grid, stamp), 12) == (stamp, grid)
    with pytest.raises(ValueError, match="another number of traces"):
        segy_index._decoded(segy_index._encoded(grid, stamp), 13)


def test_index_is_only_believed_within_the_file(survey: Path) -> None:
    """A sound checksum over wrong numbers, as a hostile file may have, reads nothing outside the file."""
    first = _everything(survey)
    (stored,) = stored_indexes()
    _, grid = segy_index._decoded(stored.path.read_bytes(), 50)
    assert grid.table is not None
    grid.table[0, 0] = 10**9
    volume = open_volume(survey)
    stored.path.write_bytes(segy_index._encoded(grid, volume.reader.stamp))
    volume.close()
    assert _everything(survey) == first


def test_opening_works_where_nothing_can_be_kept(survey: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEISVIEW_CACHE_DIR", str(survey))  # a file, not a folder
    assert _everything(survey)[2] == 4


def test_indexes_used_least_recently_go_first(tmp_path: Path) -> None:
    for number in range(3):
        _everything(_write(tmp_path / f"{number}.sgy", 10 + 100 * number))
    stored = stored_indexes()
    for age, item in enumerate(stored):
        os.utime(item.path, (1000 + age, 1000 + age))
    oldest = stored_indexes()[0].path
    assert clean_indexes(stored[0].n_bytes * 2) == [oldest]
    assert len(clean_indexes()) == 2
    assert list(index_folder().iterdir()) == []


def test_small_files_leave_nothing_behind(survey: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(segy_index, "LEAST_TRACES", 5000)
    _everything(survey)
    assert stored_indexes() == []
