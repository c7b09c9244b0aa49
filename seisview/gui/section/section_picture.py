"""What the section view is given to draw: frozen, and free of Qt and of the project."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from seisview.data.colormaps import DEFAULT_COLORMAP
from seisview.data.geometry import Axis, SectionKey, SurveyGeometry
from seisview.gui.section.orientation import UPRIGHT, Orientation

FloatArray = npt.NDArray[np.float32]
BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class AxisScale:
    """What the indices along one side of a section mean.

    Attributes
    ----------
    label : str
        For example ``"crossline"`` or ``"time"``.
    unit : str
        ``"ms"``, ``"m"`` or empty for line numbers.
    numbers : ndarray of float, shape (n,)
        The number at every index; may decrease and may be irregular.
    continuous : bool
        Whether positions between indices mean something (time, depth), so that round numbers may be
        marked between samples. Lines are marked at lines only.
    """

    label: str
    unit: str
    numbers: npt.NDArray[np.float64]
    continuous: bool = False

    @property
    def title(self) -> str:
        """Label and unit, e.g. ``"time (ms)"``."""
        return f"{self.label} ({self.unit})" if self.unit else self.label

    def equals(self, other: AxisScale) -> bool:
        """Whether both read the same at every index."""
        same = (self.label, self.unit, self.continuous) == (other.label, other.unit, other.continuous)
        return same and np.array_equal(self.numbers, other.numbers)

    def __len__(self) -> int:
        return len(self.numbers)


@dataclass(frozen=True, slots=True, eq=False)
class SectionPicture:
    """One section, ready to draw.

    Attributes
    ----------
    key : SectionKey
    title : str
        For example ``"inline 1355"``.
    amplitude : ndarray of float32, shape (rows, columns)
        Row 0 is drawn at the top, unless `orientation` says otherwise.
    x_axis, y_axis : AxisScale
        Of the columns and of the rows.
    gaps : ndarray of bool, shape (columns,) or (rows, columns), optional
        Missing and dead traces: hatched instead of drawn.
    orientation : Orientation
        Which way rows and columns are drawn.
    """

    key: SectionKey
    title: str
    amplitude: FloatArray
    x_axis: AxisScale
    y_axis: AxisScale
    gaps: BoolArray | None = None
    orientation: Orientation = UPRIGHT

    def __post_init__(self) -> None:
        rows, columns = self.amplitude.shape
        if (len(self.y_axis), len(self.x_axis)) != (rows, columns):
            raise ValueError(
                f"axes of {len(self.y_axis)} x {len(self.x_axis)} numbers on a section of {rows} x {columns}"
            )
        if self.gaps is not None and self.gaps.shape not in ((columns,), (rows, columns)):
            raise ValueError(f"gaps of shape {self.gaps.shape} do not fit {rows} x {columns} elements")

    @property
    def shape(self) -> tuple[int, int]:
        """(rows, columns)."""
        rows, columns = self.amplitude.shape
        return rows, columns


@dataclass(frozen=True, slots=True)
class DisplaySettings:
    """How amplitudes become colours.

    Attributes
    ----------
    clip_limit : float
        How far from `center` the colour map reaches on either side, before the gain.
    gain : float
        Display gain; colours end at ``clip_limit / gain``.
    colormap : str
        Name of a map in :func:`seisview.data.colormaps.colormaps`.
    label : str
        What the colour bar measures, unit included when there is one.
    center : float
        Amplitude in the middle of the colour map.
    """

    clip_limit: float = 1.0
    gain: float = 1.0
    colormap: str = DEFAULT_COLORMAP
    label: str = "amplitude"
    center: float = 0.0

    @property
    def limit(self) -> float:
        """How far the colours reach on either side; always positive, so that a dead survey can be drawn."""
        limit = self.clip_limit / self.gain if self.gain > 0 else self.clip_limit
        return limit if np.isfinite(limit) and limit > 0 else 1.0


@dataclass(frozen=True, slots=True)
class CursorPosition:
    """The element of the section under the mouse pointer."""

    row: int
    column: int


def axis_scales(geometry: SurveyGeometry, axis: Axis) -> tuple[AxisScale, AxisScale]:
    """Return the scales of the columns and of the rows of a section cut across `axis`."""
    inlines = _line_scale("inline", geometry.inlines.numbers)
    crosslines = _line_scale("crossline", geometry.crosslines.numbers)
    if geometry.is_2d:
        crosslines = _line_scale("trace", geometry.crosslines.numbers)
    if axis is Axis.SAMPLE:
        return inlines, crosslines
    numbers = geometry.sample_start + geometry.sample_interval * np.arange(
        geometry.n_samples, dtype=np.float64
    )
    samples = AxisScale(str(geometry.domain), geometry.domain.unit, numbers, continuous=True)
    return (crosslines if axis is Axis.INLINE else inlines), samples


def _line_scale(label: str, numbers: tuple[int, ...]) -> AxisScale:
    return AxisScale(label, "", np.asarray(numbers, np.float64))
