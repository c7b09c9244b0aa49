"""Pseudo-labels for iterative training: near neighbours of labelled patches among unlabelled tiles."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from seisview.learn.matching.config import RoundsConfig, SiameseConfig
from seisview.learn.matching.siamese import similarity_matrix

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class PseudoLabel:
    """A tile that takes the class of the labelled patch that retrieved it.

    Attributes
    ----------
    round : int
        From 1.
    tile : int
        Number of the tile.
    label : int
        Class of the patch.
    query : int
        Number of the patch among those trained on; never a validation patch.
    distance : float
        Cosine (1 - similarity) or Euclidean, as the network was trained.
    """

    round: int
    tile: int
    label: int
    query: int
    distance: float


def choose_pseudo_labels(
    queries: Floats,
    labels: Ints,
    tiles: Floats,
    network: SiameseConfig,
    config: RoundsConfig,
    taken: Iterable[int] = (),
    number: int = 1,
) -> list[PseudoLabel]:
    """Accept neighbours strictly between the two thresholds that nobody took yet; the nearest come first.

    Parameters
    ----------
    queries : ndarray of float32, shape (n, d)
        Embeddings of the labelled patches that are trained on.
    labels : ndarray of int, shape (n,)
    tiles : ndarray of float32, shape (m, d)
    network : SiameseConfig
        Says which distance is meant.
    config : RoundsConfig
    taken : iterable of int
        Tiles of earlier rounds.
    number : int
        Of this round.

    Returns
    -------
    list of PseudoLabel
        Every tile at most once; a tile near two classes goes to the nearer.
    """
    similarity = similarity_matrix(queries, tiles, network)
    distances = 1 - similarity if network.distance == "cosine" else -similarity
    if network.distance == "cosine":
        distances = np.where(np.abs(distances) < 1e-6, 0, distances)  # rounding of equal vectors
    count = min(config.neighbours, tiles.shape[0])
    nearest = np.argsort(distances, axis=1, kind="stable")[:, :count]
    found = [
        (float(distances[query, tile]), query, int(tile))
        for query in range(len(queries))
        for tile in nearest[query]
        if config.duplicate_threshold < distances[query, tile] < config.curated_threshold
    ]
    gone = set(taken)
    accepted = []
    for distance, query, tile in sorted(found):
        if tile not in gone:
            gone.add(tile)
            accepted.append(PseudoLabel(number, tile, int(labels[query]), query, distance))
    return accepted
