"""What the matching benchmark counts as right, and that its pieces are measured once."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from seisview.benchmarks.matching_cells import Cells
from seisview.benchmarks.matching_methods import Searched
from seisview.benchmarks.matching_truth import TOP, Truth
from seisview.benchmarks.report import BenchmarkOptions
from seisview.data.geometry import Axis
from seisview.learn.matching.similarity import unit_rows
from seisview.learn.matching.window_search import WindowSearch


class Features:
    axis, cell, is_metric = Axis.INLINE, (8, 8), True

    def __init__(self, cells):
        self._cells = cells.astype(np.float16)
        self.lines = range(0, 4 * len(cells), 4)
        self.done = np.ones(len(cells), np.bool_)
        self.dimensions = cells.shape[-1]

    def array(self):
        return self._cells


@pytest.fixture
def truth():
    rng = np.random.default_rng(0)
    search = WindowSearch(Features(rng.normal(size=(60, 12, 16, 8))), (32, 32))
    salt = np.zeros((240, 128, 96), np.bool_)
    salt[:, 32:96, 32:64] = True
    return Truth.of(search, {"salt": salt}, np.ones_like(salt))


def test_queries_and_hits_are_blocks_apart_and_methods_are_scored_by_the_truth(truth):
    places = truth.queries("salt")
    assert len(places) == 20
    assert max(line for line, _, _ in places) < 24  # of 60 lines: hits begin at 30
    assert truth.config.region.inlines == (120, 240)
    right = truth.right("salt")
    ideal = np.where(right[..., None], [1.0, 0.0], [0.0, 1.0]).astype(np.float32)
    found = truth.scores("salt", Searched(ideal))
    assert found[0] == 20
    assert found[1] == truth.best_possible("salt")[1] == 1
    noise = unit_rows(np.random.default_rng(1).normal(size=(right.size, 8))).reshape(*right.shape, 8)
    blind = truth.scores("salt", Searched(noise))
    assert blind[1] < 0.5
    assert 0 <= blind[3] <= blind[2] + 0.5
    assert TOP == 20


def test_accepted_hits_stay_in_the_list_and_rejected_ones_go(truth):
    rng = np.random.default_rng(2)
    right = truth.right("salt")
    mixed = np.where(right[..., None], [1.0, 0, 0], [0, 1.0, 0]) + 0.6 * rng.normal(size=(*right.shape, 3))
    _, first, shown, _ = truth.scores("salt", Searched(unit_rows(mixed.reshape(-1, 3)).reshape(mixed.shape)))
    assert shown > first


def test_a_cell_is_measured_once_and_again_for_another_budget(tmp_path):
    calls = []

    def measure():
        calls.append(1)
        return {"salt": [20, 0.5, float("nan"), 0.25]}

    options = BenchmarkOptions(out=tmp_path)
    first = Cells(options).measured("a", measure)
    second = Cells(options).measured("a", measure)
    assert len(calls) == 1
    assert first["salt"][:2] == second["salt"][:2]
    assert np.isnan(second["salt"][2])
    Cells(replace(options, budget="quick")).measured("a", measure)
    Cells(BenchmarkOptions()).measured("a", measure)
    assert len(calls) == 3
