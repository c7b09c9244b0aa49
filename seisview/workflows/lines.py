"""Which lines of a survey a job takes, by line numbers as people write them: ``10,20,50:90:10``."""

from __future__ import annotations

from dataclasses import dataclass

from seisview.data.geometry import Axis, LineNumbers, SectionKey, SurveyGeometry
from seisview.errors import GeometryError


@dataclass(frozen=True, slots=True)
class LineSelection:
    """Line numbers to take.

    Attributes
    ----------
    ranges : tuple of (int or None, int or None, int)
        First, last (both included; None is open) and step of each range.
    """

    ranges: tuple[tuple[int | None, int | None, int], ...]

    @classmethod
    def parse(cls, text: str) -> LineSelection:
        """Read ``"100"``, ``"10,20,30"``, ``"100:200"`` (both ends included), ``"100:200:10"`` or ``"110:"``.

        Raises
        ------
        GeometryError
            If `text` is none of these.
        """
        try:
            return cls(
                tuple(_range(part.strip()) for part in text.split(",") if part.strip() or "," not in text)
            )
        except ValueError:
            raise GeometryError(
                f"{text!r} is not a choice of lines.",
                "Write line numbers as 10,20,30 or 100:200 or 100:200:10.",
            ) from None

    def __contains__(self, number: object) -> bool:
        return isinstance(number, int) and any(_holds(r, number) for r in self.ranges)

    def keys(self, geometry: SurveyGeometry, axis: Axis) -> tuple[SectionKey, ...]:
        """Sections of `geometry` across `axis` that are chosen.

        Raises
        ------
        GeometryError
            If there is none; the hint names the range of lines.
        """
        return tuple(SectionKey(axis, index) for index in self.indices(geometry.lines(axis), str(axis)))

    def indices(self, lines: LineNumbers, name: str = "line") -> tuple[int, ...]:
        """Indices of the chosen ones among `lines`, in storage order."""
        found = tuple(index for index, number in enumerate(lines.numbers) if number in self)
        if not found:
            raise GeometryError(
                f"No {name} of the survey is among those chosen.",
                f"They run from {min(lines.numbers)} to {max(lines.numbers)} in steps of {abs(lines.step)}.",
            )
        return found

    def index_range(self, lines: LineNumbers, name: str = "line") -> tuple[int, int]:
        """Half-open range of indices that holds all the chosen ones among `lines`."""
        found = self.indices(lines, name)
        return min(found), max(found) + 1


def _range(part: str) -> tuple[int | None, int | None, int]:
    pieces = [piece.strip() for piece in part.split(":")]
    if len(pieces) == 1:
        return int(pieces[0]), int(pieces[0]), 1
    if len(pieces) > 3:
        raise ValueError(part)
    first, last = (int(piece) if piece else None for piece in pieces[:2])
    if first is not None and last is not None and first > last:
        first, last = last, first
    step = int(pieces[2]) if len(pieces) == 3 and pieces[2] else 1
    if step < 1:
        raise ValueError(part)
    return first, last, step


def _holds(chosen: tuple[int | None, int | None, int], number: int) -> bool:
    first, last, step = chosen
    after = first is None or number >= first
    before = last is None or number <= last
    return after and before and (number - (first or 0)) % step == 0
