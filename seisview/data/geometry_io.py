"""The grid of a survey as plain data, kept beside arrays that have no headers of their own.

A ``.npy`` file has a sidecar ``NAME.npy.json``; a zarr array carries the same as its attribute ``seisview``.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

from seisview.atomic import write_text_atomic
from seisview.data.geometry import Domain, LineNumbers, SurveyGeometry
from seisview.data.map_transform import MapTransform
from seisview.errors import SeisviewError, VolumeError

VERSION = 1
ZARR_ATTRIBUTE = "seisview"
MOST_LINES = 2_000_000
"""More lines than any survey has; a damaged count must not fill the memory with line numbers."""


def geometry_to_dict(geometry: SurveyGeometry) -> dict[str, Any]:
    """Plain data from which :func:`geometry_from_dict` makes an equal geometry."""
    transform = geometry.transform
    return {
        "version": VERSION,
        "inlines": _lines_to_plain(geometry.inlines),
        "crosslines": _lines_to_plain(geometry.crosslines),
        "n_samples": geometry.n_samples,
        "sample_start": geometry.sample_start,
        "sample_interval": geometry.sample_interval,
        "domain": geometry.domain.value,
        "transform": None
        if transform is None
        else [
            transform.x0,
            transform.y0,
            transform.x_per_inline,
            transform.y_per_inline,
            transform.x_per_crossline,
            transform.y_per_crossline,
        ],
    }


def geometry_from_dict(plain: object) -> SurveyGeometry:
    """Geometry from what :func:`geometry_to_dict` wrote.

    Raises
    ------
    VolumeError
        If it is damaged or was written by a newer version.
    """
    if not isinstance(plain, dict):
        raise VolumeError("The geometry stored with the survey is not readable.", "Delete or rewrite it.")
    version = plain.get("version")
    if isinstance(version, int) and version > VERSION:
        raise VolumeError(
            f"The geometry stored with the survey has version {version}, newer than {VERSION}.",
            "Update seisview.",
        )
    try:
        transform = plain.get("transform")
        geometry = SurveyGeometry(
            _lines_from_plain(plain["inlines"]),
            _lines_from_plain(plain["crosslines"]),
            int(plain["n_samples"]),
            float(plain["sample_start"]),
            float(plain["sample_interval"]),
            Domain(plain["domain"]),
            None if transform is None else MapTransform(*(float(value) for value in transform)),
        )
    except (KeyError, TypeError, ValueError, OverflowError, SeisviewError) as error:
        raise VolumeError(
            f"The geometry stored with the survey is damaged: {error}.", "Delete or rewrite it."
        ) from error
    if not (geometry.sample_interval > 0 and math.isfinite(geometry.sample_interval + geometry.sample_start)):
        raise VolumeError(
            f"The geometry stored with the survey has a sample interval of {geometry.sample_interval}.",
            "Give a positive interval in ms or m.",
        )
    return geometry


def sidecar_path(path: Path) -> Path:
    """Where the geometry of a ``.npy`` file is kept: ``NAME.npy.json``."""
    return path.with_name(path.name + ".json")


def write_npy_geometry(path: Path, geometry: SurveyGeometry) -> None:
    """Write the sidecar of the ``.npy`` file at `path`, in one step.

    Raises
    ------
    ExportError
        If it cannot be written.
    """
    write_text_atomic(sidecar_path(path), json.dumps(geometry_to_dict(geometry)))


def read_npy_geometry(path: Path) -> SurveyGeometry | None:
    """Geometry from the sidecar of the ``.npy`` file at `path`; None when there is no sidecar.

    Raises
    ------
    VolumeError
        If the sidecar is there but unusable.
    """
    sidecar = sidecar_path(path)
    if not sidecar.exists():
        return None
    try:
        plain = json.loads(sidecar.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise VolumeError(f"{sidecar.name} is not readable: {error}.", "Delete or rewrite it.") from error
    return geometry_from_dict(plain)


def _lines_to_plain(lines: LineNumbers) -> dict[str, int] | list[int]:
    if lines == LineNumbers.regular(lines.first, lines.step, len(lines)):
        return {"first": lines.first, "step": lines.step, "count": len(lines)}
    return list(lines.numbers)


def _lines_from_plain(plain: Any) -> LineNumbers:
    if isinstance(plain, dict):
        count = int(plain["count"])
        if count > MOST_LINES:
            raise ValueError(f"{count} lines")
        return LineNumbers.regular(int(plain["first"]), int(plain["step"]), count)
    return LineNumbers(tuple(int(number) for number in plain))
