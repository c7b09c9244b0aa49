"""Painting: what the tools and the facies list say becomes edits of the labels, and edits become pixels."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, Signal

from seisview.data.geometry import SectionKey
from seisview.errors import LabelError, SeisviewError
from seisview.gui.docks.facies_dock import FaciesDock
from seisview.gui.labelling.class_edits import merging_class, removing_class
from seisview.gui.labelling.edit_stepper import EditStepper, SteppedEdit
from seisview.gui.section.section_view import SectionView
from seisview.gui.status.notes import refusal
from seisview.gui.survey.session import Session
from seisview.gui.view.view_state import ViewState
from seisview.labels.boxes import Box, crossing
from seisview.labels.facies import UNLABELLED
from seisview.labels.store import LabelStore
from seisview.labels.strokes import fill_region

Mask = npt.NDArray[np.bool_]


class LabelController(QObject):
    """Connects section view and facies list with the labels of the open project.

    Parameters
    ----------
    section : SectionView
        The first view, active to begin with; more can be added.
    facies : FaciesDock
    state : ViewState
        Section on screen, tool, active class.
    show_note : callable
        Shows one sentence in the status line.
    show_error : callable
        Shows an error.

    Attributes
    ----------
    take_polygon : callable or None
        Receives a polygon (section, box, mask) instead of its being painted, while somebody asks for one.

    Signals
    -------
    labels_changed()
        A stroke, fill, undo or class edit is complete; marks, shares and actions may be out of date.
    """

    labels_changed = Signal()

    def __init__(
        self,
        section: SectionView,
        facies: FaciesDock,
        state: ViewState,
        show_note: Callable[[str], object],
        show_error: Callable[[SeisviewError], object],
    ) -> None:
        super().__init__()
        self._section = section
        self._facies = facies
        self._state = state
        self._show_note = show_note
        self._show_error = show_error
        self._store: LabelStore | None = None
        self.take_polygon: Callable[[SectionKey, Box, Mask], object] | None = None
        self._stepper = EditStepper(show_note, self)
        self._stepper.begun.connect(self._go_where_it_shows)
        self._stepper.ended.connect(self.announce)
        self._stepper.refused.connect(show_error)
        self._keys: dict[SectionView, SectionKey | None] = {}
        self.add_view(section)
        facies.class_activated.connect(state.set_active_class)
        facies.class_visibility_toggled.connect(state.toggle_class)
        facies.class_added.connect(self.add_class)
        facies.class_renamed.connect(lambda i, name: self.edit(lambda s: s.rename_class(i, name)))
        facies.class_recoloured.connect(lambda i, color: self.edit(lambda s: s.recolour_class(i, color)))
        facies.class_removed.connect(self.remove_class)
        facies.class_merged.connect(self.merge_class)
        facies.brush_diameter_changed.connect(state.set_brush_diameter)

    @property
    def _shown(self) -> SectionKey | None:
        """The section in the active view."""
        return self._keys[self._section]

    def add_view(self, section: SectionView) -> None:
        """Draw labels in one more view, and paint in it while it is active."""
        self._keys[section] = None
        section.stroke_started.connect(self._on_stroke_started)
        section.stroke_painted.connect(self._on_stroke_painted)
        section.stroke_finished.connect(self._on_stroke_finished)
        section.fill_requested.connect(self._on_fill)
        section.class_picked.connect(self._on_pick)
        if self._store is not None:
            section.set_palette(self._store.scheme.color_table())

    def set_active(self, section: SectionView) -> None:
        """Paint in another view from now on."""
        if self._store is not None:
            self._store.end_stroke()
        self._section = section
        self._show_fractions()

    @property
    def store(self) -> LabelStore | None:
        """The labels of the open project."""
        return self._store

    def set_session(self, session: Session | None) -> None:
        """Work on the labels of another project, or on none."""
        self._stepper.finish()
        if self._store is not None:
            self._store.section_changed.disconnect(self._on_section_changed)
            self._store.scheme_changed.disconnect(self._on_scheme_changed)
        self._store = None if session is None else session.labels
        self._keys = dict.fromkeys(self._keys)
        if self._store is not None:
            self._store.section_changed.connect(self._on_section_changed)
            self._store.scheme_changed.connect(self._on_scheme_changed)
            self._on_scheme_changed()
        self.labels_changed.emit()

    def show_section(self, key: SectionKey, section: SectionView | None = None) -> None:
        """Draw the labels of the section that is on screen now, in the active view or another."""
        section = section or self._section
        if self._store is None:
            return
        if section is self._section:
            self._store.end_stroke()
        self._keys[section] = key
        section.set_labels(self._store.section(key))
        if section is self._section:
            self._show_fractions()

    def leave(self, section: SectionView) -> None:
        """Take note that a view shows nothing any more."""
        self._keys[section] = None

    def undo(self) -> None:
        """Take back the last step and go to a section where it shows."""
        if self._store is not None:
            self._stepper.ask(self._store, SteppedEdit(LabelStore.begin_undo))

    def redo(self) -> None:
        """Do the step again that was taken back, and go to a section where it shows."""
        if self._store is not None:
            self._stepper.ask(self._store, SteppedEdit(LabelStore.begin_redo))

    def add_class(self) -> None:
        """Add a facies class and paint with it from now on."""
        self.edit(lambda store: self._state.set_active_class(store.add_class().id))

    def choose_class(self, number: int) -> None:
        """Paint with the class that a number key stands for."""
        facies = None if self._store is None else self._store.scheme.class_for_key(number)
        if facies is not None:
            self._state.set_active_class(facies.id)

    def hold_out(self, held_out: bool) -> None:
        """Keep the section on screen out of training, or let it in again."""
        if self._shown is not None:
            key = self._shown
            self.edit(lambda store: store.set_holdout(key, held_out))

    def remove_class(self, class_id: int) -> None:
        """Take a class and its labels away."""
        store = self._store
        if store is not None and class_id in store.scheme:
            self._stepper.ask(store, removing_class(store, class_id, self._show_note))

    def merge_class(self, class_id: int, into_id: int) -> None:
        """Give the labels of a class to another."""
        store, state = self._store, self._state
        if store is not None and class_id in store.scheme and into_id in store.scheme:
            self._stepper.ask(store, merging_class(store, class_id, into_id, state, self._show_note))

    def classes_in(self, key: SectionKey) -> str:
        """Names of the classes painted on a section, e.g. ``"Salt, Channel"``."""
        if self._store is None:
            return ""
        shares = self._store.class_fractions(key)
        return ", ".join(self._store.scheme.name_of(i) for i, share in shares.items() if share > 0)

    def class_on(self, key: SectionKey, row: int, column: int) -> int:
        """Id of the label at an element of any section; 0 where there is none."""
        if self._store is None:
            return UNLABELLED
        return int(self._store.section(key, Box(row, row + 1, column, column + 1))[0, 0])

    def _on_stroke_started(self) -> None:
        self._show_what_is_painted()
        if self._store is not None:
            self._store.begin_stroke()

    def _show_what_is_painted(self) -> None:
        """Nobody paints what cannot be seen."""
        if self._state.active_class in self._state.hidden_classes:
            self._state.toggle_class(self._state.active_class)
        self._state.set_layer("labels", visible=True)

    def _on_stroke_painted(self, box: Box, mask: Mask, class_id: int) -> None:
        if self._store is None or self._shown is None:
            return
        if self.take_polygon is not None and self._state.tool == "polygon":
            self.take_polygon(self._shown, box, mask)
            return
        scheme, active = self._store.scheme, self._state.active_class
        erases = self._state.tool == "eraser" or (class_id == UNLABELLED and active in scheme)
        if not erases and class_id not in scheme:
            self._show_note(refusal("Choose a class in the facies list first, or add one."))
            return
        try:
            self._store.apply(self._shown, box, mask, class_id)
        except LabelError as error:
            self._show_note(refusal(f"{error.message} {error.hint}"))

    def _on_stroke_finished(self) -> None:
        if self._store is not None:
            self._store.end_stroke()
            self.announce()

    def _on_fill(self, row: int, column: int) -> None:
        key, class_id = self._shown, self._state.active_class
        if self._store is None or key is None:
            return
        if class_id not in self._store.scheme:
            self._show_note(refusal("Choose a class in the facies list first, or add one."))
            return
        self._show_what_is_painted()
        box, mask = fill_region(self._store.section(key), (row, column))
        self.edit(lambda store: store.apply(key, box, mask, class_id))

    def _on_pick(self, row: int, column: int) -> None:
        class_id = UNLABELLED if self._shown is None else self.class_on(self._shown, row, column)
        if class_id == UNLABELLED:
            self._show_note(refusal("There is no label here to pick a class from."))
        else:
            self._state.set_active_class(class_id)
            self._state.set_tool("brush")

    def edit(self, change: Callable[[LabelStore], object]) -> None:
        """Change the labels, for another controller too: a refusal is shown, and everybody is told."""
        if self._store is None:
            return
        try:
            change(self._store)
        except LabelError as error:
            self._show_error(error)
            self._facies.set_scheme(self._store.scheme)
        self.announce()

    def _go_where_it_shows(self, keys: tuple[SectionKey, ...]) -> None:
        if keys and not any(shown in keys for shown in self._keys.values()):
            self._state.set_key(keys[0])

    def announce(self) -> None:
        """Tell everybody that the labels changed."""
        self._show_fractions()
        self.labels_changed.emit()

    def _on_section_changed(self, key: SectionKey, box: Box) -> None:
        if self._store is None:
            return
        for section, shown in self._keys.items():
            if shown is None:
                continue
            line = None if key == shown else crossing(key, box, shown)
            if key == shown or line is not None:
                here = box if line is None else line[1]
                section.patch_labels(here, self._store.section(shown, here))

    def _on_scheme_changed(self) -> None:
        if self._store is None:
            return
        scheme = self._store.scheme
        self._facies.set_scheme(scheme)
        self._state.set_hidden_classes(self._state.hidden_classes & set(scheme.ids))
        for section in self._keys:
            section.set_palette(scheme.color_table())
        if self._state.active_class not in scheme:
            self._state.set_active_class(scheme.ids[0] if scheme.ids else UNLABELLED)
        self._facies.set_active(self._state.active_class)

    def _show_fractions(self) -> None:
        if self._store is None or self._shown is None:
            return
        shares = self._store.class_fractions(self._shown)
        labelled = sum(shares.values())
        self._facies.set_fractions({i: s / labelled for i, s in shares.items() if labelled > 0})
