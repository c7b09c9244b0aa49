"""Scores of predicted facies, from one confusion matrix over everything that is compared; free of torch."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[np.integer]
FloatArray = npt.NDArray[np.float64]


class ConfusionMatrix:
    """Counts of (true, predicted) pairs, to which sections are added one by one.

    All scores come from the summed counts, never from averages over sections: a class that is absent from one
    section does not distort them. A class that is neither true nor predicted anywhere has no score (NaN) and
    is left out of the means; one that is predicted but never true counts with IoU 0.

    Parameters
    ----------
    n_classes : int
        Targets and predictions run from 0 to ``n_classes - 1``; whatever lies outside is ignored.

    Examples
    --------
    >>> matrix = ConfusionMatrix(2)
    >>> matrix.add(np.array([0, 0, 1, 1]), np.array([0, 1, 1, 1]))
    >>> matrix.pixel_accuracy, [round(float(v), 2) for v in matrix.iou]
    (0.75, [0.5, 0.67])
    """

    def __init__(self, n_classes: int) -> None:
        self.counts: npt.NDArray[np.int64] = np.zeros((n_classes, n_classes), np.int64)
        self.missed: npt.NDArray[np.int64] = np.zeros(n_classes, np.int64)

    def __repr__(self) -> str:
        scores = f"pixel accuracy {self.pixel_accuracy:.3f}, mean IoU {self.mean_iou:.3f}"
        sizes = f"{self.support.sum()} samples, {np.count_nonzero(self.support)} classes"
        return f"ConfusionMatrix({sizes}: {scores})"

    @property
    def n_classes(self) -> int:
        """Number of classes."""
        return len(self.counts)

    def add(self, truth: IntArray, predicted: IntArray) -> None:
        """Count pairs of two arrays of equal shape.

        A pair whose truth is out of range (unlabelled) is ignored; one whose prediction alone is out of range
        (not predicted) is a miss of its true class and charged to no other class.
        """
        if truth.shape != predicted.shape:
            raise ValueError(f"shapes differ: truth {truth.shape}, predicted {predicted.shape}")
        n = self.n_classes
        truth, predicted = truth.astype(np.int64).ravel(), predicted.astype(np.int64).ravel()
        labelled = (truth >= 0) & (truth < n)
        answered = labelled & (predicted >= 0) & (predicted < n)
        pairs = truth[answered] * n + predicted[answered]
        self.counts += np.bincount(pairs, minlength=n * n).reshape(n, n)
        self.missed += np.bincount(truth[labelled & ~answered], minlength=n)

    @property
    def support(self) -> npt.NDArray[np.int64]:
        """True samples per class."""
        return np.asarray(self.counts.sum(axis=1) + self.missed)

    @property
    def pixel_accuracy(self) -> float:
        """Share of samples that are right; NaN without samples."""
        return float(_ratio(np.trace(self.counts), self.support.sum()))

    @property
    def recall(self) -> FloatArray:
        """Share of each true class that was found."""
        return _ratio(np.diag(self.counts), self.support)

    @property
    def precision(self) -> FloatArray:
        """Share of each predicted class that is right."""
        return _ratio(np.diag(self.counts), self.counts.sum(axis=0))

    @property
    def f1(self) -> FloatArray:
        """Harmonic mean of precision and recall per class."""
        return _ratio(2 * np.diag(self.counts), self.counts.sum(axis=0) + self.support)

    @property
    def iou(self) -> FloatArray:
        """Intersection over union (Jaccard index) per class."""
        hits = np.diag(self.counts)
        return _ratio(hits, self.counts.sum(axis=0) + self.support - hits)

    @property
    def mean_iou(self) -> float:
        """Mean of :attr:`iou` over the classes that occur."""
        return _mean(self.iou)

    @property
    def mean_class_accuracy(self) -> float:
        """Mean of :attr:`recall` over the classes that are true somewhere."""
        return _mean(self.recall)

    @property
    def frequency_weighted_iou(self) -> float:
        """Mean of :attr:`iou` weighted by how often each class is true."""
        support = self.support
        if not support.sum():
            return float("nan")
        return float(np.nansum(self.iou * support) / support.sum())

    def summary(self) -> dict[str, float]:
        """Return the four global scores by name, as the command line prints them."""
        return {
            "pixel_accuracy": self.pixel_accuracy,
            "mean_class_accuracy": self.mean_class_accuracy,
            "mean_iou": self.mean_iou,
            "frequency_weighted_iou": self.frequency_weighted_iou,
        }


def _ratio(numerator: npt.ArrayLike, denominator: npt.ArrayLike) -> FloatArray:
    top, bottom = np.asarray(numerator, np.float64), np.asarray(denominator, np.float64)
    ratio: FloatArray = np.divide(top, bottom, out=np.full(top.shape, np.nan), where=bottom > 0)
    return ratio


def _mean(values: FloatArray) -> float:
    present = values[~np.isnan(values)]
    return float(present.mean()) if len(present) else float("nan")
