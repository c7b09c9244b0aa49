"""Arguments and options that several commands share; fixed names, so that scripts can rely on them."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from seisview.data.geometry import Axis
from seisview.data.volume import HeaderBytes
from seisview.errors import GeometryError, ModelError
from seisview.workflows.lines import LineSelection

if TYPE_CHECKING:
    from seisview.learn.config import BackboneChoice, BackboneName


CUBES = (".sgy", ".segy", ".npy", ".zarr")
"""Formats that volumes are written in, by their suffix."""


class DeviceName(StrEnum):
    """Where to compute."""

    AUTO = "auto"
    CPU = "cpu"
    CUDA = "cuda"
    MPS = "mps"


Survey = Annotated[
    Path,
    typer.Argument(
        metavar="SURVEY", help="SEG-Y file, .npy array (inline, crossline, sample), zarr array, project."
    ),
]
InlineByte = Annotated[
    int | None,
    typer.Option("--inline-byte", min=1, max=237, help="Trace header byte of the inline number."),
]
CrosslineByte = Annotated[
    int | None,
    typer.Option("--crossline-byte", min=1, max=237, help="Trace header byte of the crossline number."),
]
XByte = Annotated[
    int | None, typer.Option("--x-byte", min=1, max=237, help="Trace header byte of the X coordinate.")
]
YByte = Annotated[
    int | None, typer.Option("--y-byte", min=1, max=237, help="Trace header byte of the Y coordinate.")
]
Json = Annotated[bool, typer.Option("--json", help="Print exactly one JSON object to stdout.")]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace files that exist already.")]
Seed = Annotated[int, typer.Option("--seed", min=0, help="The same seed gives the same result on a CPU.")]
Device = Annotated[DeviceName, typer.Option("--device", help="Where to compute.")]
Inlines = Annotated[
    str | None,
    typer.Option(
        "--inlines", metavar="LINES", help="Only these: 10,20,30 or 100:200 (both included), or 100:."
    ),
]
Crosslines = Annotated[
    str | None, typer.Option("--crosslines", metavar="LINES", help="Only these, written as for --inlines.")
]
Labels = Annotated[
    Path,
    typer.Option(
        "--labels", metavar="LABELS", help="Project, label volume (0 = unlabelled), or folder of masks."
    ),
]
InlineNumber = Annotated[int | None, typer.Option("--inline", metavar="N", help="Section: line number.")]
CrosslineNumber = Annotated[
    int | None, typer.Option("--crossline", metavar="N", help="Section: line number.")
]
SampleNumber = Annotated[
    float | None, typer.Option("--sample", metavar="MS", help="Section: time in ms, or depth in its unit.")
]
SampleFormat = Annotated[
    int | None, typer.Option("--sample-format", help="SEG-Y format code; 8 and 16: one byte.")
]
Backbone = Annotated[
    str, typer.Option("--backbone", metavar="default|none|FILE", help="Weights to start from.")
]
Network = Annotated[str, typer.Option("--network", help="auto, resnet50, resnet34, resnet18 or resnet10.")]
Minutes = Annotated[
    float | None,
    typer.Option("--minutes", min=0.01, help="Minutes for the job, instead of a number of steps."),
]
Steps = Annotated[
    int | None,
    typer.Option(
        "--steps",
        min=1,
        help="Optimiser steps. Default, without --minutes: 300; of demo 400 or 6 minutes, of pretrain 600, "
        "of train-match 120.",
    ),
]
# Every command takes these, so that a script can pass the same ones to all; here they change nothing.
AnySeed = Annotated[int, typer.Option("--seed", min=0, hidden=True)]
AnyDevice = Annotated[DeviceName, typer.Option("--device", hidden=True)]
AnyOverwrite = Annotated[bool, typer.Option("--overwrite", hidden=True)]


def header_bytes(inline: int | None, crossline: int | None, x: int | None, y: int | None) -> HeaderBytes:
    """Collect the byte options; either both of a pair are given or none.

    Raises
    ------
    typer.BadParameter
        If only one of inline and crossline, or of X and Y, is given.
    """
    for name, pair in (
        ("inline-byte and --crossline-byte", (inline, crossline)),
        ("x-byte and --y-byte", (x, y)),
    ):
        if (pair[0] is None) != (pair[1] is None):
            raise typer.BadParameter(f"--{name} go together: give both or none.")
    return HeaderBytes(inline, crossline, x, y)


def line_selection(text: str | None) -> LineSelection | None:
    """Read a choice of lines; wrong writing is wrong usage.

    Raises
    ------
    typer.BadParameter
        If the text is not a choice of lines.
    """
    try:
        return None if text is None else LineSelection.parse(text)
    except GeometryError as error:
        raise typer.BadParameter(f"{error.message} {error.hint}") from None


def check_suffix(out: Path, allowed: tuple[str, ...]) -> None:
    """Make sure that the name of an output says which format is wanted.

    Raises
    ------
    typer.BadParameter
        If its suffix is not one of `allowed`.
    """
    if out.suffix.lower() not in allowed:
        raise typer.BadParameter(f"{out.name}: the output must end in {' or '.join(allowed)}.")


def check_different(facies: Path, confidence: Path | None) -> None:
    """Make sure that facies and confidence are written to volumes, and not to the same.

    Raises
    ------
    typer.BadParameter
        If one is of no such format, or both are the same.
    """
    for path in [facies] if confidence is None else [facies, confidence]:
        check_suffix(path, CUBES)
    if confidence is not None and confidence.resolve() == facies.resolve():
        raise typer.BadParameter("Facies and confidence need different names.")


def chosen_network(name: str) -> BackboneChoice:
    """Return the network that ``--network`` names; wrong usage for any other."""
    from seisview.learn.config import BACKBONE_CHOICES

    for choice in BACKBONE_CHOICES:
        if choice == name:
            return choice
    raise typer.BadParameter(f"--network must be one of {', '.join(BACKBONE_CHOICES)}.")


def chosen_backbone(name: str) -> BackboneName:
    """As :func:`chosen_network`, where none is chosen by itself."""
    from seisview.learn.config import BACKBONES

    for known in BACKBONES:
        if known == name:
            return known
    raise typer.BadParameter(f"--network must be one of {', '.join(BACKBONES)}.")


def weights_file(text: str) -> Path:
    """Return the file of weights that ``--backbone`` names.

    Raises
    ------
    ModelError
        If it is not there.
    """
    path = Path(text)
    if not path.is_file():
        raise ModelError(f"There is no backbone file {path}.", "Give a file, or default, or none.")
    return path


def chosen_sections(
    inline: int | None, crossline: int | None, sample: float | None
) -> list[tuple[Axis, float]]:
    """Return what ``--inline``, ``--crossline`` and ``--sample`` name."""
    given = {Axis.INLINE: inline, Axis.CROSSLINE: crossline, Axis.SAMPLE: sample}
    return [(axis, number) for axis, number in given.items() if number is not None]
