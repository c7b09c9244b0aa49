from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from seisview.data.opening import open_volume
from tests.data.reading import read_cube
from tests.data.segy.raw_segy import cube, ebcdic, survey

INLINES, CROSSLINES = [10, 12, 14, 16], [300, 301, 302, 303, 304]


def test_a_lying_sample_count_is_mended_from_the_trace_headers(tmp_path: Path) -> None:
    raw = survey(cube(), INLINES, CROSSLINES, binary={3221: ("H", 65_527)})
    volume = open_volume(raw.write(tmp_path / "a.sgy"))
    np.testing.assert_array_equal(read_cube(volume), cube())
    assert any("Byte 3221 says 65527" in warning for warning in volume.info.warnings)


@pytest.mark.parametrize("order", [">", "<"])
@pytest.mark.parametrize("lie", [{3225: ("H", 0x0100)}, {3217: ("H", 1)}, {3221: ("H", 256)}])
def test_the_byte_order_is_found_though_a_field_lies(
    tmp_path: Path, order: str, lie: dict[int, tuple[str, int]]
) -> None:
    volume = open_volume(
        survey(cube(), INLINES, CROSSLINES, order=order, binary=lie).write(tmp_path / "a.sgy")
    )
    assert volume.info.byte_order == ("big" if order == ">" else "little")
    assert volume.geometry.shape == (4, 5, 12)


@pytest.mark.parametrize(("stated", "true"), [(1, 5), (5, 1)])
def test_floats_of_the_other_kind_are_recognised(tmp_path: Path, stated: int, true: int) -> None:
    data = np.random.default_rng(0).normal(0, 300, (6, 8, 200)).astype(np.float32)
    raw = survey(data, list(range(6)), list(range(8)), code=true, binary={3225: ("H", stated)})
    volume = open_volume(raw.write(tmp_path / "a.sgy"))
    np.testing.assert_allclose(read_cube(volume), data, rtol=1e-5)
    assert any("Byte 3225 states sample format" in warning for warning in volume.info.warnings)


def test_extended_headers_counted_or_ended_by_a_stanza(tmp_path: Path) -> None:
    blocks = ebcdic("((SEG: Whatever))") + ebcdic("((SEG: EndText))")
    for count in (2, -1):
        raw = survey(cube(), INLINES, CROSSLINES, extended=blocks, binary={3505: ("h", count)})
        volume = open_volume(raw.write(tmp_path / f"{count}.sgy"))
        np.testing.assert_array_equal(read_cube(volume), cube())


def test_trace_header_extensions_of_revision_2(tmp_path: Path) -> None:
    binary = {3501: ("B", 2), 3507: ("H", 1), 3269: ("i", 12), 3273: ("d", 500.0), 3297: ("I", 0x01020304)}
    for order in "><":
        raw = survey(cube(), INLINES, CROSSLINES, extra_headers=1, binary=binary, order=order)
        volume = open_volume(raw.write(tmp_path / "a.sgy"))
        np.testing.assert_array_equal(read_cube(volume), cube())
        assert volume.geometry.sample_interval == 0.5


def test_a_file_cut_in_the_last_trace_opens_with_a_warning(tmp_path: Path) -> None:
    path = tmp_path / "a.sgy"
    path.write_bytes(survey(cube(), INLINES, CROSSLINES).to_bytes()[:-10])
    volume = open_volume(path)
    assert volume.info.n_traces == 19
    assert volume.info.n_missing_traces == 1
    assert any("ends in the middle" in warning for warning in volume.info.warnings)
    expected = cube()
    expected[-1, -1] = 0
    np.testing.assert_array_equal(read_cube(volume), expected)
