"""Navigation and display: keeps bar, views and layers in step with the view state."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Signal

from seisview.data.colormaps import DEFAULT_COLORMAP, colormaps
from seisview.data.display_filters import OFF, display_filter
from seisview.data.geometry import Axis, SectionKey
from seisview.gui.section.section_reader import Overlay, SectionReader
from seisview.gui.section.section_view import SectionView
from seisview.gui.section.shown_section import ShownSection
from seisview.gui.survey.session import Session
from seisview.gui.view.first_section import first_section
from seisview.gui.view.marked_slider import SliderMark
from seisview.gui.view.section_bar import SectionBar
from seisview.gui.view.section_marks import SectionMark
from seisview.gui.view.view_state import DisplayChoice, ViewState

_GAIN_STEP = 1.25
_OPACITY_STEP = 0.05
_SWIPE_STEP = 0.05


class ViewController(QObject):
    """Shows the section that the view state names in the active view, and others in the others.

    Parameters
    ----------
    view : SectionView
        The first view, active to begin with.
    bar : SectionBar
    state : ViewState
    reader : SectionReader
        Of the first view.

    Signals
    -------
    section_shown(SectionKey)
        Another section is in the active view, its amplitudes drawn; or another view became the active one.
    section_failed(SectionKey, SeisviewError)
        The section wanted in the active view cannot be read.
    view_drawn(SectionView, SectionKey)
        Another section is in a view; labels follow from whoever listens.
    active_changed(SectionView)
        Another view got the tools and keys.
    readout_changed(CursorReadout or None)
        What lies under the cursor.
    pointed(SectionView, tuple or None)
        The cursor is in this view, at these (inline, crossline, sample) indices, or left it.
    display_chosen(dict)
        Clip, gain or map changed, to be remembered for the survey.
    """

    section_shown = Signal(object)
    section_failed = Signal(object, object)
    view_drawn = Signal(object, object)
    active_changed = Signal(object)
    readout_changed = Signal(object)
    pointed = Signal(object, object)
    display_chosen = Signal(object)

    def __init__(self, view: SectionView, bar: SectionBar, state: ViewState, reader: SectionReader) -> None:
        super().__init__()
        self._bar = bar
        self._state = state
        self._session: Session | None = None
        self._overlay: Callable[[SectionKey], Overlay] | None = None
        self._extra_marks: tuple[SectionMark, ...] = ()
        self._marked: tuple[tuple[SectionKey, ...], frozenset[SectionKey]] = ((), frozenset())
        self._added_readers: list[SectionReader] = []
        self._shown: dict[SectionView, ShownSection] = {}
        self.label_at: Callable[[SectionKey, int, int], int] = lambda _key, _row, _column: 0
        self._bar.set_colormaps([(m.name, m.label) for m in colormaps()])
        self._active = self._follow(view, reader)
        self._connect()

    @property
    def views(self) -> tuple[SectionView, ...]:
        """All views, shown or not."""
        return tuple(self._shown)

    @property
    def active(self) -> SectionView:
        """The view that has the tools and keys."""
        return self._active.view

    def _connect(self) -> None:
        self._state.changed.connect(self._on_state_changed)
        self._bar.key_requested.connect(self._state.set_key)
        self._bar.axis_requested.connect(self.show_axis)
        self._bar.step_requested.connect(self.step)
        self._bar.clip_changed.connect(lambda value: self.choose_display(clip_percent=value))
        self._bar.gain_changed.connect(lambda value: self.choose_display(gain=value))
        self._bar.colormap_changed.connect(lambda name: self.choose_display(colormap=name))
        self._bar.left.connect(lambda: self.active.setFocus())

    def _follow(self, view: SectionView, reader: SectionReader) -> ShownSection:
        shown = self._shown[view] = ShownSection(view, reader)
        shown.drawn.connect(lambda key: self._on_drawn(shown, key))
        shown.failed.connect(lambda *why: self.section_failed.emit(*why) if shown is self._active else None)
        shown.pointed.connect(lambda: self._on_pointed(shown))
        view.section_step_requested.connect(lambda n: self._step_in(view, n))
        view.brush_diameter_changed.connect(self._state.set_brush_diameter)
        view.opacity_step_requested.connect(self.step_opacity)
        view.swipe_moved.connect(self._state.set_swipe_at)
        return shown

    def add_view(self, view: SectionView) -> None:
        """Draw sections in one more view, read by a thread of its own."""
        reader = SectionReader(self)
        self._added_readers.append(reader)
        shown = self._follow(view, reader)
        shown.set_session(self._session)
        shown.set_overlay(self._overlay)
        self._show_display()
        self._show_tool()
        self._show_layers()

    def shutdown(self) -> None:
        """Join the threads of added views."""
        for reader in self._added_readers:
            reader.shutdown()

    def activate(self, view: SectionView) -> None:
        """Give a view the tools, the keys, and the section bar."""
        shown = self._shown[view]
        if shown is self._active:
            return
        self._active = shown
        self.active_changed.emit(view)
        if shown.key is not None:
            self._state.set_key(shown.key)
        elif self._state.key is not None:
            shown.show(self._state.key)
        if shown.is_drawn:
            self.section_shown.emit(shown.key)

    def key_of(self, view: SectionView) -> SectionKey | None:
        """The section in a view."""
        return self._shown[view].key

    def shape_of(self, key: SectionKey) -> tuple[int, int]:
        """(rows, columns) of a section of the open survey; (0, 0) without one."""
        return (0, 0) if self._session is None else self._session.geometry.section_shape(key.axis)

    def show_in(self, view: SectionView, key: SectionKey | None) -> None:
        """Show a section in a view, or nothing; the active view always shows something."""
        if view is not self.active:
            if key != self._shown[view].key:
                self._shown[view].show(key)
        elif key is not None:
            self._state.set_key(key)

    def set_session(
        self, session: Session | None, display: DisplayChoice, key: SectionKey | None = None
    ) -> None:
        """Show another survey, from a section or from its middle inline, or none."""
        self._session, self._overlay = session, None
        self._extra_marks, self._marked = (), ((), frozenset())
        for shown in self._shown.values():
            shown.set_session(session)
        self.readout_changed.emit(None)
        self._bar.set_geometry(None if session is None else session.geometry)
        self._state.set_key(None)
        self.activate(self.views[0])
        if session is None:
            return
        known = {m.name for m in colormaps()}
        colormap = display.colormap if display.colormap in known else DEFAULT_COLORMAP
        fits = display_filter(display.filter).fits(session.geometry.domain)
        chosen = display.filter if fits else OFF.name
        self._state.set_display(
            clip_percent=display.clip_percent, gain=display.gain, colormap=colormap, filter=chosen
        )
        self._show_display()
        self._show_tool()
        self._show_layers()
        self._state.set_key(first_section(session.geometry) if key is None else key)

    def set_overlay(self, overlay: Callable[[SectionKey], Overlay] | None) -> None:
        """Draw another prediction, read section by section by this function, or none."""
        self._overlay = overlay
        for shown in self._shown.values():
            shown.set_overlay(overlay)

    def refresh(self) -> None:
        """Read the sections on screen again, e.g. because their prediction arrived."""
        for shown in self._shown.values():
            shown.refresh()

    def sharpen(self) -> None:
        """Read what is coarse again, because the fast copy of the survey has grown."""
        for shown in self._shown.values():
            shown.sharpen()

    def step(self, n_sections: int) -> None:
        """Go on by that many sections, and stop at the first or last."""
        if self._session is None or self._state.key is None:
            return
        key = self._state.key
        last = self._session.geometry.count(key.axis) - 1
        self._state.set_key(SectionKey(key.axis, min(max(key.index + n_sections, 0), last)))

    def show_axis(self, axis: Axis) -> None:
        """Show sections across another axis: the one last seen, or the middle one."""
        if self._session is not None and axis in self._session.geometry.axes:
            middle = self._session.geometry.count(axis) // 2
            self._state.set_key(SectionKey(axis, self._state.last_index(axis, middle)))

    def choose_display(self, **values: object) -> None:
        """Change clip, gain or colour map because the user said so: it is remembered."""
        self._state.set_display(**values)
        self.display_chosen.emit(self._state.display.to_dict())

    def step_gain(self, steps: int) -> None:
        """Draw stronger (positive) or weaker."""
        self.choose_display(gain=round(self._state.display.gain * _GAIN_STEP**steps, 2))

    def step_opacity(self, steps: int) -> None:
        """Draw the facies less transparent (positive) or more."""
        opacity = self._state.layers["facies"].opacity + steps * _OPACITY_STEP
        self._state.set_layer("facies", opacity=round(opacity, 2))

    def step_swipe(self, steps: int) -> None:
        """Move the divider of the swipe to the right (positive) or left."""
        self._state.set_swipe_at(self._state.swipe_at + steps * _SWIPE_STEP)

    def set_marks(self, labelled: tuple[SectionKey, ...], holdout: frozenset[SectionKey]) -> None:
        """Mark labelled and held-out sections of the axis on screen."""
        if self._session is None or self._state.key is None:
            return
        axis, geometry = self._state.key.axis, self._session.geometry
        marks = [
            SliderMark(mark.key.index, mark.kind, mark.text)
            for mark in self._extra_marks
            if mark.key.axis is axis
        ]
        self._marked = (labelled, holdout)
        for key in sorted({*labelled, *holdout}):
            if key.axis is axis:
                kind = "holdout" if key in holdout else "labelled"
                text = f"{geometry.title(key)}: {'held out' if kind == 'holdout' else 'labelled'}"
                marks.append(SliderMark(key.index, kind, text))
        self._bar.set_marks(marks)

    def set_extra_marks(self, marks: Sequence[SectionMark]) -> None:
        """Mark more on the slider: sections to label next, matches."""
        self._extra_marks = tuple(marks)
        self.set_marks(*self._marked)

    def _step_in(self, view: SectionView, n_sections: int) -> None:
        self.activate(view)
        self.step(n_sections)

    def _on_state_changed(self, name: str) -> None:
        if name == "key" and self._state.key is not None:
            self._bar.set_key(self._state.key)
            if self._active.key != self._state.key:
                self._active.show(self._state.key, self._state.direction)
        elif name == "display":
            self._show_display()
        elif name in {"layers", "hidden_classes", "swipe_on", "swipe_at"}:
            self._show_layers()
        elif name in {"tool", "brush_diameter", "active_class", "exaggeration"}:
            self._show_tool()

    def _on_drawn(self, shown: ShownSection, key: SectionKey) -> None:
        self.view_drawn.emit(shown.view, key)
        if shown is self._active:
            self.section_shown.emit(key)

    def _on_pointed(self, shown: ShownSection) -> None:
        self.readout_changed.emit(shown.readout(self.label_at))
        self.pointed.emit(shown.view, shown.voxel)

    def _show_display(self) -> None:
        for shown in self._shown.values():
            shown.set_display(self._state.display)
        self._bar.set_display(self._state.display)

    def _show_layers(self) -> None:
        for view in self._shown:
            for name, layer in self._state.layers.items():
                view.set_layer(name, layer.visible, layer.opacity)
            view.set_hidden_classes(self._state.hidden_classes)
            view.set_swipe(self._state.swipe)

    def _show_tool(self) -> None:
        for view in self._shown:
            view.set_tool(self._state.tool)
            view.set_brush_diameter(self._state.brush_diameter)
            view.set_active_class(self._state.active_class)
            view.set_exaggeration(self._state.exaggeration)
