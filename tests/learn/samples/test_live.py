"""Where a section holds data."""

from __future__ import annotations

import numpy as np

from seisview.learn.samples.live import live_cells, live_traces


def test_a_cell_is_live_where_one_of_its_traces_is() -> None:
    section = np.zeros((5, 19), np.float32)
    section[3, 7] = -0.5
    section[0, 18] = 1e-9
    assert np.flatnonzero(live_traces(section)).tolist() == [7, 18]
    assert live_cells(section).tolist() == [True, False, True]
    assert np.flatnonzero(live_cells(section, 4)).tolist() == [1, 4]
