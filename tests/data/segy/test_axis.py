from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from seisview.data.geometry import Domain
from seisview.data.opening import open_volume
from seisview.data.volume import HeaderBytes
from tests.data.segy.raw_segy import cube, ebcdic, grid_numbers, survey

INLINES, CROSSLINES = [10, 12, 14, 16], [300, 301, 302, 303, 304]


def test_sample_axis_delay_interval_and_units(tmp_path: Path) -> None:
    raw = survey(cube(), INLINES, CROSSLINES, interval_us=2000, traces={109: 1500})
    geometry = open_volume(raw.write(tmp_path / "a.sgy")).geometry
    assert (geometry.sample_start, geometry.sample_interval, geometry.domain) == (1500, 2.0, Domain.TIME)
    text = ebcdic("C 1 FINAL PSDM STACK IN DEPTH")
    raw = survey(
        cube(), INLINES, CROSSLINES, interval_us=10_000, text=text, binary={3255: ("H", 2)}, traces={109: 100}
    )
    volume = open_volume(raw.write(tmp_path / "b.sgy"))
    assert volume.geometry.domain is Domain.DEPTH
    assert volume.geometry.sample_interval == pytest.approx(3.048)
    assert volume.geometry.sample_start == pytest.approx(30.48)
    assert any("feet" in warning for warning in volume.info.warnings)
    assert volume.info.text_encoding == "ebcdic"


@pytest.mark.parametrize(
    ("stated", "in_traces", "interval", "warned"),
    [
        (4000, 0, 4.0, False),
        (0, 2000, 2.0, True),
        (65_536 - 2000, 0, 2.0, True),
        (50_000, 0, 50.0, True),
        (0, 0, 4.0, True),
    ],
)
def test_impossible_sample_intervals(
    tmp_path: Path, stated: int, in_traces: int, interval: float, warned: bool
) -> None:
    raw = survey(cube(), INLINES, CROSSLINES, interval_us=stated, traces={117: in_traces})
    volume = open_volume(raw.write(tmp_path / "a.sgy"))
    assert volume.geometry.sample_interval == interval
    assert any("interval" in warning for warning in volume.info.warnings) == warned


def test_map_coordinates_with_scalar(tmp_path: Path) -> None:
    i, j = grid_numbers(list(range(4)), list(range(5)))
    x, y = 1000 * 100 + i * 2500 + j * 300, 2000 * 100 - i * 300 + j * 1250
    raw = survey(cube(), INLINES, CROSSLINES, traces={181: x, 185: y, 71: -100})
    volume = open_volume(raw.write(tmp_path / "a.sgy"))
    assert volume.geometry.xy(2, 3) == pytest.approx((1000 + 50 + 9, 2000 - 6 + 37.5))
    assert volume.info.header_bytes == HeaderBytes(189, 193, 181, 185)
    raw = survey(cube(), INLINES, CROSSLINES, traces={73: x, 77: y, 71: 10})
    assert open_volume(raw.write(tmp_path / "b.sgy")).geometry.xy(0, 0) == pytest.approx((1e6, 2e6))


def test_feet_of_the_file_header_do_not_shorten_times(tmp_path: Path) -> None:
    raw = survey(cube(), INLINES, CROSSLINES, binary={3255: ("H", 2)}, traces={109: 100})
    volume = open_volume(raw.write(tmp_path / "a.sgy"))
    assert volume.geometry.domain is Domain.TIME
    assert (volume.geometry.sample_start, volume.geometry.sample_interval) == (100.0, 4.0)
    assert not any("feet" in warning for warning in volume.info.warnings)


def test_traces_without_coordinates_do_not_bend_the_map(tmp_path: Path) -> None:
    i, j = grid_numbers(list(range(4)), list(range(5)))
    x, y = 500_000 + 25 * i, 6_000_000 + 12 * j
    padded = [0, 6, 19]
    x[padded] = y[padded] = 0
    raw = survey(cube(), INLINES, CROSSLINES, traces={181: x, 185: y})
    volume = open_volume(raw.write(tmp_path / "a.sgy"))
    assert volume.geometry.xy(2, 3) == pytest.approx((500_050, 6_000_036))
    assert volume.info.warnings == ()


def test_contradicting_map_coordinates_are_not_used(tmp_path: Path) -> None:
    noise = np.random.default_rng(0).integers(-(10**8), 10**8, (2, 20))
    raw = survey(cube(), INLINES, CROSSLINES, traces={181: noise[0], 185: noise[1]})
    volume = open_volume(raw.write(tmp_path / "a.sgy"))
    assert volume.geometry.transform is None
    assert any("contradict" in warning for warning in volume.info.warnings)


@pytest.mark.parametrize(
    ("measurement", "coordinate_units", "unit"),
    [(1, 0, "m"), (1, 1, "m"), (2, 1, "ft"), (0, 1, ""), (1, 2, ""), (2, 3, "")],
)
def test_unit_of_map_coordinates(tmp_path: Path, measurement: int, coordinate_units: int, unit: str) -> None:
    i, j = grid_numbers(list(range(4)), list(range(5)))
    traces = {181: 1000 + i * 25, 185: 2000 + j * 12, 89: coordinate_units}
    raw = survey(cube(), INLINES, CROSSLINES, binary={3255: ("H", measurement)}, traces=traces)
    assert open_volume(raw.write(tmp_path / "a.sgy")).info.xy_unit == unit


def test_no_map_coordinates_have_no_unit(tmp_path: Path) -> None:
    raw = survey(cube(), INLINES, CROSSLINES, binary={3255: ("H", 1)})
    assert open_volume(raw.write(tmp_path / "a.sgy")).info.xy_unit == ""
