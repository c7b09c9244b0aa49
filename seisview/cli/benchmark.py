"""The command `benchmark`: prints the tables of the README as they come out on this machine."""

from __future__ import annotations

import importlib
import os
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from seisview.atomic import write_error
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
    survey: Annotated[
        list[str] | None,
        typer.Option("--survey", help="few-label: synthetic, parihaka, penobscot, or a survey's path."),
    ] = None,
    labels: Annotated[
        Path | None, typer.Option("--labels", help="few-label: labels of the survey that is a path.")
    ] = None,
    methods: Annotated[
        str, typer.Option("--methods", metavar="A,B", help="few-label: only these methods.")
    ] = "",
    shots: Annotated[
        str, typer.Option("--shots", metavar="1,3", help="few-label: only these numbers of labels.")
    ] = "",
    minutes: Annotated[
        float | None, typer.Option("--minutes", min=0.01, help="few-label: CPU minutes per training.")
    ] = None,
    jobs: Annotated[int, typer.Option("--jobs", min=1, help="few-label: processes side by side.")] = 1,
    _seed: AnySeed = 0,
    _device: AnyDevice = DeviceName.AUTO,
    _overwrite: AnyOverwrite = False,
    as_json: Json = False,
) -> None:
    """Measure speed or accuracy beside other ways of doing the same, and print the table."""
    from seisview.benchmarks.report import BenchmarkOptions, save_report

    data = data or _data_of_environment()
    if out is not None:
        _make_folder(out)
    with job() as progress:
        options = BenchmarkOptions(
            out,
            budget.value,
            seeds,
            data,
            huge,
            surveys=tuple(survey or ()),
            labels=labels,
            methods=tuple(_listed(methods)),
            shots=tuple(_numbers(shots)),
            minutes=minutes,
            jobs=jobs,
            progress=progress,
        )
        report = _run(name, options)
    if out is not None:
        save_report(report, out, name.value)
    if as_json:
        print_result(report.as_dict(), as_json=True)
    else:
        print(report.as_text())


def _run(name: BenchmarkName, options: BenchmarkOptions) -> BenchmarkReport:
    module = importlib.import_module(f"seisview.benchmarks.{name.value.replace('-', '_')}")
    return cast("BenchmarkReport", module.run(options))


def _make_folder(out: Path) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise write_error(out, error) from error


def _data_of_environment() -> Path | None:
    folder = os.environ.get("SEISVIEW_TEST_DATA")
    return Path(folder) if folder else None


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _numbers(text: str) -> list[int]:
    parts = _listed(text)
    if not all(part.isdigit() for part in parts):
        raise typer.BadParameter("--shots takes whole numbers with commas between them.")
    return [int(part) for part in parts]
