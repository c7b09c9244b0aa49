"""Awkward SEG-Y files of other programs: whatever opens must export with every header as it was."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from seisview.data.geometry import Axis, SectionKey
from seisview.data.opening import open_volume
from seisview.data.segy.volume import SegyVolume
from seisview.errors import SeisviewError
from seisview.export.content import ArrayCube, Content, ContentKind
from seisview.export.segy import export_segy
from seisview.labels.facies import FaciesScheme

_FORMAT_CODE = slice(24, 26)


def opened(path: Path) -> SegyVolume | None:
    try:
        volume = open_volume(path)
    except SeisviewError:
        return None
    return volume if isinstance(volume, SegyVolume) else None


def headers_of(path: Path, volume: SegyVolume) -> tuple[bytes, bytes, np.ndarray]:
    """(binary header without the format code, extended headers, trace headers)."""
    content, layout = path.read_bytes(), volume.layout
    binary = bytearray(content[3200:3600])
    binary[_FORMAT_CODE] = b".."
    raw = content[layout.first_trace : layout.offset_of(layout.n_traces)]
    traces = np.frombuffer(raw, np.uint8).reshape(layout.n_traces, layout.trace_bytes)
    return bytes(binary), content[3600 : layout.first_trace], traces[:, : layout.header_bytes]


def check(path: Path, volume: SegyVolume, out: Path) -> None:
    shape = volume.geometry.shape
    values = np.random.default_rng(0).integers(1, 7, shape, dtype=np.uint8)
    content = Content(ContentKind.FACIES, ArrayCube(values), volume.geometry, FaciesScheme.default(6))
    export_segy(content, volume, out)
    again = opened(out)
    assert again is not None, path.name
    assert again.geometry == volume.geometry, path.name
    before, after = headers_of(path, volume), headers_of(out, again)
    assert before[:2] == after[:2], path.name
    np.testing.assert_array_equal(before[2], after[2], path.name)
    for index in range(shape[0]):
        key = SectionKey(Axis.INLINE, index)
        present = volume.trace_numbers(key) >= 0
        expected = np.where(present, values[index].T, 0)
        np.testing.assert_array_equal(again.read_section(key), expected, path.name)
    again.close()


@pytest.mark.data
def test_every_awkward_file_exports_with_its_own_headers(
    real_data: Callable[[str], Path], tmp_path: Path
) -> None:
    checked = 0
    for path in sorted(p for p in real_data("segy-samples").rglob("*") if p.is_file()):
        volume = opened(path)
        if volume is None:
            continue
        check(path, volume, tmp_path / "facies.sgy")
        volume.close()
        checked += 1
    assert checked >= 80
