from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from seisview.data.geometry import Axis, LineNumbers, SectionKey, SurveyGeometry
from seisview.errors import GeometryError, LabelError
from seisview.workflows.facies.evaluate import evaluate_sections
from seisview.workflows.labels import LabelChoice, labelled_sections, labels_from_path
from seisview.workflows.lines import LineSelection


@pytest.fixture
def geometry() -> SurveyGeometry:
    return SurveyGeometry(LineNumbers.regular(10, 1, 6), LineNumbers.regular(50, 1, 8), 4, 0.0, 4.0)


def test_painted_lines_are_found_again(geometry: SurveyGeometry) -> None:
    labels = np.zeros(geometry.shape, np.uint8)
    labels[2] = 1
    labels[:, 5] = 2
    found = labelled_sections(labels, geometry)
    assert found == {SectionKey(Axis.INLINE, 2), SectionKey(Axis.CROSSLINE, 5)}


def test_a_dense_volume_is_its_inlines(geometry: SurveyGeometry) -> None:
    found = labelled_sections(np.ones(geometry.shape, np.uint8), geometry)
    assert found == {SectionKey(Axis.INLINE, i) for i in range(6)}


def test_labels_of_a_volume(geometry: SurveyGeometry, tmp_path: Path) -> None:
    labels = np.zeros(geometry.shape, np.uint8)
    labels[1, :, :2], labels[1, :, 2:], labels[4] = 7, 3, 3
    np.save(tmp_path / "l.npy", labels)
    snapshot = labels_from_path(tmp_path / "l.npy", geometry)
    assert snapshot.training_sections == (SectionKey(Axis.INLINE, 1), SectionKey(Axis.INLINE, 4))
    assert [c.id for c in snapshot.scheme] == [3, 7]
    np.testing.assert_array_equal(snapshot.sections[SectionKey(Axis.INLINE, 1)], labels[1].T)
    only = labels_from_path(tmp_path / "l.npy", geometry, LabelChoice(LineSelection.parse("14")))
    assert only.training_sections == (SectionKey(Axis.INLINE, 4),)
    with pytest.raises(LabelError, match="no labels"):
        labels_from_path(tmp_path / "l.npy", geometry, LabelChoice(LineSelection.parse("12")))
    with pytest.raises(GeometryError):
        labels_from_path(tmp_path / "l.npy", geometry, LabelChoice(LineSelection.parse("99")))


def test_an_empty_volume_and_a_wrong_shape(geometry: SurveyGeometry, tmp_path: Path) -> None:
    np.save(tmp_path / "empty.npy", np.zeros(geometry.shape, np.uint8))
    np.save(tmp_path / "other.npy", np.ones((2, 3, 4), np.uint8))
    with pytest.raises(LabelError, match="no labels"):
        labels_from_path(tmp_path / "empty.npy", geometry)
    with pytest.raises(LabelError, match="shape"):
        labels_from_path(tmp_path / "other.npy", geometry)


def test_samples_of_crossing_sections_count_once() -> None:
    rng = np.random.default_rng(0)
    facies, truth = (rng.integers(1, 4, (6, 8, 4), dtype=np.uint8) for _ in range(2))
    keys = [SectionKey(Axis.CROSSLINE, 5), SectionKey(Axis.INLINE, 2), SectionKey(Axis.SAMPLE, 1)]
    masks = [truth[:, 5].T, truth[2].T, truth[:, :, 1].T]
    found = evaluate_sections(facies, zip(keys, masks, strict=True))
    touched = np.zeros(facies.shape, bool)
    touched[:, 5] = touched[2] = touched[:, :, 1] = True
    assert found.n_samples == touched.sum()
    assert found.matrix.pixel_accuracy == pytest.approx(np.mean(facies[touched] == truth[touched]))


def test_zero_in_a_predicted_trace_is_a_miss_and_unpredicted_traces_are_left_out() -> None:
    truth = np.ones((1, 3, 4), np.uint8)
    facies = truth.copy()
    facies[0, 0] = 0
    facies[0, 1, 0] = 0
    found = evaluate_sections(facies, [(SectionKey(Axis.INLINE, 0), truth[0].T)])
    assert (found.n_samples, found.n_not_predicted) == (8, 4)
    assert found.matrix.pixel_accuracy == pytest.approx(7 / 8)


def test_nothing_in_common_is_an_error() -> None:
    with pytest.raises(LabelError, match="nothing to compare"):
        evaluate_sections(
            np.zeros((1, 3, 4), np.uint8), [(SectionKey(Axis.INLINE, 0), np.ones((4, 3), np.uint8))]
        )
