"""What the panes show of one another: where they cut, one cursor, the drawn line, and marks on the map."""

from __future__ import annotations

from collections.abc import Sequence

from seisview.data.geometry import Axis, SectionKey, SurveyGeometry
from seisview.gui.panes.crosshair import place_of
from seisview.gui.panes.map_frame import Point
from seisview.gui.panes.map_layer import MapLayer
from seisview.gui.panes.map_marks import MapMark, section_mark
from seisview.gui.panes.pane import Pane, PaneKind
from seisview.gui.panes.pane_grid import PaneGrid
from seisview.gui.section.section_view import SectionView
from seisview.gui.section.shown_section import Voxel
from seisview.gui.view.view_controller import ViewController


class PaneLinks:
    """Draws the links between panes.

    Parameters
    ----------
    grid : PaneGrid
    view : ViewController
        Knows which section is in which pane.
    """

    def __init__(self, grid: PaneGrid, view: ViewController) -> None:
        self._grid, self._view = grid, view
        self._geometry: SurveyGeometry | None = None
        self._xy_unit = ""
        self._marks: tuple[MapMark, ...] = ()
        self._extra_marks: tuple[MapMark, ...] = ()
        self._line: tuple[Point, ...] = ()
        self._line_title = ""
        self._layer: MapLayer | None = None

    def set_geometry(self, geometry: SurveyGeometry | None, xy_unit: str = "") -> None:
        """Link panes that show another survey, or none: the drawn line lies in the one before."""
        self._xy_unit = xy_unit
        self._geometry, self._line, self._line_title, self._layer = geometry, (), "", None

    def set_marks(self, labelled: Sequence[SectionKey], holdout: frozenset[SectionKey]) -> None:
        """Mark labelled and held-out sections on the base map."""
        geometry = self._geometry
        if geometry is None:
            return
        marks = []
        for key in sorted({*labelled, *holdout}):
            kind, text = ("holdout", "held out") if key in holdout else ("labelled", "labelled")
            marks.append(section_mark(key, geometry, kind, f"{geometry.title(key)}: {text}"))
        self._marks = tuple(mark for mark in marks if mark is not None)
        self.show_marks()

    def set_extra_marks(self, marks: tuple[MapMark, ...]) -> None:
        """Mark more on the base map: sections to label next, matches."""
        self._extra_marks = marks
        self.show_marks()

    def set_line(self, corners: Sequence[Point], title: str) -> None:
        """Draw the line on maps and slices, by its (inline, crossline) corners; none draws nothing.

        `title` stands above the panes that show it.
        """
        if (tuple(corners), title) == (self._line, self._line_title):
            return
        self._line, self._line_title = tuple(corners), title
        for pane in self._grid.all_panes:
            pane.base_map.set_line(self._line)
        self.show_cuts()

    def set_map_layer(self, layer: MapLayer | None) -> None:
        """Colour every map by a value on every trace, or by nothing."""
        self._layer = layer
        for pane in self._grid.all_panes:
            pane.base_map.set_layer(layer)

    def map_text(self, inline: int, crossline: int) -> str:
        """What the colours of the maps say of a grid position; empty when they say nothing."""
        return "" if self._layer is None else self._layer.text_at(inline, crossline)

    def show_marks(self) -> None:
        """Draw the marks on every map."""
        for pane in self._grid.all_panes:
            pane.base_map.set_marks((*self._marks, *self._extra_marks))

    def sections(self) -> list[SectionKey]:
        """The sections in the panes, that of the active one first."""
        panes = sorted(self._grid.panes, key=lambda pane: pane is not self._grid.active)
        keys = (self._view.key_of(p.section_view) for p in panes if p.kind.axis is not None)
        return [key for key in keys if key is not None]

    def show_cuts(self) -> None:
        """Draw in every pane where the others cut it, and the line."""
        geometry = self._geometry
        if geometry is None:
            return
        if self._grid.count == 1:
            self.show_cursor(None)  # that of a pane that is gone
        keys = self.sections()
        others = {} if self._grid.count == 1 else {key.axis: key.index for key in reversed(keys)}
        for pane in self._grid.panes:
            key = self._view.key_of(pane.section_view)
            title = self._line_title if pane.kind is PaneKind.LINE else ""
            pane.set_title(title if key is None else geometry.title(key))
            drawn = key if pane.section_view.key == key else None
            pane.crosshair.show_cuts(drawn, others, geometry)
            on_slice = drawn is not None and drawn.axis is Axis.SAMPLE
            pane.crosshair.show_line([(j, i) for i, j in self._line] if on_slice else ())
            pane.base_map.set_sections(reversed(keys))

    def show_cursor(self, voxel: Voxel | None, source: SectionView | None = None) -> None:
        """Show a point in all panes but the one that the pointer is in; None: nowhere."""
        if self._grid.count == 1:
            voxel = None
        for pane in self._grid.panes:
            pane.base_map.set_cursor(None if voxel is None else voxel[:2])
            shape, key = pane.section_view.canvas.section_shape, pane.section_view.key
            if voxel is None or pane.section_view is source or key is None or shape is None:
                pane.crosshair.show_cursor(None, (0, 0))
            else:
                pane.crosshair.show_cursor(place_of(key, voxel), shape)

    def prepare(self, pane: Pane) -> None:
        """Give a pane what it shows of the survey besides sections."""
        pane.base_map.set_geometry(self._geometry, self._xy_unit)
        pane.base_map.set_marks((*self._marks, *self._extra_marks))
        pane.base_map.set_line(self._line)
        pane.base_map.set_layer(self._layer)
