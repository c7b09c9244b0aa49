"""Notebooks name files by plain strings; every door of `import seisview` takes them as it takes paths."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import seisview as sv
from seisview.errors import LabelError, ProjectError, SeisviewError
from tests.project.surveys import survey as small_survey

INLINE = sv.SectionKey(sv.Axis.INLINE, 1)

READING: dict[str, Callable[[sv.Volume], object]] = {
    "open_survey": lambda _: sv.open_survey("no.sgy"),
    "labels_from_path": lambda survey: sv.labels_from_path("no", survey.geometry),
    "read_horizon": lambda survey: sv.read_horizon("no.csv", survey.geometry),
    "load_segmenter": lambda _: sv.load_segmenter("no.safetensors"),
    "evaluate_files": lambda _: sv.evaluate_files("no.npy", "no", survey="no.sgy"),
    "open_patches": lambda _: sv.open_patches("no"),
    "open_project": lambda _: sv.open_project("no"),
    "match_image_folders": lambda _: sv.match_image_folders("no", "no", "answers.json"),
}


@pytest.mark.parametrize("name", READING)
def test_a_missing_file_named_by_a_string_is_said_in_words(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SeisviewError, match="no"):
        READING[name](small_survey(tmp_path / "s.npy"))


@pytest.mark.parametrize(
    ("made", "names"),
    [
        (lambda: sv.PredictionFiles("f.sgy", "c.npy"), ["facies", "confidence"]),
        (lambda: sv.CarryFiles("s.sgy", "l", sv.PredictionFiles("f.sgy")), ["survey", "labels"]),
        (lambda: sv.MatchTrainingFiles("a", "m.safetensors", "s.sgy"), ["source", "out", "corpus"]),
        (lambda: sv.FolderRequest("a", "b", "c"), ["folder", "test", "using"]),
        (lambda: sv.TrainConfig(backbone_file="b.safetensors"), ["backbone_file"]),
        (lambda: sv.PretrainConfig(backbone_file="b.safetensors"), ["backbone_file"]),
        (lambda: sv.MatchTrainConfig(backbone_file="b.safetensors"), ["backbone_file"]),
        (lambda: sv.FeatureConfig(weights="b.safetensors"), ["weights"]),
        (lambda: sv.ImageMatchConfig(model="m.safetensors", views="v"), ["model", "views"]),
    ],
)
def test_requests_hold_paths_however_they_were_named(made: Callable[[], Any], names: list[str]) -> None:
    request = made()
    assert [type(getattr(request, name)) for name in names] == [type(Path())] * len(names)
    if isinstance(request, sv.TrainConfig | sv.FeatureConfig):
        assert "b.safetensors" in request.to_dict().values()


def test_a_project_of_labels_is_made_opened_painted_and_exported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    survey = small_survey(tmp_path / "s.npy")
    mask = np.zeros(survey.geometry.section_shape(sv.Axis.INLINE), np.uint8)
    mask[:10], mask[10:20] = 1, 2
    with sv.create_project("project", survey, sv.snapshot_of({INLINE: mask}), name="Block 7") as project:
        assert project.name == "Block 7"
        crossline = sv.SectionKey("crossline", 3)
        gas = project.labels.add_class("Gas").id
        sv.paint_section(project.labels, crossline, np.full(survey.geometry.section_shape("crossline"), gas))
        assert project.labels.section(INLINE)[4, 3] == 3
    with sv.open_project("project", read_only=True) as again:
        written = sv.export_project(again, "labels", "labels.npy")
        labels = np.load(written["out"])
    assert labels[1, 4].tolist() == mask[:, 4].tolist()
    assert (labels[:, 3] == 3).all()
    drawn = sv.write_section(survey, INLINE, "line.png")
    assert (drawn["number"], Path("line.png").is_file()) == (102, True)
    with pytest.raises(ProjectError, match="already"):
        sv.create_project("project", survey)


def test_labels_that_do_not_fit_leave_no_project(tmp_path: Path) -> None:
    survey = small_survey(tmp_path / "s.npy")
    with pytest.raises(LabelError, match="do not fit inline sections"):
        sv.create_project(tmp_path / "p", survey, sv.snapshot_of({INLINE: np.ones((3, 4), np.uint8)}))
    assert not (tmp_path / "p").exists()


def test_a_built_survey_is_written_to_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    sv.write_survey(sv.synthesize(sv.SyntheticConfig.tiny()), "s.sgy", "f.sgy")
    with sv.create_project("p", sv.open_survey("s.sgy"), "f.sgy") as project:
        assert len(project.labels.snapshot().sections) == 24
