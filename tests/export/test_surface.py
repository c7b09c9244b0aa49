"""Surfaces as files, read back by other readers: points, grid and map."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from seisview.data.geometry import Domain, LineNumbers, SurveyGeometry
from seisview.data.map_transform import MapTransform
from seisview.errors import Cancelled, ExportError
from seisview.export.surface import Surface, write_surface
from seisview.export.surface_image import draw_surface, surface_colors
from seisview.progress import Progress

GEOMETRY = SurveyGeometry(
    LineNumbers.regular(100, 2, 3),
    LineNumbers.regular(40, -1, 4),
    20,
    100.0,
    4.0,
    transform=MapTransform(1000.0, 5000.0, 25.0, 0.0, 0.0, 12.5),
)
VALUES = np.array([[104, 108.5, 112, np.nan], [np.nan] * 4, [120, 124, 128, 132]], np.float32)


@pytest.fixture
def surface() -> Surface:
    return Surface(VALUES, "top of Sand", "time", GEOMETRY, {"survey": "s.sgy", "model": "tuned-1"})


def test_a_table_names_every_point_that_has_a_value(surface: Surface, tmp_path: Path) -> None:
    assert "7 points" in write_surface(surface, tmp_path / "top.csv")
    with (tmp_path / "top.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["inline", "crossline", "x", "y", "time_ms"]
    assert len(rows) == 7
    assert list(rows[1].values()) == ["100", "39", "1000.00", "5012.50", "108.5"]
    assert list(rows[-1].values()) == ["104", "37", "1050.00", "5037.50", "132"]


def test_points_are_read_as_columns_of_numbers(surface: Surface, tmp_path: Path) -> None:
    out = tmp_path / "top.xyz"
    write_surface(surface, out)
    points = np.loadtxt(out)
    np.testing.assert_allclose(points[1], [1000.0, 5012.5, 108.5, 100, 39])
    np.testing.assert_array_equal(points[:, 2], VALUES[np.isfinite(VALUES)])
    assert "# model: tuned-1" in out.read_text(encoding="utf-8")


def test_points_without_coordinates(surface: Surface, tmp_path: Path) -> None:
    bare = replace(surface, geometry=replace(GEOMETRY, transform=None))
    write_surface(bare, tmp_path / "top.csv")
    assert (tmp_path / "top.csv").read_text(encoding="utf-8").splitlines()[1] == "100,40,,,104"
    with pytest.raises(ExportError, match="no coordinates"):
        write_surface(bare, tmp_path / "top.xyz")
    assert not (tmp_path / "top.xyz").exists()


def test_a_grid_keeps_gaps_line_numbers_and_unit(surface: Surface, tmp_path: Path) -> None:
    write_surface(surface, tmp_path / "top.npy")
    grid = np.load(tmp_path / "top.npy")
    assert grid.dtype == np.dtype("<f4")
    np.testing.assert_array_equal(grid, VALUES)
    described = json.loads((tmp_path / "top.npy.json").read_text(encoding="utf-8"))
    assert (described["quantity"], described["unit"]) == ("time", "ms")
    assert described["inlines"] == {"first": 100, "step": 2, "count": 3}
    assert described["provenance"]["model"] == "tuned-1"


def test_a_map_lies_as_slices_do_and_is_grey_where_there_is_nothing(surface: Surface, tmp_path: Path) -> None:
    write_surface(surface, tmp_path / "top.png")
    with Image.open(tmp_path / "top.png") as image:
        assert image.text["Title"] == "Top of Sand  -  s.sgy"
        assert image.text["model"] == "tuned-1"
        pixels = np.asarray(image.convert("RGB"))
    colors = surface_colors(VALUES, 104, 132)
    left, top = 96, 2 * 12 + 2 * 17
    step_x, step_y = 1200 // 3, 800 // 4

    def middle(inline: int, crossline: int) -> list[int]:
        return pixels[top + step_y * crossline + step_y // 2, left + step_x * inline + step_x // 2].tolist()

    assert middle(0, 0) == colors[0, 0].tolist()
    assert middle(2, 3) == colors[2, 3].tolist() != middle(0, 0)
    assert middle(1, 2) == middle(0, 3) == [222, 222, 222]


@pytest.mark.parametrize(("domain", "column"), [(Domain.DEPTH, "depth_m"), (Domain.SAMPLE, "sample")])
def test_columns_say_what_they_measure(surface: Surface, tmp_path: Path, domain: Domain, column: str) -> None:
    other = replace(surface, quantity=str(domain), geometry=replace(GEOMETRY, domain=domain))
    write_surface(other, tmp_path / "top.csv")
    assert (tmp_path / "top.csv").read_bytes().startswith(f"inline,crossline,x,y,{column}\r\n".encode())


def test_one_value_everywhere_and_a_single_line_are_drawn(surface: Surface) -> None:
    flat = replace(surface, values=np.full((3, 4), 104, np.float32))
    assert draw_surface(flat).size[0] > 1200
    line = replace(surface, values=VALUES[:1], geometry=replace(GEOMETRY, inlines=LineNumbers((7,))))
    draw_surface(line)


def test_stopping_leaves_what_was_there(surface: Surface, tmp_path: Path) -> None:
    out, progress = tmp_path / "top.csv", Progress()
    out.write_text("mine")
    progress.cancel()
    with pytest.raises(Cancelled):
        write_surface(surface, out, progress)
    assert out.read_text() == "mine"
    assert list(tmp_path.iterdir()) == [out]


def test_nothing_and_unknown_formats_are_refused(surface: Surface, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="no trace"):
        write_surface(replace(surface, values=np.full((3, 4), np.nan, np.float32)), tmp_path / "t.csv")
    with pytest.raises(ExportError, match="which format"):
        write_surface(surface, tmp_path / "t.sgy")
    assert list(tmp_path.iterdir()) == []
