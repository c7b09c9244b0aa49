"""Top, base and thickness of a class, against facies that are known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from seisview.data.geometry import Domain, LineNumbers, SurveyGeometry
from seisview.errors import Cancelled, ExportError
from seisview.export.content import ArrayCube, Content, ContentKind
from seisview.labels.facies import FaciesScheme
from seisview.progress import Progress
from seisview.project.storage import create_project
from seisview.workflows.facies.surfaces import (
    SurfaceConfig,
    SurfaceKind,
    class_surfaces,
    export_project_surface,
)
from tests.project.surveys import paint, survey

SCHEME = FaciesScheme.named(["Shale", "Sand"])


def content(facies: np.ndarray, domain: Domain = Domain.TIME) -> Content:
    shape = facies.shape
    lines = LineNumbers.regular(10, 1, shape[0]), LineNumbers.regular(50, 1, shape[1])
    geometry = SurveyGeometry(*lines, shape[2], 100.0, 4.0, domain)
    return Content(ContentKind.FACIES, ArrayCube(facies), geometry, SCHEME, {"model": "m"})


def interrupted() -> Content:
    """Sand on samples 2-3, 6-9 and 12 of the first trace, 0 of the second, none of the third."""
    facies = np.ones((1, 3, 14), np.uint8)
    facies[0, 0, [2, 3, 6, 7, 8, 9, 12]] = 2
    facies[0, 1, 0] = 2
    return content(facies)


def test_first_and_last_sample_and_all_between() -> None:
    found = class_surfaces(interrupted(), SurfaceConfig("Sand"))
    np.testing.assert_array_equal(found.top, [[108, 100, np.nan]])
    np.testing.assert_array_equal(found.base, [[148, 100, np.nan]])
    np.testing.assert_array_equal(found.thickness, [[28, 4, np.nan]])


def test_thickest_piece_only() -> None:
    found = class_surfaces(interrupted(), SurfaceConfig("sand", thickest_run=True))
    np.testing.assert_array_equal(found.top, [[124, 100, np.nan]])
    np.testing.assert_array_equal(found.base, [[136, 100, np.nan]])
    np.testing.assert_array_equal(found.thickness, [[16, 4, np.nan]])
    assert "thickest" in found.provenance["samples"]


def test_of_equal_pieces_the_upper_is_taken() -> None:
    facies = np.array([2, 2, 1, 2, 2], np.uint8)[None, None]
    found = class_surfaces(content(facies), SurfaceConfig("2", thickest_run=True))
    assert (found.top.item(), found.base.item()) == (100, 104)


@pytest.mark.parametrize("thickest_run", [False, True])
def test_every_trace_of_a_random_volume(thickest_run: bool) -> None:
    facies = np.random.default_rng(0).integers(0, 3, (5, 6, 20), dtype=np.uint8)
    facies[2, 3] = 0
    found = class_surfaces(content(facies), SurfaceConfig("Shale", thickest_run))
    for i, j in np.ndindex(5, 6):
        text = "".join("x" if value == 1 else " " for value in facies[i, j])
        piece = max(text.split(), key=len, default="") if thickest_run else text.strip()
        if not piece:
            assert np.isnan(found.thickness[i, j])
            continue
        top = text.index(piece)
        assert found.top[i, j] == 100 + 4 * top
        assert found.base[i, j] == 100 + 4 * (top + len(piece) - 1)
        assert found.thickness[i, j] == 4 * piece.count("x")


def test_units_are_those_of_the_survey() -> None:
    facies = np.full((1, 1, 3), 2, np.uint8)
    deep = class_surfaces(content(facies, Domain.DEPTH), SurfaceConfig("Sand"))
    top = deep.surface(SurfaceKind.TOP)
    assert (top.column, top.name) == ("depth_m", "top of Sand")
    assert deep.surface(SurfaceKind.THICKNESS).column == "thickness_m"
    assert deep.surface(SurfaceKind.BASE).values.item() == 108
    assert deep.surface(SurfaceKind.BASE).provenance["model"] == "m"


def test_unknown_and_absent_classes_say_which_there_are() -> None:
    with pytest.raises(ExportError) as error:
        class_surfaces(interrupted(), SurfaceConfig("Salt"))
    assert "1 Shale, 2 Sand" in error.value.hint
    with pytest.raises(ExportError, match="no Sand in the facies"):
        class_surfaces(content(np.ones((1, 1, 3), np.uint8)), SurfaceConfig("Sand"))


def test_it_stops_between_two_inlines() -> None:
    seen: list[float | None] = []

    def watch(state) -> None:
        seen.append(state.fraction)
        if len(seen) == 3:
            progress.cancel()

    progress = Progress(watch)
    with pytest.raises(Cancelled):
        class_surfaces(content(np.full((30, 2, 4), 2, np.uint8)), SurfaceConfig("Sand"), progress)
    assert len(seen) <= 4


@pytest.mark.parametrize("name", ["p/top.csv", "p/labels/top.csv", "s.npy"])
def test_nothing_of_the_project_or_the_survey_is_written_over(tmp_path: Path, name: str) -> None:
    with create_project(tmp_path / "p", survey(tmp_path / "s.npy")) as project:
        paint(project.labels, 0)
        before = sorted(path.name for path in (tmp_path / "p").rglob("*"))
        with pytest.raises(ExportError):
            export_project_surface(
                project, SurfaceKind.TOP, tmp_path / name, SurfaceConfig("1", source="labels")
            )
        assert sorted(path.name for path in (tmp_path / "p").rglob("*")) == before
