from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest
import torch

from seisview.learn.wavelet_jitter import JitterRange, WaveletJitter

NONE = JitterRange(**{field.name: 0.0 for field in fields(JitterRange)})


def planes(n: int = 40) -> torch.Tensor:
    """A wave down the traces, its Hilbert transform, depth."""
    phase = 2 * np.pi * 4 * torch.arange(64)[:, None] / 64
    wave, turned = (f(phase).expand(64, 32) for f in (torch.cos, torch.sin))
    depth = torch.linspace(0, 1, 64)[:, None].expand(64, 32)
    return torch.stack([wave, turned, depth]).expand(n, 3, 64, 32).contiguous()


def jittered(amount: JitterRange, seed: int = 0) -> tuple[torch.Tensor, torch.Tensor]:
    return WaveletJitter(amount, torch.Generator().manual_seed(seed))(planes())


def only(**amount: float) -> torch.Tensor:
    return jittered(JitterRange(**{**{f.name: 0.0 for f in fields(JitterRange)}, **amount}))[0]


def test_nothing_asked_nothing_changed() -> None:
    amplitude, depth = jittered(NONE)
    torch.testing.assert_close(amplitude, planes()[:, :1])
    assert torch.equal(depth, planes()[:, 2:])


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
    noise = only(noise=0.2) - planes()[:, :1]
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
