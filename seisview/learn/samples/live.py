"""Where a section holds data: missing and dead traces are all zero."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt


def live_traces(section: npt.NDArray[np.float32]) -> npt.NDArray[np.bool_]:
    """Which columns of a section hold data.

    Parameters
    ----------
    section : ndarray of float32, shape (n_samples, n_traces)

    Returns
    -------
    ndarray of bool, shape (n_traces,)
    """
    return np.asarray(section.any(axis=0))


def live_cells(section: npt.NDArray[np.float32], cell: int = 8) -> npt.NDArray[np.bool_]:
    """Which columns of cells hold at least one live trace.

    Parameters
    ----------
    section : ndarray of float32, shape (n_samples, n_traces)
    cell : int
        Traces to a cell; the last one may hold fewer.

    Returns
    -------
    ndarray of bool, shape (n_traces / cell,), rounded up
    """
    live = np.pad(live_traces(section), (0, -section.shape[1] % cell))
    return np.asarray(live.reshape(-1, cell).any(axis=1))
