"""A trained network beside the preview that it replaces, on labels that neither learnt from."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from seisview.data.amplitude import AmplitudeStatistics, measure_amplitudes
from seisview.data.geometry import Axis
from seisview.labels.snapshot import LabelSnapshot
from seisview.learn.config import PredictConfig, TrainConfig
from seisview.learn.features.config import FeatureConfig
from seisview.learn.samples.splits import Block
from seisview.learn.segmentation.trained import TrainedSegmenter
from seisview.workflows.facies.beside_preview import PreviewComparison, compare_with_preview
from seisview.workflows.facies.preview import preview_keys
from seisview.workflows.facies.segment import train_segmenter
from seisview.workflows.features import section_features
from tests.learn.surveys import ArrayVolume, inline, labels_of, random_segmenter, snapshot

FEATURES = FeatureConfig(backbone="resnet10", dimensions=16, device="cpu")
ONE_STEP = TrainConfig(
    mode="scratch", backbone="resnet10", steps=1, batch_size=1, crop=(32, 64), device="cpu", carry=False
)
SHAPE = (24, 64, 64)
FACIES = np.broadcast_to(np.where(np.arange(64) < 32, 3, 7), SHAPE).astype(np.uint8)


@pytest.fixture(scope="module")
def volume() -> ArrayVolume:
    """Layers above, chaos below: both classes are as frequent on every trace."""
    noise = np.random.default_rng(0).standard_normal(SHAPE)
    calm = np.sin(np.arange(64) / 1.5) + 0.1 * noise
    return ArrayVolume(np.where(np.arange(64) < 32, calm, 2 * noise).astype(np.float32))


@pytest.fixture(scope="module")
def statistics(volume: ArrayVolume) -> AmplitudeStatistics:
    return measure_amplitudes(volume)


@pytest.fixture(scope="module")
def labels() -> LabelSnapshot:
    return snapshot(labels_of(FACIES, inline(4), inline(18)))


def block_of(model: TrainedSegmenter) -> Block:
    block = Block.parse(str(model.provenance.training["validation_block"]))
    assert block is not None
    return block


def compare(
    model: TrainedSegmenter, volume: ArrayVolume, labels: LabelSnapshot, statistics: AmplitudeStatistics
) -> PreviewComparison | None:
    features = section_features(volume, statistics, FEATURES, preview_keys(labels, volume.geometry))
    return compare_with_preview(model, volume, labels, features, PredictConfig(device="cpu"))


def test_a_training_too_short_to_learn_is_found_worse_than_the_preview(
    volume: ArrayVolume, statistics: AmplitudeStatistics, labels: LabelSnapshot
) -> None:
    model = train_segmenter(volume, labels, statistics, ONE_STEP)
    found = compare(model, volume, labels, statistics)
    assert found is not None
    assert found.better == "preview"
    assert found.preview_iou > 0.9 > found.network_iou
    assert found.n_sections == 2
    block = block_of(model)
    assert found.n_samples == 2 * 64 * (block.stop - block.start)
    assert replace(found, network_iou=found.preview_iou + 0.05).better == "network"
    assert replace(found, network_iou=found.preview_iou - 0.01).better == "neither"


def test_neither_knows_the_labels_of_the_block(
    volume: ArrayVolume, statistics: AmplitudeStatistics, labels: LabelSnapshot
) -> None:
    """Labels that are wrong there, and only there, are found by nobody, nor carried there."""
    block = block_of(train_segmenter(volume, labels, statistics, ONE_STEP))
    assert block.axis is Axis.CROSSLINE
    wrong = {key: mask.copy() for key, mask in labels.sections.items()}
    for mask in wrong.values():
        mask[:, block.start : block.stop] = 10 - mask[:, block.start : block.stop]
    swapped = replace(labels, sections=wrong)
    config = replace(ONE_STEP, carry=True, steps=25, batch_size=2)
    model = train_segmenter(volume, swapped, statistics, config)
    assert model.labels
    assert block_of(model) == block
    found = compare(model, volume, swapped, statistics)
    assert found is not None
    assert found.network_accuracy < 0.1
    assert found.preview_accuracy < 0.1


def test_nothing_is_said_where_nothing_validated_the_model_or_too_little_is_labelled(
    volume: ArrayVolume, statistics: AmplitudeStatistics, labels: LabelSnapshot
) -> None:
    unvalidated = random_segmenter(volume, statistics)
    assert compare(unvalidated, volume, labels, statistics) is None

    def validated_by(block: str) -> TrainedSegmenter:
        provenance = replace(unvalidated.provenance, training={"validation_block": block})
        return replace(unvalidated, provenance=provenance)

    assert compare(validated_by("crossline 0:1"), volume, labels, statistics) is None  # 128 samples
    assert compare(validated_by("crossline 0:8"), volume, labels, statistics) is not None
    assert compare(validated_by("inline 0:24"), volume, labels, statistics) is None  # no labels are left
    upper = {key: np.where(np.arange(64)[:, None] < 32, mask, 0) for key, mask in labels.sections.items()}
    one_class = replace(labels, sections={key: mask.astype(np.uint8) for key, mask in upper.items()})
    assert compare(validated_by("crossline 0:30"), volume, one_class, statistics) is None
