"""The label document of a project: painting, classes, undo and redo."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import numpy.typing as npt

from seisview.data.geometry import SectionKey, SurveyGeometry
from seisview.errors import LabelError
from seisview.labels.boxes import Box
from seisview.labels.facies import UNLABELLED, FaciesClass, FaciesScheme
from seisview.labels.history import DEFAULT_HISTORY_BYTES, Edit
from seisview.labels.operations import ChangeHoldout, ChangeScheme
from seisview.labels.provenance import Provenance
from seisview.labels.state import LabelState, check_box
from seisview.labels.tiles import Labels
from seisview.labels.undoing import UndoableLabels

_Plan = Callable[[SectionKey], Edit | None]


class LabelStore(UndoableLabels):
    """Labels of a survey. Only the main thread changes it; jobs work on :meth:`snapshot`.

    Sections that cross share their samples: painting on an inline shows on every crossline and slice
    through it. Every change can be undone, across sections, and goes to the journal of the project. Each
    sample remembers whether it was painted by hand, interpolated or accepted from a prediction.

    Parameters
    ----------
    geometry : SurveyGeometry
    scheme : FaciesScheme, optional
        Default: three classes.
    history_bytes : int
        Memory for undo; the oldest steps go first.

    Signals, undo and strokes: see :class:`~seisview.labels.undoing.UndoableLabels`.
    """

    def __init__(
        self,
        geometry: SurveyGeometry,
        scheme: FaciesScheme | None = None,
        history_bytes: int = DEFAULT_HISTORY_BYTES,
    ) -> None:
        state = LabelState(geometry, scheme if scheme is not None else FaciesScheme.default())
        super().__init__(state, history_bytes)

    def __repr__(self) -> str:
        names = ", ".join(one.name for one in self.scheme.classes)
        return f"<LabelStore: {len(self.labelled_sections())} labelled sections; classes {names}>"

    @classmethod
    def around(cls, state: LabelState) -> LabelStore:
        """Take over a state read from files; its history begins empty."""
        store = cls(state.geometry, state.scheme)
        store._state = state
        return store

    def apply(self, key: SectionKey, box: Box, mask: npt.NDArray[np.bool_], class_id: int) -> None:
        """Paint one class, or erase with class 0; extends the open stroke, or is a step of its own.

        A stroke belongs to one section: painting on another closes it and begins the next.

        Parameters
        ----------
        key : SectionKey
        box : Box
            Part of the section; an empty box is ignored.
        mask : ndarray of bool, shape ``box.shape``
            Samples to paint.
        class_id : int
            A class of the scheme, or 0.

        Raises
        ------
        GeometryError, LabelError
            If there is no such section, the box leaves it, the mask does not fit or there is no such class.
        """
        self._begin_change()  # what is under way may take classes away
        if class_id != UNLABELLED:
            self.scheme.get(class_id)
        self._write(key, box, mask, class_id)

    def write(
        self,
        key: SectionKey,
        box: Box,
        mask: npt.NDArray[np.bool_],
        values: Labels,
        provenance: Provenance = Provenance.HAND,
    ) -> None:
        """Set samples to different classes at once, e.g. an imported section; otherwise as :meth:`apply`.

        Interpolated labels overwrite interpolated ones only, accepted ones overwrite both, and nothing but
        the hand overwrites what was painted by hand: such samples stay as they are.

        Parameters
        ----------
        values : ndarray of uint8, shape ``box.shape``
            Class ids; read where `mask`. 0 clears.
        provenance : Provenance
            Where the labels come from.
        """
        if values.shape != box.shape:
            raise LabelError(f"Labels of shape {values.shape} do not fit a box of {box.shape}.")
        self._begin_change()
        for class_id in np.flatnonzero(np.bincount(values[mask], minlength=1)).tolist():
            if class_id != UNLABELLED:
                self.scheme.get(class_id)
        self._write(key, box, mask, values, provenance)

    def add_class(self, name: str = "", color: str = "") -> FaciesClass:
        """Add a class and return it; see :meth:`FaciesScheme.with_added`."""
        self._begin_change()
        self.set_scheme(self.scheme.with_added(name, color))
        return self.scheme.classes[-1]

    def rename_class(self, class_id: int, name: str) -> None:
        """Rename a class; :class:`LabelError` when the name is empty or taken."""
        self._begin_change()
        self.set_scheme(self.scheme.with_renamed(class_id, name))

    def recolour_class(self, class_id: int, color: str) -> None:
        """Give a class another colour, ``"#rrggbb"``."""
        self._begin_change()
        self.set_scheme(self.scheme.with_recoloured(class_id, color))

    def remove_class(self, class_id: int) -> None:
        """Remove a class and clear its samples everywhere; one step to undo, which brings both back."""
        self.begin_remove(class_id)
        self.proceed()

    def begin_remove(self, class_id: int) -> None:
        """Remove a class bit by bit, as :meth:`begin_undo`: it goes with the last of its samples."""
        self._begin_change()
        self._begin_scheme(self.scheme.with_removed(class_id))

    def merge_class(self, class_id: int, into_id: int) -> None:
        """Give all samples of a class to another one and remove the class; one step to undo.

        Samples keep their provenance: what was painted by hand still is.

        Raises
        ------
        LabelError
            If there is no such class, or both are the same.
        """
        self.begin_merge(class_id, into_id)
        self.proceed()

    def begin_merge(self, class_id: int, into_id: int) -> None:
        """Merge a class into another bit by bit, as :meth:`begin_undo`; otherwise as :meth:`merge_class`."""
        self._begin_change()
        gone, kept = self.scheme.get(class_id), self.scheme.get(into_id)
        if gone is kept:
            raise LabelError(f"{gone.name} cannot be merged into itself.", "Choose another class.")
        relabel = partial(self._state.plan_relabel, old_id=class_id, new_id=into_id)
        self._begin_scheme(self.scheme.with_removed(class_id), relabel)

    def set_scheme(self, scheme: FaciesScheme) -> None:
        """Replace all classes in one step; samples of classes that are gone become unlabelled."""
        self._begin_change()
        if scheme != self.scheme:
            self._begin_scheme(scheme)
            self.proceed()

    def set_holdout(self, key: SectionKey, held_out: bool = True) -> None:
        """Keep a section out of training, or let it in again; can be undone."""
        self._begin_change()
        self.geometry.check(key)
        keys = self.holdout | {key} if held_out else self.holdout - {key}
        if keys != self.holdout:
            with self.grouped():
                self._do(Edit(ChangeHoldout(keys), ChangeHoldout(self.holdout)))

    def _write(
        self,
        key: SectionKey,
        box: Box,
        mask: npt.NDArray[np.bool_],
        values: Labels | int,
        provenance: Provenance = Provenance.HAND,
    ) -> None:
        self._begin_change()
        self.geometry.check(key)
        if mask.shape != box.shape:
            raise LabelError(f"A mask of shape {mask.shape} does not fit a box of {box.shape}.")
        if box.is_empty:
            return
        check_box(self.geometry, key, box)
        edit = self._state.plan_write(key, box, mask.astype(np.bool_, copy=False), values, provenance)
        if edit is None:
            return
        single = self._group is None
        if single or (self._nesting == 0 and self._stroke_key not in (None, key)):
            self.begin_stroke()
        self._stroke_key = key
        self._do(edit)
        if single:
            self.end_stroke()

    def _begin_scheme(self, scheme: FaciesScheme, plan: _Plan | None = None) -> None:
        """Change the classes after the samples of those that go, on one labelled section after the other."""
        gone = set(self.scheme.ids) - set(scheme.ids)
        planned = plan or partial(self._plan_clear, class_ids=gone)
        keys = self.labelled_sections() if gone else ()
        change = Edit(ChangeScheme(scheme), ChangeScheme(self.scheme))
        self._begin_steps(
            [*(partial(self._do_planned, planned, key) for key in keys), partial(self._do, change)]
        )

    def _do_planned(self, plan: _Plan, key: SectionKey) -> None:
        edit = plan(key)
        if edit is not None:
            self._do(edit)

    def _plan_clear(self, key: SectionKey, class_ids: set[int]) -> Edit | None:
        labels = self.section(key)
        cleared = np.isin(labels, list(class_ids))
        return self._state.plan_write(key, Box.whole(labels.shape), cleared, UNLABELLED)
