"""`create-project`: what the commands that take a PROJECT work on, without a window."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import segyio

import seisview as sv
from tests.cli.conftest import Outcome

Cli = Callable[..., Outcome]


def test_a_project_of_masks_serves_the_other_commands(seisview: Cli, survey: Path, tmp_path: Path) -> None:
    masks, project, cube = tmp_path / "masks", tmp_path / "project", tmp_path / "labels.sgy"
    masks.mkdir()
    for line in (1003, 1007):
        np.save(masks / f"inline_{line}.npy", np.full((64, 32), 1, np.uint8))
    made = seisview("create-project", survey, "--labels", masks, "--out", project, "--json")
    assert made.code == 0, made.err
    assert made.json["sections"] == ["inline 1003", "inline 1007"]
    assert seisview("interpolate", project, "--inlines", "1003:1007").code == 0
    assert seisview("export", project, "--what", "labels", "--out", cube).code == 0
    with segyio.open(cube) as file:
        assert [int(line) for line in file.ilines if file.iline[line].any()] == list(range(1003, 1008))


def test_a_model_trained_elsewhere_serves_the_project(
    seisview: Cli, survey: Path, truth: Path, tmp_path: Path
) -> None:
    project, model, facies = tmp_path / "project", tmp_path / "m.safetensors", tmp_path / "f.npy"
    assert seisview("create-project", survey, "--labels", truth, "--out", project).code == 0
    quick = ("--network", "resnet10", "--backbone", "none", "--no-carry", "--steps", 1, "--inlines", "1003")
    assert seisview("train", survey, "--labels", truth, "--out", model, *quick).code == 0
    added = seisview("add-model", project, "--model", model, "--name", "mine", "--json")
    assert added.code == 0, added.err
    assert (added.json["model"], added.json["sections"]) == ("mine", 24)
    assert seisview("export", project, "--what", "facies", "--out", facies).code == 0
    assert seisview("predict", survey, "--model", model, "--out", tmp_path / "g.npy").code == 0
    np.testing.assert_array_equal(np.load(facies), np.load(tmp_path / "g.npy"))
    assert seisview("label-next", project, "--top", 3, "--json").code == 0
    twice = seisview("add-model", project, "--model", model, "--name", "mine")
    assert twice.code == 1
    assert "There is a model called mine" in twice.err
    with sv.open_project(project, read_only=True) as opened:
        assert [one.name for one in opened.models] == ["mine"]
        assert [one.title for one in opened.results] == ["mine"]


def test_a_project_that_is_there_is_never_replaced(seisview: Cli, survey: Path, tmp_path: Path) -> None:
    assert seisview("create-project", survey, "--out", tmp_path / "p").code == 0
    again = seisview("create-project", survey, "--out", tmp_path / "p", "--overwrite")
    assert again.code == 1
    assert "There is a project in" in again.err
    nowhere = seisview("create-project", survey, "--labels", tmp_path / "no", "--out", tmp_path / "q")
    assert (nowhere.code, (tmp_path / "q").exists()) == (1, False)
