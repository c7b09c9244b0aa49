"""The command `fill-between`: labels between two picked horizons."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from seisview.cli.console import job, print_result
from seisview.cli.inputs import refuse_missing
from seisview.cli.line_range import chosen_range
from seisview.cli.options import (
    AnyDevice,
    AnyOverwrite,
    AnySeed,
    CrosslineNumber,
    Crosslines,
    DeviceName,
    InlineNumber,
    Inlines,
    Json,
)
from seisview.cli.projects import project_to_change

_Table = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE.csv",
        help="Points: inline, crossline and time_ms, depth_m or sample. Default: as far as the section goes.",
    ),
]


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("fill-between")(fill_between)


def fill_between(
    project: Annotated[
        Path, typer.Argument(metavar="PROJECT", help="Folder of the project whose labels are changed.")
    ],
    class_name: Annotated[
        str, typer.Option("--class", metavar="NAME", help="Class to fill with, by name or number.")
    ],
    top: _Table = None,
    base: _Table = None,
    inline: InlineNumber = None,
    crossline: CrosslineNumber = None,
    inlines: Inlines = None,
    crosslines: Crosslines = None,
    straight: Annotated[
        bool, typer.Option("--straight", help="Join points by straight lines, not along the reflection.")
    ] = False,
    reach: Annotated[
        int | None,
        typer.Option(
            "--reach",
            min=1,
            metavar="TRACES",
            help="Join points no further apart. Default: all; gaps of a surface on most traces stay open.",
        ),
    ] = None,
    over_painted: Annotated[
        bool, typer.Option("--over-painted", help="Also where something was painted by hand before.")
    ] = False,
    _seed: AnySeed = 0,
    _device: AnyDevice = DeviceName.AUTO,
    _overwrite: AnyOverwrite = False,
    as_json: Json = False,
) -> None:
    """Label what lies between two picked horizons; `export --what top` and `base` write such tables.

    Between points the reflection is followed. What was painted by hand stays as it is, and held-out
    sections are left alone.
    """
    if top is None and base is None:
        raise typer.BadParameter("Give --top or --base, or both.")
    wanted = chosen_range(_one_or_many(inline, inlines), _one_or_many(crossline, crosslines), None)
    refuse_missing(top, base)
    from seisview.data.horizon_points import read_horizon
    from seisview.workflows import horizons

    config = horizons.FillConfig(straight, reach, over_painted)
    with job() as progress, project_to_change(project) as opened:
        geometry = opened.volume.geometry
        upper, lower = (None if path is None else read_horizon(path, geometry) for path in (top, base))
        keys = wanted.keys(geometry)
        result = horizons.fill_between(opened, class_name, keys, upper, lower, config, progress)
        named = {name: [geometry.title(key) for key in getattr(result, name)] for name in _LISTED}
    print_result({"project": str(project), "samples": result.samples, **named}, as_json)


_LISTED = ("filled", "not_covered", "held_out")


def _one_or_many(number: int | None, lines: str | None) -> str | None:
    """The lines of a pair of options such as --inline and --inlines."""
    if number is not None and lines is not None:
        raise typer.BadParameter("Give one line or a choice of lines of an axis, not both.")
    return lines if number is None else str(number)
