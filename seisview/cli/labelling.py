"""Commands that help with labelling: `label-next`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from seisview.cli.console import job, print_result
from seisview.cli.inputs import refuse_missing
from seisview.cli.options import (
    AnyDevice,
    AnyOverwrite,
    AnySeed,
    CrosslineByte,
    DeviceName,
    InlineByte,
    Json,
    Survey,
    XByte,
    YByte,
    header_bytes,
)


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("label-next")(label_next)


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
