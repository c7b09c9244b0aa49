"""What is picked out, on the map or on the section, and making labels of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject

from seisview.data.geometry import Axis, SectionKey
from seisview.gui.clusters.cluster_facts import READ_ONLY, points_near, rows_and_columns
from seisview.gui.clusters.clusters_controller import ClustersController
from seisview.gui.clusters.survey_sender import SendOrder, SurveySender
from seisview.gui.labelling.label_controller import LabelController
from seisview.gui.status.notes import edit_note, refusal, tool_hint
from seisview.gui.survey.session import Session
from seisview.gui.view.layers_controller import NO_CLUSTERS
from seisview.gui.view.view_state import ViewState
from seisview.labels.accept import count_changes
from seisview.labels.boxes import Box
from seisview.labels.edits import SectionEdit, write_edits
from seisview.labels.provenance import Provenance
from seisview.project.clusters import ClusterResult
from seisview.workflows.clustering.labels import MaskOf, lines_to_label, member_mask
from seisview.workflows.clustering.places import ClusterPlaces

Mask = npt.NDArray[np.bool_]


class SelectionController(QObject):
    """Links lassos on map and section, and sends what is selected to a class.

    Parameters
    ----------
    clusters : ClustersController
    labels : LabelController
    state : ViewState
    sender : SurveySender
        Makes labels on many sections.
    show_note : callable
    """

    def __init__(
        self,
        clusters: ClustersController,
        labels: LabelController,
        state: ViewState,
        sender: SurveySender,
        show_note: Callable[[str], object],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._clusters, self._labels, self._state = clusters, labels, state
        self._page = clusters.page
        self._sender = sender
        self._session = clusters.session
        self._show_note = show_note
        self._has_pick = False
        self._tool_before = state.tool
        self._page.scatter.lassoed.connect(self._on_lasso)
        self._page.section_lasso_switched.connect(self._on_section_lasso)
        self._page.send_requested.connect(self.send)
        self._page.list.itemSelectionChanged.connect(self._on_selected)
        clusters.facts_changed.connect(self._on_facts)
        state.changed.connect(self._on_state_changed)
        self.show_facts()

    def show_facts(self) -> None:
        """Switch the buttons of the page."""
        result = self._clusters.result
        selected = self._page.list.selected_ids
        reason = ""
        if result is None:
            reason = NO_CLUSTERS
        elif not selected and not self._has_pick:
            reason = "Select clusters in the list, or lasso points in the map or on the section."
        merged = result is not None and len(set(result.record.groups)) < len(result.record.groups)
        self._page.set_selection_facts(len(selected), reason, merged)

    def send(self) -> None:
        """Make labels of the active class from what is selected, on the section on screen or on many."""
        session, key, result = self._clusters.session, self._state.key, self._clusters.result
        if session is None or key is None or result is None:
            return
        store, class_id, every = session.labels, self._state.active_class, self._page.send_every
        reason = ""
        if store.read_only:
            reason = READ_ONLY
        elif class_id not in store.scheme:
            reason = "Choose a class in the facies list first, or add one."
        elif every:
            axis = Axis.INLINE if key.axis is Axis.SAMPLE else key.axis
            self._send_lines(session, result, axis, every)
            return
        elif key in store.holdout:
            reason = f"{session.geometry.title(key)} is held out to check the model: it takes no labels."
        elif self._has_pick and self._clusters.sections.is_looking(key):
            reason = f"{session.geometry.title(key)} is still searched for what was picked out."
        mask = self._selected(key)
        if reason or mask is None or not mask.any():
            nothing = f"Nothing of what is selected lies on {session.geometry.title(key)}."
            self._show_note(refusal(reason or nothing))
            return
        edit = _edit_of(key, mask, class_id)
        changed = count_changes(edit, store.section(key, edit.box), store.provenance(key, edit.box))
        name, title = store.scheme.name_of(class_id), session.geometry.title(key)
        if not changed:
            self._show_note(refusal(f"{title}: nothing to add to {name}; what was painted by hand stays."))
            return
        self._labels.edit(lambda labels: write_edits(labels, [edit], Provenance.ACCEPTED))
        self._show_note(edit_note(f"{changed:,} samples of {title} are {name} now; Ctrl+Z takes them back."))

    def _send_lines(self, session: Session, result: ClusterResult, axis: Axis, every: int) -> None:
        """Make labels on every n-th line of the survey, in the background."""
        store = session.labels
        mask_of: Callable[[], MaskOf]
        if self._has_pick:
            picked = self._page.scatter.picked.copy()
            mask_of = partial(_picked_mask, session, result, picked)
        else:
            members = member_mask(result, self._page.list.selected_ids)
            mask_of = lambda: members  # noqa: E731 - the other one is made in the thread
        keys = lines_to_label(session.geometry, store.holdout, axis, every)
        what = f"every {axis}" if every == 1 else f"every {every}th {axis}"
        class_id = self._state.active_class
        self._sender.start(SendOrder(store, keys, class_id, mask_of, store.holdout, what))

    def _selected(self, key: SectionKey) -> Mask | None:
        sections = self._clusters.sections
        if self._has_pick:
            picked = sections.picked_of(key)
            return None if picked is None else picked > 0
        clusters = sections.clusters_of(key)
        return None if clusters is None else np.isin(clusters, self._page.list.selected_ids)

    def _on_lasso(self, picked: Mask | None) -> None:
        if self._clusters.points is None:
            return  # a map that is still being made has no places yet
        self._page.list.clearSelection()
        self._has_pick = picked is not None
        self._clusters.sections.pick(picked)
        key = self._state.key
        if key is not None and picked is not None and self._clusters.sections.is_looking(key):
            self._show_note("The slice is searched for these points; it lights up when that is done.")
        self.show_facts()

    def _on_selected(self) -> None:
        if self._page.list.selected_ids and self._has_pick:
            self._has_pick = False  # what was selected last is what counts
            self._page.scatter.set_picked(None)
            self._clusters.sections.pick(None)
        self.show_facts()

    def _on_section_lasso(self, on: bool) -> None:
        if on:
            self._tool_before = self._state.tool
            self._state.set_tool("polygon")
            how = "Draw a polygon on the section: its points light up in the map. Esc gives up."
            self._show_note(tool_hint(how))
        self._labels.take_polygon = self._take_area if on else None
        if not on and self._state.tool == "polygon":
            self._state.set_tool(self._tool_before)

    def _take_area(self, key: SectionKey, box: Box, mask: Mask) -> None:
        points, result, session = self._clusters.points, self._clusters.result, self._clusters.session
        if points is None or result is None or session is None:
            self._show_note(refusal(NO_CLUSTERS))
            return
        area = np.zeros(session.geometry.section_shape(key.axis), np.uint8)
        area[box.slices] = mask
        near = points_near(points, key, result.cell // 2)
        rows, columns = rows_and_columns(points.places[near], key.axis)
        picked = np.zeros(len(points.labels), bool)
        picked[near] = area[rows, columns] > 0
        self._page.scatter.set_picked(picked)
        self._page.list.clearSelection()
        self._clusters.sections.pick_area(key, area)
        self._has_pick = True
        self.show_facts()

    def _on_facts(self) -> None:
        if self._clusters.session is not self._session:
            self._session = self._clusters.session
            self._sender.leave()
        self._has_pick = False
        self.show_facts()

    def _on_state_changed(self, name: str) -> None:
        if name == "tool" and self._state.tool != "polygon":
            self._page.set_section_lasso(False)


def _picked_mask(session: Session, result: ClusterResult, picked: Mask) -> MaskOf:
    """Return what tells where on a section it is most like the picked points; for one thread."""
    places = ClusterPlaces(session.volume, session.statistics, result)

    def mask_of(key: SectionKey) -> Mask | None:
        return places.mask(key, picked) > 0

    return mask_of


def _edit_of(key: SectionKey, mask: Mask, class_id: int) -> SectionEdit:
    box = Box.around(mask, 0, 0)
    inside = mask[box.slices].copy()
    return SectionEdit(key, box, inside, np.where(inside, class_id, 0).astype(np.uint8))
