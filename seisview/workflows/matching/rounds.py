"""Iterative training: pseudo-labels from an unlabelled survey, round by round, each with its manifest."""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from seisview.atomic import write_text_atomic
from seisview.data.amplitude import measure_amplitudes
from seisview.data.volume import Volume
from seisview.errors import ModelError
from seisview.events import DeviceChosen, Note
from seisview.labels.patches import Patch
from seisview.learn.matching.config import MatchTrainConfig, RoundsConfig
from seisview.learn.matching.patch_sets import PatchSet
from seisview.learn.matching.tiles import GRID, TileConfig, sample_tiles
from seisview.progress import Progress, shares_of
from seisview.workflows.matching.search import read_patches

if TYPE_CHECKING:
    from seisview.learn.device import Device
    from seisview.learn.matching.model import TrainedSiamese
    from seisview.learn.matching.pseudo_labels import PseudoLabel


@dataclass(frozen=True, slots=True)
class Proposal:
    """A tile that is to be learnt from as if somebody had labelled it.

    Attributes
    ----------
    patch : Patch
    class_name : str
        Of the labelled patch that retrieved it.
    distance : float
        To that patch.
    round : int
        From 1.
    """

    patch: Patch
    class_name: str
    distance: float
    round: int


Review = Callable[[Sequence[Proposal]], Sequence[bool]]

_PLACE = ("axis", "line", "row0", "row1", "column0", "column1")
_MANIFEST = ("round", "tile", "class", "distance", "query", *_PLACE)


@dataclass(frozen=True, slots=True, eq=False)
class _Setting:
    """What is the same in every round; `images` are those of the tiles."""

    config: MatchTrainConfig
    rounds: RoundsConfig
    device: Device
    progress: Progress
    images: npt.NDArray[np.float16]


@dataclass(slots=True)
class _State:
    """What rounds add up."""

    train: PatchSet
    validation: PatchSet
    model: TrainedSiamese
    rows: list[PseudoLabel] = field(default_factory=list)
    report: list[dict[str, Any]] = field(default_factory=list)


def train_in_rounds(
    patches: PatchSet,
    sizes: Sequence[tuple[int, int]],
    volume: Volume,
    config: MatchTrainConfig,
    rounds: RoundsConfig,
    out: Path,
    progress: Progress,
    review: Review | None = None,
) -> tuple[TrainedSiamese, list[dict[str, Any]]]:
    """Train, take near tiles of a survey for labelled, train again, while validation improves.

    Only patches that are trained on retrieve tiles; held-out ones never do. Tiles taken in one round stay
    taken. Beside `out` lie ``STEM-manifest.csv`` and, for every round, ``STEM-round1.png`` with its tiles.

    Parameters
    ----------
    patches : PatchSet
        Labelled.
    sizes : sequence of (int, int)
        Of the labelled examples, whose distribution tiles follow.
    volume : Volume
        Unlabelled.
    config : MatchTrainConfig
    rounds : RoundsConfig
    out : Path
        Of the model.
    progress : Progress
    review : callable, optional
        Shown the tiles of a round before they are used; says which to keep.

    Returns
    -------
    (TrainedSiamese, list of dict)
        The model of the best round, and for every round ``round, accepted, validation_map``.
    """
    from seisview.learn.device import choose_device
    from seisview.learn.matching.training import fit_siamese, match_budget, split

    device = choose_device(config.device, config.spare_cores)
    progress.emit(DeviceChosen(device.name, device.precision, device.reason))
    train, validation = split(patches, config)
    budget = match_budget(config, time.monotonic())
    shares = shares_of([1] * (1 + rounds.rounds))  # each training has the same budget
    with progress.part(*shares[0]):
        model = fit_siamese(train, validation, config, budget, device, progress)
    state = _State(train, validation, model, report=[_entry(0, 0, model)])
    with progress.preparing():
        tiles, images = _tiles(volume, sizes, config, rounds, progress)
    setting = _Setting(config, rounds, device, progress, images)
    for number in range(1, rounds.rounds + 1):
        with progress.preparing():
            found = _retrieve(state, setting, number)
        found = _reviewed(found, tiles, patches.class_names, review)
        state.rows += found
        write_manifest(out.with_name(f"{out.stem}-manifest.csv"), state.rows, tiles, patches, volume)
        if not found:
            progress.emit(Note(f"Round {number}: no tile lies between the thresholds."))
            break
        contact_sheet(out.with_name(f"{out.stem}-round{number}.png"), found, images, patches.class_names)
        with progress.part(*shares[number]):
            better = _train_again(state, setting, found, number)
        if not better:
            break
    return state.model, state.report


def _train_again(state: _State, setting: _Setting, found: list[PseudoLabel], number: int) -> bool:
    """One more training with all tiles taken so far; False when validation did not improve."""
    from seisview.learn.matching.training import fit_siamese, match_budget

    config, progress = setting.config, setting.progress
    added = PatchSet(
        setting.images[[row.tile for row in found]],
        np.array([row.label for row in found], np.intp),
        state.train.class_names,
    )
    state.train = state.train.joined(added)
    budget = match_budget(config, time.monotonic())
    model = fit_siamese(state.train, state.validation, config, budget, setting.device, progress, state.model)
    state.report.append(_entry(number, len(found), model))
    better = model.metrics["validation_map"] > state.model.metrics["validation_map"]
    if better:
        state.model = model
    else:
        progress.emit(Note(f"Round {number}: validation does not improve any more."))
    return better


def _tiles(
    volume: Volume,
    sizes: Sequence[tuple[int, int]],
    config: MatchTrainConfig,
    rounds: RoundsConfig,
    progress: Progress,
) -> tuple[tuple[Patch, ...], npt.NDArray[np.float16]]:
    from seisview.learn.matching.siamese import resized

    typical = np.median(np.asarray(sizes), axis=0)
    grid = min(GRID[0], max(8, int(typical[0]))), min(GRID[1], max(8, int(typical[1])))
    drawing = TileConfig(grid=grid, most=rounds.tiles, seed=config.seed)
    tiles = sample_tiles(volume.geometry, sizes, drawing)
    progress.report("Reading tiles")
    statistics = measure_amplitudes(volume, progress)
    images = read_patches(volume, statistics, tiles, progress)
    return tiles, np.stack([resized(i, config.network.patch) for i in images]).astype(np.float16)


def _retrieve(state: _State, setting: _Setting, number: int) -> list[PseudoLabel]:
    from seisview.learn.matching.pseudo_labels import choose_pseudo_labels
    from seisview.learn.matching.siamese import embed_images

    config, device, progress = setting.config, setting.device, setting.progress
    network = state.model.network(device)
    excluded = state.train.excluded_labels(config.exclude_anchor)
    rows = np.flatnonzero(~np.isin(state.train.labels, excluded))
    report = f"Round {number}: looking at tiles"
    tell = partial(progress.report, report)
    tiles = embed_images(network, setting.images, device, tell, progress.check)
    queries = embed_images(network, state.train.images[rows], device, check=progress.check)
    taken = [row.tile for row in state.rows]
    labels = state.train.labels[rows]
    return choose_pseudo_labels(queries, labels, tiles, config.network, setting.rounds, taken, number)


def _reviewed(
    found: list[PseudoLabel], tiles: tuple[Patch, ...], class_names: Sequence[str], review: Review | None
) -> list[PseudoLabel]:
    if review is None or not found:
        return found
    keep = review(
        [Proposal(tiles[row.tile], class_names[row.label], row.distance, row.round) for row in found]
    )
    if len(keep) != len(found):
        raise ModelError("The review did not judge every tile.")
    return [row for row, kept in zip(found, keep, strict=True) if kept]


def _entry(number: int, accepted: int, model: TrainedSiamese) -> dict[str, Any]:
    return {"round": number, "accepted": accepted, "validation_map": model.metrics["validation_map"]}


def write_manifest(
    path: Path, rows: Sequence[PseudoLabel], tiles: Sequence[Patch], patches: PatchSet, volume: Volume
) -> None:
    """Write which tile was taken for which class in which round, and where it lies, as CSV.

    Raises
    ------
    ExportError
        If it cannot be written.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(_MANIFEST)
    for row in rows:
        tile = tiles[row.tile]
        box, line = tile.box, f"{volume.geometry.number_of(tile.key):g}"
        name = patches.class_names[row.label]
        place = (tile.key.axis, line, box.row0, box.row1, box.column0, box.column1)
        writer.writerow([row.round, row.tile, name, f"{row.distance:.6f}", row.query, *place])
    write_text_atomic(path, buffer.getvalue())


def contact_sheet(
    path: Path, rows: Sequence[PseudoLabel], images: npt.NDArray[np.float16], class_names: Sequence[str]
) -> None:
    """Draw the tiles of a round, a band for every class, nearest first, so that they can be reviewed."""
    from seisview.export.mosaic import save_mosaic

    bands = [
        (name, [np.asarray(images[row.tile], np.float32) for row in rows if row.label == number])
        for number, name in enumerate(class_names)
    ]
    save_mosaic(path, [(name, tiles) for name, tiles in bands if tiles])
