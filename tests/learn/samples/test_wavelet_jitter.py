from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest
import torch

from seisview.learn.samples.wavelet_jitter import JitterRange, WaveletJitter, hilbert

NONE = JitterRange(**{field.name: 0.0 for field in fields(JitterRange)})


def crops(n: int = 40) -> tuple[torch.Tensor, torch.Tensor]:
    """A wave down the traces, and depth."""
    wave = torch.cos(2 * np.pi * 4 * torch.arange(64)[:, None] / 64)
    depth = torch.linspace(0, 1, 64)[:, None]
    return wave.expand(n, 1, 64, 32).contiguous(), depth.expand(n, 1, 64, 32).contiguous()


def jittered(amount: JitterRange, seed: int = 0) -> tuple[torch.Tensor, torch.Tensor]:
    return WaveletJitter(amount, torch.Generator().manual_seed(seed))(*crops())


def only(**amount: float) -> torch.Tensor:
    return jittered(JitterRange(**{**{f.name: 0.0 for f in fields(JitterRange)}, **amount}))[0]


def test_nothing_asked_nothing_changed() -> None:
    amplitude, depth = jittered(NONE)
    torch.testing.assert_close(amplitude, crops()[0])
    assert torch.equal(depth, crops()[1])


def test_phase_moves_the_wave_and_keeps_its_energy() -> None:
    amplitude = only(phase=0.5)
    peaks = amplitude[:, 0, :, 0].argmax(dim=1)
    assert len(peaks.unique()) > 2
    torch.testing.assert_close(amplitude.square().mean(dim=(1, 2, 3)), torch.full((40,), 0.5))


def test_gain_and_its_trend_differ_from_crop_to_crop() -> None:
    loud = only(gain=0.3).abs().amax(dim=(1, 2, 3))
    assert loud.min() < 0.8
    assert loud.max() > 1.25


def test_noise_is_drawn_for_every_sample() -> None:
    """System A added one number per section, which normalisation removed again."""
    noise = only(noise=0.2) - crops()[0]
    deviations = noise.flatten(1).std(dim=1)
    assert deviations.max() > 0.1
    assert deviations.min() < 0.05
    assert noise.flatten(1).mean(dim=1).abs().max() < 0.03


def test_only_whole_traces_fail_and_only_in_some_crops() -> None:
    kept = only(dropout=0.5).abs().sum(dim=2)[:, 0]
    failed = kept == 0
    assert 0.05 < failed.any(dim=1).float().mean() < 0.6
    assert failed.float().mean() < 0.3


@pytest.mark.parametrize("amount", [JitterRange(), NONE])
def test_the_same_seed_changes_the_same(amount: JitterRange) -> None:
    first, again = (jittered(amount, 3) for _ in range(2))
    assert torch.equal(first[0], again[0])
    assert torch.equal(first[1], again[1])


@pytest.mark.parametrize("n", [64, 65])
def test_the_hilbert_transform_turns_a_cosine_into_a_sine(n: int) -> None:
    phase = 2 * np.pi * 5 * torch.arange(n)[:, None] / n
    torch.testing.assert_close(hilbert(torch.cos(phase)), torch.sin(phase), rtol=0, atol=1e-4)
