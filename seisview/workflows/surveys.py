"""Opening whatever a user calls a survey, and saying what is in it."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

from seisview.data.amplitude import AmplitudeStatistics, measure_amplitudes
from seisview.data.geometry import Axis, LineNumbers, SurveyGeometry
from seisview.data.opening import is_zarr, open_volume
from seisview.data.volume import HeaderBytes, Volume
from seisview.errors import ProjectError
from seisview.progress import Progress
from seisview.project.storage import is_project, open_project

_MEASURED_WHOLE = 8_000_000


def open_survey(
    path: Path | str, header_bytes: HeaderBytes | None = None, progress: Progress | None = None
) -> Volume:
    """Open a survey given as SEG-Y file, ``.npy`` array, zarr array or project.

    Parameters
    ----------
    path : Path or str
    header_bytes : HeaderBytes, optional
        SEG-Y byte positions that override detection; a project knows its own.
    progress : Progress, optional

    Returns
    -------
    Volume

    Raises
    ------
    VolumeError
        If it cannot be read as a survey.
    ProjectError
        If a project cannot be read or its survey is not where it was.
    """
    path = Path(path)
    if is_project(path):
        with open_project(path, open_volume, read_only=True) as project:
            return project.volume
    if path.is_dir() and not is_zarr(path):
        raise ProjectError(
            f"{path} is a folder, but neither a zarr array nor a seisview project.",
            "Name the survey file itself, or the folder that holds project.json.",
        )
    return open_volume(path, header_bytes or HeaderBytes(), progress)


def describe_survey(volume: Volume, statistics: AmplitudeStatistics) -> dict[str, Any]:
    """Geometry and statistics of a survey as plain data, the fields of ``seisview info``.

    Parameters
    ----------
    volume : Volume
    statistics : AmplitudeStatistics
        Of the same volume.

    Returns
    -------
    dict
        ``format, domain, n_inlines, ...``; positions end in ``_ms`` or ``_m`` by domain, or in neither.
    """
    geometry, info = volume.geometry, volume.info
    unit = f"_{geometry.domain.unit}" if geometry.domain.unit else ""
    n_inlines, n_crosslines, n_samples = geometry.shape
    return {
        "format": info.format,
        "domain": str(geometry.domain),
        "n_inlines": n_inlines,
        "n_crosslines": n_crosslines,
        "n_samples": n_samples,
        "inlines": _line_range(geometry.lines(Axis.INLINE)),
        "crosslines": _line_range(geometry.lines(Axis.CROSSLINE)),
        f"sample_interval{unit}": geometry.sample_interval,
        f"start{unit}": geometry.sample_start,
        "sample_format": info.sample_format,
        "byte_order": info.byte_order,
        "text_encoding": info.text_encoding,
        "inline_byte": info.header_bytes.inline,
        "crossline_byte": info.header_bytes.crossline,
        "x_byte": info.header_bytes.x,
        "y_byte": info.header_bytes.y,
        "xy_unit": info.xy_unit,
        "sorting": info.sorting,
        "n_traces": info.n_traces,
        "n_missing_traces": info.n_missing_traces,
        "n_dead_traces": statistics.n_dead_traces,
        "n_sampled_traces": statistics.n_sampled_traces,
        "amplitude": {
            "min": statistics.minimum,
            "max": statistics.maximum,
            "mean": statistics.mean,
            "std": statistics.std,
            "p1": statistics.p1,
            "p99": statistics.p99,
        },
        "fingerprint": volume.fingerprint,
        "warnings": [*info.warnings, *_gaps(geometry)],
    }


def measure_for_info(volume: Volume, progress: Progress | None = None, seed: int = 0) -> AmplitudeStatistics:
    """Measure the amplitudes on all traces of a survey of up to eight million samples.

    Larger ones are measured on as many traces as for learning and display, which a slow disk gives in
    seconds, see :func:`seisview.data.amplitude.measure_amplitudes`.
    """
    geometry = volume.geometry
    if geometry.n_traces * geometry.n_samples > _MEASURED_WHOLE:
        return measure_amplitudes(volume, progress, seed)
    return measure_amplitudes(volume, progress, seed, n_traces=geometry.n_traces)


def _gaps(geometry: SurveyGeometry) -> list[str]:
    """Where line numbers leave out some, which first, last and step do not show."""
    found = []
    for axis in (Axis.INLINE, Axis.CROSSLINE):
        lines = geometry.lines(axis)
        pairs = [(a, b) for a, b in pairwise(lines.numbers) if b - a != lines.step]
        if pairs:
            first = f"{pairs[0][0]} is followed by {pairs[0][1]}"
            more = f", and {len(pairs) - 1} more such places" if len(pairs) > 1 else ""
            found.append(f"The {axis}s are not evenly numbered: {first}{more}.")
    return found


def _line_range(lines: LineNumbers) -> dict[str, int]:
    return {"first": lines.first, "last": lines.last, "step": lines.step}
