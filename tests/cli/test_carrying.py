"""`seisview carry`: labels of some lines become facies of all, in files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import segyio

from seisview.data.geometry import LineNumbers, SurveyGeometry
from seisview.data.segy.write import create_segy

Cli = Callable[..., Any]


@pytest.fixture(scope="module")
def dipping(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A survey of dipping beds, as SEG-Y, and the facies of every sample, 1 to 3."""
    folder = tmp_path_factory.mktemp("dipping")
    line, trace, sample = np.meshgrid(*(np.arange(float(n)) for n in (24, 32, 64)), indexing="ij")
    beds = sample - 0.9 * line + 0.3 * trace
    lines = LineNumbers.regular(1000, 1, 24), LineNumbers.regular(2000, 1, 32)
    amplitude = (np.sin(beds / 2.2) + 0.6 * np.sin(beds / 3.7)).astype(np.float32)
    create_segy(folder / "s.sgy", amplitude, SurveyGeometry(*lines, 64, 0.0, 4.0))
    np.save(folder / "f.npy", (np.clip(beds // 18, 0, 2) + 1).astype(np.uint8))
    return folder / "s.sgy", folder / "f.npy"


def cube(path: Path) -> np.ndarray:
    with segyio.open(path, iline=189, xline=193) as file:
        return np.asarray(segyio.tools.cube(file))


def test_labels_of_one_inline_become_facies_with_the_headers_of_the_survey(
    seisview: Cli, dipping: tuple[Path, Path], tmp_path: Path
) -> None:
    survey, truth = dipping
    facies, confidence = tmp_path / "f.sgy", tmp_path / "c.npy"
    outputs = ("--out", facies, "--confidence", confidence)
    done = seisview("carry", survey, "--labels", truth, "--label-inlines", 1012, *outputs, "--json")
    assert done.code == 0, done.err
    assert done.json["sections"] == ["inline 1012"]
    assert done.json["models"][0].startswith("carried-")
    found, sure, true = cube(facies), np.load(confidence), np.load(truth)
    np.testing.assert_array_equal(found[12], true[12])
    assert (found != 0).mean() > 0.85  # the rest comes from above or below the survey
    assert (found == true)[found != 0].mean() > 0.95
    assert (true[12] == true).mean() < 0.85
    np.testing.assert_allclose(sure[12], 1)
    np.testing.assert_allclose(sure[13][found[13] > 0], 0.8, atol=0.01)
    counts = {row["id"]: row["samples"] for row in done.json["classes"]}
    assert counts == {i: int((found == i).sum()) for i in np.unique(true[12])}
    with segyio.open(survey, iline=189, xline=193) as a, segyio.open(facies, iline=189, xline=193) as b:
        assert all(dict(x) == dict(y) for x, y in zip(a.header, b.header, strict=True))
        said = bytes(b.text[0]).decode("ascii")
    assert "CARRIED ALONG REFLECTIONS" in said
    assert "CARRIED FROM: 1 inline" in said
    assert "NETWORK" not in said
    again = seisview("evaluate", "--predicted", facies, "--labels", truth, "--inlines", "1013:", "--json")
    assert again.json["pixel_accuracy"] > 0.9


@pytest.mark.parametrize("suffix", [".npy", ".zarr"])
def test_only_some_lines_into_arrays(
    seisview: Cli, survey: Path, truth: Path, tmp_path: Path, suffix: str
) -> None:
    out = tmp_path / f"f{suffix}"
    part = ("--label-crosslines", "2004,2020", "--crosslines", "2010:2012")
    done = seisview("carry", survey, "--labels", truth, *part, "--out", out, "--json")
    assert done.code == 0, done.err
    assert done.json["sections"] == ["crossline 2004", "crossline 2020"]
    assert done.json["n_not_predicted"] == 24 * 29 * 64
    if suffix == ".npy":
        assert np.flatnonzero(np.load(out).any(axis=(0, 2))).tolist() == [10, 11, 12]


def test_masks_are_carried_from_and_the_sample_format_is_as_asked(
    seisview: Cli, survey: Path, truth: Path, tmp_path: Path
) -> None:
    masks = tmp_path / "masks"
    masks.mkdir()
    np.save(masks / "inline_1004.npy", cube(truth)[4].T.astype(np.uint8))
    out = tmp_path / "f.sgy"
    done = seisview("carry", survey, "--labels", masks, "--out", out, "--sample-format", 8, "--json")
    assert done.code == 0, done.err
    assert "format 8" in done.json["facies_format"]
    np.testing.assert_array_equal(cube(out)[4], cube(truth)[4])


def test_what_cannot_be_done_is_said_before_anything_is_written(
    seisview: Cli, survey: Path, truth: Path, tmp_path: Path
) -> None:
    there = tmp_path / "there.npy"
    there.write_bytes(b"mine")
    empty = tmp_path / "empty.npy"
    np.save(empty, np.zeros((24, 32, 64), np.uint8))
    before = {path: path.read_bytes() for path in (survey, truth)}
    for arguments, code, says in (
        (("--labels", truth, "--out", there), 1, "there.npy"),
        (("--labels", truth, "--out", tmp_path / "f.txt"), 2, "f.txt"),
        (("--labels", truth, "--out", survey, "--overwrite"), 1, "s.sgy"),
        (("--labels", truth, "--out", truth, "--overwrite"), 1, "f.sgy"),
        (
            ("--labels", truth, "--out", tmp_path / "a.npy", "--confidence", tmp_path / "a.npy"),
            2,
            "different",
        ),
        (("--labels", truth, "--out", tmp_path / "a.npy", "--inlines", 9), 1, "inline"),
        (("--labels", truth, "--out", tmp_path / "a.npy", "--label-inlines", 9), 1, "inline"),
        (("--labels", empty, "--out", tmp_path / "a.npy"), 1, "label"),
        (("--labels", tmp_path / "no.npy", "--out", tmp_path / "a.npy"), 1, "no.npy"),
    ):
        done = seisview("carry", survey, *arguments)
        assert done.code == code, (arguments, done.err)
        lines = done.err.strip().splitlines()
        assert [line.split(":")[0] for line in lines[-2:]] == ["error", "hint"]
        assert says in done.err
    assert there.read_bytes() == b"mine"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["empty.npy", "there.npy"]
    assert all(path.read_bytes() == content for path, content in before.items())


def test_a_line_is_refused(seisview: Cli, tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    np.save(tmp_path / "line.npy", rng.standard_normal((1, 30, 40)).astype(np.float32))
    np.save(tmp_path / "l.npy", np.ones((1, 30, 40), np.uint8))
    done = seisview(
        "carry", tmp_path / "line.npy", "--labels", tmp_path / "l.npy", "--out", tmp_path / "f.npy"
    )
    assert done.code == 1
    assert "2-D line" in done.err
    assert not (tmp_path / "f.npy").exists()
