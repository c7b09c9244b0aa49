"""The preview from strokes to facies, and from files to files of another survey."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from seisview.data.amplitude import AmplitudeStatistics, measure_amplitudes
from seisview.data.geometry import Axis, SectionKey, section_of
from seisview.errors import Cancelled, LabelError, ModelError
from seisview.labels.boxes import Box
from seisview.labels.facies import FaciesScheme
from seisview.labels.store import LabelStore
from seisview.labels.tiles import TiledMask
from seisview.learn.config import PredictConfig
from seisview.learn.features.config import FeatureConfig
from seisview.learn.preview.model import PreviewModel
from seisview.learn.samples.labelled import LabelRequest, vertical_masks
from seisview.progress import Progress
from seisview.workflows.facies.dips import survey_dips
from seisview.workflows.facies.facies_sections import FaciesInMemory
from seisview.workflows.facies.preview import (
    carried_to_preview,
    fit_preview,
    load_preview,
    preview_keys,
    preview_section,
    save_preview,
    with_source,
)
from seisview.workflows.facies.preview_files import predict_preview
from seisview.workflows.features import prepare_features, section_features
from tests.learn.surveys import ArrayVolume, crossline, inline, labels_of, snapshot, textured_survey

Facies = npt.NDArray[np.uint8]
CONFIG = FeatureConfig(backbone="resnet10", weights="none", dimensions=16, device="cpu")
PREDICT = PredictConfig(device="cpu")


@pytest.fixture(scope="module")
def survey() -> tuple[ArrayVolume, Facies]:
    return textured_survey()


@pytest.fixture(scope="module")
def statistics(survey: tuple[ArrayVolume, Facies]) -> AmplitudeStatistics:
    return measure_amplitudes(survey[0])


def test_a_stroke_of_each_class_changes_the_visible_section(
    survey: tuple[ArrayVolume, Facies], statistics: AmplitudeStatistics
) -> None:
    volume, truth = survey
    visible, shape = inline(4), volume.geometry.section_shape(Axis.INLINE)
    true = section_of(truth, visible)
    strokes = np.zeros(shape, np.uint8)
    strokes[20:23, 5:30] = 3
    strokes[20:23, 130:155] = 7
    labels = snapshot({visible: strokes})
    features = section_features(volume, statistics, CONFIG, preview_keys(labels, volume.geometry))
    first = fit_preview(features, labels, volume.geometry)
    before, confidence = preview_section(first, features[visible], shape)
    assert (before == true).mean() > 0.8
    assert set(np.unique(before)) == {3, 7}
    assert confidence.min() >= 0.5 - 1e-3
    corrected = strokes.copy()
    corrected[60:80, 5:150] = 5  # "Salt", new
    second = fit_preview(features, snapshot({visible: corrected}), volume.geometry, previous=first)
    after, _ = preview_section(second, features[visible], shape)
    assert [c.name for c in second.classes] == ["Layered", "Salt", "Chaotic"]
    assert (after[60:80, 5:150] == 5).mean() > 0.8
    assert (after[20:23, 5:30] == 3).mean() > 0.8
    assert (after[20:23, 130:155] == 7).mean() > 0.8


def test_whole_sections_of_either_axis_teach_the_others(
    survey: tuple[ArrayVolume, Facies], statistics: AmplitudeStatistics
) -> None:
    volume, truth = survey
    labels = snapshot(labels_of(truth, inline(12), crossline(90)))
    features = section_features(
        volume, statistics, CONFIG, [*preview_keys(labels, volume.geometry), inline(3)]
    )
    model = fit_preview(features, labels, volume.geometry)
    facies, _ = preview_section(model, features[inline(3)], (96, 160))
    assert (facies == section_of(truth, inline(3))).mean() > 0.9


def test_held_out_sections_are_not_learnt_from(survey: tuple[ArrayVolume, Facies]) -> None:
    volume, truth = survey
    sections = labels_of(truth, inline(2), inline(6), inline(20), crossline(80))
    labels = snapshot(sections, holdout=frozenset([inline(20)]))
    assert set(preview_keys(labels, volume.geometry)) == {inline(2), inline(6), crossline(80)}
    features = {key: np.ones((12, 20 if key.axis is Axis.INLINE else 3, 4), np.float16) for key in sections}
    with pytest.raises(LabelError):
        fit_preview({inline(20): features[inline(20)]}, labels, volume.geometry)


def test_sections_nobody_painted_on_are_not_read_again_and_all_others_are(
    survey: tuple[ArrayVolume, Facies], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With twenty labelled sections, reading them all would take longer than the fit."""
    geometry, read = survey[0].geometry, list[TiledMask]()
    store = LabelStore(geometry, FaciesScheme.named(["Mud", "Sand"]))
    features = {
        key: np.random.default_rng(key.index).standard_normal((12, 20 if key.axis is Axis.INLINE else 3, 4))
        for key in (inline(2), inline(20), crossline(80), crossline(9))
    }
    one, two = store.scheme.ids[:2]
    whole_read = TiledMask.read

    def counted(mask: TiledMask, box: Box | None = None) -> Facies:
        read.append(mask)
        return whole_read(mask, box)

    def stroke(key: SectionKey, row: int, class_id: int) -> None:
        box = Box(row, row + 5, 0, 10)
        store.apply(key, box, np.ones(box.shape, np.bool_), class_id)

    def painted() -> None:
        for key, row, class_id in ((inline(2), 3, one), (inline(2), 40, two), (crossline(80), 9, one)):
            stroke(key, row, class_id)

    edits: list[tuple[Callable[[], object], int]] = [
        (painted, 2),
        (lambda: stroke(inline(2), 60, two), 1),
        (lambda: stroke(crossline(80), 30, two), 2),  # crosses inline 2
        (store.undo, 2),
        (lambda: None, 0),
        (lambda: stroke(inline(20), 60, two), 1),
        (lambda: store.set_holdout(inline(20), held_out=True), 3),
        (lambda: store.set_holdout(inline(20), held_out=False), 3),
        (lambda: stroke(SectionKey(Axis.SAMPLE, 12), 5, one), 4),
        (store.undo, 3),
        (lambda: None, 0),
    ]
    model = None
    for edit, n_read in edits:
        edit()
        labels = store.snapshot()
        with monkeypatch.context() as patched:
            read.clear()
            patched.setattr(TiledMask, "read", counted)
            model = fit_preview(features, labels, geometry, previous=model)
            assert len(read) == n_read
        wanted = vertical_masks(LabelRequest(labels.sections, labels.holdout), geometry)
        assert list(model.labels) == list(wanted)
        assert all(np.array_equal(mask, wanted[key]) for key, mask in model.labels.items())


def test_one_class_is_refused_with_a_hint(survey: tuple[ArrayVolume, Facies]) -> None:
    volume, _ = survey
    labels = snapshot({inline(3): np.full((96, 160), 7, np.uint8)})
    with pytest.raises(LabelError, match="Only one class") as caught:
        fit_preview({inline(3): np.ones((12, 20, 4), np.float16)}, labels, volume.geometry)
    assert caught.value.hint


@pytest.fixture
def model(survey: tuple[ArrayVolume, Facies], statistics: AmplitudeStatistics) -> PreviewModel:
    volume, truth = survey
    labels = snapshot(labels_of(truth, inline(12)), revision=9)
    features = section_features(volume, statistics, CONFIG, [inline(12)])
    fitted = fit_preview(features, labels, volume.geometry)
    made = prepare_features(volume, statistics, CONFIG, Progress())
    return with_source(fitted, made, CONFIG, statistics)


def test_a_saved_preview_predicts_sections_of_the_survey_and_of_another(
    model: PreviewModel,
    survey: tuple[ArrayVolume, Facies],
    statistics: AmplitudeStatistics,
    tmp_path: Path,
) -> None:
    save_preview(tmp_path / "p.safetensors", model)
    again = load_preview(tmp_path / "p.safetensors")
    assert again.label_revision == 9
    volume, truth = survey
    sink = FaciesInMemory()
    keys = predict_preview(again, volume, sink, Progress(), first=inline(5), config=PREDICT)
    assert keys[0] == inline(5)
    assert set(keys) == {inline(i) for i in range(24)}
    facies = np.stack([sink.sections[inline(i)][0].T for i in range(24)])
    assert (facies == truth).mean() > 0.9
    # what the window shows from the cache and what the file predicts is the same
    shown = section_features(volume, statistics, CONFIG, [inline(5)])[inline(5)]
    carried = carried_to_preview(model, survey_dips(volume), inline(5))
    expected, _ = preview_section(model, shown, (96, 160), carried)
    np.testing.assert_array_equal(expected, sink.sections[inline(5)][0])
    assert (expected != preview_section(model, shown, (96, 160))[0]).any()
    other, other_truth = textured_survey(seed=8)
    loud = ArrayVolume(np.stack([other.read_section(inline(i)).T for i in range(24)]) * 50)
    predict_preview(again, loud, sink, Progress(), config=replace(PREDICT, lines=(3, 5)))
    assert (sink.sections[inline(3)][0] == section_of(other_truth, inline(3))).mean() > 0.85


def test_dead_traces_are_not_predicted(model: PreviewModel, survey: tuple[ArrayVolume, Facies]) -> None:
    volume, _ = survey
    amplitude = np.stack([volume.read_section(inline(i)).T for i in range(2)])
    amplitude[:, 51] = 0
    sink = FaciesInMemory()
    predict_preview(model, ArrayVolume(amplitude), sink, Progress(), config=PREDICT)
    facies, confidence = sink.sections[inline(1)]
    assert np.flatnonzero(~facies.any(axis=0)).tolist() == [51]
    assert not confidence[:, 51].any()


def test_other_weights_than_it_was_made_with_are_refused(
    model: PreviewModel, survey: tuple[ArrayVolume, Facies]
) -> None:
    assert model.source is not None
    other = replace(model, source=replace(model.source, weights_hash="0123"))
    with pytest.raises(ModelError, match="other backbone weights"):
        predict_preview(other, survey[0], FaciesInMemory(), Progress(), config=PREDICT)
    with pytest.raises(ModelError, match="does not say"):
        predict_preview(replace(model, source=None), survey[0], FaciesInMemory(), Progress(), config=PREDICT)


def test_predicting_can_be_cancelled(model: PreviewModel, survey: tuple[ArrayVolume, Facies]) -> None:
    progress, sink = Progress(), FaciesInMemory()
    progress.cancel()
    with pytest.raises(Cancelled):
        predict_preview(model, survey[0], sink, progress, config=PREDICT)
    assert not sink.sections
