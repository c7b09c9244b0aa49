"""The command `carry`: labels along reflections, without a network."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from seisview.cli.console import job, print_result
from seisview.cli.inputs import refuse_missing
from seisview.cli.line_range import LineRange
from seisview.cli.options import (
    AnyDevice,
    AnySeed,
    CrosslineByte,
    DeviceName,
    InlineByte,
    Json,
    Labels,
    Overwrite,
    SampleFormat,
    Survey,
    XByte,
    YByte,
    check_different,
    header_bytes,
    line_selection,
)
from seisview.export.guard import refuse_existing, refuse_overwriting


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("carry")(carry)


def carry(
    survey: Survey,
    labels: Labels,
    out: Annotated[
        Path, typer.Option("--out", metavar="FACIES.sgy|.npy|.zarr", help="Facies, uint8 from 1.")
    ],
    confidence: Annotated[
        Path | None,
        typer.Option(
            "--confidence",
            metavar="OUT",
            help="How near the label is that a sample has: 1 on its section, 1/2 at 16 lines.",
        ),
    ] = None,
    label_inlines: Annotated[
        str | None,
        typer.Option(
            "--label-inlines", metavar="LINES", help="Labels of these only: 10,20,30 or 100:200, or 100:."
        ),
    ] = None,
    label_crosslines: Annotated[
        str | None, typer.Option("--label-crosslines", metavar="LINES", help="Labels of these only.")
    ] = None,
    axis: Annotated[
        Literal["inline", "crossline"] | None,
        typer.Option("--axis", help="Sections to go through. Default: as most labels are."),
    ] = None,
    inlines: Annotated[
        str | None,
        typer.Option("--inlines", metavar="A:B", help="Carry to these line numbers only; others are 0."),
    ] = None,
    crosslines: Annotated[
        str | None, typer.Option("--crosslines", metavar="A:B", help="Carry to these crosslines only.")
    ] = None,
    sample_format: SampleFormat = None,
    inline_byte: InlineByte = None,
    crossline_byte: CrosslineByte = None,
    x_byte: XByte = None,
    y_byte: YByte = None,
    overwrite: Overwrite = False,
    _seed: AnySeed = 0,
    _device: AnyDevice = DeviceName.AUTO,
    as_json: Json = False,
) -> None:
    """Carry labels along the reflections of a survey to all its sections: facies without a network."""
    from seisview.workflows.labels import LabelChoice

    check_different(out, confidence)
    lines = LineRange(inlines, crosslines, axis)
    choice = LabelChoice(line_selection(label_inlines), line_selection(label_crosslines))
    bytes_ = header_bytes(inline_byte, crossline_byte, x_byte, y_byte)
    refuse_missing(survey, labels)
    for path in [out] if confidence is None else [out, confidence]:
        refuse_existing(path, overwrite)
        refuse_overwriting(path, [survey, labels])
    from seisview.workflows.facies.carry_files import CarryFiles, carry_to_files
    from seisview.workflows.facies.predict import PredictionFiles

    files = CarryFiles(survey, labels, PredictionFiles(out, confidence, sample_format), bytes_, choice)
    with job() as progress:
        result = carry_to_files(files, lambda geometry: lines.config(geometry, "cpu", "sum"), progress)
    print_result(result, as_json)
