"""Where a sample lies: line numbers, indices, sample times and map coordinates.

:class:`SurveyGeometry` is the only place that converts between them. Everything inside the program holds
indices (:class:`SectionKey`); everything a user sees or types holds line numbers, milliseconds or metres.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from seisview.data.map_transform import MapTransform
from seisview.errors import GeometryError

Scalar = TypeVar("Scalar", bound=np.generic)


class Axis(StrEnum):
    """The axis a section is cut across: its position is constant on the section."""

    INLINE = "inline"
    CROSSLINE = "crossline"
    SAMPLE = "sample"

    @classmethod
    def named(cls, name: str) -> Axis:
        """Return the axis of a name, ``"inline"``, ``"crossline"`` or ``"sample"``; an axis is itself."""
        try:
            return cls(name)
        except ValueError:
            raise GeometryError(f"There is no axis {name!r}.", f"Choose one of {', '.join(cls)}.") from None


class Domain(StrEnum):
    """What the vertical axis measures."""

    TIME = "time"
    DEPTH = "depth"
    SAMPLE = "sample"
    """Not known: samples are counted."""

    @property
    def unit(self) -> str:
        """Unit of the vertical axis: ``"ms"`` (two-way time), ``"m"``, or empty when it is not known."""
        return {Domain.TIME: "ms", Domain.DEPTH: "m", Domain.SAMPLE: ""}[self]

    @property
    def axis_title(self) -> str:
        """What stands at the vertical axis: ``"time (ms)"``, ``"depth (m)"`` or ``"sample"``."""
        return f"{self} ({self.unit})" if self.unit else str(self)

    def text(self, number: float) -> str:
        """A position on the vertical axis for people: ``"1284 ms"``, ``"2150 m"`` or ``"sample 321"``."""
        return f"{number:g} {self.unit}" if self.unit else f"sample {number:g}"

    def range_text(self, first: float, last: float) -> str:
        """Two positions: ``"0 to 2000 ms"`` or ``"0 to 500"``."""
        return f"{first:g} to {last:g} {self.unit}".strip()


@dataclass(frozen=True, slots=True, order=True)
class SectionKey:
    """A section by axis (its name will do) and index (an index, never a line number)."""

    axis: Axis
    index: int

    def __post_init__(self) -> None:
        # The program tells axes apart by identity: another string would silently name another section.
        object.__setattr__(self, "axis", Axis.named(self.axis))


@dataclass(frozen=True, slots=True)
class LineNumbers:
    """The line numbers along one axis, in storage order; they may decrease and may be irregular.

    Parameters
    ----------
    numbers : tuple of int
        One number per line, all different.
    """

    numbers: tuple[int, ...]

    def __post_init__(self) -> None:
        if not self.numbers:
            raise GeometryError("The survey has an axis without lines.")
        if len(set(self.numbers)) != len(self.numbers):
            raise GeometryError("The survey repeats a line number.", "Check the header bytes of the lines.")

    @classmethod
    def regular(cls, first: int, step: int, count: int) -> LineNumbers:
        """Line numbers ``first, first + step, ...``, `count` of them."""
        return cls(tuple(range(first, first + step * count, step)))

    def __len__(self) -> int:
        return len(self.numbers)

    def __repr__(self) -> str:
        return f"LineNumbers({self.first} to {self.last}, step {self.step}, {len(self)} lines)"

    @property
    def first(self) -> int:
        """Number of the first stored line."""
        return self.numbers[0]

    @property
    def last(self) -> int:
        """Number of the last stored line."""
        return self.numbers[-1]

    @property
    def step(self) -> int:
        """The most common difference between neighbours; negative when numbers decrease, 1 for one line."""
        if len(self.numbers) == 1:
            return 1
        steps, counts = np.unique(np.diff(self.numbers), return_counts=True)
        return int(steps[np.argmax(counts)])

    def number_at(self, index: int) -> int:
        """Line number of the line at `index` (0-based; negative indices are refused)."""
        if not 0 <= index < len(self.numbers):
            raise GeometryError(f"Index {index} is outside 0..{len(self.numbers) - 1}.")
        return self.numbers[index]

    def index_of(self, number: int, name: str = "line") -> int:
        """Index of the line numbered exactly `number`; `name` is what to call such a line if there is none.

        Raises
        ------
        GeometryError
            If there is no such line; the hint names the range.
        """
        if number in self.numbers:
            return self.numbers.index(number)
        low, high = min(self.numbers), max(self.numbers)
        hint = f"{name.capitalize()}s run from {low} to {high} in steps of {abs(self.step)}."
        below, above = ([n for n in self.numbers if (n < number) is side] for side in (True, False))
        if below and above and min(above) - max(below) > abs(self.step):
            hint = f"The nearest are {max(below)} and {min(above)}."
        raise GeometryError(f"There is no {name} {number}.", hint)

    def nearest_index(self, number: float) -> int:
        """Index of the line whose number is nearest to `number`."""
        return int(np.argmin(np.abs(np.asarray(self.numbers) - number)))


@dataclass(frozen=True, slots=True)
class SurveyGeometry:
    """The grid of a survey.

    Attributes
    ----------
    inlines, crosslines : LineNumbers
        A 2-D line has one inline, and its trace (CDP) numbers as crosslines.
    n_samples : int
        Samples per trace.
    sample_start, sample_interval : float
        Position of the first sample and distance between samples, in `domain.unit`; the interval is positive.
    domain : Domain
        Time or depth.
    transform : MapTransform or None
        To map coordinates; None when the source has none.
    """

    inlines: LineNumbers
    crosslines: LineNumbers
    n_samples: int
    sample_start: float
    sample_interval: float
    domain: Domain = Domain.TIME
    transform: MapTransform | None = None

    @property
    def shape(self) -> tuple[int, int, int]:
        """(n_inlines, n_crosslines, n_samples)."""
        return len(self.inlines), len(self.crosslines), self.n_samples

    @property
    def n_traces(self) -> int:
        """Number of traces of the full grid, missing ones included."""
        return len(self.inlines) * len(self.crosslines)

    @property
    def is_2d(self) -> bool:
        """Whether this is a single line: only its inline section exists."""
        return len(self.inlines) == 1

    @property
    def axes(self) -> tuple[Axis, ...]:
        """The axes that sections can be cut across."""
        return (Axis.INLINE,) if self.is_2d else (Axis.INLINE, Axis.CROSSLINE, Axis.SAMPLE)

    @property
    def sample_end(self) -> float:
        """Position of the last sample in `domain.unit`."""
        return self.sample_start + (self.n_samples - 1) * self.sample_interval

    def count(self, axis: Axis) -> int:
        """Number of sections across `axis`."""
        return self.shape[(Axis.INLINE, Axis.CROSSLINE, Axis.SAMPLE).index(axis)]

    def section_shape(self, axis: Axis) -> tuple[int, int]:
        """Shape of the array of a section across `axis`.

        Inline: (n_samples, n_crosslines). Crossline: (n_samples, n_inlines). Sample (a time or depth
        slice): (n_crosslines, n_inlines).
        """
        n_inlines, n_crosslines, n_samples = self.shape
        return {
            Axis.INLINE: (n_samples, n_crosslines),
            Axis.CROSSLINE: (n_samples, n_inlines),
            Axis.SAMPLE: (n_crosslines, n_inlines),
        }[axis]

    def check(self, key: SectionKey) -> None:
        """Raise :class:`GeometryError` unless `key` names a section of this survey."""
        if not 0 <= key.index < self.count(key.axis):
            raise GeometryError(
                f"There is no {key.axis} section at index {key.index}.",
                f"Indices run from 0 to {self.count(key.axis) - 1}.",
            )

    def sample_at(self, sample_index: float) -> float:
        """Time (ms) or depth (m) of a sample index."""
        return self.sample_start + sample_index * self.sample_interval

    def nearest_sample(self, position: float) -> int:
        """Index of the sample nearest to a time (ms) or depth (m)."""
        index = round((position - self.sample_start) / self.sample_interval)
        return min(max(index, 0), self.n_samples - 1)

    def number_of(self, key: SectionKey) -> float:
        """What the user calls a section: its line number, or its time (ms) or depth (m)."""
        self.check(key)
        if key.axis is Axis.SAMPLE:
            return self.sample_at(key.index)
        return self.lines(key.axis).number_at(key.index)

    def key_for(self, axis: Axis, number: float) -> SectionKey:
        """Return the section nearest to a line number, time (ms) or depth (m)."""
        if Axis.named(axis) is Axis.SAMPLE:
            return SectionKey(axis, self.nearest_sample(number))
        return SectionKey(axis, self.lines(axis).nearest_index(number))

    def exact_key(self, axis: Axis, number: int) -> SectionKey:
        """Return the section with exactly this line number; :class:`GeometryError` when there is none."""
        return SectionKey(axis, self.lines(axis).index_of(number, str(axis)))

    def lines(self, axis: Axis) -> LineNumbers:
        """Line numbers across `axis`, which is not the sample axis."""
        axis = Axis.named(axis)
        if axis is Axis.SAMPLE:
            raise GeometryError("Samples have times or depths, not line numbers.")
        return self.inlines if axis is Axis.INLINE else self.crosslines

    def title(self, key: SectionKey) -> str:
        """What to call a section on screen and in files, e.g. ``"inline 1355"`` or ``"1284 ms"``."""
        if key.axis is Axis.SAMPLE:
            return self.domain.text(self.number_of(key))
        return f"{key.axis} {self.number_of(key):g}"

    def voxel(self, key: SectionKey, row: int, column: int) -> tuple[int, int, int]:
        """(inline, crossline, sample) indices of the element `[row, column]` of a section."""
        return {
            Axis.INLINE: (key.index, column, row),
            Axis.CROSSLINE: (column, key.index, row),
            Axis.SAMPLE: (column, row, key.index),
        }[key.axis]

    def xy(self, inline_index: float, crossline_index: float) -> tuple[float, float] | None:
        """Map coordinates of a grid position, or None when the survey has none."""
        return None if self.transform is None else self.transform.xy(inline_index, crossline_index)


def section_of(volume: npt.NDArray[Scalar], key: SectionKey) -> npt.NDArray[Scalar]:
    """View of one section of an (inline, crossline, sample) array, in the section's own axis order.

    Parameters
    ----------
    volume : ndarray, shape (n_inlines, n_crosslines, n_samples)
    key : SectionKey

    Returns
    -------
    ndarray, 2-D
        Shape as :meth:`SurveyGeometry.section_shape`; a view, so writing to it writes to `volume`.
    """
    if key.axis is Axis.INLINE:
        section: npt.NDArray[Scalar] = volume[key.index]
    elif key.axis is Axis.CROSSLINE:
        section = volume[:, key.index]
    else:
        section = volume[:, :, key.index]
    return section.T
