"""How far a carried label is believed; free of torch."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

HALVING_LINES = 16.0
"""Lines after which a carried label is believed half as much as a painted one."""


def trust_of(lines: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Trust in labels that were carried over so many lines: 1 at 0 lines, 1/2 at 16, 0 infinitely far away.

    It says how far a label has come and nothing else: it is no probability that the label is right.
    """
    return np.asarray(1 / (1 + np.sqrt(lines / np.float32(HALVING_LINES))), np.float32)


def agreement(logits: npt.NDArray[np.floating], places: npt.NDArray[np.uint8]) -> float:
    """Agreement of the likeliest classes with carried ones beyond chance (Cohen's kappa, 1960); at least 0.

    Where beds are broken, labels are carried to the wrong side of a fault: what amplitudes alone say of the
    section then disagrees with them, and they are not believed.

    Parameters
    ----------
    logits : ndarray of float32, shape (n_classes, rows, columns)
        Or anything else that is largest for the likeliest class.
    places : ndarray of uint8, shape (rows, columns)
        Place of the carried class among the others; n_classes and above for none, which do not count.

    Returns
    -------
    float
        0 (no better than chance, or nothing carried) to 1.
    """
    n_classes = len(logits)
    known = places < n_classes
    likeliest = logits.argmax(axis=0)
    table = np.bincount(likeliest[known] * n_classes + places[known], minlength=n_classes**2)
    table = table.reshape(n_classes, n_classes) / max(known.sum(), 1)
    by_chance = float(table.sum(axis=0) @ table.sum(axis=1))
    return float(max(np.trace(table) - by_chance, 0.0) / max(1.0 - by_chance, 1e-6))
