"""How fast exact search is: a matrix of embeddings, and a survey whose features are cached."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from seisview.benchmarks.matching_cells import Cells
from seisview.benchmarks.report import BenchmarkOptions, Cell
from seisview.data.geometry import Axis
from seisview.labels.boxes import Box
from seisview.learn.matching.config import SearchConfig
from seisview.learn.matching.hits import best_windows
from seisview.learn.matching.similarity import top_k
from seisview.learn.matching.window_search import WindowSearch

Rows = tuple[list[dict[str, Cell]], list[str]]

_REPEATS = 9
_GRID = (600, 63, 113, 32)


class MadeUpFeatures:
    """Features of a survey in memory, as random as features may be."""

    axis = Axis.INLINE
    cell = (8, 8)
    is_metric = True

    def __init__(self, shape: tuple[int, int, int, int]) -> None:
        self.lines = range(shape[0])
        self.dimensions = shape[3]
        self.done = np.ones(shape[0], np.bool_)
        few = np.random.default_rng(0).standard_normal((20, *shape[1:]), np.float32).astype(np.float16)
        self._array = np.concatenate([few] * -(-shape[0] // 20))[: shape[0]]

    def array(self) -> npt.NDArray[np.float16]:
        """Features of all sections."""
        return self._array


def speed_rows(options: BenchmarkOptions) -> Rows:
    """Rows of the table."""
    cells = Cells(options)
    rows = [cells.measured("speed of a matrix", lambda: _matrix_row(options))]
    return [*rows, *cells.measured("speed of a survey", lambda: _survey_rows(options))], []


def _matrix_row(options: BenchmarkOptions) -> dict[str, Cell]:
    n = 100_000 if options.is_quick else 2_000_000
    rng = np.random.default_rng(0)
    matrix = rng.standard_normal((n, 128), np.float32)
    query = matrix[5].copy()
    options.progress.report("Searching a matrix")
    search, read = [], []
    for _ in range(_REPEATS):  # in turns, so that what else runs slows both
        read.append(_timed(matrix.sum))
        search.append(_timed(lambda: top_k(matrix, query, 50)))
    ratio = statistics.median(search) / statistics.median(read)
    name = f"top-50 of {n:,} x 128"
    return {
        "data": "speed",
        "method": name,
        "ms": 1e3 * statistics.median(search),
        "times a plain read": ratio,
    }


def _survey_rows(options: BenchmarkOptions) -> list[dict[str, Cell]]:
    features = MadeUpFeatures((40, *_GRID[1:]) if options.is_quick else _GRID)
    options.progress.report("Searching a survey")
    config = SearchConfig(top=50)
    line = features.lines[len(features.lines) // 2]
    rows: list[dict[str, Cell]] = []

    def click(search: WindowSearch, quick: bool) -> None:
        query = search.embed(features.array()[line], Box(100, 164, 200, 264))
        best_windows([search.search(query, quick=quick)], config)

    first = [_timed(lambda: click(WindowSearch(features, (64, 64)), True)) for _ in range(3)]
    search = WindowSearch(features, (64, 64))
    whole = _timed(lambda: click(search, False))
    known = [_timed(lambda: click(search, False)) for _ in range(_REPEATS)]
    for name, seconds in (
        ("click to first hits, size never used", statistics.median(first)),
        ("all lines, size never used", whole),
        ("click to hits on all lines, size prepared", statistics.median(known)),
    ):
        rows.append({"data": "speed, 600 x 900 x 500", "method": name, "ms": 1e3 * seconds})
    return rows


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
