"""Rotation: by which of five angles was a section turned? (Monteiro et al. 2022)."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from torch import Tensor

from seisview.learn.pretext.config import PretextName
from seisview.learn.pretext.windows import FloatArray, Size, Sizes, Window

ANGLES_DEG = (-8.0, -4.0, 0.0, 4.0, 8.0)
"""The class of a crop is the place of its angle here; positive angles turn clockwise."""

REFERENCE_CROP = (336, 336)
LEAST_CROP = (64, 64)


def window_of(crop: Size) -> Size:
    """Size of what must be cut for a crop turned by any of the angles and shifted by half a sample.

    The same for all angles: where a crop may lie says nothing about its angle.
    """
    turn = math.radians(max(ANGLES_DEG))
    rows, columns = (side - 1 for side in crop)
    cos, sin = math.cos(turn), math.sin(turn)
    return math.ceil(rows * cos + columns * sin) + 3, math.ceil(columns * cos + rows * sin) + 3


def rotated(window: FloatArray, crop: Size, angle_deg: float, shift: tuple[float, float]) -> FloatArray:
    """Turn what a window shows, and cut its middle, so that no sample comes from outside the window.

    Parameters
    ----------
    window : ndarray of float32
        Of :func:`window_of` the crop, or larger.
    crop : (int, int)
    angle_deg : float
        Clockwise, as seen with row 0 at the top.
    shift : (float, float)
        Of the middle, in samples, at most half a one: without it only angle 0 would be free of interpolation,
        and its sharpness would give the answer away.

    Returns
    -------
    ndarray of float32, shape `crop`
        Interpolated bilinearly; 0 outside the window, which is not reached.
    """
    from scipy.ndimage import map_coordinates

    turn = math.radians(angle_deg)
    cos, sin = math.cos(turn), math.sin(turn)
    rows = (np.arange(crop[0]) - (crop[0] - 1) / 2)[:, None]
    columns = (np.arange(crop[1]) - (crop[1] - 1) / 2)[None, :]
    middle = [(size - 1) / 2 + move for size, move in zip(window.shape, shift, strict=True)]
    # The image turns clockwise when the places it is fetched from turn the other way.
    where = np.stack([middle[0] + cos * rows - sin * columns, middle[1] + sin * rows + cos * columns])
    result: FloatArray = map_coordinates(window, where, order=1, mode="constant", cval=0.0)
    return result


class Rotation:
    """Crops turned by one of five angles.

    A window is mirrored, if at all, before it is turned, so that the label is the angle that is seen. (A
    mirrored crop that was turned by +8 degrees looks turned by -8.)

    Parameters
    ----------
    crop : (int, int) or None
        Default: the reference's 336 x 336.
    """

    name: PretextName = "rotation"
    head = (1, len(ANGLES_DEG))

    def __init__(self, crop: Size | None = None) -> None:
        self.sizes = Sizes(crop or REFERENCE_CROP, LEAST_CROP, window_of)

    def images(
        self, windows: Sequence[Window], generator: np.random.Generator, /
    ) -> tuple[list[FloatArray], npt.NDArray[np.int64]]:
        """Turned crops and the numbers of their angles."""
        labels = generator.integers(len(ANGLES_DEG), size=len(windows))
        shifts = generator.uniform(-0.5, 0.5, (len(windows), 2))
        crops = [
            rotated(window.amplitude, window.crop, ANGLES_DEG[label], (float(shift[0]), float(shift[1])))
            for window, label, shift in zip(windows, labels, shifts, strict=True)
        ]
        return crops, labels

    def arranged(self, outputs: Tensor, targets: Tensor) -> tuple[Tensor, Tensor]:
        """As they are."""
        return outputs, targets

    def tensors(self) -> dict[str, Tensor]:
        """Nothing."""
        return {}
