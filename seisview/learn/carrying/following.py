"""Where on a labelled section the reflection through a sample of another section comes from."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from seisview.data.geometry import Axis, SectionKey
from seisview.learn.carrying.dip_field import STEP, DipField

FloatArray = npt.NDArray[np.float32]
Dips = npt.NDArray[np.float16] | FloatArray


def rows_on_source(field: DipField, source: SectionKey, target: SectionKey) -> FloatArray:
    """Follow reflections from every sample of a section to a labelled one, trace by trace.

    Depths of the labelled section are carried along the dips from line to line, across its axis: each trace
    of the survey keeps its place along the section. This is predictive painting (Fomel, Geophysics 75(4),
    2010), with dips of a structure tensor.

    Parameters
    ----------
    field : DipField
    source : SectionKey
        The labelled inline or crossline.
    target : SectionKey
        Another inline or crossline, or a time or depth slice.

    Returns
    -------
    ndarray of float32
        Rows of `source`, in the shape of the target: (n_samples, n_traces) on an inline or crossline,
        (n_crosslines, n_inlines) on a slice. The column there is the place of the target's trace along the
        source: its own column on a parallel section, the source's crossing of it otherwise. Rows outside the
        section are those of reflections that come from above or below the survey.
    """
    if target.axis is source.axis:
        return _on_parallel(field, source, target.index)
    if target.axis is Axis.SAMPLE:
        return _on_slice(field, source, target.index)
    return _on_crossing(field, source, target.index)


def _on_parallel(field: DipField, source: SectionKey, index: int) -> FloatArray:
    dips = field.along(source.axis)
    rows = _flat(dips)
    for dip, step in _march(dips, source.index, index):
        rows = _carried(rows, dip, step)
    return _full(rows, (field.shape[1], _traces(field, source.axis)))


def _on_crossing(field: DipField, source: SectionKey, index: int) -> FloatArray:
    dips = _between(
        np.moveaxis(field.along(source.axis), 2, 0), _cell(index, field.along(source.axis).shape[2])
    )
    profile = dips[:, :, None]  # lines, cell rows, one column
    knots = _knots(profile, source.index, field.count(source.axis))
    places = sorted(knots)
    rows = np.concatenate([knots[place] for place in places], axis=1)
    lines = np.arange(field.count(source.axis), dtype=np.float32)
    return _in_samples(_spread_columns(rows, np.array(places, np.float32), lines), field.shape[1])


def _on_slice(field: DipField, source: SectionKey, sample: int) -> FloatArray:
    dips = field.along(source.axis)
    knots = _knots(dips, source.index, field.count(source.axis), _cell(sample, dips.shape[1]))
    places = sorted(knots)
    found = np.stack([knots[place][0] for place in places], axis=1)  # traces along the source, lines
    lines = np.arange(field.count(source.axis), dtype=np.float32)
    found = _spread_columns(found, np.array(places, np.float32), lines)
    found = _spread_columns(found.T, _centres(dips.shape[2]), np.arange(_traces(field, source.axis)))
    # lines, traces along the source
    return np.ascontiguousarray(found.T) if source.axis is Axis.INLINE else found


def _traces(field: DipField, axis: Axis) -> int:
    return field.shape[2] if axis is Axis.INLINE else field.shape[0]


def _flat(dips: Dips) -> FloatArray:
    """Rows of a section on itself, at its cells."""
    return np.repeat(_centres(dips.shape[1])[:, None], dips.shape[2], axis=1)


def _knots(dips: Dips, start: int, n_lines: int, row: float | None = None) -> dict[float, FloatArray]:
    """Rows on the line `start`, at some on both sides and at it: of all cells, or only of one row of them."""
    flat = _flat(dips)
    kept = (lambda rows: rows) if row is None else (lambda rows: _between(rows, row)[None])
    knots = {float(start): kept(flat)}
    for stop in (0, n_lines - 1):
        rows, place = flat, float(start)
        for dip, step in _march(dips, start, stop):
            rows, place = _carried(rows, dip, step), place + step
            knots[place] = kept(rows)
    return knots


def _march(dips: Dips, start: int, stop: int) -> Iterator[tuple[FloatArray, float]]:
    """Dips half-way along each step of at most a cell from one line to another, with the signed step."""
    n_steps = -(-abs(stop - start) // STEP)
    for number in range(n_steps):
        step = (stop - start) / n_steps
        yield _between(dips, _cell(start + (number + 0.5) * step, len(dips))), step


def _carried(rows: FloatArray, dip: FloatArray, step: float) -> FloatArray:
    """Look the rows up where each reflection was one step before (semi-Lagrangian)."""
    n = len(rows)
    places = np.clip(np.arange(n, dtype=np.float32)[:, None] - step * dip / STEP, -1, n)
    above = np.clip(np.floor(places), 0, max(n - 2, 0)).astype(np.intp)
    below = np.minimum(above + 1, n - 1)
    upper = np.take_along_axis(rows, above, axis=0)
    lower = np.take_along_axis(rows, below, axis=0)
    return np.asarray(upper + (places - above) * (lower - upper), np.float32)


def _cell(place: float, n_cells: int) -> float:
    """Place in lines or samples -> place in cells, held inside."""
    return min(max((place - (STEP - 1) / 2) / STEP, 0.0), n_cells - 1.0)


def _between(values: Dips, place: float) -> FloatArray:
    """Linear interpolation along the first axis."""
    before = int(place)
    after, share = min(before + 1, len(values) - 1), np.float32(place - before)
    return np.asarray((1 - share) * values[before] + share * values[after], np.float32)


def _centres(n_cells: int) -> FloatArray:
    return np.arange(n_cells, dtype=np.float32) * STEP + np.float32((STEP - 1) / 2)


def _full(rows: FloatArray, shape: tuple[int, int]) -> FloatArray:
    columns = _spread_columns(rows, _centres(rows.shape[1]), np.arange(shape[1], dtype=np.float32))
    return _in_samples(columns, shape[0])


def _in_samples(rows: FloatArray, n_samples: int) -> FloatArray:
    """From cells to samples down the traces."""
    shifts = rows - _centres(len(rows))[:, None]
    samples = np.arange(n_samples, dtype=np.float32)
    found = samples[:, None] + _spread_columns(shifts.T, _centres(len(rows)), samples).T
    return np.asarray(found, np.float32)


def _spread_columns(values: FloatArray, known: FloatArray, wanted: npt.ArrayLike) -> FloatArray:
    """Interpolate along the last axis from known places to wanted ones, constant beyond them."""
    places = np.asarray(wanted, np.float32)
    if len(known) == 1:
        return np.repeat(values, len(places), axis=-1)
    after = np.clip(np.searchsorted(known, places), 1, len(known) - 1)
    span = known[after] - known[after - 1]
    share = np.clip((places - known[after - 1]) / span, 0, 1)
    return np.asarray(values[..., after - 1] * (1 - share) + values[..., after] * share, np.float32)
