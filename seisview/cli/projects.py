"""The commands `create-project` and `add-model`, and opening a project that a command changes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from seisview.cli.console import job, print_result
from seisview.cli.inputs import refuse_missing, refuse_missing_models
from seisview.cli.options import (
    AnyDevice,
    AnyOverwrite,
    AnySeed,
    CrosslineByte,
    Device,
    DeviceName,
    InlineByte,
    Json,
    Survey,
    XByte,
    YByte,
    header_bytes,
)
from seisview.errors import ProjectError

if TYPE_CHECKING:
    from seisview.project.project import Project


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("create-project")(create_project)
    app.command("add-model")(add_model)


def create_project(
    survey: Survey,
    out: Annotated[Path, typer.Option("--out", metavar="PROJECT", help="Folder to make.")],
    labels: Annotated[
        Path | None,
        typer.Option(
            "--labels", metavar="LABELS", help="First labels: project, label volume, or folder of masks."
        ),
    ] = None,
    inline_byte: InlineByte = None,
    crossline_byte: CrosslineByte = None,
    x_byte: XByte = None,
    y_byte: YByte = None,
    _seed: AnySeed = 0,
    _device: AnyDevice = DeviceName.AUTO,
    _overwrite: AnyOverwrite = False,
    as_json: Json = False,
) -> None:
    """Make a project of a survey and labels, for the window and the commands that take a PROJECT.

    A project that is there already is never replaced: it may hold work that is nowhere else.
    """
    bytes_ = header_bytes(inline_byte, crossline_byte, x_byte, y_byte)
    refuse_missing(survey, labels)
    from seisview.workflows.projects import create_project as make
    from seisview.workflows.surveys import open_survey

    with (
        job() as progress,
        closing(open_survey(survey, bytes_, progress)) as volume,
        make(out, volume, labels) as project,
    ):
        sections = [volume.geometry.title(key) for key in project.labels.snapshot().painted_sections]
        classes = [{"id": one.id, "name": one.name} for one in project.labels.scheme.classes]
    print_result(
        {"project": str(out), "survey": str(survey), "sections": sections, "classes": classes}, as_json
    )


def add_model(
    project: Annotated[Path, typer.Argument(metavar="PROJECT", help="Folder of the project.")],
    model: Annotated[Path, typer.Option("--model", metavar="MODEL", help="Model file from `train`.")],
    name: Annotated[
        str, typer.Option("--name", help="What the project calls it. Default: trained-1, ...")
    ] = "",
    device: Device = DeviceName.AUTO,
    _seed: AnySeed = 0,
    _overwrite: AnyOverwrite = False,
    as_json: Json = False,
) -> None:
    """Put a trained model into a project, with the facies it predicts.

    The window shows them, and `accept`, `label-next` and `export` take them from there.
    """
    refuse_missing_models(model)
    with job() as progress, project_to_change(project) as opened:
        from seisview.learn.config import PredictConfig
        from seisview.workflows.facies.project_models import add_model as add
        from seisview.workflows.facies.segment import load_segmenter

        config = PredictConfig(device=str(device), spare_cores=0)
        result = add(opened, load_segmenter(model), name, config, progress)
        facts = {"project": str(project), "model": result.title, "sections": result.n_sections_done}
    print_result(facts, as_json)


def refuse_other_folders(path: Path) -> None:
    """Make sure that a path is a project.

    Raises
    ------
    ProjectError
        If it is none.
    """
    from seisview.project.storage import is_project

    if not is_project(path):
        raise ProjectError(f"{path} is not a seisview project.", "Name the folder that holds project.json.")


@contextmanager
def project_to_change(path: Path) -> Iterator[Project]:
    """Open a project and save what is done to it; edits go to its journal, as those of a window do.

    Parameters
    ----------
    path : Path
        Its folder.

    Raises
    ------
    ProjectError
        If it is none, or if a window has it.
    """
    refuse_other_folders(path)
    from seisview.data.opening import open_volume
    from seisview.project.storage import open_project

    with open_project(path, open_volume) as project, closing(project.volume):
        if project.read_only:
            raise ProjectError(f"{path} is open in a window or write-protected.", "Close it there first.")
        project.keeps_steps = True
        yield project
        project.save()
