from __future__ import annotations

import torch

from seisview.learn.samples.augment import Augmentation


def augmentation(flip: bool, noise: float, seed: int = 0) -> Augmentation:
    return Augmentation(flip, noise, torch.Generator().manual_seed(seed))


def batch(n: int = 64) -> tuple[torch.Tensor, torch.Tensor]:
    amplitude = torch.arange(8.0).expand(n, 1, 4, 8)
    return amplitude, torch.arange(8).expand(n, 4, 8)


def test_labels_turn_with_their_amplitudes() -> None:
    amplitude, targets = augmentation(True, 0)(*batch())
    assert torch.equal(amplitude[:, 0].long(), targets)
    flipped = (targets[:, 0, 0] == 7).float().mean()
    assert 0.3 < flipped < 0.7


def test_the_given_tensors_are_not_changed() -> None:
    amplitude, targets = batch()
    amplitude, targets = amplitude.clone(), targets.clone()
    augmentation(True, 0.1)(amplitude, targets)
    assert torch.equal(amplitude, batch()[0])
    assert torch.equal(targets, batch()[1])


def test_noise_differs_from_sample_to_sample_and_crop_to_crop() -> None:
    """System A added one number per section, which normalisation removed again."""
    amplitude = torch.zeros(50, 1, 32, 32)
    noisy, _ = augmentation(False, 0.2)(amplitude, torch.zeros(50, 32, 32, dtype=torch.long))
    deviations = noisy.flatten(1).std(dim=1)
    assert (deviations < 0.22).all()
    assert deviations.max() > 0.1
    assert deviations.min() < 0.05
    assert noisy.flatten(1).mean(dim=1).abs().max() < 0.03


def test_without_noise_and_flip_nothing_changes() -> None:
    amplitude, targets = augmentation(False, 0)(*batch())
    assert torch.equal(amplitude, batch()[0])
    assert torch.equal(targets, batch()[1])


def test_the_same_seed_changes_the_same() -> None:
    first, again = (augmentation(True, 0.1, 3)(*batch())[0] for _ in range(2))
    assert torch.equal(first, again)
