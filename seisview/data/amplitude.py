"""Amplitudes of a survey: measured once on sampled traces, one definition for display and for learning."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from seisview.data.volume import FloatArray, Volume
from seisview.errors import VolumeError
from seisview.progress import Progress

NORMAL_PERCENTILE = 99.5
"""Percentile of the absolute amplitude that learning maps to 1."""

_PERCENTILES = (
    *(80.0 + 0.5 * step for step in range(38)),
    *(99.0 + 0.1 * step for step in range(10)),
    99.95,
    99.99,
    100.0,
)
_MAX_SAMPLES = 8_000_000
_BATCH = 256
_SPIKE = 1000.0
_STRAY = 0.01
"""Values of the other sign, in shares of the largest, that do not make a survey one of amplitudes."""
_LARGEST = float(np.finfo(np.float32).max)


@dataclass(frozen=True, slots=True)
class AmplitudeStatistics:
    """What the amplitudes of a survey are like, without dead traces and without zero padding.

    Attributes
    ----------
    minimum, maximum : float
        Of all finite samples looked at, spikes included.
    mean, std : float
        Without spikes (more than 1000 times the 99th percentile of the absolute amplitude).
    p1, p99 : float
        Percentiles of the amplitude.
    percentiles, quantiles : tuple of float
        Percentiles, 80 to 100, and the absolute amplitude at each.
    n_sampled_traces : int
        Traces looked at.
    n_dead_traces : int
        Traces whose samples are all zero or not finite; an estimate for the whole survey unless all traces
        were looked at. Grid positions without a trace do not count.
    nonfinite_fraction : float
        Share of samples that are infinite or not a number.
    """

    minimum: float
    maximum: float
    mean: float
    std: float
    p1: float
    p99: float
    percentiles: tuple[float, ...] = field(repr=False)
    quantiles: tuple[float, ...] = field(repr=False)
    n_sampled_traces: int
    n_dead_traces: int
    nonfinite_fraction: float

    def clip_limit(self, percentile: float = NORMAL_PERCENTILE) -> float:
        """Absolute amplitude at a percentile, for a symmetric clip.

        Parameters
        ----------
        percentile : float
            Held to 80..100.

        Returns
        -------
        float
            Always positive: where the percentile is 0 the maximum is used, and 1 for a survey of zeros.
        """
        held = min(max(percentile, self.percentiles[0]), self.percentiles[-1])
        limit = float(np.interp(held, self.percentiles, self.quantiles))
        return limit if limit > 0 else self.quantiles[-1] or 1.0

    def color_range(self, percentile: float = NORMAL_PERCENTILE) -> tuple[float, float]:
        """Middle of the colours for display, and how far they reach on either side of it.

        Amplitudes swing about zero: the middle is 0, and the reach :meth:`clip_limit`. Values of one sign,
        such as coherence, impedance or unsigned bytes, take the whole range of colours: from the first
        percentile (their least value where nothing is clipped) up to `percentile` of their size.

        Parameters
        ----------
        percentile : float
            Held to 80..100.

        Returns
        -------
        (float, float)
            The second is always positive.
        """
        high = self.clip_limit(percentile)
        lowest, low = (self.minimum, self.p1) if self.mean >= 0 else (-self.maximum, -self.p99)
        if percentile >= self.percentiles[-1]:
            low = lowest
        if self.minimum == self.maximum or lowest < -_STRAY * high or not 0 <= low < high:
            return 0.0, high
        return float(np.copysign((low + high) / 2, self.mean)), (high - low) / 2

    def normalise(self, values: npt.NDArray[np.floating]) -> FloatArray:
        """Scale amplitudes for learning: ``clip(values / clip_limit(99.5), -1, 1)``, float32, same shape."""
        scaled = np.asarray(values, np.float32) / np.float32(self.clip_limit())
        return np.clip(scaled, -1, 1, out=scaled)

    def to_dict(self) -> dict[str, Any]:
        """Plain data for a project or checkpoint."""
        return asdict(self)

    @classmethod
    def from_dict(cls, plain: dict[str, Any]) -> AmplitudeStatistics:
        """Return statistics from :meth:`to_dict`, also after a trip through JSON.

        Raises
        ------
        VolumeError
            If something is missing or of the wrong type.
        """
        try:
            numbers = {name: plain[name] for name in cls.__dataclass_fields__}
            for name in ("percentiles", "quantiles"):
                numbers[name] = tuple(float(value) for value in numbers[name])
            return cls(**numbers)
        except (KeyError, TypeError, ValueError) as error:
            raise VolumeError(
                f"Stored amplitude statistics are damaged: {error}.", "Measure them again."
            ) from error


@runtime_checkable
class _KnowsGaps(Protocol):
    def present(
        self, inline_indices: npt.NDArray[np.intp], crossline_indices: npt.NDArray[np.intp]
    ) -> npt.NDArray[np.bool_]: ...


@runtime_checkable
class _KnowsNonfinite(Protocol):
    def nonfinite_fraction(
        self, inline_indices: npt.NDArray[np.intp], crossline_indices: npt.NDArray[np.intp]
    ) -> float: ...


def measure_amplitudes(
    volume: Volume, progress: Progress | None = None, seed: int = 0, n_traces: int = 2000
) -> AmplitudeStatistics:
    """Measure the amplitudes of a survey on traces spread over it.

    Parameters
    ----------
    volume : Volume
    progress : Progress, optional
    seed : int
        Which traces are taken; the same seed takes the same traces.
    n_traces : int
        How many at most; fewer for very long traces. All traces of a small survey are taken.

    Raises
    ------
    VolumeError
        If the survey cannot be read.
    Cancelled
        If the job was asked to stop.
    """
    rows, columns = _spread_positions(volume, seed, n_traces)
    live: list[FloatArray] = []
    n_dead, nonfinite = 0, 0.0
    for start in range(0, len(rows), _BATCH):
        if progress is not None:
            with progress.preparing():  # a moment beside what follows or went before
                progress.report("Measuring amplitudes", start, len(rows))
        part = rows[start : start + _BATCH], columns[start : start + _BATCH]
        traces = volume.read_traces(*part)
        alive = traces.any(axis=1)
        n_dead += int(np.count_nonzero(~alive))
        live.append(_without_padding(traces[alive]))
        if isinstance(volume, _KnowsNonfinite):
            nonfinite += volume.nonfinite_fraction(*part) * len(part[0])
    values = np.concatenate(live) if live else np.empty(0, np.float32)
    n_stored = volume.geometry.n_traces - volume.info.n_missing_traces
    n_dead_all = round(n_dead * n_stored / max(len(rows), 1))
    return _statistics(values, (len(rows), n_dead_all), nonfinite / max(len(rows), 1))


def _statistics(values: FloatArray, counts: tuple[int, int], nonfinite: float) -> AmplitudeStatistics:
    if len(values) == 0:
        zeros = (0.0,) * len(_PERCENTILES)
        return AmplitudeStatistics(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, _PERCENTILES, zeros, *counts, nonfinite)
    size = np.abs(values)
    quantiles = tuple(np.percentile(size, _PERCENTILES).astype(float).tolist())
    spike = min(_SPIKE * float(np.percentile(size, 99.0)), _LARGEST)
    calm = values[size <= spike] if spike > 0 else values
    p1, p99 = (float(value) for value in np.percentile(values, (1.0, 99.0)))
    return AmplitudeStatistics(
        minimum=float(values.min()),
        maximum=float(values.max()),
        mean=float(calm.mean(dtype=np.float64)),
        std=float(calm.std(dtype=np.float64)),
        p1=p1,
        p99=p99,
        percentiles=_PERCENTILES,
        quantiles=quantiles,
        n_sampled_traces=counts[0],
        n_dead_traces=counts[1],
        nonfinite_fraction=nonfinite,
    )


def _spread_positions(
    volume: Volume, seed: int, n_traces: int
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Grid positions that hold a trace: all of a small survey, else a random one per cell of a lattice."""
    n_inlines, n_crosslines, n_samples = volume.geometry.shape
    wanted = max(1, min(n_traces, max(16, _MAX_SAMPLES // n_samples)))
    if n_inlines * n_crosslines <= wanted:
        numbers = np.arange(n_inlines * n_crosslines, dtype=np.intp)
        rows, columns = numbers // n_crosslines, numbers % n_crosslines
    else:
        n_rows = int(np.clip(round((wanted * n_inlines / n_crosslines) ** 0.5), 1, min(n_inlines, wanted)))
        n_columns = int(np.clip(wanted // n_rows, 1, n_crosslines))
        draw = np.random.default_rng(seed).random((2, n_rows, n_columns))
        rows = ((np.arange(n_rows)[:, None] + draw[0]) * n_inlines / n_rows).astype(np.intp).ravel()
        columns = ((np.arange(n_columns)[None] + draw[1]) * n_crosslines / n_columns).astype(np.intp).ravel()
    if isinstance(volume, _KnowsGaps):
        there = volume.present(rows, columns)
        rows, columns = rows[there], columns[there]
    return rows, columns


def _without_padding(traces: FloatArray) -> FloatArray:
    """Samples from the first to the last that is not zero of every trace, in one row."""
    filled = traces != 0
    begun = np.logical_or.accumulate(filled, axis=1)
    not_over = np.logical_or.accumulate(filled[:, ::-1], axis=1)[:, ::-1]
    return traces[begun & not_over]
