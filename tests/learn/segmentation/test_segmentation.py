from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F  # noqa: N812

from seisview.learn.config import DEFAULT_STEPS, SegmenterConfig, TrainConfig
from seisview.learn.device import Device
from seisview.learn.networks.segmenter import Segmenter
from seisview.learn.recipes import RECIPES, RecipeName
from seisview.learn.samples.crops import default_batch_size, default_crop
from seisview.learn.samples.labelled import LabelledSection
from seisview.learn.samples.targets import IGNORE
from seisview.learn.segmentation.fitting import choose_backbone, training_budget
from seisview.learn.segmentation.task import SegmentationTask, class_weights
from tests.learn.surveys import inline

CPU = Device("cpu", "float32", "")


def task(targets: np.ndarray, config: TrainConfig, n_classes: int = 2) -> SegmentationTask:
    amplitude = np.random.default_rng(0).standard_normal(targets.shape).astype(np.float32)
    rules = config.rules
    shape = SegmenterConfig(n_classes, "resnet10", 16, 0.0, (32, 64), rules.decoder, rules.depth)
    network = Segmenter(shape)
    return SegmentationTask(network, [LabelledSection(inline(0), amplitude, targets)], [], config, CPU)


def half_and_half() -> np.ndarray:
    targets = np.zeros((64, 64), np.uint8)
    targets[32:] = 1
    return targets


def test_rare_classes_weigh_more_within_bounds() -> None:
    weights = class_weights(np.array([900.0, 100.0, 0.0]))
    assert weights.tolist() == pytest.approx([(1000 / 1800) ** 0.5, 5**0.5, 0])
    assert class_weights(np.array([1e9, 1.0]))[1] == 10.0


@pytest.mark.parametrize("recipe", ["default", "reference"])
def test_class_weights_are_those_of_all_labels_not_of_a_batch(
    recipe: RecipeName, monkeypatch: pytest.MonkeyPatch
) -> None:
    """System A took them from one batch."""
    targets = np.zeros((64, 256), np.uint8)
    targets[:, 250:] = 1
    targets[:, 40:60] = IGNORE
    used: list[torch.Tensor] = []
    original = F.cross_entropy

    def noting(*given: Any, weight: torch.Tensor, **more: Any) -> torch.Tensor:
        used.append(weight)
        return original(*given, weight=weight, **more)

    monkeypatch.setattr(F, "cross_entropy", noting)
    segmentation = task(targets, TrainConfig(recipe=recipe))
    for _ in range(4):
        segmentation.loss(1)
    expected = class_weights(np.array([64 * 230.0, 64 * 6.0]))
    assert all(np.allclose(weight.numpy(), expected) for weight in used)


def test_rates_of_tuning_and_of_scratch() -> None:
    """Of the backbone, of what may come with it, and of the classifier, which is always new."""

    def rates(recipe: RecipeName, file: Path | None) -> list[float]:
        groups = task(half_and_half(), TrainConfig(recipe=recipe, backbone_file=file)).parameter_groups()
        return [group["lr"] for group in groups]

    file = Path("b.safetensors")
    assert rates("reference", file) == pytest.approx([1e-4, 1e-3, 1e-3])
    assert rates("reference", None) == pytest.approx([1e-3, 1e-2, 1e-2])
    assert rates("default", file) == pytest.approx([5e-4, 1e-3, 2e-3])
    assert rates("default", None) == pytest.approx([2e-3, 2e-3, 2e-3])


def test_every_parameter_has_a_rate_once() -> None:
    segmentation = task(half_and_half(), TrainConfig())
    grouped = [id(p) for g in segmentation.parameter_groups() for p in g["params"]]
    assert sorted(grouped) == sorted(id(p) for p in segmentation.network.parameters())


@pytest.mark.parametrize("recipe", ["default", "reference"])
def test_unlabelled_samples_teach_nothing(recipe: RecipeName) -> None:
    """Not background: the gradient of the logits is zero there."""
    targets = half_and_half()
    targets[:, 20:] = IGNORE
    segmentation = task(targets, TrainConfig(recipe=recipe))
    seen: list[torch.Tensor] = []
    forward = segmentation.network.forward

    def keeping(x: torch.Tensor) -> torch.Tensor:
        logits = forward(x)
        logits.retain_grad()
        seen.append(logits)
        return logits

    segmentation.network.forward = keeping  # type: ignore[method-assign]
    torch.manual_seed(0)
    segmentation.loss(4).backward()  # type: ignore[no-untyped-call]
    touched = (seen[0].grad != 0).any(dim=1)
    labelled_share = touched.float().mean().item()
    assert 0 < labelled_share < 0.7
    assert not touched.all()


def test_default_budgets() -> None:
    assert training_budget(TrainConfig(), 5.0).steps == DEFAULT_STEPS
    timed = training_budget(TrainConfig(minutes=2), 5.0)
    assert (timed.steps, timed.seconds, timed.started) == (None, 120.0, 5.0)
    assert timed.clock == "wall", "users wait by the clock on the wall"
    assert training_budget(TrainConfig(minutes=2, clock="processor"), 5.0).clock == "processor"
    both = training_budget(TrainConfig(steps=7, minutes=2), 5.0)
    assert (both.steps, both.seconds) == (7, 120.0)


def test_the_network_is_chosen_for_the_recipe_and_the_device() -> None:
    gpu = Device("cuda", "bfloat16", "")
    assert choose_backbone(TrainConfig(), CPU) == "resnet18"
    assert choose_backbone(TrainConfig(), gpu) == "resnet50"
    assert choose_backbone(TrainConfig(recipe="reference"), CPU) == "resnet50"
    assert choose_backbone(TrainConfig(backbone="resnet34"), gpu) == "resnet34"


def test_crops_are_as_large_as_the_sections_allow() -> None:
    def crop(recipe: RecipeName, *shapes: tuple[int, int]) -> tuple[int, int]:
        zeros = [np.zeros(shape, np.uint8) for shape in shapes]
        sections = [LabelledSection(inline(0), z.astype(np.float32), z) for z in zeros]
        return default_crop(sections, RECIPES[recipe])

    assert crop("reference", (1500, 3000)) == (448, 448)
    assert crop("default", (1500, 3000)) == (256, 256)
    assert crop("default", (256, 192), (256, 128)) == (224, 160)
    assert crop("reference", (1000, 100)) == (448, 64)
    assert crop("default", (5, 5)) == (64, 64)


def test_crops_are_no_wider_than_sections_across_the_other_axis() -> None:
    """Those would be continued by reflection to be predicted."""
    targets = np.zeros((499, 617), np.uint8)
    sections = [LabelledSection(inline(0), targets.astype(np.float32), targets)]
    assert default_crop(sections, RECIPES["default"], 210) == (256, 224)
    assert default_crop(sections, RECIPES["default"], 3000) == (256, 256)
    assert default_crop(sections, RECIPES["default"], 30) == (256, 128)
    assert default_crop(sections, RECIPES["reference"], 210) == (416, 448)


def test_small_crops_come_in_larger_batches() -> None:
    gpu = Device("cuda", "bfloat16", "")
    reference, default = RECIPES["reference"], RECIPES["default"]
    sizes = [default_batch_size(crop, reference, CPU) for crop in ((448, 448), (256, 192), (64, 64))]
    assert sizes == [1, 4, 16]
    assert default_batch_size((256, 256), default, CPU) == 4
    assert default_batch_size((448, 448), reference, gpu) == 8


def test_scores_say_on_how_many_held_out_samples_they_rest() -> None:
    """A small block is looked at with labels from three distances: that makes no more samples of it."""
    targets = np.full((64, 96), IGNORE, np.uint8)
    targets[20:30, 10:20], targets[40:44, 60:65] = 0, 1
    amplitude = np.random.default_rng(0).standard_normal(targets.shape).astype(np.float32)
    section = LabelledSection(inline(0), amplitude, targets)
    shape = SegmenterConfig(2, "resnet10", 16, 0.0, (64, 96), "all_groups", True, carried=True)
    held_out = SegmentationTask(Segmenter(shape), [section], [section], TrainConfig(), CPU)
    with torch.inference_mode():
        assert held_out.validate()["validation_samples"] == 120
