"""The main job on small surveys in memory, with a small network; the real ResNet-50 in the slow tests."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import torch

from seisview.data.amplitude import AmplitudeStatistics, measure_amplitudes
from seisview.data.geometry import Axis, LineNumbers, SectionKey, section_of
from seisview.errors import Cancelled, GeometryError, LabelError, ModelError
from seisview.events import DeviceChosen, Note, TrainingStep
from seisview.learn.config import PredictConfig, TrainConfig
from seisview.learn.metrics import ConfusionMatrix
from seisview.learn.recipes import RecipeName
from seisview.learn.samples.splits import Block
from seisview.learn.segmentation.trained import TrainedSegmenter
from seisview.progress import Progress, ProgressState
from seisview.workflows.facies.facies_sections import FaciesInMemory, SectionPredicted, sections_outwards
from seisview.workflows.facies.quality import unseen_answers
from seisview.workflows.facies.segment import (
    load_segmenter,
    predict_facies,
    predict_section,
    train_segmenter,
)
from seisview.workflows.facies.train import from_shipped_weights
from tests.learn.surveys import (
    ArrayVolume,
    crossline,
    inline,
    labels_of,
    random_segmenter,
    snapshot,
    textured_survey,
)

Survey = tuple[ArrayVolume, npt.NDArray[np.uint8]]
Masks = dict[SectionKey, npt.NDArray[np.uint8]]

QUICK = TrainConfig(backbone="resnet10", steps=50, crop=(64, 96), device="cpu")
ONE_STEP = TrainConfig(backbone="resnet10", steps=1, crop=(32, 64), batch_size=1, device="cpu")


@pytest.fixture(scope="module")
def survey() -> Survey:
    return textured_survey()


@pytest.fixture(scope="module")
def statistics(survey: Survey) -> AmplitudeStatistics:
    return measure_amplitudes(survey[0])


@pytest.fixture(scope="module")
def events() -> list[object]:
    return []


@pytest.fixture(scope="module")
def trained(survey: Survey, statistics: AmplitudeStatistics, events: list[object]) -> TrainedSegmenter:
    """Trained once, on one inline."""
    labels = snapshot(labels_of(survey[1], inline(4)), revision=9)
    return train_segmenter(survey[0], labels, statistics, QUICK, Progress(on_event=events.append))


@pytest.fixture
def untrained(survey: Survey, statistics: AmplitudeStatistics) -> TrainedSegmenter:
    return random_segmenter(survey[0], statistics)


def train(survey: Survey, masks: Masks, config: TrainConfig = ONE_STEP, **more: Any) -> TrainedSegmenter:
    events = more.pop("events", [])
    statistics = measure_amplitudes(survey[0])
    return train_segmenter(
        survey[0], snapshot(masks, **more), statistics, config, Progress(on_event=events.append)
    )


def test_one_section_teaches_the_facies_of_others(survey: Survey, trained: TrainedSegmenter) -> None:
    matrix = ConfusionMatrix(8)
    for key in (inline(18), inline(23)):
        facies, _ = predict_section(trained, survey[0], key)
        matrix.add(section_of(survey[1], key), facies)
    assert matrix.mean_iou > 0.8, matrix.counts[[3, 7]][:, [3, 7]]


def test_the_model_says_where_it_comes_from(survey: Survey, trained: TrainedSegmenter) -> None:
    assert trained.class_ids == (3, 7)
    assert [c.name for c in trained.classes] == ["Layered", "Chaotic"]
    assert trained.fingerprint == survey[0].fingerprint
    assert trained.label_revision == 9
    assert trained.provenance.training["n_sections"] == 1
    assert trained.provenance.training["steps_done"] == 50
    assert 0 < trained.metrics["validation_mean_iou"] <= 1
    assert trained.seconds > 0


def test_events_tell_the_device_the_curve_and_what_is_missing(
    trained: TrainedSegmenter, events: list[object]
) -> None:
    assert isinstance(events[0], DeviceChosen)
    assert "CPU was asked for" in events[0].reason
    steps = [e for e in events if isinstance(e, TrainingStep)]
    assert [s.step for s in steps] == list(range(1, 51))
    judged = [s for s in steps if "validation_mean_iou" in s.metrics]
    assert len(judged) == 5
    assert judged[-1].step == 50
    notes = " ".join(e.text for e in events if isinstance(e, Note))
    assert "Salt" in notes
    assert "random" in notes


def test_a_saved_model_predicts_the_same(survey: Survey, trained: TrainedSegmenter, tmp_path: Path) -> None:
    trained.save(tmp_path / "model.safetensors")
    loaded = load_segmenter(tmp_path / "model.safetensors")
    for mine, again in zip(
        predict_section(trained, survey[0], crossline(70)),
        predict_section(loaded, survey[0], crossline(70)),
        strict=True,
    ):
        assert np.array_equal(mine, again)


def test_the_same_seed_gives_the_same_weights(survey: Survey) -> None:
    config = TrainConfig(backbone="resnet10", steps=4, crop=(32, 64), batch_size=2, seed=5, device="cpu")
    state = torch.random.get_rng_state()
    masks = labels_of(survey[1], inline(4))
    first = train(survey, masks, config)
    torch.rand(7)  # what the rest of the program draws makes no difference
    again = train(survey, masks, config)
    assert first.model_id == again.model_id
    assert [s.loss for s in first.history] == [s.loss for s in again.history]
    other = train(
        survey, masks, TrainConfig(backbone="resnet10", steps=4, crop=(32, 64), seed=6, device="cpu")
    )
    assert other.model_id != first.model_id
    torch.random.set_rng_state(state)


def test_training_leaves_the_callers_random_numbers_alone(survey: Survey) -> None:
    before = torch.random.get_rng_state()
    train(survey, labels_of(survey[1], inline(4)))
    assert torch.equal(torch.random.get_rng_state(), before)


def test_a_backbone_file_is_the_start(survey: Survey, trained: TrainedSegmenter, tmp_path: Path) -> None:
    path = tmp_path / "start.safetensors"
    trained.save(path)
    config = TrainConfig(backbone_file=path, steps=1, crop=(32, 64), batch_size=1, device="cpu", seed=9)
    tuned = train(survey, labels_of(survey[1], inline(4)), config)
    scratch = train(
        survey, labels_of(survey[1], inline(4)), replace(config, mode="scratch", backbone="resnet10")
    )
    assert tuned.config.backbone == "resnet10", "a file says which network it is of"
    for part in ("backbone.conv1.weight", "decoder.lateral.0.weight"):
        begun, from_file, random = (m.weights[part] for m in (trained, tuned, scratch))
        assert (from_file - begun).abs().max() < 1e-3, f"{part}: one warm-up step goes not far"
        assert (random - begun).abs().max() > 0.05
    with pytest.raises(ModelError, match="do not fit"):
        train(survey, labels_of(survey[1], inline(4)), TrainConfig(backbone="resnet18", backbone_file=path))


def test_the_stem_is_trained(survey: Survey) -> None:
    """System A left it out of the optimiser."""
    masks = labels_of(survey[1], inline(4))
    one = train(survey, masks)
    two = train(
        survey, masks, TrainConfig(backbone="resnet10", steps=2, crop=(32, 64), batch_size=1, device="cpu")
    )
    assert not torch.equal(one.weights["backbone.conv1.weight"], two.weights["backbone.conv1.weight"])


def test_no_labels_and_one_class_only(survey: Survey) -> None:
    with pytest.raises(LabelError, match="no labels"):
        train(survey, {})
    with pytest.raises(LabelError, match="Only one class") as caught:
        train(survey, {inline(0): np.full((96, 160), 3, np.uint8)})
    assert "two classes" in caught.value.hint


def test_labels_that_are_all_held_out(survey: Survey) -> None:
    with pytest.raises(LabelError, match="no labels"):
        train(survey, labels_of(survey[1], inline(4)), holdout=frozenset({inline(4)}))


def test_labels_on_a_single_trace(survey: Survey) -> None:
    mask = np.zeros((96, 160), np.uint8)
    mask[:, 80] = survey[1][0, 80]
    events: list[object] = []
    model = train(survey, {inline(0): mask}, ONE_STEP, events=events)
    assert model.class_ids == (3, 7)
    assert "validation_mean_iou" not in model.metrics
    assert any("no validation curve" in e.text for e in events if isinstance(e, Note))


def test_a_class_that_is_not_in_the_list_any_more_is_still_learnt(survey: Survey) -> None:
    mask = section_of(survey[1], inline(0)).copy()
    mask[:20] = 99
    model = train(survey, {inline(0): mask})
    assert [(c.id, c.name) for c in model.classes] == [(3, "Layered"), (7, "Chaotic"), (99, "Class 99")]


def test_gaps_and_values_that_are_no_numbers(statistics: AmplitudeStatistics) -> None:
    generator = np.random.default_rng(0)
    amplitude = generator.standard_normal((6, 64, 40)).astype(np.float32)
    amplitude[:, 10:20] = 0
    amplitude[:, 30, 5:9] = np.nan
    amplitude[:, 31, 5] = np.inf
    volume = ArrayVolume(amplitude)
    mask = np.full((40, 64), 3, np.uint8)
    mask[20:] = 7
    model = train_segmenter(volume, snapshot({inline(0): mask}), statistics, ONE_STEP, Progress())
    assert all(torch.isfinite(w).all() for w in model.weights.values())
    facies, confidence = predict_section(model, volume, inline(3))
    assert np.isfinite(confidence).all()
    assert (facies[:, 10:20] == 0).all()
    assert (np.delete(facies, np.s_[10:20], axis=1) != 0).all()


def test_a_time_budget_ends_on_time(survey: Survey) -> None:
    config = TrainConfig(backbone="resnet10", minutes=0.05, crop=(32, 64), batch_size=2, device="cpu")
    began = time.monotonic()
    model = train(survey, labels_of(survey[1], inline(4)), config)
    assert 2.0 < time.monotonic() - began < 4.5
    assert model.provenance.training["steps_done"] > 3


def test_training_can_be_cancelled(survey: Survey, statistics: AmplitudeStatistics) -> None:
    cancelled_at: list[float] = []

    def cancel(event: object) -> None:
        if isinstance(event, TrainingStep) and event.step == 2:
            progress.cancel()
            cancelled_at.append(time.monotonic())

    progress = Progress(on_event=cancel)
    labels = snapshot(labels_of(survey[1], inline(4)))
    with pytest.raises(Cancelled):
        train_segmenter(survey[0], labels, statistics, QUICK, progress)
    assert time.monotonic() - cancelled_at[0] < 1.0


def test_the_volume_is_predicted_from_the_visible_section_outwards(
    survey: Survey, untrained: TrainedSegmenter
) -> None:
    sink, events, reports = FaciesInMemory(), [], list[ProgressState]()
    progress = Progress(reports.append, events.append)
    keys = predict_facies(untrained, survey[0], sink, progress, first=inline(20))
    assert [k.index for k in keys[:5]] == [20, 19, 21, 18, 22]
    assert set(keys) == {inline(i) for i in range(24)} == set(sink.sections)
    assert [e.key for e in events if isinstance(e, SectionPredicted)] == list(keys)
    assert reports[-1].fraction == 1.0
    assert all(r.remaining_s is not None for r in reports[1:])
    facies, confidence = sink.sections[inline(7)]
    alone = predict_section(untrained, survey[0], inline(7))
    assert np.array_equal(facies, alone[0])
    assert np.array_equal(confidence, alone[1])


def test_predicting_can_be_cancelled_and_keeps_what_was_done(
    survey: Survey, untrained: TrainedSegmenter
) -> None:
    sink = FaciesInMemory()

    def cancel_after_third(event: object) -> None:
        if isinstance(event, SectionPredicted) and len(sink.sections) == 3:
            progress.cancel()

    progress = Progress(on_event=cancel_after_third)
    with pytest.raises(Cancelled):
        predict_facies(untrained, survey[0], sink, progress, first=crossline(10))
    assert set(sink.sections) == {crossline(10), crossline(9), crossline(11)}


def test_the_order_of_sections(survey: Survey) -> None:
    geometry = survey[0].geometry

    def order(first: SectionKey | None, trained: Axis = Axis.INLINE, **config: Any) -> tuple[SectionKey, ...]:
        return sections_outwards(geometry, first, PredictConfig(**config), trained)

    assert order(None)[0] == inline(12)
    assert order(None, Axis.CROSSLINE)[0] == crossline(80)
    assert order(SectionKey(Axis.SAMPLE, 3), Axis.CROSSLINE)[0] == crossline(80)
    assert order(crossline(5))[:3] == (crossline(5), crossline(4), crossline(6))
    assert order(crossline(5), axis=Axis.INLINE)[0] == inline(12)
    assert set(order(None, axis=Axis.INLINE, lines=(3, 6))) == {inline(3), inline(4), inline(5)}
    with pytest.raises(GeometryError):
        order(None, lines=(20, 30))


def test_a_line_has_only_one_section(survey: Survey) -> None:
    volume = ArrayVolume(np.ones((1, 40, 40), np.float32))
    assert volume.geometry.inlines == LineNumbers((100,))
    assert sections_outwards(volume.geometry, None, PredictConfig(), Axis.CROSSLINE) == (inline(0),)


def test_slices_are_not_predicted_directly(survey: Survey, untrained: TrainedSegmenter) -> None:
    with pytest.raises(ModelError, match="not on slices"):
        predict_section(untrained, survey[0], SectionKey(Axis.SAMPLE, 3))


def test_another_survey_is_normalised_by_its_own_amplitudes(
    survey: Survey, untrained: TrainedSegmenter
) -> None:
    """The same rock recorded 1000 times louder gives the same facies."""
    louder = ArrayVolume(1000 * np.stack([survey[0].read_section(inline(i)).T for i in range(24)]))
    assert louder.fingerprint != survey[0].fingerprint
    here, _ = predict_section(untrained, survey[0], inline(3))
    there, _ = predict_section(untrained, louder, inline(3))
    assert (here == there).mean() > 0.99


@pytest.mark.slow
@pytest.mark.parametrize(
    ("recipe", "network", "weights"), [("default", "resnet18", 11.5e6), ("reference", "resnet50", 28.8e6)]
)
def test_the_real_network_learns_at_the_default_settings(
    survey: Survey, statistics: AmplitudeStatistics, recipe: RecipeName, network: str, weights: float
) -> None:
    """Each recipe with the network it chooses by itself, a few steps: better than chance."""
    labels = snapshot(labels_of(survey[1], inline(4), inline(16)))
    config = TrainConfig(recipe=recipe, steps=15, device="cpu")
    model = train_segmenter(survey[0], labels, statistics, config)
    assert model.config.backbone == network
    assert (
        sum(w.numel() for n, w in model.weights.items() if "running" not in n and "num_" not in n) > weights
    )
    matrix = ConfusionMatrix(8)
    facies, _ = predict_section(model, survey[0], inline(22))
    matrix.add(section_of(survey[1], inline(22)), facies)
    assert matrix.mean_iou > 0.5


def test_the_shipped_weights_are_those_of_the_network_that_is_chosen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "seisview.learn.networks.backbones.shipped_backbone", lambda name: tmp_path / f"{name}.x"
    )
    chosen = from_shipped_weights(TrainConfig(device="cpu", spare_cores=0))
    assert (chosen.backbone, chosen.backbone_file) == ("resnet18", tmp_path / "resnet18.x")
    reference = from_shipped_weights(TrainConfig(device="cpu", recipe="reference"))
    assert reference.backbone_file == tmp_path / "resnet50.x"
    scratch = TrainConfig(device="cpu", mode="scratch")
    assert from_shipped_weights(scratch) == scratch
    monkeypatch.setattr("seisview.learn.networks.backbones.shipped_backbone", lambda name: None)
    assert from_shipped_weights(TrainConfig(device="cpu")).backbone_file is None


def test_labels_are_carried_to_other_sections_of_their_own_survey_only(tmp_path: Path) -> None:
    """Beds all look the same and dip: only what is carried tells them apart."""
    line, _, sample = np.meshgrid(np.arange(48.0), np.arange(96.0), np.arange(96.0), indexing="ij")
    depth = sample - 0.5 * line
    facies = np.where(depth < 36, 1, 2).astype(np.uint8)
    noise = 0.2 * np.random.default_rng(0).standard_normal(depth.shape)
    volume = ArrayVolume((np.sin(depth / 2.5) + noise).astype(np.float32))
    statistics = measure_amplitudes(volume)
    config = replace(QUICK, mode="scratch", steps=80, batch_size=4)
    labels = snapshot(labels_of(facies, inline(4)))
    model = train_segmenter(volume, labels, statistics, config, Progress())
    target = inline(44)
    truth = section_of(facies, target)

    def right(segmenter: TrainedSegmenter) -> float:
        return float((predict_section(segmenter, volume, target)[0] == truth).mean())

    assert right(model) > 0.93
    assert right(replace(model, labels={})) < right(model) - 0.05
    moved = replace(model, provenance=replace(model.provenance, fingerprint="another survey"))
    assert right(moved) < right(model) - 0.05
    model.save(tmp_path / "model.safetensors")  # quality on labels of a block: they are not carried there
    unseen = unseen_answers(tmp_path / "model.safetensors", volume, Block(Axis.INLINE, 3, 6), Progress())
    target, truth = inline(4), section_of(facies, inline(4))
    assert float((unseen(target) == truth).mean()) < right(model) - 0.05
    without = train_segmenter(volume, labels, statistics, replace(config, carry=False, steps=1), Progress())
    assert not without.config.carried
    assert not without.labels


@pytest.mark.parametrize(
    ("key", "shape"), [(inline(999), (96, 160)), (crossline(4), (96, 160)), (inline(3), (96, 159))]
)
def test_a_model_whose_labels_do_not_fit_its_survey_is_refused(
    survey: Survey, untrained: TrainedSegmenter, key: SectionKey, shape: tuple[int, int]
) -> None:
    tampered = replace(untrained, labels={key: np.ones(shape, np.uint8)})
    with pytest.raises(ModelError, match="do not fit this survey"):
        predict_section(tampered, survey[0], inline(2))
