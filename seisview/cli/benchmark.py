"""The command `benchmark`: prints the tables of the README as they come out on this machine."""

from __future__ import annotations

import importlib
import os
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from seisview.cli.console import job, print_result
from seisview.cli.options import AnyDevice, AnyOverwrite, AnySeed, DeviceName, Json

if TYPE_CHECKING:
    from seisview.benchmarks.report import BenchmarkOptions, BenchmarkReport


class BenchmarkName(StrEnum):
    """What can be measured; each is a module of :mod:`seisview.benchmarks`."""

    FEW_LABEL = "few-label"
    CLUSTERS = "clusters"
    MATCHING = "matching"
    SECTIONS = "sections"
    DRAWING = "drawing"
    LATENCY = "latency"


class BudgetName(StrEnum):
    """How much is measured."""

    FULL = "full"
    QUICK = "quick"


def register(app: typer.Typer) -> None:
    """Add the command of this module."""
    app.command("benchmark")(benchmark)


def benchmark(
    name: Annotated[BenchmarkName, typer.Argument(metavar="NAME", help=", ".join(BenchmarkName))],
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="Keep the table here, and files for the next run."),
    ] = None,
    budget: Annotated[
        BudgetName, typer.Option("--budget", help="quick: seconds, to see that it runs.")
    ] = BudgetName.FULL,
    seeds: Annotated[
        int | None, typer.Option("--seeds", min=1, metavar="N", help="Repeats, seeds 0 to N - 1.")
    ] = None,
    data: Annotated[
        Path | None,
        typer.Option("--data", metavar="DIR", help="Folder of real seismic (or $SEISVIEW_TEST_DATA)."),
    ] = None,
    huge: Annotated[bool, typer.Option("--huge", help="sections: also a SEG-Y of 20 GB (sparse).")] = False,
    _seed: AnySeed = 0,
    _device: AnyDevice = DeviceName.AUTO,
    _overwrite: AnyOverwrite = False,
    as_json: Json = False,
) -> None:
    """Measure speed or accuracy beside other ways of doing the same, and print the table."""
    from seisview.benchmarks.report import BenchmarkOptions, save_report

    data = data or _data_of_environment()
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
    with job() as progress:
        report = _run(name, BenchmarkOptions(out, budget.value, seeds, data, huge, progress))
    if out is not None:
        save_report(report, out, name.value)
    if as_json:
        print_result(report.as_dict(), as_json=True)
    else:
        print(report.as_text())


def _run(name: BenchmarkName, options: BenchmarkOptions) -> BenchmarkReport:
    module = importlib.import_module(f"seisview.benchmarks.{name.value.replace('-', '_')}")
    return cast("BenchmarkReport", module.run(options))


def _data_of_environment() -> Path | None:
    folder = os.environ.get("SEISVIEW_TEST_DATA")
    return Path(folder) if folder else None
