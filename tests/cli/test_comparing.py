"""`seisview compare`: what the window says of two results, for scripts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import seisview as sv
from seisview.data.geometry import Axis, SectionKey, section_of
from seisview.data.opening import open_volume
from seisview.labels.facies import FaciesScheme
from seisview.project.results import FaciesProvenance
from seisview.project.storage import create_project, open_project

Cli = Callable[..., Any]
SHAPE = (24, 32, 64)


@pytest.fixture
def project(survey: Path, tmp_path: Path) -> Path:
    """``a``: class 1 everywhere; ``b``: class 1 on the first 8 crosslines, else 2."""
    folder, volume = tmp_path / "project", open_volume(survey)
    other = np.full(SHAPE, 2, np.uint8)
    other[:, :8] = 1
    with create_project(folder, volume, scheme=FaciesScheme.named(["Shale", "Sand"])) as made:
        for title, facies in (("a", np.ones(SHAPE, np.uint8)), ("b", other)):
            origin = FaciesProvenance(("m",), 1, made.labels.scheme, volume.fingerprint, title)
            result = made.create_result(origin)
            for index in range(SHAPE[0]):
                key = SectionKey(Axis.INLINE, index)
                result.write_section(key, section_of(facies, key), np.full((64, 32), 0.5, np.float32))
            result.finish()
            made.install_result(result)
    volume.close()
    return folder


def test_everywhere_on_a_section_and_along_a_line(seisview: Cli, project: Path) -> None:
    with open_project(project, open_volume, read_only=True) as opened:
        geometry = opened.volume.geometry
        first, last = geometry.crosslines.first, geometry.crosslines.last
        inline = geometry.inlines.first
        in_notebook = sv.compare_facies(opened, "a", "b", [(inline, first), (inline, last)])
    both = ("compare", project, "--left", "a", "--right", "b", "--json")
    found = seisview(*both).json
    assert (found["where"], found["samples"], found["agreement"]) == ("survey", int(np.prod(SHAPE)), 0.25)
    assert seisview(*both, "--inline", inline).json["agreement"] == 0.25
    found = seisview(*both, "--crossline", last).json
    assert found["agreement"] == 0.0
    assert found["where"] == f"crossline {last}"
    along = seisview(*both, "--line", f"{inline},{first}", "--line", f"{inline},{last}").json
    assert (along["where"], along["samples"], along["agreement"]) == ("line", 32 * 64, 0.25)
    assert in_notebook == sv.Agreement(along["samples"], 8 * 64)


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        (["--left", "a", "--right", "c"], 1, "no result 'c'"),
        (["--left", "a", "--right", "b", "--line", "1,2"], 2, "beginning and an end"),
        (["--left", "a", "--right", "b", "--line", "1;2", "--line", "3,4"], 2, "INLINE,CROSSLINE"),
        (["--left", "a", "--right", "b", "--line", "1,2", "--line", "3,4"], 1, "no inline"),
        (["--left", "a", "--right", "b", "--inline", "1000", "--sample", "4"], 2, "at most one"),
    ],
)
def test_what_is_not_there_is_refused(seisview: Cli, project: Path, options, code, words) -> None:
    result = seisview("compare", project, *options)
    assert result.code == code
    assert words in result.err
