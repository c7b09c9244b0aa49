"""The commands `cluster`, for patterns that nobody labelled, and `label-clusters`, which names them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from seisview.cli.console import job, print_result
from seisview.cli.inputs import refuse_missing, refuse_missing_weights
from seisview.cli.options import (
    AnyDevice,
    AnyOverwrite,
    AnySeed,
    Backbone,
    CrosslineByte,
    Device,
    DeviceName,
    InlineByte,
    Json,
    Overwrite,
    XByte,
    YByte,
    header_bytes,
    weights_file,
)
from seisview.cli.projects import project_to_change
from seisview.cli.values import samples_and_traces
from seisview.data.patches.collection import is_patch_folder
from seisview.data.volume import HeaderBytes
from seisview.export.guard import refuse_existing, refuse_overwriting

if TYPE_CHECKING:
    from seisview.learn.clustering.config import ClusterRecipe


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("cluster")(cluster)
    app.command("label-clusters")(label_clusters)


def cluster(
    source: Annotated[
        Path, typer.Argument(metavar="SURVEY|FOLDER", help="A survey, or class folders of patches.")
    ],
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder to make.")],
    clusters: Annotated[str, typer.Option("--clusters", metavar="auto|K", help="How many.")] = "auto",
    embedding: Annotated[
        Literal["umap", "pca"] | None,
        typer.Option("--embedding", help="Space clusters are looked for in. Default: the preset's."),
    ] = None,
    using: Annotated[
        Path | None, typer.Option("--using", metavar="DIR", help="Apply the pipeline of an earlier run.")
    ] = None,
    preset: Annotated[
        Literal["default", "system-b"],
        typer.Option("--preset", help="system-b: ResNet-50, per-image scaling, UMAP 50, K-Means."),
    ] = "default",
    method: Annotated[
        Literal["kmeans", "hdbscan"], typer.Option("--method", help="hdbscan finds the number by itself.")
    ] = "kmeans",
    view: Annotated[
        Literal["umap", "pca"], typer.Option("--view", help="How the pictures lay points out.")
    ] = "umap",
    test: Annotated[
        Path | None, typer.Option("--test", metavar="FOLDER", help="Patches to score on, never fitted.")
    ] = None,
    key: Annotated[str, typer.Option("--key", help="Name of the array in .mat files.")] = "img",
    channels: Annotated[
        Literal["spectrum", "deep", "both"] | None,
        typer.Option("--channels", help="What stands for a patch. Default: the preset's."),
    ] = None,
    per_image: Annotated[
        bool, typer.Option("--per-image-scaling", help="Scale every patch by itself.")
    ] = False,
    features: Annotated[
        Literal["attributes", "features", "windows"] | None,
        typer.Option("--features", help="What stands for a place of a survey. Default: the preset's."),
    ] = None,
    window: Annotated[
        str | None,
        typer.Option("--window", metavar="SAMPLES,TRACES", help="Size of the windows of --features windows."),
    ] = None,
    backbone: Backbone = "default",
    labels: Annotated[
        Path | None,
        typer.Option("--labels", metavar="LABELS", help="Of the survey, to name and score clusters by."),
    ] = None,
    anomalous: Annotated[
        float, typer.Option("--anomalous", min=0.0001, max=0.5, help="Share the threshold selects.")
    ] = 0.02,
    max_points: Annotated[
        int, typer.Option("--max-fit-points", min=50, help="Fitted on at most this many points.")
    ] = 10_000,
    inline_byte: InlineByte = None,
    crossline_byte: CrosslineByte = None,
    x_byte: XByte = None,
    y_byte: YByte = None,
    seed: Annotated[int, typer.Option("--seed", min=0, help="The same seed, the same clusters.")] = 42,
    device: Device = DeviceName.AUTO,
    overwrite: Overwrite = False,
    as_json: Json = False,
) -> None:
    """Cluster a survey or a folder of patches, and say what is unusual in it."""
    is_folder = is_patch_folder(source)
    if is_folder and (features is not None or labels is not None):
        raise typer.BadParameter("--features and --labels are for surveys.")
    if not is_folder and (test is not None or channels is not None):
        raise typer.BadParameter("--test and --channels are for folders of patches.")
    refuse_missing(source, using, test, labels)
    refuse_missing_weights(backbone)
    refuse_existing(out, overwrite)
    refuse_overwriting(out, [source, using, test, labels])
    size = None if window is None else samples_and_traces(window, "--window", 8, 512)
    chosen = {
        "clusters": _count(clusters),
        "embedding": embedding,
        "method": method,
        "view": view,
        "anomalous": anomalous,
        "max_fit_points": max_points,
        "seed": seed,
    }
    network = {"weights": _weights(backbone), "device": str(device)}
    if is_folder:
        own = {**network, "channels": channels, "per_image": per_image or None}
        recipe = _recipe(preset, chosen, patches=own)
        result = _folder(source, out, recipe, (test, using, key))
    else:
        bytes_ = header_bytes(inline_byte, crossline_byte, x_byte, y_byte)
        recipe = _recipe(preset, chosen, survey={**network, "source": features, "window": size})
        result = _survey(source, out, recipe, (using, labels, bytes_))
    print_result(result, as_json)


def label_clusters(
    project: Annotated[
        Path, typer.Argument(metavar="PROJECT", help="A project with clusters found in the window.")
    ],
    clusters: Annotated[str, typer.Option("--clusters", metavar="A,B", help="Names or numbers of clusters.")],
    name: Annotated[str, typer.Option("--class", metavar="NAME", help="The class they become.")],
    axis: Annotated[
        Literal["inline", "crossline"], typer.Option("--axis", help="Across which sections are labelled.")
    ] = "inline",
    every: Annotated[int, typer.Option("--every", min=1, help="Only every n-th section.")] = 1,
    _seed: AnySeed = 0,
    _device: AnyDevice = DeviceName.AUTO,
    _overwrite: AnyOverwrite = False,
    as_json: Json = False,
) -> None:
    """Make labels of clusters of a project; what was painted by hand stays, held-out sections too."""
    from seisview.data.geometry import Axis
    from seisview.workflows.clustering.labels import ClusterLabels
    from seisview.workflows.clustering.labels import label_clusters as make_labels

    wanted = ClusterLabels(tuple(clusters.split(",")), name, Axis(axis), every)
    with job() as progress, project_to_change(project) as opened:
        written = make_labels(opened, wanted, progress)
    print_result({"project": str(project), "class": name, "samples": written}, as_json)


def _recipe(
    preset: Literal["default", "system-b"],
    chosen: dict[str, Any],
    patches: dict[str, Any] | None = None,
    survey: dict[str, Any] | None = None,
) -> ClusterRecipe:
    """Settings of a preset, with what the user chose instead; None keeps the preset's."""
    from seisview.learn.clustering.config import ClusterRecipe

    recipe = ClusterRecipe.of(preset)
    return ClusterRecipe(
        replace(recipe.clusters, **_given(chosen)),
        replace(recipe.patches, **_given(patches)),
        replace(recipe.survey, **_given(survey)),
    )


def _given(values: dict[str, Any] | None) -> dict[str, Any]:
    return {name: value for name, value in (values or {}).items() if value is not None}


def _folder(
    source: Path, out: Path, recipe: ClusterRecipe, more: tuple[Path | None, Path | None, str]
) -> dict[str, Any]:
    from seisview.workflows.clustering.folder import FolderRequest
    from seisview.workflows.clustering.folder_files import cluster_folder_to_files

    with job() as progress:
        return cluster_folder_to_files(FolderRequest(source, *more), out, recipe, progress)


def _survey(
    source: Path, out: Path, recipe: ClusterRecipe, more: tuple[Path | None, Path | None, HeaderBytes]
) -> dict[str, Any]:
    from seisview.workflows.clustering.survey_files import SurveyRequest, cluster_survey_to_files

    with job() as progress:
        return cluster_survey_to_files(SurveyRequest(source, *more), out, recipe, progress)


def _count(text: str) -> int | None:
    if text == "auto":
        return None
    if not text.isascii() or not text.isdigit():
        raise typer.BadParameter(f"--clusters must be auto or a number, not {text}.")
    return int(text)


def _weights(backbone: str) -> Literal["default", "none"] | Path:
    if backbone == "default":
        return "default"
    return "none" if backbone == "none" else weights_file(backbone)
