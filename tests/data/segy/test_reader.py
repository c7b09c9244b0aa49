"""Bytes of a file: all that were asked for, from the right place, or an error that says why not."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from seisview.data.segy.reader import ByteReader
from seisview.errors import VolumeError

CONTENT = np.random.default_rng(0).integers(0, 256, 20_000, dtype=np.uint8).tobytes()

READS: dict[str, Callable[[ByteReader, int, int], bytes]] = {
    "read": lambda reader, offset, length: reader.read(offset, length),
    "read_each": lambda reader, offset, length: bytes(reader.read_each([offset], length)),
    "mapped": lambda reader, offset, length: reader.mapped(offset, length).tobytes(),
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    (tmp_path / "a.sgy").write_bytes(CONTENT)
    return tmp_path / "a.sgy"


@pytest.mark.parametrize("how", READS)
def test_pieces_come_from_where_they_lie(path: Path, how: str) -> None:
    reader = ByteReader(path)
    for offset, length in ((0, 1), (3, 500), (4097, 9000), (19_999, 1)):
        assert READS[how](reader, offset, length) == CONTENT[offset : offset + length]
    reader.close()


@pytest.mark.parametrize("how", READS)
def test_a_file_that_was_cut_is_an_error_not_less_content(path: Path, how: str) -> None:
    reader = ByteReader(path)
    READS[how](reader, 19_000, 10)  # what is mapped now is touched later
    os.truncate(path, 10_000)
    assert READS[how](reader, 9_000, 1_000) == CONTENT[9_000:10_000]
    with pytest.raises(VolumeError, match="shorter than it was"):
        READS[how](reader, 9_500, 1_000)
    reader.close()


@pytest.mark.parametrize("how", READS)
def test_a_closed_reader_says_so(path: Path, how: str) -> None:
    reader = ByteReader(path)
    reader.close()
    with pytest.raises(VolumeError, match="was closed"):
        READS[how](reader, 0, 10)


@pytest.mark.skipif(not hasattr(os, "pread"), reason="this system has no pread")
def test_a_system_that_gives_less_at_a_time_is_asked_again(path: Path, monkeypatch) -> None:
    pread = os.pread
    monkeypatch.setattr(os, "pread", lambda number, length, offset: pread(number, min(length, 7), offset))
    reader = ByteReader(path)
    assert reader.read(100, 50) == CONTENT[100:150]
    assert reader.read_each([5, 300], 20) == CONTENT[5:25] + CONTENT[300:320]
    reader.close()


def test_a_large_file_is_mapped_piece_by_piece(path: Path, monkeypatch) -> None:
    monkeypatch.setattr("seisview.data.segy.reader._MAPPED_WHOLE", 0)
    reader = ByteReader(path)
    assert reader.mapped(5001, 9000).tobytes() == CONTENT[5001:14_001]
    reader.close()
