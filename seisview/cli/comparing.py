"""The command `compare`: how far two facies volumes of a project agree."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from seisview.cli.console import job, print_result
from seisview.cli.options import (
    AnyDevice,
    AnyOverwrite,
    AnySeed,
    CrosslineNumber,
    DeviceName,
    InlineNumber,
    Json,
    SampleNumber,
    chosen_sections,
)
from seisview.cli.projects import refuse_other_folders
from seisview.cli.values import corners_of_line


def register(app: typer.Typer) -> None:
    """Add the command of this module."""
    app.command("compare")(compare)


def compare(
    project: Annotated[Path, typer.Argument(metavar="PROJECT", help="Project folder.")],
    left: Annotated[str, typer.Option("--left", metavar="NAME", help="Facies of this name, e.g. tuned-1.")],
    right: Annotated[str, typer.Option("--right", metavar="NAME", help="Those they are compared with.")],
    inline: InlineNumber = None,
    crossline: CrosslineNumber = None,
    sample: SampleNumber = None,
    line: Annotated[
        list[str] | None,
        typer.Option(
            "--line",
            metavar="INLINE,CROSSLINE",
            help="Along a line: its beginning, bends and end, one --line each.",
        ),
    ] = None,
    _seed: AnySeed = 0,
    _device: AnyDevice = DeviceName.AUTO,
    _overwrite: AnyOverwrite = False,
    as_json: Json = False,
) -> None:
    """Say how many samples two facies give the same class to: on a section, along a line, or everywhere."""
    from seisview.data.opening import open_volume
    from seisview.project.storage import open_project
    from seisview.workflows.facies.agreement import compare_facies
    from seisview.workflows.sections import section_key

    chosen, corners = chosen_sections(inline, crossline, sample), corners_of_line(line)
    if len(chosen) + bool(corners) > 1:
        raise typer.BadParameter("Give at most one of --inline, --crossline, --sample and --line.")
    refuse_other_folders(project)
    with job() as progress, open_project(project, open_volume, read_only=True) as opened:
        geometry = opened.volume.geometry
        key = section_key(geometry, *chosen[0], progress) if chosen else None
        found = compare_facies(opened, left, right, corners or key, progress)
        where = "survey" if key is None else geometry.title(key)
    print_result(
        {
            "project": str(project),
            "left": left,
            "right": right,
            "where": "line" if corners else where,
            "samples": found.n_samples,
            "agreement": found.share,
        },
        as_json,
    )
