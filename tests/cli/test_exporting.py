from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import segyio
from PIL import Image

from seisview.data.geometry import Axis, SectionKey, section_of
from seisview.data.opening import open_volume
from seisview.labels.boxes import Box
from seisview.labels.facies import FaciesScheme
from seisview.project.results import FaciesProvenance
from seisview.project.storage import create_project

Cli = Callable[..., Any]
SHAPE = (24, 32, 64)


@pytest.fixture
def facies() -> np.ndarray:
    return np.random.default_rng(0).integers(1, 3, SHAPE, dtype=np.uint8)


@pytest.fixture
def project(survey: Path, facies: np.ndarray, tmp_path: Path) -> Path:
    """Inline 1003 painted with class 1, its shallow half with 2; facies everywhere, confidence 0.5."""
    folder = tmp_path / "project"
    volume = open_volume(survey)
    with create_project(folder, volume, scheme=FaciesScheme.named(["Shale", "Sand"])) as made:
        key, box = SectionKey(Axis.INLINE, 3), Box(0, 64, 0, 32)
        made.labels.apply(key, box, np.ones((64, 32), bool), 1)
        made.labels.apply(key, Box(0, 32, 0, 32), np.ones((32, 32), bool), 2)
        origin = FaciesProvenance(("model-7",), 1, made.labels.scheme, volume.fingerprint, "tuned-1")
        result = made.create_result(origin)
        for index in range(SHAPE[0]):
            key = SectionKey(Axis.INLINE, index)
            result.write_section(key, section_of(facies, key), np.full((64, 32), 0.5, np.float32))
        result.finish()
        made.install_result(result)
    volume.close()
    return folder


def test_facies_and_labels_as_segy(seisview: Cli, project: Path, facies: np.ndarray, tmp_path: Path) -> None:
    out = tmp_path / "facies.sgy"
    result = seisview("export", project, "--what", "facies", "--out", out, "--json")
    assert result.code == 0, result.err
    assert "class ids" in result.json["written"]
    with segyio.open(out, iline=189, xline=193) as file:
        np.testing.assert_array_equal(segyio.tools.cube(file), facies)
        text = segyio.tools.wrap(file.text[0])
    assert "MODEL: model-7" in text
    assert "Sand" in text
    labels = tmp_path / "labels.sgy"
    assert seisview("export", project, "--what", "labels", "--out", labels, "--sample-format", 8).code == 0
    with segyio.open(labels, iline=189, xline=193) as file:
        cube = segyio.tools.cube(file)
        assert file.bin[segyio.BinField.Format] == 8
    assert np.flatnonzero(cube.any(axis=(1, 2))).tolist() == [3]
    assert (cube[3, :, :32] == 2).all()
    assert (cube[3, :, 32:] == 1).all()


def test_confidence_and_class_fractions(
    seisview: Cli, project: Path, facies: np.ndarray, tmp_path: Path
) -> None:
    assert seisview("export", project, "--what", "confidence", "--out", tmp_path / "c.zarr").code == 0
    import zarr

    np.testing.assert_allclose(zarr.open_array(tmp_path / "c.zarr", mode="r")[:], 0.5, atol=0.003)
    assert seisview("export", project, "--what", "facies", "--out", tmp_path / "f.csv").code == 0
    with (tmp_path / "f.csv").open(newline="") as file:
        row = next(r for r in csv.DictReader(file) if r["line"] == "1004")
    assert float(row["fraction Sand"]) == pytest.approx(np.mean(facies[4] == 2), abs=1e-5)


def test_a_picture_of_the_section_named(seisview: Cli, project: Path, tmp_path: Path) -> None:
    out = tmp_path / "labels.png"
    result = seisview("export", project, "--what", "labels", "--out", out, "--crossline", 2010)
    assert result.code == 0, result.err
    with Image.open(out) as image:
        assert image.text["Title"].startswith("Crossline 2010")
    assert "picture of crossline 2010" in result.out


def test_a_picture_of_no_section_named_says_which_it_is(seisview: Cli, project: Path, tmp_path: Path) -> None:
    """Of labels the labelled one: the middle inline has none."""
    for what, number in (("labels", 1003), ("facies", 1012)):
        out = tmp_path / f"{what}.png"
        result = seisview("export", project, "--what", what, "--out", out, "--json")
        assert result.code == 0, result.err
        assert result.json["section"] == f"inline {number}"
        assert (result.json["axis"], result.json["number"]) == ("inline", number)
        assert result.json["written"] == f"picture of inline {number}"
        with Image.open(out) as image:
            assert image.text["Title"].startswith(f"Inline {number}")
    cube = seisview("export", project, "--what", "facies", "--out", tmp_path / "f.npy", "--json")
    assert "section" not in cube.json


def test_a_project_is_a_survey_and_its_labels(seisview: Cli, project: Path, tmp_path: Path) -> None:
    assert seisview("info", project, "--json").json["n_inlines"] == 24
    model = tmp_path / "m.safetensors"
    result = seisview(
        "train",
        project,
        "--labels",
        project,
        "--out",
        model,
        "--network",
        "resnet10",
        "--steps",
        1,
        "--inlines",
        1003,
        "--json",
    )
    assert result.code == 0, result.err
    assert [c["name"] for c in result.json["classes"]] == ["Shale", "Sand"]
    seisview("export", project, "--what", "facies", "--out", tmp_path / "f.npy")
    scores = seisview("evaluate", "--predicted", tmp_path / "f.npy", "--labels", project, "--json").json
    assert scores["n_samples"] == 32 * 64


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["--what", "clusters", "--out", "c.sgy"], 1, "no clusters"),
        (["--what", "rocks", "--out", "c.sgy"], 2, "rocks"),
        (["--what", "facies", "--out", "c.xyz"], 2, "must end in"),
        (["--what", "facies", "--out", "c.png", "--inline", "7"], 1, "no inline 7"),
        (["--what", "confidence", "--out", "c.csv"], 1, "no classes"),
    ],
)
def test_exports_that_cannot_be(
    arguments: list[str], code: int, says: str, seisview: Cli, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project.parent)
    result = seisview("export", project, *arguments)
    assert result.code == code
    assert says in result.err
    assert [p.name for p in project.parent.iterdir()] == ["project"]


def test_a_folder_that_is_no_project(seisview: Cli, tmp_path: Path) -> None:
    result = seisview("export", tmp_path, "--what", "facies", "--out", tmp_path / "f.npy")
    assert result.code == 1
    assert "not a seisview project" in result.err


def test_a_project_without_facies(seisview: Cli, survey: Path, tmp_path: Path) -> None:
    volume = open_volume(survey)
    create_project(tmp_path / "empty", volume).close()
    volume.close()
    for what, says in (("facies", "no facies yet"), ("labels", "no labels")):
        result = seisview("export", tmp_path / "empty", "--what", what, "--out", tmp_path / "x.npy")
        assert result.code == 1
        assert says in result.err
    assert not (tmp_path / "x.npy").exists()


def test_surfaces_of_a_class(
    seisview: Cli, project: Path, survey: Path, facies: np.ndarray, tmp_path: Path
) -> None:
    out = tmp_path / "top.csv"
    result = seisview("export", project, "--what", "top", "--class", "sand", "--out", out, "--json")
    assert result.code == 0, result.err
    assert (result.json["class"], result.json["unit"]) == ("Sand", "ms")
    with out.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == result.json["n_points"] == int((facies == 2).any(axis=2).sum())
    point = next(r for r in rows if (r["inline"], r["crossline"]) == ("1004", "2010"))
    volume = open_volume(survey)
    geometry = volume.geometry
    volume.close()
    i, j = geometry.inlines.index_of(1004), geometry.crosslines.index_of(2010)
    assert float(point["time_ms"]) == geometry.sample_at(int(np.argmax(facies[i, j] == 2)))
    thick = tmp_path / "thick.npy"
    arguments = ("--what", "thickness", "--class", "Sand", "--source", "labels", "--thickest-run")
    assert seisview("export", project, *arguments, "--out", thick).code == 0
    expected = np.full(SHAPE[:2], np.nan)
    expected[3] = 32 * geometry.sample_interval
    np.testing.assert_array_equal(np.load(thick), expected)


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["--what", "top", "--out", "t.csv"], 2, "--class"),
        (["--what", "facies", "--class", "Sand", "--out", "t.npy"], 2, "--class"),
        (["--what", "base", "--class", "Sand", "--out", "t.sgy"], 2, "must end in"),
        (["--what", "base", "--class", "Salt", "--out", "t.csv"], 1, "1 Shale, 2 Sand"),
        (["--what", "base", "--class", "Sand", "--source", "tuned-9", "--out", "t.csv"], 1, "tuned-1"),
    ],
)
def test_surfaces_that_cannot_be(
    seisview: Cli, project: Path, tmp_path: Path, arguments: list[str], code: int, says: str
) -> None:
    *rest, name = arguments
    result = seisview("export", project, *rest, tmp_path / name)
    assert result.code == code
    assert says in result.err
    assert not (tmp_path / name).exists()


def test_uncertainty_of_every_trace(seisview: Cli, project: Path, tmp_path: Path) -> None:
    out = tmp_path / "doubt.npy"
    result = seisview("export", project, "--what", "uncertainty", "--out", out, "--json")
    assert result.code == 0, result.err
    np.testing.assert_allclose(np.load(out), np.full(SHAPE[:2], 0.5), atol=0.003)
    assert result.json["n_points"] == SHAPE[0] * SHAPE[1]
    table = tmp_path / "doubt.csv"
    arguments = ("--what", "uncertainty", "--source", "tuned-1", "--out", table)
    assert seisview("export", project, *arguments).code == 0
    assert table.read_text(encoding="utf-8").startswith("inline,crossline,x,y,uncertainty\n")
    unknown = seisview(
        "export", project, "--what", "uncertainty", "--source", "x", "--out", tmp_path / "a.png"
    )
    assert unknown.code == 1
    assert "tuned-1" in unknown.err
