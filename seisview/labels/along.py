"""Labels of single traces, as along a line across the survey."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from seisview.data.geometry import Axis
from seisview.labels.snapshot import LabelSnapshot
from seisview.labels.tiles import Labels


def labels_along(
    snapshot: LabelSnapshot,
    inline_indices: npt.NDArray[np.intp],
    crossline_indices: npt.NDArray[np.intp],
    n_samples: int,
) -> Labels:
    """Labels of the traces at some positions, from the labelled sections that pass through them.

    Parameters
    ----------
    snapshot : LabelSnapshot
    inline_indices, crossline_indices : ndarray of int, shape (n,)
    n_samples : int
        Of the survey.

    Returns
    -------
    ndarray of uint8, shape (n_samples, n)
        0 = unlabelled.
    """
    labels = np.zeros((n_samples, len(inline_indices)), np.uint8)
    for key in snapshot.sections:
        if key.axis is Axis.SAMPLE:
            here = snapshot.sections[key][crossline_indices, inline_indices]
            labels[key.index, here != 0] = here[here != 0]
            continue
        across, along = inline_indices, crossline_indices
        if key.axis is Axis.CROSSLINE:
            across, along = along, across
        columns = np.flatnonzero(across == key.index)
        if len(columns):
            there = snapshot.sections[key][:, along[columns]]
            labels[:, columns] = np.where(there != 0, there, labels[:, columns])
    return labels
