from __future__ import annotations

import numpy as np
import pytest

from seisview.learn.clustering.config import PatchFeatureConfig
from seisview.learn.features.patch_features import channel_blocks, embed_patches, features_key, log_spectrum
from seisview.progress import Progress

TINY = PatchFeatureConfig("both", backbone="resnet10", weights="none", device="cpu")


def wave(rows: int, columns: int, frequency: float, strength: float = 1.0) -> np.ndarray:
    image = strength * np.sin(2 * np.pi * frequency * np.arange(rows))[:, None]
    return np.repeat(image, columns, axis=1).astype(np.float32)


def test_a_spectrum_is_about_frequency_whatever_the_size_of_the_image() -> None:
    same = log_spectrum(wave(99, 99, 0.1)), log_spectrum(wave(150, 60, 0.1))
    other = log_spectrum(wave(99, 99, 0.2))
    assert np.corrcoef(*same)[0, 1] > 0.8
    assert np.corrcoef(same[0], other)[0, 1] < 0.6
    peak = np.unravel_index(same[0].argmax(), (24, 48))
    assert peak[0] * 0.2424 / 24 == pytest.approx(0.1, abs=0.011)
    assert peak[1] == 24


def test_a_spectrum_keeps_amplitude_and_survives_tiny_and_constant_images() -> None:
    weak, strong = (log_spectrum(wave(64, 64, 0.1, strength)) for strength in (0.1, 1.0))
    assert strong.max() - weak.max() == pytest.approx(np.log(10), abs=0.1)
    for shape in ((1, 1), (2, 40)):
        assert np.isfinite(log_spectrum(np.ones(shape, np.float32))).all()


def test_images_of_any_sizes_give_vectors_in_their_own_order() -> None:
    images = [wave(*shape, 0.1) for shape in ((40, 40), (99, 50), (40, 40), (20, 16))]
    vectors = embed_patches(images, TINY, Progress())
    assert vectors.shape == (4, sum(channel_blocks(TINY)))
    np.testing.assert_allclose(vectors[0], vectors[2], rtol=1e-4, atol=1e-4)
    alone = embed_patches(images[1:2], TINY, Progress())
    np.testing.assert_allclose(alone[0], vectors[1], rtol=2e-2, atol=2e-2)


def test_the_key_follows_data_settings_and_weights() -> None:
    spectrum = PatchFeatureConfig()
    keys = {
        features_key("a", spectrum),
        features_key("b", spectrum),
        features_key("a", PatchFeatureConfig(per_image=True)),
        features_key("a", TINY),
        features_key("a", PatchFeatureConfig("both", backbone="resnet10", weights="none", seed=1)),
    }
    assert len(keys) == 5
    assert features_key("a", spectrum) == features_key("a", PatchFeatureConfig(device="cpu"))
