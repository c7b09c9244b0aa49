"""Patches to learn similarity from: class folders, verdicts on hits, painted facies, or no labels at all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt

from seisview.data.amplitude import AmplitudeStatistics
from seisview.data.geometry import Axis, SectionKey
from seisview.data.patches.collection import PatchCollection
from seisview.data.volume import Volume
from seisview.errors import LabelError
from seisview.events import Note
from seisview.labels.boxes import Box
from seisview.labels.patches import Patch, Verdict
from seisview.labels.snapshot import LabelSnapshot
from seisview.learn.matching.config import MatchTrainConfig
from seisview.learn.matching.patch_sets import PatchSet
from seisview.progress import Progress
from seisview.project.matches import MatchSet
from seisview.workflows.matching.search import read_patches

Ints = npt.NDArray[np.intp]
Source = Literal["auto", "hits", "facies", "neighbours"]

REJECTED = "rejected"
"""Class of hits that were rejected: never an anchor, but unlike everything else."""

_PURE = 0.7
_MOST_PER_CLASS = 400
_PER_PLACE = 4


@dataclass(frozen=True, slots=True)
class PlacedPatches:
    """Patches of a survey with their classes, in the order of their positions.

    Attributes
    ----------
    patches : tuple of Patch
    labels : tuple of int
    class_names : tuple of str
        Empty when classes are places.
    """

    patches: tuple[Patch, ...]
    labels: tuple[int, ...]
    class_names: tuple[str, ...]


def choose_patches(
    volume: Volume,
    searches: Sequence[MatchSet],
    labels: LabelSnapshot,
    size: tuple[int, int],
    config: MatchTrainConfig,
    progress: Progress,
    learn_from: Source = "auto",
) -> tuple[PlacedPatches, MatchTrainConfig]:
    """Patches of a survey: judged hits, else painted facies, else neighbouring sections, or as asked for.

    Returns
    -------
    (PlacedPatches, MatchTrainConfig)
        Rejected hits are excluded as anchors in the configuration.

    Raises
    ------
    LabelError
        If there is too little of what was asked for.
    """
    sources: dict[str, Callable[[], PlacedPatches]] = {
        "hits": lambda: judged_patches([s for s in searches if s.having(Verdict.ACCEPTED)]),
        "facies": lambda: painted_patches(labels, size, config.seed),
        "neighbours": lambda: neighbour_patches(volume, size, seed=config.seed),
    }
    for name, gather in sources.items():
        if learn_from not in ("auto", name):
            continue
        try:
            placed = gather()
        except LabelError:
            if learn_from == name or name == "neighbours":
                raise
            continue
        break
    if not placed.class_names:
        progress.emit(Note("No labels: neighbouring sections at one place count as similar."))
    if REJECTED in placed.class_names:
        config = replace(config, exclude_anchor=(*config.exclude_anchor, REJECTED))
    return placed, config


def folder_patches(collection: PatchCollection, shape: tuple[int, int], progress: Progress) -> PatchSet:
    """Patches of class folders, in the collection's own scale.

    Raises
    ------
    LabelError
        If there are fewer than two class folders.
    """
    from seisview.learn.matching.siamese import resized

    if len(collection.class_names) < 2:
        raise LabelError(
            f"{collection.folder} holds no class folders to learn from.",
            "Put the images of each class into a folder of their own.",
        )
    rows = np.flatnonzero(collection.labels >= 0)
    images = np.empty((len(rows), *shape), np.float16)
    with progress.preparing():
        for place, row in enumerate(progress.track(rows.tolist(), "Reading images", len(rows))):
            images[place] = resized(collection.scaled(row), shape)
    return PatchSet(images, collection.labels[rows], collection.class_names)


def survey_patches(
    volume: Volume,
    statistics: AmplitudeStatistics,
    placed: PlacedPatches,
    shape: tuple[int, int],
    progress: Progress,
) -> PatchSet:
    """Read patches of a survey."""
    from seisview.learn.matching.siamese import resized

    progress.report("Reading patches")
    images = read_patches(volume, statistics, placed.patches, progress)
    stack = np.stack([resized(image, shape) for image in images]).astype(np.float16)
    return PatchSet(stack, np.array(placed.labels, np.intp), placed.class_names)


def painted_patches(labels: LabelSnapshot, size: tuple[int, int], seed: int = 0) -> PlacedPatches:
    """Patches that lie, for the most part, in one painted facies, on sections that are not held out.

    Raises
    ------
    LabelError
        If fewer than two classes are painted over areas of that size.
    """
    rng = np.random.default_rng(seed)
    found: dict[int, list[Patch]] = {c.id: [] for c in labels.scheme.classes}
    for key in labels.training_sections:
        if key.axis is Axis.SAMPLE:
            continue
        section = labels.sections[key]
        for class_id, places in found.items():
            places.extend(Patch(key, box) for box in _pure_boxes(section == class_id, size))
    kept = {i: _thinned(p, rng) for i, p in found.items() if len(p) >= 5}
    if len(kept) < 2:
        raise LabelError(
            f"Fewer than two classes are painted over areas of {size[0]} x {size[1]} samples.",
            "Paint larger areas, or choose smaller patches.",
        )
    names = tuple(c.name for c in labels.scheme.classes if c.id in kept)
    order = [c.id for c in labels.scheme.classes if c.id in kept]
    patches = [(patch, number) for number, class_id in enumerate(order) for patch in kept[class_id]]
    return PlacedPatches(tuple(p for p, _ in patches), tuple(n for _, n in patches), names)


def judged_patches(searches: Sequence[MatchSet]) -> PlacedPatches:
    """Patches of searches: query and accepted hits of each are a class, rejected hits a class of no anchors.

    Raises
    ------
    LabelError
        If nothing, or too little, was accepted or rejected.
    """
    patches: list[tuple[Patch, int]] = []
    names: list[str] = []
    for search in searches:
        accepted = [*search.positives, *(hit.patch for hit in search.having(Verdict.ACCEPTED))]
        if len(accepted) >= 5:
            patches += [(patch, len(names)) for patch in _in_order(accepted)]
            names.append(f"like {search.name}")
    rejected = [
        patch
        for search in searches
        for patch in (*search.negatives, *(hit.patch for hit in search.having(Verdict.REJECTED)))
    ]
    if not names or len(names) + (len(rejected) >= 5) < 2:
        raise LabelError(
            "Too few hits were judged to learn from.",
            "Accept at least four hits of one search and reject five, or judge two searches.",
        )
    if len(rejected) >= 5:
        patches += [(patch, len(names)) for patch in _in_order(rejected)]
        names.append(REJECTED)
    return PlacedPatches(tuple(p for p, _ in patches), tuple(n for _, n in patches), tuple(names))


def neighbour_patches(
    volume: Volume, size: tuple[int, int], places: int = 200, seed: int = 0
) -> PlacedPatches:
    """Patches without labels: the same place on some neighbouring sections is one class (a place).

    Raises
    ------
    LabelError
        If the survey is too small.
    """
    geometry = volume.geometry
    shape = geometry.section_shape(Axis.INLINE)
    n_lines = geometry.count(Axis.INLINE)
    apart = max(1, min(size[1] // 8, (n_lines - 1) // _PER_PLACE))
    span = apart * (_PER_PLACE - 1)
    if n_lines <= span or shape[0] < size[0] or shape[1] < size[1]:
        raise LabelError("The survey is too small to learn from without labels.", "Choose smaller patches.")
    rng = np.random.default_rng(seed)
    lines = np.sort(rng.integers(0, n_lines - span, places))
    patches, labels = [], []
    for number, line in enumerate(lines.tolist()):
        row = int(rng.integers(0, shape[0] - size[0] + 1))
        column = int(rng.integers(0, shape[1] - size[1] + 1))
        box = Box(row, row + size[0], column, column + size[1])
        for step in range(_PER_PLACE):
            patches.append(Patch(SectionKey(Axis.INLINE, line + step * apart), box))
            labels.append(number)
    return PlacedPatches(tuple(patches), tuple(labels), ())


def _pure_boxes(mask: npt.NDArray[np.bool_], size: tuple[int, int]) -> list[Box]:
    """Boxes on a half-overlapping grid that lie in a mask for the most part."""
    rows, columns = mask.shape
    if rows < size[0] or columns < size[1] or not mask.any():
        return []
    total = np.zeros((rows + 1, columns + 1))
    total[1:, 1:] = mask.cumsum(axis=0).cumsum(axis=1)
    boxes = []
    for row in range(0, rows - size[0] + 1, max(1, size[0] // 2)):
        for column in range(0, columns - size[1] + 1, max(1, size[1] // 2)):
            end = row + size[0], column + size[1]
            inside = total[end] - total[row, end[1]] - total[end[0], column] + total[row, column]
            if inside >= _PURE * size[0] * size[1]:
                boxes.append(Box(row, end[0], column, end[1]))
    return boxes


def _thinned(patches: list[Patch], rng: np.random.Generator) -> list[Patch]:
    if len(patches) <= _MOST_PER_CLASS:
        return patches
    return [patches[i] for i in np.sort(rng.choice(len(patches), _MOST_PER_CLASS, replace=False))]


def _in_order(patches: Sequence[Patch]) -> list[Patch]:
    return sorted(patches, key=lambda patch: (patch.key, patch.box.row0, patch.box.column0))
