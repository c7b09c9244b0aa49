"""Damaged files: a clear refusal or a survey, never anything else, and quickly."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from seisview.data.geometry import SectionKey
from seisview.data.opening import open_volume
from seisview.data.segy.describe import describe_segy
from seisview.errors import SeisviewError
from tests.data.segy.raw_segy import cube, survey

_SOUND = survey(cube((3, 4, 10)), [1, 2, 3], [5, 6, 7, 8], traces={181: np.arange(12), 185: 7}).to_bytes()
_QUICK = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)


def opens_or_is_refused(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    hints: list[str] = []
    for attempt in (open_volume, describe_segy):
        try:
            found = attempt(path)
        except SeisviewError as error:
            hints.append(error.hint)
            continue
        if hasattr(found, "read_section"):
            geometry = found.geometry
            assert geometry.sample_interval > 0
            for axis in geometry.axes:
                section = found.read_section(SectionKey(axis, geometry.count(axis) - 1))
                assert section.shape == geometry.section_shape(axis)
                assert np.isfinite(section).all()
            found.close()
    assert all(hints)


@_QUICK
@given(
    changes=st.lists(
        st.tuples(
            st.one_of(st.integers(3200, 3599), st.integers(3600, 3839), st.integers(0, len(_SOUND) - 1)),
            st.one_of(st.sampled_from([0, 1, 127, 128, 255]), st.integers(0, 255)),
        ),
        min_size=1,
        max_size=24,
    )
)
def test_changed_bytes(tmp_path: Path, changes: list[tuple[int, int]]) -> None:
    content = bytearray(_SOUND)
    for place, value in changes:
        content[place] = value
    opens_or_is_refused(tmp_path / "a.sgy", bytes(content))


@_QUICK
@given(
    fields=st.lists(
        st.tuples(
            st.sampled_from([3217, 3221, 3225, 3255, 3269, 3273, 3297, 3501, 3503, 3505, 3507, 3521, 3525]),
            st.one_of(st.sampled_from([0, 1, 2, 5, 0x7FFF, 0x8000, 0xFFFF]), st.integers(0, 0xFFFF)),
        ),
        min_size=1,
        max_size=5,
    )
)
def test_lying_binary_headers(tmp_path: Path, fields: list[tuple[int, int]]) -> None:
    content = bytearray(_SOUND)
    for byte, value in fields:
        content[byte - 1 : byte + 1] = value.to_bytes(2, "big")
    opens_or_is_refused(tmp_path / "a.sgy", bytes(content))


@_QUICK
@given(length=st.integers(0, len(_SOUND)), tail=st.binary(max_size=40))
def test_cut_and_lengthened_files(tmp_path: Path, length: int, tail: bytes) -> None:
    opens_or_is_refused(tmp_path / "a.sgy", _SOUND[:length] + tail)


@_QUICK
@given(content=st.binary(max_size=9000))
def test_any_bytes(tmp_path: Path, content: bytes) -> None:
    opens_or_is_refused(tmp_path / "a.sgy", content)


@pytest.mark.parametrize("length", [0, 3599, 3600, 3839, 3840 + 39])
def test_files_without_one_whole_trace_are_refused(tmp_path: Path, length: int) -> None:
    path = tmp_path / "a.sgy"
    path.write_bytes(_SOUND[:length])
    with pytest.raises(SeisviewError) as caught:
        open_volume(path)
    assert "a.sgy" in caught.value.message
    assert caught.value.hint
