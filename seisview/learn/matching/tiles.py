"""Unlabelled tiles of a survey, as large as labelled examples are, with a manifest of where they lie."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from seisview.atomic import write_text_atomic
from seisview.data.geometry import Axis, SectionKey, SurveyGeometry
from seisview.errors import ModelError
from seisview.labels.boxes import Box
from seisview.labels.patches import Patch

GRID = (126, 100)
"""Rows and columns between candidate tiles, as in the reference."""


@dataclass(frozen=True, slots=True)
class TileConfig:
    """How tiles are drawn.

    Attributes
    ----------
    grid : (int, int)
        Rows and columns between the origins of candidates.
    per_slice : int
        Tiles drawn from the candidates of each slice.
    axes : tuple of Axis
        Directions of the slices; a time or depth slice is cut like any other.
    most : int or None
        Tiles in all, from slices spread evenly; None takes every slice.
    seed : int
    """

    grid: tuple[int, int] = GRID
    per_slice: int = 4
    axes: tuple[Axis, ...] = (Axis.INLINE, Axis.CROSSLINE)
    most: int | None = None
    seed: int = 0

    def __post_init__(self) -> None:
        if min(self.grid) < 1 or self.per_slice < 1 or not self.axes or (self.most or 1) < 1:
            raise ModelError("Tiles need a grid, a direction and a number of 1 or more.")


def sample_tiles(
    geometry: SurveyGeometry, sizes: Sequence[tuple[int, int]], config: TileConfig
) -> tuple[Patch, ...]:
    """Draw tiles whose sizes follow those of examples.

    Each candidate of a slice gets a height and a width drawn from `sizes`, both of one example, is cut to the
    slice where it is larger, and shifted back inside where it would overrun; so every tile lies inside its
    slice, whatever the size of the survey.

    Parameters
    ----------
    geometry : SurveyGeometry
    sizes : sequence of (int, int)
        Rows and columns of the labelled examples.
    config : TileConfig

    Returns
    -------
    tuple of Patch
        The same for the same seed; no tile twice.
    """
    if not len(sizes):
        raise ModelError("The sizes of tiles are drawn from examples, and there are none.")
    rng = np.random.default_rng(config.seed)
    known = np.asarray(sizes, np.intp)
    found: dict[Patch, None] = {}
    for key in _slices(geometry, config):
        candidates = _candidates(geometry.section_shape(key.axis), known, config.grid, rng)
        count = min(config.per_slice, len(candidates))
        for number in rng.choice(len(candidates), count, replace=False).tolist():
            found[Patch(key, candidates[number])] = None
    return tuple(found)[: config.most]


def _slices(geometry: SurveyGeometry, config: TileConfig) -> list[SectionKey]:
    axes = [axis for axis in config.axes if axis in geometry.axes] or [Axis.INLINE]
    keys = [SectionKey(axis, index) for axis in axes for index in range(geometry.count(axis))]
    if config.most is not None:
        wanted = -(-config.most // config.per_slice)
        if wanted < len(keys):
            keys = [keys[i] for i in np.linspace(0, len(keys) - 1, wanted).round().astype(int)]
    return keys


def _candidates(
    shape: tuple[int, int], sizes: npt.NDArray[np.intp], grid: tuple[int, int], rng: np.random.Generator
) -> list[Box]:
    boxes = []
    for row in range(0, shape[0], grid[0]):
        for column in range(0, shape[1], grid[1]):
            height, width = np.minimum(sizes[rng.integers(len(sizes))], shape).tolist()
            row0, column0 = min(row, shape[0] - height), min(column, shape[1] - width)
            boxes.append(Box(row0, row0 + height, column0, column0 + width))
    return list(dict.fromkeys(boxes))


def write_manifest(path: Path, tiles: Sequence[Patch], geometry: SurveyGeometry, survey: str) -> None:
    """Write where tiles lie as CSV: ``tile, survey, axis, line, row0, row1, column0, column1``.

    Raises
    ------
    ExportError
        If the file cannot be written.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(["tile", "survey", "axis", "line", "row0", "row1", "column0", "column1"])
    for number, tile in enumerate(tiles):
        box = tile.box
        line = f"{geometry.number_of(tile.key):g}"
        writer.writerow([number, survey, tile.key.axis, line, box.row0, box.row1, box.column0, box.column1])
    write_text_atomic(path, buffer.getvalue())
