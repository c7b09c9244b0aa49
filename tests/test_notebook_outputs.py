"""What a notebook prints below a cell that ends in a result: a line to read, no thousand numbers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import seisview as sv
from tests.learn.surveys import random_segmenter, textured_survey

LONGEST = 420


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    sv.write_survey(sv.synthesize(sv.SyntheticConfig.tiny(seed=3)), folder / "s.sgy", folder / "f.sgy")
    return folder


def printed(value: object) -> str:
    text = repr(value)
    assert len(text) <= LONGEST, text
    assert "object at 0x" not in text
    return text


def test_a_survey_says_what_and_how_large_it_is(made: Path) -> None:
    survey = sv.open_survey(made / "s.sgy")
    assert printed(survey) == "<SegyVolume s.sgy: 24 inlines x 32 crosslines x 64 samples, 0 to 252 ms>"
    assert "LineNumbers(1000 to 1023, step 1, 24 lines)" in printed(survey.geometry)
    assert "4-byte IEEE float" in printed(survey.info)
    assert "p99" in printed(sv.measure_amplitudes(survey))
    np.save(made / "a.npy", np.ones((4, 5, 6), np.float32))
    assert printed(sv.open_survey(made / "a.npy")).startswith("<NpyVolume a.npy: 4 inlines x 5 crosslines")
    assert "Salt" in printed(sv.synthesize(sv.SyntheticConfig.tiny()))


def test_labels_and_projects_say_what_is_in_them(made: Path) -> None:
    survey = sv.open_survey(made / "s.sgy")
    labels = sv.labels_from_path(made / "f.sgy", survey.geometry)
    assert printed(labels).startswith("LabelSnapshot(24 labelled sections; classes LAYERED SHALE")
    with sv.create_project(made / "p", survey, labels) as project:
        assert "24 labelled sections, 0 models" in printed(project)
        assert "24 labelled sections" in printed(project.labels)


def test_scores_and_models_say_how_good_they_are() -> None:
    matrix = sv.ConfusionMatrix(255)
    matrix.add(np.array([0, 0, 1, 1]), np.array([0, 1, 1, 1]))
    assert printed(matrix) == "ConfusionMatrix(4 samples, 2 classes: pixel accuracy 0.750, mean IoU 0.583)"
    survey, _ = textured_survey((4, 40, 70))
    model = random_segmenter(survey, sv.measure_amplitudes(survey))
    assert printed(model).startswith(f"TrainedSegmenter({model.model_id}: resnet10")


def test_a_folder_of_patches_says_how_many(made: Path) -> None:
    for name in ("fault", "salt"):
        (made / "images" / name).mkdir(parents=True)
        for number in range(30):
            Image.new("L", (8, 8)).save(made / "images" / name / f"{number}.png")
    assert printed(sv.open_patches(made / "images")).endswith("60 images; classes fault, salt)")
