"""Maps of points: principal components at once, UMAP fitted apart on some, the rest placed between them.

The fitted map is kept as positions of its reference points and is read back as plain arrays: a new point is
placed by interpolation between its five nearest reference points. UMAP's own transform is 30x slower and can
only be stored as a pickle.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from seisview.learn.clustering.apart import run_apart
from seisview.learn.clustering.config import ClusterConfig
from seisview.learn.clustering.neighbours import IndexArray, interpolate
from seisview.progress import Progress

FloatArray = npt.NDArray[np.float32]

_LEAST_POINTS = 12


@dataclass(frozen=True, slots=True, eq=False)
class PlacedMap:
    """Positions of the reference points in a map that was fitted to them.

    Attributes
    ----------
    positions : ndarray of float32, shape (m, e)
    """

    positions: FloatArray

    def place(self, distances: FloatArray, indices: IndexArray) -> FloatArray:
        """Positions of points by their nearest reference points, shape (n, e)."""
        return interpolate(self.positions, distances, indices)


@dataclass(frozen=True, slots=True, eq=False)
class Maps:
    """UMAP of the reference points, for clusters and for the view; None where it was not wanted.

    Attributes
    ----------
    space : PlacedMap or None
    view : PlacedMap or None
    """

    space: PlacedMap | None = None
    view: PlacedMap | None = None


def fit_maps(points: FloatArray, config: ClusterConfig, progress: Progress) -> Maps:
    """Fit what `config` asks for; each map is fitted to the points themselves.

    Too few points for UMAP (fewer than 12) get none.

    Raises
    ------
    ModelError
        If UMAP fails.
    Cancelled
        At once when the job is cancelled.
    """
    if not config.needs_umap or len(points) < _LEAST_POINTS:
        return Maps()
    # its spectral start needs clearly more points than dimensions
    space = min(config.embedding_dimensions, len(points) // 3, max(2, points.shape[1]))
    wanted = ([space] if config.embedding == "umap" else []) + ([2] if config.view == "umap" else [])
    progress.report("Fitting UMAP (it cannot say how far it is)")
    options = {
        "neighbours": min(config.neighbours, len(points) - 1),
        "dimensions": sorted(set(wanted)),
        "seed": config.seed,
    }
    found = run_apart("umap", {"points": points}, options, progress)
    return Maps(
        PlacedMap(found[f"positions_{space}"]) if config.embedding == "umap" else None,
        PlacedMap(found["positions_2"]) if config.view == "umap" else None,
    )


def flat_view(points: FloatArray, seed: int = 0) -> FloatArray:
    """First two principal components, for a view at once; zeros where there are fewer."""
    from sklearn.decomposition import PCA

    view = np.zeros((len(points), 2), np.float32)
    kept = min(2, *points.shape)
    if np.ptp(points) > 0:
        view[:, :kept] = PCA(kept, svd_solver="randomized", random_state=seed).fit_transform(points)
    return view
