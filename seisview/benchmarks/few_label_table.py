"""Cells of the few-label table, brought together over their seeds."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from seisview.benchmarks.few_label_bench import CellSpec
from seisview.benchmarks.few_label_cell import cell_path
from seisview.benchmarks.few_label_methods import METHODS
from seisview.benchmarks.report import Cell

SCORES = ("pixel_accuracy", "mean_class_accuracy", "mean_iou", "frequency_weighted_iou")
_SHORT = {"pixel_accuracy": "PA", "mean_class_accuracy": "MCA", "mean_iou": "mean IoU"}
_SHORT["frequency_weighted_iou"] = "FWIU"
COLUMNS = (
    "survey",
    "labelled",
    "method",
    "transductive",
    "seeds",
    *(name for score in SCORES for name in (_SHORT[score], f"{_SHORT[score]} +-")),
    "ECE before",
    "ECE",
    "minutes",
)

Found = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Interval:
    """Mean of a score over seeds, with half the width of its two-tailed 95 % t interval.

    Attributes
    ----------
    mean : float
    half : float or None
        None of a single seed.
    """

    mean: float
    half: float | None


def t_interval(values: Sequence[float]) -> Interval:
    """Mean and half-width: with five values 1.241 times their standard deviation."""
    n = len(values)
    mean = float(np.mean(values))
    if n < 2:
        return Interval(mean, None)
    from scipy.stats import t

    return Interval(mean, float(t.ppf(0.975, n - 1) * np.std(values, ddof=1) / math.sqrt(n)))


def found_cells(folder: Path, specs: Sequence[CellSpec]) -> list[Found]:
    """Results that are kept, of those asked for."""
    paths = (cell_path(folder, spec) for spec in specs)
    return [json.loads(path.read_text(encoding="utf-8")) for path in paths if path.is_file()]


def grouped(cells: Sequence[Found]) -> dict[tuple[str, int, str], list[Found]]:
    """Cells by survey, number of labelled sections and method, in this order."""
    order = list(METHODS)
    groups: dict[tuple[str, int, str], list[Found]] = {}
    for cell in sorted(cells, key=lambda c: (c["survey"], c["n"], order.index(c["method"]), c["seed"])):
        groups.setdefault((cell["survey"], cell["n"], cell["method"]), []).append(cell)
    return groups


def table_rows(cells: Sequence[Found]) -> list[tuple[Cell, ...]]:
    """One row per survey, number of labelled sections and method; columns as in :data:`COLUMNS`."""
    return [_row(key, group) for key, group in grouped(cells).items()]


def _row(key: tuple[str, int, str], group: list[Found]) -> tuple[Cell, ...]:
    survey, n, method = key
    scores: list[Cell] = []
    for score in SCORES:
        interval = t_interval([cell[score] for cell in group])
        half = None if interval.half is None else round(interval.half, 4)
        scores += [round(interval.mean, 4), half]
    before = [c["calibration_error_before"] for c in group if "calibration_error_before" in c]
    return (
        survey,
        n,
        METHODS[method].title,
        METHODS[method].transductive or None,
        len(group),
        *scores,
        round(float(np.mean(before)), 4) if before else None,
        round(float(np.mean([c["calibration_error"] for c in group])), 4),
        round(float(np.mean([c["training_seconds"] for c in group])) / 60, 2),
    )
