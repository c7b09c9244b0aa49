"""Colour tables of the indexed layers: 256 ARGB values each, not premultiplied, as Qt wants them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from seisview.data.colormaps import Colormap
from seisview.data.gaps import GAP_COLORS
from seisview.gui.section.outlines import OUTLINE

Argb = npt.NDArray[np.uint32]
Palette = npt.NDArray[np.uint8]

GAP_TONES = (0, 1)
"""Indices of the two tones of the hatching of gaps."""
FIRST_LEVEL, ZERO_LEVEL, LAST_LEVEL = 2, 128, 254
"""Indices of the lowest, zero and highest amplitude; as many levels below zero as above."""

_INK = np.array([[16, 16, 16]], np.uint8)


def amplitude_colors(colormap: Colormap) -> Argb:
    """Opaque table for amplitudes, with the tones of gaps at `GAP_TONES`."""
    rgb = np.zeros((256, 3), np.uint8)
    rgb[list(GAP_TONES)] = GAP_COLORS
    rgb[FIRST_LEVEL : LAST_LEVEL + 1] = colormap.sampled(LAST_LEVEL - FIRST_LEVEL + 1)
    return _argb(rgb, np.full(256, 255, np.uint8))


def facies_colors(palette: Palette, opacity: float) -> Argb:
    """Flat colours of the classes; index 0 (unlabelled, not predicted) is clear.

    Parameters
    ----------
    palette : ndarray of uint8, shape (256, 3)
    opacity : float
        0..1.
    """
    alpha = np.full(256, _byte(opacity), np.uint8)
    alpha[0] = 0
    return _argb(palette, alpha)


def label_colors(palette: Palette, opacity: float) -> Argb:
    """Colours of the classes with the ink of outlines at `OUTLINE`: crisp down to half opacity."""
    colors = facies_colors(palette, opacity)
    colors[OUTLINE] = _argb(_INK, np.array([_byte(2 * opacity)], np.uint8))[0]
    return colors


def confidence_colors(opacity: float) -> Argb:
    """A dark veil over what is unsure: index 255 (certain) and 0 (no prediction) are clear."""
    doubt = (255 - np.arange(256)) / 255 * opacity
    doubt[0] = 0.0
    return _argb(np.zeros((256, 3), np.uint8), np.rint(doubt * 255).astype(np.uint8))


def heat_colors(opacity: float) -> Argb:
    """From clear (0.2 and less) over orange to yellow: how similar a place is; index 0 is clear."""
    share = np.clip((np.arange(256) / 255 - 0.2) / 0.8, 0, 1)
    rgb = np.stack([200 + 55 * share, 40 + 200 * share, 30 + 70 * share], axis=1)
    alpha = np.rint(255 * opacity * np.sqrt(share))
    return _argb(np.rint(rgb).astype(np.uint8), alpha.astype(np.uint8))


def anomaly_colors(opacity: float, first: int) -> Argb:
    """Clear below `first`, where anomalies begin; from violet to pink above: how unusual a place is."""
    values = np.arange(256)
    share = np.clip((values - first) / max(1, 255 - first), 0, 1)
    rgb = np.stack([150 + 105 * share, 30 + 60 * share, 190 + 30 * share], axis=1)
    alpha = np.where((values >= first) & (values > 0), 255 * opacity * (0.55 + 0.45 * share), 0)
    return _argb(np.rint(rgb).astype(np.uint8), np.rint(alpha).astype(np.uint8))


def picked_colors() -> Argb:
    """Clear at 0, a dark veil at 1: over what is not picked out, so that no class colour is mistaken."""
    colors = np.zeros(256, np.uint32)
    colors[1] = 0xB0101418
    return colors


def _argb(rgb: Palette, alpha: npt.NDArray[np.uint8]) -> Argb:
    channels = rgb.astype(np.uint32)
    argb: Argb = np.left_shift(alpha, 24, dtype=np.uint32)
    for channel, shift in enumerate((16, 8, 0)):
        argb |= np.left_shift(channels[:, channel], shift, dtype=np.uint32)
    return argb


def _byte(fraction: float) -> int:
    return round(255 * min(max(fraction, 0.0), 1.0))
