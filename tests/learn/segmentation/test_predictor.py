from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest
import torch

from seisview.data.amplitude import AmplitudeStatistics, measure_amplitudes
from seisview.errors import Cancelled, ModelError
from seisview.learn.carrying.dip_field import DipField
from seisview.learn.config import PredictConfig
from seisview.learn.device import Device
from seisview.learn.networks.segmenter import Segmenter, depth_map
from seisview.learn.recipes import RecipeName
from seisview.learn.segmentation.predictor import Predictor
from seisview.learn.segmentation.trained import TrainedSegmenter
from seisview.progress import Progress
from tests.learn.surveys import ArrayVolume, inline, random_segmenter

Mask = npt.NDArray[np.uint8]
Survey = tuple[ArrayVolume, npt.NDArray[np.uint8]]
CPU = Device("cpu", "float32", "")


@pytest.fixture
def segmenter(survey: Survey, statistics: AmplitudeStatistics) -> TrainedSegmenter:
    return random_segmenter(survey[0], statistics)


def test_facies_are_class_ids_and_confidence_a_probability(
    survey: Survey, segmenter: TrainedSegmenter
) -> None:
    facies, confidence = Predictor([segmenter], CPU).predict(survey[0].read_section(inline(2)), inline(2))
    assert facies.dtype == np.uint8
    assert facies.shape == confidence.shape == (96, 160)
    assert confidence.dtype == np.float32
    assert set(np.unique(facies)) <= {3, 7}
    assert confidence.min() >= 0.5  # the larger of two probabilities
    assert confidence.max() <= 1.0


def test_the_answer_is_that_of_the_network(survey: Survey, segmenter: TrainedSegmenter) -> None:
    """Computed here without folding, padding and tiles."""
    section = survey[0].read_section(inline(2))
    network = Segmenter(segmenter.config)
    network.load_state_dict(dict(segmenter.weights))
    with torch.inference_mode():
        logits = network.eval()(torch.from_numpy(segmenter.statistics.normalise(section))[None, None])
    expected = torch.softmax(logits, 1).amax(1)[0].numpy()
    facies, confidence = Predictor([segmenter], CPU).predict(section, inline(0))
    np.testing.assert_allclose(confidence, expected, atol=1e-4)
    agree = facies == np.where(logits[0].numpy().argmax(0) == 0, 3, 7)
    assert agree.mean() > 0.999


def test_another_survey_is_seen_by_its_own_statistics(survey: Survey, segmenter: TrainedSegmenter) -> None:
    cube = np.stack([survey[0].read_section(inline(index)).T for index in range(4)])
    louder = ArrayVolume(np.float32(300) * cube)
    own, theirs = measure_amplitudes(ArrayVolume(cube)), measure_amplitudes(louder)
    expected = Predictor([segmenter], CPU, statistics=own).predict(cube[1].T, inline(1))
    found = Predictor([segmenter], CPU, statistics=theirs).predict(louder.read_section(inline(1)), inline(1))
    np.testing.assert_array_equal(found[0], expected[0])
    np.testing.assert_allclose(found[1], expected[1], atol=1e-4)


def test_missing_and_dead_traces_stay_unlabelled(survey: Survey, segmenter: TrainedSegmenter) -> None:
    section = survey[0].read_section(inline(2))
    section[:, 40:60] = 0
    facies, confidence = Predictor([segmenter], CPU).predict(section, inline(0))
    assert (facies[:, 40:60] == 0).all()
    assert (confidence[:, 40:60] == 0).all()
    assert (np.delete(facies, np.s_[40:60], axis=1) != 0).all()


@pytest.mark.parametrize("shape", [(96, 160), (1, 1), (33, 7), (200, 31)])
def test_any_shape_of_section(segmenter: TrainedSegmenter, shape: tuple[int, int]) -> None:
    section = np.random.default_rng(0).standard_normal(shape).astype(np.float32)
    facies, confidence = Predictor([segmenter], CPU).predict(section, inline(0))
    assert facies.shape == confidence.shape == shape
    assert (facies != 0).all()


def test_bfloat16_gives_the_same_picture(survey: Survey, segmenter: TrainedSegmenter) -> None:
    section = survey[0].read_section(inline(2))
    full, _ = Predictor([segmenter], CPU).predict(section, inline(0))
    half, confidence = Predictor([segmenter], Device("cpu", "bfloat16", "")).predict(section, inline(0))
    assert confidence.dtype == np.float32
    assert (full == half).mean() > 0.95


def test_tiles_shrink_when_memory_is_short(
    survey: Survey, segmenter: TrainedSegmenter, monkeypatch: pytest.MonkeyPatch
) -> None:
    section = survey[0].read_section(inline(2))
    predictor = Predictor([segmenter], CPU, PredictConfig(tile=128, overlap=64))
    original, largest = Segmenter.coarse, []

    def scarce(self: Segmenter, x: torch.Tensor) -> torch.Tensor:
        if x.numel() > 64 * 64:
            raise torch.OutOfMemoryError("out of memory")
        largest.append(x.numel())
        return original(self, x)

    monkeypatch.setattr(Segmenter, "coarse", scarce)
    facies, _ = predictor.predict(section, inline(0))
    assert (facies != 0).all()
    assert max(largest) == 64 * 64


def test_memory_that_never_suffices_raises(
    survey: Survey, segmenter: TrainedSegmenter, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(self: Segmenter, x: torch.Tensor) -> torch.Tensor:
        raise torch.OutOfMemoryError("out of memory")

    monkeypatch.setattr(Segmenter, "coarse", none)
    with pytest.raises(ModelError, match="not enough memory"):
        Predictor([segmenter], CPU).predict(survey[0].read_section(inline(2)), inline(2))


def test_prediction_can_be_cancelled(survey: Survey, segmenter: TrainedSegmenter) -> None:
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        Predictor([segmenter], CPU).predict(survey[0].read_section(inline(2)), inline(2), progress.check)


def test_models_must_have_the_same_classes(
    survey: Survey, statistics: AmplitudeStatistics, segmenter: TrainedSegmenter
) -> None:
    other = random_segmenter(survey[0], statistics, ids=(3, 8))
    with pytest.raises(ModelError, match="different classes"):
        Predictor([segmenter, other], CPU)
    with pytest.raises(ModelError, match="no model"):
        Predictor([], CPU)


def test_several_models_are_fused(survey: Survey, statistics: AmplitudeStatistics) -> None:
    models = [random_segmenter(survey[0], statistics, seed=s) for s in (0, 1, 2)]
    section = survey[0].read_section(inline(2))
    votes = np.stack([Predictor([m], CPU).predict(section, inline(0))[0] for m in models])
    expected = np.where((votes == 7).sum(axis=0) >= 2, 7, 3)
    facies, _ = Predictor(models, CPU, PredictConfig(fusion="vote")).predict(section, inline(0))
    assert (facies == expected).mean() > 0.999


def by_hand(segmenter: TrainedSegmenter, section: npt.NDArray[np.float32]) -> torch.Tensor:
    """Logits of the whole section, computed here without folding, padding and tiles."""
    network = Segmenter(segmenter.config)
    network.load_state_dict(dict(segmenter.weights))
    planes = [torch.from_numpy(segmenter.statistics.normalise(section))]
    if segmenter.config.depth:
        planes.append(depth_map(section.shape[0], section.shape[1]))
    with torch.inference_mode():
        return network.eval()(torch.stack(planes)[None])[0]


def trained_by(segmenter: TrainedSegmenter, recipe: RecipeName) -> TrainedSegmenter:
    return replace(segmenter, provenance=replace(segmenter.provenance, training={"recipe": recipe}))


def test_depth_is_that_of_the_survey_in_tiles_as_in_whole_sections(
    survey: Survey, statistics: AmplitudeStatistics
) -> None:
    """A tile that counted its own rows from 0 would see the surface everywhere."""
    segmenter = random_segmenter(survey[0], statistics, depth=True)
    section = survey[0].read_section(inline(2))
    expected = torch.softmax(by_hand(segmenter, section), 0).amax(0).numpy()
    _, whole = Predictor([segmenter], CPU).predict(section, inline(0))
    np.testing.assert_allclose(whole, expected, atol=1e-4)
    wide = np.tile(section, (4, 1))
    expected = torch.softmax(by_hand(segmenter, wide), 0).amax(0).numpy()
    tiled = PredictConfig(whole_section_pixels=0, tile=128, overlap=64)
    _, confidence = Predictor([segmenter], CPU, tiled).predict(wide, inline(0))
    assert np.abs(confidence - expected).mean() < 0.02
    flat = np.tile(section, (4, 1))
    flat[:] = 1.0
    _, deep = Predictor([segmenter], CPU, tiled).predict(flat, inline(0))
    assert np.abs(deep[40] - deep[-40]).max() > 0.02, "nothing but depth tells these rows apart"


def test_a_section_that_is_padded_keeps_its_depths(survey: Survey, statistics: AmplitudeStatistics) -> None:
    segmenter = random_segmenter(survey[0], statistics, depth=True)
    section = survey[0].read_section(inline(2))[:64]
    padded = replace(segmenter, config=replace(segmenter.config, smallest_input=(128, 192)))
    _, plain = Predictor([segmenter], CPU).predict(section, inline(0))
    _, continued = Predictor([padded], CPU).predict(section, inline(0))
    assert np.abs(plain - continued)[:32, :96].mean() < 0.02


def test_sections_are_looked_at_from_both_sides(survey: Survey, statistics: AmplitudeStatistics) -> None:
    segmenter = trained_by(random_segmenter(survey[0], statistics, depth=True), "default")
    section = survey[0].read_section(inline(2))
    mirrored = np.ascontiguousarray(section[:, ::-1])
    mean = 0.5 * (by_hand(segmenter, section) + by_hand(segmenter, mirrored).flip(-1))
    facies, confidence = Predictor([segmenter], CPU).predict(section, inline(0))
    np.testing.assert_allclose(confidence, torch.softmax(mean, 0).amax(0).numpy(), atol=1e-3)
    turned, _ = Predictor([segmenter], CPU).predict(mirrored, inline(0))
    assert (turned[:, ::-1] == facies).mean() > 0.999


def test_confidence_is_calibrated_and_facies_are_not_changed_by_it(
    survey: Survey, segmenter: TrainedSegmenter
) -> None:
    section = survey[0].read_section(inline(2))
    facies, sure = Predictor([segmenter], CPU).predict(section, inline(0))
    same, modest = Predictor([replace(segmenter, temperature=3.0)], CPU).predict(section, inline(0))
    np.testing.assert_array_equal(facies, same)
    expected = torch.softmax(by_hand(segmenter, section) / 3, 0).amax(0).numpy()
    np.testing.assert_allclose(modest, expected, atol=1e-4)
    assert modest.mean() < sure.mean()


def test_models_of_two_recipes_are_fused_each_in_its_own_way(
    survey: Survey, statistics: AmplitudeStatistics
) -> None:
    section = survey[0].read_section(inline(2))
    new = replace(random_segmenter(survey[0], statistics, depth=True), temperature=2.0)
    old = random_segmenter(survey[0], statistics, seed=1, decoder="reference")
    logits = 0.5 * (by_hand(new, section) / 2 + by_hand(old, section))
    _, confidence = Predictor([trained_by(new, "reference"), old], CPU).predict(section, inline(0))
    np.testing.assert_allclose(confidence, torch.softmax(logits, 0).amax(0).numpy(), atol=1e-3)


@pytest.fixture
def painted() -> Mask:
    """As :func:`left_and_right` sees inline 2, but for a part where the interpreter knows better."""
    mask = np.full((96, 160), 3, np.uint8)
    mask[:, 80:] = 7
    mask[40:56, 20:60] = 7
    mask[:, 140:] = 0
    return mask


@pytest.fixture
def left_and_right(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make networks see class 3 in the left half of every section and class 7 in the right one."""

    def coarse(_self: Segmenter, x: torch.Tensor) -> torch.Tensor:
        logits = torch.zeros(len(x), 2, x.shape[-2] // 4, x.shape[-1] // 4)
        logits[:, 0, :, :20], logits[:, 1, :, 20:] = 1.0, 1.0
        return logits

    monkeypatch.setattr(Segmenter, "coarse", coarse)


def follower(volume: ArrayVolume, statistics: AmplitudeStatistics, painted: Mask, weight: float) -> Predictor:
    """A network to which labels of inline 2 are carried, over level beds."""
    plain = random_segmenter(volume, statistics)
    config = replace(plain.config, carried=True)
    weights = {**Segmenter(config).state_dict(), **plain.weights}
    model = replace(plain, config=config, weights=weights, labels={inline(2): painted})
    level = np.zeros((6, 24, 40), np.float16)
    dips = DipField((24, 96, 160), level, level)
    return Predictor([model], CPU, PredictConfig(carried_weight=weight), dips=dips)


@pytest.mark.usefixtures("left_and_right")
def test_carried_labels_correct_a_network_that_agrees_with_them(
    survey: Survey, statistics: AmplitudeStatistics, painted: Mask
) -> None:
    section = survey[0].read_section(inline(6))
    facies, confidence = follower(survey[0], statistics, painted, 5.0).predict(section, inline(6))
    network, sure = follower(survey[0], statistics, painted, 0.0).predict(section, inline(6))
    np.testing.assert_array_equal(network[:, :80], 3)
    np.testing.assert_array_equal(network[:, 80:], 7)
    np.testing.assert_array_equal(facies, np.where(painted > 0, painted, network))
    same = facies == network
    np.testing.assert_array_equal(confidence[same], sure[same])
    np.testing.assert_allclose(confidence[~same], 1 - sure[~same], atol=1e-6)


@pytest.mark.usefixtures("left_and_right")
@pytest.mark.parametrize("lines", [25, 40])
def test_carried_labels_that_a_network_disagrees_with_are_not_weighed_in(
    survey: Survey, statistics: AmplitudeStatistics, painted: Mask, lines: int
) -> None:
    """As behind a fault: labels arrive at the wrong beds."""
    section = survey[0].read_section(inline(6))
    moved = np.roll(painted, lines, axis=1)
    alone = follower(survey[0], statistics, moved, 0.0).predict(section, inline(6))
    for found, expected in zip(
        follower(survey[0], statistics, moved, 5.0).predict(section, inline(6)), alone, strict=True
    ):
        np.testing.assert_array_equal(found, expected)
