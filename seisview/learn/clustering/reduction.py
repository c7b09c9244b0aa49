"""From vectors of any kind to a few comparable numbers: trend with depth, scale, principal components."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from seisview.learn.clustering.config import ClusterConfig

FloatArray = npt.NDArray[np.float32]

_CHUNK = 65_536


@dataclass(frozen=True, slots=True, eq=False)
class Reduction:
    """An affine map, after a trend with depth was taken out; made by :func:`fit_reduction`.

    Attributes
    ----------
    trend : ndarray of float32, shape (degree + 1, n_channels)
        Coefficients of the powers of depth, the constant first: it is the mean where there is no trend.
    matrix : ndarray of float32, shape (n_channels, n_components)
        Scale and rotation in one.
    """

    trend: FloatArray
    matrix: FloatArray

    @property
    def n_channels(self) -> int:
        """Channels it takes."""
        return int(self.matrix.shape[0])

    def apply(self, vectors: npt.NDArray[np.floating], depth: FloatArray | None = None) -> FloatArray:
        """Reduce vectors.

        Parameters
        ----------
        vectors : ndarray, shape (n, n_channels)
        depth : ndarray of float32, shape (n,), optional
            -1 at the top to 1 at the bottom; needed where a trend was fitted.

        Returns
        -------
        ndarray of float32, shape (n, n_components)
        """
        out = np.empty((len(vectors), self.matrix.shape[1]), np.float32)
        for start in range(0, len(vectors), _CHUNK):
            part = slice(start, start + _CHUNK)
            centred = np.asarray(vectors[part], np.float32) - self._trend_at(depth, part)
            out[part] = centred @ self.matrix
        return out

    def _trend_at(self, depth: FloatArray | None, part: slice) -> FloatArray:
        if depth is None or len(self.trend) == 1:
            return self.trend[:1]
        return np.asarray(_powers(depth[part], len(self.trend)) @ self.trend)


def fit_reduction(
    vectors: npt.NDArray[np.floating],
    config: ClusterConfig,
    depth: FloatArray | None = None,
    degree: int = -1,
    blocks: tuple[int, ...] = (),
) -> Reduction:
    """Fit the reduction on a sample.

    Parameters
    ----------
    vectors : ndarray, shape (n, n_channels)
    config : ClusterConfig
        Its `standardise` and `components`.
    depth : ndarray of float32, shape (n,), optional
    degree : int
        Of the trend with depth; below 0 only the mean is taken out.
    blocks : tuple of int
        Channels of each kind, in order: kinds get the same total spread, so that many channels of one do not
        drown few of another.
    """
    sample = np.asarray(vectors, np.float32)
    n_powers = degree + 1 if depth is not None and degree > 0 and len(sample) > 8 * (degree + 1) else 1
    powers = _powers(np.zeros(len(sample), np.float32) if depth is None else depth, n_powers)
    trend = np.linalg.lstsq(powers.astype(np.float64), sample.astype(np.float64), rcond=None)[0]
    residual = sample - (powers @ trend.astype(np.float32))
    scale = _scale(residual, config.standardise, blocks)
    matrix = (
        np.diag(scale).astype(np.float32) if not config.components else _components(residual, scale, config)
    )
    return Reduction(trend.astype(np.float32), matrix)


def _powers(depth: FloatArray, count: int) -> FloatArray:
    return np.stack([depth**power for power in range(count)], axis=-1).astype(np.float32)


def _scale(residual: FloatArray, standardise: bool, blocks: tuple[int, ...]) -> FloatArray:
    variance = residual.var(axis=0, dtype=np.float64)
    scale = np.ones(len(variance))
    if standardise:
        np.divide(1.0, np.sqrt(variance), out=scale, where=variance > 1e-12 * (variance.max() or 1.0))
        variance = variance * scale**2
    start = 0
    for count in blocks if len(blocks) > 1 else ():
        part = slice(start, start + count)
        total = variance[part].sum()
        scale[part] /= np.sqrt(total) if total > 0 else 1.0
        start += count
    return scale.astype(np.float32)


def _components(residual: FloatArray, scale: FloatArray, config: ClusterConfig) -> FloatArray:
    """Leading principal components of the scaled channels, their spread kept."""
    from sklearn.decomposition import PCA

    scaled = residual * scale
    kept = min(config.components, *scaled.shape)
    rotation = PCA(kept, random_state=config.seed).fit(scaled).components_.T
    return np.asarray(scale[:, None] * rotation, np.float32)
