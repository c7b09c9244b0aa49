"""Links the panes: what each shows, where the others cut it, and one cursor in all of them."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from seisview.data.geometry import Axis, SectionKey, SurveyGeometry
from seisview.gui.labelling.label_controller import LabelController
from seisview.gui.panes.map_marks import MapMark
from seisview.gui.panes.pane import Pane, PaneKind
from seisview.gui.panes.pane_grid import PaneGrid
from seisview.gui.panes.pane_kinds import DEFAULTS, OTHER_KINDS, from_text, to_text, with_first, without_line
from seisview.gui.panes.pane_links import PaneLinks
from seisview.gui.section.section_view import SectionView
from seisview.gui.section.shown_section import Voxel
from seisview.gui.status.status_line import CursorReadout
from seisview.gui.survey.session import Session
from seisview.gui.view.section_bar import axis_label
from seisview.gui.view.view_controller import ViewController
from seisview.gui.view.view_state import ViewState


class PanesController(QObject):
    """Connects panes with views, labels and the section on screen.

    The first pane is always a section; what it shows follows the section bar, as in every active pane.

    Parameters
    ----------
    grid : PaneGrid
    view : ViewController
    labels : LabelController
    state : ViewState

    Attributes
    ----------
    links : PaneLinks

    Signals
    -------
    count_changed()
        There are more or fewer panes.
    kinds_changed()
        A pane shows something of another kind.
    pane_connected(Pane)
        A pane was made.
    readout_changed(CursorReadout or None)
        What lies under the pointer on the base map.
    """

    count_changed = Signal()
    kinds_changed = Signal()
    readout_changed = Signal(object)
    pane_connected = Signal(object)

    def __init__(
        self, grid: PaneGrid, view: ViewController, labels: LabelController, state: ViewState
    ) -> None:
        super().__init__()
        self._grid, self._view, self._labels, self._state = grid, view, labels, state
        self._kinds = dict(DEFAULTS)
        self._wanted = 1
        self._geometry: SurveyGeometry | None = None
        self.links = PaneLinks(grid, view)
        self._voxel: Voxel | None = None
        self._connect_pane(grid.panes[0])
        grid.pane_added.connect(self._on_pane_added)
        view.active_changed.connect(self._on_active_changed)
        view.view_drawn.connect(lambda _view, _key: self.links.show_cuts())
        view.pointed.connect(self._on_pointed)
        state.changed.connect(self._on_state_changed)

    @property
    def count(self) -> int:
        """How many panes are on screen."""
        return self._grid.count

    @property
    def shown(self) -> tuple[Pane, ...]:
        """The panes on screen."""
        return self._grid.panes

    @property
    def has_survey(self) -> bool:
        """Whether the panes show a survey; not while another one is being told around."""
        return self._geometry is not None

    @property
    def shows_traces(self) -> bool:
        """Whether a pane shows a vertical section: an inline, a crossline or the user's line."""
        vertical = (PaneKind.INLINE, PaneKind.CROSSLINE, PaneKind.LINE)
        return any(pane.kind in vertical for pane in self._grid.panes)

    @property
    def all_panes(self) -> tuple[Pane, ...]:
        """The panes on screen and those hidden since."""
        return self._grid.all_panes

    @property
    def stored(self) -> str:
        """Number and kinds of panes, for the preferences."""
        return to_text(self._wanted, self._kinds)

    def restore(self, stored: str) -> None:
        """Take over what :attr:`stored` gave; ignored when it is not readable."""
        if (found := from_text(stored)) is not None:
            self._wanted, self._kinds = found

    def leave_line(self) -> None:
        """Show sections where a line of the survey before was shown: the next one has no such line."""
        self._kinds = without_line(self._kinds)

    def forget(self) -> None:
        """Leave the survey before another one comes: its sections mean nothing there."""
        self._geometry = self._voxel = None
        self.links.set_geometry(None)

    def set_session(self, session: Session | None) -> None:
        """Show another survey, or none. A 2-D line has one section and one pane."""
        self._geometry = None if session is None else session.geometry
        self._voxel = None
        self.links.set_geometry(self._geometry, "" if session is None else session.volume.info.xy_unit)
        for pane in self._grid.all_panes:
            self._prepare(pane)
        is_2d = self._geometry is None or self._geometry.is_2d
        self._set_count(1 if is_2d else self._wanted)

    def choose_count(self, count: int) -> None:
        """Show one, two or four panes because the user said so: it is remembered."""
        self._wanted = count
        self._set_count(count)

    def choose_kind(self, pane: Pane, kind: PaneKind) -> None:
        """Show something else in a pane."""
        kinds = list(self._kinds[self.count])
        index = self._grid.panes.index(pane)
        if index == 0 and kind.axis is None:
            pane.set_kind(pane.kind)
            return
        kinds[index] = kind
        self._kinds[self.count] = tuple(kinds)
        self._show_kind(pane, kind)
        self.links.show_cuts()
        self.kinds_changed.emit()

    def step_opacity(self, steps: int) -> None:
        """Draw the facies less transparent (positive) or more."""
        self._view.step_opacity(steps)

    def activate_next(self) -> None:
        """Give the next pane with a section the tools and keys."""
        panes = [pane for pane in self._grid.panes if pane.kind.axis is not None]
        now = next((i for i, pane in enumerate(panes) if pane is self._grid.active), 0)
        following = panes[(now + 1) % len(panes)]
        self._view.activate(following.section_view)
        following.section_view.setFocus()

    def link_to_cursor(self) -> None:
        """Show the sections through the point under the cursor in the other panes."""
        if self._voxel is not None:
            self._go_to(self._voxel, self._grid.active)

    def set_marks(self, labelled: tuple[SectionKey, ...], holdout: frozenset[SectionKey]) -> None:
        """Mark labelled and held-out sections on the base map."""
        self.links.set_marks(labelled, holdout)

    def set_extra_marks(self, marks: tuple[MapMark, ...]) -> None:
        """Mark more on the base map: sections to label next, matches."""
        self.links.set_extra_marks(marks)

    def _on_pane_added(self, pane: Pane) -> None:
        self._view.add_view(pane.section_view)
        self._labels.add_view(pane.section_view)
        self._connect_pane(pane)
        self._prepare(pane)
        self.pane_connected.emit(pane)

    def _connect_pane(self, pane: Pane) -> None:
        pane.touched.connect(lambda: self._view.activate(pane.section_view))
        pane.picked.connect(lambda row, column: self._on_picked(pane, row, column))
        pane.kind_chosen.connect(lambda kind: self.choose_kind(pane, kind))
        pane.base_map.position_chosen.connect(self._on_map_position)
        pane.base_map.pointed.connect(self._on_map_pointed)

    def _prepare(self, pane: Pane) -> None:
        geometry = self._geometry
        self.links.prepare(pane)
        if geometry is not None:
            kinds = [(PaneKind(str(axis)), axis_label(axis, geometry)) for axis in geometry.axes]
            is_first = pane is self._grid.all_panes[0]
            pane.set_kinds(kinds if is_first else [*kinds, *OTHER_KINDS])

    def _set_count(self, count: int) -> None:
        key, first = self._state.key, self._grid.panes[0]
        self._view.activate(first.section_view)
        self._grid.set_count(count)
        for pane in self._grid.all_panes[count:]:
            self._empty(pane)
        if key is not None:
            self._state.set_key(key)
            self._kinds[count] = with_first(self._kinds[count], PaneKind(str(key.axis)))
            for pane, kind in zip(self._grid.panes, self._kinds[count], strict=True):
                self._show_kind(pane, kind)
        self._grid.set_active(first)
        self.links.show_cuts()
        self.count_changed.emit()

    def _show_kind(self, pane: Pane, kind: PaneKind) -> None:
        view, geometry = pane.section_view, self._geometry
        pane.set_kind(kind)
        self._grid.place_color_bar()
        if geometry is None:
            return
        if kind.axis is None:
            if self._view.active is view:
                self._view.activate(self._grid.panes[0].section_view)
            self._empty(pane)
        elif self._view.active is view:
            self._view.show_axis(kind.axis)
        elif (shown := self._view.key_of(view)) is None or shown.axis is not kind.axis:
            index = self._state.last_index(kind.axis, geometry.count(kind.axis) // 2)
            self._view.show_in(view, SectionKey(kind.axis, index))

    def _empty(self, pane: Pane) -> None:
        self._view.show_in(pane.section_view, None)
        self._labels.leave(pane.section_view)

    def _go_to(self, voxel: Voxel, but: Pane | None = None) -> None:
        """Show the sections through a point in all panes but one, and not across that one's axis."""
        for pane in self._grid.panes:
            axis = pane.kind.axis
            if axis is not None and pane is not but and (but is None or but.kind is not pane.kind):
                self._view.show_in(pane.section_view, SectionKey(axis, voxel[tuple(Axis).index(axis)]))
        self.links.show_cuts()

    def _on_picked(self, pane: Pane, row: int, column: int) -> None:
        key = self._view.key_of(pane.section_view)
        if key is not None and self._geometry is not None:
            self._go_to(self._geometry.voxel(key, row, column), pane)

    def _on_map_position(self, inline: int, crossline: int) -> None:
        for pane in self._grid.panes:
            if pane.kind in (PaneKind.INLINE, PaneKind.CROSSLINE):
                axis = Axis(str(pane.kind))
                index = inline if axis is Axis.INLINE else crossline
                self._view.show_in(pane.section_view, SectionKey(axis, index))
        self.links.show_cuts()

    def _on_map_pointed(self, position: tuple[int, int] | None) -> None:
        geometry = self._geometry
        if geometry is None or position is None:
            self.readout_changed.emit(None)
            self.links.show_cursor(None)
            return
        inline, crossline = position
        numbers = geometry.inlines.number_at(inline), geometry.crosslines.number_at(crossline)
        text = self.links.map_text(inline, crossline)
        self.readout_changed.emit(CursorReadout(*numbers, text, geometry.xy(inline, crossline)))
        depth = next((k.index for k in self.links.sections() if k.axis is Axis.SAMPLE), 0)
        self.links.show_cursor((inline, crossline, depth))

    def _on_pointed(self, view: SectionView, voxel: Voxel | None) -> None:
        self._voxel = voxel
        self.links.show_cursor(voxel, view)

    def _on_active_changed(self, view: SectionView) -> None:
        self._labels.set_active(view)
        for pane in self._grid.all_panes:
            if pane.section_view is view:
                self._grid.set_active(pane)

    def _on_state_changed(self, name: str) -> None:
        key = self._state.key
        if name != "key" or key is None:
            return
        active = self._grid.active
        if active in self._grid.panes and active.kind.axis is not key.axis:
            kinds = list(self._kinds[self.count])
            kinds[self._grid.panes.index(active)] = PaneKind(str(key.axis))
            self._kinds[self.count] = tuple(kinds)
            active.set_kind(PaneKind(str(key.axis)))
            self.kinds_changed.emit()
        self.links.show_cuts()
