"""The command `export`: what the window exports, from a project."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from seisview.cli.console import job, print_result
from seisview.cli.options import (
    AnyDevice,
    AnySeed,
    CrosslineNumber,
    DeviceName,
    InlineNumber,
    Json,
    Overwrite,
    SampleFormat,
    SampleNumber,
    check_suffix,
    chosen_sections,
)
from seisview.cli.projects import refuse_other_folders
from seisview.export.guard import refuse_existing

_SUFFIXES = (".sgy", ".segy", ".npy", ".zarr", ".png", ".csv", ".json")
_SURFACES = ("top", "base", "thickness")
_MAPS = (*_SURFACES, "uncertainty")


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("export")(export)


def export(
    project: Annotated[Path, typer.Argument(metavar="PROJECT", help="Project folder.")],
    what: Annotated[
        Literal[
            "facies",
            "confidence",
            "labels",
            "clusters",
            "matches",
            "top",
            "base",
            "thickness",
            "uncertainty",
        ],
        typer.Option(
            "--what",
            help="What to export; the last four are maps: of one class, and of how unsure the facies are.",
        ),
    ],
    out: Annotated[
        Path,
        typer.Option(
            "--out",
            metavar="FILE",
            help="Its suffix says the format: .sgy .npy .zarr .png .csv; of surfaces .csv .xyz .npy .png",
        ),
    ],
    class_name: Annotated[
        str, typer.Option("--class", metavar="NAME", help="Class of a surface, by name or number.")
    ] = "",
    thickest: Annotated[
        bool, typer.Option("--thickest-run", help="Of every trace take the thickest piece of the class only.")
    ] = False,
    source: Annotated[
        str,
        typer.Option(
            "--source",
            metavar="NAME",
            help="Measure a surface in facies, labels or a result of this name.",
        ),
    ] = "facies",
    inline: InlineNumber = None,
    crossline: CrosslineNumber = None,
    sample: SampleNumber = None,
    sample_format: SampleFormat = None,
    overwrite: Overwrite = False,
    _seed: AnySeed = 0,
    _device: AnyDevice = DeviceName.AUTO,
    as_json: Json = False,
) -> None:
    """Export facies, confidence, labels, maps of a class or the newest matches of a project."""
    from seisview.data.opening import open_volume
    from seisview.export.content import ContentKind
    from seisview.export.surface import SURFACE_SUFFIXES
    from seisview.project.storage import open_project
    from seisview.workflows.export import ExportOptions, export_project
    from seisview.workflows.facies.surfaces import SurfaceConfig, SurfaceKind, export_project_surface
    from seisview.workflows.facies.uncertainty_map import export_project_uncertainty
    from seisview.workflows.matching.files import export_project_matches
    from seisview.workflows.sections import section_key

    chosen = chosen_sections(inline, crossline, sample)
    if len(chosen) > 1:
        raise typer.BadParameter("Give at most one of --inline, --crossline and --sample.")
    _check_map(what, class_name, thickest, source)
    check_suffix(out, SURFACE_SUFFIXES if what in _MAPS else _SUFFIXES)
    refuse_other_folders(project)
    refuse_existing(out, overwrite)
    with job() as progress, open_project(project, open_volume, read_only=True) as opened:
        section = section_key(opened.volume.geometry, *chosen[0], progress) if chosen else None
        options = ExportOptions(sample_format, section)
        if what == "uncertainty":
            chosen_result = "" if source == "facies" else source
            result = export_project_uncertainty(opened, out, chosen_result, progress)
        elif what in _SURFACES:
            config = SurfaceConfig(class_name, thickest, source)
            result = export_project_surface(opened, SurfaceKind(what), out, config, progress)
        elif what == "matches":
            result = export_project_matches(opened, out, options, progress)
        else:
            result = export_project(opened, ContentKind(what), out, options, progress)
    print_result(result, as_json)


def _check_map(what: str, class_name: str, thickest: bool, source: str) -> None:
    if what in _SURFACES and not class_name:
        raise typer.BadParameter(f"Name the class whose {what} is wanted by --class.")
    if what not in _SURFACES and (class_name or thickest):
        raise typer.BadParameter(f"--class and --thickest-run go with --what {', '.join(_SURFACES)} only.")
    if what not in _MAPS and source != "facies":
        raise typer.BadParameter(f"--source goes with --what {', '.join(_MAPS)} only.")
