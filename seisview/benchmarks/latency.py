"""Targets C1 to C4 and F1: what waits for what, and for how long."""

from __future__ import annotations

import os

from seisview.benchmarks.report import BenchmarkOptions, BenchmarkReport
from seisview.benchmarks.startup import measure_startup
from seisview.benchmarks.targets import TargetTable


def run(options: BenchmarkOptions) -> BenchmarkReport:
    """Measure features, precision, stroke to overlay, the window's timer and its start.

    Parameters
    ----------
    options : BenchmarkOptions

    Returns
    -------
    BenchmarkReport
    """
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    # Read by OpenMP when torch loads it: idle threads must not spin while another job computes.
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    table = TargetTable(judged=not options.is_quick)
    measure_startup(table, options)
    _measure_learning(table, options)
    return table.report("Waiting: start, strokes, networks")


def _measure_learning(table: TargetTable, options: BenchmarkOptions) -> None:
    from seisview.benchmarks.features_speed import measure_features
    from seisview.benchmarks.gui_timer import measure_timer
    from seisview.benchmarks.precision import measure_precision
    from seisview.benchmarks.stroke_latency import measure_strokes

    measure_features(table, options)
    measure_precision(table, options)
    measure_timer(table, options)
    measure_strokes(table, options)
