"""The baseline without a network: a random forest on hand-made features of every sample, and its depth."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from seisview.learn.samples.labelled import LabelledSection
from seisview.learn.samples.targets import IGNORE

FloatArray = npt.NDArray[np.float32]

SCALES = (1.0, 2.0, 4.0, 8.0, 16.0)
"""Standard deviations, in samples and traces, of the smoothing."""

_TREES = 100
_MAX_SAMPLES = 20_000
_LEAST_IN_LEAF = 5


def pixel_features(section: FloatArray) -> FloatArray:
    """Hand-made features of every sample, and its depth.

    At each of :data:`SCALES`: the smoothed amplitude, the size of its gradient, its Laplacian, and energy,
    dip and coherence of the structure tensor (Bigun and Granlund 1987), as interactive pixel classifiers use.

    Parameters
    ----------
    section : ndarray of float32, shape (n_samples, n_traces)
        Normalised to -1..1.

    Returns
    -------
    ndarray of float32, shape (n_samples, n_traces, 6 x scales + 2)
        The last two are the amplitude itself and the depth, 0..1.
    """
    from scipy import ndimage

    planes: list[FloatArray] = []
    down, across = np.gradient(section)
    for scale in SCALES:
        smooth = ndimage.gaussian_filter(section, scale, mode="nearest")
        planes.append(smooth)
        planes.append(ndimage.gaussian_gradient_magnitude(section, scale, mode="nearest"))
        planes.append(ndimage.gaussian_laplace(section, scale, mode="nearest"))
        products = (down * down, across * across, down * across)
        planes.extend(_tensor(*(ndimage.gaussian_filter(p, 2 * scale, mode="nearest") for p in products)))
    depth = np.linspace(0, 1, section.shape[0], dtype=np.float32)[:, None]
    planes += [section, np.broadcast_to(depth, section.shape)]
    return np.stack(planes, axis=-1).astype(np.float32)


def _tensor(vertical: FloatArray, lateral: FloatArray, both: FloatArray) -> tuple[FloatArray, ...]:
    energy = vertical + lateral + np.float32(1e-6)
    angle = np.arctan2(2 * both, vertical - lateral)
    coherence = np.hypot(vertical - lateral, 2 * both) / energy
    return np.log(energy), np.sin(angle) * coherence, coherence


class ForestSegmenter:
    """A random forest (Breiman 2001) on :func:`pixel_features`.

    Parameters
    ----------
    sections : sequence of LabelledSection
        To learn from; unlabelled samples are left out.
    seed : int
        Of the samples drawn, evenly over everything labelled, and of the trees.
    trees : int
    """

    def __init__(self, sections: Sequence[LabelledSection], seed: int = 0, trees: int = _TREES) -> None:
        from sklearn.ensemble import RandomForestClassifier

        generator = np.random.default_rng(seed)
        total = sum(int((s.targets != IGNORE).sum()) for s in sections)
        drawn = [_drawn(s, min(1.0, _MAX_SAMPLES / total), generator) for s in sections]
        self._forest = RandomForestClassifier(
            n_estimators=trees, min_samples_leaf=_LEAST_IN_LEAF, random_state=seed, n_jobs=1
        )
        self._forest.fit(np.concatenate([x for x, _ in drawn]), np.concatenate([y for _, y in drawn]))

    def predict(self, section: FloatArray) -> tuple[npt.NDArray[np.uint8], FloatArray]:
        """Targets and confidence (0..1) of a normalised section, both of its shape."""
        features = pixel_features(section)
        probabilities = self._forest.predict_proba(features.reshape(-1, features.shape[-1]))
        winner = self._forest.classes_[probabilities.argmax(axis=1)]
        confidence = probabilities.max(axis=1)
        return (
            winner.reshape(section.shape).astype(np.uint8),
            confidence.reshape(section.shape).astype(np.float32),
        )


def _drawn(
    section: LabelledSection, share: float, generator: np.random.Generator
) -> tuple[FloatArray, npt.NDArray[np.uint8]]:
    chosen = (section.targets != IGNORE) & (generator.random(section.targets.shape) < share)
    return pixel_features(section.amplitude)[chosen], section.targets[chosen]
