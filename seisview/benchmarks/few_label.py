"""How good facies are from 1, 3, 5 and 10 labelled sections: every method at the same budget, over seeds.

The protocol: whole sections are labelled and whole sections scored, blocks apart with a guard between them,
one global confusion matrix over tiled predictions, checkpoints and calibration without the scored block.
Budgets are processor minutes of one thread, so that results do not depend on what else runs. Every finished
cell is kept in the output folder: a long table can be made in several runs.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from seisview.benchmarks.few_label_bench import CellSpec
from seisview.benchmarks.few_label_cell import run_cell
from seisview.benchmarks.few_label_chart import draw_chart
from seisview.benchmarks.few_label_methods import METHODS
from seisview.benchmarks.few_label_problem import Problem, is_prepared, load_problem
from seisview.benchmarks.few_label_processes import run_in_processes
from seisview.benchmarks.few_label_surveys import NEEDS_FILE, SURVEYS, given
from seisview.benchmarks.few_label_table import COLUMNS, found_cells, table_rows
from seisview.benchmarks.report import BenchmarkOptions, BenchmarkReport
from seisview.errors import ModelError, SeisviewError, VolumeError

_MINUTES = 10.0
_SEEDS = 3


def run(options: BenchmarkOptions) -> BenchmarkReport:
    """Fill the table as far as it is not filled yet, and draw it.

    Parameters
    ----------
    options : BenchmarkOptions
        ``out`` keeps the finished cells, ``few-label.png`` and what was pretrained.

    Raises
    ------
    ModelError
        If a method is not known.
    VolumeError
        If a survey is not there.
    Cancelled
        If it was interrupted; what was finished stays.
    """
    methods = _methods(options)
    with _folder(options) as folder:
        problems = [_prepared(name, folder, options) for name in _surveys(options)]
        specs = [spec for problem in problems for spec in _specs(problem, methods, options)]
        failures = _fill(folder, specs, options)
        cells = found_cells(folder, specs)
        rows = table_rows(cells)
        draw_chart(cells, folder / "few-label.png")
    return BenchmarkReport(
        "Facies from few labels", COLUMNS, tuple(rows), _notes(problems, options, failures)
    )


def _methods(options: BenchmarkOptions) -> tuple[str, ...]:
    unknown = [name for name in options.methods if name not in METHODS]
    if unknown:
        raise ModelError(f"There is no method {unknown[0]!r}.", f"Choose of {', '.join(METHODS)}.")
    # The shipped weights are no quick test of anything, and heavy beside the tiny networks.
    usual = [name for name in METHODS if not (options.is_quick and name.startswith("shipped"))]
    return options.methods or tuple(usual)


def _surveys(options: BenchmarkOptions) -> tuple[str, ...]:
    if options.surveys:
        return options.surveys
    return ("tiny",) if options.is_quick else ("synthetic", "parihaka", "penobscot")


@contextmanager
def _folder(options: BenchmarkOptions) -> Iterator[Path]:
    if options.out is not None:
        yield options.out
        return
    with tempfile.TemporaryDirectory(prefix="seisview-few-label-") as name:
        yield Path(name)


def _prepared(name: str, folder: Path, options: BenchmarkOptions) -> Problem:
    """Write the survey for the processes that work on it, once per folder."""
    options.progress.report(f"Preparing {Path(name).name}")
    known = name in SURVEYS
    place = folder / "surveys" / (name if known else Path(name).stem)
    if is_prepared(place):
        return load_problem(place)
    if known:
        problem = SURVEYS[name](place, _data(name, options))
    elif options.labels is None:
        raise VolumeError(
            f"There is no survey {name!r} to benchmark.",
            f"Choose of {', '.join(SURVEYS)}, or give a survey file together with --labels.",
        )
    else:
        problem = given(Path(name), options.labels)
    problem.save(place)
    return problem


def _data(name: str, options: BenchmarkOptions) -> Path:
    needed = NEEDS_FILE.get(name)
    if needed is None:
        return Path()
    if options.data is None or not (options.data / needed).is_file():
        raise VolumeError(f"{needed} is needed for this.", "Name its folder with --data.")
    return options.data


def _specs(problem: Problem, methods: tuple[str, ...], options: BenchmarkOptions) -> list[CellSpec]:
    quick = options.is_quick
    shots = [n for n in problem.plan.splits if not options.shots or n in options.shots]
    seeds = range(options.seeds or (1 if quick else _SEEDS))
    minutes = options.minutes or _MINUTES
    return [
        CellSpec(problem.plan.name, method, n, seed, minutes, quick)
        for n in (shots[:1] if quick else shots)
        for seed in seeds
        for method in methods
    ]


def _fill(folder: Path, specs: list[CellSpec], options: BenchmarkOptions) -> list[str]:
    """Work out what is missing; returns what could not be, and why."""
    missing = [spec for spec in specs if not found_cells(folder, [spec])]
    if not options.is_quick:
        return run_in_processes(folder, missing, options.jobs, options.progress)
    failures = []
    for spec in options.progress.track(missing, "Benchmarking few labels"):
        try:
            run_cell(folder, spec, options.progress)
        except SeisviewError as error:
            failures.append(f"{spec.name}: {error.message}")
    return failures


def _notes(problems: list[Problem], options: BenchmarkOptions, failures: list[str]) -> tuple[str, ...]:
    minutes = "a few steps" if options.is_quick else f"{options.minutes or _MINUTES:g} processor minutes"
    scored: list[Any] = [
        f"{p.plan.name}: " + ", ".join(f"n={n} scored on {len(p.truths(n))}" for n in p.plan.splits)
        for p in problems
    ]
    return (
        f"Budget per training: {minutes}, one thread; pretraining as much again. Mean and 95 % t interval.",
        f"Labelled and scored sections: {'; '.join(scored)}.",
        "Transductive: learnt from the scored sections, not their labels. ECE: expected calibration error.",
        "Where labels are carried, reflections are followed through the amplitudes of all lines in between.",
        *(f"Not measured: {failure}" for failure in failures),
    )
