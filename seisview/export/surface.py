"""A value on every trace of a survey, such as the top of a class: as points, as a grid and as a map."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from seisview import __version__
from seisview.atomic import replacing, write_text_atomic
from seisview.data.geometry import SurveyGeometry
from seisview.data.geometry_io import geometry_to_dict, sidecar_path
from seisview.errors import ExportError
from seisview.progress import Progress

POINT_SUFFIXES = (".csv", ".xyz", ".txt", ".dat")
SURFACE_COLORMAP = "perceptual"
"""Name of the colour map of every map, in files and in the window."""
UNCERTAINTY = "uncertainty"
"""The one quantity that has no unit: a share, 0..1."""
SURFACE_SUFFIXES = (*POINT_SUFFIXES, ".npy", ".png")


@dataclass(frozen=True, slots=True, eq=False)
class Surface:
    """A map on the grid of a survey.

    Attributes
    ----------
    values : ndarray of float32, shape (n_inlines, n_crosslines)
        In :attr:`unit`; NaN where there is none.
    name : str
        What it is, e.g. ``"top of Canyon fill"``.
    quantity : str
        What the values are, one word: ``"time"``, ``"depth"``, ``"sample"``, ``"thickness"`` or
        ``"uncertainty"``.
    geometry : SurveyGeometry
    provenance : mapping of str to str
        Where it came from; goes into every file but tables.
    """

    values: npt.NDArray[np.float32]
    name: str
    quantity: str
    geometry: SurveyGeometry
    provenance: Mapping[str, str] = field(default_factory=dict)

    @property
    def unit(self) -> str:
        """``"ms"``, ``"m"``, ``"samples"`` where the vertical axis is not known, or nothing for a share."""
        return "" if self.quantity == UNCERTAINTY else self.geometry.domain.unit or "samples"

    @property
    def lies_deep(self) -> bool:
        """Whether the values are places on the vertical axis, which increase downwards."""
        return self.quantity not in ("thickness", UNCERTAINTY)

    @property
    def column(self) -> str:
        """What a table calls the values: ``"time_ms"``, ``"depth_m"``, ``"thickness_ms"``, ``"sample"``."""
        unit = self.geometry.domain.unit and self.unit
        return f"{self.quantity}_{unit}" if unit else self.quantity

    @property
    def label(self) -> str:
        """What a colour bar says: ``"time (ms)"``."""
        return f"{self.quantity} ({self.unit})" if self.unit else self.quantity

    @property
    def n_points(self) -> int:
        """Traces that have a value."""
        return int(np.count_nonzero(np.isfinite(self.values)))

    @property
    def limits(self) -> tuple[float, float]:
        """Lowest and highest value; ValueError where no trace has one."""
        known = self.values[np.isfinite(self.values)]
        return float(known.min()), float(known.max())


def write_surface(surface: Surface, out: Path | str, progress: Progress | None = None) -> str:
    """Write a surface to the format that the name of the output asks for.

    Parameters
    ----------
    surface : Surface
    out : Path or str
        ``.csv``: a table of points with a header line. ``.xyz``, ``.txt``, ``.dat``: points as other
        interpretation programs read them, x, y and the value first, after comment lines. ``.npy``: the grid
        as float32, NaN where there is no value, with line numbers in ``OUT.json``. ``.png``: a map.
    progress : Progress, optional
        Told of points, which take longest, and able to stop that.

    Returns
    -------
    str
        What was written, in words.

    Raises
    ------
    ExportError
        If the suffix is none of these, no trace has a value, points are asked for as ``.xyz`` of a survey
        without coordinates, or the disk fails. What was at `out` stays then.
    """
    out, progress = Path(out), progress or Progress()
    suffix = out.suffix.lower()
    if not surface.n_points:
        raise ExportError(
            f"There is no {surface.name}: no trace has a value.", "Choose another class or result."
        )
    if suffix == ".csv":
        _write_points(out, _table_lines(surface, progress))
        return f"table of {surface.n_points} points"
    if suffix in POINT_SUFFIXES:
        if surface.geometry.transform is None:
            raise ExportError(
                f"{out.name}: the survey has no coordinates for x and y.",
                "Write .csv, which names points by inline and crossline.",
            )
        _write_points(out, _xyz_lines(surface, progress))
        return f"{surface.n_points} points (x, y, {surface.column})"
    if suffix == ".npy":
        _write_grid(surface, out)
        return f"numpy array of {' x '.join(map(str, surface.values.shape))}"
    if suffix == ".png":
        from seisview.export.surface_image import save_surface_image

        save_surface_image(surface, out)
        return "map"
    raise ExportError(
        f"{out.name}: the name does not say which format to write.",
        f"End it in {', '.join(SURFACE_SUFFIXES)}.",
    )


def _write_points(out: Path, lines: Iterator[str]) -> None:
    with replacing(out) as temporary, temporary.open("w", encoding="utf-8", newline="") as file:
        file.writelines(lines)


def _points(
    surface: Surface, progress: Progress
) -> Iterator[tuple[int, int, tuple[float, float] | None, float]]:
    """(inline number, crossline number, (x, y), value) of every trace that has a value, by inline."""
    geometry = surface.geometry
    for i in progress.track(range(len(surface.values)), "Writing points"):
        row = surface.values[i]
        for j in np.flatnonzero(np.isfinite(row)).tolist():
            yield (
                geometry.inlines.numbers[i],
                geometry.crosslines.numbers[j],
                geometry.xy(i, j),
                float(row[j]),
            )


def _table_lines(surface: Surface, progress: Progress) -> Iterator[str]:
    yield f"inline,crossline,x,y,{surface.column}\r\n"
    for inline, crossline, place, value in _points(surface, progress):
        x, y = ("", "") if place is None else (f"{place[0]:.2f}", f"{place[1]:.2f}")
        yield f"{inline},{crossline},{x},{y},{_number(value)}\r\n"


def _xyz_lines(surface: Surface, progress: Progress) -> Iterator[str]:
    yield f"# {surface.name}\n"
    yield from (f"# {name}: {text}\n" for name, text in surface.provenance.items())
    yield f"# x y {surface.column} inline crossline\n"
    for inline, crossline, place, value in _points(surface, progress):
        assert place is not None
        yield f"{place[0]:.2f} {place[1]:.2f} {_number(value)} {inline} {crossline}\n"


def _number(value: float) -> str:
    """Write a time, depth or thickness to a thousandth: finer than any sample interval."""
    return f"{value:.3f}".rstrip("0").rstrip(".")


def _write_grid(surface: Surface, out: Path) -> None:
    described = {
        **geometry_to_dict(surface.geometry),
        "content": surface.name,
        "quantity": surface.quantity,
        "unit": surface.unit,
        "axes": ["inline", "crossline"],
        "provenance": {**surface.provenance, "written by": f"seisview {__version__}"},
    }
    with replacing(out) as temporary:
        with temporary.open("wb") as file:
            np.save(file, surface.values.astype("<f4"))
        write_text_atomic(sidecar_path(out), json.dumps(described))
