"""The instant preview: a light head on dense features, refitted after every stroke; free of torch.

Multinomial logistic regression on the features of a cell, its depth, and a fixed random layer of rectified
units on top of them (Huang et al. 2006, "Extreme learning machine"): convex, so that it can be warm-started,
and non-linear enough to beat a forest. One thread, because waiting for others costs more than it gains.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from seisview.data.geometry import Axis
from seisview.errors import LabelError
from seisview.learn.carrying.carried import CarriedLabels
from seisview.learn.carrying.trust import trust_of
from seisview.learn.features.slices import FeatureSlice
from seisview.learn.preview.cells import CELL, Counts, drawn_cells
from seisview.learn.preview.coarse_facies import Favoured, decide, smoothed
from seisview.learn.preview.config import PreviewConfig
from seisview.learn.preview.lift import (
    LiftedSection,
    LiftedSections,
    cell_inputs,
    lifted,
    standardised,
)
from seisview.learn.preview.logistic import balanced, fit_logistic, log_softmax
from seisview.learn.preview.one_thread import one_thread

FloatArray = npt.NDArray[np.float32]
Facies = npt.NDArray[np.uint8]

_LIFTED = LiftedSections()


@dataclass(frozen=True, slots=True, eq=False)
class PreviewHead:
    """A fitted head.

    Attributes
    ----------
    ids : tuple of int
        Class ids, ascending.
    config : PreviewConfig
    mean, scale : ndarray of float32, shape (n_inputs,)
        Of features and depth; they standardise the inputs.
    weights : ndarray of float32, shape (n_inputs + units + 1, n_classes)
        The last row is the offset.
    """

    ids: tuple[int, ...]
    config: PreviewConfig
    mean: FloatArray = field(repr=False)
    scale: FloatArray = field(repr=False)
    weights: FloatArray = field(repr=False)

    @property
    def dimensions(self) -> int:
        """Length of the feature vectors it takes."""
        return len(self.mean) - 1

    def logits(self, features: npt.NDArray[np.floating]) -> FloatArray:
        """Log-probabilities of every cell: (cell rows, cell columns, dimensions) to (..., n_classes)."""
        return self._logits(_LIFTED.of(features, self.mean, self.scale, self.config), features.shape)

    def _logits(self, section: LiftedSection, shape: tuple[int, ...]) -> FloatArray:
        raw = section.units @ self.weights[:-1] + self.weights[-1]
        return log_softmax(raw).reshape(shape[0], shape[1], -1)

    def predict(
        self,
        features: npt.NDArray[np.floating],
        shape: tuple[int, int],
        carried: CarriedLabels | None = None,
    ) -> tuple[Facies, FloatArray]:
        """Facies of a section from the features of its cells.

        Parameters
        ----------
        features : ndarray, shape (cell rows, cell columns, dimensions)
            Zeros where no trace is live.
        shape : (int, int)
            (n_samples, n_traces) of the section.
        carried : CarriedLabels, optional
            The labels carried to it, at every second row and column.

        Returns
        -------
        facies : ndarray of uint8, shape `shape`
            Class ids; 0 where no trace is live.
        confidence : ndarray of float32, shape `shape`
            Probability of the class, 0..1; 0 where no trace is live.
        """
        with one_thread():
            section = _LIFTED.of(features, self.mean, self.scale, self.config)
            logits = smoothed(self._logits(section, features.shape), self.config.smoothing)
            winner, confidence = decide(logits, shape, favoured=self._favoured(carried))
        facies = np.array(self.ids, np.uint8)[winner]
        live = section.live.repeat(CELL)[: shape[1]]
        if not live.all():
            facies, confidence = facies * live.astype(np.uint8), confidence * live.astype(np.float32)
        return facies, confidence

    def _favoured(self, carried: CarriedLabels | None, turned: bool = False) -> Favoured | None:
        if carried is None or not self.config.carried_weight:
            return None
        table = np.full(256, 255, np.uint8)
        table[list(self.ids)] = np.arange(len(self.ids))
        weight = np.float32(self.config.carried_weight) * trust_of(carried.lines)
        places = table[carried.facies]
        return Favoured(places.T, weight.T) if turned else Favoured(places, weight)

    def predict_slice(
        self, cut: FeatureSlice, carried: CarriedLabels | None = None
    ) -> tuple[Facies, FloatArray]:
        """Facies of a time or depth slice, as far as its features are there.

        Returns
        -------
        facies : ndarray of uint8, shape (n_crosslines, n_inlines)
            Class ids; 0 where nothing is known or no trace is live.
        confidence : ndarray of float32, same shape
            Probability of the class, 0..1; 0 there too.
        """
        with one_thread():
            section = _LIFTED.of(cut.features, self.mean, self.scale, self.config, cut.depth)
            logits = self._logits(section, cut.features.shape)[:, cut.nearest]
            favoured = self._favoured(carried, turned=cut.axis is not Axis.INLINE)
            logits = smoothed(logits, self.config.smoothing)
            winner, confidence = decide(logits, cut.shape, cut.cell, favoured)
        shown = cut.shown()
        facies = np.array(self.ids, np.uint8)[winner] * shown.astype(np.uint8)
        confidence = confidence * shown.astype(np.float32)
        return (facies, confidence) if cut.axis is Axis.INLINE else (facies.T, confidence.T)


def fit_head(
    features: Mapping[Any, npt.NDArray[np.floating]],
    counts: Mapping[Any, Counts],
    ids: tuple[int, ...],
    config: PreviewConfig,
    previous: PreviewHead | None = None,
) -> PreviewHead:
    """Fit a head to labelled cells.

    Parameters
    ----------
    features : mapping to ndarray, shape (cell rows, cell columns, dimensions)
        By section.
    counts : mapping to ndarray of float32, shape (cell rows, cell columns, len(ids))
        Of the same sections: :func:`seisview.learn.preview.cells.cell_counts`.
    ids : tuple of int
        Class ids.
    config : PreviewConfig
    previous : PreviewHead, optional
        Start from it where it has the same inputs and configuration; classes are matched by id.

    Raises
    ------
    LabelError
        If fewer than two classes are labelled on live traces.
    """
    if not ids:
        raise LabelError(
            "There are no labels to learn from.", "Paint at least two classes on one section first."
        )
    usable = previous if previous is not None and previous.config == config else None
    if usable is not None and any(usable.dimensions != f.shape[-1] for f in features.values()):
        usable = None
    warm = usable is not None and usable.ids == ids
    with one_thread():
        most = config.warm_cells if warm else config.max_cells
        inputs, targets = _labelled_cells(features, counts, most, config.seed)
        if (targets.sum(axis=0) > 0).sum() < 2:
            raise LabelError(
                "Only one class is labelled, so there is nothing to tell apart.",
                "Paint at least two classes, for example a background class beside the one of interest.",
            )
        mean, scale = _moments(features) if usable is None else (usable.mean, usable.scale)
        units = lifted(standardised(inputs, mean, scale), config)
        start = _start(usable, ids, units.shape[1] + 1)
        steps = config.warm_iterations if warm else config.iterations
        weights = fit_logistic(units, balanced(targets, config.balance), start, config.penalty, steps)
    return PreviewHead(ids, config, mean, scale, weights)


def _labelled_cells(
    features: Mapping[Any, npt.NDArray[np.floating]], counts: Mapping[Any, Counts], most: int, seed: int
) -> tuple[FloatArray, FloatArray]:
    inputs, targets = [], []
    for key, (numbers, weights) in drawn_cells(counts, most, seed).items():
        rows = cell_inputs(features[key], numbers)
        live = (rows[:, :-1] != 0).any(axis=1)
        inputs.append(rows[live])
        held = counts[key].reshape(-1, counts[key].shape[-1])[numbers] * weights[:, None]
        targets.append(held[live])
    return np.concatenate(inputs), np.concatenate(targets)


def _moments(features: Mapping[Any, npt.NDArray[np.floating]]) -> tuple[FloatArray, FloatArray]:
    """Mean and scale over all cells of the sections, painted or not: strokes do not change them."""
    rows = [cell_inputs(features[key]) for key in sorted(features)]
    cells = np.concatenate([each[(each[:, :-1] != 0).any(axis=1)] for each in rows])
    if not len(cells):
        cells = np.concatenate(rows)
    mean, spread = cells.mean(axis=0), cells.std(axis=0)
    # Half-way between features as they are, whose leading components rule, and all alike, which raises noise.
    typical = np.sqrt((spread[:-1] ** 2).mean()) + np.float32(1e-6)
    scale = np.sqrt(typical * np.maximum(spread, 1e-3 * typical))
    mean[-1], scale[-1] = 0.0, np.sqrt(1 / 3)  # of numbers spread evenly over -1..1
    return mean.astype(np.float32), scale.astype(np.float32)


def _start(previous: PreviewHead | None, ids: tuple[int, ...], n_rows: int) -> FloatArray:
    start = np.zeros((n_rows, len(ids)), np.float32)
    if previous is not None:
        for place, class_id in enumerate(ids):
            if class_id in previous.ids:
                start[:, place] = previous.weights[:, previous.ids.index(class_id)]
    return start
