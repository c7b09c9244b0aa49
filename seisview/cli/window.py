"""Commands that show the window: `open` and `demo`."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from seisview.cli.console import job, print_result
from seisview.cli.options import (
    AnyDevice,
    AnyOverwrite,
    AnySeed,
    CrosslineByte,
    Device,
    DeviceName,
    InlineByte,
    Json,
    Network,
    Overwrite,
    Seed,
    Steps,
    XByte,
    YByte,
    chosen_network,
    header_bytes,
)
from seisview.cli.values import refuse_both_budgets
from seisview.data.volume import HeaderBytes
from seisview.errors import VolumeError


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("open")(open_window)
    app.command("demo")(demo)


def open_window(
    path: Annotated[
        Path | None, typer.Argument(metavar="[SURVEY|PROJECT]", help="What to open; nothing: start page.")
    ] = None,
    inline_byte: InlineByte = None,
    crossline_byte: CrosslineByte = None,
    x_byte: XByte = None,
    y_byte: YByte = None,
    _seed: AnySeed = 0,
    _device: AnyDevice = DeviceName.AUTO,
    _overwrite: AnyOverwrite = False,
) -> None:
    """Open the window."""
    bytes_ = header_bytes(inline_byte, crossline_byte, x_byte, y_byte)
    if path is not None and not path.exists():
        raise VolumeError(f"There is no file or folder {path}.", "Check the name; was it moved or renamed?")
    from seisview.gui.app import run

    code = run(path, None if bytes_ == HeaderBytes() else bytes_)
    if code:
        raise typer.Exit(code)


def demo(
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="DIR", help="Folder for the results. Default: ./seisview-demo, numbered."
        ),
    ] = None,
    no_window: Annotated[
        bool, typer.Option("--no-window", help="Do not open the window at the end.")
    ] = False,
    minutes: Annotated[
        float | None,
        typer.Option("--minutes", min=0.01, help="Minutes for training, instead of a number of steps."),
    ] = None,
    steps: Steps = None,
    network: Network = "auto",
    device: Device = DeviceName.AUTO,
    seed: Seed = 0,
    overwrite: Overwrite = False,
    as_json: Json = False,
) -> None:
    """Do the main job on the built-in survey: labels, training, facies volume, scores, exports, pictures."""
    from seisview.learn.config import TrainConfig
    from seisview.workflows.demo.run import DemoConfig, free_demo_folder, run_demo

    refuse_both_budgets(minutes, steps)
    name = chosen_network(network)
    train = DemoConfig().train
    if steps is not None or minutes is not None:
        train = TrainConfig(steps=steps, minutes=minutes)
    train = replace(train, backbone=name, seed=seed, device=str(device), spare_cores=0)
    folder = free_demo_folder(Path()) if out is None else out
    with job() as progress:
        result = run_demo(folder, DemoConfig(train, overwrite), progress)
    print_result(result.to_dict(), as_json)
    if no_window:
        return
    if not has_display():
        print(f"There is no display, so no window opens. The results are in {folder}.", file=sys.stderr)
        return
    print("Opening the window on the result ...", file=sys.stderr)
    open_window(result.project)


def has_display() -> bool:
    """Whether a window can be shown: always on Windows and macOS, elsewhere with an X or Wayland display."""
    if sys.platform in ("win32", "darwin") or os.environ.get("QT_QPA_PLATFORM"):
        return os.environ.get("QT_QPA_PLATFORM") not in ("offscreen", "minimal")
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
