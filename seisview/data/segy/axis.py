"""The vertical axis and the map coordinates of a SEG-Y file, from whichever header fields are believable."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from seisview.data.geometry import Domain
from seisview.data.map_transform import MapTransform, fit_map_transform
from seisview.data.segy.grid import TraceGrid
from seisview.data.segy.headers import (
    COORDINATE_SCALAR,
    COORDINATE_UNITS,
    DELAY,
    INTERVAL,
    TIME_SCALAR,
    BinaryHeader,
)
from seisview.data.segy.probe import HeaderProbe
from seisview.data.segy.traces import IntArray
from seisview.data.volume import HeaderBytes

FloatArray = npt.NDArray[np.float64]

_FOOT = 0.3048
_MAX_SIGNED = 32_767
_MAX_COORDINATE = 1e9
_OUTLINE = 24
_TIME_SCALARS = (1, 10, 100, 1000, 10_000)
_COORDINATE_PAIRS = ((181, 185), (73, 77))
_LENGTH = 1


@dataclass(frozen=True, slots=True)
class SampleAxis:
    """Position of the first sample and distance between samples, in ms or m."""

    start: float
    interval: float
    domain: Domain
    warnings: tuple[str, ...] = ()


def sample_axis(probe: HeaderProbe, domain: Domain) -> SampleAxis:
    """Find the sample interval and the position of the first sample.

    The interval comes from binary header byte 3217 (3273 in revision 2), else from trace header byte 117;
    in depth the same fields hold thousandths of a metre or foot. The start is the delay at trace header
    byte 109.
    """
    header = probe.file.layout.header
    some = _spread(probe.file.layout.n_traces)
    interval, warnings = _interval(header, probe.field(INTERVAL, some, "u2"))
    delays = probe.field(DELAY, some, "i2") * _time_factors(probe.field(TIME_SCALAR, some, "i2"))
    if np.ptp(delays) != 0:
        warnings += (
            f"The recording delay (trace header byte 109) differs between traces, {delays.min():g} to "
            f"{delays.max():g}; the first, {delays[0]:g}, is used for all.",
        )
    foot = _FOOT if domain is Domain.DEPTH and header.measurement == 2 else 1.0
    if foot != 1.0:
        warnings += ("Depths are in feet (byte 3255) and are shown in metres.",)
    return SampleAxis(float(delays[0]) * foot, interval * foot, domain, warnings)


def _interval(header: BinaryHeader, in_traces: IntArray) -> tuple[float, tuple[str, ...]]:
    """Interval in thousandths of what the file counts in, and what is to be said about it."""
    if header.revision >= 2 and header.long_samples > 0:
        long = header.long_interval_us
        if math.isfinite(long) and 1 <= long <= 1e7:
            return long / 1000, ()
    stated, in_first = header.interval_us, int(in_traces[0])
    if 0 < stated <= _MAX_SIGNED:
        return stated / 1000, ()
    if 0 < in_first <= _MAX_SIGNED and np.ptp(in_traces) == 0:
        text = f"Byte 3217 holds no usable sample interval ({stated}); "
        return in_first / 1000, (f"{text}{in_first} from trace header byte 117 is used.",)
    for value, byte in ((stated, "byte 3217"), (in_first, "trace header byte 117")):
        if value:
            # a round number tells whether it was meant with or without a sign
            size = value if value % 100 == 0 else 65_536 - value
            text = f"The sample interval in {byte} is {value - 65_536} (or {value} without sign): "
            return size / 1000, (f"{text}{size / 1000:g} is assumed.",)
    return 4.0, ("No sample interval is stated (byte 3217 and trace header byte 117 are 0): 4 is assumed.",)


def map_transform(
    probe: HeaderProbe, grid: TraceGrid, chosen: HeaderBytes
) -> tuple[MapTransform | None, tuple[int, int] | None, tuple[str, ...]]:
    """Fit map coordinates to the grid from a few traces.

    Returns
    -------
    transform : MapTransform or None
        None when no header bytes hold coordinates.
    bytes_ : tuple of int or None
        X and Y byte that were used.
    warnings : tuple of str
    """
    inline_indices, crossline_indices, traces = _control_points(grid)
    if not len(traces):
        return None, None, ()
    factors = _factors(probe.field(COORDINATE_SCALAR, traces, "i2"))
    pairs: tuple[tuple[int, int], ...] = _COORDINATE_PAIRS
    if chosen.x is not None or chosen.y is not None:
        pairs = ((chosen.x or _COORDINATE_PAIRS[0][0], chosen.y or _COORDINATE_PAIRS[0][1]),)
    for pair in pairs:
        x, y = (probe.field(byte, traces).astype(float) * factors for byte in pair)
        # padded traces often carry no coordinates; they would bend the fit
        filled = (x != 0) | (y != 0)
        rows, columns, xy = inline_indices[filled], crossline_indices[filled], (x[filled], y[filled])
        transform = fit_map_transform(rows, columns, *xy)
        if transform is not None:
            return _judged(transform, pair, _misfit(transform, rows, columns, xy), xy)
    if chosen.x is not None or chosen.y is not None:
        return None, None, (f"There are no map coordinates at bytes {pairs[0][0]} and {pairs[0][1]}.",)
    return None, None, ()


def xy_unit(probe: HeaderProbe) -> str:
    """What map coordinates are measured in: ``"m"``, ``"ft"``, or empty when the headers do not say.

    Byte 3255 of the file says metres or feet; byte 89 of a trace, where it is set, whether its coordinates
    are lengths at all, and not angles.
    """
    if probe.number(COORDINATE_UNITS, 0, "i2") not in (0, _LENGTH):
        return ""
    return {1: "m", 2: "ft"}.get(probe.file.layout.header.measurement, "")


def _judged(
    transform: MapTransform, pair: tuple[int, int], misfit: float, xy: tuple[FloatArray, FloatArray]
) -> tuple[MapTransform | None, tuple[int, int] | None, tuple[str, ...]]:
    """Keep a fit, keep it with a warning (a crooked line for instance), or give the coordinates up."""
    cell = max(
        math.hypot(transform.x_per_inline, transform.y_per_inline),
        math.hypot(transform.x_per_crossline, transform.y_per_crossline),
    )
    extent = math.hypot(float(np.ptp(xy[0])), float(np.ptp(xy[1])))
    if misfit > 0.25 * extent or float(np.abs(xy).max()) > _MAX_COORDINATE:
        text = f"The map coordinates at bytes {pair[0]} and {pair[1]} contradict each other and are not used."
        return None, None, (text,)
    if misfit <= max(2 * cell, 1.0):
        return transform, pair, ()
    text = f"Map coordinates do not lie on a regular grid; those shown are off by up to {misfit:.0f}."
    return transform, pair, (text,)


def _misfit(
    transform: MapTransform,
    inline_indices: IntArray,
    crossline_indices: IntArray,
    xy: tuple[FloatArray, FloatArray],
) -> float:
    """Largest distance between a coordinate and its place by the fit."""
    places = zip(inline_indices.tolist(), crossline_indices.tolist(), strict=True)
    fitted = np.array([transform.xy(i, j) for i, j in places])
    return float(np.max(np.hypot(*(fitted.T - np.array(xy)))))


def _control_points(grid: TraceGrid) -> tuple[IntArray, IntArray, IntArray]:
    """Up to about 100 grid positions that hold a trace: the outline, most of which was read already."""
    n_inlines, n_crosslines = len(grid.inlines), len(grid.crosslines)
    rows, columns = _spread(n_inlines, _OUTLINE), _spread(n_crosslines, _OUTLINE)
    edges = [(row, column) for row in (0, n_inlines - 1) for column in columns.tolist()]
    edges += [(row, column) for row in rows.tolist() for column in (0, n_crosslines - 1)]
    if grid.table is not None:
        edges += [(row, column) for row in rows.tolist() for column in columns.tolist()]
    inline_indices, crossline_indices = np.array(sorted(set(edges)), np.int64).T
    traces = grid.traces(inline_indices, crossline_indices)
    present = traces >= 0
    return inline_indices[present], crossline_indices[present], traces[present]


def _time_factors(scalars: IntArray) -> FloatArray:
    """Like :func:`_factors`, but only for the scalars that the standard allows."""
    return _factors(np.where(np.isin(np.abs(scalars), _TIME_SCALARS), scalars, 1))


def _factors(scalars: IntArray) -> FloatArray:
    """What to multiply with: a positive scalar multiplies, a negative one divides, 0 means 1."""
    size = np.abs(scalars).astype(float)
    size[size == 0] = 1.0
    return np.where(scalars < 0, 1.0 / size, size)


def _spread(count: int, wanted: int = 8) -> IntArray:
    return np.unique(np.linspace(0, count - 1, wanted).round().astype(np.int64))
