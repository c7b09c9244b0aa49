"""Commands that spare strokes: `label-next`, `interpolate`, `accept`, `import-labels` and `merge-classes`."""

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
    CrosslineByte,
    Crosslines,
    DeviceName,
    InlineByte,
    Inlines,
    Json,
    Survey,
    XByte,
    YByte,
    header_bytes,
)
from seisview.cli.projects import project_to_change

Labelled = Annotated[
    Path, typer.Argument(metavar="PROJECT", help="Folder of the project whose labels are changed.")
]
Slices = Annotated[
    str | None, typer.Option("--samples", metavar="FROM:TO", help="Slices between these times or depths.")
]


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("label-next")(label_next)
    app.command("interpolate")(interpolate)
    app.command("accept")(accept)
    app.command("import-labels")(import_labels)
    app.command("merge-classes")(merge_classes)


def label_next(
    survey: Survey,
    confidence: Annotated[
        Path | None,
        typer.Option(
            "--confidence", metavar="FILE", help="Confidence volume, 0..1. Default: that of the project."
        ),
    ] = None,
    labels: Annotated[
        Path | None,
        typer.Option(
            "--labels",
            metavar="LABELS",
            help="What is labelled: project, volume or folder of masks. Default: that of the project.",
        ),
    ] = None,
    top: Annotated[int, typer.Option("--top", min=1, help="Sections to list at most.")] = 10,
    inline_byte: InlineByte = None,
    crossline_byte: CrosslineByte = None,
    x_byte: XByte = None,
    y_byte: YByte = None,
    _seed: AnySeed = 0,
    _device: AnyDevice = DeviceName.AUTO,
    _overwrite: AnyOverwrite = False,
    as_json: Json = False,
) -> None:
    """List the sections that are most worth labelling next: unsure, and far from what is labelled."""
    bytes_ = header_bytes(inline_byte, crossline_byte, x_byte, y_byte)
    refuse_missing(survey, confidence, labels)
    from seisview.learn.segmentation.uncertainty import RankingConfig
    from seisview.workflows.facies.label_next import RankingFiles, label_next_from_files

    files = RankingFiles(survey, confidence, labels, bytes_)
    with job() as progress:
        result = label_next_from_files(files, RankingConfig(count=top), progress)
    print_result(result, as_json)


def import_labels(
    project: Labelled,
    labels: Annotated[
        Path,
        typer.Option("--labels", metavar="LABELS", help="Label volume, folder of masks, or another project."),
    ],
    _seed: AnySeed = 0,
    _device: AnyDevice = DeviceName.AUTO,
    _overwrite: AnyOverwrite = False,
    as_json: Json = False,
) -> None:
    """Bring labels made elsewhere into a project, beside what is labelled there and never over it."""
    refuse_missing(labels)
    from seisview.workflows.imported_labels import import_labels as bring_in
    from seisview.workflows.labels import labels_from_path

    with job(), project_to_change(project) as opened:
        volume = opened.volume
        found = labels_from_path(labels, volume.geometry, header_bytes=volume.info.header_bytes)
        written = bring_in(opened.labels, found)
    print_result({"project": str(project), "sections": len(found.sections), "samples": written}, as_json)


def interpolate(
    project: Labelled,
    inlines: Inlines = None,
    crosslines: Crosslines = None,
    samples: Slices = None,
    _seed: AnySeed = 0,
    _device: AnyDevice = DeviceName.AUTO,
    _overwrite: AnyOverwrite = False,
    as_json: Json = False,
) -> None:
    """Label the sections between the labelled ones among those named; `--inlines :` names all.

    What was painted by hand stays as it is; held-out sections take no part.
    """
    wanted = chosen_range(inlines, crosslines, samples)
    from seisview.workflows.derived_labels import interpolate_among, interpolation_pairs

    with job() as progress, project_to_change(project) as opened:
        labels, geometry = opened.labels, opened.volume.geometry
        pairs = interpolation_pairs(labels, wanted.keys(geometry))
        written = interpolate_among(labels, wanted.keys(geometry), progress)
    result = {
        "project": str(project),
        "between": [[geometry.title(key) for key in pair] for pair in pairs],
        "samples": written,
    }
    print_result(result, as_json)


def accept(
    project: Labelled,
    inlines: Inlines = None,
    crosslines: Crosslines = None,
    samples: Slices = None,
    confidence: Annotated[
        float | None,
        typer.Option(
            "--confidence",
            min=0,
            max=1,
            metavar="0..1",
            help="The least. Default: 0.8, of carried facies 0.5.",
        ),
    ] = None,
    classes: Annotated[
        list[str] | None, typer.Option("--class", metavar="NAME", help="Only this class; several add up.")
    ] = None,
    facies: Annotated[
        str, typer.Option("--facies", metavar="NAME", help="Which facies. Default: those shown last.")
    ] = "",
    _seed: AnySeed = 0,
    _device: AnyDevice = DeviceName.AUTO,
    _overwrite: AnyOverwrite = False,
    as_json: Json = False,
) -> None:
    """Take predicted facies over as labels on the sections named; `--inlines :` names all.

    What was painted by hand stays as it is; held-out sections are left alone.
    """
    wanted = chosen_range(inlines, crosslines, samples)
    from seisview.labels.accept import AcceptRule
    from seisview.workflows.class_tables import class_named
    from seisview.workflows.derived_labels import accept_facies, default_confidence, facies_result

    with job() as progress, project_to_change(project) as opened:
        labels, geometry = opened.labels, opened.volume.geometry
        result, keys = facies_result(opened, facies), wanted.keys(geometry)
        least = default_confidence(result) if confidence is None else confidence
        ids = None if not classes else [class_named(labels.scheme, name) for name in classes]
        held = [key for key in keys if key in labels.holdout]
        taken = [key for key in keys if key not in labels.holdout]
        written = accept_facies(opened, taken or held, AcceptRule.of(least, ids), result, progress=progress)
        title = result.provenance.title or result.id
    print_result(
        {
            "project": str(project),
            "facies": title,
            "confidence": least,
            "n_sections": len(taken),
            "held_out": [geometry.title(key) for key in held],
            "samples": written,
        },
        as_json,
    )


def merge_classes(
    project: Labelled,
    name: Annotated[str, typer.Option("--class", metavar="NAME", help="The class that goes.")],
    into: Annotated[str, typer.Option("--into", metavar="NAME", help="The class that takes its labels.")],
    _seed: AnySeed = 0,
    _device: AnyDevice = DeviceName.AUTO,
    _overwrite: AnyOverwrite = False,
    as_json: Json = False,
) -> None:
    """Give all labels of a class to another one, which keeps its name and colour."""
    from seisview.workflows import derived_labels

    with job(), project_to_change(project) as opened:
        samples = derived_labels.merge_classes(opened.labels, name, into)
        left = [facies.name for facies in opened.labels.scheme]
    print_result({"project": str(project), "samples": samples, "classes": left}, as_json)
