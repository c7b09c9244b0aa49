"""Commands that find similar patches: `match`, `match-images` and `train-match`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from seisview.cli.console import job, print_result
from seisview.cli.inputs import refuse_missing, refuse_missing_models, refuse_missing_weights
from seisview.cli.options import (
    CUBES,
    AnySeed,
    Backbone,
    CrosslineByte,
    Crosslines,
    Device,
    DeviceName,
    InlineByte,
    Inlines,
    Json,
    Minutes,
    Overwrite,
    Seed,
    Steps,
    Survey,
    XByte,
    YByte,
    check_suffix,
    chosen_backbone,
    header_bytes,
    line_selection,
    weights_file,
)
from seisview.cli.values import position_range, refuse_both_budgets, samples_and_traces
from seisview.data.geometry import Axis
from seisview.export.guard import refuse_existing, refuse_overwriting, refuse_unwritable

if TYPE_CHECKING:
    from seisview.learn.config import BackboneName
    from seisview.workflows.matching.files import Place

Network = Annotated[str, typer.Option("--network", help="resnet50, resnet34, resnet18 or resnet10.")]
Features = Annotated[
    str, typer.Option("--network", help="texture: the program's own; or dense features of resnet18, ...")
]
_MARGIN = "Of the triplet loss. Default: 0.2 of cosine distances, 1 of Euclidean ones."
Key = Annotated[str, typer.Option("--key", help="Name of the array in .mat files.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("match")(match)
    app.command("match-images")(match_images)
    app.command("train-match")(train_match)


def match(
    survey: Survey,
    at: Annotated[
        list[str],
        typer.Option("--at", metavar="INLINE,CROSSLINE,MS", help="Middle of a patch; several combine."),
    ],
    out: Annotated[Path, typer.Option("--out", metavar="matches.csv", help="Hits, .csv or .json.")],
    unlike: Annotated[
        list[str] | None,
        typer.Option("--not", metavar="INLINE,CROSSLINE,MS", help="A patch that hits are not to be like."),
    ] = None,
    size: Annotated[
        str, typer.Option("--size", metavar="SAMPLES,TRACES", help="Size of patches and hits.")
    ] = "64,64",
    axis: Annotated[
        Literal["inline", "crossline"], typer.Option("--axis", help="Sections that patches lie on.")
    ] = "inline",
    both_directions: Annotated[
        bool, typer.Option("--both-directions", help="Search inlines and crosslines.")
    ] = False,
    model: Annotated[
        Path | None, typer.Option("--model", metavar="M", help="From train-match: ranks the hits again.")
    ] = None,
    top: Annotated[int, typer.Option("--top", min=1, metavar="K", help="Number of hits.")] = 50,
    heatmap: Annotated[
        Path | None, typer.Option("--heatmap", metavar="HEAT.sgy", help="Confidence of a match everywhere.")
    ] = None,
    inlines: Inlines = None,
    crosslines: Crosslines = None,
    samples: Annotated[
        str | None, typer.Option("--samples", metavar="FROM:TO", help="Hits between these times or depths.")
    ] = None,
    network: Features = "texture",
    inline_byte: InlineByte = None,
    crossline_byte: CrosslineByte = None,
    x_byte: XByte = None,
    y_byte: YByte = None,
    device: Device = DeviceName.AUTO,
    overwrite: Overwrite = False,
    _seed: AnySeed = 0,
    as_json: Json = False,
) -> None:
    """Find the patches of a survey that are most similar to the ones picked."""
    check_suffix(out, (".csv", ".json"))
    if heatmap is not None:
        check_suffix(heatmap, CUBES)
    refuse_missing(survey)
    refuse_missing_models(model)
    for path in [out] if heatmap is None else [out, heatmap]:
        refuse_existing(path, overwrite)
    from seisview.workflows.matching.files import MatchFiles, MatchRequest, match_files

    request = MatchRequest(
        places=tuple(_place(text) for text in at),
        negatives=tuple(_place(text) for text in unlike or ()),
        size=samples_and_traces(size, "--size"),
        axis=Axis(axis),
        both_directions=both_directions,
        top=top,
        inlines=line_selection(inlines),
        crosslines=line_selection(crosslines),
        positions=position_range(samples),
        model=model,
        network="texture" if network == "texture" else chosen_backbone(network),
        device=str(device),
    )
    bytes_ = header_bytes(inline_byte, crossline_byte, x_byte, y_byte)
    with job() as progress:
        result = match_files(request, MatchFiles(survey, out, heatmap, bytes_), progress)
    print_result(result, as_json)


def match_images(
    queries: Annotated[Path, typer.Option("--queries", metavar="DIR", help="Images, or class folders.")],
    corpus: Annotated[Path, typer.Option("--corpus", metavar="DIR", help="Images to search.")],
    out: Annotated[Path, typer.Option("--out", metavar="answers.json", help="The answers.")],
    model: Annotated[
        Path | None, typer.Option("--model", metavar="M", help="From train-match. Default: --method.")
    ] = None,
    method: Annotated[
        Literal["spectrum", "deep"], typer.Option("--method", help="What compares images without a model.")
    ] = "spectrum",
    top: Annotated[int, typer.Option("--top", min=1, metavar="K", help="Images per query.")] = 3,
    views: Annotated[
        Path | None, typer.Option("--views", metavar="DIR", help="Draw classes, amplitudes and sizes.")
    ] = None,
    key: Key = "img",
    device: Device = DeviceName.AUTO,
    overwrite: Overwrite = False,
    _seed: AnySeed = 0,
    as_json: Json = False,
) -> None:
    """Find for every query image the most similar images of a corpus."""
    check_suffix(out, (".json",))
    refuse_missing(queries, corpus)
    refuse_missing_models(model)
    refuse_existing(out, overwrite)
    refuse_overwriting(out, [model])
    if views is not None:
        refuse_unwritable(views / "x.png")
    from seisview.workflows.matching.images import ImageMatchConfig, match_image_folders

    config = ImageMatchConfig(top, model, method, key=key, device=str(device), views=views)
    with job() as progress:
        result = match_image_folders(queries, corpus, out, config, progress)
    print_result(result, as_json)


def train_match(
    source: Annotated[Path, typer.Argument(metavar="FOLDER|PROJECT", help="Class folders, or a project.")],
    out: Annotated[Path, typer.Option("--out", metavar="M.safetensors", help="The model to write.")],
    minutes: Minutes = None,
    steps: Steps = None,
    loss: Annotated[
        Literal["cosine", "euclidean"], typer.Option("--loss", help="Distance that is learnt.")
    ] = "cosine",
    kind: Annotated[
        Literal["triplet", "contrastive", "proxy"], typer.Option("--kind", help="Kind of the loss.")
    ] = "triplet",
    mining: Annotated[
        Literal["semihard", "hard", "all"], typer.Option("--mining", help="Triplets that count.")
    ] = "semihard",
    margin: Annotated[float | None, typer.Option("--margin", min=0.0, help=_MARGIN)] = None,
    exclude_anchor: Annotated[
        list[str] | None,
        typer.Option("--exclude-anchor", metavar="CLASS", help="Only a negative, never an anchor."),
    ] = None,
    rounds: Annotated[int, typer.Option("--rounds", min=0, help="Rounds of pseudo-labels.")] = 0,
    corpus: Annotated[
        Path | None, typer.Option("--corpus", metavar="SURVEY", help="Unlabelled survey for rounds.")
    ] = None,
    duplicate_threshold: Annotated[
        float,
        typer.Option("--duplicate-threshold", min=0.0, help="Nearer than this distance, tiles are copies."),
    ] = 0.0,
    curated_threshold: Annotated[
        float,
        typer.Option("--curated-threshold", min=0.0, help="Farther than this distance, they are not alike."),
    ] = 0.1,
    learn_from: Annotated[
        Literal["auto", "hits", "facies", "neighbours"],
        typer.Option("--learn-from", help="In a project: judged hits, painted facies, or neither."),
    ] = "auto",
    size: Annotated[
        str, typer.Option("--size", metavar="SAMPLES,TRACES", help="Size of the patches of a project.")
    ] = "64,64",
    network: Network = "resnet18",
    backbone: Backbone = "default",
    key: Key = "img",
    inline_byte: InlineByte = None,
    crossline_byte: CrosslineByte = None,
    x_byte: XByte = None,
    y_byte: YByte = None,
    seed: Seed = 0,
    device: Device = DeviceName.AUTO,
    overwrite: Overwrite = False,
    as_json: Json = False,
) -> None:
    """Learn what is similar from class folders or a project."""
    check_suffix(out, (".safetensors",))
    refuse_both_budgets(minutes, steps)
    name, patch = chosen_backbone(network), samples_and_traces(size, "--size")
    bytes_ = header_bytes(inline_byte, crossline_byte, x_byte, y_byte)
    refuse_missing(source, corpus)
    refuse_missing_weights(backbone)
    refuse_existing(out, overwrite)
    refuse_overwriting(out, [source, corpus])
    from seisview.learn.matching.config import MatchTrainConfig, RoundsConfig, SiameseConfig
    from seisview.workflows.matching.train_match import MatchTrainingFiles
    from seisview.workflows.matching.train_match import train_match as train

    config = MatchTrainConfig(
        network=SiameseConfig(name, distance=loss),
        backbone_file=_backbone_file(backbone, name),
        loss=kind,
        margin=margin,
        mining=mining,
        exclude_anchor=tuple(exclude_anchor or ()),
        steps=steps,
        minutes=minutes,
        seed=seed,
        device=str(device),
        spare_cores=0,
    )
    iterations = RoundsConfig(rounds, duplicate_threshold, curated_threshold)
    files = MatchTrainingFiles(source, out, corpus, learn_from, patch, bytes_, key)
    with job() as progress:
        result = train(files, config, iterations, progress)
    print_result(result, as_json)


def _place(text: str) -> Place:
    from seisview.workflows.matching.files import Place

    try:
        inline, crossline, position = text.split(",")
        return Place(int(inline), int(crossline), float(position))
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no place: write INLINE,CROSSLINE,MS.") from None


def _backbone_file(backbone: str, network: BackboneName) -> Path | None:
    """Weights to start from: a file, or those shipped for that network, if any."""
    if backbone == "none":
        return None
    if backbone == "default":
        from seisview.workflows.matching.train_match import starting_weights

        return starting_weights(network)
    return weights_file(backbone)
