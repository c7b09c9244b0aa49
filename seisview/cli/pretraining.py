"""The command `pretrain`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from seisview.cli.console import job, print_result
from seisview.cli.inputs import refuse_missing, refuse_missing_weights
from seisview.cli.options import (
    Backbone,
    CrosslineByte,
    Device,
    DeviceName,
    InlineByte,
    Json,
    Minutes,
    Overwrite,
    Seed,
    Steps,
    XByte,
    YByte,
    check_suffix,
    chosen_backbone,
    header_bytes,
    weights_file,
)
from seisview.cli.values import refuse_both_budgets, samples_and_traces
from seisview.data.geometry import Axis
from seisview.errors import Cancelled, ModelError
from seisview.events import Note
from seisview.export.guard import refuse_existing, refuse_overwriting
from seisview.learn.config import BACKBONES, BackboneName
from seisview.learn.pretext.config import PRETEXTS, PretextName

_AXES = {"inline": (Axis.INLINE,), "crossline": (Axis.CROSSLINE,), "both": (Axis.INLINE, Axis.CROSSLINE)}


def register(app: typer.Typer) -> None:
    """Add the command of this module."""
    app.command("pretrain")(pretrain)


def pretrain(
    surveys: Annotated[
        list[Path] | None, typer.Argument(metavar="SURVEY...", help="One or several surveys or projects.")
    ] = None,
    out: Annotated[Path, typer.Option("--out", metavar="B.safetensors", help="The weights to write.")] = ...,  # type: ignore[assignment]
    task: Annotated[
        list[str] | None,
        typer.Option("--task", help=f"{', '.join(PRETEXTS)}; several train one network. Default: masked."),
    ] = None,
    joining: Annotated[
        Literal["alternate", "sum"],
        typer.Option("--joining", help="Several tasks: a batch of each in turn, or all in every step."),
    ] = "alternate",
    network: Annotated[str, typer.Option("--network", help=", ".join(BACKBONES) + ".")] = "resnet18",
    backbone: Backbone = "none",
    minutes: Minutes = None,
    steps: Steps = None,
    batch_size: Annotated[
        int | None,
        typer.Option("--batch-size", min=1, help="Sections per step. Default: by crop and device."),
    ] = None,
    crop: Annotated[
        str | None,
        typer.Option("--crop", metavar="SAMPLES,TRACES", help="What the network sees; multiples of 32."),
    ] = None,
    axis: Annotated[
        Literal["inline", "crossline", "both"], typer.Option("--axis", help="Sections to learn from.")
    ] = "both",
    synthetic: Annotated[
        int, typer.Option("--synthetic", min=0, metavar="N", help="Add N varied synthetic surveys.")
    ] = 0,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with an interrupted run.")] = False,
    keep_state: Annotated[
        bool, typer.Option("--keep-state", help="Keep what --resume needs after the run, too.")
    ] = False,
    inline_byte: InlineByte = None,
    crossline_byte: CrosslineByte = None,
    x_byte: XByte = None,
    y_byte: YByte = None,
    seed: Seed = 0,
    device: Device = DeviceName.AUTO,
    overwrite: Overwrite = False,
    as_json: Json = False,
) -> None:
    """Teach a network what seismic looks like, without labels."""
    paths = tuple(surveys or ())
    if not paths and not synthetic:
        raise typer.BadParameter("Name at least one SURVEY, or add --synthetic N.")
    check_suffix(out, (".safetensors",))
    refuse_both_budgets(minutes, steps)
    name, size = chosen_backbone(network), None if crop is None else samples_and_traces(crop, "--crop")
    refuse_missing(*paths)
    refuse_missing_weights(backbone)
    _check_output(out, paths, overwrite, resume)
    from seisview.learn.pretext.config import PretrainConfig
    from seisview.workflows.pretrain_files import PretrainingFiles, pretrain_from_files

    config = PretrainConfig(
        tasks=_tasks(task or ["masked"]),
        joining=joining,
        backbone=name,
        backbone_file=_starting_weights(backbone, name),
        steps=steps,
        minutes=minutes,
        batch_size=batch_size,
        crop=size,
        axes=_AXES[axis],
        seed=seed,
        device=str(device),
        spare_cores=0,
        resume=resume,
        keep_state=keep_state,
    )
    files = PretrainingFiles(paths, out, header_bytes(inline_byte, crossline_byte, x_byte, y_byte), synthetic)
    with job() as progress:
        if backbone == "default" and config.backbone_file is None:
            progress.emit(Note(f"No weights of a {name} are shipped: it begins with random ones."))
        try:
            result = pretrain_from_files(files, config, progress)
        except Cancelled:
            _tell_how_to_go_on(out)
            raise
    print_result(result, as_json)


def _check_output(out: Path, surveys: tuple[Path, ...], overwrite: bool, resume: bool) -> None:
    from seisview.workflows.pretrain import steps_text, unfinished_run

    run = unfinished_run(out)
    # Going on with a run that was kept replaces what it had written; with nothing to go on with, nothing is.
    refuse_existing(out, overwrite or (resume and run is not None))
    refuse_overwriting(out, surveys)
    if run is not None and not resume and not overwrite:
        raise ModelError(
            f"An unfinished run of {steps_text(run.steps)} lies beside {out.name}.",
            "Add --resume to go on with it, or --overwrite to begin anew.",
        )


def _tell_how_to_go_on(out: Path) -> None:
    from seisview.workflows.pretrain import unfinished_run

    run = unfinished_run(out)
    if run is not None:
        print(f"The same command with --resume goes on after step {run.steps}.", file=sys.stderr)


def _tasks(names: list[str]) -> tuple[PretextName, ...]:
    unknown = [name for name in names if name not in PRETEXTS]
    if unknown:
        raise typer.BadParameter(f"--task must be one of {', '.join(PRETEXTS)}, not {unknown[0]}.")
    return tuple(known for name in names for known in PRETEXTS if known == name)


def _starting_weights(text: str, network: BackboneName) -> Path | None:
    if text == "none":
        return None
    if text == "default":
        from seisview.learn.networks.backbones import shipped_backbone

        return shipped_backbone(network)
    return weights_file(text)
