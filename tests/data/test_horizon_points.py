"""Horizons from tables of points."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from seisview.data.geometry import Domain, LineNumbers, SurveyGeometry
from seisview.data.horizon_points import read_horizon
from seisview.errors import LabelError
from seisview.export.surface import Surface, write_surface

GEOMETRY = SurveyGeometry(
    inlines=LineNumbers.regular(100, 2, 4),
    crosslines=LineNumbers.regular(20, 1, 5),
    n_samples=50,
    sample_start=1000.0,
    sample_interval=4.0,
    domain=Domain.TIME,
)


def _file(folder: Path, text: str) -> Path:
    path = folder / "top.csv"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("domain", list(Domain))
def test_what_export_writes_is_read_back(tmp_path: Path, domain: Domain) -> None:
    geometry = replace(GEOMETRY, domain=domain)
    values = np.linspace(1000, 1196, 20, dtype=np.float32).reshape(4, 5)
    values[1, 2:] = np.nan
    write_surface(Surface(values, "top of Sand", str(domain), geometry), tmp_path / "top.csv")
    np.testing.assert_allclose(read_horizon(tmp_path / "top.csv", geometry), values, atol=1e-3)


def test_columns_may_stand_in_any_order_and_traces_outside_are_passed_over(tmp_path: Path) -> None:
    table = "\ufeffName, Time_ms ,CROSSLINE,inline\n\na,1040,22,102\nb,1044,22,101\nc,1048,99,102\n"
    found = read_horizon(_file(tmp_path, table), GEOMETRY)
    assert found[1, 2] == 1040
    assert np.isfinite(found).sum() == 1


def test_of_two_points_on_a_trace_the_later_counts(tmp_path: Path) -> None:
    found = read_horizon(_file(tmp_path, "inline,crossline,time_ms\n100,20,1000\n100,20,1080\n"), GEOMETRY)
    assert found[0, 0] == 1080


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "no column inline"),
        ("inline,crossline,depth_m\n100,20,1000\n", "no column time_ms"),
        ("inline,crossline,time_ms\n100,20,1000\n100,21\n", "line 3 is not a point"),
        ("inline,crossline,time_ms\n100,20,soon\n", "line 2 is not a point"),
        ("inline,crossline,time_ms\n1,20,1000\n", "no point on a trace"),
        ("inline,crossline,time_ms\n100,20,nan\n", "no point on a trace"),
    ],
)
def test_what_is_no_horizon_is_refused(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(LabelError, match=sentence):
        read_horizon(_file(tmp_path, text), GEOMETRY)


def test_a_file_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LabelError, match="cannot be read"):
        read_horizon(tmp_path / "none.csv", GEOMETRY)
    (tmp_path / "b.csv").write_bytes(b"\xff\xfe\x00\x81" * 20)
    with pytest.raises(LabelError, match="cannot be read"):
        read_horizon(tmp_path / "b.csv", GEOMETRY)
