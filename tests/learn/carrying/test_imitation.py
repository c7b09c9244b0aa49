"""Guides of a network, and errors as carrying makes them."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from torch import Tensor

from seisview.learn.carrying.carried import CarriedLabels
from seisview.learn.carrying.guides import guide_planes, section_guides, trust
from seisview.learn.carrying.imitation import CarryingErrors, ImitatedCarrying, imitated_section
from seisview.learn.samples.targets import IGNORE

SHAPE = (96, 128)


def layers() -> Tensor:
    return torch.arange(SHAPE[0])[:, None].div(24, rounding_mode="floor").expand(SHAPE).to(torch.uint8)


def places() -> list[Tensor]:
    return list(torch.meshgrid(*(torch.arange(n, dtype=torch.float32) for n in SHAPE), indexing="ij"))


def share_wrong(lines: float, seed: int) -> float:
    guides = imitated_section(layers(), lines, 4, seed)
    return float((guides.argmax(0) != layers()).float().mean())


def test_trust_falls_with_distance() -> None:
    found = trust(torch.tensor([0.0, 16.0, 64.0, math.inf]))
    assert found.tolist() == pytest.approx([1.0, 0.5, 1 / 3, 0.0])


def test_guides_say_class_and_distance() -> None:
    carried = CarriedLabels(
        np.array([[3, 0], [9, 5]], np.uint8), np.array([[16, np.inf], [0, 2]], np.float32)
    )
    planes = section_guides(carried, (3, 9))
    assert planes.shape == (2, 2, 2)
    assert planes[0].tolist() == [[0.5, 0.0], [0.0, 0.0]]
    assert planes[1].tolist() == [[0.0, 0.0], [1.0, 0.0]], "class 5 is none of the network's"


def test_errors_grow_with_distance() -> None:
    near, far = (np.mean([share_wrong(lines, seed) for seed in range(12)]) for lines in (4.0, 100.0))
    assert 0.01 < near < 0.15
    assert far > 2 * near


def test_nothing_is_carried_from_infinitely_far_or_without_labels() -> None:
    assert not imitated_section(layers(), math.inf, 4, 0).any()
    assert not imitated_section(torch.full(SHAPE, IGNORE, dtype=torch.uint8), 16.0, 4, 0).any()


def test_some_crops_get_no_guides_and_the_same_seed_gives_the_same() -> None:
    def drawn(seed: int, missing: float) -> list[Tensor]:
        maker = ImitatedCarrying(4, CarryingErrors(missing=missing), np.random.default_rng(seed))
        return [maker.draw(layers(), *places()) for _ in range(40)]

    assert not any(planes.any() for planes in drawn(0, 1.0))
    assert all(planes.any() for planes in drawn(0, 0.0))
    empty = [not planes.any() for planes in drawn(0, 0.4)]
    assert 6 < sum(empty) < 28
    assert all(torch.equal(a, b) for a, b in zip(drawn(3, 0.2), drawn(3, 0.2), strict=True))


def test_distance_is_even_or_changes_along_the_crop() -> None:
    maker = ImitatedCarrying(1, CarryingErrors(missing=0.0), np.random.default_rng(1))
    everywhere = torch.zeros(SHAPE, dtype=torch.uint8)
    seen = [maker.draw(everywhere, *places())[0] for _ in range(40)]
    even = [bool((planes == planes[0, 0]).all()) for planes in seen]
    assert 8 < sum(even) < 32
    assert all((planes > 0).all() and (planes <= 1).all() for planes in seen)


def test_unlabelled_samples_stay_unlabelled() -> None:
    stroke = torch.full(SHAPE, IGNORE, dtype=torch.uint8)
    stroke[40:44] = 1
    planes = imitated_section(stroke, 9.0, 3, 5)
    assert 0.01 < float((planes.sum(0) > 0).float().mean()) < 0.15
    assert not planes[[0, 2]].any()


def test_guide_planes_take_a_distance_per_column() -> None:
    lines = torch.full((1, SHAPE[1]), 16.0)
    lines[0, 0] = 0.0
    planes = guide_planes(layers().long(), lines, 4)
    assert planes[:, :, 0].sum(0).eq(1).all()
    assert planes[:, :, 1].sum(0).eq(0.5).all()
