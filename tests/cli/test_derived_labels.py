"""Fewer strokes from the command line: interpolated, accepted and merged labels of a project."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from seisview.data.geometry import Axis, SectionKey
from seisview.data.opening import open_volume
from seisview.labels.boxes import Box
from seisview.labels.facies import FaciesScheme
from seisview.labels.provenance import Provenance
from seisview.project.project import Project
from seisview.project.results import FaciesProvenance
from seisview.project.storage import create_project, open_project
from seisview.workflows.derived_labels import interpolate_among
from seisview.workflows.facies.carry import CARRIED_FROM

Cli = Callable[..., Any]
WHOLE = Box(0, 64, 0, 32)
CONFIDENCE = 0.7


def _inline(number: int) -> SectionKey:
    return SectionKey(Axis.INLINE, number - 1000)


def _add_facies(project: Project, class_id: int, title: str, details: dict[str, str] | None = None) -> None:
    """Facies of one class on all inlines, confidence 0.7 on the deeper half and 0.3 above."""
    fingerprint = project.volume.fingerprint
    origin = FaciesProvenance(("m",), 1, project.labels.scheme, fingerprint, title, details or {})
    result = project.create_result(origin)
    confidence = np.full((64, 32), CONFIDENCE, np.float32)
    confidence[:32] = 0.3
    for index in range(24):
        result.write_section(
            SectionKey(Axis.INLINE, index), np.full((64, 32), class_id, np.uint8), confidence
        )
    result.finish()
    project.install_result(result)


@pytest.fixture
def folder(survey: Path, tmp_path: Path) -> Path:
    """Inlines 1002, 1006 and 1012 painted as Shale above and Sand below; inline 1020 held out."""
    volume = open_volume(survey)
    with create_project(tmp_path / "p", volume, scheme=FaciesScheme.named(["Shale", "Sand", "Salt"])) as made:
        for number in (1002, 1006, 1012, 1020):
            made.labels.apply(_inline(number), WHOLE, np.ones(WHOLE.shape, bool), 2)
            made.labels.apply(_inline(number), Box(0, 20, 0, 32), np.ones((20, 32), bool), 1)
        made.labels.set_holdout(_inline(1020))
    volume.close()
    return tmp_path / "p"


@pytest.fixture
def predicted(folder: Path) -> Path:
    with open_project(folder, open_volume) as project:
        _add_facies(project, 3, "first")
        _add_facies(project, 1, "second")
        project.volume.close()
    return folder


def _labels(folder: Path) -> tuple[dict[Provenance, int], Callable[[SectionKey], np.ndarray]]:
    with open_project(folder, open_volume, read_only=True) as project:
        project.volume.close()
        return dict(project.labels.provenance_counts()), project.labels.section


def test_sections_between_labelled_ones_are_interpolated(seisview: Cli, folder: Path) -> None:
    done = seisview("interpolate", folder, "--inlines", ":", "--json")
    assert done.code == 0, done.err
    assert done.json["between"] == [["inline 1002", "inline 1006"], ["inline 1006", "inline 1012"]]
    assert done.json["samples"] == (3 + 5) * 64 * 32
    counts, section = _labels(folder)
    assert counts[Provenance.INTERPOLATED] == done.json["samples"]
    for number in (1003, 1004, 1011):
        assert (section(_inline(number))[:20] == 1).all()
        assert (section(_inline(number))[20:] == 2).all()
    assert not section(_inline(1016)).any(), "a held-out section is no end"
    again = seisview("interpolate", folder, "--inlines", "1002,1006", "--json")
    assert (again.code, again.json["samples"]) == (0, 0)


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        ((), 2, "--inlines"),
        (("--inlines", "five"), 2, "not a choice of lines"),
        (("--samples", "deep"), 2, "no range"),
        (("--inlines", "1006"), 1, "Labelled and not held out: inline 1002, inline 1006, inline 1012"),
        (("--inlines", "1012:1020"), 1, "no two labelled sections"),
        (("--crosslines", ":"), 1, "no two labelled sections"),
        (("--inlines", "5:9"), 1, "No inline of the survey"),
        (("--samples", "5000:6000"), 1, "No slice"),
    ],
)
def test_nothing_to_interpolate(
    arguments: tuple[str, ...], code: int, says: str, seisview: Cli, folder: Path
) -> None:
    done = seisview("interpolate", folder, *arguments)
    assert done.code == code
    assert says in done.err
    assert _labels(folder)[0][Provenance.INTERPOLATED] == 0


def test_slices_are_interpolated_too(seisview: Cli, survey: Path, tmp_path: Path) -> None:
    volume = open_volume(survey)
    with create_project(tmp_path / "slices", volume) as made:
        for index in (10, 14):
            key = SectionKey(Axis.SAMPLE, index)
            made.labels.apply(key, Box(0, 32, 0, 24), np.ones((32, 24), bool), 1)
    volume.close()
    done = seisview("interpolate", tmp_path / "slices", "--samples", "0:100", "--json")
    assert done.code == 0, done.err
    assert done.json["between"] == [["40 ms", "56 ms"]]
    assert done.json["samples"] == 3 * 32 * 24


def test_predictions_are_accepted_by_lines_confidence_and_class(seisview: Cli, predicted: Path) -> None:
    done = seisview("accept", predicted, "--inlines", "1006:1008", "--confidence", 0.5, "--json")
    assert done.code == 0, done.err
    assert done.json["facies"] == "second"
    assert (done.json["n_sections"], done.json["samples"]) == (3, 2 * 32 * 32)
    counts, section = _labels(predicted)
    assert counts[Provenance.ACCEPTED] == 2 * 32 * 32
    assert (section(_inline(1007))[32:] == 1).all()
    assert not section(_inline(1007))[:32].any()
    assert (section(_inline(1006))[20:] == 2).all(), "what the hand painted stays"

    other = seisview("accept", predicted, "--inlines", 1007, "--facies", "first", "--confidence", 0, "--json")
    assert (other.code, other.json["samples"]) == (0, 32 * 32)
    assert (_labels(predicted)[1](_inline(1007)) == 3).all()
    none = seisview("accept", predicted, "--inlines", 1009, "--class", "sand", "--confidence", 0.1, "--json")
    assert (none.code, none.json["samples"]) == (0, 0)


def test_the_default_confidence_is_that_of_the_window(seisview: Cli, predicted: Path) -> None:
    sure = seisview("accept", predicted, "--inlines", 1009, "--json").json
    assert (sure["confidence"], sure["samples"]) == (0.8, 0)
    with open_project(predicted, open_volume) as project:
        _add_facies(project, 1, "carried", {CARRIED_FROM: "inline:2"})
        project.volume.close()
    carried = seisview("accept", predicted, "--inlines", 1009, "--json").json
    assert (carried["confidence"], carried["samples"]) == (0.5, 32 * 32)


def test_held_out_sections_take_no_prediction_not_even_where_others_cross_them(
    seisview: Cli, predicted: Path
) -> None:
    crossline = SectionKey(Axis.CROSSLINE, 5)
    with open_project(predicted, open_volume) as project:
        project.labels.set_holdout(crossline)
        project.volume.close()
    done = seisview("accept", predicted, "--inlines", "1018:1021", "--confidence", 0, "--json")
    assert done.code == 0, done.err
    assert done.json["held_out"] == ["inline 1020"]
    assert done.json["samples"] == 3 * 64 * 31
    section = _labels(predicted)[1]
    assert (section(_inline(1018))[:, :5] == 1).all()
    assert not section(crossline)[:, 18:20].any()
    alone = seisview("accept", predicted, "--inlines", 1020)
    assert alone.code == 1
    assert "held out" in alone.err
    between = seisview("interpolate", predicted, "--inlines", "1006:1012")
    assert between.code == 0, between.err
    assert not _labels(predicted)[1](crossline)[:, 7:12].any()


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        ((), 2, "--inlines"),
        (("--inlines", "1007", "--confidence", "90"), 2, "it must be at most 1"),
        (("--inlines", "1007", "--class", "Coal"), 1, "no class called Coal"),
        (("--inlines", "1007", "--facies", "third"), 1, "There are no facies called third"),
    ],
)
def test_nothing_to_accept(
    arguments: tuple[str, ...], code: int, says: str, seisview: Cli, predicted: Path
) -> None:
    done = seisview("accept", predicted, *arguments)
    assert done.code == code
    assert says in done.err
    assert _labels(predicted)[0][Provenance.ACCEPTED] == 0


def test_without_facies_there_is_nothing_to_accept(seisview: Cli, folder: Path) -> None:
    done = seisview("accept", folder, "--inlines", 1007)
    assert done.code == 1
    assert "no facies prediction yet" in done.err


def test_classes_are_merged(seisview: Cli, folder: Path) -> None:
    done = seisview("merge-classes", folder, "--class", "sand", "--into", "Salt", "--json")
    assert done.code == 0, done.err
    assert done.json["classes"] == ["Shale", "Salt"]
    assert done.json["samples"] == 4 * 44 * 32
    assert set(np.unique(_labels(folder)[1](_inline(1002)))) == {1, 3}
    assert (
        "no class called Coal" in seisview("merge-classes", folder, "--class", "Coal", "--into", "Salt").err
    )


@pytest.mark.parametrize(
    "command",
    [
        ("interpolate", "--inlines", ":"),
        ("accept", "--inlines", ":"),
        ("merge-classes", "--class", "Sand", "--into", "Salt"),
    ],
    ids=lambda command: command[0],
)
def test_a_project_that_a_window_has_is_left_alone(
    command: tuple[str, ...], seisview: Cli, predicted: Path
) -> None:
    name, *options = command
    with open_project(predicted, open_volume) as window:
        before = window.labels.revision
        refused = seisview(name, predicted, *options)
        window.volume.close()
        assert window.labels.revision == before
    assert refused.code == 1
    assert "is open in a window" in refused.err
    assert "not a seisview project" in seisview(name, predicted.parent, *options).err


def test_what_is_stopped_halfway_is_taken_back(folder: Path) -> None:
    from seisview.errors import Cancelled
    from seisview.progress import Progress, ProgressState

    def stop_at_the_second_pair(state: ProgressState) -> None:
        if state.fraction and state.fraction >= 0.5:
            progress.cancel()

    progress = Progress(stop_at_the_second_pair)
    with open_project(folder, open_volume) as project:
        before = project.labels.counts()
        with pytest.raises(Cancelled):
            interpolate_among(project.labels, [_inline(n) for n in range(1000, 1024)], progress)
        assert project.labels.counts() == before
        project.volume.close()
    assert _labels(folder)[0][Provenance.INTERPOLATED] == 0


def test_labels_from_elsewhere_are_brought_in(folder: Path, tmp_path: Path, seisview: Cli) -> None:
    masks = tmp_path / "masks"
    masks.mkdir()
    np.save(masks / "inline_1015.npy", np.full((64, 32), 3, np.uint8))
    result = seisview("import-labels", str(folder), "--labels", str(masks), "--json")
    assert result.code == 0, result.err
    assert json.loads(result.out)["samples"] == 64 * 32
    with open_project(folder, open_volume, read_only=True) as project:
        assert (project.labels.section(_inline(1015)) == 3).all()
        assert project.labels.scheme.ids == (1, 2, 3)
        project.volume.close()
