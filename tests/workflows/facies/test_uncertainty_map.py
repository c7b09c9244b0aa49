"""How unsure a prediction is on every trace."""

from __future__ import annotations

import numpy as np
import pytest

from seisview.errors import Cancelled
from seisview.progress import Progress
from seisview.workflows.facies.uncertainty_map import trace_uncertainty


def test_mean_over_what_was_predicted() -> None:
    facies = np.ones((2, 3, 4), np.uint8)
    confidence = np.full((2, 3, 4), 255, np.uint8)
    confidence[0, 1] = [255, 204, 153, 102]
    facies[0, 2, 2:] = 0  # not predicted: what is stored there does not count
    confidence[0, 2] = [51, 51, 255, 0]
    facies[1] = 0
    found = trace_uncertainty(facies, confidence)
    np.testing.assert_allclose(found, [[0, 0.3, 0.8], [np.nan] * 3], atol=1e-6)


def test_it_agrees_with_the_whole_volume_at_once() -> None:
    confidence = np.random.default_rng(0).integers(0, 256, (5, 6, 7), dtype=np.uint8)
    found = trace_uncertainty(np.ones_like(confidence), confidence)
    np.testing.assert_allclose(found, 1 - confidence.mean(axis=2) / 255, atol=1e-6)


def test_it_stops_between_two_inlines() -> None:
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        trace_uncertainty(np.ones((2, 2, 2), np.uint8), np.ones((2, 2, 2), np.uint8), progress)
