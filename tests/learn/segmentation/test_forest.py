from __future__ import annotations

import numpy as np

from seisview.learn.samples.labelled import LabelledSection
from seisview.learn.samples.targets import IGNORE
from seisview.learn.segmentation.forest import SCALES, ForestSegmenter, pixel_features
from tests.learn.surveys import inline


def section(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Layered beside chaotic rock, below both a third kind that looks like them: only depth tells."""
    generator = np.random.default_rng(seed)
    rows, columns = np.indices((96, 120))
    layered = np.sin(rows / 1.6)
    amplitude = np.where(columns > 60, generator.standard_normal(rows.shape), layered)
    targets = np.where(rows > 70, 2, columns > 60).astype(np.uint8)
    return (amplitude + 0.2 * generator.standard_normal(rows.shape)).astype(np.float32), targets


def test_texture_and_depth_are_told_apart_on_another_section() -> None:
    amplitude, targets = section(0)
    targets[:, 80:90] = IGNORE
    forest = ForestSegmenter([LabelledSection(inline(0), amplitude, targets)], trees=20)
    other, truth = section(1)
    found, confidence = forest.predict(other)
    assert (found == truth).mean() > 0.93
    assert confidence.min() > 0.3
    assert confidence.max() <= 1


def test_features_cover_every_sample_at_every_scale() -> None:
    features = pixel_features(section(0)[0])
    assert features.shape == (96, 120, 6 * len(SCALES) + 2)
    assert np.isfinite(features).all()
    np.testing.assert_allclose(features[:, 0, -1], np.linspace(0, 1, 96), atol=1e-6)
