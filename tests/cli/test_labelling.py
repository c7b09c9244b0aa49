"""`seisview label-next`: line numbers of the sections worth labelling."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from seisview.data.geometry import Axis, SectionKey
from seisview.data.opening import open_volume
from seisview.labels.boxes import Box
from seisview.project.results import FaciesProvenance
from seisview.project.storage import create_project

SHAPE = (24, 32, 64)


@pytest.fixture
def confidence(tmp_path: Path) -> Path:
    values = np.full(SHAPE, 0.9, np.float32)
    values[18] = 0.2
    path = tmp_path / "confidence.npy"
    np.save(path, values)
    return path


def test_the_least_sure_line_is_named_by_its_number(seisview, survey: Path, confidence: Path) -> None:
    result = seisview("label-next", survey, "--confidence", confidence, "--top", 3, "--json")
    assert result.code == 0, result.err
    first = result.json["sections"][0]
    assert (first["rank"], first["axis"], first["line"]) == (1, "inline", 1018)
    assert first["score"] == pytest.approx(0.8, abs=0.01)
    assert len(result.json["sections"]) == 3


def test_labels_move_the_list_elsewhere(seisview, survey: Path, confidence: Path, tmp_path: Path) -> None:
    labels = np.zeros(SHAPE, np.uint8)
    labels[18] = 1
    np.save(tmp_path / "labels.npy", labels)
    result = seisview(
        "label-next", survey, "--confidence", confidence, "--labels", tmp_path / "labels.npy", "--json"
    )
    assert result.code == 0, result.err
    assert all((row["axis"], row["line"]) != ("inline", 1018) for row in result.json["sections"])


def test_a_project_ranks_by_its_own_facies(seisview, survey: Path, tmp_path: Path) -> None:
    volume = open_volume(survey)
    with create_project(tmp_path / "project", volume) as project:
        whole = np.ones((SHAPE[2], SHAPE[1]), np.bool_)
        project.labels.apply(SectionKey(Axis.INLINE, 4), Box.whole(whole.shape), whole, 1)
        origin = FaciesProvenance(("m",), 1, project.labels.scheme, volume.fingerprint, "tuned-1")
        result = project.create_result(origin)
        for index in range(SHAPE[0]):
            sure = 0.3 if index in (4, 20) else 0.9
            result.write_section(
                SectionKey(Axis.INLINE, index), whole.astype(np.uint8), np.full(whole.shape, sure)
            )
        result.finish()
        project.install_result(result)
    volume.close()
    listed = seisview("label-next", tmp_path / "project", "--json")
    assert listed.code == 0, listed.err
    assert listed.json["sections"][0]["line"] == 1020
    plain = seisview("label-next", tmp_path / "project")
    assert "line 1020" in plain.out


@pytest.mark.parametrize(
    ("values", "sentence"),
    [(np.full(SHAPE, 3.5, np.float32), "between 0 and 1"), (np.ones((2, 3, 4), np.float32), "has shape")],
)
def test_what_is_no_confidence_is_refused(
    seisview, survey: Path, tmp_path: Path, values: np.ndarray, sentence: str
) -> None:
    np.save(tmp_path / "wrong.npy", values)
    result = seisview("label-next", survey, "--confidence", tmp_path / "wrong.npy")
    assert result.code == 1
    assert sentence in result.err


def test_without_a_prediction_it_says_what_to_do(seisview, survey: Path) -> None:
    result = seisview("label-next", survey)
    assert result.code == 1
    assert "--confidence" in result.err
