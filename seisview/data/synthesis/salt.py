"""Salt: a diapir or detached body with irregular flanks that drags the layers around it upwards."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from seisview.data.synthesis.fields import Array, Block, Extent, Generator

_UNDERSIDE = 0.04  # of the record: how soon the drag fades below a body that has a base
_COARSE = 48  # points along the longer axes of the grid that the drag is computed on


@dataclass(frozen=True, slots=True)
class SaltBody:
    """One salt body: a stack of irregular outlines around a leaning axis.

    Attributes
    ----------
    centre : (float, float)
        Inline and crossline of the axis at its top.
    top, bottom : float
        Samples between which the body lies; a rooted diapir ends below the record.
    lean : (float, float)
        Traces that the axis moves per sample of depth.
    radius, elongation, azimuth : float
        Largest radius in traces, ratio of the axes, and direction of the longer one.
    neck, foot : float
        Narrowing of the stem (0..1) and radius at the bottom (0 closes the body).
    ripples : ndarray of float, shape (n, 4)
        Order, amplitude, phase and turn per sample of each irregularity of the outline.
    """

    centre: tuple[float, float]
    top: float
    bottom: float
    lean: tuple[float, float]
    radius: float
    elongation: float
    azimuth: float
    neck: float
    foot: float
    ripples: npt.NDArray[np.float64]

    def margin(self, i: Array, j: Array, k: Array) -> Array:
        """How many traces, horizontally, samples lie inside the body; negative outside."""
        down = k - np.float32(self.top)
        di = i - np.float32(self.centre[0]) - np.float32(self.lean[0]) * down
        dj = j - np.float32(self.centre[1]) - np.float32(self.lean[1]) * down
        cos, sin = np.float32(np.cos(self.azimuth)), np.float32(np.sin(self.azimuth))
        a, b = (di * cos + dj * sin) / np.float32(self.elongation), dj * cos - di * sin
        outline = np.ones_like(k)
        angle = np.arctan2(b, a)
        for order, amplitude, phase, turn in self.ripples.astype(np.float32):
            outline += amplitude * np.cos(order * angle + phase + turn * down)
        return np.asarray(outline * self._radius_at(down) - np.hypot(a, b), np.float32)

    def _radius_at(self, down: Array) -> Array:
        share = np.clip(down / np.float32(self.bottom - self.top), 0, 1)
        cap = np.sqrt(np.clip(1 - (1 - np.minimum(share / 0.3, 1)) ** 2, 0, 1))
        stem = 1 - self.neck * _smooth_step((share - 0.25) / 0.35)
        base = 1 - (1 - self.foot) * _smooth_step((share - 0.75) / 0.25)
        inside = (down > 0) & (down < self.bottom - self.top)
        return np.asarray(np.where(inside, self.radius * cap * stem * base, 0), np.float32)


def _smooth_step(x: Array) -> Array:
    x = np.clip(x, 0, 1)
    return np.asarray(x * x * (3 - 2 * x), np.float32)


def draw_salt(rng: Generator, extent: Extent) -> SaltBody:
    """Draw a salt body: rooted diapir or detached, at any depth."""
    side, height = extent.lateral, extent.n_samples
    rooted = rng.random() < 0.5
    top = float(rng.uniform(0.12, 0.5) * height)
    bottom = 1.3 * height if rooted else top + float(rng.uniform(0.3, 0.5)) * height
    orders = np.array([0, 0, 2, 3, 4, 5, 7, 9])  # order 0 swells and thins the body with depth
    ripples = np.stack(
        [
            orders,
            rng.uniform(0.3, 1.0, len(orders)) * 0.2 / np.sqrt(np.maximum(orders, 3)),
            rng.uniform(0, 2 * np.pi, len(orders)),
            rng.normal(0, np.where(orders == 0, 25.0, 10.0) / height),
        ],
        axis=1,
    )
    return SaltBody(
        centre=extent.random_position(rng, 0.2),
        top=top,
        bottom=bottom,
        lean=(float(rng.normal(0, 0.15)) * side / height, float(rng.normal(0, 0.15)) * side / height),
        radius=float(rng.uniform(0.14, 0.21)) * side,
        elongation=float(rng.uniform(1.0, 1.6)),
        azimuth=float(rng.uniform(0, np.pi)),
        neck=float(rng.uniform(0.0, 0.45)),
        foot=float(rng.uniform(0.9, 1.6)) if rooted else 0.0,
        ripples=ripples,
    )


class SaltDrag:
    """How far the layers were dragged up around salt, and sank in its rim, in samples.

    Computed on a coarse grid from the distance to the salt, then interpolated.
    """

    def __init__(self, rng: Generator, extent: Extent, bodies: tuple[SaltBody, ...]) -> None:
        from scipy.ndimage import distance_transform_edt, gaussian_filter

        counts = (extent.n_inlines, extent.n_crosslines, extent.n_samples)
        self._axes = [np.linspace(0, n - 1, min(n, _COARSE), dtype=np.float32) for n in counts]
        block = Block(*self._axes)
        salt = np.zeros(block.shape, bool)
        for body in bodies:
            salt |= body.margin(*block.grids()) > 0
        traces_per_sample = extent.lateral / extent.n_samples / 1.6
        spacing = [float(axis[1] - axis[0]) for axis in self._axes]
        spacing[2] *= traces_per_sample
        if not salt.any():
            self._lift = np.zeros(salt.shape, np.float32)
            return
        distance, nearest = distance_transform_edt(~salt, sampling=spacing, return_indices=True)
        below = np.clip(np.arange(salt.shape[2]) - nearest[2], 0, None) / salt.shape[2]
        reach = float(rng.uniform(0.06, 0.11)) * extent.lateral
        lift = float(rng.uniform(0.35, 0.6)) * reach / traces_per_sample
        rim = 0.35 * lift * np.exp(-(((distance - 3 * reach) / (1.2 * reach)) ** 2))
        drag = (lift * np.exp(-distance / reach) - rim) * np.exp(-below / _UNDERSIDE)
        self._lift = gaussian_filter(drag, 0.8).astype(np.float32)

    def at(self, block: Block) -> Array:
        """Lift at the positions of a block, shape ``block.shape``."""
        result: Array = self._lift
        for number, positions in enumerate((block.inlines, block.crosslines, block.samples)):
            axis = self._axes[number]
            place = np.interp(positions, axis, np.arange(len(axis)))
            index = np.minimum(place.astype(np.intp), len(axis) - 2)
            share = (place - index).astype(np.float32)
            share = share.reshape([-1 if n == number else 1 for n in range(3)])
            first = result.take(index, axis=number)
            result = first + (result.take(index + 1, axis=number) - first) * share
        return result
