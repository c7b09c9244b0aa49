"""Commands that learn: `train`, `predict` and `evaluate`."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Annotated, Literal

import typer

from seisview.cli.console import job, print_result
from seisview.cli.inputs import refuse_missing, refuse_missing_models, refuse_missing_weights
from seisview.cli.line_range import LineRange
from seisview.cli.options import (
    AnyDevice,
    AnyOverwrite,
    AnySeed,
    Backbone,
    CrosslineByte,
    Crosslines,
    Device,
    DeviceName,
    InlineByte,
    Inlines,
    Json,
    Labels,
    Minutes,
    Network,
    Overwrite,
    SampleFormat,
    Seed,
    Steps,
    Survey,
    XByte,
    YByte,
    check_different,
    check_suffix,
    chosen_network,
    header_bytes,
    line_selection,
    weights_file,
)
from seisview.cli.preview import train_preview
from seisview.cli.values import refuse_both_budgets
from seisview.export.guard import refuse_existing, refuse_overwriting


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("train")(train)
    app.command("predict")(predict)
    app.command("evaluate")(evaluate)


def train(
    survey: Survey,
    labels: Labels,
    out: Annotated[Path, typer.Option("--out", metavar="MODEL.safetensors", help="The model to write.")],
    backbone: Backbone = "default",
    mode: Annotated[
        Literal["tune", "preview", "scratch"],
        typer.Option(
            "--mode", help="tune: from the backbone; scratch: from random weights; preview: in seconds."
        ),
    ] = "tune",
    recipe: Annotated[
        Literal["default", "reference"],
        typer.Option("--recipe", help="reference: optimiser, schedule and head of Monteiro et al. 2022."),
    ] = "default",
    carry: Annotated[
        bool,
        typer.Option("--carry/--no-carry", help="Also follow the labels along reflections to each section."),
    ] = True,
    compare_preview: Annotated[
        bool | None,
        typer.Option(
            "--compare-preview/--no-compare-preview",
            help="Judge the instant preview beside it. Default: if its features are cached.",
        ),
    ] = None,
    network: Network = "auto",
    minutes: Minutes = None,
    steps: Steps = None,
    batch_size: Annotated[
        int | None,
        typer.Option("--batch-size", min=1, help="Crops per step. Default: by network and device."),
    ] = None,
    inlines: Inlines = None,
    crosslines: Crosslines = None,
    inline_byte: InlineByte = None,
    crossline_byte: CrosslineByte = None,
    x_byte: XByte = None,
    y_byte: YByte = None,
    seed: Seed = 0,
    device: Device = DeviceName.AUTO,
    overwrite: Overwrite = False,
    as_json: Json = False,
) -> None:
    """Fine-tune a network on a few labelled sections."""
    from seisview.workflows.labels import LabelChoice

    check_suffix(out, (".safetensors",))
    refuse_both_budgets(minutes, steps)
    name, choice = chosen_network(network), LabelChoice(line_selection(inlines), line_selection(crosslines))
    bytes_ = header_bytes(inline_byte, crossline_byte, x_byte, y_byte)
    refuse_missing(survey, labels)
    refuse_missing_weights(backbone)
    refuse_existing(out, overwrite)
    refuse_overwriting(out, [survey, labels])
    from seisview.learn.config import TrainConfig
    from seisview.workflows.facies.train import TrainingFiles, from_shipped_weights, train_from_files

    files = TrainingFiles(survey, labels, out, bytes_, choice)
    if mode == "preview":
        print_result(train_preview(files, backbone, network, seed, str(device)), as_json)
        return
    config = TrainConfig(
        mode=mode,
        recipe=recipe,
        carry=carry,
        backbone=name,
        backbone_file=_backbone_file(backbone, mode),
        steps=steps,
        minutes=minutes,
        batch_size=batch_size,
        seed=seed,
        device=str(device),
        spare_cores=0,
    )
    with job() as progress:
        if backbone == "default":
            config = from_shipped_weights(config)
        result = train_from_files(files, config, progress, compare_preview)
    print_result(result, as_json)


def predict(
    survey: Survey,
    model: Annotated[
        list[Path], typer.Option("--model", metavar="MODEL", help="Model file; several are fused.")
    ],
    out: Annotated[
        Path, typer.Option("--out", metavar="FACIES.sgy|.npy|.zarr", help="Facies, uint8 from 1.")
    ],
    confidence: Annotated[
        Path | None, typer.Option("--confidence", metavar="OUT", help="Confidence, 0..1.")
    ] = None,
    fusion: Annotated[
        Literal["sum", "vote"], typer.Option("--fusion", help="How several models are fused.")
    ] = "sum",
    axis: Annotated[
        Literal["inline", "crossline"] | None,
        typer.Option("--axis", help="Sections the network sees. Default: as it was trained."),
    ] = None,
    inlines: Annotated[
        str | None,
        typer.Option(
            "--inlines", metavar="A:B", help="Only these line numbers, both included; others are 0."
        ),
    ] = None,
    crosslines: Annotated[
        str | None, typer.Option("--crosslines", metavar="A:B", help="Only these crossline numbers.")
    ] = None,
    sample_format: SampleFormat = None,
    inline_byte: InlineByte = None,
    crossline_byte: CrosslineByte = None,
    x_byte: XByte = None,
    y_byte: YByte = None,
    device: Device = DeviceName.AUTO,
    overwrite: Overwrite = False,
    _seed: AnySeed = 0,
    as_json: Json = False,
) -> None:
    """Predict the facies of a survey with one or several trained models."""
    check_different(out, confidence)
    lines = LineRange(inlines, crosslines, axis)
    bytes_ = header_bytes(inline_byte, crossline_byte, x_byte, y_byte)
    refuse_missing(survey)
    refuse_missing_models(*model)
    for path in [out] if confidence is None else [out, confidence]:
        refuse_existing(path, overwrite)
        refuse_overwriting(path, [survey, *model])
    from seisview.workflows.facies.predict import PredictionFiles, predict_to_files
    from seisview.workflows.facies.preview_files import predict_preview_to_files, single_preview
    from seisview.workflows.facies.segment import load_segmenter
    from seisview.workflows.surveys import open_survey

    with job() as progress:
        preview = single_preview(model)
        models = [] if preview is not None else [load_segmenter(path) for path in model]
        with closing(open_survey(survey, bytes_, progress)) as volume:
            config = lines.config(volume.geometry, str(device), fusion)
            files = PredictionFiles(out, confidence, sample_format)
            if preview is not None:
                result = predict_preview_to_files(preview, volume, files, config, progress)
            else:
                result = predict_to_files(models, volume, files, config, progress)
    print_result(result, as_json)


def evaluate(
    predicted: Annotated[Path, typer.Option("--predicted", metavar="P", help="Facies volume.")],
    labels: Labels,
    survey: Annotated[
        Path | None, typer.Option("--survey", help="Knows the line numbers, when the volumes do not.")
    ] = None,
    inlines: Inlines = None,
    crosslines: Crosslines = None,
    inline_byte: InlineByte = None,
    crossline_byte: CrosslineByte = None,
    x_byte: XByte = None,
    y_byte: YByte = None,
    _seed: AnySeed = 0,
    _device: AnyDevice = DeviceName.AUTO,
    _overwrite: AnyOverwrite = False,
    as_json: Json = False,
) -> None:
    """Compare predicted facies with labels: one confusion matrix over all labelled samples."""
    from seisview.workflows.labels import LabelChoice

    choice = LabelChoice(line_selection(inlines), line_selection(crosslines))
    bytes_ = header_bytes(inline_byte, crossline_byte, x_byte, y_byte)
    refuse_missing(predicted, labels, survey)
    from seisview.workflows.facies.evaluate import evaluate_files

    with job() as progress:
        result = evaluate_files(predicted, labels, choice, survey, progress, bytes_)
    print_result(result.to_dict(), as_json)


def _backbone_file(backbone: str, mode: str) -> Path | None:
    """Return the file to start from; none for "none", and for "default", which depends on the network."""
    if backbone in ("none", "default") or mode == "scratch":
        return None
    return weights_file(backbone)
