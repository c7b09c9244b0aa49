"""Two results on one section: one left of the divider, the other right, and how far they agree."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut

from seisview.data.geometry import SectionKey
from seisview.errors import SeisviewError
from seisview.gui.jobs.latest_worker import LatestWorker
from seisview.gui.panes.swipe_names import SwipeNames
from seisview.gui.section.section_view import SectionView
from seisview.gui.status.notes import COMPARISON, StatusNote, refusal
from seisview.gui.survey.session import Session
from seisview.gui.view.view_controller import ViewController
from seisview.gui.view.view_state import ViewState
from seisview.project.results import FaciesResult
from seisview.workflows.facies.agreement import Agreement

ByteArray = npt.NDArray[np.uint8]
IntArray = npt.NDArray[np.intp]
_NOTE_LASTS_MS = 120_000


@dataclass(frozen=True, slots=True, eq=False)
class _Read:
    key: SectionKey
    left: ByteArray
    agreement: Agreement


class Comparison(QObject):
    """Draws a result left of the divider while another one is on screen right of it.

    Parameters
    ----------
    view : ViewController
    state : ViewState
        Its swipe is the divider: where it ends, so does the comparison.
    show_result : callable
        Brings the result of that name on screen.
    show_note, end_note : callable
        Show one sentence in the status line; end those with that cause.
    parent : QObject, optional

    Attributes
    ----------
    line_views : callable
        The views of lines that the user drew; what is left there is drawn by who reads along the line.

    Signals
    -------
    left_changed(callable or None)
        Facies to be drawn on the left and how far they agree, read along a line of traces by this function.
    ended()
    """

    left_changed = Signal(object)
    ended = Signal()

    def __init__(
        self,
        view: ViewController,
        state: ViewState,
        show_result: Callable[[str], object],
        show_note: Callable[[str], object],
        end_note: Callable[[str], object],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._view, self._state = view, state
        self.line_views: Callable[[], tuple[SectionView, ...]] = tuple
        self._show_result = show_result
        self._show_note, self._end_note = show_note, end_note
        self._session: Session | None = None
        self._pair: tuple[FaciesResult, FaciesResult] | None = None
        self._reads: dict[SectionKey, _Read] = {}
        self._along_line: Agreement | None = None
        self._names: dict[SectionView, SwipeNames] = {}
        self._keys: dict[SectionView, QShortcut] = {}
        self._worker = LatestWorker("Comparing results", self)
        self._worker.answered.connect(self._on_read)
        self._worker.failed.connect(self._on_failed)
        state.changed.connect(self._on_state)
        view.view_drawn.connect(lambda _view, _key: self.refresh())
        view.section_shown.connect(lambda _key: self.describe())

    @property
    def names(self) -> tuple[str, str] | None:
        """What is left and right of the divider; None while nothing is compared."""
        return None if self._pair is None else (self._pair[0].title, self._pair[1].title)

    def set_session(self, session: Session | None) -> None:
        """Compare in another project; not yet."""
        self.end()
        self._session = session

    def compare(self, left: str, right: str) -> None:
        """Draw the result called `left` on the left of the divider and `right` on its right."""
        found = [self._result(name) for name in (left, right)]
        if found[0] is None or found[1] is None or left == right:
            self._show_note(refusal("Choose two models or results that have predicted this survey."))
            return
        self.end()
        self._show_result(right)
        self._pair = (found[0], found[1])
        self._state.set_layer("facies", visible=True)
        self._state.set_swipe_on(True)
        self._show_names()
        self.left_changed.emit(partial(_along, found[0], found[1]))
        self._view.active.setFocus()  # for Esc, which ends it
        self.refresh()

    def end(self) -> None:
        """Draw one result alone again."""
        if self._pair is None:
            return
        self._pair, self._reads, self._along_line = None, {}, None
        self._worker.forget()
        for view in self._view.views:
            view.set_overlay("compared", None)
        for names in self._names.values():
            names.set_at(None)
        for key in self._keys.values():
            key.setEnabled(False)
        self.left_changed.emit(None)
        self._end_note(COMPARISON)
        self._state.set_swipe_on(False)
        self.ended.emit()

    def follow(self, shown: FaciesResult | None) -> None:
        """Other facies may be on screen, or a result gone: then there is nothing to compare any more."""
        if self._pair is None or self._session is None:
            return
        kept = self._session.project.results
        if shown is not self._pair[1] or any(result not in kept for result in self._pair):
            self.end()
        else:
            self.refresh()

    def refresh(self) -> None:
        """Read the sections on screen again, off the main thread."""
        if self._pair is None:
            return
        left, right = self._pair
        keys = {key for view in self._view.views if (key := self._view.key_of(view)) is not None}

        def read(_is_stale: object) -> list[_Read]:
            return [_read(key, left, right) for key in sorted(keys)]

        self._worker.submit(read)

    def set_line_agreement(self, along_line: Agreement | None) -> None:
        """Take note of how far the results agree along the line that the user drew."""
        if self._pair is not None and along_line != self._along_line:
            self._along_line = along_line
            self.describe()

    def describe(self) -> None:
        """Say how far the results agree on the section on screen, and along the line if it is shown."""
        key = self._state.key
        if self._session is None or self.names is None or key is None or key not in self._reads:
            return
        is_line_shown = any(view.isVisible() for view in self.line_views())
        along_line = self._along_line if is_line_shown else None
        text = agreement_text(
            self._session.geometry.title(key), self.names, self._reads[key].agreement, along_line
        )
        self._show_note(StatusNote(text, COMPARISON, _NOTE_LASTS_MS))

    def class_at(self, key: SectionKey, row: int, column: int) -> int:
        """Class of the result on the left at an element that lies left of the divider; 0 elsewhere."""
        read, at = self._reads.get(key), self._state.swipe
        view = next((view for view in self._view.views if view.key == key), None)
        if read is None or view is None or at is None:
            return 0
        is_left = view.pixel_of(row, column).x() < at * view.canvas.viewport().width()
        return int(read.left[row, column]) if is_left else 0

    def shutdown(self) -> bool:
        """Stop and join the thread."""
        return self._worker.shutdown()

    def _result(self, name: str) -> FaciesResult | None:
        return None if self._session is None else self._session.project.result_titled(name)

    def _on_state(self, name: str) -> None:
        if self._pair is None:
            return
        if name == "swipe_on" and not self._state.swipe_on:
            self.end()
        elif name == "swipe_at":
            self._show_names()

    def _show_names(self) -> None:
        if self.names is None:
            return
        for view in (*self._view.views, *self.line_views()):
            names = self._names.setdefault(view, SwipeNames(view.canvas))
            names.show_names(*self.names)
            names.set_at(self._state.swipe)
            # a key that a tool in use needs stays with the tool: it takes the override
            if view not in self._keys:
                key = QShortcut(QKeySequence(Qt.Key.Key_Escape), view.canvas, self.end)
                # given to the constructor it is lost, and of several keys of one window none would act
                key.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
                self._keys[view] = key
            self._keys[view].setEnabled(True)

    def _on_read(self, reads: list[_Read]) -> None:
        if self._pair is None:
            return
        self._show_names()
        self._reads = by_key = {read.key: read for read in reads}
        for view in self._view.views:
            read = by_key.get(view.key) if view.key is not None else None
            if read is not None:
                view.set_overlay("compared", read.left)
        self.describe()

    def _on_failed(self, error: SeisviewError) -> None:
        self.end()
        self._show_note(refusal(f"{error.message} {error.hint}".strip()))


def agreement_text(
    title: str, names: tuple[str, str], here: Agreement, along_line: Agreement | None = None
) -> str:
    """How far two results agree on a section and, if it is shown, along the line, in one sentence."""
    left, right = names
    both = f"{here.n_samples:,} samples that both predicted"
    said = f"{left} and {right} give the same class to {_percent(here.share)} of the {both}"
    if here.share is None:
        said = f"{left} and {right} have no sample in common that both predicted"
    if along_line is not None and along_line.share is not None:
        said += f", along the line to {_percent(along_line.share)}"
    elif along_line is not None:
        said += ", along the line they have none in common"
    return f"{title}: {said} (W or Esc ends the comparison)"


def _percent(share: float | None) -> str:
    """To a tenth, and never 100 % where a sample differs."""
    if share is None:
        return "-"
    return f"{min(100 * share, 99.9):.1f} %" if share < 1 else "100 %"


def _read(key: SectionKey, left: FaciesResult, right: FaciesResult) -> _Read:
    one = left.section(key)[0]
    return _Read(key, one, Agreement.between(one, right.section(key)[0]))


def _along(
    left: FaciesResult, right: FaciesResult, inlines: IntArray, crosslines: IntArray
) -> tuple[ByteArray, Agreement]:
    one = left.along(inlines, crosslines)[0]
    return one, Agreement.between(one, right.along(inlines, crosslines)[0])
