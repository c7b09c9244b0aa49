"""Amplitude scales of patches: one for a whole collection, or one for each image."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from seisview.data.volume import FloatArray

_CLIP_PERCENT = 99.5


@dataclass(frozen=True, slots=True)
class PatchScale:
    """One amplitude scale for a whole collection, so that strong and weak patches stay so.

    Attributes
    ----------
    centre, limit : float
        Amplitudes are taken to ``clip((x - centre) / limit, -1, 1)``; the limit is positive.
    """

    centre: float = 0.0
    limit: float = 1.0

    def apply(self, image: FloatArray) -> FloatArray:
        """Return an image in -1..1, float32, same shape."""
        scaled = (np.asarray(image, np.float32) - np.float32(self.centre)) / np.float32(self.limit)
        return np.clip(scaled, -1.0, 1.0, out=scaled)

    @classmethod
    def of(cls, values: FloatArray) -> PatchScale:
        """Measure the scale of some amplitudes: their mean, and what all but a few stay within."""
        centre = float(np.mean(values, dtype=np.float64))
        limit = float(np.percentile(np.abs(values - np.float32(centre)), _CLIP_PERCENT))
        return cls(centre, limit if limit > 0 else 1.0)


def per_image_scale(image: FloatArray) -> FloatArray:
    """Scale one image to -1..1 by its own least and largest value; a constant image becomes 0.

    This destroys amplitude, which is often the main cue; it is kept because reference system B does it.
    """
    low, high = float(image.min()), float(image.max())
    if high <= low:
        return np.zeros_like(image, np.float32)
    scaled: FloatArray = ((image - low) * (2.0 / (high - low)) - 1.0).astype(np.float32)
    return scaled
