from __future__ import annotations

import json
from pathlib import Path

import pytest

from seisview.data.geometry import Domain, LineNumbers, SurveyGeometry
from seisview.data.geometry_io import (
    geometry_from_dict,
    geometry_to_dict,
    read_npy_geometry,
    sidecar_path,
    write_npy_geometry,
)
from seisview.data.map_transform import MapTransform
from seisview.errors import VolumeError

GEOMETRY = SurveyGeometry(
    LineNumbers((7, 5, 3)),
    LineNumbers((1, 2, 4, 8)),
    50,
    -4.0,
    2.5,
    Domain.DEPTH,
    MapTransform(1.5, 2.0, 3.0, 4.0, 5.0, 6.0),
)


def test_geometry_survives_the_trip_through_json() -> None:
    assert geometry_from_dict(json.loads(json.dumps(geometry_to_dict(GEOMETRY)))) == GEOMETRY


def test_sidecar_round_trip(tmp_path: Path) -> None:
    path = tmp_path / "cube.npy"
    assert read_npy_geometry(path) is None
    write_npy_geometry(path, GEOMETRY)
    assert sidecar_path(path).name == "cube.npy.json"
    assert read_npy_geometry(path) == GEOMETRY


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"version": 99}, "newer"),
        ({"inlines": [1, 1]}, "damaged"),
        ({"inlines": {"first": 1}}, "damaged"),
        ({"domain": "frequency"}, "damaged"),
        ({"sample_interval": 0}, "sample interval of 0"),
        ({"sample_start": float("nan")}, "sample interval"),
        ({"transform": [1, 2]}, "damaged"),
    ],
)
def test_damaged_geometry_is_refused(change: dict[str, object], said: str) -> None:
    with pytest.raises(VolumeError, match=said) as caught:
        geometry_from_dict({**geometry_to_dict(GEOMETRY), **change})
    assert caught.value.hint


def test_a_sidecar_that_is_no_json(tmp_path: Path) -> None:
    sidecar_path(tmp_path / "a.npy").write_text("{")
    with pytest.raises(VolumeError, match=r"a\.npy\.json is not readable"):
        read_npy_geometry(tmp_path / "a.npy")
    with pytest.raises(VolumeError, match="not readable"):
        geometry_from_dict([1])
