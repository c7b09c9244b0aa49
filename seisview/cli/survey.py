"""Commands about surveys: `info`, `section` and `synthesize`."""

from __future__ import annotations

from contextlib import closing
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
    CrosslineNumber,
    DeviceName,
    InlineByte,
    InlineNumber,
    Json,
    Overwrite,
    SampleNumber,
    Seed,
    Survey,
    XByte,
    YByte,
    check_suffix,
    chosen_sections,
    header_bytes,
)
from seisview.export.guard import refuse_existing


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("info")(info)
    app.command("section")(section)
    app.command("synthesize")(synthesize)


def info(
    survey: Survey,
    inline_byte: InlineByte = None,
    crossline_byte: CrosslineByte = None,
    x_byte: XByte = None,
    y_byte: YByte = None,
    seed: Seed = 0,
    _device: AnyDevice = DeviceName.AUTO,
    _overwrite: AnyOverwrite = False,
    as_json: Json = False,
) -> None:
    """Print geometry and statistics of a survey."""
    from seisview.workflows.surveys import describe_survey, measure_for_info, open_survey

    bytes_ = header_bytes(inline_byte, crossline_byte, x_byte, y_byte)
    with job() as progress, closing(open_survey(survey, bytes_, progress)) as volume:
        result = describe_survey(volume, measure_for_info(volume, progress, seed))
    print_result(result, as_json)


def section(
    survey: Survey,
    out: Annotated[Path, typer.Option("--out", metavar="X.png|X.npy", help="Picture or float32 array.")],
    inline: InlineNumber = None,
    crossline: CrosslineNumber = None,
    sample: SampleNumber = None,
    facies: Annotated[Path | None, typer.Option("--facies", help="Facies volume to draw over it.")] = None,
    clip: Annotated[float, typer.Option("--clip", min=50, max=100, help="Percentile of amplitudes.")] = 99.0,
    gain: Annotated[float, typer.Option("--gain", min=0.01, max=100, help="Multiplies amplitudes.")] = 1.0,
    colormap: Annotated[str, typer.Option("--colormap", help="grey, red-white-blue, ...")] = "",
    inline_byte: InlineByte = None,
    crossline_byte: CrosslineByte = None,
    x_byte: XByte = None,
    y_byte: YByte = None,
    overwrite: Overwrite = False,
    _seed: AnySeed = 0,
    _device: AnyDevice = DeviceName.AUTO,
    as_json: Json = False,
) -> None:
    """Write one section as drawn (PNG) or as float32 array (n_samples, n_traces)."""
    refuse_missing(survey, facies)
    from seisview.workflows.sections import SectionStyle, section_key, write_section
    from seisview.workflows.surveys import open_survey

    chosen = chosen_sections(inline, crossline, sample)
    if len(chosen) != 1:
        raise typer.BadParameter("Give exactly one of --inline, --crossline and --sample.")
    check_suffix(out, (".png", ".npy"))
    refuse_existing(out, overwrite)
    bytes_ = header_bytes(inline_byte, crossline_byte, x_byte, y_byte)
    style = SectionStyle(clip, gain, colormap, facies)
    with job() as progress, closing(open_survey(survey, bytes_, progress)) as volume:
        key = section_key(volume.geometry, *chosen[0], progress)
        result = write_section(volume, key, out, style, progress)
    print_result(result, as_json)


def synthesize(
    out: Annotated[Path, typer.Argument(metavar="OUT.sgy", help="The survey to write.")],
    facies: Annotated[
        Path | None, typer.Option("--facies", metavar="OUT.sgy", help="Its true facies, 1..6.")
    ] = None,
    inlines: Annotated[int, typer.Option("--inlines", min=1, help="Number of inlines.")] = 128,
    crosslines: Annotated[int, typer.Option("--crosslines", min=1, help="Number of crosslines.")] = 192,
    samples: Annotated[int, typer.Option("--samples", min=1, help="Samples per trace.")] = 256,
    seed: Seed = 0,
    overwrite: Overwrite = False,
    _device: AnyDevice = DeviceName.AUTO,
    as_json: Json = False,
) -> None:
    """Write a synthetic survey with known facies as SEG-Y."""
    from seisview.data.synthetic import SyntheticConfig, write_survey
    from seisview.data.synthetic import synthesize as make_survey

    for path in [out] if facies is None else [out, facies]:
        check_suffix(path, (".sgy", ".segy"))
        refuse_existing(path, overwrite)
    if facies is not None and facies.resolve() == out.resolve():
        raise typer.BadParameter("The survey and its facies need different names.")
    with job() as progress:
        survey = make_survey(SyntheticConfig(inlines, crosslines, samples, seed), progress)
        write_survey(survey, out, facies, progress)
    classes = [{"id": number, "name": name} for number, name in enumerate(survey.class_names, start=1)]
    print_result(
        {
            "survey": str(out),
            "facies": None if facies is None else str(facies),
            "n_inlines": inlines,
            "n_crosslines": crosslines,
            "n_samples": samples,
            "seed": seed,
            "classes": classes,
        },
        as_json,
    )
