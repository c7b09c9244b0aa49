"""`seisview fill-between`: labels between two horizons of a project."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import seisview as sv
from seisview.data.geometry import Axis, SectionKey
from seisview.data.opening import open_volume
from seisview.errors import LabelError
from seisview.labels.boxes import Box
from seisview.labels.facies import FaciesScheme
from seisview.labels.provenance import Provenance
from seisview.project.storage import create_project, open_project

Cli = Callable[..., Any]
FIRST = SectionKey(Axis.INLINE, 2)


@pytest.fixture
def folder(survey: Path, tmp_path: Path) -> Path:
    """Inlines from 1000, crosslines from 2000, 64 samples of 4 ms; nothing painted, inline 1020 held out."""
    volume = open_volume(survey)
    with create_project(tmp_path / "p", volume, scheme=FaciesScheme.named(["Shale", "Sand", "Salt"])) as made:
        made.labels.set_holdout(SectionKey(Axis.INLINE, 20))
    volume.close()
    return tmp_path / "p"


@pytest.fixture
def tables(tmp_path: Path) -> tuple[Path, Path]:
    """A top at 40 ms and a base at 80 to 120 ms on three traces of inlines 1002 and 1004."""
    for name, times in (("top", (40, 40, 40)), ("base", (80, 100, 120))):
        points = [
            f"{inline},{crossline},{time}"
            for inline in (1002, 1004)
            for crossline, time in zip((2004, 2014, 2024), times, strict=True)
        ]
        (tmp_path / f"{name}.csv").write_text("\n".join(["inline,crossline,time_ms", *points]) + "\n")
    return tmp_path / "top.csv", tmp_path / "base.csv"


def _labels(folder: Path, key: SectionKey = FIRST) -> tuple[np.ndarray, np.ndarray]:
    with open_project(folder, open_volume, read_only=True) as project:
        project.volume.close()
        return project.labels.section(key), project.labels.provenance(key)


def test_picks_are_joined_and_what_lies_between_is_painted_by_hand(
    seisview: Cli, folder: Path, tables: tuple[Path, Path]
) -> None:
    top, base = tables
    call = ("fill-between", folder, "--inline", 1002, "--top", top, "--base", base, "--class", "sand")
    result = seisview(*call, "--straight", "--json")
    assert result.code == 0, result.err
    labels, origins = _labels(folder)
    expected = np.zeros((64, 32), bool)
    for trace in range(4, 25):
        expected[10 : 21 + (trace - 4) // 2, trace] = True
    np.testing.assert_array_equal(labels == 2, expected)
    np.testing.assert_array_equal(origins == Provenance.HAND, expected)
    assert result.json["samples"] == expected.sum()
    assert result.json["filled"] == ["inline 1002"]


def test_without_straight_the_reflection_is_followed(
    seisview: Cli, folder: Path, tables: tuple[Path, Path]
) -> None:
    assert seisview("fill-between", folder, "--inline", 1004, "--top", tables[0], "--class", "2").code == 0
    labels, _ = _labels(folder, SectionKey(Axis.INLINE, 4))
    tops = (labels == 2).argmax(axis=0)
    assert tops[[4, 14, 24]].tolist() == [10, 10, 10]
    assert len(set(tops[4:25].tolist())) > 1
    assert labels[63, 4:25].min() == 2  # no base: down to the end of the section
    assert not labels[:, :4].any()


def test_the_hand_is_spared_unless_asked_and_holdouts_always(
    seisview: Cli, folder: Path, tables: tuple[Path, Path]
) -> None:
    with open_project(folder, open_volume) as project:
        project.labels.apply(FIRST, Box(0, 64, 10, 12), np.ones((64, 2), bool), 3)
        project.labels.set_holdout(SectionKey(Axis.CROSSLINE, 6))
        project.volume.close()
    call = ["fill-between", folder, "--top", tables[0], "--class", "Sand", "--inlines"]
    result = seisview(*call, "1002:1020", "--json")
    assert result.json["filled"] == ["inline 1002", "inline 1004"]
    assert result.json["held_out"] == ["inline 1020"]
    assert len(result.json["not_covered"]) == 16
    labels, _ = _labels(folder)
    assert (labels[:, 10:12] == 3).all()
    assert not labels[:, 6].any()
    assert (labels[30, [5, 7, 24]] == 2).all()
    assert seisview(*call, "1002", "--over-painted").code == 0
    assert (_labels(folder)[0][30:, 10:12] == 2).all()


def test_top_and_base_of_a_class_fill_just_that_class_again(
    seisview: Cli, folder: Path, tmp_path: Path
) -> None:
    painted = np.zeros((64, 32), bool)
    painted[20:41, 3:12] = painted[33:36, 18:30] = True  # with a gap between the two
    with open_project(folder, open_volume) as project:
        for index in (2, 3):
            project.labels.apply(SectionKey(Axis.INLINE, index), Box.whole(painted.shape), painted, 1)
        project.volume.close()
    for what in ("top", "base"):
        exported = seisview(
            *("export", folder, "--what", what, "--class", "Shale", "--source", "labels"),
            *("--out", tmp_path / f"{what}.csv"),
        )
        assert exported.code == 0, exported.err
    with open_project(folder, open_volume) as project:
        project.labels.remove_class(1)
        project.volume.close()
    result = seisview(
        *("fill-between", folder, "--inlines", ":", "--class", "Salt", "--json"),
        *("--top", tmp_path / "top.csv", "--base", tmp_path / "base.csv"),
    )
    assert result.json["filled"] == ["inline 1002", "inline 1003"]
    for index in (2, 3):
        labels, _ = _labels(folder, SectionKey(Axis.INLINE, index))
        np.testing.assert_array_equal(labels == 3, painted)


@pytest.mark.parametrize(
    ("options", "code", "sentence"),
    [
        (["--inline", "1002", "--class", "Sand"], 2, "--top or --base"),
        (["--top", "top.csv", "--class", "Sand"], 2, "Say which sections"),
        (["--inline", "1002", "--inlines", "1002", "--top", "top.csv", "--class", "Sand"], 2, "not both"),
        (["--inline", "1002", "--top", "none.csv", "--class", "Sand"], 1, "There is no file"),
        (["--inline", "1002", "--top", "top.csv", "--class", "Coal"], 1, "no class called Coal"),
        (["--inline", "1003", "--top", "top.csv", "--class", "Sand"], 1, "Nothing lies between"),
        (["--inline", "1020", "--top", "top.csv", "--class", "Sand"], 1, "Nothing lies between"),
        (
            ["--inline", "1002", "--top", "base.csv", "--base", "top.csv", "--class", "Sand"],
            1,
            "the top must lie above the base",
        ),
    ],
)
def test_what_cannot_be_filled_is_refused_and_nothing_changes(
    *,
    seisview: Cli,
    folder: Path,
    tables: tuple[Path, Path],
    monkeypatch: pytest.MonkeyPatch,
    options: list[str],
    code: int,
    sentence: str,
) -> None:
    monkeypatch.chdir(tables[0].parent)
    result = seisview("fill-between", folder, *options)
    assert (result.code, sentence in result.err) == (code, True), result.err
    assert not _labels(folder)[0].any()


def test_a_notebook_fills_between_arrays_in_one_step_to_undo(folder: Path) -> None:
    top = np.full((24, 32), 40.0)
    with open_project(folder, open_volume) as project:
        keys = [SectionKey(Axis.CROSSLINE, index) for index in (3, 4)]
        result = sv.fill_between(project, "Salt", keys, top, top + 20)
        assert result.samples == 2 * 6 * 23  # held-out inline 1020 crosses them
        assert result.filled == tuple(keys)
        with pytest.raises(LabelError, match="shape"):
            sv.fill_between(project, "Salt", keys, top[:3])
        with pytest.raises(LabelError, match="inlines and crosslines"):
            sv.fill_between(project, "Salt", [SectionKey(Axis.SAMPLE, 3)], top)
        assert project.labels.counts()[3] == result.samples
        project.labels.undo()
        assert not project.labels.labelled_sections()
        project.volume.close()
