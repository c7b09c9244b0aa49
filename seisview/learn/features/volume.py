"""The dense features of a survey on disk: what previews, clusters and similarity all build on; free of torch.

A feature vector stands for a cell of 8 x 8 samples of a vertical section. Made by
:mod:`seisview.workflows.features`, read here while it grows.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from seisview.atomic import replacing
from seisview.data.geometry import Axis, SectionKey, SurveyGeometry
from seisview.errors import GeometryError, VolumeError
from seisview.learn.features.config import FeatureConfig, FeatureOrigin, cell_grid
from seisview.learn.features.projection import Projection
from seisview.learn.features.store import (
    PROJECTION,
    FeatureArray,
    LineStore,
    SectionStore,
    allocate_lines,
    read_description,
    write_description,
)


class FeatureVolume:
    """Dense features of a survey, whole or still being made; safe from several threads.

    Made by :func:`create_features` and :func:`open_features`. Cell (r, c) of a section covers samples 8 r to
    8 r + 8 and traces 8 c to 8 c + 8. A cell without a live trace has zeros in all dimensions, and no other
    has.

    Parameters
    ----------
    folder : Path

    Raises
    ------
    VolumeError
        If there are no features there, or they are damaged.
    """

    def __init__(self, folder: Path) -> None:
        described = read_description(folder)
        try:
            self._read(described)
        except (KeyError, TypeError, ValueError) as error:
            raise VolumeError(f"The features in {folder.name} are damaged.", "Make them again.") from error
        self._folder = folder
        self._projection = Projection.load(folder / PROJECTION)
        if self._projection.n_dimensions != self.dimensions:
            raise VolumeError(f"The features in {folder.name} are damaged.", "Make them again.")
        self._store = LineStore(folder, (len(self._lines), *self.grid, self.dimensions))
        self._extra = SectionStore(folder)

    def _read(self, described: dict[str, Any]) -> None:
        config = described["origin"]["config"]
        self._origin: dict[str, Any] = described["origin"]
        n_inlines, n_crosslines, n_samples = (int(n) for n in described["shape"])
        self._shape = (n_inlines, n_crosslines, n_samples)
        self._axis = Axis(config["axis"])
        self._dimensions = int(config["dimensions"])
        self._cell = (int(config["cell"][0]), int(config["cell"][1]))
        self._lines = range(0, self._count(self._axis), int(config["every"]))

    @property
    def folder(self) -> Path:
        """Where they are."""
        return self._folder

    @property
    def fingerprint(self) -> str:
        """Of the survey they were made from."""
        return str(self._origin["fingerprint"])

    @property
    def origin(self) -> dict[str, Any]:
        """What they were made from, as :meth:`FeatureOrigin.to_dict` says it."""
        return self._origin

    @property
    def config(self) -> FeatureConfig:
        """How they were made; ``weights`` is the name of the file where one was used."""
        values = dict(self._origin["config"])
        weights = values["weights"]
        values["weights"] = weights if weights in ("default", "none") else Path(weights)
        return FeatureConfig(**{**values, "axis": self._axis, "cell": self._cell})

    @property
    def is_metric(self) -> bool:
        """Whether cosines between features, as they are, say how alike places are."""
        return self.config.kind == "texture"

    @property
    def shape(self) -> tuple[int, int, int]:
        """Of the survey."""
        return self._shape

    @property
    def axis(self) -> Axis:
        """The axis whose sections are stored as one map."""
        return self._axis

    @property
    def cell(self) -> tuple[int, int]:
        """Samples and traces of a cell."""
        return self._cell

    @property
    def dimensions(self) -> int:
        """Length of a feature vector."""
        return self._dimensions

    @property
    def grid(self) -> tuple[int, int]:
        """(cell rows, cell columns) of the stored sections."""
        return self.grid_of(self._axis)

    @property
    def lines(self) -> range:
        """Indices along :attr:`axis` of the sections that the map has room for."""
        return self._lines

    @property
    def projection(self) -> Projection:
        """What took channels to features."""
        return self._projection

    @property
    def n_bytes(self) -> int:
        """Size of the map when it is full."""
        return int(self._store.array.nbytes)

    @property
    def done(self) -> npt.NDArray[np.bool_]:
        """Which of :attr:`lines` are there; shape (n_lines,)."""
        return self._store.marked()

    @property
    def complete(self) -> bool:
        """Whether all lines are there."""
        return bool(self.done.all())

    def grid_of(self, axis: Axis) -> tuple[int, int]:
        """(cell rows, cell columns) of the inlines or of the crosslines."""
        n_traces = self._shape[1] if axis is Axis.INLINE else self._shape[0]
        return cell_grid((self._shape[2], n_traces), self._cell)

    def has(self, key: SectionKey) -> bool:
        """Whether the features of a vertical section are there."""
        line = self._line(key)
        if line is not None:
            return self._store.has(line)
        return key.axis is not Axis.SAMPLE and self._extra.has(key)

    def section(self, key: SectionKey) -> FeatureArray:
        """Features of a vertical section, across either axis.

        Returns
        -------
        ndarray of float16, shape (cell rows, cell columns, dimensions)
            Read-only where it lies in the map.

        Raises
        ------
        GeometryError
            If they are not there (yet), or there is no such section.
        """
        features = self.find(key)
        if features is None:
            raise GeometryError(
                f"There are no features of the {key.axis} at index {key.index} yet.", "Make them first."
            )
        return features

    def find(self, key: SectionKey) -> FeatureArray | None:
        """Features of a section as :meth:`section`, or None when they are not there or are damaged."""
        line = self._line(key)
        if line is not None:
            return self._store.array[line] if self._store.has(line) else None
        if not self._is_section(key):
            return None
        return self._extra.read(key, (*self.grid_of(key.axis), self.dimensions))

    def find_all(self, keys: Iterable[SectionKey]) -> dict[SectionKey, FeatureArray]:
        """Those of the sections whose features are there."""
        return {key: found for key in keys if (found := self.find(key)) is not None}

    def array(self) -> FeatureArray:
        """Map of all lines: float16, (n_lines, cell rows, cell columns, dimensions); zeros where not done."""
        return self._store.array

    def write(self, key: SectionKey, features: npt.NDArray[np.floating]) -> None:
        """Store the features of a section; for those who make them.

        Raises
        ------
        ExportError
            If the disk is full or gone.
        GeometryError
            If there is no such section.
        """
        shape = (*self.grid_of(key.axis), self.dimensions)
        if not self._is_section(key):
            raise GeometryError(f"There is no {key.axis} section at index {key.index}.")
        if features.shape != shape:
            raise ValueError(f"features of shape {features.shape} for {shape}")
        line = self._line(key)
        if line is None:
            self._extra.write(key, features.astype(np.float16))
        else:
            self._store.write(line, features.astype(np.float16))

    def _line(self, key: SectionKey) -> int | None:
        """Place in the map; None for sections that the map has no room for."""
        if key.axis is not self._axis or key.index not in self._lines:
            return None
        return self._lines.index(key.index)

    def _is_section(self, key: SectionKey) -> bool:
        return key.axis is not Axis.SAMPLE and 0 <= key.index < self._count(key.axis)

    def _count(self, axis: Axis) -> int:
        return self._shape[0] if axis is Axis.INLINE else self._shape[1]


def create_features(
    folder: Path, geometry: SurveyGeometry, origin: FeatureOrigin, projection: Projection
) -> FeatureVolume:
    """Make room for the features of a survey, replacing what is in the folder, in one step.

    Raises
    ------
    ExportError
        If the folder cannot be written.
    """
    shape = geometry.section_shape(origin.axis)
    n_lines = len(range(0, geometry.count(origin.axis), int(origin.config["every"])))
    cell = (int(origin.config["cell"][0]), int(origin.config["cell"][1]))
    with replacing(folder) as temporary:
        temporary.mkdir()
        allocate_lines(temporary, (n_lines, *cell_grid(shape, cell), projection.n_dimensions))
        projection.save(temporary / PROJECTION)
        write_description(temporary, {"origin": origin.to_dict(), "shape": list(geometry.shape)})
    return FeatureVolume(folder)


def open_features(folder: Path) -> FeatureVolume:
    """Open the features in a folder; :class:`VolumeError` when there are none or they are damaged."""
    return FeatureVolume(folder)


def matching_features(folder: Path, geometry: SurveyGeometry, origin: FeatureOrigin) -> FeatureVolume | None:
    """Open the features in a folder if they are sound and were made from `origin`, else None."""
    try:
        features = FeatureVolume(folder)
        shape = read_description(folder)["shape"]
    except (VolumeError, KeyError):
        return None
    return features if features.origin == origin.to_dict() and shape == list(geometry.shape) else None
