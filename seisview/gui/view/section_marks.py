"""Sections and places worth a look, from whoever knows of them, on the section slider and the base map."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from seisview.data.geometry import SectionKey, SurveyGeometry
from seisview.gui.panes.map_marks import MapMark, section_mark
from seisview.gui.survey.session import Session


@dataclass(frozen=True, slots=True)
class SectionMark:
    """A section worth a look.

    Attributes
    ----------
    key : SectionKey
    kind : str
        ``"next"`` or ``"match"``; decides shape and colour.
    text : str
        What hovering says.
    on_map : bool
        Whether the whole section is marked on the base map too.
    """

    key: SectionKey
    kind: str
    text: str
    on_map: bool = True


class MarkedBar(Protocol):
    """What shows marks beside the labelled sections, on the slider."""

    def set_extra_marks(self, marks: Sequence[SectionMark]) -> None:
        """Show these instead of the ones before."""


class MarkedMap(Protocol):
    """What shows marks beside the labelled sections, on the base map."""

    def set_extra_marks(self, marks: tuple[MapMark, ...]) -> None:
        """Show these instead of the ones before."""


class SectionMarks:
    """Collects marks by who set them.

    Parameters
    ----------
    bar : MarkedBar
    base_map : MarkedMap
    """

    def __init__(self, bar: MarkedBar, base_map: MarkedMap) -> None:
        self._bar = bar
        self._map = base_map
        self._sections: dict[str, tuple[SectionMark, ...]] = {}
        self._points: dict[str, tuple[MapMark, ...]] = {}
        self._geometry: SurveyGeometry | None = None

    def set_session(self, session: Session | None) -> None:
        """Forget all marks: another survey is open, or none."""
        self._geometry = None if session is None else session.geometry
        self._sections.clear()
        self._points.clear()
        self._show()

    def set_sections(self, source: str, marks: Sequence[SectionMark]) -> None:
        """Mark sections on slider and map, instead of those of the same source before."""
        self._sections[source] = tuple(marks)
        self._show()

    def set_points(self, source: str, marks: Sequence[MapMark]) -> None:
        """Mark places on the map alone, instead of those of the same source before."""
        self._points[source] = tuple(marks)
        self._show()

    def _show(self) -> None:
        sections = [mark for marks in self._sections.values() for mark in marks]
        points = [mark for marks in self._points.values() for mark in marks]
        self._bar.set_extra_marks(sections)
        geometry = self._geometry
        lines = (
            []
            if geometry is None
            else [section_mark(mark.key, geometry, mark.kind, mark.text) for mark in sections if mark.on_map]
        )
        self._map.set_extra_marks((*(line for line in lines if line is not None), *points))
