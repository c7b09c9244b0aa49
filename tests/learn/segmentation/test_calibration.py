from __future__ import annotations

import numpy as np
import pytest
import torch

from seisview.learn.segmentation.calibration import calibration_error, fit_temperature


def overconfident(factor: float, n: int = 6000) -> tuple[torch.Tensor, torch.Tensor]:
    """Logits that are `factor` times too large for how often they are right."""
    generator = torch.Generator().manual_seed(0)
    true = torch.randn((n, 4), generator=generator) * 1.5
    targets = torch.multinomial(torch.softmax(true, 1), 1, generator=generator)[:, 0]
    return factor * true, targets


@pytest.mark.parametrize("factor", [0.7, 1.0, 3.0])
def test_the_factor_is_found(factor: float) -> None:
    assert fit_temperature(*overconfident(factor)) == pytest.approx(factor, rel=0.07)


def test_without_samples_nothing_is_changed() -> None:
    assert fit_temperature(torch.zeros(0, 3), torch.zeros(0, dtype=torch.long)) == 1.0


def test_a_model_that_is_never_wrong_stays_within_bounds() -> None:
    logits = torch.eye(3).repeat(10, 1) * 5
    assert fit_temperature(logits, torch.arange(3).repeat(10)) == pytest.approx(0.5, rel=0.01)


def test_dividing_by_it_makes_confidence_true() -> None:
    logits, targets = overconfident(3.0)
    errors = []
    for temperature in (1.0, fit_temperature(logits, targets)):
        best = torch.softmax(logits / temperature, 1).max(dim=1)
        errors.append(calibration_error(best.values.numpy(), (best.indices == targets).numpy()))
    assert errors[1] < 0.03
    assert errors[1] < 0.3 * errors[0]


def test_the_error_is_the_gap_between_said_and_true() -> None:
    correct = np.array([True, False, True, True])
    assert calibration_error(np.full(4, 0.95, np.float32), correct) == pytest.approx(0.2)
    assert calibration_error(np.array([1.0, 0.0, 1.0, 1.0], np.float32), correct) == 0.0
